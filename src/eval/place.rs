//! Where gold passages stand in the indexed documents.

use std::ops::Range;

use super::question::{Gold, TestQuestion};
use crate::answer::Citation;
use crate::index::{Index, IndexError};

/// A gold passage found in its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// SHA-256 of the document.
    pub sha256: String,
    pub quote: String,
    /// Where the quote first stands in the document's canonical text.
    pub bytes: Range<usize>,
}

/// A gold passage that is not in the index.
#[derive(Debug, thiserror::Error)]
pub enum NoSuchPlace {
    #[error("the index holds no document {0}")]
    Document(String),
    #[error("the gold quote does not stand in {0}")]
    Quote(String),
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// The gold passages of `question`, in the documents of `index`.
pub fn places(index: &Index, question: &TestQuestion) -> Result<Vec<Place>, NoSuchPlace> {
    question.gold().iter().map(|gold| place(index, gold)).collect()
}

fn place(index: &Index, gold: &Gold) -> Result<Place, NoSuchPlace> {
    let is_it = |path: &String| file_name(path) == gold.doc;
    // Documents are told by file name, and two folders may hold the same one.
    let mut named = index.documents().iter().filter(|d| is_it(&d.path) || d.duplicates.iter().any(is_it)).peekable();
    if named.peek().is_none() {
        return Err(NoSuchPlace::Document(gold.doc.clone()));
    }
    for document in named {
        if let Some(start) = index.text(document)?.find(&gold.quote) {
            let bytes = start..start + gold.quote.len();
            return Ok(Place { sha256: document.sha256.clone(), quote: gold.quote.clone(), bytes });
        }
    }
    Err(NoSuchPlace::Quote(gold.doc.clone()))
}

/// The last part of a document's path.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Place {
    /// Whether `citations` together show the passage: one quotes it, or they cover 60 % of its bytes.
    pub(super) fn covered(&self, citations: &[Citation]) -> bool {
        let here = || citations.iter().filter(|c| c.document.sha256 == self.sha256);
        if here().any(|c| c.quote.contains(&self.quote)) {
            return true;
        }
        let mut ranges: Vec<_> = here().map(|c| c.bytes).collect();
        ranges.sort_unstable();
        let (mut seen, mut total) = (self.bytes.start, 0);
        for [start, end] in ranges {
            let (start, end) = (start.max(seen), end.min(self.bytes.end));
            if end > start {
                total += end - start;
                seen = end;
            }
        }
        // total ≥ 0.6 · length, in whole numbers
        10 * total >= 6 * self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::score::tests::citation;
    use super::*;

    fn gold() -> Place {
        Place { sha256: "a.txt".to_owned(), quote: "0123456789".to_owned(), bytes: 100..110 }
    }

    #[test]
    fn the_name_of_a_file_is_its_last_part() {
        assert_eq!([file_name("a.txt"), file_name("x/y/a.txt")], ["a.txt", "a.txt"]);
    }

    #[test]
    fn a_quote_that_holds_the_passage_covers_it_wherever_it_stands() {
        assert!(gold().covered(&[citation("a.txt", "x0123456789x", 900)]));
        assert!(!gold().covered(&[citation("b.txt", "x0123456789x", 900)]));
        assert!(!gold().covered(&[]));
    }

    #[test]
    fn sixty_percent_of_the_bytes_cover_it() {
        // [94, 106) holds 6 of the 10 bytes, [93, 105) only 5.
        assert!(gold().covered(&[citation("a.txt", "............", 94)]));
        assert!(!gold().covered(&[citation("a.txt", "............", 93)]));
    }

    #[test]
    fn bytes_that_two_citations_share_count_once() {
        // [100, 104) and [102, 105): five bytes together, though 4 + 3 = 7.
        let overlapping = [citation("a.txt", "...", 102), citation("a.txt", "....", 100)];
        assert!(!gold().covered(&overlapping));
        // [100, 104) and [107, 109): six.
        assert!(gold().covered(&[citation("a.txt", "..", 107), citation("a.txt", "....", 100)]));
    }
}
