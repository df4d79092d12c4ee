//! What the named styles of a document say of headings, numbers and hidden text.

use std::collections::HashMap;

use super::Failure;
use super::xml::{Node, Xml};

/// How far a style is followed to the styles it is based on, which may run in a circle.
const MAX_CHAIN: usize = 32;

/// What a style means for the text, with all that it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// 1 is the highest heading, none is text.
    pub heading: Option<u8>,
    /// The list that paragraphs of the style are numbered in.
    pub list: Option<u32>,
    /// The level in that list, if the style says it.
    pub level: Option<usize>,
    /// The style is of the table of contents.
    pub contents: bool,
    /// The style is that of the document's title.
    pub title: bool,
    /// Its text is not shown.
    pub hidden: bool,
}

/// A style as it stands in the file.
#[derive(Debug, Default)]
struct Entry {
    name: String,
    based_on: Option<String>,
    outline: Option<u8>,
    list: Option<u32>,
    level: Option<usize>,
    hidden: Option<bool>,
}

#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// That of paragraphs without any.
    normal: Style,
    none: Style,
}

impl Styles {
    pub fn read(part: &str) -> Result<Self, Failure> {
        let (mut xml, mut entries, mut default) = (Xml::of(part), HashMap::new(), None);
        while let Some(node) = xml.next()? {
            let Node::Open(open) = node else { continue };
            if open.word() != "style" {
                continue;
            }
            let Some(id) = open.attribute("styleId") else { continue };
            if open.attribute("type").as_deref() == Some("paragraph")
                && matches!(open.attribute("default").as_deref(), Some("1" | "true" | "on"))
            {
                default = Some(id.clone());
            }
            let mut entry = Entry::default();
            xml.within(|property| match property.word() {
                "name" => entry.name = plain(&property.value().unwrap_or_default()),
                "basedOn" => entry.based_on = property.value(),
                "outlineLvl" => entry.outline = property.number(),
                "numId" => entry.list = property.number(),
                "ilvl" => entry.level = property.number(),
                "vanish" => entry.hidden = Some(property.is_on()),
                _ => {}
            })?;
            entries.entry(id).or_insert(entry);
        }
        let by_id: HashMap<String, Style> = entries.keys().map(|id| (id.clone(), inherited(&entries, id))).collect();
        let normal = default.and_then(|id| by_id.get(&id).cloned()).unwrap_or_default();
        Ok(Self { by_id, normal, none: Style::default() })
    }

    /// The style of a paragraph.
    pub fn paragraph(&self, id: Option<&str>) -> &Style {
        id.map_or(&self.normal, |id| self.by_id.get(id).unwrap_or(&self.normal))
    }

    /// The style of a run of characters.
    pub fn run(&self, id: &str) -> &Style {
        self.by_id.get(id).unwrap_or(&self.none)
    }
}

/// A style with what it inherits: of every property the nearest that says something.
fn inherited(entries: &HashMap<String, Entry>, id: &str) -> Style {
    let (mut outline, mut named, mut list, mut level, mut hidden) = (None, None, None, None, None);
    let (mut contents, mut title, mut next) = (false, false, Some(id));
    for step in 0..MAX_CHAIN {
        let Some(entry) = next.and_then(|id| entries.get(id)) else { break };
        outline = outline.or(entry.outline);
        named = named.or_else(|| heading_level(&entry.name));
        level = level.or(entry.level);
        list = list.or(entry.list);
        hidden = hidden.or(entry.hidden);
        contents |= is_contents(&entry.name);
        title |= step == 0 && matches!(entry.name.as_str(), "title" | "标题");
        next = entry.based_on.as_deref();
    }
    // An outline level of 9 says that it is text.
    let heading = match outline {
        Some(outline) => (outline < 9).then_some(outline + 1),
        None => named,
    };
    Style { heading, list, level, contents, title, hidden: hidden.unwrap_or_default() }
}

/// A style's name without what differs between programs.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix("heading").or_else(|| name.strip_prefix("标题"))?;
    level.parse().ok().filter(|level| (1..=9).contains(level))
}

fn is_contents(name: &str) -> bool {
    name == "tocheading"
        || name.strip_prefix("toc").or_else(|| name.strip_prefix("目录")).is_some_and(|rest| rest.parse::<u8>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(inner: &str) -> Styles {
        let root = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
        Styles::read(&format!("<w:styles {root}>{inner}</w:styles>")).unwrap()
    }

    #[test]
    fn headings_are_told_by_outline_level_or_name_also_of_the_base() {
        let styles = styles(
            "<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/></w:style>\
             <w:style w:type='paragraph' w:styleId='2'><w:name w:val='标题 2'/></w:style>\
             <w:style w:type='paragraph' w:styleId='a'><w:name w:val='章'/><w:basedOn w:val='1'/></w:style>\
             <w:style w:type='paragraph' w:styleId='b'><w:name w:val='节'/><w:pPr><w:outlineLvl w:val='2'/></w:pPr></w:style>\
             <w:style w:type='paragraph' w:styleId='c'><w:name w:val='文'/><w:basedOn w:val='b'/><w:pPr><w:outlineLvl w:val='9'/></w:pPr></w:style>\
             <w:style w:type='paragraph' w:styleId='t'><w:name w:val='toc 1'/><w:basedOn w:val='1'/></w:style>",
        );
        let heading = |id| styles.paragraph(Some(id)).heading;
        assert_eq!(["1", "2", "a", "b", "c", "none"].map(heading), [Some(1), Some(2), Some(1), Some(3), None, None]);
        assert!(styles.paragraph(Some("t")).contents && !styles.paragraph(Some("1")).contents);
    }

    #[test]
    fn styles_based_on_each_other_end() {
        let styles = styles(
            "<w:style w:styleId='a'><w:basedOn w:val='b'/></w:style><w:style w:styleId='b'><w:basedOn w:val='a'/>\
             <w:rPr><w:vanish/></w:rPr></w:style>",
        );
        assert!(styles.run("a").hidden);
    }
}
