//! The particulars of a document 文件要素, told from where its own text gives them: its number 发文字号 and its issuer 发文机关.
//!
//! Which document is meant is told by its title, which has the words of the question; so no number of a document that another
//! one cites is taken for its own.

use std::collections::HashSet;
use std::ops::Range;

use super::asks;
use super::evidence::Evidence;
use super::features::QuestionWords;
use super::locate::{occurrences_of, passage_at};
use super::meant::{NAMED, is_meant};
use crate::index::{Index, IndexError};
use crate::question::Question;

/// Documents whose titles have as much but for this are meant as well.
const ALIKE: f32 = 0.02;
/// The most bytes in which the issuers of a document stand together, so that one quote has all of them.
const TOGETHER: usize = 400;
/// Brackets around the year in a document number.
const BRACKETS: [(char, char); 4] = [('〔', '〕'), ('[', ']'), ('(', ')'), ('【', '】')];

/// What is asked of a document itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Particular {
    Number,
    Issuer,
}

/// A particular of one document.
#[derive(Debug)]
pub struct Told {
    pub value: String,
    pub title: String,
    /// Where its text gives it.
    pub evidence: Evidence,
}

/// Which particular `question` asks for, if any. Who asks for what a document of a known number says asks for none.
pub fn asked(question: &Question) -> Option<Particular> {
    match () {
        () if !question.document_numbers.is_empty() => None,
        () if asks::for_document_number(&question.reading) => Some(Particular::Number),
        () if asks::for_issuer(question.kind, &question.reading) => Some(Particular::Issuer),
        () => None,
    }
}

/// The particular of each document among those of `evidence` that the question means; those whose text does not give it are
/// left out.
pub fn told(
    index: &Index,
    question: &Question,
    particular: Particular,
    evidence: &[Evidence],
) -> Result<Vec<Told>, IndexError> {
    let words = QuestionWords::new(index, question)?;
    let mut seen = HashSet::new();
    let mut meant = Vec::new();
    for item in evidence {
        let document = index.passage(item.row)?.document;
        if seen.insert(document) && is_meant(question, &index.documents()[document]) {
            meant.push((words.subject_share_in(&index.documents()[document].metadata.title), document));
        }
    }
    let best = meant.iter().map(|(share, _)| *share).fold(NAMED, f32::max);
    let mut told = Vec::new();
    for (_, document) in meant.into_iter().filter(|(share, _)| *share >= (best - ALIKE).max(NAMED)) {
        let document = &index.documents()[document];
        let text = index.reading(document)?;
        let found = match particular {
            Particular::Number => document.metadata.number.as_ref().and_then(|n| Some((n, number_in(text, n)?))),
            Particular::Issuer => document.metadata.issuer.as_ref().and_then(|i| Some((i, issuer_in(text, i)?))),
        };
        let Some((value, bytes)) = found else { continue };
        let Some(row) = passage_at(index, document, bytes.start)? else { continue };
        let title = document.metadata.title.clone();
        told.push(Told { value: value.clone(), title, evidence: Evidence::located(row, bytes, 1.0) });
    }
    Ok(told)
}

/// The answer in words; of several documents each on a line of its own, behind its title.
pub fn text(told: &[Told]) -> String {
    match told {
        [only] => format!("{}[1]", only.value),
        several => {
            let line = |(n, told): (usize, &Told)| format!("{}：{}[{n}]", told.title, told.value);
            (1..).zip(several).map(line).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Where `text` gives the document number `number`, 通政发〔2024〕23号, in any brackets.
fn number_in(text: &str, number: &str) -> Option<Range<usize>> {
    let written = |(open, close): &(char, char)| {
        let number = number.replace('〔', &open.to_string()).replace('〕', &close.to_string());
        let ordinal = number.replace(*close, &format!("{close}第"));
        occurrences_of(text, &number).into_iter().chain(occurrences_of(text, &ordinal)).next()
    };
    BRACKETS.iter().filter_map(written).min_by_key(|bytes| bytes.start)
}

/// Where `text` gives the bodies of `issuer`, which 、 joins: where it is signed, else at its beginning.
fn issuer_in(text: &str, issuer: &str) -> Option<Range<usize>> {
    let bodies: Vec<&str> = issuer.split('、').filter(|body| !body.is_empty()).collect();
    let places = |body: &&str| {
        let places = occurrences_of(text, body);
        Some((places.first()?.clone(), places.last()?.clone()))
    };
    let places: Vec<(Range<usize>, Range<usize>)> = bodies.iter().map(places).collect::<Option<_>>()?;
    let around = |places: Vec<&Range<usize>>| {
        let start = places.iter().map(|place| place.start).min()?;
        let end = places.iter().map(|place| place.end).max()?;
        (end - start <= TOGETHER).then_some(start..end)
    };
    let signed = places.iter().map(|(_, last)| last).collect();
    around(signed).or_else(|| around(places.iter().map(|(first, _)| first).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_an_issuer_are_known_from_what_a_document_says() {
        let of = |question: &str| asked(&Question::parse(question).unwrap());
        assert_eq!(of("《网上交易平台管理办法》的文号是多少？"), Some(Particular::Number));
        assert_eq!(of("未来产业实施意见是哪个部门印发的？"), Some(Particular::Issuer));
        assert_eq!(of("《管理办法》的发文机关是谁？"), Some(Particular::Issuer));
        assert_eq!(of("预警信息由哪个部门发布？"), None);
        assert_eq!(of("通政发〔2024〕23号的文号"), None);
    }

    #[test]
    fn a_number_is_found_in_other_brackets_and_with_blanks() {
        let text = "标题\n京政服发[2020] 32号\n依据国办发〔2019〕3号";
        assert_eq!(number_in(text, "京政服发〔2020〕32号").map(|bytes| &text[bytes]), Some("京政服发[2020] 32号"));
        assert_eq!(number_in(text, "京政服发〔2020〕33号"), None);
    }

    #[test]
    fn issuers_are_told_from_where_they_sign_together() {
        let text = "市商务局关于开展工作的通知\n市商务局 市教育局\n2020年";
        assert_eq!(issuer_in(text, "市商务局、市教育局").map(|bytes| &text[bytes]), Some("市商务局 市教育局"));
        assert_eq!(issuer_in(text, "市商务局、市财政局"), None);
    }
}
