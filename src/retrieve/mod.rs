//! Candidates: the passages that may hold the answer, by meaning and by words, fused into one order.

mod filter;
mod fusion;

pub use filter::{Filter, FilterError, FilterText, Selection};

use std::collections::HashMap;

use crate::index::{FieldWeights, Index, IndexError, dot};
use crate::question::Question;

/// Passages that each of the two searches contributes.
const DEPTH: usize = 100;

/// A passage's section path and document title count less than its own words: measured on the question sets.
const FIELDS: FieldWeights = FieldWeights { body: 1.0, heading: 0.3, title: 0.3 };

/// A passage that may hold the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The passage's row in the index.
    pub row: usize,
    /// Cosine with the question.
    pub dense: f32,
    /// BM25 score; 0 where no word matches.
    pub lexical: f32,
    /// The fused score, in standard deviations above the mean candidate.
    pub score: f32,
}

/// The candidates for `question`, whose embedding is `query`, among the passages of `selection`, best first.
pub fn candidates(
    index: &Index,
    question: &Question,
    query: &[f32],
    selection: Option<&Selection>,
) -> Result<Vec<Candidate>, IndexError> {
    let wanted = selection.map(|selection| &selection.rows);
    let lexical = index.terms()?.search(&question.terms, FIELDS, DEPTH, wanted)?;
    let lexical: HashMap<usize, f32> = lexical.into_iter().collect();
    let mut rows: Vec<(usize, f32)> = index.nearest(query, DEPTH, wanted.map(|rows| &**rows))?;
    let nearest: std::collections::HashSet<usize> = rows.iter().map(|(row, _)| *row).collect();
    for &row in lexical.keys().filter(|row| !nearest.contains(row)) {
        // A passage found by its words alone still has a vector, so its cosine need not be guessed.
        if let Some(vector) = index.vector(row) {
            rows.push((row, dot(query, &vector)));
        }
    }
    let scores = fusion::fuse(
        &rows.iter().map(|(_, dense)| *dense).collect::<Vec<_>>(),
        &rows.iter().map(|(row, _)| lexical.get(row).copied().unwrap_or(0.0)).collect::<Vec<_>>(),
        question.language,
    );
    let mut candidates: Vec<Candidate> = rows
        .into_iter()
        .zip(scores)
        .map(|((row, dense), score)| Candidate {
            row,
            dense,
            lexical: lexical.get(&row).copied().unwrap_or(0.0),
            score,
        })
        .collect();
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.row.cmp(&b.row)));
    Ok(candidates)
}
