//! Sources to documents with passages, read ahead of the embedding in a thread of their own.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use rayon::prelude::*;

use super::plan::Planned;
use crate::digest::sha256_hex;
use crate::document::format::Format;
use crate::document::format::extracted::Anchor;
use crate::document::{Parsed, Passage, document_id, parse, read, reading_text};
use crate::index::records::{DocumentRecord, PassageRecord};
use crate::model::Input;
use crate::region::{self, Attribution, Facts, Scope, Sentence};

/// Documents read side by side.
const DOCUMENTS_PER_STEP: usize = 16;
/// Documents that wait for their embedding: what bounds the memory that reading takes.
const WAITING: usize = 32;

/// One document on its way into the index. Its row numbers are not known yet.
pub struct Draft {
    pub record: DocumentRecord,
    pub text: String,
    /// The text in simplified characters, where it is in traditional ones.
    pub reading: Option<String>,
    pub passages: Vec<PassageRecord>,
    /// Characters that could not be decoded.
    pub undecoded: usize,
}

impl Draft {
    /// The text that is matched and embedded.
    pub fn reading(&self) -> &str {
        self.reading.as_deref().unwrap_or(&self.text)
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        let text = self.reading();
        self.passages.iter().flat_map(|p| &p.sentences).filter_map(move |&(start, end)| text.get(start..end))
    }

    /// What is embedded of each passage.
    pub fn inputs(&self) -> impl Iterator<Item = Input> {
        let title = &self.record.metadata.title;
        self.passages.iter().map(move |passage| {
            embedding_input(title, &passage.section, self.reading(), passage.sentences.iter().map(|&(a, b)| a..b))
        })
    }
}

/// Reads the documents that are not kept, in order, a few ahead of the receiver. The error is the reason to skip one.
pub fn read_ahead<'scope, 'env>(
    scope: &'scope thread::Scope<'scope, 'env>,
    documents: &'env [Planned],
    roots: &'env [PathBuf],
) -> (Receiver<Result<Draft, String>>, thread::ScopedJoinHandle<'scope, ()>) {
    let (sender, receiver) = sync_channel(WAITING);
    let thread = scope.spawn(move || {
        let fresh: Vec<&Planned> = documents.iter().filter(|d| d.kept.is_none()).collect();
        for step in fresh.chunks(DOCUMENTS_PER_STEP) {
            let drafts: Vec<_> = step.par_iter().map(|planned| draft(planned, roots)).collect();
            for draft in drafts {
                if sender.send(draft).is_err() {
                    return; // the build has failed
                }
            }
        }
    });
    (receiver, thread)
}

/// Reads one document; the error is the reason to skip it.
fn draft(planned: &Planned, roots: &[PathBuf]) -> Result<Draft, String> {
    let source = &planned.source;
    let place = |reason: String| match source.line {
        Some(line) => format!("line {}: {reason}", line.number),
        None => reason,
    };
    let read = read::read(&source.file.absolute, source.file.format, source.line).map_err(|e| place(e.to_string()))?;
    let extracted = read.extracted;
    let Parsed { metadata, passages, reading } = parse(&extracted);
    if passages.is_empty() {
        return Err(place("no text besides navigation and notices".to_owned()));
    }
    let text = reading.as_deref().unwrap_or(&extracted.text);
    let region = region::division_of_document(Facts {
        issuer: metadata.issuer.as_deref(),
        title: &metadata.title,
        number: metadata.number.as_deref(),
        text,
    });
    let mut passages: Vec<PassageRecord> =
        passages.into_iter().map(|passage| passage_record(passage, &extracted.anchors)).collect();
    attribute(&mut passages, text, Scope::of(region));
    let canonical = matches!(read.encoding, Some("UTF-8")) && source.file.format == Format::Text;
    let record = DocumentRecord {
        id: document_id(&read.sha256),
        path: source.file.path.clone(),
        root: roots.iter().position(|r| *r == source.file.root).unwrap_or(0),
        format: source.file.format,
        line: source.line,
        encoding: read.encoding.map(str::to_owned),
        duplicates: planned.duplicates.clone(),
        repeats: None,
        region: region.map(str::to_owned),
        regions: regions_of(&passages),
        passages: (0, 0),
        text: (0, 0),
        text_sha256: (!canonical).then(|| sha256_hex(extracted.text.as_bytes())),
        reading: None,
        sha256: read.sha256,
        metadata,
    };
    Ok(Draft { record, text: extracted.text, reading, passages, undecoded: read.undecoded })
}

fn passage_record(passage: Passage, anchors: &[Anchor]) -> PassageRecord {
    PassageRecord {
        document: 0,
        ordinal: passage.ordinal,
        anchors: anchors_of(anchors, &passage.bytes),
        bytes: (passage.bytes.start, passage.bytes.end),
        lines: passage.lines,
        section: passage.section,
        regions: Vec::new(),
        sentences: passage.sentences.iter().map(|s| (s.start, s.end)).collect(),
        first_sentence: 0,
    }
}

/// Gives every passage the regions that it speaks of.
fn attribute(passages: &mut [PassageRecord], text: &str, scope: Scope) {
    let mut attribution = Attribution::new(scope);
    let mut end = 0;
    for passage in passages {
        let readings: Vec<(String, bool)> = passage
            .sentences
            .iter()
            .map(|&(start, after)| {
                let starts_paragraph = text.get(end..start).is_none_or(|gap| gap.contains('\n'));
                end = after;
                (reading_text(text.get(start..after).unwrap_or_default()), starts_paragraph)
            })
            .collect();
        let sentences = readings.iter().map(|&(ref text, starts_paragraph)| Sentence { text, starts_paragraph });
        let codes = attribution.passage(sentences, &passage.section);
        passage.regions = codes.into_iter().map(str::to_owned).collect();
    }
}

/// All regions that passages speak of, in the order of their codes.
fn regions_of(passages: &[PassageRecord]) -> Vec<String> {
    let codes: BTreeSet<&String> = passages.iter().flat_map(|passage| &passage.regions).collect();
    codes.into_iter().cloned().collect()
}

/// The anchors that reach into `bytes`.
fn anchors_of(anchors: &[Anchor], bytes: &Range<usize>) -> Vec<Anchor> {
    let first = anchors.partition_point(|anchor| anchor.start <= bytes.start).saturating_sub(1);
    let last = anchors.partition_point(|anchor| anchor.start < bytes.end);
    anchors.get(first..last).unwrap_or_default().to_vec()
}

/// Title and section path stand before the passage, since a clause without its heading is found wrongly.
pub fn embedding_input(
    title: &str,
    section: &[String],
    text: &str,
    sentences: impl IntoIterator<Item = Range<usize>>,
) -> Input {
    let mut input = Input { text: format!("{title} {}\n", section.join(" ")), sentences: Vec::new() };
    for sentence in sentences {
        let start = input.text.len();
        input.text.push_str(&reading_text(text.get(sentence).unwrap_or_default()));
        input.sentences.push(start..input.text.len());
    }
    input
}
