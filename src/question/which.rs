//! Which-regions questions: the level that is asked for, the subject, and whether priority is asked for.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use serde::Deserialize;

use super::cues::{matcher, without};
use super::topics::Vocabulary;
use crate::region::Level;

#[derive(Deserialize)]
struct File {
    level: Vec<LevelCues>,
    priority: Vec<String>,
    frame: Vec<String>,
    kinds: Vec<String>,
    narrows: Vec<String>,
}

#[derive(Deserialize)]
struct LevelCues {
    levels: Vec<String>,
    cues: Vec<String>,
}

struct Rules {
    levels: Vec<(AhoCorasick, Vec<Level>)>,
    priority: AhoCorasick,
    frame: AhoCorasick,
    kinds: Vec<String>,
    narrows: Vec<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("which.toml")).expect("which.toml is part of the program");
    let levels = file.level.iter().map(|l| {
        let levels = ALL.into_iter().filter(|level| l.levels.iter().any(|name| name == level.as_str()));
        (matcher(l.cues.iter().map(String::as_str)), levels.collect())
    });
    Rules {
        levels: levels.collect(),
        priority: matcher(file.priority.iter().map(String::as_str)),
        frame: matcher(file.frame.iter().map(String::as_str)),
        kinds: file.kinds,
        narrows: file.narrows,
    }
});

/// Every level that a region of an answer may have: all but the nation.
const ALL: [Level; 5] = [Level::Province, Level::Municipality, Level::City, Level::County, Level::Zone];

/// A year tells when, and not what.
static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:19|20)[0-9]{2}年?").expect("a constant pattern"));

/// How many characters of a subject tell what it is.
const SPECIFIC: usize = 3;

/// What a which-regions question asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhichRegions {
    /// The levels that answer: the municipalities answer to cities and to provinces.
    pub levels: Vec<Level>,
    /// Priority is asked for (优先, 重点), not mere mention.
    pub priority: bool,
    /// The words by which it is.
    pub priority_words: Vec<String>,
    /// The subjects, each in all words for it. Evidence has a word for every subject.
    pub subjects: Vec<Vec<String>>,
    /// The subjects are topics of the topic file, not what was left of the question's words.
    pub known: bool,
}

impl WhichRegions {
    /// Reads `text`, which is known to be a which-regions question. `None` where it has no subject.
    pub fn read(text: &str, vocabulary: &Vocabulary) -> Option<Self> {
        let named = RULES.levels.iter().find(|(cues, _)| cues.is_match(text));
        let levels = named.map_or_else(|| ALL.to_vec(), |(_, levels)| levels.clone());
        let own = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        let mut subjects: Vec<Vec<String>> = vocabulary.subjects(text).into_iter().map(own).collect();
        let known = !subjects.is_empty();
        // A known topic must not hide the word behind it.
        let behind = |word: &String| {
            let narrow = RULES.narrows.iter().filter(|narrow| text.contains(&format!("{word}{narrow}")));
            narrow.cloned().collect::<Vec<_>>()
        };
        let narrower: Vec<String> = subjects.iter().flatten().flat_map(behind).collect();
        subjects.extend(narrower.into_iter().take(1).map(|word| vec![word]));
        if !known {
            // No known topic: what is left of the question without its frame, and of each part of that the kind of thing
            // where it says more than that.
            let rest = without(&RULES.frame, &YEAR.replace_all(text, " "));
            let parts = rest.split(|c: char| !c.is_alphanumeric()).map(|part| without_kind(part).to_owned());
            let parts: Vec<String> = parts.filter(|part| part.chars().count() >= 2).collect();
            if parts.is_empty() {
                return None;
            }
            subjects.push(parts);
        }
        let words: Vec<String> = RULES.priority.find_iter(text).map(|m| text[m.range()].to_owned()).collect();
        Some(Self { levels, priority: !words.is_empty(), priority_words: words, subjects, known })
    }

    /// What the levels are called together.
    pub fn unit(&self) -> &'static str {
        match self.levels.as_slice() {
            [Level::Municipality, Level::City] => "城市",
            [Level::Province, Level::Municipality] => "省份",
            [Level::Province, Level::Municipality, Level::City] => "省市",
            [Level::County, ..] => "区县",
            _ => "地区",
        }
    }
}

/// `part` without the word behind it that says what kind of thing it is: 数据标注 of 数据标注产业.
fn without_kind(part: &str) -> &str {
    let rest = RULES.kinds.iter().find_map(|kind| part.strip_suffix(kind.as_str()));
    rest.filter(|rest| rest.chars().count() >= SPECIFIC).unwrap_or(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<WhichRegions> {
        WhichRegions::read(text, &Vocabulary::default())
    }

    #[test]
    fn the_municipalities_answer_to_cities_and_to_provinces() {
        let cities = read("哪些城市优先发展第三代半导体？").unwrap();
        assert_eq!(cities.levels, [Level::Municipality, Level::City]);
        assert!(cities.priority && cities.subjects[0].contains(&"宽禁带半导体".to_owned()));
        let provinces = read("哪些省份提到低空经济？").unwrap();
        assert_eq!(provinces.levels, [Level::Province, Level::Municipality]);
        assert!(!provinces.priority);
    }

    #[test]
    fn a_subject_that_is_no_known_topic_is_what_the_frame_leaves() {
        assert_eq!(read("哪些地方支持建设冷链物流基地？").unwrap().subjects, [["冷链物流基地"]]);
        assert_eq!(read("提到数据标注产业的省份有哪些").unwrap().subjects, [["数据标注"]]);
        assert_eq!(read("哪些地方布局深海、极地装备？").unwrap().subjects, [["深海", "极地装备"]]);
        assert_eq!(read("哪些省市？"), None);
    }

    #[test]
    fn what_is_set_up_for_a_topic_must_be_told_too() {
        let subjects = read("哪些地方提出建设未来产业基金？").unwrap().subjects;
        assert_eq!(subjects.last().unwrap(), &["基金"]);
        assert_eq!(read("哪些地方提出发展未来产业？").unwrap().subjects.len(), subjects.len() - 1);
    }
}
