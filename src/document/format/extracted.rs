//! What a reader makes of a file.

use serde::{Deserialize, Serialize};

/// The text of a file, and where in the file it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extracted {
    /// The canonical text: one paragraph, heading or table row a line, lines end with `\n`, no white space at their ends.
    pub text: String,
    /// Where each page or element begins, by ascending byte offset; each reaches to the next. The first begins at 0.
    pub anchors: Vec<Anchor>,
    /// The lines that the file itself marks as headings, by ascending byte offset.
    pub headings: Vec<MarkedHeading>,
    /// What the file says of itself outside its text.
    pub declared: Declared,
}

impl From<&str> for Extracted {
    /// Plain text.
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// The beginning of a page or element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Byte offset in the canonical text.
    pub start: usize,
    /// What begins there.
    #[serde(flatten)]
    pub place: Place,
}

/// A place in a file that a person can look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A page, from 1.
    Page(u32),
    /// An element of the file, in the words of its format: a CSS selector, `paragraph 12`, `table 2 row 3`.
    Element(String),
}

/// A line that the file marks as a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedHeading {
    /// Byte offset of the line in the canonical text.
    pub start: usize,
    /// 1 is the highest.
    pub level: u8,
}

/// What a file says of itself in meta tags or properties; every field as it stands there, not yet judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Declared {
    pub title: Option<String>,
    /// 发文机关 or 来源
    pub issuer: Option<String>,
    /// 发文字号
    pub number: Option<String>,
    /// Any form of date.
    pub published: Option<String>,
    pub url: Option<String>,
    /// A person wrote these fields for this document alone, as in a corpus file; a page's come from its template.
    pub curated: bool,
}

/// Why a file has no text.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ExtractError {
    /// The file breaks the rules of its format. The reason is one short clause, e.g. `no end of central directory`.
    #[error("damaged {format} file: {reason}")]
    Damaged { format: &'static str, reason: String },
    /// It needs a password.
    #[error("encrypted {format} file: save it without a password")]
    Encrypted { format: &'static str },
    /// Pages, but no letters: a scan.
    #[error("scanned {format} file: {pages} pages without text; recognise its text (OCR) first")]
    Scanned { format: &'static str, pages: usize },
    /// A stated limit is passed, e.g. `more than 64 MiB of text`.
    #[error("{format} file is too large: {limit}")]
    TooLarge { format: &'static str, limit: String },
    /// Nothing in it.
    #[error("empty {format} file")]
    Empty { format: &'static str },
}
