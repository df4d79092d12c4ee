//! The answer to a which-regions question in words: region names, counts and citation marks.

use std::collections::BTreeSet;

use super::super::json::{AnsweredRegion, Status};
use super::super::strength::Strength;
use super::at_level;
use crate::index::Index;
use crate::question::{Language, Question, WhichRegions};
use crate::region;

/// The answer in words: region names, counts and citation marks; last, set apart, the regions of `above_level`. Where
/// priority was asked for and some region gives it, regions of mere mention follow in the text and leave `regions`, which
/// holds those that answer the question.
pub fn text(
    index: &Index,
    question: &Question,
    which: &WhichRegions,
    regions: &mut Vec<AnsweredRegion>,
    above_level: &[AnsweredRegion],
) -> (Status, String) {
    if regions.is_empty() {
        return (Status::NoEvidence, none(which, question.language));
    }
    let answer = named(which, question.language, regions, above_level);
    if question.denies() {
        let silent = silent(index, which, regions).join("、");
        let silent = if silent.is_empty() { "无" } else { &silent };
        let answer = format!("引文只能证明提到，不能证明没有提到。{answer}有文件而未见提及的：{silent}。");
        return (Status::NoEvidence, answer);
    }
    let missing = if question.asks_whether() { without(question, regions) } else { String::new() };
    (Status::Answered, answer + &missing)
}

/// The regions by how surely they do what is asked, and those of a higher level.
fn named(
    which: &WhichRegions,
    language: Language,
    regions: &mut Vec<AnsweredRegion>,
    above_level: &[AnsweredRegion],
) -> String {
    let chinese = language == Language::Chinese;
    let list = |strength: Strength| -> Option<String> {
        let named: Vec<String> = regions.iter().filter(|r| r.strength == strength).map(marked).collect();
        let (n, names, what) = (named.len(), named.join("、"), which.unit());
        (n > 0).then(|| match (chinese, strength) {
            (true, Strength::Priority) => format!("{n}个{what}列为重点：{names}。"),
            (true, Strength::Mention) => format!("{n}个{what}提及：{names}。"),
            (false, Strength::Priority) => format!("{n} as a priority: {names}. "),
            (false, Strength::Mention) => format!("{n} in a mention: {names}. "),
        })
    };
    let (priority, mention) = (list(Strength::Priority), list(Strength::Mention));
    if which.priority && priority.is_some() {
        regions.retain(|r| r.strength == Strength::Priority);
    }
    let above: String = [("nation", "国家层面"), ("province", "省级"), ("city", "市级")]
        .into_iter()
        .filter_map(|(level, name)| {
            let named: Vec<String> = above_level.iter().filter(|r| r.level == level).map(marked).collect();
            let names = named.join("、");
            (!named.is_empty()).then(|| match chinese {
                true => format!("{name}另有{names}。"),
                false => format!("Besides, at a higher level: {names}. "),
            })
        })
        .collect();
    let text = format!("{}{}{above}", priority.unwrap_or_default(), mention.unwrap_or_default());
    text.trim_end().to_owned()
}

/// A region's name with the marks of its citations.
fn marked(region: &AnsweredRegion) -> String {
    let marks: String = region.citations.iter().map(|n| format!("[{n}]")).collect();
    format!("{}{marks}", region.name)
}

fn none(which: &WhichRegions, language: Language) -> String {
    let subjects: Vec<&str> = which.subjects.iter().filter_map(|words| words.first()).map(String::as_str).collect();
    let subjects = subjects.join("、");
    match language {
        Language::Chinese => format!("没有找到涉及{subjects}的{}。", which.unit()),
        Language::English => format!("No region with evidence on {subjects} was found."),
    }
}

/// The names of the regions of the level asked for that have a document of their own and are not among `found`: what no
/// quote can prove of them is that they say nothing.
fn silent(index: &Index, which: &WhichRegions, found: &[AnsweredRegion]) -> Vec<&'static str> {
    let own = index.documents().iter().filter_map(|document| at_level(document.region.as_deref()?, &which.levels));
    let own: BTreeSet<&str> = own.filter(|code| found.iter().all(|region| region.code != **code)).collect();
    own.into_iter().filter_map(region::division).map(|division| division.name).collect()
}

/// Of the regions that `question` asks about one by one, those of which nothing was found, in words.
fn without(question: &Question, found: &[AnsweredRegion]) -> String {
    let silent = |code: &&&str| found.iter().all(|region| !region::is_within(&region.code, code));
    let silent = question.regions.iter().filter(silent).filter_map(|code| region::division(code));
    let names: Vec<&str> = silent.map(|division| division.name).collect();
    match question.language {
        _ if names.is_empty() => String::new(),
        Language::Chinese => format!("没有找到提及的：{}。", names.join("、")),
        Language::English => format!(" None found for {}.", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::Vocabulary;

    fn answered(name: &str, level: &str, strength: Strength, n: usize) -> AnsweredRegion {
        let code = String::new();
        AnsweredRegion { name: name.to_owned(), code, level: level.to_owned(), strength, citations: vec![n] }
    }

    #[test]
    fn mere_mentions_and_higher_levels_are_set_apart() {
        let which = WhichRegions::read("哪些城市优先发展第三代半导体？", &Vocabulary::default()).unwrap();
        let mut regions =
            vec![answered("南京市", "city", Strength::Priority, 1), answered("苏州市", "city", Strength::Mention, 2)];
        let above = [answered("江苏省", "province", Strength::Priority, 3)];
        let text = named(&which, Language::Chinese, &mut regions, &above);
        assert_eq!(text, "1个城市列为重点：南京市[1]。1个城市提及：苏州市[2]。省级另有江苏省[3]。");
        assert_eq!(regions.len(), 1);
    }
}
