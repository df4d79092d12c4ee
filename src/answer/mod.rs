//! Evidence to answer: the sentences that answer, quoted and cited.
//!
//! Every quote is a byte range of a document's canonical text, and an answer's text is built from quotes, region names
//! and citation marks alone.

pub mod citation;
mod evidence;
mod json;
pub mod locate;
mod silence;
pub mod verify;

use std::time::Instant;

pub use evidence::{Evidence, evidence};
pub use json::{Answer, Citation, CitedDocument, Examined, Status, Timing};

use crate::index::{Index, IndexError};
use crate::model::{Model, ModelError};
use crate::question::Question;
use crate::retrieve::candidates;

/// Citations of an answer unless the person asks for another number.
pub const DEFAULT_TOP_K: usize = 5;

/// A question could not be answered for a technical reason.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Answers `question` from `index` with at most `top_k` citations.
pub fn answer(index: &Index, model: &Model, question: &Question, top_k: usize) -> Result<Answer, AnswerError> {
    let start = Instant::now();
    let query = model.embed_query(&question.text)?;
    let embedded = Instant::now();
    let candidates = candidates(index, question, &query)?;
    let searched = Instant::now();
    let evidence = evidence(index, question, &query, &candidates, top_k)?;
    let mut citations = Vec::with_capacity(evidence.len());
    for (n, evidence) in (1..).zip(&evidence) {
        citations.push(citation::cite(index, n, evidence)?);
    }
    let missing = silence::missing(index, question, &candidates, &evidence)?;
    let (status, text) = match (missing, citations.first()) {
        (None, Some(best)) => (Status::Answered, format!("{}[1]", best.reading_quote())),
        (Some(reason), _) => (Status::NoEvidence, reason),
        (None, None) => (Status::NoEvidence, silence::NOTHING.to_owned()),
    };
    let matched = citations.iter().map(|c| c.document.id.as_str()).collect::<std::collections::HashSet<_>>().len();
    let end = Instant::now();
    Ok(Answer {
        id: None,
        question: question.text.clone(),
        status,
        answer: text,
        regions: Vec::new(),
        examined: Examined { documents: index.documents().len(), matched },
        citations,
        timing_ms: Timing::between(start, embedded, searched, end),
    })
}
