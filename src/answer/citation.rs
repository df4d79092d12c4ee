//! Citation identifiers `<document>-<passage>`, and a citation from a piece of evidence.

use std::fmt;
use std::str::FromStr;

use super::evidence::Evidence;
use super::json::{Citation, CitedDocument};
use crate::document::format::extracted::Place;
use crate::index::{DocumentRecord, Index, IndexError, PassageRecord, SourceState};
use crate::region;

/// The parts of a citation identifier such as `3f9a1c02-17`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitationId {
    /// 8 hex digits of the document's SHA-256.
    pub document: String,
    /// The passage's number within the document.
    pub ordinal: u32,
}

/// Text that is no citation identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a citation identifier such as 3f9a1c02-17")]
pub struct NotACitation(String);

impl FromStr for CitationId {
    type Err = NotACitation;

    fn from_str(text: &str) -> Result<Self, NotACitation> {
        let refuse = || NotACitation(text.chars().take(40).collect());
        let (document, ordinal) = text.trim().split_once('-').ok_or_else(refuse)?;
        let is_id = document.len() == 8 && document.bytes().all(|b| b.is_ascii_hexdigit());
        let is_number = !ordinal.is_empty() && ordinal.bytes().all(|b| b.is_ascii_digit());
        if !is_id || !is_number {
            return Err(refuse());
        }
        Ok(Self { document: document.to_ascii_lowercase(), ordinal: ordinal.parse().map_err(|_| refuse())? })
    }
}

impl fmt::Display for CitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.document, self.ordinal)
    }
}

/// The passages that `id` names, with their rows: one, or none, or more where two documents share 8 digits.
pub fn resolve(index: &Index, id: &CitationId) -> Result<Vec<(usize, PassageRecord)>, IndexError> {
    let mut found = Vec::new();
    for document in index.documents().iter().filter(|d| d.id == id.document) {
        let row = document.passages.0 + id.ordinal as usize;
        if row < document.passages.1 {
            found.push((row, index.passage(row)?));
        }
    }
    Ok(found)
}

/// The citation of one piece of evidence.
pub fn cite(index: &Index, n: usize, evidence: &Evidence) -> Result<Citation, IndexError> {
    let passage = index.passage(evidence.row)?;
    let document = &index.documents()[passage.document];
    let text = index.text(document)?;
    let quote = text.get(evidence.bytes.clone()).unwrap_or_default();
    let pinpoint = index.reading(document)?.get(evidence.pinpoint.clone()).unwrap_or_default();
    let line = 1 + text[..evidence.bytes.start.min(text.len())].matches('\n').count();
    Ok(Citation {
        n,
        id: CitationId { document: document.id.clone(), ordinal: passage.ordinal }.to_string(),
        score: (evidence.score * 1000.0).round() / 1000.0,
        quote: quote.to_owned(),
        bytes: [evidence.bytes.start, evidence.bytes.end],
        pinpoint: [evidence.pinpoint.start, evidence.pinpoint.end],
        lines: [line, line + quote.matches('\n').count()],
        page: match passage.place(evidence.bytes.start) {
            Some(Place::Page(page)) => Some(*page),
            _ => None,
        },
        element: match (document.line, passage.place(evidence.bytes.start)) {
            (Some(line), _) => Some(format!("line {}", line.number)),
            (None, Some(Place::Element(element))) => Some(element.clone()),
            _ => None,
        },
        region: evidence
            .region
            .or_else(|| region_of(document, pinpoint))
            .and_then(region::division)
            .map(|d| d.name.to_owned()),
        regions: passage.regions.iter().filter_map(|code| region::division(code)).map(|d| d.name.to_owned()).collect(),
        section: passage.section.iter().map(|heading| index.as_written(document, heading)).collect::<Result<_, _>>()?,
        document: cited(index, document)?,
        stale: match index.source_state(document) {
            SourceState::Unchanged => None,
            SourceState::Changed => Some("changed".to_owned()),
            SourceState::Missing => Some("missing".to_owned()),
        },
    })
}

/// What a citation says of its document.
fn cited(index: &Index, document: &DocumentRecord) -> Result<CitedDocument, IndexError> {
    let metadata = &document.metadata;
    let written = |words: &Option<String>| words.as_ref().map(|words| index.as_written(document, words)).transpose();
    Ok(CitedDocument {
        id: document.id.clone(),
        title: index.as_written(document, &metadata.title)?,
        path: document.path.clone(),
        issuer: written(&metadata.issuer)?,
        number: written(&metadata.number)?,
        published: metadata.published.clone(),
        url: metadata.url.clone(),
        sha256: document.sha256.clone(),
        text_sha256: document.text_sha256.clone(),
    })
}

/// The division that a quote is about: its own subject where that is one place, else its document's division.
pub fn region_of(document: &DocumentRecord, quote: &str) -> Option<&'static str> {
    match region::actor(quote, document.region.as_deref()).as_slice() {
        [one] => Some(*one),
        _ => region::division(document.region.as_deref()?).map(|d| d.code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_read_as_it_is_written() {
        let id: CitationId = "3F9a1c02-17".parse().unwrap();
        assert_eq!(id.to_string(), "3f9a1c02-17");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "3f9a1c02",
            "3f9a1c0-1",
            "3f9a1c02-",
            "3f9a1c02-x",
            "3f9a1c02--1",
            "zf9a1c02-1",
            "3f9a1c02-99999999999",
        ] {
            assert!(text.parse::<CitationId>().is_err(), "{text}");
        }
    }
}
