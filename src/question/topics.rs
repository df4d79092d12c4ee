//! Topics 主题: words that stand for the same industry, technology or policy instrument, in Chinese and English.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    topic: Vec<Topic>,
    word: Vec<Topic>,
}

#[derive(Deserialize)]
struct Topic {
    /// The term that official documents use.
    name: String,
    /// Other names of the same thing.
    #[serde(default)]
    synonyms: Vec<String>,
    /// Its parts, materials or products: narrower than the topic itself.
    #[serde(default)]
    parts: Vec<String>,
    /// English names.
    #[serde(default)]
    english: Vec<String>,
}

struct Matcher {
    /// Topics, then words.
    topics: Vec<Topic>,
    /// How many of them are topics.
    subjects: usize,
    names: AhoCorasick,
    /// The topic that each pattern of `names` belongs to.
    owners: Vec<usize>,
}

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("topics.toml")).expect("topics.toml is part of the program");
    let mut patterns = Vec::new();
    let mut owners = Vec::new();
    let subjects = file.topic.len();
    let topics: Vec<Topic> = file.topic.into_iter().chain(file.word).collect();
    for (number, topic) in topics.iter().enumerate() {
        for name in std::iter::once(&topic.name).chain(&topic.synonyms).chain(&topic.english) {
            patterns.push(name.clone());
            owners.push(number);
        }
    }
    let names = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(&patterns)
        .expect("the names of topics.toml are few and short");
    Matcher { topics, subjects, names, owners }
});

/// The subjects that `text` names, each in the words that mean it: the name of official documents and its synonyms, but
/// not its parts.
pub fn subjects(text: &str) -> Vec<Vec<&'static str>> {
    let mut found: Vec<Vec<&str>> = Vec::new();
    for (topic, _, is_subject) in topics(text) {
        let words: Vec<&str> = std::iter::once(&topic.name).chain(&topic.synonyms).map(String::as_str).collect();
        if is_subject && !found.contains(&words) {
            found.push(words);
        }
    }
    found
}

/// Other words for the topics that `text` names. The flag tells a translation, which counts like the word itself, from
/// a synonym or part.
pub fn synonyms(text: &str) -> Vec<(&'static str, bool)> {
    let mut found = Vec::new();
    for (topic, is_english, _) in topics(text) {
        found.push((topic.name.as_str(), is_english));
        found.extend(topic.synonyms.iter().chain(&topic.parts).map(|s| (s.as_str(), false)));
    }
    found
}

/// The topics and words that `text` names, whether it does so in English, and whether each is a subject.
fn topics(text: &str) -> Vec<(&'static Topic, bool, bool)> {
    let matcher: &'static Matcher = &MATCHER;
    let mut found = Vec::new();
    for name in matcher.names.find_iter(text) {
        let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
        let is_english = text[name.start()..name.end()].is_ascii();
        // An English plural is the same word; any other letter around the match makes it another word.
        let after = text[name.end()..].strip_prefix('s').unwrap_or(&text[name.end()..]);
        if is_english && (latin(text[..name.start()].chars().next_back()) || latin(after.chars().next())) {
            continue;
        }
        let owner = matcher.owners[name.pattern().as_usize()];
        found.push((&matcher.topics[owner], is_english, owner < matcher.subjects));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_brings_its_synonyms_and_parts() {
        let found = synonyms("宽禁带半导体政策");
        assert!(found.contains(&("第三代半导体", false)) && found.contains(&("碳化硅", false)), "{found:?}");
    }

    #[test]
    fn a_word_that_describes_any_subject_is_none_itself() {
        assert_eq!(subjects("城市的产值目标"), Vec::<Vec<&str>>::new());
        assert_eq!(subjects("哪些城市发展SiC和量子信息").len(), 1);
    }

    #[test]
    fn an_english_name_is_translated_also_in_the_plural() {
        assert!(synonyms("future industries in Nanjing").contains(&("未来产业", true)));
        assert!(synonyms("fuel cell vehicles").contains(&("燃料电池汽车", true)));
    }

    #[test]
    fn a_name_inside_another_english_word_is_not_meant() {
        assert!(synonyms("plantation").is_empty());
    }
}
