//! The automatic numbers of paragraphs (一、（一）第一条), which stand nowhere in the text: they are counted again, as Word
//! counts them.

use std::collections::{HashMap, HashSet};

use super::Failure;
use super::numeral::numeral;
use super::xml::{Node, Xml};

/// A list has nine levels.
const LEVELS: usize = 9;

/// The most characters that are kept of a label's pattern.
const MAX_PATTERN: usize = 60;

/// Signs after which no space stands before the text of a paragraph.
const CLOSING: [char; 10] = ['、', '）', '】', '〕', '．', '。', '：', '，', '》', '·'];

/// A level of a list.
#[derive(Debug, Clone, Default)]
struct Level {
    start: Option<u32>,
    /// The name of a number format.
    format: Option<String>,
    /// `（%1）`: %1 is the number of the first level.
    pattern: String,
    /// `tab`, `space` or `nothing`.
    suffix: Option<String>,
    /// Every number is decimal.
    legal: bool,
    /// The level, from 1, after whose number this one starts again; 0 for never, none for any higher one.
    restart: Option<usize>,
    /// The paragraph style whose paragraphs are of this level.
    style: Option<String>,
}

/// What several lists share; also their count.
#[derive(Debug, Default)]
struct Definition {
    levels: [Level; LEVELS],
    /// Its levels are those of the list of this style.
    refers_to: Option<String>,
    /// It is the definition of the lists of this style.
    style: Option<String>,
}

/// A list as paragraphs name it.
#[derive(Debug, Default)]
struct List {
    definition: String,
    levels: [Option<Level>; LEVELS],
    starts: [Option<u32>; LEVELS],
}

/// The lists of a document, and how far they have been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: HashMap<String, Definition>,
    lists: HashMap<u32, List>,
    counts: HashMap<String, [Option<u32>; LEVELS]>,
    /// Levels of lists that have started where the list says, which they do once.
    started: HashSet<(u32, usize)>,
}

impl Numbering {
    pub fn read(part: &str) -> Result<Self, Failure> {
        let (mut xml, mut numbering) = (Xml::of(part), Self::default());
        while let Some(node) = xml.next()? {
            let Node::Open(open) = node else { continue };
            match open.word() {
                "abstractNum" => {
                    let definition = definition(&mut xml)?;
                    if let Some(id) = open.attribute("abstractNumId") {
                        numbering.definitions.entry(id).or_insert(definition);
                    }
                }
                "num" => {
                    let list = list(&mut xml)?;
                    if let Some(id) = open.attribute("numId").and_then(|id| id.parse().ok()) {
                        numbering.lists.entry(id).or_insert(list);
                    }
                }
                _ => {}
            }
        }
        numbering.resolve();
        Ok(numbering)
    }

    /// Lists that refer to the list of a style count with its definition.
    fn resolve(&mut self) {
        let by_style: HashMap<&String, &String> =
            self.definitions.iter().filter_map(|(id, definition)| Some((definition.style.as_ref()?, id))).collect();
        for list in self.lists.values_mut() {
            let refers_to = self.definitions.get(&list.definition).and_then(|definition| definition.refers_to.as_ref());
            if let Some(id) = refers_to.and_then(|style| by_style.get(style)) {
                list.definition.clone_from(id);
            }
        }
    }

    /// The level that paragraphs of a style have in a list.
    pub fn level_of_style(&self, list: u32, style: &str) -> Option<usize> {
        let definition = self.definitions.get(&self.lists.get(&list)?.definition)?;
        definition.levels.iter().position(|level| level.style.as_deref() == Some(style))
    }

    /// Counts the next paragraph of a list and gives its label, with the white space that follows it.
    pub fn next(&mut self, id: u32, depth: usize) -> Option<String> {
        let list = self.lists.get(&id)?;
        let definition = self.definitions.get(&list.definition)?;
        let level = |depth: usize| list.levels.get(depth)?.as_ref().or_else(|| definition.levels.get(depth));
        let this = level(depth)?;
        let counts = self.counts.entry(list.definition.clone()).or_default();
        let first = |depth: usize| {
            let start = list.starts.get(depth).copied().flatten();
            start.or_else(|| level(depth)?.start).unwrap_or(1)
        };
        let starts_here = list.starts.get(depth).is_some_and(Option::is_some) && self.started.insert((id, depth));
        let count = counts.get_mut(depth)?;
        *count = Some(match *count {
            Some(count) if !starts_here => count.saturating_add(1),
            _ => first(depth),
        });
        for (deeper, count) in counts.iter_mut().enumerate().skip(depth + 1) {
            if level(deeper).and_then(|level| level.restart).is_none_or(|after| depth < after) {
                *count = None;
            }
        }
        let number = |depth: usize| {
            let format = if this.legal { "decimal" } else { level(depth)?.format.as_deref().unwrap_or("decimal") };
            let count = counts.get(depth).copied().flatten().unwrap_or_else(|| first(depth));
            // A number shown in another level's label is never a bullet.
            Some(numeral(count, if format == "bullet" { "decimal" } else { format }))
        };
        if this.format.as_deref() == Some("bullet") {
            return Some("- ".to_owned());
        }
        Some(with_suffix(fill(&this.pattern, number), this.suffix.as_deref()))
    }
}

/// The pattern with numbers in place of %1 to %9.
fn fill(pattern: &str, number: impl Fn(usize) -> Option<String>) -> String {
    let (mut label, mut chars) = (String::new(), pattern.chars().peekable());
    while let Some(c) = chars.next() {
        match (c, chars.peek().and_then(|digit| digit.to_digit(10)).filter(|&digit| digit > 0)) {
            ('%', Some(digit)) => {
                chars.next();
                label.push_str(&number(digit as usize - 1).unwrap_or_default());
            }
            _ => label.push(c),
        }
    }
    label.trim().to_owned()
}

/// Word puts a tab after a label. In running text a space does the same, and none is needed after a Chinese sign.
fn with_suffix(mut label: String, suffix: Option<&str>) -> String {
    let needs_none = label.is_empty() || label.ends_with(CLOSING);
    if suffix == Some("space") || (suffix != Some("nothing") && !needs_none) {
        label.push(' ');
    }
    label
}

fn definition(xml: &mut Xml) -> Result<Definition, Failure> {
    let (mut definition, mut depth) = (Definition::default(), 0);
    xml.within(|open| match open.word() {
        "lvl" => depth = level_index(open),
        "numStyleLink" => definition.refers_to = open.value(),
        "styleLink" => definition.style = open.value(),
        _ => {
            if let Some(level) = definition.levels.get_mut(depth) {
                level.set(open);
            }
        }
    })?;
    Ok(definition)
}

fn list(xml: &mut Xml) -> Result<List, Failure> {
    let (mut list, mut depth) = (List::default(), LEVELS);
    xml.within(|open| match open.word() {
        "abstractNumId" => list.definition = open.value().unwrap_or_default(),
        "lvlOverride" => depth = level_index(open),
        "startOverride" => {
            if let Some(start) = list.starts.get_mut(depth) {
                *start = open.number();
            }
        }
        "lvl" => {
            if let Some(level) = list.levels.get_mut(depth) {
                *level = Some(Level::default());
            }
        }
        _ => {
            if let Some(Some(level)) = list.levels.get_mut(depth) {
                level.set(open);
            }
        }
    })?;
    Ok(list)
}

fn level_index(open: &super::xml::Open) -> usize {
    open.attribute("ilvl").and_then(|level| level.parse().ok()).unwrap_or(LEVELS)
}

impl Level {
    fn set(&mut self, open: &super::xml::Open) {
        match open.word() {
            "start" => self.start = open.number(),
            // Newer formats stand before an older one for programs that do not know them.
            "numFmt" if open.value().as_deref() != Some("custom") => self.format = self.format.take().or(open.value()),
            "lvlText" => self.pattern = open.value().unwrap_or_default().chars().take(MAX_PATTERN).collect(),
            "suff" => self.suffix = open.value(),
            "isLgl" => self.legal = open.is_on(),
            "lvlRestart" => self.restart = open.number(),
            "pStyle" => self.style = open.value(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(depth: usize, format: &str, pattern: &str, more: &str) -> String {
        format!(
            "<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{format}'/><w:lvlText w:val='{pattern}'/>{more}</w:lvl>"
        )
    }

    fn numbering(inner: &str) -> Numbering {
        let root = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
        Numbering::read(&format!("<w:numbering {root}>{inner}</w:numbering>")).unwrap()
    }

    fn official() -> String {
        format!(
            "<w:abstractNum w:abstractNumId='0'>{}{}{}{}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>",
            level(0, "chineseCountingThousand", "%1、", ""),
            level(1, "chineseCountingThousand", "（%2）", ""),
            level(2, "decimal", "%3.", ""),
            level(3, "decimal", "%1.%3.%4", "<w:isLgl/>"),
        )
    }

    #[test]
    fn official_levels_count_and_start_again() {
        let mut numbering = numbering(&official());
        let labels: Vec<_> = [0, 1, 1, 2, 2, 3, 0, 1, 2].iter().filter_map(|&depth| numbering.next(1, depth)).collect();
        assert_eq!(labels, ["一、", "（一）", "（二）", "1. ", "2. ", "1.2.1 ", "二、", "（一）", "1. "]);
    }

    #[test]
    fn articles_run_through_chapters() {
        let mut numbering = numbering(&format!(
            "<w:abstractNum w:abstractNumId='0'>{}{}</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>",
            level(0, "chineseCountingThousand", "第%1章", ""),
            level(1, "chineseCountingThousand", "第%2条", "<w:lvlRestart w:val='0'/><w:suff w:val='nothing'/>"),
        ));
        let labels: Vec<_> = [0, 1, 1, 0, 1].iter().filter_map(|&depth| numbering.next(1, depth)).collect();
        assert_eq!(labels, ["第一章 ", "第一条", "第二条", "第二章 ", "第三条"]);
    }

    #[test]
    fn lists_of_one_definition_count_on_unless_they_say_otherwise() {
        let mut numbering = numbering(&format!(
            "{}<w:num w:numId='2'><w:abstractNumId w:val='0'/></w:num>\
             <w:num w:numId='3'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride></w:num>\
             <w:num w:numId='4'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'>{}</w:lvlOverride></w:num>",
            official(),
            level(0, "upperLetter", "%1)", "")
        ));
        let labels: Vec<_> = [1, 2, 3, 3, 4, 9].iter().map(|&list| numbering.next(list, 0)).collect();
        let expected = [Some("一、"), Some("二、"), Some("五、"), Some("六、"), Some("G) "), None];
        assert_eq!(labels, expected.map(|label| label.map(str::to_owned)));
    }

    #[test]
    fn bullets_and_lists_of_styles_are_known() {
        let mut numbering = numbering(&format!(
            "<w:abstractNum w:abstractNumId='0'><w:styleLink w:val='L'/>{}{}</w:abstractNum>\
             <w:abstractNum w:abstractNumId='1'><w:numStyleLink w:val='L'/></w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>",
            level(0, "bullet", "\u{f0b7}", ""),
            level(1, "decimal", "%2", "<w:pStyle w:val='S'/>"),
        ));
        assert_eq!(numbering.level_of_style(1, "S"), Some(1));
        assert_eq!(numbering.next(1, 0).as_deref(), Some("- "));
        assert_eq!(numbering.next(1, 1).as_deref(), Some("1 "));
        assert_eq!(numbering.next(1, 9), None);
    }
}
