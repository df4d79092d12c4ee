//! What a question asks, read from its words alone: language, search terms, kind of answer, years and document numbers.
//!
//! The rules are data: cue words in `cues.toml` and `which.toml`, topics with their synonyms in `topics.toml`.

mod counted;
mod cues;
mod keywords;
mod named;
mod organisations;
mod search_terms;
mod sides;
mod topics;
mod which;

pub use counted::Counted;
pub use keywords::Keywords;
pub use organisations::Organisation;
pub use topics::{BadTopics, MAX_FILE_BYTES, Vocabulary};
pub use which::WhichRegions;

use crate::document::traditional::to_simplified;
use crate::index::analyzer::{is_han, terms};
use crate::region;

/// Characters after which a question is refused: it is a pasted document, not a question.
pub const MAX_CHARACTERS: usize = 2000;

/// A question that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuestionError {
    #[error("the question is empty")]
    Empty,
    #[error("the question has {0} characters, more than the {MAX_CHARACTERS} that are read")]
    TooLong(usize),
}

/// The language in which a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    Chinese,
    English,
}

/// The kind of answer that a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerKind {
    /// A number with its unit: 多少, 几个, how many.
    Number,
    /// What is to be reached, and by when: 目标.
    Target,
    /// A document by its number or name: 什么文件.
    Document,
    /// A day or a period: 什么时候, when.
    Date,
    /// A body or department: 由谁负责, who.
    Organisation,
    /// The administrative divisions that do something: 哪些城市.
    Regions,
    /// Two sides beside each other: 有什么不同.
    Comparison,
    /// A meaning: 是什么意思.
    Definition,
    /// An enumeration: 哪些, 哪几个.
    List,
    /// Anything else.
    Open,
}

/// A question, understood.
#[derive(Debug, Clone)]
pub struct Question {
    /// As it was asked, without white space around it.
    pub text: String,
    /// The same in simplified characters: what is understood, matched and embedded.
    pub reading: String,
    pub language: Language,
    pub kind: AnswerKind,
    /// Search terms with their weights, question words left out, synonyms added.
    pub terms: Vec<(String, f32)>,
    /// Codes of the administrative divisions that it names, in order.
    pub regions: Vec<&'static str>,
    /// Codes of those that it leaves out: 除了海南.
    pub excluded: Vec<&'static str>,
    /// The search terms that are its places: they tell where, not what.
    pub place_terms: Vec<String>,
    /// Four-digit years.
    pub years: Vec<String>,
    /// Document numbers 发文字号, in the form 通政发〔2024〕23号.
    pub document_numbers: Vec<String>,
    /// The bodies that it names.
    pub organisations: Vec<Organisation>,
    /// What it names with its number and asks for one by one.
    pub counted: Option<Counted>,
    /// What is asked of which regions, for [`AnswerKind::Regions`].
    pub which: Option<WhichRegions>,
    /// The topics by which it was understood.
    vocabulary: Vocabulary,
}

impl Question {
    /// Reads a question by the built-in topics.
    pub fn parse(text: &str) -> Result<Self, QuestionError> {
        Self::parse_with(text, &Vocabulary::default())
    }

    /// Reads a question.
    pub fn parse_with(text: &str, vocabulary: &Vocabulary) -> Result<Self, QuestionError> {
        let asked = text.trim();
        let simplified = to_simplified(asked);
        let text: &str = &simplified;
        if !text.chars().any(char::is_alphanumeric) {
            return Err(QuestionError::Empty);
        }
        let characters = text.chars().count();
        if characters > MAX_CHARACTERS {
            return Err(QuestionError::TooLong(characters));
        }
        let language = if text.chars().any(is_han) { Language::Chinese } else { Language::English };
        let places = named::places(text);
        let mut regions: Vec<&'static str> = Vec::new();
        let mut names = Vec::new();
        let mut excluded = Vec::new();
        for (bytes, code) in &places {
            let Some(division) = region::division(code) else { continue };
            if cues::excepts(&text[..bytes.start]) {
                excluded.push(division.code);
            } else if !regions.contains(&division.code) {
                regions.push(division.code);
                names.push(division.short_name());
            }
        }
        let mut kind = cues::kind(text);
        // Whether several regions do something asks which of them do.
        let beside = |a: &&str| regions.iter().any(|b| !region::is_within(a, b) && !region::is_within(b, a));
        let several = regions.iter().any(beside);
        if several && cues::asks_whether(text) && matches!(kind, AnswerKind::Open | AnswerKind::List) {
            kind = AnswerKind::Regions;
        }
        let counted = Counted::read(text).filter(|_| cues::asks_for_members(kind, text));
        if counted.is_some() {
            kind = AnswerKind::List;
        }
        let mut which = None;
        if kind == AnswerKind::Regions {
            let mut rest = text.to_owned();
            if let Some((bytes, codes)) = region::group_in(text) {
                rest.replace_range(bytes, " ");
                regions.extend(codes.iter().filter_map(|code| region::division(code)).map(|d| d.code));
            }
            which = WhichRegions::read(&rest, vocabulary);
        }
        Ok(Self {
            language,
            kind,
            counted,
            which,
            terms: search_terms::weighed(text, &places, &names, vocabulary),
            place_terms: places
                .iter()
                .flat_map(|(bytes, _)| terms(&text[bytes.clone()]))
                .chain(names.iter().flat_map(|n| terms(n)))
                .collect(),
            organisations: organisations::organisations(text, &places),
            regions,
            excluded,
            years: named::years(text),
            document_numbers: named::document_numbers(text),
            text: asked.to_owned(),
            reading: text.to_owned(),
            vocabulary: vocabulary.clone(),
        })
    }

    /// The same question, understood by `vocabulary`.
    pub fn understood_by(&self, vocabulary: &Vocabulary) -> Self {
        if self.vocabulary == *vocabulary {
            return self.clone();
        }
        // What was asked once can be asked again.
        Self::parse_with(&self.text, vocabulary).unwrap_or_else(|_| self.clone())
    }

    /// What it is about, each subject in all the words for it that are known.
    pub fn subjects(&self) -> Vec<Vec<String>> {
        let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        match &self.which {
            Some(which) => which.subjects.clone(),
            None => self.vocabulary.subjects(&self.reading).into_iter().map(owned).collect(),
        }
    }

    /// What it says beside its subjects, its places and the words by which it asks.
    pub fn beside_subjects(&self) -> String {
        let mut rest = self.reading.clone();
        for (bytes, _) in named::places(&self.reading).into_iter().rev() {
            rest.replace_range(bytes, " ");
        }
        let subjects = self.subjects().into_iter().flatten();
        let rest = subjects.fold(rest, |rest, word| rest.replace(&word, " "));
        cues::without_question_words(&rest)
    }

    /// Adds `names`, other names for the subject at `position` of [`subjects`](Self::subjects).
    pub fn add_names(&mut self, position: usize, names: &[String]) {
        for term in names.iter().flat_map(|name| terms(name)) {
            if !self.terms.iter().any(|(known, _)| *known == term) {
                self.terms.push((term, search_terms::SYNONYM_WEIGHT));
            }
        }
        if let Some(words) = self.which.as_mut().and_then(|which| which.subjects.get_mut(position)) {
            words.extend(names.iter().cloned());
        }
    }

    /// What it wants defined.
    pub fn defined(&self) -> String {
        cues::defined(&self.reading)
    }

    /// Whether it is answered by yes or no.
    pub fn asks_whether(&self) -> bool {
        cues::asks_whether(&self.reading)
    }

    /// The name that it quotes: 3+3 of “3+3”未来产业链群.
    pub fn quoted(&self) -> Option<&str> {
        let (_, rest) = self.reading.split_once(['“', '"'])?;
        let (name, _) = rest.split_once(['”', '"'])?;
        Some(name).filter(|name| !name.is_empty())
    }

    /// Whether it asks for two things at once.
    pub fn asks_twice(&self) -> bool {
        cues::asks_twice(&self.reading)
    }

    /// Whether it asks for those that do not do something.
    pub fn denies(&self) -> bool {
        cues::denies(&self.reading)
    }

    /// Whether it asks for several things, whatever their kind: 目标有哪些.
    pub fn asks_for_several(&self) -> bool {
        cues::asks_for_several(&self.reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_without_a_word_is_empty_and_a_pasted_document_too_long() {
        assert_eq!(Question::parse(" ？！ ").unwrap_err(), QuestionError::Empty);
        assert_eq!(Question::parse(&"问".repeat(100_000)).unwrap_err(), QuestionError::TooLong(100_000));
    }

    #[test]
    fn whether_several_regions_do_something_asks_which_of_them_do() {
        let kind = |question| Question::parse(question).unwrap().kind;
        assert_eq!(kind("四川、贵州、云南是否都提到低空经济"), AnswerKind::Regions);
        assert_ne!(kind("江苏省南京市有没有提到低空经济"), AnswerKind::Regions);
        let asked = Question::parse("除了海南，还有谁提到封关").unwrap();
        assert_eq!((asked.kind, asked.excluded, asked.regions), (AnswerKind::Regions, vec!["460000"], vec![]));
        assert_eq!(Question::parse("哪些西部省份布局氢能").unwrap().regions.len(), 12);
    }
}
