//! What a document says of itself: title, issuer, number, date, kind, term, what it abolishes.

use serde::{Deserialize, Serialize};

use super::chars::is_space;
use super::date::{Date, closing_date};
use super::dating::Signature;
use super::issuer;
use super::kind;
use super::line::Line;
use super::link;
use super::marker::marker;
use super::number;
use super::repeal::{self, Repeal};
use super::statement::each_sentence;
use super::term::{self, End, Start, Term};
use super::title::Title;
use super::untitled;
use super::validity::{self, Validity};
use super::wording::Wording;
use super::words::WORDS;

/// What is known of a document from its text. Everything but the title may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title as a person would give it.
    pub title: String,
    /// Who issued it 发文机关; several bodies are joined by `、`.
    pub issuer: Option<String>,
    /// Its own number 发文字号 in the form `通政发〔2024〕23号`.
    pub number: Option<String>,
    /// The day it was signed, else the day it was published: `YYYY-MM-DD`.
    pub published: Option<String>,
    /// 通知, 意见, 方案, 条例, 报告, 新闻, …
    pub kind: Option<String>,
    /// The first day on which it is in force: `YYYY-MM-DD`.
    pub effective: Option<String>,
    /// The last day on which it is in force, if it has a term: `YYYY-MM-DD`, not before `effective`.
    pub expires: Option<String>,
    /// The documents that it abolishes as a whole.
    #[serde(default)]
    pub repeals: Vec<Repeal>,
    /// Whether it is in force, if its page says so.
    pub validity: Option<Validity>,
    /// Where the text was published: an `http` or `https` address.
    pub url: Option<String>,
    /// The term as stated; days counted from publication wait for [`Metadata::set_term`].
    #[serde(skip)]
    pub(crate) term: Term,
}

impl Metadata {
    /// States the days of the term of a document that was published on `published`.
    pub(crate) fn set_term(&mut self, published: Option<Date>) {
        let (first, last) = self.term.days(published);
        (self.effective, self.expires) = (first.map(|day| day.to_string()), last.map(|day| day.to_string()));
    }
}

/// How many lines below the title may state facts of the whole document.
const HEAD: usize = 40;
/// How many lines at the end may state where the text is from.
const TAIL: usize = 30;
/// How many lines below the title may be the table of facts of its page.
const FACTS: usize = 15;

/// Reads the metadata of a text. `title` is the title's own line, if it has one.
pub(crate) fn metadata(text: &str, lines: &[Line], wordings: &[Wording], title: Option<&Title>) -> Metadata {
    let facts = Facts { text, lines, wordings, title };
    let signature = facts.signature().or_else(|| facts.glued_signature());
    let title_text = title.map_or_else(|| untitled::title(text, lines, wordings), |title| title.text.clone());
    let kind = kind::kind(&title_text, &facts.start_of_text());
    let published = facts.published(signature.as_ref());
    let reports = kind.as_deref().is_some_and(|kind| [kind::NEWS, kind::READING].contains(&kind));
    let (term, repeals) = if reports { Default::default() } else { facts.statements(&title_text) };
    let mut metadata = Metadata {
        issuer: facts.issuer(&title_text, signature.as_ref()),
        number: facts.number(&title_text),
        published: published.map(|date| date.to_string()),
        kind,
        validity: title.and_then(|title| title.stamp).or_else(|| facts.validity()),
        url: facts.url(),
        title: title_text,
        repeals,
        term,
        ..Metadata::default()
    };
    metadata.set_term(published);
    metadata
}

/// A text and what is known of it when its metadata are read.
pub(crate) struct Facts<'a> {
    pub text: &'a str,
    pub lines: &'a [Line],
    pub wordings: &'a [Wording],
    pub title: Option<&'a Title>,
}

impl Facts<'_> {
    pub(crate) fn line(&self, i: usize) -> &str {
        &self.text[self.lines[i].bytes.clone()]
    }

    pub(crate) fn below_title(&self) -> usize {
        self.title.map_or(0, |title| title.lines.end)
    }

    pub(crate) fn head(&self) -> std::ops::Range<usize> {
        0..self.lines.len().min(self.below_title() + HEAD)
    }

    /// The fullest of the names that the title begins with and that the letter is signed with; else what the page says.
    fn issuer(&self, title: &str, signature: Option<&Signature>) -> Option<String> {
        let reported = || {
            self.head().filter(|&i| self.line(i).len() < 300).find_map(|i| {
                let next = self.lines.get(i + 1).map_or("", |_| self.line(i + 1));
                issuer::in_meeting(self.line(i)).or_else(|| issuer::in_meeting(&format!("{}{next}", self.line(i))))
            })
        };
        if let Some(government) = title.contains("政府工作报告").then(reported).flatten() {
            return Some(government);
        }
        let in_title = number::order(title).map(|(issuer, _)| issuer).or_else(|| issuer::in_title(title));
        let signed = signature.filter(|signature| !signature.bodies.is_empty());
        if let (Some(in_title), Some(signed)) = (&in_title, signed) {
            let fuller = signed.bodies[0].chars().count() > in_title.chars().count()
                || signed.bodies.len() > 1 && signed.bodies[0].chars().count() >= in_title.chars().count();
            return Some(if fuller { signed.bodies.join("、") } else { in_title.clone() });
        }
        in_title
            .or_else(|| signed.map(|signed| signed.bodies.join("、")))
            .or_else(|| self.issuer_labelled())
            .or_else(|| self.issuer_below_title())
            .or_else(|| self.promulgation().map(|(_, issuer, _)| issuer))
            .or_else(|| self.adoption_lines().find_map(issuer::in_adoption))
    }

    fn issuer_labelled(&self) -> Option<String> {
        self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| {
            WORDS
                .issuer_labels
                .iter()
                .find_map(|label| Some(issuer::plain(label.captures(self.line(i))?.get(1)?.as_str())))
        })
    }

    /// The name of a body alone, or with a date, directly below the title.
    fn issuer_below_title(&self) -> Option<String> {
        let line = self.lines.get(self.below_title()).map(|_| self.line(self.below_title()))?;
        let name = closing_date(line).filter(|_| line.len() < 200).map_or(line, |(_, before)| before);
        (WORDS.is_body(name) && self.title.is_some()).then(|| issuer::plain(name))
    }

    fn number(&self, title: &str) -> Option<String> {
        let labelled = || {
            self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| {
                WORDS
                    .number_labels
                    .iter()
                    .find_map(|label| number::first(label.captures(self.line(i))?.get(1)?.as_str()))
            })
        };
        let in_head = || self.head().find_map(|i| number::whole_line(self.line(i)));
        let attached = || {
            let lines = (0..self.lines.len()).map(|i| number::attachment(self.line(i)));
            lines.filter(|line| line.contains('号') && line.contains('.')).find_map(number::in_name)
        };
        number::in_name(title)
            .or_else(|| number::order(title).map(|(_, number)| number))
            .or_else(labelled)
            .or_else(in_head)
            .or_else(|| self.number_beside_title())
            .or_else(|| self.promulgation().map(|(.., number)| number))
            .or_else(attached)
    }

    /// Pasted to the title, in a text that lost its line breaks: `某市关于就业的通知 某政发〔2024〕5号 各区县：…`.
    fn number_beside_title(&self) -> Option<String> {
        let first = self.lines.first().map(|_| self.line(0))?;
        let start: String = first.chars().take(300).collect();
        let mut words = start.split(is_space).take_while(|word| !word.contains(['。', '：', '，']));
        words.find_map(|word| {
            let (number, rest) = number::opening(word)?;
            (rest.is_empty() || WORDS.titled(rest)).then_some(number)
        })
    }

    fn start_of_text(&self) -> String {
        let from = self.below_title().min(self.lines.len());
        let start = self.lines[from..].iter().take(8);
        start.flat_map(|line| self.text[line.bytes.clone()].chars().take(200)).collect()
    }

    /// From when to when it is in force, and what it abolishes.
    fn statements(&self, title: &str) -> (Term, Vec<Repeal>) {
        let (mut terms, mut repeals) = (term::Finder::new(title), repeal::Finder::new(self.text));
        each_sentence(self.text, self.lines, |sentence| {
            terms.sentence(sentence);
            repeals.sentence(sentence);
        });
        let mut term = terms.finish();
        // The day on which a statute that was amended since was first published is none of those we know.
        if matches!(term.start, Some(Start::AfterPublication(_))) && self.amended() {
            term.start = None;
        }
        let stated = |label: fn(&str) -> Option<Date>| {
            let facts = 0..self.lines.len().min(self.below_title() + FACTS);
            facts.map(|i| self.line(i)).filter(|line| line.len() < 400 && marker(line).is_none()).find_map(label)
        };
        term.start = term.start.or_else(|| stated(term::labelled_start).map(Start::Day));
        term.end = term.end.or_else(|| stated(term::labelled_end).map(End::Day));
        (term, repeals.finish())
    }

    /// Whether it is in force, as the table of facts or a note of its page says.
    fn validity(&self) -> Option<Validity> {
        let facts = self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| validity::labelled(self.line(i)));
        facts.or_else(|| (0..self.lines.len()).find_map(|i| validity::noted(self.line(i))))
    }

    /// Where the text is from: the head of the page says it, or its end.
    fn url(&self) -> Option<String> {
        let tail = self.lines.len().saturating_sub(TAIL).max(self.head().end)..self.lines.len();
        let mut stated = self.head().chain(tail).map(|i| self.line(i)).filter(|line| line.len() < 3000);
        let alone = || (0..self.lines.len().min(self.below_title() + 2)).find_map(|i| link::alone(self.line(i)));
        stated.find_map(link::stated).or_else(alone).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests;
