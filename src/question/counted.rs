//! Things that a question names with their number: the six plans of 六大计划包括哪些.

use std::sync::LazyLock;

use regex::Regex;

use super::cues;
use crate::document::numeral;

/// The fewest and the most things that a document would list.
const LISTED: std::ops::RangeInclusive<u32> = 2..=20;
/// How many characters may stand between a number and what it counts: 10个引领突破的未来产业集群.
const BETWEEN: usize = 12;
/// How many characters at the end of a name say what kind of thing it is.
const HEAD: usize = 2;

/// So many of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub number: u32,
    /// What is counted: 计划, 未来产业集群.
    pub noun: String,
}

/// A number with a counting word, and the Chinese characters behind it.
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*[大个项条类种家座批支款张份所处片层]")
        .expect("a constant pattern")
});

impl Counted {
    /// What `question` counts; `None` where it names no number of things.
    pub fn read(question: &str) -> Option<Self> {
        COUNT.captures_iter(question).find_map(|found| {
            let behind = &question[found.get(0)?.end()..];
            let end = behind.find(|c: char| !crate::document::is_han(c)).unwrap_or(behind.len());
            let noun = cues::before_question_word(&behind[..end]).trim_end_matches('的');
            let number = numeral::value(&found[1])?;
            let counts = LISTED.contains(&number) && noun.chars().count() >= HEAD;
            counts.then(|| Self { number, noun: noun.to_owned() })
        })
    }

    /// The end of the words in `text` that count the same things by the same number.
    pub fn counted_in(&self, text: &str) -> Option<usize> {
        COUNT.captures_iter(text).find_map(|found| {
            let start = found.get(0)?.end();
            let number = numeral::value(&found[1]);
            let at = text[start..].find(&self.noun).filter(|_| number == Some(self.number))?;
            let between = &text[start..start + at];
            let near = between.chars().count() <= BETWEEN && !between.contains(['，', ',', '；', '。', '、', '\n']);
            near.then_some(start + at + self.noun.len())
        })
    }

    /// The kind of thing, as its members are named too: 计划.
    pub fn head(&self) -> &str {
        let start = self.noun.char_indices().rev().nth(HEAD - 1).map_or(0, |(at, _)| at);
        &self.noun[start..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(question: &str) -> Option<(u32, String)> {
        Counted::read(question).map(|counted| (counted.number, counted.noun))
    }

    #[test]
    fn a_question_counts_what_stands_behind_a_number() {
        assert_eq!(read("上海的六大计划包括哪些"), Some((6, "计划".into())));
        assert_eq!(read("51010中的10个未来产业集群有哪些？"), Some((10, "未来产业集群".into())));
        assert_eq!(read("三大储能产业集聚区分别是哪里"), Some((3, "储能产业集聚区".into())));
        assert_eq!(read("哪三个城市"), Some((3, "城市".into())));
        for none in ["有几个计划？", "到2025年有哪些目标？", "一个计划有哪些", "三大是哪些"] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn the_same_number_of_the_same_things_is_found_in_either_numeral() {
        let counted = Counted::read("10个未来产业集群有哪些").unwrap();
        let text = "建设5个未来产业集群、十个引领突破的未来产业集群。";
        assert_eq!(counted.counted_in(text).map(|end| &text[end..]), Some("。"));
        assert_eq!(counted.counted_in("10个县，未来产业集群"), None);
        assert_eq!(counted.head(), "集群");
    }
}
