//! An answer's text, made of quotes, region names and citation marks.

use super::evidence::Evidence;
use super::json::Citation;
use crate::document::reading_text;
use crate::index::{Index, IndexError};
use crate::question::{AnswerKind, Question};
use crate::region;

/// The best quote; for a question that one clause answers, its best sentence; for a document, the title.
pub fn quotes(
    index: &Index,
    question: &Question,
    evidence: &[Evidence],
    citations: &[Citation],
) -> Result<String, IndexError> {
    let (Some(evidence), Some(citation)) = (evidence.first(), citations.first()) else { return Ok(String::new()) };
    let text = match question.kind {
        AnswerKind::Document => citation.document.title.clone(),
        AnswerKind::Number | AnswerKind::Target | AnswerKind::Date | AnswerKind::Organisation => {
            let document = &index.documents()[index.passage(evidence.row)?.document];
            reading_text(index.text(document)?.get(evidence.best.clone()).unwrap_or_default())
        }
        _ => citation.reading_quote(),
    };
    Ok(format!("{text}[1]"))
}

/// The best quote about each region of a question that names several; a side without one says so. `citations` are those of `evidence`.
pub fn comparison(sides: &[(&'static str, Question)], evidence: &[Evidence], citations: &[Citation]) -> String {
    let side = |(code, _): &(&'static str, Question)| {
        let name = region::division(code).map_or("", |d| d.name);
        match citations.iter().zip(evidence).find(|(_, e)| e.region.is_some_and(|own| region::is_within(own, code))) {
            Some((citation, _)) => format!("{name}：{}[{}]", citation.reading_quote(), citation.n),
            None => format!("{name}：没有找到相关内容。"),
        }
    };
    sides.iter().map(side).collect::<Vec<_>>().join("\n")
}
