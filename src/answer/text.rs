//! An answer's text, made of quotes, region names and citation marks.

use std::collections::BTreeSet;
use std::ops::Range;

use super::asks;
use super::clause::clause;
use super::evidence::Evidence;
use super::features::QuestionWords;
use super::json::Citation;
use super::lists::List;
use super::measure::measured;
use super::quantity::{Quantity, difference, quantities};
use crate::document::reading_text;
use crate::index::{Index, IndexError};
use crate::question::{AnswerKind, Language, Question};
use crate::region;

/// A clause of another document agrees with the answer, or contradicts it, only if it has this share of the words that
/// the answer has of the question.
const SAME_MATTER: f32 = 0.9;

/// Quotes for each side of a comparison.
const QUOTES_PER_SIDE: usize = 2;

/// The best quote; for a question that one clause answers, that clause; for a document, its title.
pub fn quotes(
    index: &Index,
    question: &Question,
    evidence: &[Evidence],
    citations: &[Citation],
) -> Result<String, IndexError> {
    let (Some(first), Some(citation)) = (evidence.first(), citations.first()) else { return Ok(String::new()) };
    match question.kind {
        AnswerKind::Document => Ok(format!("{}[1]", citation.document.title)),
        AnswerKind::Target if asks::what(&question.reading) => Ok(format!("{}[1]", told(index, first)?)),
        AnswerKind::Number | AnswerKind::Target if !first.whole => numbers(index, question, evidence, citations),
        AnswerKind::Date | AnswerKind::Organisation | AnswerKind::List if !first.whole && first.answer.is_none() => {
            let words = QuestionWords::new(index, question)?;
            Ok(format!("{}[1]", Told::of(index, question, &words, first)?.text))
        }
        _ => Ok(format!("{}[1]", told(index, first)?)),
    }
}

/// The sentences that a piece of evidence answers with.
fn told(index: &Index, evidence: &Evidence) -> Result<String, IndexError> {
    let document = &index.documents()[index.passage(evidence.row)?.document];
    let bytes = evidence.answer.as_ref().unwrap_or(&evidence.pinpoint);
    Ok(reading_text(index.text(document)?.get(bytes.clone()).unwrap_or_default()))
}

/// The items of lists, each with its citation: citation 1 is that of the first item. Of several lists each stands on a line of
/// its own, behind its heading.
pub fn lists(index: &Index, lists: &[List]) -> Result<String, IndexError> {
    let mut lines = Vec::with_capacity(lists.len());
    let mut n = 0;
    for list in lists {
        let mut names = Vec::with_capacity(list.items.len());
        let mut heading = String::new();
        for item in &list.items {
            let document = &index.documents()[index.passage(item.row)?.document];
            n += 1;
            let name = index.text(document)?.get(item.name.clone()).unwrap_or_default();
            names.push(format!("{}[{n}]", reading_text(name)));
            if lists.len() > 1 && heading.is_empty() {
                heading = index.as_written(document, list.above.last().map_or("", String::as_str))?;
                heading = format!("{}：", heading.trim_end_matches(['。', '：', ':', '.']));
            }
        }
        lines.push(format!("{heading}{}", names.join("、")));
    }
    Ok(lines.join("\n"))
}

/// The clause that a piece of evidence answers with.
struct Told {
    text: String,
    /// The share that it has of the words for what the question is about.
    share: f32,
    quantities: Vec<Quantity>,
    /// What the first of them measures.
    measured: String,
    years: BTreeSet<String>,
    region: Option<&'static str>,
    document: usize,
    /// An issued document, and no report on one.
    official: bool,
}

impl Told {
    fn of(index: &Index, question: &Question, words: &QuestionWords, evidence: &Evidence) -> Result<Self, IndexError> {
        let number = index.passage(evidence.row)?.document;
        let document = &index.documents()[number];
        let sentence = index.reading(document)?.get(evidence.best.clone()).unwrap_or_default();
        let Range { start, end } = evidence.answer.clone().unwrap_or_else(|| {
            let clause = clause(words, question.kind, sentence);
            evidence.best.start + clause.start..evidence.best.start + clause.end
        });
        let reading = index.reading(document)?.get(start..end).unwrap_or_default();
        let quantities: Vec<Quantity> = quantities(reading).collect();
        let before = quantities.first().map_or(0, |first| start + first.bytes.start);
        Ok(Self {
            measured: measured(index.reading(document)?.get(..before).unwrap_or_default()).to_owned(),
            text: reading_text(index.text(document)?.get(start..end).unwrap_or_default()),
            share: words.subject_share_in(reading),
            quantities,
            years: years(sentence),
            region: evidence.region.or_else(|| super::citation::region_of(document, sentence)),
            document: number,
            official: document.metadata.number.is_some() || document.metadata.issuer.is_some(),
        })
    }

    fn same_matter(&self, first: &Told) -> bool {
        self.document != first.document && self.region == first.region && self.share >= SAME_MATTER * first.share
    }

    /// Whether another document gives the same number.
    fn agrees(&self, first: &Told) -> bool {
        let same = |a: &Quantity| first.quantities.iter().any(|b| a.value == b.value && a.unit == b.unit);
        self.same_matter(first) && self.quantities.iter().any(same)
    }

    /// Whether another document gives another number for the same year and in the same unit.
    fn contradicts(&self, first: &Told) -> bool {
        let ([own], [other]) = (self.quantities.as_slice(), first.quantities.as_slice()) else { return false };
        let same_year = !self.years.is_empty() && self.years == first.years;
        self.same_matter(first) && same_year && own.unit == other.unit && own.value != other.value
    }
}

/// The clause with the number; documents that give the same are cited with it, one that gives another stands below it,
/// an issued document before a report on one.
fn numbers(
    index: &Index,
    question: &Question,
    evidence: &[Evidence],
    citations: &[Citation],
) -> Result<String, IndexError> {
    let words = QuestionWords::new(index, question)?;
    let told = evidence.iter().map(|e| Told::of(index, question, &words, e)).collect::<Result<Vec<_>, _>>()?;
    let Some(first) = told.first() else { return Ok(String::new()) };
    let cited = |told: &Told, wanted: &dyn Fn(&Told) -> bool, all: &[Told]| {
        let marks = all.iter().zip(citations).filter(|(other, _)| std::ptr::eq(*other, told) || wanted(other));
        let marks: String = marks.map(|(_, citation)| format!("[{}]", citation.n)).collect();
        format!("{}{marks}", told.text)
    };
    let answer = cited(first, &|other| other.agrees(first), &told);
    let Some(other) = told.iter().find(|other| other.contradicts(first)) else { return Ok(answer) };
    let second = cited(other, &|_| false, &told);
    let lines = if other.official && !first.official { [second, answer] } else { [answer, second] };
    Ok(lines.join("\n"))
}

fn years(sentence: &str) -> BTreeSet<String> {
    let bytes = sentence.as_bytes();
    let is_year = |w: &&[u8]| (w.starts_with(b"20") || w.starts_with(b"19")) && w.iter().all(u8::is_ascii_digit);
    bytes.windows(4).filter(is_year).map(|w| String::from_utf8_lossy(w).into_owned()).collect()
}

/// The best quotes about each region of a question that names several; a side without one says so. Where two numbers of
/// the same measure are asked for, how far they are apart is computed, and said to be. `citations` are those of `evidence`.
pub fn comparison(
    index: &Index,
    question: &Question,
    sides: &[(&'static str, Question)],
    evidence: &[Evidence],
    citations: &[Citation],
) -> Result<String, IndexError> {
    let codes: Vec<&'static str> = sides.iter().map(|(code, _)| *code).collect();
    let mut lines = Vec::new();
    let mut numbers = Vec::new();
    for (code, side) in sides {
        let name = region::division(code).map_or("", |d| d.name);
        let counted = matches!(side.kind, AnswerKind::Number | AnswerKind::Target);
        let of_side = |e: &Evidence| e.region.and_then(|own| region::narrowest(own, &codes)) == Some(*code);
        let most = if counted { 1 } else { QUOTES_PER_SIDE };
        let words = QuestionWords::new(index, side)?;
        let mut quotes = Vec::new();
        for (evidence, citation) in evidence.iter().zip(citations).filter(|(e, _)| of_side(e)).take(most) {
            if counted {
                let told = Told::of(index, side, &words, evidence)?;
                quotes.push(format!("{}[{}]", told.text, citation.n));
                numbers.extend(told.quantities.first().cloned().map(|amount| (amount, told.measured, citation.n)));
            } else {
                quotes.push(format!("{}[{}]", told(index, evidence)?, citation.n));
            }
        }
        let chinese = question.language == Language::Chinese;
        lines.push(match (quotes.is_empty(), chinese) {
            (false, _) => format!("{name}：{}", quotes.join("\n　　")),
            (true, true) => format!("{name}：没有找到相关内容。"),
            (true, false) => format!("{name}: nothing was found."),
        });
    }
    if let [(a, of, m), (b, other, n)] = numbers.as_slice()
        && of == other
        && let Some(apart) = difference(a, b)
    {
        lines.push(match question.language {
            Language::Chinese => format!("相差{apart}（由[{m}][{n}]计算）"),
            Language::English => format!("Difference: {apart} (computed from [{m}][{n}])"),
        });
    }
    Ok(lines.join("\n"))
}
