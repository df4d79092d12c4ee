//! Files to documents with passages, and what is embedded of each passage.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

use rayon::prelude::*;

use super::Progress;
use crate::document::walk::{Skipped, SourceFile};
use crate::document::{Parsed, document_id, parse, read, reading_text};
use crate::index::records::{DocumentRecord, PassageRecord};
use crate::model::Input;
use crate::region;

/// Files read and parsed between two calls of the progress function.
const FILES_PER_STEP: usize = 64;

/// One document on its way into the index.
pub struct Draft {
    pub record: DocumentRecord,
    pub text: String,
    pub passages: Vec<PassageRecord>,
    /// What is embedded of each passage.
    pub inputs: Vec<Input>,
}

/// Reads and parses all files, in parallel; files with the same bytes become one document.
pub fn read_all(
    files: &[SourceFile],
    roots: &[PathBuf],
    skipped: &mut Vec<Skipped>,
    progress: &mut impl FnMut(Progress),
) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_content: HashMap<String, usize> = HashMap::new();
    let mut done = 0;
    for chunk in files.chunks(FILES_PER_STEP) {
        let read: Vec<_> = chunk.par_iter().map(|file| draft(file, roots)).collect();
        for (file, result) in chunk.iter().zip(read) {
            match result {
                Err(reason) => skipped.push(Skipped { path: file.path.clone(), reason }),
                Ok(draft) => match by_content.get(&draft.record.sha256) {
                    Some(&first) => drafts[first].record.duplicates.push(draft.record.path),
                    None => {
                        by_content.insert(draft.record.sha256.clone(), drafts.len());
                        drafts.push(draft);
                    }
                },
            }
        }
        done += chunk.len();
        progress(Progress::Reading { done, total: files.len() });
    }
    drafts
}

/// Reads one file; the error is the reason to skip it.
fn draft(file: &SourceFile, roots: &[PathBuf]) -> Result<Draft, String> {
    let source = read::read(&file.absolute).map_err(|e| e.to_string())?;
    let Parsed { metadata, passages } = parse(&source.text);
    if passages.is_empty() {
        return Err("no text besides navigation and notices".to_owned());
    }
    let place = [metadata.issuer.as_deref(), Some(metadata.title.as_str())].into_iter().flatten();
    let region = place.filter_map(region::division_of_issuer).next();
    let region = region.or_else(|| region::dominant(&metadata.title, &source.text));
    let record = DocumentRecord {
        id: document_id(&source.sha256),
        path: file.path.clone(),
        root: roots.iter().position(|r| *r == file.root).unwrap_or(0),
        duplicates: Vec::new(),
        title: metadata.title,
        issuer: metadata.issuer,
        number: metadata.number,
        published: metadata.published,
        kind: metadata.kind,
        region: region.map(str::to_owned),
        passages: (0, 0),
        text: (0, 0),
        sha256: source.sha256,
    };
    let mut inputs = Vec::with_capacity(passages.len());
    let mut records = Vec::with_capacity(passages.len());
    for passage in passages {
        inputs.push(embedding_input(&record.title, &passage.section, &source.text, &passage.sentences));
        records.push(PassageRecord {
            document: 0,
            ordinal: passage.ordinal,
            bytes: (passage.bytes.start, passage.bytes.end),
            lines: passage.lines,
            section: passage.section,
            sentences: passage.sentences.iter().map(|s| (s.start, s.end)).collect(),
            first_sentence: 0,
        });
    }
    Ok(Draft { record, text: source.text, passages: records, inputs })
}

/// Title and section path stand before the passage, since a clause without its heading is found wrongly.
pub fn embedding_input(title: &str, section: &[String], text: &str, sentences: &[Range<usize>]) -> Input {
    let mut input = Input { text: format!("{title} {}\n", section.join(" ")), sentences: Vec::new() };
    for sentence in sentences {
        let start = input.text.len();
        input.text.push_str(&reading_text(&text[sentence.clone()]));
        input.sentences.push(start..input.text.len());
    }
    input
}

/// Gives every document its rows, and every passage its document and sentence rows.
pub fn number_rows(drafts: &mut [Draft]) {
    let (mut passage_row, mut sentence_row, mut byte) = (0, 0, 0);
    for (number, draft) in drafts.iter_mut().enumerate() {
        draft.record.passages = (passage_row, passage_row + draft.passages.len());
        draft.record.text = (byte, byte + draft.text.len());
        passage_row += draft.passages.len();
        byte += draft.text.len();
        for passage in &mut draft.passages {
            passage.document = number;
            passage.first_sentence = sentence_row;
            sentence_row += passage.sentences.len();
        }
    }
}
