//! The answer as JSON: the contract with programs. Field order is the order on the wire.

use std::ops::Range;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::strength::Strength;
use crate::document::reading_text;

/// An answer to one question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The question's own identifier, where it came from a batch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    pub question: String,
    pub status: Status,
    /// Verbatim spans with citation marks; for [`Status::NoEvidence`] one sentence that says what is missing.
    pub answer: String,
    /// The administrative divisions that the answer names.
    pub regions: Vec<AnsweredRegion>,
    /// Best first. For [`Status::NoEvidence`] the nearest passages, of which nothing is asserted.
    pub citations: Vec<Citation>,
    pub examined: Examined,
    pub timing_ms: Timing,
}

/// A region that an answer names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredRegion {
    /// Full official name.
    pub name: String,
    /// Six-digit division code.
    pub code: String,
    /// nation, province, municipality, city, county or zone.
    pub level: String,
    pub strength: Strength,
    /// The citations `n` that prove it.
    pub citations: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Answered,
    NoEvidence,
}

/// A quote and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Citation {
    /// Counts from 1.
    pub n: usize,
    /// `<document>-<passage>`.
    pub id: String,
    /// The higher the better; comparable within one answer only.
    pub score: f32,
    /// The exact bytes of the source.
    pub quote: String,
    /// First byte and one past the last in the document's canonical text.
    pub bytes: [usize; 2],
    /// The sentences within `bytes` that answer; the rest of the quote is their paragraph.
    #[serde(default)]
    pub pinpoint: [usize; 2],
    /// First and last line of the quote, from 1.
    pub lines: [usize; 2],
    /// The page where the quote begins, from 1, for formats that have pages.
    pub page: Option<u32>,
    /// The element of the file where the quote begins, for other formats than UTF-8 text: a CSS selector, `paragraph 12`,
    /// `table 2 row 3`, `line 7`.
    #[serde(default)]
    pub element: Option<String>,
    /// 章节路径, from the top.
    pub section: Vec<String>,
    /// Full name of the administrative division that the quote is about.
    pub region: Option<String>,
    /// Full names of all divisions that the passage speaks of, best first.
    #[serde(default)]
    pub regions: Vec<String>,
    pub document: CitedDocument,
    /// `changed` or `missing` where the file is no longer what was indexed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<String>,
}

impl Citation {
    /// The quote as one line for reading.
    pub fn reading_quote(&self) -> String {
        reading_text(&self.quote)
    }

    /// The bytes of [`reading_quote`](Self::reading_quote) that are the pinpoint: all of it where that is not known.
    pub fn reading_pinpoint(&self) -> Range<usize> {
        let whole = self.reading_quote();
        let part = |bytes: Range<usize>| {
            let inside = bytes.start.checked_sub(self.bytes[0])?..bytes.end.checked_sub(self.bytes[0])?;
            self.quote.get(inside).map(|part| reading_text(part).len())
        };
        let [start, end] = self.pinpoint;
        let (Some(before), Some(own)) = (part(self.bytes[0]..start), part(start..end)) else { return 0..whole.len() };
        // Where the parts were joined by white space, one space is left of it.
        let before = before + whole.get(before..).map_or(0, |rest| rest.len() - rest.trim_start().len());
        if own > 0 && whole.get(before..before + own).is_some() { before..before + own } else { 0..whole.len() }
    }
}

/// The document of a citation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CitedDocument {
    pub id: String,
    pub title: String,
    pub path: String,
    pub issuer: Option<String>,
    pub number: Option<String>,
    pub published: Option<String>,
    /// Where the document was taken from, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of the file's bytes; for a line of a corpus file, of that line's.
    pub sha256: String,
    /// Of the canonical text, which `bytes` index, where that is not the file itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_sha256: Option<String>,
}

/// How far the answer looked.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Examined {
    pub documents: usize,
    pub matched: usize,
}

/// Milliseconds spent.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Timing {
    pub total: f64,
    pub embed: f64,
    pub search: f64,
    pub answer: f64,
}

/// Measures the stages of an answer; a stage that is entered again adds up.
pub(super) struct Clock {
    start: Instant,
    last: Instant,
    embed: f64,
    search: f64,
}

impl Clock {
    pub fn start() -> Self {
        let now = Instant::now();
        Self { start: now, last: now, embed: 0.0, search: 0.0 }
    }

    /// What passed since the last mark belongs to no search.
    pub fn resume(&mut self) {
        self.lap();
    }

    /// What passed since the last mark was embedding.
    pub fn embedded(&mut self) {
        self.embed += self.lap();
    }

    /// What passed since the last mark was searching.
    pub fn searched(&mut self) {
        self.search += self.lap();
    }

    pub fn stop(self) -> Timing {
        let total = self.start.elapsed().as_secs_f64();
        let ms = |seconds: f64| (seconds * 1e5).round() / 100.0;
        Timing {
            total: ms(total),
            embed: ms(self.embed),
            search: ms(self.search),
            answer: ms(total - self.embed - self.search),
        }
    }

    fn lap(&mut self) -> f64 {
        let seconds = self.last.elapsed().as_secs_f64();
        self.last = Instant::now();
        seconds
    }
}
