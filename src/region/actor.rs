//! The regions that a sentence has as its subject: who proposes, builds or plans what the sentence says.
//!
//! A sentence's subject stands at the beginning of a clause, after words of time and connectives. A place elsewhere is an
//! object, a partner or a location, and the caller falls back to the paragraph, the heading and the document.

use std::sync::OnceLock;

use super::gazetteer::{NATION, is_within};
use super::issuer::{central_body, chain_from};
use super::matching::{Mention, find_in, is_list_mark};
use super::names::sections;

/// The lists of `actor.txt`; the longest words first, so that the first that fits is the longest.
pub(super) struct Words {
    leads: Vec<&'static str>,
    units: Vec<&'static str>,
    examples: Vec<&'static str>,
    collectives: Vec<&'static str>,
    others: Vec<&'static str>,
    issuing: Vec<&'static str>,
    predicates: Vec<&'static str>,
    pub assigning: Vec<&'static str>,
    pub not_addressed: Vec<&'static str>,
    pub anaphors: Vec<&'static str>,
    pub own: Vec<&'static str>,
}

/// The parsed `actor.txt`.
pub(super) fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        let sections = sections(include_str!("actor.txt"));
        let lines = |name: &str| sections.get(name).into_iter().flatten().copied();
        let list = |name: &str| -> Vec<&'static str> {
            let mut words: Vec<_> = lines(name).flat_map(str::split_whitespace).collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        Words {
            leads: list("leads"),
            units: list("units"),
            examples: lines("examples").collect(),
            collectives: list("collectives"),
            others: list("others"),
            issuing: list("issuing"),
            predicates: list("predicates"),
            assigning: list("assigning"),
            not_addressed: list("not addressed"),
            anaphors: list("anaphors"),
            own: list("own"),
        }
    })
}

/// What surrounds or numbers a clause.
const MARKS: &str =
    " \t\u{3000}\u{feff}“”\"'‘’《〈【[「『(（)）>#*•●■◆▪-—–·.．﹒、0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩";
const NUMERALS: &str = "一二三四五六七八九十百零〇第";
/// What ends a clause. A colon does too: the subject may follow the name of a section.
const CLAUSE_ENDS: &str = "，,；;：:。！!？?…\n\r|";
/// How far after a region its act is looked for, in characters.
const ACT_REACH: usize = 14;

/// The codes of the regions that the sentence speaks of as those who act, in a document of the division `context`; empty
/// where it names none as its subject. Divisions inside `context` count only where they issue something of their own.
pub fn actor(sentence: &str, context: Option<&str>) -> Vec<&'static str> {
    let mut mentions = find_in(sentence, context);
    mentions.retain(|mention| mention.codes != [NATION]);
    let mut actors = Vec::new();
    let mut example = false;
    for (start, end) in clauses(sentence) {
        let Some(clause) = sentence.get(start..end) else { continue };
        if words().examples.contains(&clause.trim()) {
            example = true;
            continue;
        }
        let subject = Subject::read(sentence, start, end, &mentions);
        let first = actors.is_empty();
        for code in subject.iter().flat_map(|subject| subject.actors(context, example, first)) {
            if !actors.contains(&code) {
                actors.push(code);
            }
        }
        // 工信部发布: in a text of no region of its own the nation acts.
        if context.is_none() && actors.is_empty() && central_body(skip_marks(clause)).is_some() {
            return vec![NATION];
        }
    }
    actors
}

/// Byte ranges between marks that end a clause.
pub(super) fn clauses(sentence: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for (at, mark) in sentence.char_indices().filter(|(_, c)| CLAUSE_ENDS.contains(*c)) {
        ranges.push((start, at));
        start = at + mark.len_utf8();
    }
    ranges.push((start, sentence.len()));
    ranges
}

/// The regions at the beginning of a clause, and what the clause says of them.
pub(super) struct Subject<'t> {
    codes: Vec<&'static str>,
    /// The rest of the clause.
    says: &'t str,
    example: bool,
    /// Whether the last region is named by a short name (南京 rather than 南京市).
    short: bool,
}

impl<'t> Subject<'t> {
    pub(super) fn read(sentence: &'t str, start: usize, end: usize, mentions: &[Mention]) -> Option<Subject<'t>> {
        let (first, example) = subject_start(sentence, start, end, mentions)?;
        let mut codes = Vec::new();
        let mut at = first;
        loop {
            let last = chain_from(mentions, at);
            let mention = mentions.get(last)?;
            codes.extend(mention.code());
            let next = mentions.get(last + 1).filter(|next| next.start < end);
            match next.and_then(|next| sentence.get(mention.end..next.start)) {
                Some(gap) if is_list_mark(gap) => at = last + 1,
                _ => {
                    let name = sentence.get(mention.start..mention.end)?;
                    let short = !name.ends_with(['省', '市', '区', '县', '州', '盟', '旗']);
                    return Some(Subject { codes, says: sentence.get(mention.end..end)?, example, short });
                }
            }
        }
    }

    pub(super) fn actors(&self, context: Option<&str>, example: bool, first: bool) -> Vec<&'static str> {
        let says =
            words().collectives.iter().find_map(|word| self.says.strip_prefix(word)).unwrap_or(self.says).trim_start();
        let near: String = says.chars().take(ACT_REACH).collect();
        let issues = words().issuing.iter().any(|verb| near.contains(verb));
        let company = self.short && near.contains("公司");
        let others = words().others.iter().any(|word| says.starts_with(word));
        let predicate = issues || words().predicates.iter().any(|word| says.starts_with(word));
        if company || others || ((example || self.example) && !issues) || (!first && !predicate) {
            return Vec::new();
        }
        let inside = |code: &str| context.is_some_and(|context| code != context && is_within(code, context));
        // A congress above approves the statute: 浙江省第十二届人民代表大会常务委员会批准 in a statute of Hangzhou.
        let approves = |code: &str| {
            near.contains("代表大会") && context.is_some_and(|context| code != context && is_within(context, code))
        };
        self.codes.iter().copied().filter(|code| (issues || !inside(code)) && !approves(code)).collect()
    }
}

/// The mention that a clause begins with after marks, numbering, time and connectives, and whether it is an example.
fn subject_start(sentence: &str, start: usize, end: usize, mentions: &[Mention]) -> Option<(usize, bool)> {
    let mut at = start;
    let mut example = false;
    loop {
        if let Ok(found) = mentions.binary_search_by_key(&at, |mention| mention.start) {
            return Some((found, example));
        }
        let rest = sentence.get(at..end)?;
        let step = if let Some(word) = words().examples.iter().find(|word| rest.starts_with(**word)) {
            example = true;
            word.len()
        } else {
            lead_in(rest)?
        };
        at += step;
    }
}

/// Bytes of the lead-in that `rest` begins with.
fn lead_in(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    if MARKS.contains(first) {
        return Some(first.len_utf8());
    }
    if let Some(word) =
        words().units.iter().chain(&words().leads).filter(|word| rest.starts_with(**word)).max_by_key(|word| word.len())
    {
        return Some(word.len());
    }
    // 一、 and （二） number a clause; 一批 does not.
    let numeral = rest.find(|c| !NUMERALS.contains(c)).filter(|len| *len > 0)?;
    let after = rest.get(numeral..)?;
    after
        .starts_with(['、', '）', ')', '.', '．', '是', '条', '章'])
        .then(|| numeral + after.chars().next().map_or(0, char::len_utf8))
}

fn skip_marks(clause: &str) -> &str {
    clause.trim_start_matches(|c| MARKS.contains(c))
}

#[cfg(test)]
mod tests;
