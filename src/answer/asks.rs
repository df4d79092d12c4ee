//! What a question wants beside its kind, by its own words (`asks.toml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::wording::{Pattern, any, data};
use crate::question::AnswerKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asks {
    issue: Vec<String>,
    document: Vec<String>,
    document_number: Vec<String>,
    issuer: Vec<String>,
    body: Pattern,
    explanation: Vec<String>,
    telephone: Pattern,
    measures: Vec<String>,
    how_much: Vec<String>,
    numbers: Vec<String>,
    reckoning: Vec<String>,
    what: Vec<String>,
}

static ASKS: LazyLock<Asks> = LazyLock::new(|| data(include_str!("asks.toml")));

/// When a document was issued.
pub fn for_issue(question: &str) -> bool {
    any(&ASKS.issue, question)
}

/// The number of a document 发文字号.
pub fn for_document_number(question: &str) -> bool {
    any(&ASKS.document_number, question)
}

/// The issuer of a document 发文机关: by that word, or who issued what it calls a document.
pub fn for_issuer(kind: AnswerKind, question: &str) -> bool {
    let document = question.contains('《') || any(&ASKS.document, question);
    any(&ASKS.issuer, question) || kind == AnswerKind::Organisation && for_issue(question) && document
}

/// A body, and no person.
pub fn for_body(question: &str) -> bool {
    ASKS.body.is_match(question)
}

/// Who is to explain a document.
pub fn for_explanation(question: &str) -> bool {
    any(&ASKS.explanation, question)
}

/// A telephone number.
pub fn for_telephone(question: &str) -> bool {
    ASKS.telephone.is_match(question)
}

/// An amount, of a question of `kind`.
pub fn how_much(kind: AnswerKind, question: &str) -> bool {
    match kind {
        // 标准 asks for an amount, but 标准是什么 for words; and what numbers or calls something is no amount.
        AnswerKind::Number => !what(question) && !any(&ASKS.numbers, question) && !any(&ASKS.reckoning, question),
        AnswerKind::Target => any(&ASKS.how_much, question),
        _ => false,
    }
}

/// What a target or standard is, and not how much.
pub fn what(question: &str) -> bool {
    any(&ASKS.what, question) && !any(&ASKS.how_much, question)
}

/// What is done or demanded.
pub fn for_measures(question: &str) -> bool {
    any(&ASKS.measures, question)
}

/// `text` without the words by which a question asks what is done or demanded.
pub fn without_measures(text: &str) -> String {
    ASKS.measures.iter().fold(text.to_owned(), |rest, word| rest.replace(word.as_str(), " "))
}

/// Whether a search term tells nothing but that a document was issued: what the date line under each says by itself.
pub fn tells_of_issue(term: &str) -> bool {
    ASKS.issue.iter().chain(&ASKS.document).any(|word| word == term)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_asked_for_and_not_what_is_done_by_telephone() {
        assert!(for_telephone("心理援助热线电话是多少？") && for_telephone("如何电话咨询办税？"));
        assert!(!for_telephone("电话会议部署了哪些工作？"));
        assert!(!for_telephone("专线电话为哪些车辆提供帮助？"));
    }

    #[test]
    fn a_target_is_asked_for_in_words_or_as_an_amount() {
        assert!(what("目标是什么？") && !what("目标是多少？"));
        assert!(how_much(AnswerKind::Target, "目标是多少？") && !how_much(AnswerKind::Number, "标准是什么？"));
        assert!(how_much(AnswerKind::Number, "金额是多少？") && !how_much(AnswerKind::Number, "金额怎么算？"));
    }
}
