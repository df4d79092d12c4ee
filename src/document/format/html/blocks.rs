//! A page as a run of blocks: what stands on a line of its own, and in which element.

use super::cues::CUES;
use super::ink::Ink;
use super::measure::{Measures, heading_level, is_block};
use super::table;
use super::tree::{DOCUMENT, Element, NodeId, Tree};

/// One line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) text: String,
    /// The nearest element that begins and ends a line.
    pub(super) element: NodeId,
    pub(super) kind: Kind,
    /// Characters in links to other pages, white space not counted.
    pub(super) link_chars: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// 1 is the highest.
    Heading(u8),
    Row,
}

/// The blocks that stand in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: usize,
    pub(super) end: usize,
}

/// All that is shown of a page.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    pub(super) lines: Vec<Block>,
    /// One for each element with blocks in it; an element comes after all that stand in it.
    pub(super) spans: Vec<Span>,
    bytes: usize,
}

impl Blocks {
    /// `None` where the text passes `limit` bytes.
    pub(super) fn of(tree: &Tree, measures: &Measures, limit: usize) -> Option<Self> {
        let mut walk = Walk { tree, measures, out: Self::default(), ink: Ink::default(), open: Vec::new() };
        walk.run(limit)?;
        Some(walk.out)
    }
}

/// An element that is being read.
struct Open {
    element: NodeId,
    first: usize,
    heading: Option<u8>,
    preformatted: bool,
    is_paragraph: bool,
    /// The number of the next item of a numbered list; `None` in any other element.
    number: Option<i64>,
    /// What stands before the first line of a list item.
    marker: Option<String>,
}

struct Walk<'a> {
    tree: &'a Tree,
    measures: &'a Measures,
    out: Blocks,
    ink: Ink,
    open: Vec<Open>,
}

enum Step {
    Enter(NodeId),
    Leave,
}

impl Walk<'_> {
    fn run(&mut self, limit: usize) -> Option<()> {
        let mut steps = vec![Step::Enter(DOCUMENT)];
        let mut below = Vec::new();
        while let Some(step) = steps.pop() {
            if self.out.bytes > limit {
                return None;
            }
            let id = match step {
                Step::Enter(id) => id,
                Step::Leave => {
                    self.leave();
                    continue;
                }
            };
            if let Some(text) = self.tree.text(id) {
                self.text(id, text);
                continue;
            }
            if let Some(element) = self.tree.element(id) {
                if self.measures.is_dropped(id, element) {
                    continue;
                }
                match element.local() {
                    "br" => self.flush(),
                    "wbr" => {}
                    "table" if table::is_data(self.tree, self.measures, id) => {
                        self.table(id);
                        continue;
                    }
                    name if is_block(name) => {
                        self.enter(id, element);
                        steps.push(Step::Leave);
                    }
                    _ => {}
                }
            }
            below.extend(self.tree.children(id));
            steps.extend(below.drain(..).rev().map(Step::Enter));
        }
        self.flush();
        Some(())
    }

    fn text(&mut self, id: NodeId, text: &str) {
        let in_link = self.measures.in_link(id);
        // Word processors break a paragraph's source anywhere, between two elements too; elsewhere such a break is meant.
        let is_paragraph = self.open.last().is_some_and(|open| open.is_paragraph);
        if !is_paragraph && text.chars().all(char::is_whitespace) {
            self.ink.space();
            return;
        }
        if !self.open.last().is_some_and(|open| open.preformatted) {
            self.ink.write(text, in_link);
            return;
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.flush();
            }
            self.ink.write(line, in_link);
        }
    }

    fn enter(&mut self, id: NodeId, element: &Element) {
        self.flush();
        let name = element.local();
        let marker = (name == "li").then(|| self.next_marker(element));
        let around = self.open.last();
        let around_heading = around.and_then(|open| open.heading);
        let around_pre = around.is_some_and(|open| open.preformatted);
        self.open.push(Open {
            element: id,
            first: self.out.lines.len(),
            heading: heading_level(name).or(around_heading),
            preformatted: around_pre || matches!(name, "pre" | "listing" | "xmp" | "plaintext"),
            is_paragraph: name == "p" || heading_level(name).is_some(),
            number: (name == "ol").then(|| number(element, "start").unwrap_or(1)),
            marker,
        });
    }

    fn next_marker(&mut self, item: &Element) -> String {
        // The list is the element around, unless the markup is wrong.
        match self.open.last_mut().and_then(|list| list.number.as_mut()) {
            Some(next) => {
                let this = number(item, "value").unwrap_or(*next);
                *next = this.saturating_add(1);
                format!("{this}. ")
            }
            None => "- ".to_owned(),
        }
    }

    fn leave(&mut self) {
        self.flush();
        if let Some(open) = self.open.pop() {
            let end = self.out.lines.len();
            if end > open.first {
                self.out.spans.push(Span { first: open.first, end });
            }
        }
    }

    fn flush(&mut self) {
        let Some((text, link_chars)) = self.ink.take() else { return };
        let element = self.open.last().map_or(DOCUMENT, |open| open.element);
        let kind = self.open.last().and_then(|open| open.heading).map_or(Kind::Text, Kind::Heading);
        // The first line of an item has its marker, however deep within the item the line stands.
        let marker = self.open.iter_mut().rev().find_map(|open| open.marker.take());
        let text = match marker {
            Some(marker) if !has_own_marker(&text) => marker + &text,
            _ => text,
        };
        self.push(Block { text, element, kind, link_chars });
    }

    fn table(&mut self, id: NodeId) {
        self.flush();
        let first = self.out.lines.len();
        for row in table::rows(self.tree, self.measures, id) {
            self.push(row);
        }
        let end = self.out.lines.len();
        if end > first {
            self.out.spans.push(Span { first, end });
        }
    }

    fn push(&mut self, block: Block) {
        // A label and its value side by side, as `dt` and `dd` or as two cells, are one line.
        if let Some(last) = self.out.lines.last_mut()
            && block.kind == Kind::Text
            && last.element != block.element
            && self.tree.parent(last.element) == self.tree.parent(block.element)
            && CUES.labelled(&last.text).is_some_and(|(_, value)| value.is_empty())
            && CUES.labelled(&block.text).is_none()
        {
            last.text.push_str(&block.text);
            last.link_chars += block.link_chars;
            return;
        }
        self.out.bytes += block.text.len() + 1;
        self.out.lines.push(block);
    }
}

fn number(element: &Element, attribute: &str) -> Option<i64> {
    element.attribute(attribute)?.trim().parse().ok()
}

/// Items whose text numbers or labels itself need no mark of ours.
fn has_own_marker(text: &str) -> bool {
    text.starts_with(['·', '•', '●', '■', '◆', '▪', '※', '★', '☆', '○', '-', '—'])
        || CUES.labelled(text).is_some()
        || is_date(text)
        || text.split_once(['.', '、', '．', '）', ')']).is_some_and(|(head, _)| {
            let head = head.trim_start_matches(['（', '(']);
            !head.is_empty()
                && head.chars().count() <= 4
                && head.chars().all(|c| c.is_ascii_digit() || "一二三四五六七八九十百".contains(c))
        })
}

/// Dates stand in lists beside labels and icons.
fn is_date(text: &str) -> bool {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    digits == 4 && text.chars().nth(4).is_some_and(|c| matches!(c, '-' | '/' | '.' | '年'))
}
