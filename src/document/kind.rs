//! What kind of document a text is: the word its title ends with, else whether it is an explanation or a story.

use std::sync::LazyLock;

use serde::Deserialize;

use super::words::WORDS;

/// The kinds that report on other documents: what they say of terms and repeals is not about themselves.
pub(crate) const NEWS: &str = "新闻";
pub(crate) const READING: &str = "解读";

#[derive(Deserialize)]
struct Rules {
    readings: Readings,
    headlines: Headlines,
}

#[derive(Deserialize)]
struct Readings {
    begins: Vec<String>,
    holds: Vec<String>,
}

#[derive(Deserialize)]
struct Headlines {
    verbs: Vec<String>,
    titles: Vec<String>,
    reported: Vec<String>,
}

static RULES: LazyLock<Rules> =
    LazyLock::new(|| toml::from_str(include_str!("kind.toml")).expect("kind.toml is part of this crate"));

/// The kind of a document with this title; `start` is the beginning of its text. A notice that issues a plan is a notice.
pub(crate) fn kind(title: &str, start: &str) -> Option<String> {
    let rules = &*RULES;
    let any = |words: &[String], s: &str| words.iter().any(|word| s.contains(word.as_str()));
    let explains = rules.readings.begins.iter().any(|word| title.starts_with(word.as_str()));
    if explains || any(&rules.readings.holds, title) {
        return Some(READING.to_owned());
    }
    if any(&rules.headlines.reported, start) && is_headline(title) {
        return Some(NEWS.to_owned());
    }
    // 政府工作报告——2026年1月28日在…会议上
    let main = title.split_once("——").filter(|(_, rest)| rest.contains('在')).map_or(title, |(main, _)| main);
    if let Some(kind) = WORDS.kind(title).or_else(|| WORDS.kind(main)) {
        return Some(kind.to_owned());
    }
    any(&WORDS.news, start).then(|| NEWS.to_owned())
}

/// `某市出台促进消费若干措施`: a verb of publishing stands between who and what. What stands in 《》 is not looked at.
fn is_headline(title: &str) -> bool {
    let mut depth = 0_usize;
    let outside = |&c: &char| {
        match c {
            '《' => depth += 1,
            '》' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    let said: String = title.chars().filter(outside).collect();
    let headlines = &RULES.headlines;
    let published = headlines.verbs.iter().any(|verb| said.find(verb.as_str()).is_some_and(|at| at > 0));
    published && !headlines.titles.iter().any(|word| said.contains(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_tells_the_kind() {
        for (title, expected) in [
            ("某市关于印发《某方案》的通知", Some("通知")),
            ("中共某市委关于深化改革的实施意见", Some("意见")),
            ("政府工作报告——2026年1月28日在某省人民代表大会上", Some("报告")),
            ("《某市条例》解读", Some("解读")),
            ("一图读懂《某市条例》", Some("解读")),
            ("某局负责人就《某办法》答记者问", Some("解读")),
            ("某市数据出境安全指引（2026版）", Some("指引")),
            ("各地争相下好先手棋", None),
        ] {
            assert_eq!(kind(title, "为了规范，").as_deref(), expected, "{title}");
        }
    }

    #[test]
    fn a_story_about_a_document_is_news() {
        let start = "近日，某市印发了若干措施。记者从发布会上获悉";
        assert_eq!(kind("某市出台促进消费若干措施", start).as_deref(), Some("新闻"));
        assert_eq!(kind("某部印发《关于促进消费的通知》", start).as_deref(), Some("新闻"));
        assert_eq!(kind("某市促进消费若干措施", start).as_deref(), Some("措施"));
        assert_eq!(kind("各地争相下好先手棋", start).as_deref(), Some("新闻"));
        assert_eq!(kind("某市印发《某方案》的通知", start).as_deref(), Some("通知"));
    }
}
