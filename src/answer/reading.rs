//! The reader's part in an answer: the leading passages are read, what it makes of them re-orders the evidence, and the
//! span that it marks, snapped to what a person would quote, answers.

use std::collections::HashMap;
use std::ops::Range;

use super::AnswerError;
use super::clause::{clauses, trimmed};
use super::evidence::{Evidence, Measured};
use crate::index::{DocumentRecord, Index, IndexError, PassageRecord};
use crate::model::{Model, Page, Reading, Span};
use crate::question::{AnswerKind, Language, Question};

/// Passages that are read: the right one is nearly always among them, and each costs time.
const PASSAGES: usize = 6;
/// What a sentence gains for each unit of its passage's relevance, in units of its own score.
const RELEVANCE: f32 = 1.0;
/// What it gains for holding part of the short and of the long span.
const IN_SHORT: f32 = 1.0;
const IN_LONG: f32 = 1.0;

/// What stands between the headings of a page's header.
const ABOVE: &str = " › ";

/// What the reader makes of a question's leading passages, by row.
#[derive(Debug, Default)]
pub struct Readings(HashMap<usize, Read>);

/// A passage as it was read; spans in bytes of the document.
#[derive(Debug)]
struct Read {
    relevance: f32,
    short: Option<Span>,
    long: Option<Span>,
}

/// Reads the leading passages of `measured`. Nothing is read for a question that the reader was not trained for, or
/// with a model that has no reader.
pub fn read(
    index: &Index,
    model: &Model,
    question: &Question,
    measured: &[Measured],
) -> Result<Readings, AnswerError> {
    let answers_itself = matches!(question.kind, AnswerKind::Document | AnswerKind::Regions | AnswerKind::Comparison);
    if question.language != Language::Chinese || answers_itself {
        return Ok(Readings::default());
    }
    let mut rows = Vec::new();
    let mut pages = Vec::new();
    for row in leading(measured) {
        let passage = index.passage(row)?;
        let document = &index.documents()[passage.document];
        let body = index.reading(document)?.get(passage.bytes.0..passage.bytes.1).unwrap_or_default();
        pages.push(Page { header: header(document, &passage), body: body.to_owned() });
        rows.push((row, passage.bytes.0));
    }
    let Some(readings) = model.read(&question.reading, &pages)? else { return Ok(Readings::default()) };
    let read = |((row, start), reading): ((usize, usize), Reading)| {
        let moved = |span: Span| Span { bytes: span.bytes.start + start..span.bytes.end + start, ..span };
        let Reading { short, long, relevance } = reading;
        (row, Read { relevance, short: short.map(moved), long: long.map(moved) })
    };
    Ok(Readings(rows.into_iter().zip(readings).map(read).collect()))
}

/// The passages with the best sentences, best first.
fn leading(measured: &[Measured]) -> Vec<usize> {
    let mut best: Vec<(usize, f32)> = Vec::new();
    for sentence in measured {
        let score = sentence.features.score();
        match best.iter_mut().find(|(row, _)| *row == sentence.row) {
            Some((_, known)) => *known = known.max(score),
            None => best.push((sentence.row, score)),
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.into_iter().take(PASSAGES).map(|(row, _)| row).collect()
}

/// Title and section path, as the reader was trained with them.
fn header(document: &DocumentRecord, passage: &PassageRecord) -> String {
    let title: String = document.metadata.title.split_whitespace().collect();
    let mut parts: Vec<&str> = vec![&title];
    parts.extend(passage.section.iter().map(String::as_str));
    parts.retain(|part| !part.is_empty());
    parts.join(ABOVE)
}

impl Readings {
    /// What the reader adds to the score of a sentence. A passage that was not read counts as the worst of those that were.
    pub fn worth(&self, row: usize, sentence: &Range<usize>) -> f32 {
        let Some(read) = self.0.get(&row) else {
            return self.0.values().map(|read| RELEVANCE * read.relevance).reduce(f32::min).unwrap_or(0.0);
        };
        let holds = |span: &Option<Span>| f32::from(span.as_ref().is_some_and(|s| overlap(&s.bytes, sentence)));
        RELEVANCE * read.relevance + IN_SHORT * holds(&read.short) + IN_LONG * holds(&read.long)
    }

    /// The bytes that answer a question of `kind`, in the passage `row` of a document with this `text`.
    fn answer(&self, kind: AnswerKind, text: &str, row: usize, quote: &Range<usize>) -> Option<Range<usize>> {
        let read = self.0.get(&row)?;
        let (short, long) = (read.short.as_ref()?, read.long.as_ref()?);
        let span = match kind {
            AnswerKind::Number | AnswerKind::Target | AnswerKind::Date | AnswerKind::Organisation => {
                clauses_around(text, quote, &short.bytes)
            }
            _ if short.log_probability > long.log_probability => short.bytes.clone(),
            _ => clauses_around(text, quote, &long.bytes),
        };
        (span.start >= quote.start && span.end <= quote.end).then_some(span)
    }
}

/// Marks the words that answer in each piece of evidence whose passage was read; its pinpoint is then the sentences they
/// stand in.
pub fn mark(
    index: &Index,
    kind: AnswerKind,
    readings: &Readings,
    measured: &[Measured],
    evidence: &mut [Evidence],
) -> Result<(), IndexError> {
    for item in evidence.iter_mut().filter(|item| !item.whole) {
        let document = &index.documents()[index.passage(item.row)?.document];
        let text = index.reading(document)?;
        let Some(answer) = readings.answer(kind, text, item.row, &item.bytes) else { continue };
        let holding = measured.iter().filter(|s| s.row == item.row && overlap(&s.bytes, &answer)).map(|s| &s.bytes);
        let (first, last) = (holding.clone().next(), holding.last());
        if let (Some(first), Some(last)) = (first, last) {
            item.pinpoint = first.start..last.end;
            item.answer = Some(answer);
        }
    }
    Ok(())
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// The clauses of `quote` that `span` touches, without the punctuation behind them.
fn clauses_around(text: &str, quote: &Range<usize>, span: &Range<usize>) -> Range<usize> {
    let Some(quoted) = text.get(quote.clone()) else { return span.clone() };
    let touched = clauses(quoted).into_iter().map(|c| c.start + quote.start..c.end + quote.start);
    let mut touched = touched.filter(|clause| overlap(clause, span));
    let Some(first) = touched.next() else { return span.clone() };
    let end = touched.last().map_or(first.end, |last| last.end);
    trimmed(text, first.start..end)
}
