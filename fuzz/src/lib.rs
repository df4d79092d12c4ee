//! What every target holds: whatever the bytes are, a document is read and parsed or refused, and what comes out is sound.

use zhice::document::format::{Format, read};
use zhice::document::parse;

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
