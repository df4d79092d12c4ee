//! When to say nothing: what a question names and the documents lack.
//!
//! Most wrong answers of such systems are the right sentence about the wrong city, so a region, document number or
//! subject that the documents do not hold is not answered from another one.

use super::evidence::Evidence;
use crate::index::analyzer::terms;
use crate::index::{Index, IndexError};
use crate::question::Question;
use crate::region;
use crate::retrieve::Candidate;

/// What is said when nothing was found at all.
pub const NOTHING: &str = "没有文件与此问题相关。";

/// Cosine below which a question is about something else than any passage: the lowest of 1,000 answerable questions
/// was above it.
const UNRELATED: f32 = 0.78;

/// Why there is no answer, or `None` where there may be one.
pub fn missing(
    index: &Index,
    question: &Question,
    candidates: &[Candidate],
    evidence: &[Evidence],
) -> Result<Option<String>, IndexError> {
    if evidence.is_empty() {
        return Ok(Some(NOTHING.to_owned()));
    }
    for code in &question.regions {
        if !speaks_of(index, code)? {
            let name = region::division(code).map_or(*code, |d| d.name);
            return Ok(Some(format!("没有关于{name}的文件。")));
        }
    }
    for number in &question.document_numbers {
        let mut found = false;
        for document in index.documents() {
            found |= index.text(document)?.contains(number.as_str());
        }
        if !found {
            return Ok(Some(format!("没有文号为{number}的文件。")));
        }
    }
    let nearest = candidates.iter().map(|c| c.dense).fold(f32::MIN, f32::max);
    if nearest < UNRELATED && candidates.iter().all(|c| c.lexical == 0.0) {
        return Ok(Some(NOTHING.to_owned()));
    }
    Ok(None)
}

/// Whether any document is of the division, or names it.
fn speaks_of(index: &Index, code: &str) -> Result<bool, IndexError> {
    if index.documents().iter().any(|d| d.region.as_deref().is_some_and(|r| region::is_within(r, code))) {
        return Ok(true);
    }
    let Some(division) = region::division(code) else { return Ok(true) };
    let name = if division.short.is_empty() { division.name } else { division.short };
    let full_text = index.terms()?;
    Ok(terms(name).iter().all(|term| full_text.passages_with(term) > 0))
}
