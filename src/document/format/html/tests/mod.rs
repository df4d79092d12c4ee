//! Tests of the whole reader: shapes of pages, pages that mean harm, and the sample pages.

mod hostile;
mod samples;
mod shapes;

use super::extract;
use crate::document::format::extracted::{Extracted, Place};

/// The text of a page that has some.
fn text(page: &str) -> String {
    read(page).text
}

fn read(page: &str) -> Extracted {
    let extracted = extract(page).unwrap_or_else(|error| panic!("{error}: {page:.200}"));
    check(&extracted);
    extracted
}

/// What is promised of every text.
fn check(extracted: &Extracted) {
    let text = &extracted.text;
    assert!(text.ends_with('\n') && !text.contains(['\r', '\0']));
    for line in text.lines() {
        assert!(!line.is_empty() && line == line.trim(), "{line:?}");
    }
    let begins_line = |start: usize| start == 0 || text.as_bytes().get(start - 1) == Some(&b'\n');
    let anchors: Vec<usize> = extracted.anchors.iter().map(|anchor| anchor.start).collect();
    assert_eq!(anchors.first(), Some(&0));
    for offsets in [anchors, extracted.headings.iter().map(|heading| heading.start).collect()] {
        assert!(offsets.is_sorted_by(|a, b| a < b));
        assert!(offsets.iter().all(|&start| start < text.len() && begins_line(start)));
    }
    assert!(extracted.headings.iter().all(|heading| (1..=6).contains(&heading.level)));
    assert!(extracted.anchors.iter().all(|anchor| matches!(&anchor.place, Place::Element(s) if !s.is_empty())));
}
