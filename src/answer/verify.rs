//! Saved answers against the documents as they are now.

use super::citation::CitationId;
use super::json::{Answer, Citation};
use crate::document::read::{self, SourceText};
use crate::index::Index;

/// What became of a citation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The quote stands at its bytes, in the very document that was cited.
    Holds,
    /// The quote stands at its bytes, but the document has changed elsewhere.
    HoldsInChangedDocument,
    /// The bytes hold something else now.
    QuoteChanged,
    /// The document is not in the index, or its file is gone.
    DocumentMissing,
    /// The identifier is malformed.
    BadIdentifier,
}

impl Verdict {
    /// Whether the citation can still be relied on.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds | Self::HoldsInChangedDocument)
    }

    /// The verdict in words.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::HoldsInChangedDocument => "holds, but the document has changed elsewhere",
            Self::QuoteChanged => "the quote no longer stands there",
            Self::DocumentMissing => "the document is not there",
            Self::BadIdentifier => "not a citation identifier",
        }
    }
}

/// Checks every citation of `answer` against the files that the index was built from.
pub fn verify<'a>(index: &Index, answer: &'a Answer) -> Vec<(&'a Citation, Verdict)> {
    answer.citations.iter().map(|citation| (citation, verdict(index, citation))).collect()
}

fn verdict(index: &Index, citation: &Citation) -> Verdict {
    let Ok(id) = citation.id.parse::<CitationId>() else { return Verdict::BadIdentifier };
    // The same document by content, else what has taken its place at the same path.
    let documents = index.documents();
    let by_content = documents.iter().find(|d| d.id == id.document && d.sha256 == citation.document.sha256);
    let Some(document) = by_content.or_else(|| documents.iter().find(|d| d.path == citation.document.path)) else {
        return Verdict::DocumentMissing;
    };
    let read = read::read(&index.source(document), document.format, document.line);
    let Ok(SourceText { extracted, sha256, .. }) = read else { return Verdict::DocumentMissing };
    let [start, end] = citation.bytes;
    if extracted.text.get(start..end) != Some(citation.quote.as_str()) {
        return Verdict::QuoteChanged;
    }
    if sha256 == citation.document.sha256 { Verdict::Holds } else { Verdict::HoldsInChangedDocument }
}
