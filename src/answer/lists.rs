//! Lists that a document spreads over sibling headings: what is asked for stands in the heading above, and each item is a
//! heading of its own, 1.…, 2.…, 3.….

use std::collections::HashSet;
use std::ops::Range;

use super::evidence::Evidence;
use super::features::QuestionWords;
use crate::document::marker;
use crate::index::{Index, IndexError};
use crate::question::Question;

/// Documents looked into, in the order of the evidence.
const DOCUMENTS: usize = 3;
/// A list has at least two items, and one of more than this is an outline.
const MOST: usize = 20;
/// Sentences at the beginning of a passage that may be headings.
const OPENING: usize = 4;
/// The share of the question's words that the heading above the items must have.
const SHARE: f32 = 0.5;

/// An item of a list: the heading, as a quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The row of the passage that the heading begins.
    pub row: usize,
    /// Its bytes in the document's canonical text.
    pub bytes: Range<usize>,
    /// The bytes of its words, without its number.
    pub name: Range<usize>,
}

/// The items below the heading that has most of the question's words, in order; none where no heading has `SHARE` of them,
/// or the best sentence has more of them and is a list by itself.
pub fn list(index: &Index, question: &Question, evidence: &[Evidence]) -> Result<Option<Vec<Item>>, IndexError> {
    let Some(first) = evidence.first() else { return Ok(None) };
    let words = &QuestionWords::new(index, question)?;
    let document = &index.documents()[index.passage(first.row)?.document];
    let sentence = index.reading(document)?.get(first.best.clone()).unwrap_or_default();
    let best = if sentence.matches('、').count() >= 2 { words.share_in(sentence) } else { 0.0 };
    let mut seen = HashSet::new();
    let mut found: Option<(f32, Vec<Item>)> = None;
    for item in evidence {
        let document = index.passage(item.row)?.document;
        if !seen.insert(document) || seen.len() > DOCUMENTS {
            continue;
        }
        for (share, items) in lists(index, words, document)? {
            if share >= SHARE && share > best && found.as_ref().is_none_or(|(known, _)| share > *known) {
                found = Some((share, items));
            }
        }
    }
    Ok(found.map(|(_, items)| items))
}

/// The headings above, and the items below them by their headings.
type Siblings = (Vec<String>, Vec<(String, Item)>);

/// Every list of sibling headings in a document, with the share of the heading above it.
fn lists(index: &Index, words: &QuestionWords, document: usize) -> Result<Vec<(f32, Vec<Item>)>, IndexError> {
    let document = &index.documents()[document];
    let text = index.reading(document)?;
    let mut open: Vec<Siblings> = Vec::new();
    for row in document.passages.0..document.passages.1 {
        let passage = index.passage(row)?;
        for depth in 1..passage.section.len() {
            let (above, heading) = (&passage.section[..depth], &passage.section[depth]);
            // The first passage under a heading begins with it, or with the headings above it.
            let mut opening = passage.sentences.iter().take(OPENING);
            let holding = |&(start, end): &(usize, usize)| {
                let at = text.get(start..end)?.find(heading.as_str())?;
                Some((start, end, start + at))
            };
            let Some((start, end, at)) = opening.find_map(holding) else { continue };
            let Some(name) = name(heading) else { continue };
            let item = Item { row, bytes: start..end, name: at + name.start..at + name.end };
            match open.iter_mut().find(|(known, _)| known == above) {
                Some((_, items)) if items.iter().any(|(known, _)| known == heading) => {}
                Some((_, items)) => items.push((heading.clone(), item)),
                None => open.push((above.to_vec(), vec![(heading.clone(), item)])),
            }
        }
    }
    let whole = |(above, items): Siblings| {
        let share = above.last().map_or(0.0, |heading| words.share_in(heading));
        let items: Vec<Item> = items.into_iter().map(|(_, item)| item).collect();
        (2..=MOST).contains(&items.len()).then_some((share, items))
    };
    Ok(open.into_iter().filter_map(whole).collect())
}

/// The words of a numbered heading, without number and full stop; none of one without number.
fn name(heading: &str) -> Option<Range<usize>> {
    let start = marker(heading)?.len;
    let end = heading.trim_end_matches(['。', '：', ':', '；', ' ', '.']).len();
    (end > start).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_item_is_its_heading_without_the_number() {
        for (heading, expected) in [
            ("4.第三代半导体。", "第三代半导体"),
            ("（二）未来能源", "未来能源"),
            ("三、一体化平台：", "一体化平台"),
            ("1﹒新型储能", "新型储能"),
        ] {
            assert_eq!(name(heading).map(|range| &heading[range]), Some(expected));
        }
        assert_eq!(name("总体要求"), None);
        assert_eq!(name("一体化平台"), None);
    }
}
