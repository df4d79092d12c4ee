//! Which document a question means: the one whose title has the words of the question, of its region and years.

use super::evidence::Evidence;
use super::features::QuestionWords;
use crate::index::{DocumentRecord, Index, IndexError};
use crate::question::Question;
use crate::region;

/// The share of the question's words for its subject that the title of a document has which it means.
pub const NAMED: f32 = 0.6;

/// Whether the title of the best evidence's document names that of which `question` asks for the part called `part`: then it is
/// the document that is meant.
pub fn names_document(
    index: &Index,
    question: &Question,
    part: &str,
    evidence: &[Evidence],
) -> Result<bool, IndexError> {
    let Some(first) = evidence.first() else { return Ok(false) };
    let document = &index.documents()[index.passage(first.row)?.document];
    let words = QuestionWords::new(index, question)?;
    let titled = words.subject_share_in(&format!("{}\n{part}", document.metadata.title));
    Ok(titled >= NAMED && is_of_region(question, document))
}

/// Whether the document is of a region that the question names, or of none that is known: the plan of a province is not that of
/// its city.
pub fn is_of_region(question: &Question, document: &DocumentRecord) -> bool {
    let asked = question.own_regions();
    let inside = |own: &str| asked.is_empty() || asked.iter().any(|code| region::is_within(own, code));
    document.region.as_deref().is_none_or(inside)
}

/// Whether it is also of a year that the question names, where that is asked of the document itself and not of its targets.
pub fn is_meant(question: &Question, document: &DocumentRecord) -> bool {
    let of_year = |year: &String| {
        let published = document.metadata.published.as_deref().is_some_and(|date| date.starts_with(year.as_str()));
        published || document.metadata.title.contains(year.as_str())
    };
    is_of_region(question, document) && (question.years.is_empty() || question.years.iter().any(of_year))
}
