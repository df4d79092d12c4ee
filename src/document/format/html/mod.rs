//! Web pages: the document on a page, without what the site puts around it.
//!
//! The flow is `parse` (markup to a `tree`) → `measure` (how much prose and how many links stand where) → `blocks` (lines,
//! with `ink` for white space and `table` for rows; hidden, surrounding and link-laden parts fall out here) → `choose` (the
//! content among the blocks). `declared` reads the meta tags, `selector` says where a line stands, `cues.toml` holds all
//! words. No step calls itself, so that nesting costs no stack.

mod blocks;
mod choose;
mod cues;
mod declared;
mod encoding;
mod ink;
mod measure;
mod parse;
mod selector;
mod table;
mod tree;

use crate::document::format::extracted::{Anchor, ExtractError, Extracted, MarkedHeading, Place};

use blocks::{Block, Blocks, Kind};
use choose::Choice;
use declared::Head;
use measure::Measures;
use selector::Selectors;
use tree::NodeId;

pub use encoding::declared_encoding;
pub use parse::{MAX_DEPTH, MAX_NODES};
pub use selector::MAX_STEPS;

/// Bytes of a page.
pub const MAX_PAGE: usize = 64 << 20;
/// Bytes of text; a page of tables whose cells reach over many rows has more text than markup.
pub const MAX_TEXT: usize = 64 << 20;

const FORMAT: &str = "HTML";

/// Reads the document on a page. The title is the first line, as a heading of level 1; tables are a line a row; places
/// are CSS selectors. Broken markup is read as a browser reads it.
///
/// # Errors
///
/// [`ExtractError::Empty`] where a page shows no text, [`ExtractError::TooLarge`] where it passes [`MAX_PAGE`],
/// [`MAX_NODES`] or [`MAX_TEXT`].
pub fn extract(page: &str) -> Result<Extracted, ExtractError> {
    if page.len() > MAX_PAGE {
        return Err(too_large(format!("more than {} MiB", MAX_PAGE >> 20)));
    }
    let tree =
        parse::parse(page).ok_or_else(|| too_large(format!("more than {MAX_NODES} elements and runs of text")))?;
    let measures = Measures::of(&tree);
    let blocks = Blocks::of(&tree, &measures, MAX_TEXT)
        .ok_or_else(|| too_large(format!("more than {} MiB of text", MAX_TEXT >> 20)))?;
    if blocks.lines.is_empty() {
        return Err(ExtractError::Empty { format: FORMAT });
    }
    let mut head = declared::head(&tree);
    let choice = choose::choose(&blocks, head.declared.title.as_deref());
    let kept = choice.blocks.iter().filter_map(|&i| blocks.lines.get(i));
    declared::complete(&mut head.declared, kept);
    Ok(Writer { selectors: Selectors::of(&tree), out: Extracted::default(), last: None }.write(&blocks, &choice, head))
}

fn too_large(limit: String) -> ExtractError {
    ExtractError::TooLarge { format: FORMAT, limit }
}

struct Writer<'a> {
    selectors: Selectors<'a>,
    out: Extracted,
    /// The element of the line before.
    last: Option<NodeId>,
}

impl Writer<'_> {
    fn write(mut self, page: &Blocks, choice: &Choice, head: Head) -> Extracted {
        let mut declared = head.declared;
        let title = choice.title.and_then(|span| page.lines.get(span.first..span.end)).unwrap_or_default();
        if let Some(first) = title.first() {
            let text = match title {
                [only] => only.text.clone(),
                // A title that was broken into lines reads best as it is declared.
                lines => declared.title.clone().unwrap_or_else(|| lines.iter().map(|b| b.text.as_str()).collect()),
            };
            self.line(&text, first.element, Some(1));
            // A declared title that stands nowhere on the page is often that of a column.
            if declared.title.as_deref().map(choose::squeezed) != Some(choose::squeezed(&text)) {
                declared.title = Some(text);
            }
        } else if let (Some(title), Some(element)) = (&declared.title, head.title_element) {
            self.line(title, element, Some(1));
        }
        for block in choice.blocks.iter().filter_map(|&i| page.lines.get(i)) {
            self.block(block);
        }
        self.out.declared = declared;
        self.out
    }

    fn block(&mut self, block: &Block) {
        let level = match block.kind {
            Kind::Heading(level) => Some(level),
            Kind::Text | Kind::Row => None,
        };
        let without_buttons = cues::CUES.without_buttons(&block.text);
        let without_buttons = without_buttons.filter(|rest| block.kind == Kind::Text && !rest.is_empty());
        self.line(without_buttons.as_deref().unwrap_or(&block.text), block.element, level);
    }

    fn line(&mut self, text: &str, element: NodeId, level: Option<u8>) {
        let start = self.out.text.len();
        // Lines that `br` broke share their element.
        if self.last != Some(element) {
            self.out.anchors.push(Anchor { start, place: Place::Element(self.selectors.of_element(element)) });
            self.last = Some(element);
        }
        if let Some(level) = level {
            self.out.headings.push(MarkedHeading { start, level });
        }
        self.out.text.push_str(text);
        self.out.text.push('\n');
    }
}

#[cfg(test)]
mod tests;
