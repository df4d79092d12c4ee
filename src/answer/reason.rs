//! Why there is no answer: what was looked for and is missing.

use super::signs;
use super::silence::Support;
use crate::index::Index;
use crate::question::{Language, Question};
use crate::region;

/// One sentence on what was looked for and is missing, in the question's language.
pub(super) fn reason(index: &Index, question: &Question, supports: &[Support]) -> String {
    let lacks = |part: fn(&Support) -> bool| !supports.iter().any(part);
    // A place of which no document tells is missing whatever was asked of it.
    let unknown: Vec<&str> = question.regions.iter().copied().filter(|code| !is_known(index, code)).collect();
    let names_nothing = question.regions.is_empty()
        && question.years.is_empty()
        && question.document_numbers.is_empty()
        && question.organisations.is_empty();
    let (chinese, english) = if lacks(|s| s.document_number) {
        let numbers = question.document_numbers.join("、");
        (format!("没有找到文号为{numbers}的文件。"), format!("No document numbered {numbers} was found."))
    } else if lacks(|s| s.region) && unknown.len() == question.regions.len() {
        let (names, english) = names(&unknown);
        (format!("没有找到关于{names}的文件。"), format!("No document about {english} was found."))
    } else if lacks(|s| s.organisation) {
        let names = question.organisations.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join("、");
        (format!("没有找到关于{names}的内容。"), format!("Nothing on {names} was found."))
    } else if lacks(|s| s.subject) {
        ("文件中没有与此问题相关的内容。".to_owned(), "The documents hold nothing on this question.".to_owned())
    } else if lacks(|s| s.region) {
        let (names, english) = names(&question.regions);
        (format!("没有找到{names}的相关内容。"), format!("Nothing on this was found for {english}."))
    } else if lacks(|s| s.year) {
        let years = question.years.join("、");
        (format!("没有找到{years}年的相关内容。"), format!("Nothing on this was found for {years}."))
    } else if lacks(|s| s.kind && s.region) || names_nothing {
        let (chinese, english) = signs::names(question.kind);
        (format!("没有一段内容给出所问的{chinese}。"), format!("No passage gives the {english} asked for."))
    } else {
        let (mut chinese, mut english) = (Vec::new(), Vec::new());
        if !question.regions.is_empty() {
            let (names, foreign) = names(&question.regions);
            chinese.push(names);
            english.push(foreign);
        }
        chinese.extend(question.years.iter().map(|year| format!("{year}年")));
        let named = question.document_numbers.iter().chain(question.organisations.iter().map(|o| &o.name));
        chinese.extend(named.clone().cloned());
        english.extend(question.years.iter().chain(named).cloned());
        (
            format!("没有一段内容同时涉及{}和所问的事项。", chinese.join("、")),
            format!("No passage is on {} and on the matter asked about.", english.join(", ")),
        )
    };
    match question.language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// Whether any document is of, or speaks of, the division or one within it.
fn is_known(index: &Index, code: &str) -> bool {
    let inside = |other: &String| region::is_within(other, code);
    index.documents().iter().any(|d| d.region.iter().chain(&d.regions).any(inside))
}

/// The names of divisions in Chinese and in English.
fn names(codes: &[&str]) -> (String, String) {
    let divisions = codes.iter().filter_map(|code| region::division(code));
    let (chinese, english): (Vec<&str>, Vec<&str>) =
        divisions.map(|d| (d.name, d.english().next().unwrap_or(d.name))).unzip();
    (chinese.join("、"), english.join(", "))
}
