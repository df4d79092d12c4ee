//! The regions that a passage speaks of.
//!
//! A sentence speaks of its own subject's region, else of that of the sentences before it in its paragraph, else of its
//! heading's, else of its document's. An overview has no region of its own: a sentence of it that nothing attributes
//! speaks of none.

use super::actor::{actor, words};
use super::addressed::addressed;
use super::gazetteer::{NATION, division};
use super::matching::find;

/// A line of no more characters that does not end as a sentence is the lead-in of what follows: 上海：.
const LEAD_IN: usize = 30;

/// What a sentence that a region acts in counts against one that gives it a task.
const ACTS: usize = 2;

/// Whose regions a document's sentences speak of where they do not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A document of this division's own, or about it.
    Own(&'static str),
    /// An article about many regions, or a text that tells nothing of its region.
    Overview,
}

impl Scope {
    /// The scope of a document with this region: a document of which neither issuer, title nor the places it names tell one
    /// region is an overview.
    pub fn of(region: Option<&str>) -> Scope {
        region.and_then(division).map_or(Scope::Overview, |division| Scope::Own(division.code))
    }

    /// The division whose document it is.
    pub fn own(self) -> Option<&'static str> {
        match self {
            Scope::Own(code) => Some(code),
            Scope::Overview => None,
        }
    }
}

/// A sentence as a person reads it.
#[derive(Clone, Copy, Debug)]
pub struct Sentence<'t> {
    pub text: &'t str,
    /// Whether a paragraph begins with it.
    pub starts_paragraph: bool,
}

/// Attributes the sentences of a document to regions, in their order. It may begin at any paragraph; begun at the first, it
/// also knows the lead-ins and paragraphs above.
#[derive(Clone, Debug)]
pub struct Attribution {
    scope: Scope,
    section: Vec<String>,
    /// Regions of the paragraph so far, of the one before it, and of the last lead-in.
    paragraph: Vec<&'static str>,
    previous: Vec<&'static str>,
    lead_in: Vec<&'static str>,
}

impl Attribution {
    pub fn new(scope: Scope) -> Attribution {
        let none = Vec::new;
        Attribution { scope, section: Vec::new(), paragraph: none(), previous: none(), lead_in: none() }
    }

    /// The codes of the regions whose matter the next sentence is, below the headings `section`.
    pub fn sentence(&mut self, sentence: Sentence, section: &[String]) -> Vec<&'static str> {
        let own = self.scope.own();
        if self.section != section {
            self.section = section.to_vec();
            self.previous.clear();
            self.lead_in.clear();
            self.paragraph.clear();
        } else if sentence.starts_paragraph {
            self.previous = std::mem::take(&mut self.paragraph);
        }
        let actors = actor(sentence.text, own);
        if self.scope == Scope::Overview && sentence.starts_paragraph && is_lead_in(sentence.text) {
            self.lead_in = if actors.is_empty() { only_region(sentence.text) } else { actors };
            return self.lead_in.clone();
        }
        if !actors.is_empty() {
            self.paragraph = actors;
        } else if let Some(own) = own {
            if begins_with(sentence.text, &words().own) {
                self.paragraph = vec![own];
            }
        } else if self.paragraph.is_empty() && self.refers_back(sentence) {
            self.paragraph.clone_from(&self.previous);
        }
        if !self.paragraph.is_empty() {
            return self.paragraph.clone();
        }
        if !self.lead_in.is_empty() {
            return self.lead_in.clone();
        }
        let heading = section.iter().rev().map(|heading| self.of_heading(heading)).find(|codes| !codes.is_empty());
        heading.unwrap_or_else(|| own.into_iter().collect())
    }

    /// The codes of the regions that a passage speaks of, best first: the document's own, then those of most sentences. In a
    /// document of a region those that it gives a task to come after it.
    pub fn passage<'t>(
        &mut self,
        sentences: impl IntoIterator<Item = Sentence<'t>>,
        section: &[String],
    ) -> Vec<&'static str> {
        let own = self.scope.own();
        let mut votes: Vec<(&'static str, usize)> = Vec::new();
        let mut vote = |codes: Vec<&'static str>, weight: usize| {
            for code in codes {
                match votes.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, votes)) => *votes += weight,
                    None => votes.push((code, weight)),
                }
            }
        };
        for sentence in sentences {
            vote(self.sentence(sentence, section), ACTS);
            vote(addressed(sentence.text, own), 1);
        }
        if own.is_some() {
            section.iter().for_each(|heading| vote(addressed(heading, own), 1));
        }
        let rank = |(code, votes): &(&'static str, usize)| (Some(*code) != own, std::cmp::Reverse(*votes));
        votes.sort_by_key(rank);
        votes.into_iter().map(|(code, _)| code).collect()
    }

    /// Whether a paragraph of an overview goes on about the one region of the paragraph before it.
    fn refers_back(&self, sentence: Sentence) -> bool {
        sentence.starts_paragraph && self.previous.len() == 1 && begins_with(sentence.text, &words().anaphors)
    }

    fn of_heading(&self, heading: &str) -> Vec<&'static str> {
        let actors = actor(heading, self.scope.own());
        if actors.is_empty() && self.scope == Scope::Overview { only_region(heading) } else { actors }
    }
}

fn begins_with(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.trim_start().starts_with(word))
}

/// Whether a line says what the lines after it are about.
fn is_lead_in(line: &str) -> bool {
    !line.trim_end().ends_with(['。', '！', '？', '；', '，', '.', '!', '?']) && line.chars().count() <= LEAD_IN
}

/// The only region below the nation that a line names.
fn only_region(line: &str) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = find(line).iter().filter_map(super::Mention::code).collect();
    codes.retain(|code| *code != NATION);
    codes.dedup();
    if codes.len() == 1 { codes } else { Vec::new() }
}

#[cfg(test)]
mod tests;
