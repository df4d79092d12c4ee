//! The words of a question as they stand in a text: what a reader's eye looks for.

use std::collections::HashSet;
use std::ops::Range;

use super::{Question, cues};
use crate::document::traditional::to_simplified;
use crate::index::analyzer::is_han;
use crate::region;

/// Characters of the question in a row that are a keyword without being a known word.
const RUN: usize = 3;

/// The keywords of a question.
#[derive(Debug, Clone, Default)]
pub struct Keywords {
    /// Whole words, simplified and in lower case.
    words: Vec<String>,
    /// Every [`RUN`] Han characters that stand in a row in the question.
    runs: HashSet<[char; RUN]>,
}

impl Keywords {
    /// The words for the question's topics and places, and what else it says in so many words.
    pub fn of(question: &Question) -> Self {
        let mut keywords = Self::default();
        question.vocabulary.synonyms(&question.reading).into_iter().for_each(|(word, _)| keywords.word(word));
        question.which.iter().flat_map(|w| w.subjects.iter().flatten().chain(&w.priority_words)).for_each(|word| {
            keywords.word(word);
        });
        for division in question.regions.iter().filter_map(|code| region::division(code)) {
            keywords.word(division.name);
            keywords.word(division.short_name());
        }
        let rest = normal(&cues::without_question_words(&question.reading));
        for part in rest.split(|c: char| !c.is_alphanumeric()).flat_map(by_script) {
            let characters: Vec<char> = part.chars().collect();
            if !characters.iter().all(|c| is_han(*c)) || characters.len() < RUN {
                keywords.word(part);
            }
            let han = characters.windows(RUN).filter(|run| run.iter().all(|c| is_han(*c)));
            keywords.runs.extend(han.filter_map(|run| <[char; RUN]>::try_from(run).ok()));
        }
        keywords
    }

    fn word(&mut self, word: &str) {
        let word = normal(word);
        // A single character or letter stands in too many words.
        if word.chars().count() > 1 && !self.words.contains(&word) {
            self.words.push(word);
        }
    }

    /// The bytes of `text` that are keywords, in order and apart.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let normal = normal(text);
        if normal.len() != text.len() {
            return Vec::new();
        }
        let mut marked = vec![false; text.len()];
        for word in &self.words {
            for (start, _) in normal.match_indices(word.as_str()) {
                let end = start + word.len();
                if !is_part(&normal, start, end) {
                    marked[start..end].fill(true);
                }
            }
        }
        let characters: Vec<(usize, char)> = normal.char_indices().collect();
        for run in characters.windows(RUN) {
            let [(start, a), (_, b), (last, c)] = run else { continue };
            if self.runs.contains(&[*a, *b, *c]) {
                marked[*start..last + c.len_utf8()].fill(true);
            }
        }
        ranges(&marked)
    }
}

/// Simplified and in lower case, at the same byte offsets.
fn normal(text: &str) -> String {
    let mut text = to_simplified(text).into_owned();
    text.make_ascii_lowercase();
    text
}

/// `part` cut where Han characters meet others: 到2025年 is three.
fn by_script(part: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (at, c) in part.char_indices() {
        if last.is_some_and(|last| last != is_han(c)) {
            parts.push(&part[start..at]);
            start = at;
        }
        last = Some(is_han(c));
    }
    parts.push(&part[start..]);
    parts
}

/// Whether the match goes on as a longer Latin word or number on either side.
fn is_part(text: &str, start: usize, end: usize) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = &text[start..end];
    latin(inner.chars().next()) && latin(text[..start].chars().next_back())
        || latin(inner.chars().next_back()) && latin(text[end..].chars().next())
}

fn ranges(marked: &[bool]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = None;
    for (at, is_marked) in marked.iter().copied().chain([false]).enumerate() {
        match (is_marked, start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                ranges.push(first..at);
                start = None;
            }
            _ => {}
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(question: &str, text: &'a str) -> Vec<&'a str> {
        let keywords = Keywords::of(&Question::parse(question).unwrap());
        keywords.find(text).into_iter().map(|bytes| &text[bytes]).collect()
    }

    #[test]
    fn words_and_synonyms_of_the_question_are_found() {
        let question = "哪些城市优先发展第三代半导体？";
        let text = "优先发展低空经济、第三代半导体,加强碳化硅制备,推动发展";
        assert_eq!(found(question, text), ["优先发展", "第三代半导体", "碳化硅"]);
        assert_eq!(found(question, "發展第三代半導體和SIC器件"), ["發展第三代半導體", "SIC"]);
    }

    #[test]
    fn numbers_are_found_as_a_whole() {
        assert_eq!(found("到2025年收入多少？", "到2025年收入120251亿元"), ["2025年收入"]);
    }

    #[test]
    fn an_english_question_finds_the_chinese_words_of_its_topics() {
        let text = "上海未来产业产值达到5000亿元";
        let found = found("What output value will Shanghai's future industries reach?", text);
        assert_eq!(found, ["上海未来产业产值"]);
    }
}
