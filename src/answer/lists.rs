//! Lists that a document spreads over sibling headings: what is asked for stands in the heading above, and each item is a
//! heading of its own, 1.…, 2.…, 3.….

use std::collections::HashSet;
use std::ops::Range;

use super::enumeration;
use super::evidence::Evidence;
use super::features::QuestionWords;
use super::meant;
use super::parts;
use crate::document::marker;
use crate::index::{Index, IndexError};
use crate::question::{AnswerKind, Counted, Question};

/// Documents looked into, in the order of the evidence.
const DOCUMENTS: usize = 3;
/// A list has at least two items, and one of more than this is an outline.
const MOST: usize = 20;
/// Sentences at the beginning of a passage that may be headings.
const OPENING: usize = 4;
/// The share of what the question is about that the heading above the items must have.
const SHARE: f32 = 0.5;
/// What a heading has that counts what is asked for, above as many items, and a sentence that tells as many: more than any by
/// its words.
const COUNTED: f32 = 2.0;
/// Headings beside one another that differ by no more say the same of what is asked: their lists belong together.
const ALIKE: f32 = 0.02;

/// A list under its heading.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The headings above the items, from the top.
    pub above: Vec<String>,
    pub items: Vec<Item>,
}

/// An item of a list: the heading, as a quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The row of the passage that the heading begins.
    pub row: usize,
    /// Its bytes in the document's canonical text.
    pub bytes: Range<usize>,
    /// The bytes of its words, without its number.
    pub name: Range<usize>,
    /// The heading as it reads.
    pub heading: String,
}

/// Whether a list may answer: one is asked for, or several targets, or a part of a plan, which lists what it holds.
pub fn asked(question: &Question) -> bool {
    match question.kind {
        AnswerKind::List => true,
        AnswerKind::Target => question.asks_for_several(),
        AnswerKind::Open | AnswerKind::Definition => parts::asked(&question.reading).is_some(),
        _ => false,
    }
}

/// The lists below the heading that has most of what the question is about, and below the headings beside it that have as
/// much; none where no heading has `SHARE` of it, or the best sentence has more of it and is a list by itself. The tasks of a plan
/// that has no part for them are what it has at its top.
pub fn lists(index: &Index, question: &Question, evidence: &[Evidence]) -> Result<Vec<List>, IndexError> {
    let Some(first) = evidence.first() else { return Ok(Vec::new()) };
    let words = &QuestionWords::new(index, question)?;
    let document = &index.documents()[index.passage(first.row)?.document];
    let sentence = index.reading(document)?.get(first.best.clone()).unwrap_or_default();
    let for_tasks = parts::asks_for_tasks(&question.reading);
    let part = parts::asked(&question.reading);
    let mut best = match &question.counted {
        Some(counted) if enumeration::told(counted, &[sentence]).is_some() => COUNTED,
        // The tasks of a plan are told by its headings, unless a sentence says that it tells them.
        _ if for_tasks && !parts::asks_for_tasks(sentence) => 0.0,
        _ if sentence.matches('、').count() >= 2 => words.subject_share_in(sentence),
        _ => 0.0,
    };
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for item in evidence {
        let document = index.passage(item.row)?.document;
        if !seen.insert(document) || seen.len() > DOCUMENTS {
            continue;
        }
        if part.is_some() && !meant::is_of_region(question, &index.documents()[document]) {
            continue;
        }
        let lists = of_document(index, document)?;
        let title = &index.documents()[document].metadata.title;
        let share = |list: &List| {
            let counts = |heading: &str| {
                let same = |counted: &Counted| counted.number as usize == list.items.len();
                question.counted.as_ref().is_some_and(|c| same(c) && c.counted_in(heading).is_some())
            };
            match list.above.last() {
                Some(heading) if counts(heading) => COUNTED,
                Some(heading) => share(words, question, title, heading),
                // 十条措施 of a title are what stands at the top.
                None => f32::from(counts(title)) * COUNTED,
            }
        };
        let leading = lists.iter().filter(|list| share(list) >= SHARE && share(list) > best);
        let Some(leading) = leading.max_by(|a, b| share(a).total_cmp(&share(b))) else {
            let titled = words.subject_share_in(&format!("{title}\n{}", part.unwrap_or_default()));
            if for_tasks && found.is_empty() && titled >= best.max(SHARE) {
                found.extend(
                    lists.into_iter().find(|list| is_top(list) && list.items.iter().filter(is_task).count() > 1),
                );
            }
            continue;
        };
        best = share(leading);
        let beside = |list: &&List| list.above.split_last().map(|l| l.1) == leading.above.split_last().map(|l| l.1);
        let alike = |list: &&List| share(list) >= best - ALIKE;
        found = lists.iter().filter(beside).filter(alike).cloned().collect();
    }
    if for_tasks {
        found.iter_mut().filter(|list| is_top(list)).for_each(|list| list.items.retain(|item| is_task(&item)));
    }
    Ok(found)
}

/// Whether no heading with a number stands above the list: it is the outline of its document.
fn is_top(list: &List) -> bool {
    list.above.iter().all(|heading| marker(heading).is_none())
}

/// Whether the item may name a task of the plan that has it.
fn is_task(item: &&Item) -> bool {
    parts::may_be_task(&item.heading)
}

/// How much of what the question is about the heading above a list has. Who asks for several targets or for a part of a plan
/// names the document, as often as not, and what its title says no heading repeats: there the title's words count for neither.
fn share(words: &QuestionWords, question: &Question, title: &str, heading: &str) -> f32 {
    let part = parts::asked_of(&question.reading, heading);
    let heading = format!("{heading}\n{}", part.unwrap_or_default());
    let own = words.subject_share_in(&heading);
    if question.kind != AnswerKind::Target && part.is_none() {
        return own;
    }
    let titled = words.subject_share_in(title);
    let both = words.subject_share_in(&format!("{title}\n{heading}"));
    if titled < 1.0 { own.max((both - titled) / (1.0 - titled)) } else { own }
}

/// The lists of sibling headings in a document; the one of the headings at its top has none above it.
fn of_document(index: &Index, document: usize) -> Result<Vec<List>, IndexError> {
    let document = &index.documents()[document];
    let text = index.reading(document)?;
    // Of each list the headings that are in it already: a heading begins its first passage alone.
    let mut open: Vec<(List, HashSet<String>)> = Vec::new();
    for row in document.passages.0..document.passages.1 {
        let passage = index.passage(row)?;
        for depth in 0..passage.section.len() {
            let (above, heading) = (&passage.section[..depth], &passage.section[depth]);
            // The first passage under a heading begins with it, or with the headings above it.
            let mut opening = passage.sentences.iter().take(OPENING);
            let holding = |&(start, end): &(usize, usize)| {
                let at = text.get(start..end)?.find(heading.as_str())?;
                Some((start, end, start + at))
            };
            let Some((start, end, at)) = opening.find_map(holding) else { continue };
            let Some(name) = name(heading) else { continue };
            let name = at + name.start..at + name.end;
            let item = Item { row, bytes: start..end, name, heading: heading.clone() };
            match open.iter_mut().find(|(list, _)| list.above == above) {
                Some((list, known)) => {
                    if known.insert(heading.clone()) {
                        list.items.push(item);
                    }
                }
                None => {
                    let list = List { above: above.to_vec(), items: vec![item] };
                    open.push((list, HashSet::from([heading.clone()])));
                }
            }
        }
    }
    let whole = |list: &List| (2..=MOST).contains(&list.items.len());
    Ok(open.into_iter().map(|(list, _)| list).filter(whole).collect())
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
