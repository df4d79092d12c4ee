//! The canonical text, as it grows line by line.

use crate::document::chars::is_space;
use crate::document::format::extracted::{Anchor, Extracted, MarkedHeading, Place};

use super::Failure;

/// The longest canonical text, in bytes (64 MiB).
pub const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// A line on its way to the text.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub text: String,
    /// The level of a heading; none for text.
    pub heading: Option<u8>,
}

#[derive(Debug, Default)]
pub(super) struct Output {
    pub extracted: Extracted,
}

impl Output {
    /// Appends the lines that stand at one place; blank ones are dropped, and the place with them if all are.
    pub fn push(&mut self, place: impl FnOnce() -> String, lines: &[Line]) -> Result<(), Failure> {
        let Extracted { text, anchors, headings, .. } = &mut self.extracted;
        let start = text.len();
        for line in lines {
            let trimmed = line.text.trim_matches(is_space);
            if trimmed.is_empty() {
                continue;
            }
            if text.len() + trimmed.len() >= MAX_TEXT_BYTES {
                return Err(Failure::TooLarge(format!("more than {} MiB of text", MAX_TEXT_BYTES / (1024 * 1024))));
            }
            headings.extend(line.heading.map(|level| MarkedHeading { start: text.len(), level }));
            text.push_str(trimmed);
            text.push('\n');
        }
        if text.len() > start {
            anchors.push(Anchor { start, place: Place::Element(place()) });
        }
        Ok(())
    }
}
