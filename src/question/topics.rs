//! Topics 主题: words that stand for the same industry, technology or policy instrument, in Chinese and English.

use std::fmt;
use std::sync::{Arc, LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

/// The most bytes of a topic file: some hundred times the built-in one.
pub const MAX_FILE_BYTES: usize = 4 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    topic: Vec<Topic>,
    #[serde(default)]
    word: Vec<Topic>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
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

impl Topic {
    fn names(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.name).chain(&self.synonyms).chain(&self.english)
    }

    /// Takes over what `other`, a topic of the same name, adds.
    fn extend(&mut self, other: Topic) {
        for (own, more) in
            [(&mut self.synonyms, other.synonyms), (&mut self.parts, other.parts), (&mut self.english, other.english)]
        {
            for word in more {
                if !own.contains(&word) {
                    own.push(word);
                }
            }
        }
    }
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

/// The topics by which questions are understood. Cloning is cheap.
#[derive(Clone)]
pub struct Vocabulary(Arc<Matcher>);

/// A topic file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{reason}", line.map(|n| format!("line {n}: ")).unwrap_or_default())]
pub struct BadTopics {
    pub line: Option<usize>,
    pub reason: String,
}

static BUILT_IN: LazyLock<Vocabulary> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("topics.toml")).expect("topics.toml is part of the program");
    Vocabulary::new(file).expect("the names of topics.toml are few and short")
});

/// The built-in topics.
impl Default for Vocabulary {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

/// Two are the same where they were read at once.
impl PartialEq for Vocabulary {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Vocabulary {}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vocabulary of {} topics", self.0.subjects)
    }
}

impl Vocabulary {
    /// The built-in topics and those of `toml`, a file of the same form. A topic whose name is known adds to that topic.
    ///
    /// # Errors
    /// Text that is no such file.
    pub fn with(toml: &str) -> Result<Self, BadTopics> {
        let bad = |line, reason: &str| BadTopics { line, reason: reason.to_owned() };
        if toml.len() > MAX_FILE_BYTES {
            return Err(bad(None, "a topic file has at most 4 MiB"));
        }
        let user: File = toml::from_str(toml).map_err(|e| {
            let line = e.span().map(|span| 1 + toml[..span.start.min(toml.len())].matches('\n').count());
            bad(line, &e.message().replace('\n', " "))
        })?;
        let too_short = |name: &str| !name.chars().any(char::is_alphanumeric);
        for name in user.topic.iter().chain(&user.word).flat_map(|t| t.names().chain(&t.parts)) {
            if too_short(name) {
                return Err(bad(None, &format!("{name:?} names nothing")));
            }
        }
        let mut file = File { topic: BUILT_IN.0.topics.clone(), word: Vec::new() };
        file.word = file.topic.split_off(BUILT_IN.0.subjects);
        for (known, added) in [(&mut file.topic, user.topic), (&mut file.word, user.word)] {
            for topic in added {
                match known.iter_mut().find(|known| known.name == topic.name) {
                    Some(known) => known.extend(topic),
                    // Where two topics have a name in common, the person's own one means it.
                    None => known.insert(0, topic),
                }
            }
        }
        Self::new(file).map_err(|reason| bad(None, &reason))
    }

    fn new(file: File) -> Result<Self, String> {
        let mut patterns = Vec::new();
        let mut owners = Vec::new();
        let subjects = file.topic.len();
        let topics: Vec<Topic> = file.topic.into_iter().chain(file.word).collect();
        for (number, topic) in topics.iter().enumerate() {
            for name in topic.names() {
                patterns.push(name.clone());
                owners.push(number);
            }
        }
        let names = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .build(&patterns)
            .map_err(|e| e.to_string())?;
        Ok(Self(Arc::new(Matcher { topics, subjects, names, owners })))
    }

    /// The subjects that `text` names, each in the words that mean it: the name of official documents and its synonyms,
    /// but not its parts.
    pub fn subjects(&self, text: &str) -> Vec<Vec<&str>> {
        let mut found: Vec<Vec<&str>> = Vec::new();
        for (topic, _, is_subject) in self.topics(text) {
            let words: Vec<&str> = std::iter::once(&topic.name).chain(&topic.synonyms).map(String::as_str).collect();
            if is_subject && !found.contains(&words) {
                found.push(words);
            }
        }
        found
    }

    /// Other words for the topics that `text` names. The flag tells a translation, which counts like the word itself,
    /// from a synonym or part.
    pub fn synonyms(&self, text: &str) -> Vec<(&str, bool)> {
        let mut found = Vec::new();
        for (topic, is_english, _) in self.topics(text) {
            found.push((topic.name.as_str(), is_english));
            found.extend(topic.synonyms.iter().chain(&topic.parts).map(|s| (s.as_str(), false)));
        }
        found
    }

    /// The topics and words that `text` names, whether it does so in English, and whether each is a subject.
    fn topics(&self, text: &str) -> Vec<(&Topic, bool, bool)> {
        let matcher = &*self.0;
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonyms(text: &str) -> Vec<(&'static str, bool)> {
        BUILT_IN.synonyms(text)
    }

    fn subjects(text: &str) -> Vec<Vec<&'static str>> {
        BUILT_IN.subjects(text)
    }

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

    #[test]
    fn a_persons_own_topics_add_to_the_built_in_ones() {
        let own = "[[topic]]\nname = \"固态电池\"\nsynonyms = [\"全固态电池\"]\n\n[[topic]]\nname = \"低空经济\"\nsynonyms = [\"空中经济\"]\n";
        let vocabulary = Vocabulary::with(own).unwrap();
        assert_eq!(vocabulary.subjects("全固态电池"), [["固态电池", "全固态电池"]]);
        assert!(vocabulary.subjects("空中经济")[0].starts_with(&["低空经济"]));
        assert_eq!(vocabulary.subjects("哪些城市发展SiC").len(), BUILT_IN.subjects("哪些城市发展SiC").len());
    }

    #[test]
    fn a_bad_topic_file_says_where_and_why() {
        let error = |toml: &str| Vocabulary::with(toml).unwrap_err().to_string();
        assert_eq!(error("[[topic]]\nsynonyms = []"), "line 1: missing field `name`");
        assert!(error("\n\n[[topic]]\nname = \"甲\"\nsynonym = []").starts_with("line 5: unknown field `synonym`"));
        assert!(error("[[topic]]\nname = \" \"").contains("names nothing"));
        assert!(!error("[[topic").contains('\n'));
    }
}
