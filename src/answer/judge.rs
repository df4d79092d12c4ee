//! Whether a sentence is about what was asked: by its words, its meaning and what the reader believes.

use super::asks;
use super::features::Features;
use crate::index::Index;
use crate::index::analyzer::terms;
use crate::model::Calibration;
use crate::question::{AnswerKind, Language, Question};

/// Share of what a question is about from which a sentence is about it too.
const SAME_SUBJECT: f32 = 0.25;

/// The most terms that a question may have beside its topic that asks of the topic alone: 产业 and 发展 say no more.
const BESIDE_TOPIC: usize = 3;

/// Cosine from which it is whatever its words. Ten questions off the subject of the seeds reached .874 in Chinese and .756
/// in English, whose questions lie farther from Chinese text.
fn same_meaning(language: Language) -> f32 {
    match language {
        Language::Chinese => 0.88,
        Language::English => 0.8,
    }
}

/// What tells whether a sentence is about what was asked.
#[derive(Clone, Copy, Default)]
pub struct Judge {
    same_meaning: f32,
    /// `None` for English questions, whose words stand in no Chinese document: too few were there to measure.
    calibration: Option<Calibration>,
    /// A meaning is asked for.
    definition: bool,
    /// What the reader adds to the calibration's sum.
    belief: f32,
}

impl Judge {
    /// `belief`: what the reader adds to the calibration's sum.
    pub fn of(index: &Index, question: &Question, belief: f32) -> Self {
        // What is asked with 吗 or 是否 the reader has seldom seen; and 江苏对量子科技有什么部署 is answered by whatever is about
        // the topic, which words tell.
        let doubts = !question.asks_whether() && !asks_of_topic_alone(question);
        Self {
            same_meaning: same_meaning(question.language),
            calibration: (question.language == Language::Chinese).then_some(index.manifest().model.calibration),
            definition: question.kind == AnswerKind::Definition,
            belief: if doubts { belief } else { belief.max(0.0) },
        }
    }

    /// Whether a sentence is about what was asked, whether or not it answers.
    pub fn related(self, features: &Features) -> bool {
        features.subject >= SAME_SUBJECT
            || self.definition && features.words >= 1.0
            || features.cosine >= self.same_meaning
    }

    /// Whether it is so near to the question that the documents may be taken to answer it.
    pub fn fits(self, features: &Features) -> bool {
        // What a coined word means is told where it stands, however far from the question in meaning.
        if self.definition && features.words >= 1.0 {
            return true;
        }
        match self.calibration {
            Some(calibration) => calibration.margin(features.words_in_context, features.cosine) + self.belief >= 0.0,
            None => self.related(features),
        }
    }
}

/// Whether a question asks what is done about a topic, and names nothing else that the answer must speak of.
fn asks_of_topic_alone(question: &Question) -> bool {
    let rest = || terms(&asks::without_measures(&question.beside_subjects()));
    let words = |terms: Vec<String>| terms.iter().filter(|term| !term.bytes().all(|b| b.is_ascii_digit())).count();
    asks::for_measures(&question.reading) && !question.subjects().is_empty() && words(rest()) <= BESIDE_TOPIC
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_names_more_than_its_topic_does_not_ask_of_that_alone() {
        let alone = |question: &str| asks_of_topic_alone(&Question::parse(question).unwrap());
        assert!(alone("江苏对量子科技有什么部署？") && alone("2025年江苏省对人工智能产业有哪些支持政策？"));
        assert!(!alone("优化营商环境条例对企业开办有哪些规定？") && !alone("江苏有多少企业？"));
    }
}
