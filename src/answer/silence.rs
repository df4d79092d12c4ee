//! When to say nothing: what a question names and the evidence lacks.
//!
//! Most wrong answers of such systems are the right sentence about the wrong city, so a region, year, document number or
//! body that a question names must stand with the evidence, or there is no answer. Whether the evidence is about the
//! matter at all is told by the [`Calibration`](crate::model::Calibration) of the model that the index was built with.

use std::ops::Range;

use super::asks;
use super::citation::region_of;
use super::evidence::Evidence;
use super::features::QuestionWords;
use super::measure;
use super::reason::reason;
use super::signs;
use super::topic;
use crate::document::reading_text;
use crate::index::{Index, IndexError, PassageRecord};
use crate::question::{AnswerKind, Language, Organisation, Question};
use crate::region::{self, Attribution, Scope, Sentence};

/// The share of the best evidence's words for the subject that other evidence must have to stand in for it.
const SAME_SUBJECT: f32 = 0.9;

/// The share of them that it must at least have to be about the same matter.
const SAME_MATTER: f32 = 0.5;

/// The share of these words from which a quote names what is asked about by yes or no.
const NAMED: f32 = 0.6;

/// The beginning of a text, in bytes (200 Chinese characters).
const HEAD_BYTES: usize = 600;
/// Its end, where it is signed and dated.
const END_BYTES: usize = 150;

/// What a question names, and whether a piece of evidence has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Support {
    pub region: bool,
    pub year: bool,
    pub document_number: bool,
    pub organisation: bool,
    /// It holds the kind of thing that is asked for.
    pub kind: bool,
    /// It is about another region than those named.
    pub elsewhere: bool,
    /// It shares words with the question, or is near to it in meaning.
    pub subject: bool,
}

impl Support {
    fn full(self) -> bool {
        self.region && self.year && self.document_number && self.organisation && self.kind && self.subject
    }
}

/// Puts the best evidence that has all that the question names first, and drops what is about another region than the one
/// named. Without any supporting evidence there is no answer: nothing is dropped, and the reason is returned.
pub fn settle(index: &Index, question: &Question, evidence: &mut Vec<Evidence>) -> Result<Option<String>, IndexError> {
    let fits = evidence.iter().any(|item| item.fits);
    let words = QuestionWords::new(index, question)?;
    let mut judged = Vec::with_capacity(evidence.len());
    for item in evidence.drain(..) {
        let mut support = support(index, question, &item)?;
        // Yes or no is told by what speaks of the matter, and no by nothing at all.
        if question.asks_whether() {
            support.subject &= match topic::holds(index, question, &item)? {
                Some(holds) => holds,
                None => item.read_to_answer || subject_share(index, &words, &item)? >= NAMED,
            };
        }
        judged.push((Support { subject: fits && support.subject, ..support }, item));
    }
    keep_to_subject(index, question, &words, &mut judged)?;
    let supports: Vec<Support> = judged.iter().map(|(support, _)| *support).collect();
    let answered = supports.iter().any(|s| s.full());
    if answered {
        judged.retain(|(support, _)| !support.elsewhere);
        if let Some(best) = judged.iter().position(|(support, _)| support.full()) {
            judged[..=best].rotate_right(1);
        }
    }
    evidence.extend(judged.into_iter().map(|(_, item)| item));
    Ok(if answered { None } else { Some(reason(index, question, &supports)) })
}

/// What has all that the question names must be about the same matter as the best evidence: where that only lacks the kind
/// of thing asked for, in nearly all its words, for the size of one fund is not that of another; else in half of them, or
/// by the reader's word, of Chinese questions. The right place with another matter answers as little as the right sentence
/// about another place.
fn keep_to_subject(
    index: &Index,
    question: &Question,
    words: &QuestionWords,
    judged: &mut [(Support, Evidence)],
) -> Result<(), IndexError> {
    let Some(((best, first), others)) = judged.split_first_mut() else { return Ok(()) };
    if best.full() {
        return Ok(());
    }
    let share = subject_share(index, words, first)?;
    let lacks_kind = (Support { kind: true, ..*best }).full();
    for (support, item) in others {
        let own = subject_share(index, words, item)?;
        if lacks_kind {
            support.kind &= own >= SAME_SUBJECT * share;
        } else if question.language == Language::Chinese {
            support.subject &= own >= SAME_MATTER * share || item.relevance.is_some_and(|relevance| relevance > 0.0);
        }
    }
    Ok(())
}

/// The share of the question's words for its subject that the quote and what stands above it have.
fn subject_share(index: &Index, words: &QuestionWords, item: &Evidence) -> Result<f32, IndexError> {
    let passage = index.passage(item.row)?;
    let document = &index.documents()[passage.document];
    let quote = index.reading(document)?.get(item.bytes.clone()).unwrap_or_default();
    Ok(words.subject_share_in(&format!("{}\n{quote}", passage.above(document))))
}

/// The regions that the sentence at `best` speaks of, carried over from those before it in its paragraph.
fn spoken_of(passage: &PassageRecord, own: Option<&str>, text: &str, best: &Range<usize>) -> Vec<&'static str> {
    let mut attribution = Attribution::new(Scope::of(own));
    let mut last = 0;
    let mut regions = Vec::new();
    for &(start, end) in passage.sentences.iter().take_while(|(start, _)| *start < best.end) {
        let starts_paragraph = text.get(last..start).is_none_or(|gap| gap.contains('\n'));
        last = end;
        let reading = reading_text(text.get(start..end).unwrap_or_default());
        regions = attribution.sentence(Sentence { text: &reading, starts_paragraph }, &passage.section);
    }
    regions
}

/// Whether a clause of `text` begins with `name`.
fn begins_clause(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[..at].trim_end().ends_with(|c: char| c.is_alphanumeric() || c == '、'))
}

fn names_year(text: &str) -> bool {
    text.as_bytes().windows(4).any(|w| w.starts_with(b"20") && w[2..].iter().all(u8::is_ascii_digit))
}

fn support(index: &Index, question: &Question, evidence: &Evidence) -> Result<Support, IndexError> {
    let passage = index.passage(evidence.row)?;
    let document = &index.documents()[passage.document];
    let text = index.reading(document)?;
    let quote = text.get(evidence.pinpoint.clone()).unwrap_or_default();
    // An amount with the unit that is asked for is that of something else in a sentence beside it.
    let around = text.get(evidence.bytes.clone()).unwrap_or_default();
    let in_units = asks::how_much(question.kind, &question.reading) && measure::has_units(&question.reading);
    let context = format!("{} {quote}", passage.above(document));
    let whole = text.get(passage.bytes.0..passage.bytes.1).unwrap_or_default();

    // A text that belongs to no region by its issuer or title may still begin by naming its place.
    let head = text.get(..text.floor_char_boundary(HEAD_BYTES)).unwrap_or_default();
    // And one whose date is not known may end with it: 三明市人民政府 2020年2月4日（此件主动公开）.
    let end = text.get(text.ceil_char_boundary(text.len().saturating_sub(END_BYTES))..).unwrap_or_default();

    let own = region_of(document, quote);
    let acts = spoken_of(&passage, document.region.as_deref(), text, &evidence.best);
    let asked = question.own_regions();
    let region = asked.iter().any(|code| {
        let related = |other: &str| region::is_within(other, code) || region::is_within(code, other);
        let named = |text: &str| region::division(code).is_some_and(|d| text.contains(d.short_name()));
        // In the document of another region a name may be that of a neighbour.
        let at_home = document.region.as_deref().is_none_or(related) || passage.regions.iter().any(|own| related(own));
        // What a city counts is not the province's number, unless the province is named with it.
        let counts = matches!(question.kind, AnswerKind::Target | AnswerKind::Number);
        let acts_here = || region::division(code).is_some_and(|d| begins_clause(quote, d.short_name()));
        own.is_some_and(|own| own == *code || !counts && region::is_within(own, code))
            || at_home && named(&context)
            // Unless it begins a clause, as who acts does, and the reader finds the passage relevant.
            || evidence.relevance.is_some_and(|relevance| relevance > 0.0) && acts_here()
            // Unless the quote speaks of another region, the passage or the document's beginning may name this one.
            || acts.iter().all(|other| related(other)) && (at_home && named(whole) || document.region.is_none() && named(head))
    });
    let year = |y: &String| {
        context.contains(y.as_str())
            || whole.contains(y.as_str())
            // A document without any date contradicts none.
            || match &document.metadata.published {
                Some(date) => date.starts_with(y.as_str()),
                None => !names_year(text) || end.contains(y.as_str()),
            }
    };
    let number =
        |n: &String| document.metadata.number.as_ref() == Some(n) || whole.replace(' ', "").contains(n.as_str());
    let body = |o: &Organisation| {
        let issuer = document.metadata.issuer.as_deref().unwrap_or_default();
        let full = text.contains(o.name.as_str()) || issuer.contains(o.name.as_str());
        // 市科技局 is Nanjing's own in a document of Nanjing, and may be in one that tells no region.
        let inside = |division| document.region.as_deref().is_none_or(|own| region::is_within(own, division));
        full || o.division.is_none_or(inside) && (o.is_named_in(text) || o.is_named_in(issuer))
    };
    let foreign =
        own.is_some_and(|own| !asked.iter().any(|code| region::is_within(own, code) || region::is_within(code, own)));
    Ok(Support {
        elsewhere: !question.regions.is_empty() && !region && foreign,
        region: question.regions.is_empty() || region,
        year: question.years.is_empty() || question.years.iter().any(year),
        document_number: question.document_numbers.is_empty() || question.document_numbers.iter().any(number),
        organisation: question.organisations.iter().all(body),
        kind: signs::can_answer(question.kind, &question.reading, if in_units { quote } else { around }),
        subject: evidence.related,
    })
}
