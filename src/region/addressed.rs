//! The divisions that a text of a region above them gives a task to: 支持南京、苏州建设; 济南、青岛建设先导区.

use super::actor::{Subject, clauses, words};
use super::gazetteer::{NATION, is_within};
use super::matching::{Mention, find_in, is_list_mark};

/// The codes of the divisions that the sentence gives a task to, as its subject or after a verb such as 支持, in a text of
/// the division `own`; those outside it are partners. In a text of no division of its own all of them count.
pub fn addressed(sentence: &str, own: Option<&str>) -> Vec<&'static str> {
    let mut mentions = find_in(sentence, own);
    mentions.retain(|mention| mention.codes != [NATION]);
    let mut codes = Vec::new();
    if own.is_some() {
        let subjects = clauses(sentence)
            .into_iter()
            .filter_map(|(start, end)| Subject::read(sentence, start, end, &mentions))
            .flat_map(|subject| subject.actors(None, false, true));
        codes.extend(subjects);
    }
    for at in 0..mentions.len() {
        if is_object(sentence, &mentions, at) {
            codes.extend(list_from(sentence, &mentions, at).iter().filter_map(Mention::code));
        }
    }
    codes.retain(|code| own.is_none_or(|own| *code != own && is_within(code, own)));
    let mut seen = Vec::new();
    codes.retain(|code| {
        !seen.contains(code) && {
            seen.push(*code);
            true
        }
    });
    codes
}

/// Whether the mention at `at` stands after a verb that gives it a task, and is more than a place or a partner.
fn is_object(sentence: &str, mentions: &[Mention], at: usize) -> bool {
    let before = mentions.get(at).and_then(|mention| sentence.get(..mention.start)).unwrap_or_default();
    let list = list_from(sentence, mentions, at);
    let rest = list.last().and_then(|last| sentence.get(last.end..)).unwrap_or_default();
    let rest = rest.strip_prefix('等').unwrap_or(rest);
    words().assigning.iter().any(|verb| before.ends_with(verb))
        && !words().not_addressed.iter().any(|word| rest.starts_with(word))
}

/// The mentions from `at` on with nothing but list marks between them; those of a chain 江苏省|南京市 too.
fn list_from<'m>(sentence: &str, mentions: &'m [Mention], at: usize) -> &'m [Mention] {
    let rest = mentions.get(at..).unwrap_or_default();
    let joined = |pair: &[Mention]| match pair {
        [a, b] => sentence.get(a.end..b.start).is_some_and(|gap| gap.is_empty() || is_list_mark(gap)),
        _ => false,
    };
    let more = rest.windows(2).take_while(|pair| joined(pair)).count();
    rest.get(..=more).unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::division;
    use super::*;

    fn names(sentence: &str, own: Option<&str>) -> Vec<&'static str> {
        addressed(sentence, own).into_iter().filter_map(division).map(|division| division.name).collect()
    }

    #[test]
    fn a_task_is_given_to_a_subject_or_after_a_verb() {
        assert_eq!(names("支持南京、苏州打造未来产业高地。", Some("320000")), ["南京市", "苏州市"]);
        assert_eq!(names("济南、青岛建设先导区。", Some("370000")), ["济南市", "青岛市"]);
        assert_eq!(names("支持上海建设国际科技创新中心", Some(NATION)), ["上海市"]);
        assert_eq!(names("推动南京江北新区加快建设", Some("320000")), ["南京江北新区"]);
    }

    #[test]
    fn places_partners_and_models_have_no_task() {
        for sentence in
            ["与上海合作", "对标深圳", "在南京召开会议", "支持南京企业发展", "推动苏州经验复制推广", "支持上海发展"]
        {
            assert!(names(sentence, Some("320000")).is_empty(), "{sentence}");
        }
    }
}
