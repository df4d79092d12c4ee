//! Where a quoted text stands in the documents: exactly, else the nearest wording.

use std::collections::HashSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::evidence::Evidence;
use crate::document::reading_text;
use crate::document::traditional::to_simplified;
use crate::index::analyzer::terms;
use crate::index::{DocumentRecord, FieldWeights, Index, IndexError};

/// Passages that are compared for the nearest wording.
const PASSAGES: usize = 50;
/// Likeness from which a sentence counts as another wording of the quote.
const NEAREST: f32 = 0.6;

/// A place where a quote stands.
#[derive(Debug, Clone)]
pub struct Place {
    pub evidence: Evidence,
    /// The text is the quote's own, but for white space, full- or half-width forms, and traditional or simplified
    /// characters.
    pub exact: bool,
}

/// All places where `quote` stands exactly; without any, the nearest wording; empty where there is none near.
pub fn locate(index: &Index, quote: &str) -> Result<Vec<Place>, IndexError> {
    let (needle, _) = fold(&to_simplified(quote));
    if needle.is_empty() {
        return Ok(Vec::new());
    }
    let mut places = Vec::new();
    for document in index.documents() {
        let text = index.reading(document)?;
        for bytes in occurrences(text, &needle) {
            if let Some(row) = passage_at(index, document, bytes.start)? {
                places.push(Place { evidence: Evidence::located(row, bytes, 1.0), exact: true });
            }
        }
    }
    if places.is_empty() {
        places.extend(nearest(index, quote)?);
    }
    Ok(places)
}

/// The byte ranges of `text` that read like `words`, whatever the white space and the width of the characters.
pub(super) fn occurrences_of(text: &str, words: &str) -> Vec<Range<usize>> {
    let (needle, _) = fold(words);
    if needle.is_empty() { Vec::new() } else { occurrences(text, &needle) }
}

/// The byte ranges of `text` that read like the folded `needle`.
fn occurrences(text: &str, needle: &str) -> Vec<Range<usize>> {
    let (folded, starts) = fold(text);
    let whole = |at: &usize| starts[*at].is_some() && starts.get(at + needle.len()).is_none_or(Option::is_some);
    let matches = folded.match_indices(needle).map(|(at, _)| at).filter(whole);
    matches
        .map(|at| {
            let start = starts[at].unwrap_or_default();
            let last = (at..at + needle.len()).rev().find_map(|i| starts[i]).unwrap_or(start);
            let width = text[last..].chars().next().map_or(0, char::len_utf8);
            start..last + width
        })
        .collect()
}

/// `text` without white space, in compatibility form and lower case; and for each byte of that the byte of `text` where
/// the character begins that it begins.
fn fold(text: &str) -> (String, Vec<Option<usize>>) {
    let mut folded = String::with_capacity(text.len());
    let mut starts = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let before = folded.len();
        folded.extend(std::iter::once(c).nfkc().flat_map(char::to_lowercase).filter(|c| !c.is_whitespace()));
        if folded.len() > before {
            starts.push(Some(at));
            starts.resize(folded.len(), None);
        }
    }
    (folded, starts)
}

/// The row of the passage that holds byte `at` of `document`, or begins next after it.
pub(super) fn passage_at(index: &Index, document: &DocumentRecord, at: usize) -> Result<Option<usize>, IndexError> {
    for row in document.passages.0..document.passages.1 {
        if index.passage(row)?.bytes.1 > at {
            return Ok(Some(row));
        }
    }
    Ok(document.passages.1.checked_sub(1).filter(|row| *row >= document.passages.0))
}

/// The sentence whose terms are most like those of `quote`.
fn nearest(index: &Index, quote: &str) -> Result<Option<Place>, IndexError> {
    let wanted: HashSet<String> = terms(&to_simplified(quote)).into_iter().collect();
    let weighted: Vec<(String, f32)> = wanted.iter().map(|term| (term.clone(), 1.0)).collect();
    let body = FieldWeights { body: 1.0, heading: 0.0, title: 0.0 };
    let mut best: Option<Place> = None;
    for (row, _) in index.terms()?.search(&weighted, body, PASSAGES, None)? {
        let passage = index.passage(row)?;
        let text = index.reading(&index.documents()[passage.document])?;
        for &(start, end) in &passage.sentences {
            let sentence = text.get(start..end).unwrap_or_default();
            let own: HashSet<String> = terms(&reading_text(sentence)).into_iter().collect();
            let score = likeness(&wanted, &own);
            if score >= NEAREST && best.as_ref().is_none_or(|b| score > b.evidence.score) {
                best = Some(Place { evidence: Evidence::located(row, start..end, score), exact: false });
            }
        }
    }
    Ok(best)
}

/// Sørensen–Dice similarity of terms; for a quote that may be a part of a sentence, the share of it that the sentence
/// has, at a discount.
fn likeness(quote: &HashSet<String>, sentence: &HashSet<String>) -> f32 {
    let common = sentence.intersection(quote).count() as f32;
    let whole = 2.0 * common / (sentence.len() + quote.len()).max(1) as f32;
    let part = if quote.len() >= 6 { 0.85 * common / quote.len() as f32 } else { 0.0 };
    whole.max(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_sentence_with_one_wrong_number_is_like_it() {
        let set = |text: &str| terms(text).into_iter().collect::<HashSet<_>>();
        let sentence = set("到2027年，全市低空经济产业规模达到三百亿元，建成起降点一百二十个，培育链主企业十家");
        assert!(likeness(&set("全市低空经济产业规模达到五百亿元"), &sentence) >= NEAREST);
        assert!(likeness(&set("全市新能源汽车产量超过五万辆"), &sentence) < NEAREST);
    }

    fn found<'a>(text: &'a str, quote: &str) -> Vec<&'a str> {
        occurrences(text, &fold(quote).0).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn a_quote_is_found_across_line_breaks_and_full_width_forms() {
        assert_eq!(found("到2025年，产\n  值达5000亿元。", "产值达５０００亿元"), ["产\n  值达5000亿元"]);
    }

    #[test]
    fn every_occurrence_is_found() {
        assert_eq!(found("氢能。氢能！", "氢能").len(), 2);
    }

    #[test]
    fn half_of_a_composed_character_is_no_occurrence() {
        assert!(found("㎏", "k").is_empty());
        assert_eq!(found("㎏", "kg"), ["㎏"]);
    }

    #[test]
    fn a_quote_that_stands_nowhere_is_not_found() {
        assert!(found("氢能", "储能").is_empty());
    }
}
