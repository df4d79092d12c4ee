//! Whether a quote speaks of the topic of a question at all: a neighbouring sentence of the same region often does not.

use super::evidence::Evidence;
use crate::index::analyzer::fold;
use crate::index::{Index, IndexError};
use crate::question::Question;

/// Whether the quote of `evidence`, or what stands above it, has a word for every topic of `question`; `None` where the
/// question has no known topic.
pub fn holds(index: &Index, question: &Question, evidence: &Evidence) -> Result<Option<bool>, IndexError> {
    let subjects = question.subjects();
    if subjects.is_empty() {
        return Ok(None);
    }
    let passage = index.passage(evidence.row)?;
    let document = &index.documents()[passage.document];
    let quote = index.reading(document)?.get(evidence.bytes.clone()).unwrap_or_default();
    let text = fold(&format!("{}\n{quote}", passage.above(document)));
    let named = |words: &Vec<String>| words.iter().any(|word| text.contains(&fold(word)));
    Ok(Some(subjects.iter().all(named)))
}
