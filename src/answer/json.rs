//! The answer as JSON: the contract with programs. Field order is the order on the wire.

use std::time::Instant;

use serde::{Deserialize, Serialize};

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
    pub regions: Vec<serde_json::Value>,
    /// Best first. For [`Status::NoEvidence`] the nearest passages, of which nothing is asserted.
    pub citations: Vec<Citation>,
    pub examined: Examined,
    pub timing_ms: Timing,
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
    /// First and last line of the quote, from 1.
    pub lines: [usize; 2],
    /// The page, for formats that have pages.
    pub page: Option<usize>,
    /// 章节路径, from the top.
    pub section: Vec<String>,
    /// Full name of the administrative division that the quote is about.
    pub region: Option<String>,
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
    pub sha256: String,
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

impl Timing {
    pub(super) fn between(start: Instant, embedded: Instant, searched: Instant, end: Instant) -> Self {
        let ms = |a: Instant, b: Instant| (b.duration_since(a).as_secs_f64() * 1e5).round() / 100.0;
        Self {
            total: ms(start, end),
            embed: ms(start, embedded),
            search: ms(embedded, searched),
            answer: ms(searched, end),
        }
    }
}
