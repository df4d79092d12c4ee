//! Words that tell what kind of answer is wanted, and words that ask without naming anything.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Regex, RegexBuilder, RegexSet};
use serde::Deserialize;

use super::AnswerKind;

#[derive(Deserialize)]
struct Cues {
    kind: Vec<KindCues>,
    question_words: Vec<String>,
    particles: Vec<String>,
    not_particles: Vec<String>,
    join: String,
    asks: String,
    again: Vec<String>,
    sides: Vec<String>,
    members: Vec<String>,
    regions: Vec<String>,
    regions_as_object: String,
    not_regions: Vec<String>,
    whether: Vec<String>,
    denials: Vec<String>,
    exceptions: Vec<String>,
}

#[derive(Deserialize)]
struct KindCues {
    kind: AnswerKind,
    cues: Vec<String>,
}

/// A matcher over all cues, with the kind that each pattern stands for.
struct KindMatcher {
    matcher: AhoCorasick,
    kinds: Vec<AnswerKind>,
    /// The kinds in the order of the file: the first that matches wins.
    order: Vec<AnswerKind>,
}

static CUES: LazyLock<Cues> =
    LazyLock::new(|| toml::from_str(include_str!("cues.toml")).expect("cues.toml is part of the program"));

static KINDS: LazyLock<KindMatcher> = LazyLock::new(|| {
    let pairs: Vec<(&str, AnswerKind)> =
        CUES.kind.iter().flat_map(|k| k.cues.iter().map(|cue| (cue.as_str(), k.kind))).collect();
    KindMatcher {
        matcher: matcher(pairs.iter().map(|(cue, _)| *cue)),
        kinds: pairs.iter().map(|(_, kind)| *kind).collect(),
        order: CUES.kind.iter().map(|k| k.kind).collect(),
    }
});

static QUESTION_WORDS: LazyLock<AhoCorasick> =
    LazyLock::new(|| matcher(CUES.question_words.iter().map(String::as_str)));

static SIDES: LazyLock<AhoCorasick> = LazyLock::new(|| matcher(CUES.sides.iter().map(String::as_str)));

/// What sets regions side by side, at the beginning and at the end of a text.
pub static JOIN_BEFORE: LazyLock<Regex> = LazyLock::new(|| joins(&format!("^{}", CUES.join)));
pub static JOIN_BEHIND: LazyLock<Regex> = LazyLock::new(|| joins(&format!("{}$", CUES.join)));

fn joins(pattern: &str) -> Regex {
    Regex::new(pattern).expect("cues.toml is part of the program")
}

/// Finds the longest of `patterns` at each place, whatever the case of Latin letters.
pub(super) fn matcher<'a>(patterns: impl Iterator<Item = &'a str>) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .build(patterns)
        .expect("the patterns are few and short")
}

/// The kind of answer that `question` wants.
pub fn kind(question: &str) -> AnswerKind {
    kind_except(question, None)
}

/// The kind of answer that each side of a comparison wants.
pub fn kind_of_side(question: &str) -> AnswerKind {
    kind_except(question, Some(AnswerKind::Comparison))
}

fn kind_except(question: &str, except: Option<AnswerKind>) -> AnswerKind {
    let found: Vec<AnswerKind> = KINDS
        .matcher
        .find_iter(question)
        .filter(|m| is_word(question, m.start(), m.end()))
        .map(|m| KINDS.kinds[m.pattern().as_usize()])
        .collect();
    static OBJECT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(&CUES.regions_as_object).expect("cues.toml is part of the program"));
    let no_regions = CUES.not_regions.iter().any(|word| question.contains(word.as_str())) || OBJECT.is_match(question);
    let asked = |kind: &AnswerKind| match kind {
        AnswerKind::Regions => !no_regions && (found.contains(kind) || asks_for_regions(question)),
        AnswerKind::List => found.contains(kind) || no_regions,
        _ => found.contains(kind),
    };
    KINDS.order.iter().copied().filter(|kind| Some(*kind) != except).find(asked).unwrap_or(AnswerKind::Open)
}

/// Whether `question` is answered by yes or no.
pub fn asks_whether(question: &str) -> bool {
    CUES.whether.iter().any(|word| question.contains(word.as_str()))
}

/// Whether `question` asks for two things in clauses of their own: 引育多少支基金，规模多大.
pub fn asks_twice(question: &str) -> bool {
    static ASKS: LazyLock<Regex> = LazyLock::new(|| {
        RegexBuilder::new(&CUES.asks).case_insensitive(true).build().expect("cues.toml is part of the program")
    });
    let again = |clause: &str| CUES.again.iter().any(|word| clause.contains(word.as_str()));
    let clauses = question.split(['，', ',', '；', ';', '？', '?', '。']);
    clauses.filter(|clause| ASKS.is_match(clause) && !again(clause)).count() > 1
}

/// Whether `question` asks for those that do not do something.
pub fn denies(question: &str) -> bool {
    CUES.denials.iter().any(|word| question.contains(word.as_str()))
}

/// Whether what stands behind `before` is left out.
pub fn excepts(before: &str) -> bool {
    CUES.exceptions.iter().any(|word| before.ends_with(word.as_str()))
}

/// Whether it asks which regions, in whatever order of words: another cue may begin before theirs, as in 有哪些地方.
fn asks_for_regions(question: &str) -> bool {
    static PATTERNS: LazyLock<RegexSet> =
        LazyLock::new(|| RegexSet::new(&CUES.regions).expect("cues.toml is part of the program"));
    let mut cues = CUES.kind.iter().filter(|k| k.kind == AnswerKind::Regions).flat_map(|k| &k.cues);
    cues.any(|cue| cue.starts_with('哪') && question.contains(cue.as_str())) || PATTERNS.is_match(question)
}

/// `question` with its asking words replaced by spaces, so that no term reaches across them.
pub fn without_question_words(question: &str) -> String {
    let rest = without(&QUESTION_WORDS, question);
    // A question made of asking words alone is searched for as it stands.
    if rest.chars().any(char::is_alphanumeric) { rest } else { question.to_owned() }
}

/// What is asked of a place, without the particle that joins the two: 江苏对量子科技 asks for no 对量.
pub fn without_particle(behind_place: &str) -> &str {
    let begins = |words: &[String]| words.iter().find(|word| behind_place.starts_with(word.as_str())).map(String::len);
    match begins(&CUES.particles) {
        Some(length) if begins(&CUES.not_particles).is_none() => &behind_place[length..],
        _ => behind_place,
    }
}

/// A question about one side of a comparison, without the words that stand for either.
pub fn without_sides(question: &str) -> String {
    without(&SIDES, question)
}

/// Whether several things are asked for, whatever their kind.
pub fn asks_for_several(question: &str) -> bool {
    CUES.kind.iter().filter(|k| k.kind == AnswerKind::List).flat_map(|k| &k.cues).any(|cue| question.contains(cue))
}

/// Whether a question of `kind` asks what belongs to something, one by one.
pub fn asks_for_members(kind: AnswerKind, question: &str) -> bool {
    kind == AnswerKind::List
        || kind == AnswerKind::Open && CUES.members.iter().any(|cue| question.contains(cue.as_str()))
}

/// The part of `text` before the first word that asks.
pub fn before_question_word(text: &str) -> &str {
    let words = CUES.question_words.iter().chain(&CUES.members);
    words.filter_map(|word| text.find(word.as_str())).min().map_or(text, |at| &text[..at])
}

/// What a question wants defined: 未来产业 of 未来产业是什么意思？
pub fn defined(question: &str) -> String {
    let rest = without_question_words(&without_cues(AnswerKind::Definition, question));
    rest.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// `question` without the words that compare.
pub fn without_comparison(question: &str) -> String {
    without_cues(AnswerKind::Comparison, question)
}

/// `question` without the words by which it asks for `kind`.
fn without_cues(kind: AnswerKind, question: &str) -> String {
    let mut rest = String::with_capacity(question.len());
    let mut at = 0;
    for found in KINDS.matcher.find_iter(question) {
        if KINDS.kinds[found.pattern().as_usize()] == kind {
            rest.push_str(&question[at..found.start()]);
            at = found.end();
        }
    }
    rest.push_str(&question[at..]);
    rest
}

/// `text` with the words of `matcher` replaced by spaces.
pub(super) fn without(matcher: &AhoCorasick, text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    for found in matcher.find_iter(text) {
        if is_word(text, found.start(), found.end()) {
            rest.push_str(&text[at..found.start()]);
            rest.push(' ');
            at = found.end();
        }
    }
    rest.push_str(&text[at..]);
    rest
}

/// Whether the match is not a part of a longer Latin word; Chinese knows no such borders.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = text[start..end].chars();
    let (first, last) = (inner.clone().next(), inner.last());
    !(latin(first) && latin(text[..start].chars().next_back()) || latin(last) && latin(text[end..].chars().next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_asking_clauses_ask_for_two_things() {
        assert!(asks_twice("南通要引育多少支基金，认缴规模多大？") && asks_twice("谁牵头？什么时候完成？"));
        assert!(!asks_twice("到2025年，目标是多少？") && !asks_twice("六大计划有哪些，分别是什么？"));
    }

    #[test]
    fn the_kind_of_answer_follows_the_cue() {
        for (question, expected) in [
            ("要建设多少座加氢站？", AnswerKind::Number),
            ("哪些城市优先发展第三代半导体？", AnswerKind::Regions),
            ("特色产业园区由哪些部门负责？", AnswerKind::Organisation),
            ("南京和南通的重点有什么不同？", AnswerKind::Comparison),
            ("实施方案是什么时候印发的？", AnswerKind::Date),
            ("“51010”是什么意思？", AnswerKind::Definition),
            ("重点布局哪六大未来产业？", AnswerKind::List),
            ("How many stations are planned?", AnswerKind::Number),
            ("产值目标是多少？", AnswerKind::Target),
            ("哪个城市设立了产业处？", AnswerKind::Open),
            ("Which cities prioritise AI?", AnswerKind::Regions),
            ("请问有哪些地方在布局脑机接口？", AnswerKind::Regions),
            ("提到零碳园区的省份有哪些", AnswerKind::Regions),
            ("请列出支持脑机接口产业的省份", AnswerKind::Regions),
            ("有哪几个省发展冰雪经济", AnswerKind::Regions),
            ("哪些西部省份布局氢能", AnswerKind::Regions),
            ("谁在报告里提到首发经济", AnswerKind::Regions),
            ("谁负责低空经济", AnswerKind::Organisation),
            ("煤炭供应优先安排哪些地区？", AnswerKind::List),
            ("第三代半导体布局在哪些城市？", AnswerKind::Regions),
            ("税务局编制了什么文件？", AnswerKind::List),
            ("地方政府主要负责哪些工作？", AnswerKind::List),
            ("落实“菜篮子”市长负责制有哪些要求？", AnswerKind::List),
            ("试点城市有哪些支持政策？", AnswerKind::List),
            ("“标准地”改革如何监管？", AnswerKind::Open),
            ("创业补贴标准是多少？", AnswerKind::Number),
            ("移交时要提供什么文件？", AnswerKind::List),
            ("按哪份文件容错免责？", AnswerKind::Open),
            ("直接负责的主管人员要罚多少？", AnswerKind::Number),
            ("哪些区块链项目获得支持", AnswerKind::List),
            ("低空经济", AnswerKind::Open),
        ] {
            assert_eq!(kind(question), expected, "{question}");
        }
    }

    #[test]
    fn a_cue_inside_a_latin_word_is_none() {
        assert_eq!(kind("whenever"), AnswerKind::Open);
        assert_eq!(without_question_words("whatever"), "whatever");
    }

    #[test]
    fn a_particle_behind_a_place_is_left_out_and_a_word_that_begins_like_one_is_not() {
        assert_eq!(without_particle("对量子科技有什么部署"), "量子科技有什么部署");
        assert_eq!(without_particle("对外开放政策"), "对外开放政策");
        assert_eq!(without_particle("发展目标"), "发展目标");
    }

    #[test]
    fn what_is_to_be_defined_and_what_is_compared_stand_without_the_words_around_them() {
        assert_eq!(defined("未来产业是什么意思？"), "未来产业");
        assert_eq!(without_sides("上海谁的目标更高").replace(' ', ""), "上海目标更高");
        assert!(asks_for_several("目标有哪些") && !asks_for_several("目标是多少"));
    }

    #[test]
    fn a_question_of_question_words_alone_is_kept() {
        assert_eq!(without_question_words("是什么"), "是什么");
    }
}
