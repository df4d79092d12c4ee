//! The reader's part in the order of the evidence: the leading passages are read, and what it makes of them counts beside
//! the features.

use std::collections::HashMap;
use std::ops::Range;

use super::AnswerError;
use super::evidence::Measured;
use crate::index::{DocumentRecord, Index, PassageRecord};
use crate::model::{Model, Page, Reading, Span};
use crate::question::{AnswerKind, Language, Question};

/// Passages that are read: the right one is nearly always among them, and each costs time.
const PASSAGES: usize = 8;
/// What a sentence gains for each unit of its passage's relevance, in units of its own score.
const RELEVANCE: f32 = 0.3;
/// What it gains at most for holding part of the likeliest short and of the likeliest long span.
const IN_SHORT: f32 = 1.2;
const IN_LONG: f32 = 3.2;
/// How far above "no answer" a span stands that is sure.
const SURE: f32 = 8.0;

/// What a unit of the best relevance adds to the sum by which the model's calibration tells whether the documents answer at
/// all. At .5 the reader keeps .043 of the answerable questions of ncp silent, at .4 and .35 .038; of 505 questions that are asked
/// of documents on other matters .972 fall silent at .35, .966 with the reader before and .5.
const BELIEF: f32 = 0.4;
/// Relevance beyond which the reader is not surer.
const SUREST: f32 = 6.0;

/// Relevance from which a passage is about what was asked though it shares few words with it.
const ABOUT: f32 = 3.0;

/// What stands between the headings of a page's header.
const ABOVE: &str = " › ";

/// What the reader makes of a question's leading passages, by row.
#[derive(Debug, Default)]
pub struct Readings(HashMap<usize, Read>);

/// A passage as it was read; spans in bytes of the document.
#[derive(Debug)]
pub(super) struct Read {
    pub relevance: f32,
    pub short: Vec<Span>,
    pub long: Vec<Span>,
}

/// Reads the leading passages of `measured`. Nothing is read for a question that the reader was not trained for, or
/// with a model that has no reader.
pub fn read(index: &Index, model: &Model, question: &Question, measured: &[Measured]) -> Result<Readings, AnswerError> {
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
        let moved = |spans: Vec<Span>| {
            let moved = |span: Span| Span { bytes: span.bytes.start + start..span.bytes.end + start, ..span };
            spans.into_iter().map(moved).collect()
        };
        let Reading { short, long, relevance } = reading;
        (row, Read { relevance, short: moved(short), long: moved(long) })
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
        let holds = |spans: &[Span]| {
            let best = spans.first().filter(|span| overlap(&span.bytes, sentence));
            best.map_or(0.0, |span| (span.over_null / SURE).clamp(0.0, 1.0))
        };
        RELEVANCE * read.relevance + IN_SHORT * holds(&read.short) + IN_LONG * holds(&read.long)
    }

    /// What was made of a passage; `None` where it was not read.
    pub(super) fn of(&self, row: usize) -> Option<&Read> {
        self.0.get(&row)
    }

    /// How relevant a passage was read to be; `None` where it was not read.
    pub fn relevance(&self, row: usize) -> Option<f32> {
        self.0.get(&row).map(|read| read.relevance)
    }

    /// Whether a quote is surely about what was asked: its passage was read to be, and the likeliest span begins in it.
    pub fn about(&self, row: usize, quote: &Range<usize>) -> bool {
        let in_quote = |read: &Read| read.short.first().is_some_and(|span| quote.contains(&span.bytes.start));
        self.0.get(&row).is_some_and(|read| read.relevance >= ABOUT && in_quote(read))
    }

    /// What the reader adds to the sum that tells whether the documents answer: nothing where nothing was read.
    pub fn belief(&self) -> f32 {
        let best = self.0.values().map(|read| read.relevance).reduce(f32::max);
        best.map_or(0.0, |relevance| BELIEF * relevance.clamp(-SUREST, SUREST))
    }
}

/// Whether two ranges share a byte.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relevance_and_spans_raise_a_sentence_and_what_was_not_read_counts_as_the_worst() {
        let span = Span { bytes: 10..20, log_probability: -0.5, over_null: SURE };
        let read = |relevance| Read { relevance, short: vec![span.clone()], long: Vec::new() };
        let readings = Readings(HashMap::from([(1, read(6.0)), (2, read(-1.0))]));
        let (first, second) = (0..40, 40..60);
        assert!(readings.worth(1, &first) > readings.worth(1, &second));
        assert!(readings.worth(1, &second) > readings.worth(2, &first));
        assert_eq!(readings.worth(7, &first), readings.worth(2, &second));
        assert!(readings.belief() > 0.0);
        assert!(readings.about(1, &first) && !readings.about(1, &second) && !readings.about(2, &first));
        assert_eq!((Readings::default().worth(1, &first), Readings::default().belief()), (0.0, 0.0));
    }
}
