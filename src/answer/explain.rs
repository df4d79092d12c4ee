//! Why an answer is what it is: what was understood of its question, and what spoke for each of its citations.
//!
//! It is worked out after the answer, from the answer's citations, so that answering itself carries nothing of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::citation::{self, CitationId};
use super::reading::{self, Readings};
use super::strength::Strength;
use super::{Answer, AnswerError, Citation, Features, Measured, Scope, measure};
use crate::document::reading_text;
use crate::index::analyzer::fold;
use crate::index::{Index, IndexError, RowSet};
use crate::model::Model;
use crate::question::{AnswerKind, Language, Question};
use crate::region::{self, Level};
use crate::retrieve::{Candidate, Selection, candidates};

/// What was understood, and why each citation was chosen.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    pub question: Understood,
    /// In the order of the answer's citations.
    pub citations: Vec<Reason>,
}

/// A question as it was understood.
#[derive(Debug, Clone, Serialize)]
pub struct Understood {
    pub language: Language,
    pub kind: AnswerKind,
    /// Full names of the regions that it names.
    pub regions: Vec<&'static str>,
    /// Full names of the sides of a comparison.
    pub sides: Vec<&'static str>,
    /// The levels whose regions answer a which-regions question.
    pub levels: Vec<&'static str>,
    /// The words by which a which-regions question asks for priority.
    pub priority: Vec<String>,
    /// The subjects of a which-regions question, each in all words that prove it.
    pub subjects: Vec<Vec<String>>,
    pub years: Vec<String>,
    pub document_numbers: Vec<String>,
    pub terms: Vec<Term>,
    /// What documents must be, by the names of the options.
    pub filters: BTreeMap<&'static str, String>,
}

/// A search term and what it counts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    pub term: String,
    pub weight: f32,
}

/// What spoke for a citation.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    pub n: usize,
    pub id: String,
    pub passage: PassageScores,
    /// The best sentence of the quote; `None` where the index no longer has it.
    pub sentence: Option<SentenceScores>,
    /// What the reader made of both; `None` where it did not read the passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reader: Option<ReaderScores>,
    /// How strongly it backs the subject of a which-regions question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The words for the subject that prove it, for a which-regions question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<String>,
}

/// How a passage was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PassageScores {
    /// Cosine with the question.
    pub dense: f32,
    /// BM25; 0 where no search term matches.
    pub lexical: f32,
    /// Both as one; `None` where the passage was found otherwise than by these searches.
    pub fused: Option<f32>,
}

/// What the reader made of a passage and of its best sentence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ReaderScores {
    /// A logit: above 0 the passage more likely answers than not.
    pub relevance: f32,
    /// What it added to the sentence's score.
    pub adds: f32,
}

/// The features of a sentence, as [`Features`] has them, and the score made of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SentenceScores {
    pub text: String,
    pub score: f32,
    pub words: f32,
    pub words_in_context: f32,
    pub subject: f32,
    pub cosine: f32,
    pub kind: f32,
    pub years: f32,
    pub document_number: f32,
    pub region: f32,
    pub characters: f32,
}

/// Explains `answer`, which was given to `question` within `scope`.
pub fn explain(
    index: &Index,
    model: &Model,
    question: &Question,
    scope: &Scope,
    answer: &Answer,
) -> Result<Explanation, AnswerError> {
    let question = &super::understood(index, question, &scope.vocabulary)?;
    let mut explanation = Explanation { question: understood(question, scope), citations: Vec::new() };
    if answer.citations.is_empty() {
        return Ok(explanation);
    }
    let selection = scope.filter.select(index)?;
    // Every side of a comparison is searched for by itself.
    let mut asked: Vec<Question> = question.sides().into_iter().map(|(_, side)| side).collect();
    if asked.is_empty() || !answer.regions.is_empty() {
        asked = vec![question.clone()];
    }
    let mut searches = Vec::with_capacity(asked.len());
    for question in &asked {
        let query = model.embed_query(&question.reading)?;
        let found = candidates(index, question, &query, selection.as_ref())?;
        let readings = if scope.reader {
            reading::read(index, model, question, &measure(index, question, &query, &found)?)?
        } else {
            Readings::default()
        };
        searches.push(Search { question, query, found, readings });
    }
    for citation in &answer.citations {
        let mut best: Option<Reason> = None;
        for search in &searches {
            let proves = answer.regions.iter().find(|region| region.citations.contains(&citation.n));
            let reason = search.reason(index, citation, proves.map(|region| region.strength))?;
            let score = |reason: &Reason| reason.sentence.as_ref().map_or(f32::MIN, |s| s.score);
            if best.as_ref().is_none_or(|best| score(&reason) > score(best)) {
                best = Some(reason);
            }
        }
        explanation.citations.extend(best);
    }
    Ok(explanation)
}

fn understood(question: &Question, scope: &Scope) -> Understood {
    let name = |code: &str| region::division(code).map(|d| d.name);
    let which = question.which.as_ref();
    Understood {
        language: question.language,
        kind: question.kind,
        regions: question.regions.iter().filter_map(|code| name(code)).collect(),
        sides: question.sides().iter().filter_map(|(code, _)| name(code)).collect(),
        levels: which.map_or_else(Vec::new, |w| w.levels.iter().map(|level: &Level| level.as_str()).collect()),
        priority: which.map_or_else(Vec::new, |w| w.priority_words.clone()),
        subjects: which.map_or_else(Vec::new, |w| w.subjects.clone()),
        years: question.years.clone(),
        document_numbers: question.document_numbers.clone(),
        terms: question.terms.iter().map(|(term, weight)| Term { term: term.clone(), weight: *weight }).collect(),
        filters: scope.filter.parts().into_iter().collect(),
    }
}

/// A question, its vector, and what it finds.
struct Search<'a> {
    question: &'a Question,
    query: Vec<f32>,
    found: Vec<Candidate>,
    readings: Readings,
}

impl Search<'_> {
    /// `strength` is that of the region that the citation proves.
    fn reason(&self, index: &Index, citation: &Citation, strength: Option<Strength>) -> Result<Reason, IndexError> {
        let mut reason = Reason {
            n: citation.n,
            id: citation.id.clone(),
            passage: PassageScores { dense: 0.0, lexical: 0.0, fused: None },
            sentence: None,
            reader: None,
            strength,
            proof: Vec::new(),
        };
        let Some(row) = row(index, citation)? else { return Ok(reason) };
        let found = self.found.iter().find(|candidate| candidate.row == row).copied();
        let Some(candidate) = found.map_or_else(|| self.alone(index, row), |c| Ok(Some(c)))? else {
            return Ok(reason);
        };
        let fused = found.map(|candidate| candidate.score);
        reason.passage = PassageScores { dense: candidate.dense, lexical: candidate.lexical, fused };
        let passage = index.passage(row)?;
        let text = index.reading(&index.documents()[passage.document])?;
        let [start, end] = citation.bytes;
        let sentences = measure(index, self.question, &self.query, &[candidate])?;
        let quoted = sentences.iter().filter(|s| s.bytes.start >= start && s.bytes.end <= end);
        let best = quoted.max_by(|a, b| a.features.score().total_cmp(&b.features.score()));
        reason.reader = best.and_then(|best| {
            let relevance = self.readings.relevance(row)?;
            Some(ReaderScores { relevance, adds: self.readings.worth(row, &best.bytes) })
        });
        reason.sentence = best.map(|best| scores(best, text));
        if let (Some(_), Some(which)) = (strength, &self.question.which) {
            let quote = text.get(start..end).unwrap_or_default();
            let folded = fold(quote);
            let words = which.subjects.iter().flatten().filter(|word| folded.contains(&fold(word)));
            reason.proof = words.cloned().collect();
        }
        Ok(reason)
    }

    /// The scores of a passage that is not among the best.
    fn alone(&self, index: &Index, row: usize) -> Result<Option<Candidate>, IndexError> {
        let mut rows = RowSet::default();
        rows.insert(row);
        let selection = Selection { rows: Arc::new(rows), documents: 1 };
        Ok(candidates(index, self.question, &self.query, Some(&selection))?.into_iter().next())
    }
}

/// The row of a citation's passage.
fn row(index: &Index, citation: &Citation) -> Result<Option<usize>, IndexError> {
    let Ok(id) = citation.id.parse::<CitationId>() else { return Ok(None) };
    let mut found = citation::resolve(index, &id)?.into_iter();
    let is_its =
        |passage: &crate::index::PassageRecord| index.documents()[passage.document].sha256 == citation.document.sha256;
    Ok(found.find(|(_, passage)| is_its(passage)).map(|(row, _)| row))
}

fn scores(sentence: &Measured, text: &str) -> SentenceScores {
    let Features { words, words_in_context, subject, cosine, kind, years, document_number, region, characters, .. } =
        sentence.features;
    SentenceScores {
        text: reading_text(text.get(sentence.bytes.clone()).unwrap_or_default()),
        score: sentence.features.score(),
        words,
        words_in_context,
        subject,
        cosine,
        kind,
        years,
        document_number,
        region,
        characters,
    }
}
