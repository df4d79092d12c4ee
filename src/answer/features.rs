//! What is known of a sentence as an answer to a question, and the one score made of it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::asks;
use super::signs;
use crate::document::reading_text;
use crate::index::analyzer::terms;
use crate::index::{DocumentRecord, Index, IndexError, PassageRecord};
use crate::question::{AnswerKind, Language, Question};
use crate::region::{self, Division};
use crate::retrieve::Candidate;

/// A sentence, measured against a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// Share of the question's rarity-weighted words that stand in the sentence itself.
    pub words: f32,
    /// The same, with the words of its section path and document title counted in.
    pub words_in_context: f32,
    /// The same over what the question is about, its places and numbers left out.
    pub subject: f32,
    /// Cosine of the sentence's own vector with the question.
    pub cosine: f32,
    /// Cosine of its passage.
    pub passage_cosine: f32,
    /// Fused score of its passage.
    pub passage: f32,
    /// How surely it holds the kind of answer asked for: 0 to 3.
    pub kind: f32,
    /// Share of the question's years that it names, at half weight what only its context names; 1 where the question
    /// names none.
    pub years: f32,
    /// 1 where it holds a document number of the question.
    pub document_number: f32,
    /// 1 where it, its context or its document is of a region that the question names, or the question names none.
    pub region: f32,
    /// Its length in characters.
    pub characters: f32,
}

impl Features {
    /// Linear in the features. The weights maximise the likelihood of the gold sentences of half of the measuring
    /// questions (the other half and the seeds told that they hold), rounded; those of years, document number and region,
    /// which few of these questions name, are set by hand. See ARCHITECTURE.md.
    pub fn score(&self) -> f32 {
        let length = 1.0 * self.characters.max(1.0).ln() - 0.015 * self.characters.min(200.0);
        1.0 * self.words + 6.5 * self.words_in_context + 60.0 * self.cosine - 28.0 * self.passage_cosine
            + 1.0 * self.passage
            + 2.1 * self.kind
            + 2.0 * self.years
            + 6.0 * self.document_number
            + 1.5 * self.region
            + length
    }

    /// A score as a number from 0 to 1 that people can read: a logistic curve around the scores of candidates on the
    /// seeds, where sentences off the subject lie near 33 and good answers above 40. It is no calibrated probability.
    pub fn readable(score: f32) -> f32 {
        1.0 / (1.0 + ((36.0 - score) / 3.0).exp())
    }
}

/// The question's words with their rarity in the index, ready to measure sentences.
pub struct QuestionWords<'a> {
    question: &'a Question,
    /// Term to weight × inverse document frequency.
    rarity: HashMap<&'a str, f32>,
    total: f32,
    /// The terms of `rarity` that tell what the question is about, and their total.
    subject: HashSet<&'a str>,
    subject_total: f32,
    regions: Vec<&'static Division>,
    /// It asks when a document was issued.
    asks_for_issue: bool,
    /// What it wants defined.
    defined: Option<String>,
}

/// What stands above a sentence: its document's title and its section path.
pub struct Context {
    text: String,
    terms: HashSet<String>,
    /// Its document is of a region that the question names.
    of_region: bool,
}

impl<'a> QuestionWords<'a> {
    pub fn new(index: &Index, question: &'a Question) -> Result<Self, IndexError> {
        let full_text = index.terms()?;
        let passages = full_text.len() as f32;
        let weigh = |(term, weight): &'a (String, f32)| {
            let n = full_text.passages_with(term) as f32;
            // An English word that no document has says nothing of what Chinese documents hold.
            let foreign = question.language == Language::English && n == 0.0;
            // The inverse document frequency of BM25 (Robertson & Spärck Jones).
            (!foreign).then(|| (term.as_str(), weight * (1.0 + (passages - n + 0.5) / (n + 0.5)).ln()))
        };
        let rarity: HashMap<&str, f32> = question.terms.iter().filter_map(weigh).collect();
        let tells_what = |term: &&str| {
            !question.place_terms.iter().any(|place| place == term) && !term.chars().all(|c| c.is_ascii_digit())
        };
        // A synonym helps to find a passage; where it does not stand, nothing that was asked is missing.
        let asked = question.terms.iter().filter(|(_, weight)| *weight >= 1.0).map(|(term, _)| term.as_str());
        let subject: HashSet<&str> = asked.filter(|term| rarity.contains_key(term)).filter(tells_what).collect();
        let subject_total = subject.iter().map(|term| rarity[term]).sum::<f32>().max(f32::EPSILON);
        let regions = question.regions.iter().filter_map(|code| region::division(code)).collect();
        let asks_for_issue = asks::for_issue(&question.reading);
        Ok(Self {
            subject,
            subject_total,
            asks_for_issue,
            defined: (question.kind == AnswerKind::Definition).then(|| question.defined()),
            question,
            total: rarity.values().sum::<f32>().max(f32::EPSILON),
            rarity,
            regions,
        })
    }

    /// The share of the question's rarity-weighted words that stand in `text`.
    pub fn share_in(&self, text: &str) -> f32 {
        let own: HashSet<String> = terms(&reading_text(text)).into_iter().collect();
        self.share(|term| own.contains(term))
    }

    /// The same over what the question is about, its places and numbers left out.
    pub fn subject_share_in(&self, text: &str) -> f32 {
        let own: HashSet<String> = terms(&reading_text(text)).into_iter().collect();
        self.subject_share(|term| own.contains(term))
    }

    /// Whether `text` names a year that the question names.
    pub fn names_year(&self, text: &str) -> bool {
        self.question.years.iter().any(|year| text.contains(year.as_str()))
    }

    /// The context of the sentences of `passage`.
    pub fn context(&self, document: &DocumentRecord, passage: &PassageRecord) -> Context {
        let text = passage.above(document);
        let inside = |code: &str| self.regions.iter().any(|r| region::is_within(code, r.code));
        Context {
            terms: terms(&text).into_iter().collect(),
            of_region: document.region.as_deref().is_some_and(inside),
            text,
        }
    }

    /// Measures one sentence.
    pub fn features(&self, sentence: &str, context: &Context, cosine: f32, candidate: &Candidate) -> Features {
        let reading = reading_text(sentence);
        let own: HashSet<String> = terms(&reading).into_iter().collect();
        let either = |found: &dyn Fn(&str) -> bool| found(&reading) || found(&context.text);
        let named = |d: &&'static Division| either(&|text| text.contains(d.short_name()));
        let about_region = self.regions.is_empty() || context.of_region || self.regions.iter().any(named);
        let years = &self.question.years;
        let other_year = YEAR.is_match(&reading);
        let year = |y: &String| match (reading.contains(y.as_str()), context.text.contains(y.as_str())) {
            (true, _) => 1.0,
            // What a heading says holds for a sentence that says nothing else.
            (false, true) if !other_year => 0.5,
            _ => 0.0,
        };
        let compact = reading.replace(' ', "");
        // A document seldom names its own region; and the date line under it says in no word that it was issued then.
        let dates = self.question.kind == AnswerKind::Date && self.asks_for_issue && signs::is_date_line(&reading);
        let place = |term: &str| context.of_region && self.question.place_terms.iter().any(|place| place == term);
        let of_document = |term: &str| place(term) || dates && asks::tells_of_issue(term);
        let in_context = |term: &str| own.contains(term) || context.terms.contains(term) || of_document(term);
        let has_number = self.question.document_numbers.iter().any(|number| compact.contains(number.as_str()));
        Features {
            words: self.share(|term| own.contains(term)),
            words_in_context: self.share(in_context),
            subject: self.subject_share(in_context),
            cosine,
            passage_cosine: candidate.dense,
            passage: candidate.score,
            kind: match &self.defined {
                Some(word) if signs::defines(word, &reading) => 3.0,
                _ => signs::of_sentence(self.question.kind, self.asks_for_issue, &reading),
            },
            years: if years.is_empty() { 1.0 } else { years.iter().map(year).sum::<f32>() / years.len() as f32 },
            document_number: f32::from(has_number),
            region: f32::from(about_region),
            characters: reading.chars().count() as f32,
        }
    }

    fn subject_share(&self, has: impl Fn(&str) -> bool) -> f32 {
        sum(self.subject.iter().filter(|term| has(term)).map(|term| self.rarity[term])) / self.subject_total
    }

    fn share(&self, has: impl Fn(&str) -> bool) -> f32 {
        sum(self.rarity.iter().filter(|(term, _)| has(term)).map(|(_, weight)| *weight)) / self.total
    }
}

/// `Iterator::sum` of nothing is -0.
fn sum(values: impl Iterator<Item = f32>) -> f32 {
    values.fold(0.0, |a, b| a + b)
}

static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new("20[0-9]{2}").expect("a constant pattern"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closer_sentence_scores_higher_all_else_equal() {
        let near = Features { cosine: 0.9, ..Default::default() };
        let far = Features { cosine: 0.8, ..Default::default() };
        assert!(near.score() > far.score());
    }
}
