//! Which words of a quote answer: those that the reader's spans, weighed against each other, make likeliest, made whole.

use std::ops::Range;

use super::asks;
use super::clause::{clauses, trimmed};
use super::enumeration;
use super::evidence::{Evidence, Measured};
use super::measure;
use super::reading::{Read, Readings, overlap};
use super::signs;
use super::snap;
use super::words::{self, Belief};
use crate::document::reading_text;
use crate::index::analyzer::is_han;
use crate::index::{Index, IndexError};
use crate::question::{AnswerKind, Question};
use crate::region;

/// Spans of each kind that are weighed against each other, and the short ones whose clauses and sentences are.
const WEIGHED: usize = 8;
const WEIGHED_AROUND: usize = 3;

/// The probability from which a short span is told instead of all that would be told whole.
const SINGLED_OUT: f32 = 0.5;

/// By what a body is named that does not say its place, and how many characters before it the place may begin.
const LEVELS: [char; 5] = ['省', '市', '州', '区', '县'];
const BEFORE_BODY: usize = 12;

/// Marks the words that answer in each piece of evidence whose passage was read; its pinpoint is then the sentences they
/// stand in. A date line needs no reading.
pub fn mark(
    index: &Index,
    question: &Question,
    readings: &Readings,
    measured: &[Measured],
    evidence: &mut [Evidence],
) -> Result<(), IndexError> {
    for item in evidence {
        let Some(read) = readings.of(item.row) else { continue };
        item.whole &= question.kind != AnswerKind::List || !singles_out(read, &item.pinpoint);
        if item.whole {
            continue;
        }
        let document = &index.documents()[index.passage(item.row)?.document];
        let of_row = measured.iter().filter(|s| s.row == item.row);
        let sentences: Vec<Range<usize>> = of_row.map(|s| s.bytes.clone()).collect();
        let text = index.reading(document)?;
        if question.kind == AnswerKind::Target && asks::what(&question.reading) {
            item.pinpoint = to_full_stop(text, &sentences, item);
            continue;
        }
        // Two things that are asked for at once are told by the sentence that has both.
        if question.asks_twice() || dates_document(question, text.get(item.best.clone()).unwrap_or_default()) {
            continue;
        }
        let Some(words) = answer(read, question, text, &sentences, item) else { continue };
        let words = summed_up(question, text, &sentences, &words).unwrap_or(words);
        let words = duty_around(question, text, &sentences, &words).unwrap_or(words);
        let answer = snap::whole(text, with_place(text, words, item.bytes.start), &item.bytes);
        let mut holding = sentences.iter().filter(|sentence| overlap(sentence, &answer));
        if let Some(first) = holding.next() {
            let last = holding.next_back().unwrap_or(first);
            item.pinpoint = first.start.max(item.bytes.start)..last.end.min(item.bytes.end);
            item.answer = Some(answer);
        }
    }
    Ok(())
}

/// Whether the reader is sure of a few words of what would be told whole: one item of a list that is about more than was asked.
fn singles_out(read: &Read, told: &Range<usize>) -> bool {
    read.short.first().is_some_and(|span| {
        let inside = told.start <= span.bytes.start && span.bytes.end <= told.end;
        inside && 2 * span.bytes.len() < told.len() && span.log_probability.exp() >= SINGLED_OUT
    })
}

/// The bytes of `text` that answer `question`, of `item`, whose passage was `read` and has these `sentences`.
fn answer(
    read: &Read,
    question: &Question,
    text: &str,
    sentences: &[Range<usize>],
    item: &Evidence,
) -> Option<Range<usize>> {
    let (short_share, sentence_share) = shares(question);
    // Nothing may be told that the quote does not show.
    let (start, end) = (item.bytes.start, item.bytes.end);
    let text = text.get(start..end)?;
    let here = |range: &Range<usize>| range.start.clamp(start, end) - start..range.end.clamp(start, end) - start;
    let shown = sentences.iter().filter(|sentence| overlap(sentence, &item.bytes));
    let (sentences, pinpoint) = (shown.map(here).collect::<Vec<_>>(), here(&item.pinpoint));
    let best = here(&item.best);
    let mut beliefs: Vec<Belief> = vec![(pinpoint.clone(), sentence_share / 2.0), (best.clone(), sentence_share / 2.0)];
    let mut options = Vec::new();
    for (spans, share, around) in [(&read.short, short_share, WEIGHED_AROUND), (&read.long, 1.0 - short_share, WEIGHED)]
    {
        let total: f32 = spans.iter().map(|span| span.log_probability.exp()).sum();
        beliefs.extend(spans.iter().map(|s| (here(&s.bytes), share * s.log_probability.exp() / total)));
        let spans: Vec<Range<usize>> = spans.iter().take(WEIGHED).map(|span| here(&span.bytes)).collect();
        options.extend(spans.iter().take(around).flat_map(|span| around_span(text, &sentences, span)));
        options.splice(0..0, spans);
    }
    options.extend([pinpoint, best.clone()]);
    options.retain(|option| !option.is_empty());
    // How much is told by words with an amount, where any have one.
    if asks::how_much(question.kind, &question.reading) {
        let tells = |option: &Range<usize>| {
            let told = &text[option.clone()];
            told.starts_with(signs::is_numeral) || measure::is_told(&question.reading, told)
        };
        if options.iter().any(tells) {
            options.retain(tells);
        }
    }
    let chosen = words::choose(text, &options, &beliefs)?;
    // The same words may stand in the sentence that the question's words stand in.
    let in_best = if overlap(&chosen, &best) { None } else { text[best.clone()].find(&text[chosen.clone()]) };
    let chosen = in_best.map_or(chosen.clone(), |at| best.start + at..best.start + at + chosen.len());
    Some(chosen.start + start..chosen.end + start)
}

/// The pinpoint of `item` on to the end of the statement that it begins: what a plan aims at it joins by semicolons.
fn to_full_stop(text: &str, sentences: &[Range<usize>], item: &Evidence) -> Range<usize> {
    let mut end = item.pinpoint.end;
    for sentence in sentences.iter().filter(|s| s.start >= item.pinpoint.end && s.end <= item.bytes.end) {
        if !text.get(..end).is_some_and(|told| told.trim_end().ends_with(['；', ';'])) {
            break;
        }
        end = sentence.end;
    }
    item.pinpoint.start..end
}

/// How much short spans count against long ones, and the sentences that the features chose beside both, in the answer to a
/// question. Fitted on each half of the measuring questions (what is best on one is within .01 of it on the other),
/// rounded; but of measures the sentences count, which the questions on the seeds need: a topic's are told by more than one clause.
fn shares(question: &Question) -> (f32, f32) {
    match question.kind {
        AnswerKind::Number | AnswerKind::Target | AnswerKind::Date | AnswerKind::Organisation => (0.9, 0.1),
        AnswerKind::Open | AnswerKind::List if asks::for_measures(&question.reading) => (0.6, 0.1),
        AnswerKind::List => (0.7, 0.1),
        _ => (0.7, 0.0),
    }
}

/// An answer that begins with a body named by its level alone, 市工业和信息化局, together with the place that stands before it
/// in its clause, from `first` on: without it nobody knows whose body it is.
fn with_place(text: &str, answer: Range<usize>, first: usize) -> Range<usize> {
    let mut begins = text[answer.clone()].chars();
    if !begins.next().is_some_and(|c| LEVELS.contains(&c)) || !begins.next().is_some_and(is_han) {
        return answer;
    }
    let before = text.get(first..answer.start).unwrap_or_default();
    let clause =
        before.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| text.ceil_char_boundary(first + at + 1) - first);
    let between = &before[clause..];
    let place = region::find(between).into_iter().next().filter(|_| between.chars().count() <= BEFORE_BODY);
    let start = place.map_or(answer.start, |place| first + clause + place.start);
    start..answer.end
}

/// All that a list's sentence tells up to the quoted name that it is asked for by: “3+3”未来产业链群指的是哪些产业.
fn summed_up(
    question: &Question,
    text: &str,
    sentences: &[Range<usize>],
    answer: &Range<usize>,
) -> Option<Range<usize>> {
    let name = question.quoted().filter(|_| question.kind == AnswerKind::List)?;
    let sentence = sentences.iter().find(|sentence| sentence.start <= answer.start && answer.end <= sentence.end)?;
    let here = answer.start - sentence.start..answer.end - sentence.start;
    let told = enumeration::up_to_name(name, text.get(sentence.clone())?, &here)?;
    Some(sentence.start + told.start..sentence.start + told.end)
}

/// All who have the duty that `answer` names some of, where more than one is asked for.
fn duty_around(
    question: &Question,
    text: &str,
    sentences: &[Range<usize>],
    answer: &Range<usize>,
) -> Option<Range<usize>> {
    if question.kind != AnswerKind::Organisation || !question.asks_for_several() {
        return None;
    }
    let mut duties = sentences.iter().filter(|sentence| overlap(sentence, answer)).filter_map(|sentence| {
        let bodies = signs::bodies_on_duty(text.get(sentence.clone())?)?;
        Some(sentence.start + bodies.start..sentence.start + bodies.end)
    });
    duties.find(|duty| overlap(duty, answer))
}

/// Whether `sentence` is the date line under a document and answers a question for the day when that was issued.
fn dates_document(question: &Question, sentence: &str) -> bool {
    let asked = question.kind == AnswerKind::Date && asks::for_issue(&question.reading);
    asked && signs::is_date_line(&reading_text(sentence))
}

/// The sentences that `span` touches, and of these the clauses, without the punctuation behind them.
fn around_span(text: &str, sentences: &[Range<usize>], span: &Range<usize>) -> Vec<Range<usize>> {
    let touched: Vec<&Range<usize>> = sentences.iter().filter(|sentence| overlap(sentence, span)).collect();
    let (Some(first), Some(last)) = (touched.first(), touched.last()) else { return Vec::new() };
    let whole = first.start..last.end;
    let in_text = |sentence: &&Range<usize>| {
        let start = sentence.start;
        let clauses = text.get((*sentence).clone()).map(clauses).unwrap_or_default();
        clauses.into_iter().map(move |clause| clause.start + start..clause.end + start).collect::<Vec<_>>()
    };
    let mut held = touched.iter().flat_map(in_text).filter(|clause| overlap(clause, span));
    let Some(first) = held.next() else { return vec![whole] };
    let end = held.next_back().map_or(first.end, |last| last.end);
    vec![trimmed(text, first.start..end), whole]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    const TEXT: &str = "到2025年，产业规模达到3000亿元，居全国前列。其中，人工智能占一半。";

    fn at(words: &str) -> Range<usize> {
        let start = TEXT.find(words).unwrap();
        start..start + words.len()
    }

    fn span(words: &str, probability: f32) -> Span {
        Span { bytes: at(words), log_probability: probability.ln(), over_null: 8.0 }
    }

    fn sentences() -> Vec<Range<usize>> {
        let end = TEXT.find('其').unwrap();
        vec![0..end, end..TEXT.len()]
    }

    fn item() -> Evidence {
        Evidence::located(0, 0..TEXT.len(), 1.0)
    }

    #[test]
    fn a_number_is_told_alone_and_what_is_asked_openly_with_its_clauses() {
        let read = Read {
            relevance: 3.0,
            short: vec![span("3000亿元", 0.6), span("达到3000亿元", 0.1)],
            long: vec![span("到2025年，产业规模达到3000亿元", 0.9)],
        };
        let told = |read: &Read, question| {
            let question = Question::parse(question).unwrap();
            TEXT[answer(read, &question, TEXT, &sentences(), &item()).unwrap()].to_owned()
        };
        assert_eq!(told(&read, "产业规模达到多少？"), "3000亿元");
        let open = Read { short: vec![span("产业规模达到3000亿元", 0.2)], ..read };
        assert!(told(&open, "产业怎么样？").ends_with("产业规模达到3000亿元"));
    }

    #[test]
    fn of_what_is_told_whole_the_reader_may_single_out_a_few_words() {
        let read =
            |words, probability| Read { relevance: 3.0, short: vec![span(words, probability)], long: Vec::new() };
        assert!(singles_out(&read("3000亿元", 0.6), &(0..TEXT.len())));
        assert!(!singles_out(&read("3000亿元", 0.4), &(0..TEXT.len())));
        assert!(!singles_out(&read("3000亿元", 0.6), &at("3000亿元")));
        assert!(!singles_out(&read("3000亿元", 0.6), &at("其中，人工智能占一半")));
    }

    #[test]
    fn a_body_named_by_its_level_is_told_with_its_place() {
        let text = "早在2020年,南京市在市工业和信息化局设立未来产业处";
        let told = |words: &str| {
            let start = text.find(words).unwrap();
            &text[with_place(text, start..start + words.len(), 0)]
        };
        assert_eq!(told("市工业和信息化局"), "南京市在市工业和信息化局");
        assert_eq!(told("未来产业处"), "未来产业处");
        assert_eq!(with_place("〔市科技局、工信局〕", 3..15, 0), 3..15);
    }

    #[test]
    fn a_fragment_grows_to_its_clauses_and_its_sentence() {
        let [clauses, sentence] = around_span(TEXT, &sentences(), &at("规模达到")).try_into().unwrap();
        assert_eq!(
            (&TEXT[clauses], &TEXT[sentence]),
            ("产业规模达到3000亿元", "到2025年，产业规模达到3000亿元，居全国前列。")
        );
    }
}
