//! What every target holds: whatever the bytes are, they are read or refused, and what comes out is sound.
//!
//! `tests/fuzz.rs` runs the same functions for a while on every test run.

use std::path::Path;

use zhice::answer::citation::CitationId;
use zhice::document::format::{Format, read};
use zhice::document::parse;
use zhice::index::{Manifest, PassageStore, probe_graph};
use zhice::question::{Keywords, Question};

/// Reads and parses `bytes` as a file of `format`.
///
/// # Panics
/// When an anchor, heading, passage or sentence does not lie in the text.
pub fn read_and_parse(format: Format, bytes: &[u8]) {
    let Ok(read) = read(format, bytes) else { return };
    let extracted = read.extracted;
    let text = &extracted.text;
    assert!(extracted.anchors.is_sorted_by_key(|anchor| anchor.start));
    assert!(extracted.headings.is_sorted_by_key(|heading| heading.start));
    let starts = extracted.anchors.iter().map(|a| a.start).chain(extracted.headings.iter().map(|h| h.start));
    for start in starts {
        assert!(text.is_char_boundary(start), "{start} of {}", text.len());
    }
    let parsed = parse(&extracted);
    assert!(parsed.reading.as_ref().is_none_or(|reading| reading.len() == text.len()));
    for passage in &parsed.passages {
        assert!(text.get(passage.bytes.clone()).is_some());
        assert!(passage.sentences.iter().all(|sentence| text.get(sentence.clone()).is_some()));
    }
}

/// Reads a manifest.
pub fn manifest(bytes: &[u8]) {
    if let Ok(manifest) = Manifest::parse(bytes, Path::new("index")) {
        assert!(!manifest.generation.contains(['/', '.']));
    }
}

/// Reads passages out of a store whose files are `bytes`, cut in two where its first two bytes say.
pub fn passages(bytes: &[u8]) {
    let Some((&[a, b], rest)) = bytes.split_first_chunk::<2>() else { return };
    let (lines, offsets) = rest.split_at(usize::from(u16::from_le_bytes([a, b])).min(rest.len()));
    let folder = std::env::temp_dir().join(format!("zhice-fuzz-{}", std::process::id()));
    let written = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(folder.join("passages.jsonl"), lines))
        .and_then(|()| std::fs::write(folder.join("passages.offsets"), offsets));
    if written.is_err() {
        return;
    }
    let count = (offsets.len() / 8).saturating_sub(1);
    if let Ok(store) = PassageStore::open(&folder, count) {
        for row in (0..count + 2).take(64) {
            let _ = store.get(row);
        }
        let _ = store.get(usize::MAX);
    }
}

/// Reads and searches the links of a graph over vectors of one kind: every way is as near as every other.
pub fn graph(bytes: &[u8]) {
    let vector: Vec<u8> = [0.6f32, 0.8].iter().flat_map(|x| x.to_le_bytes()).collect();
    // Whole vectors, and some that are shorter than the query.
    for vector in [&vector[..], &vector[..5]] {
        assert_ne!(probe_graph(bytes, vector, &[0.6, 0.8]).as_deref(), Some("a point is none"));
    }
}

/// Reads a citation identifier, which must be written as it is read.
pub fn citation(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(id) = text.parse::<CitationId>() {
        assert_eq!(id.to_string().parse::<CitationId>().as_ref(), Ok(&id));
    }
}

/// Understands a question, its sides, and its keywords in itself.
pub fn question(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(question) = Question::parse(text) else { return };
    for (_, side) in question.sides() {
        assert!(!side.text.is_empty());
    }
    for keyword in Keywords::of(&question).find(text) {
        assert!(text.get(keyword).is_some());
    }
}
