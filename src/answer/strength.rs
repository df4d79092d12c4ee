//! How strongly a sentence backs a subject: priority or mere mention.
//!
//! A cue such as 重点 counts where it governs the subject: in its clause, in the words that introduce the list it stands in,
//! or in a heading of priorities that it is an item of. The rules are patterns with a place for the subject (`priority.toml`).

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::{Deserialize, Serialize};

use super::wording::data;
use crate::index::analyzer::{fold, terms};

/// Stands for the subject in the text that is judged.
const SUBJECT: char = '□';
/// Stands for what gives no priority.
const NOTHING: &str = "○";
/// Characters of a line within which its item is named: 3.第三代半导体。
const ITEM: usize = 24;
/// What ends a clause in compatibility form.
const CLAUSE_ENDS: [char; 6] = [',', ';', ':', '。', '!', '?'];

/// The strength of evidence. `Mention < Priority`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    Mention,
    Priority,
}

#[derive(Deserialize)]
struct File {
    false_friends: Vec<String>,
    denials: Vec<String>,
    sentence: Vec<String>,
    listing: Vec<String>,
}

struct Rules {
    /// False friends and denials.
    set_aside: Regex,
    sentence: RegexSet,
    listing: RegexSet,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = data(include_str!("priority.toml"));
    let expand = |pattern: &String| {
        pattern.replace('~', "§*").replace('§', "[^,;:。!?]").replace('#', "(?:[一二三四五六七八九十两]|[0-9]+)")
    };
    let set = |patterns: &[String]| RegexSet::new(patterns.iter().map(expand)).expect("priority.toml is tested");
    let aside: Vec<String> = file.false_friends.iter().chain(&file.denials).map(expand).collect();
    Rules {
        set_aside: Regex::new(&aside.join("|")).expect("priority.toml is tested"),
        sentence: set(&file.sentence),
        listing: set(&file.listing),
    }
});

/// Judges sentences for one subject.
pub struct Grader {
    /// The words for the subject, folded, the longest first.
    words: Vec<String>,
    /// Their terms, for a subject that may be put in other words.
    terms: Vec<String>,
}

impl Grader {
    /// For the subject that each of `words` means. One that is not `known` need not stand in a sentence word for word.
    pub fn new(words: &[String], known: bool) -> Self {
        let terms = if known { Vec::new() } else { words.iter().flat_map(|word| terms(word)).collect() };
        let mut words: Vec<String> = words.iter().map(|word| fold(word)).filter(|word| !word.is_empty()).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self { words, terms }
    }

    /// The strength of a sentence under its section path, in a list that `lead_in` introduces.
    pub fn strength(&self, sentence: &str, section: &[String], lead_in: Option<&str>) -> Strength {
        let sentence = self.mark(sentence);
        let above: Vec<String> = section.iter().map(|heading| self.mark(heading)).collect();
        let governed = |text: &String| text.contains(SUBJECT) && RULES.sentence.is_match(text);
        let is_item = |text: &str| {
            let first: String = text.chars().take(ITEM).take_while(|c| !CLAUSE_ENDS.contains(c)).collect();
            first.contains(SUBJECT)
        };
        let listing = |text: &str| RULES.listing.is_match(text);
        // The subject is an item below a heading of priorities, by a deeper heading or by the sentence itself.
        let listed = above.iter().position(|heading| listing(heading)).is_some_and(|at| {
            above[at + 1..].iter().any(|heading| heading.contains(SUBJECT))
                || is_numbered(&sentence) && is_item(&sentence)
        });
        let led_in = || sentence.contains(SUBJECT) && lead_in.is_some_and(|lead_in| listing(&self.mark(lead_in)));
        if governed(&sentence) || above.iter().any(governed) || listed || led_in() {
            Strength::Priority
        } else {
            Strength::Mention
        }
    }

    /// `text` folded, with the subject and what only looks like a cue replaced.
    fn mark(&self, text: &str) -> String {
        let mut marked = fold(text);
        for word in &self.words {
            marked = marked.replace(word.as_str(), "□");
        }
        if !marked.contains(SUBJECT) && !self.terms.is_empty() {
            marked = self.mark_loosely(&marked);
        }
        RULES.set_aside.replace_all(&marked, NOTHING).into_owned()
    }

    /// The stretch of the clause with the most terms of the subject stands for it: 未来产业先导试验区 for 未来产业先导区.
    fn mark_loosely(&self, text: &str) -> String {
        let mut start = 0;
        let mut best = (0, 0..0);
        for clause in text.split_inclusive(CLAUSE_ENDS) {
            let places =
                self.terms.iter().filter_map(|term| clause.find(term.as_str()).map(|at| (at, at + term.len())));
            let (firsts, lasts): (Vec<usize>, Vec<usize>) = places.unzip();
            if let (true, Some(first), Some(last)) = (firsts.len() > best.0, firsts.iter().min(), lasts.iter().max()) {
                best = (firsts.len(), start + first..start + last);
            }
            start += clause.len();
        }
        let (found, stretch) = best;
        if found == 0 {
            return text.to_owned();
        }
        format!("{}{SUBJECT}{}", &text[..stretch.start], &text[stretch.end..])
    }
}

/// Whether a line is numbered as an item: 3. or （二）.
fn is_numbered(line: &str) -> bool {
    static MARKER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\(?(?:[0-9]+|[一二三四五六七八九十]+)[.、)]").expect("a constant pattern"));
    MARKER.is_match(line)
}

/// The lines of a passage that introduce the list one is in.
#[derive(Default)]
pub struct LeadIn {
    words: Option<String>,
    /// Lines since it stood.
    lines: usize,
}

impl LeadIn {
    /// Reads the next sentence, and gives the lead-in that it stands under.
    pub fn of(&mut self, sentence: &str, starts_line: bool) -> Option<&str> {
        self.lines += usize::from(starts_line);
        let folded = fold(sentence);
        // The first line after a lead-in is its list, later ones are where they are numbered.
        if starts_line && self.lines > 1 && !is_numbered(&folded) {
            self.words = None;
        }
        if folded.ends_with(':') {
            *self = Self { words: Some(folded), lines: 0 };
            return None;
        }
        self.words.as_deref()
    }
}

#[cfg(test)]
mod tests;
