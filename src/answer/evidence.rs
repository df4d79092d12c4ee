//! Candidates to evidence: in each passage the sentence that answers.
//!
//! A sentence is scored by the words it shares with the question (weighted by rarity), by the cosine of its own vector,
//! by whether it holds the kind of answer asked for, and by the score of its passage. The weights were fitted on
//! question sets other than the ones that the tests use; see `ARCHITECTURE.md`.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::reading_text;
use crate::index::analyzer::terms;
use crate::index::{Index, IndexError};
use crate::question::{AnswerKind, Question};
use crate::retrieve::Candidate;

/// Passages whose sentences are looked at.
const PASSAGES: usize = 24;

/// A sentence that answers, as part of its passage.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The passage's row.
    pub row: usize,
    /// Bytes of the quote in the document's canonical text.
    pub bytes: Range<usize>,
    pub score: f32,
}

/// What is known of one sentence.
#[derive(Debug, Clone, Copy, Default)]
pub struct Features {
    /// Share of the question's rarity-weighted words that stand in the sentence itself.
    pub words: f32,
    /// The same, with the words of its heading and title counted in.
    pub words_in_context: f32,
    /// Cosine of the sentence's vector with the question.
    pub cosine: f32,
    /// Cosine of the passage.
    pub passage_cosine: f32,
    /// Fused score of the passage.
    pub passage: f32,
    /// 1 where it holds the kind of answer asked for.
    pub kind: f32,
    /// Share of the question's years that it names; 1 where the question names none.
    pub years: f32,
    /// 1 where it holds a document number of the question.
    pub number: f32,
    /// Its length in characters.
    pub length: f32,
    /// 1 for the first sentence of its passage.
    pub first: f32,
}

/// The best `top_k` pieces of evidence, at most one a passage, best first.
pub fn evidence(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
    top_k: usize,
) -> Result<Vec<Evidence>, IndexError> {
    let mut found: Vec<Evidence> = Vec::new();
    for (row, sentences) in scored_sentences(index, question, query, candidates)? {
        let best = sentences.into_iter().map(|(bytes, f)| (bytes, score(&f))).max_by(|a, b| a.1.total_cmp(&b.1));
        found.extend(best.map(|(bytes, score)| Evidence { row, bytes, score }));
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
    found.truncate(top_k);
    Ok(found)
}

/// Linear in the features.
fn score(f: &Features) -> f32 {
    2.0 * f.words + 1.5 * f.words_in_context + 6.0 * f.cosine + 0.5 * f.passage + 0.5 * f.kind + 0.5 * f.years
        + 3.0 * f.number
}

type ScoredPassage = (usize, Vec<(Range<usize>, Features)>);

/// The features of every sentence of the leading candidates.
pub fn scored_sentences(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
) -> Result<Vec<ScoredPassage>, IndexError> {
    let rarity = rarity(index, question)?;
    let mut passages = Vec::new();
    for candidate in candidates.iter().take(PASSAGES) {
        let passage = index.passage(candidate.row)?;
        let document = &index.documents()[passage.document];
        let text = index.text(document)?;
        let context: Vec<String> = terms(&format!("{} {}", document.title, passage.section.join(" ")));
        let mut sentences = Vec::new();
        for (i, &(start, end)) in passage.sentences.iter().enumerate() {
            let Some(sentence) = text.get(start..end) else { continue };
            let reading = reading_text(sentence);
            let own = terms(&reading);
            let cosine = index.sentence_cosine(passage.first_sentence + i, query);
            let features = Features {
                words: overlap(&rarity, &own, &[]),
                words_in_context: overlap(&rarity, &own, &context),
                cosine: cosine.unwrap_or(candidate.dense),
                passage_cosine: candidate.dense,
                passage: candidate.score,
                kind: f32::from(holds(question.kind, &reading)),
                years: share_of(&question.years, &reading),
                number: f32::from(question.document_numbers.iter().any(|n| reading.replace(' ', "").contains(n))),
                length: reading.chars().count() as f32,
                first: f32::from(i == 0),
            };
            sentences.push((start..end, features));
        }
        passages.push((candidate.row, sentences));
    }
    Ok(passages)
}

/// The question's terms with weight × inverse document frequency.
fn rarity(index: &Index, question: &Question) -> Result<HashMap<String, f32>, IndexError> {
    let full_text = index.terms()?;
    let total = full_text.len() as f32;
    let weigh = |(term, weight): &(String, f32)| {
        let n = full_text.passages_with(term) as f32;
        // The inverse document frequency of BM25 (Robertson & Spärck Jones).
        (term.clone(), weight * (1.0 + (total - n + 0.5) / (n + 0.5)).ln())
    };
    Ok(question.terms.iter().map(weigh).collect())
}

fn overlap(rarity: &HashMap<String, f32>, own: &[String], context: &[String]) -> f32 {
    let total: f32 = rarity.values().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let matched = rarity.iter().filter(|(term, _)| own.contains(term) || context.contains(term));
    matched.map(|(_, weight)| weight).sum::<f32>() / total
}

fn share_of(years: &[String], sentence: &str) -> f32 {
    if years.is_empty() {
        return 1.0;
    }
    years.iter().filter(|year| sentence.contains(year.as_str())).count() as f32 / years.len() as f32
}

/// Whether `sentence` holds the kind of answer asked for.
fn holds(kind: AnswerKind, sentence: &str) -> bool {
    let digit = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百千万亿两".contains(c);
    match kind {
        AnswerKind::Number => sentence.chars().any(|c| c.is_ascii_digit()),
        AnswerKind::Date => sentence.contains(['年', '月', '日']) && sentence.contains(digit),
        AnswerKind::Organisation => sentence.contains("负责") || sentence.contains(['局', '委', '部', '厅', '办']),
        AnswerKind::List => sentence.contains('、') || sentence.contains('；'),
        AnswerKind::Definition => ["是指", "指的是", "包括", "即"].iter().any(|cue| sentence.contains(cue)),
        AnswerKind::Regions | AnswerKind::Comparison | AnswerKind::Open => false,
    }
}
