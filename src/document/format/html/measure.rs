//! How much text stands below each node, and what of it is prose: the figures by which parts of a page are dropped.

use super::cues::{Around, CUES};
use super::tree::{DOCUMENT, Element, NodeId, Tree};

/// Text without a punctuation mark counts as prose from this many characters.
const LONG: u32 = 16;
/// A list of links in a page with less prose than this is the content of the page.
const LITTLE: u32 = 60;

/// Counts over a node and all below it. Characters are without white space.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Measure {
    pub(super) chars: u32,
    pub(super) link_chars: u32,
    links: u32,
    /// Characters outside links in runs that are long or have a punctuation mark.
    prose: u32,
    /// A heading with text, or a line of the block in which a document says what it is.
    has_title: bool,
    pub(super) has_table: bool,
    pub(super) has_heading: bool,
}

pub(super) struct Measures {
    of: Vec<Measure>,
    in_link: Vec<bool>,
}

impl Measures {
    pub(super) fn of(tree: &Tree) -> Self {
        let order: Vec<NodeId> =
            tree.preorder(DOCUMENT, |id| tree.element(id).is_some_and(|e| CUES.never_read(e))).collect();
        let mut of = vec![Measure::default(); tree.len()];
        let mut in_link = vec![false; tree.len()];
        for &id in &order {
            let inherited = tree.parent(id).and_then(|p| in_link.get(p as usize)).copied().unwrap_or(false);
            let link = inherited || tree.element(id).is_some_and(|element| is_link(tree, id, element));
            if let (Some(slot), Some(measure)) = (in_link.get_mut(id as usize), of.get_mut(id as usize)) {
                *slot = link;
                measure.links = u32::from(link && !inherited);
                if let Some(text) = tree.text(id) {
                    measure_text(measure, text, link);
                }
            }
        }
        for &id in order.iter().rev() {
            let Some(&below) = of.get(id as usize) else { continue };
            let element = tree.element(id);
            let heading = below.chars > 0 && element.is_some_and(|e| heading_level(e.local()).is_some());
            let table = element.is_some_and(|e| e.local() == "table");
            if let Some(above) = tree.parent(id).and_then(|p| of.get_mut(p as usize)) {
                above.chars += below.chars;
                above.link_chars += below.link_chars;
                above.links += below.links;
                above.prose += below.prose;
                above.has_title |= below.has_title || (heading && below.link_chars * 2 < below.chars);
                above.has_table |= below.has_table || table;
                above.has_heading |= below.has_heading || heading;
            }
        }
        Self { of, in_link }
    }

    pub(super) fn get(&self, id: NodeId) -> Measure {
        self.of.get(id as usize).copied().unwrap_or_default()
    }

    pub(super) fn in_link(&self, id: NodeId) -> bool {
        self.in_link.get(id as usize).copied().unwrap_or(false)
    }

    /// Whether an element and all below it is left out. What holds half of the page's prose never is, whatever it is
    /// called: templates hide content until a script has run, and put whole pages into a form. Names count for less.
    pub(super) fn is_dropped(&self, id: NodeId, element: &Element) -> bool {
        if CUES.never_read(element) {
            return true;
        }
        let (here, page) = (self.get(id), self.get(DOCUMENT));
        // Where a page has hardly any prose, short texts count.
        let is_little_page = page.prose < LITTLE && here.chars * 2 > page.chars && here.link_chars * 2 < here.chars;
        if here.prose * 2 > page.prose || is_little_page {
            return false;
        }
        let named = match CUES.around(element) {
            Around::Yes => here.prose * 3 <= page.prose && !(here.has_title && here.prose * 5 > page.prose),
            Around::Maybe => !here.has_title && here.prose * 5 < page.prose && self.is_thin(id),
            Around::No => false,
        };
        let links = page.prose >= LITTLE && is_block(element.local()) && self.is_link_list(id);
        named || links || is_hidden(element)
    }

    /// Links and labels rather than sentences.
    fn is_thin(&self, id: NodeId) -> bool {
        let here = self.get(id);
        here.link_chars * 3 >= here.chars || here.prose == 0
    }

    fn is_link_list(&self, id: NodeId) -> bool {
        let here = self.get(id);
        here.links >= 2 && here.link_chars * 10 >= here.chars * 7 && here.prose < LITTLE && !here.has_title
    }
}

fn measure_text(measure: &mut Measure, text: &str, link: bool) {
    let chars = text.chars().filter(|c| !c.is_whitespace()).count();
    let chars = u32::try_from(chars).unwrap_or(u32::MAX);
    measure.chars = chars;
    if link {
        measure.link_chars = chars;
    } else if chars >= LONG || text.contains(['。', '，', '；', '！', '？']) {
        measure.prose = chars;
    }
    measure.has_title = !link && chars < 40 && CUES.labelled(text.trim()).is_some();
}

/// A link that leads to another page. Links within the page and to attachments are text of the document.
fn is_link(tree: &Tree, id: NodeId, element: &Element) -> bool {
    let Some(href) = element.attribute("href").filter(|_| element.local() == "a") else { return false };
    let href = href.trim();
    if href.len() > 1 && href.starts_with('#') {
        return false;
    }
    let text = tree.preorder(id, |_| false).find_map(|id| tree.text(id).filter(|text| !text.trim().is_empty()));
    !CUES.is_attachment(href, text.unwrap_or_default())
}

fn is_hidden(element: &Element) -> bool {
    element.attribute("hidden").is_some()
        || element.attribute("aria-hidden").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
        || element.attribute("style").is_some_and(|style| {
            style.split(';').filter_map(|rule| rule.split_once(':')).any(|(name, value)| {
                let value = value.trim().trim_end_matches("!important").trim();
                name.trim().eq_ignore_ascii_case("display") && value.eq_ignore_ascii_case("none")
            })
        })
}

/// 1 to 6 for `h1` to `h6`.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', digit @ b'1'..=b'6'] => Some(digit - b'0'),
        _ => None,
    }
}

/// Elements that begin and end a line.
pub(super) fn is_block(name: &str) -> bool {
    heading_level(name).is_some()
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "caption"
                | "center"
                | "dd"
                | "details"
                | "dir"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "frameset"
                | "header"
                | "hgroup"
                | "hr"
                | "html"
                | "legend"
                | "li"
                | "listing"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "p"
                | "plaintext"
                | "pre"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
                | "xmp"
        )
}
