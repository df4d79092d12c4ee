//! Answers held against what is known.

use std::collections::BTreeSet;

use serde::Serialize;

use super::measure::{f1, lcs_f1, mean, median};
use super::place::{Place, file_name};
use super::question::{Expected, Proof, TestQuestion};
use super::report::{Latency, Report};
use crate::answer::{Answer, Citation, Status};

/// Takes answers one by one.
#[derive(Debug, Default)]
pub struct Scorer {
    abstain: Vec<f64>,
    answer: Vec<f64>,
    cite_1: Vec<f64>,
    cite_5: Vec<f64>,
    evidence: Vec<f64>,
    false_abs: Vec<f64>,
    region_f: Vec<f64>,
    region_p: Vec<f64>,
    region_r: Vec<f64>,
    span_f1: Vec<f64>,
    verbatim: Vec<f64>,
    lengths: Vec<usize>,
    milliseconds: Vec<f64>,
    questions: usize,
    missing: usize,
    misses: Vec<Miss>,
}

/// An answer that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Miss {
    pub kind: MissKind,
    pub id: String,
    pub question: String,
    /// What was found in place of what was sought.
    pub found: String,
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MissKind {
    /// A quote that is not the bytes of its source.
    NotVerbatim,
    /// An unanswerable question was answered.
    ShouldAbstain,
    /// Regions are missing, or should not be there.
    Regions,
    /// The first five citations do not show the gold passage.
    Missed,
    /// The answer lacks an expected string.
    Answer,
}

impl MissKind {
    /// For people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotVerbatim => "not verbatim",
            Self::ShouldAbstain => "should abstain",
            Self::Regions => "regions",
            Self::Missed => "missed",
            Self::Answer => "answer",
        }
    }
}

impl Scorer {
    /// Holds `answer` against `question`, whose gold passages are `places`. `verbatim` says of each citation whether it
    /// still holds in its source. A question that could not be asked has no answer and counts as not answered.
    pub fn add(&mut self, question: &TestQuestion, places: &[Place], answer: Option<&Answer>, verbatim: &[bool]) {
        self.questions += 1;
        let answered = answer.is_some_and(|a| a.status == Status::Answered);
        let citations = answer.map_or(&[][..], |a| &a.citations);
        let text = answer.map_or("", |a| &a.answer);
        match answer {
            Some(answer) => self.milliseconds.push(answer.timing_ms.total),
            None => self.missing += 1,
        }
        for (citation, holds) in citations.iter().zip(verbatim) {
            self.verbatim.push(share(*holds));
            if !holds {
                self.miss(question, MissKind::NotVerbatim, citation.id.clone());
            }
        }
        if question.expected == Expected::Unanswerable {
            self.abstain.push(share(!answered));
            if answered {
                self.miss(question, MissKind::ShouldAbstain, text.to_owned());
            }
            return;
        }
        self.false_abs.push(share(!answered));
        match &question.expected {
            Expected::Fact { answers, .. } => {
                self.any_cited(question, places, citations);
                self.lengths.push(text.chars().count());
                self.holds_all(question, answers, text);
            }
            Expected::Span { answers, .. } => {
                self.any_cited(question, places, citations);
                self.span_f1.push(answers.iter().map(|gold| lcs_f1(text, gold)).fold(0.0, f64::max));
            }
            Expected::Compare { answers, .. } => {
                let first = &citations[..citations.len().min(5)];
                self.five_cited(question, places.iter().all(|place| place.covered(first)), citations);
                self.holds_all(question, answers, text);
            }
            Expected::Regions { regions, regions_optional, evidence } => {
                let named = answer.map_or(&[][..], |a| &a.regions);
                let named = named.iter().map(|r| r.name.as_str()).collect();
                self.names_regions(question, &named, regions, regions_optional);
                let proved = evidence.iter().filter(|(region, proof)| is_proved(citations, region, proof)).count();
                self.evidence.push(proved as f64 / regions.len() as f64);
            }
            Expected::Unanswerable => {}
        }
    }

    /// cite@1 and cite@5 where any gold passage will do.
    fn any_cited(&mut self, question: &TestQuestion, places: &[Place], citations: &[Citation]) {
        let covered = |k: usize| places.iter().any(|place| place.covered(&citations[..citations.len().min(k)]));
        self.cite_1.push(share(covered(1)));
        self.five_cited(question, covered(5), citations);
    }

    fn five_cited(&mut self, question: &TestQuestion, hit: bool, citations: &[Citation]) {
        self.cite_5.push(share(hit));
        if !hit {
            let quotes: Vec<_> = citations.iter().take(3).map(Citation::reading_quote).collect();
            self.miss(question, MissKind::Missed, quotes.join(" | "));
        }
    }

    /// Whether every expected string stands in the answer.
    fn holds_all(&mut self, question: &TestQuestion, expected: &[String], text: &str) {
        let hit = expected.iter().all(|part| text.contains(part.as_str()));
        self.answer.push(share(hit));
        if !hit {
            self.miss(question, MissKind::Answer, text.to_owned());
        }
    }

    /// With the named regions G, the expected W and the allowed A ⊇ W: p = |G ∩ A| / |G|, r = |G ∩ W| / |W|.
    fn names_regions(
        &mut self,
        question: &TestQuestion,
        named: &BTreeSet<&str>,
        wanted: &BTreeSet<String>,
        optional: &BTreeSet<String>,
    ) {
        let extra: Vec<_> =
            named.iter().filter(|n| !wanted.contains(**n) && !optional.contains(**n)).copied().collect();
        let missing: Vec<_> = wanted.iter().filter(|w| !named.contains(w.as_str())).map(String::as_str).collect();
        let part = |of: usize, without: usize| if of == 0 { 0.0 } else { (of - without) as f64 / of as f64 };
        let (p, r) = (part(named.len(), extra.len()), part(wanted.len(), missing.len()));
        self.region_p.push(p);
        self.region_r.push(r);
        self.region_f.push(f1(p, r));
        if p < 1.0 || r < 1.0 {
            let found = format!("missing [{}], extra [{}]", missing.join(" "), extra.join(" "));
            self.miss(question, MissKind::Regions, found);
        }
    }

    fn miss(&mut self, question: &TestQuestion, kind: MissKind, found: String) {
        self.misses.push(Miss { kind, id: question.name(), question: question.question.clone(), found });
    }

    /// What went wrong so far, in the order of the questions.
    pub fn misses(&self) -> &[Miss] {
        &self.misses
    }

    /// The figures: the mean over all that counts towards each.
    pub fn report(&self) -> Report {
        Report {
            abstain: mean(&self.abstain),
            answer: mean(&self.answer),
            cite_1: mean(&self.cite_1),
            cite_5: mean(&self.cite_5),
            evidence: mean(&self.evidence),
            false_abs: mean(&self.false_abs),
            region_f: mean(&self.region_f),
            region_p: mean(&self.region_p),
            region_r: mean(&self.region_r),
            span_f1: mean(&self.span_f1),
            verbatim: mean(&self.verbatim),
            answer_len: median(&self.lengths),
            questions: self.questions,
            missing: self.missing,
            latency_ms: Latency::of(&self.milliseconds),
        }
    }
}

fn share(hit: bool) -> f64 {
    if hit { 1.0 } else { 0.0 }
}

/// Whether a citation of `region`'s own shows one of the terms in a document that can prove it.
fn is_proved(citations: &[Citation], region: &str, proof: &Proof) -> bool {
    citations.iter().any(|c| {
        c.region.as_deref() == Some(region)
            && proof.docs.iter().any(|doc| doc == file_name(&c.document.path))
            && proof.terms.iter().any(|term| c.quote.contains(term.as_str()))
    })
}

#[cfg(test)]
pub(super) mod tests;
