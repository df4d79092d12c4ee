//! Which regions: every region of the index that has evidence for a subject, not just those of the best passages.
//!
//! All passages with a word for the subject are collected, and each sentence that proves it is attributed to the regions
//! that it speaks of ([`Attribution`]).

mod text;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use text::text;

use super::evidence::Evidence;
use super::quantity::quantities;
use super::strength::{Grader, LeadIn, Strength};
use crate::document::reading_text;
use crate::index::analyzer::{fold, terms};
use crate::index::{FieldWeights, Index, IndexError};
use crate::question::{Question, WhichRegions};
use crate::region::{self, Attribution, Division, Level, Scope, Sentence};
use crate::retrieve::Selection;

/// Quotes for each region.
const QUOTES_PER_REGION: usize = 2;

/// What the question's own word for priority in a sentence is worth, in cosine: more than sentences on one subject differ.
const ASKED_WORD: f32 = 0.1;

/// Passages looked at for a subject that no topic file knows.
const UNKNOWN_DEPTH: usize = 2000;
/// Share of such a subject's terms that a sentence must have: 未来产业先导试验区 proves 未来产业先导区.
const UNKNOWN_SHARE: f32 = 0.8;

/// A region with its evidence, best first.
#[derive(Debug, Clone)]
pub struct RegionEvidence {
    pub division: &'static Division,
    pub strength: Strength,
    pub evidence: Vec<Evidence>,
}

/// What a which-regions question found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Regions of the level asked for, strongest first.
    pub regions: Vec<RegionEvidence>,
    /// Provinces or the nation where lower levels were asked for, by documents of their own; likewise.
    pub above_level: Vec<RegionEvidence>,
    /// Documents with a word for the subject.
    pub documents: usize,
}

/// Collects the regions for `which`, a part of `question`, over all that `selection` lets through of the index. Where the
/// question names years, a sentence has one of them in itself, its headings or its document's date.
pub fn collect(
    index: &Index,
    question: &Question,
    which: &WhichRegions,
    query: &[f32],
    selection: Option<&Selection>,
) -> Result<Found, IndexError> {
    let Some(subject) = which.subjects.first() else { return Ok(Found::default()) };
    let grader = Grader::new(subject, which.known);
    let mut documents = BTreeSet::new();
    let mut by_region: HashMap<&'static str, Vec<(Strength, Evidence)>> = HashMap::new();
    let mut above_level: HashMap<&'static str, Vec<(Strength, Evidence)>> = HashMap::new();
    // An amount that the question names must stand in the sentence: who aims at 5.5 % is told by nobody's 5 %.
    let amounts: Vec<&str> = quantities(&question.reading).map(|amount| &question.reading[amount.bytes]).collect();
    let wanted = |row: &usize| selection.is_none_or(|selection| selection.rows.contains(*row));
    for row in rows(index, which)?.into_iter().filter(wanted) {
        let passage = index.passage(row)?;
        let document = &index.documents()[passage.document];
        let text = index.reading(document)?;
        let above = passage.above(document);
        let published = document.metadata.published.as_deref();
        let dated = published.is_some_and(|date| question.years.iter().any(|year| date.starts_with(year.as_str())));
        let mut attribution = Attribution::new(Scope::of(document.region.as_deref()));
        let mut lead_in = LeadIn::default();
        let mut last = 0;
        for (i, &(start, end)) in passage.sentences.iter().enumerate() {
            let Some(sentence) = text.get(start..end) else { continue };
            let starts_paragraph = text.get(last..start).is_none_or(|gap| gap.contains('\n'));
            last = end;
            let reading = reading_text(sentence);
            let regions = attribution.sentence(Sentence { text: &reading, starts_paragraph }, &passage.section);
            let lead_in = lead_in.of(sentence, starts_paragraph);
            let of_year = |year: &String| sentence.contains(year.as_str()) || above.contains(year.as_str());
            let timely = question.years.is_empty() || dated || question.years.iter().any(of_year);
            let counted = amounts.iter().all(|amount| reading.contains(amount));
            if !timely || !counted || !proves(which, sentence, &above) {
                continue;
            }
            documents.insert(passage.document);
            let strength = grader.strength(sentence, &passage.section, lead_in);
            let cosine = index.sentence_cosine(passage.first_sentence + i, query).unwrap_or(0.0);
            let asked = which.priority_words.iter().any(|word| sentence.contains(word.as_str()));
            let score = cosine + if asked { ASKED_WORD } else { 0.0 };
            let evidence = |code| Evidence { region: Some(code), ..Evidence::located(row, start..end, score) };
            for code in regions.iter().filter_map(|code| at_level(code, &which.levels)) {
                by_region.entry(code).or_default().push((strength, evidence(code)));
            }
            // A region above the level asked for counts by its own document alone: an article about it is no policy.
            let own = document.region.as_deref();
            for code in regions.into_iter().filter(|code| own == Some(*code) && is_above(code, &which.levels)) {
                above_level.entry(code).or_default().push((strength, evidence(code)));
            }
        }
    }
    let mut above_level = strongest_first(above_level);
    above_level.iter_mut().for_each(|region| region.evidence.truncate(1));
    Ok(Found { regions: strongest_first(by_region), above_level, documents: documents.len() })
}

/// The regions with their best evidence, in the order of its strength, then of how well it answers.
fn strongest_first(by_region: HashMap<&'static str, Vec<(Strength, Evidence)>>) -> Vec<RegionEvidence> {
    let mut regions: Vec<RegionEvidence> = by_region.into_iter().filter_map(|(code, e)| best(code, e)).collect();
    let top = |r: &RegionEvidence| r.evidence.first().map_or(0.0, |e| e.score);
    regions.sort_by(|a, b| {
        b.strength.cmp(&a.strength).then(top(b).total_cmp(&top(a))).then(a.division.code.cmp(b.division.code))
    });
    regions
}

/// Whether `code` ranks above all `levels`.
fn is_above(code: &str, levels: &[Level]) -> bool {
    region::division(code).is_some_and(|d| levels.iter().all(|level| d.level < *level))
}

/// The passages that may prove it: those with all terms of some word for the first subject. A subject that no topic file
/// knows may be put in other words, so that for it the passages with the most of its terms are looked at.
fn rows(index: &Index, which: &WhichRegions) -> Result<BTreeSet<usize>, IndexError> {
    let mut rows = BTreeSet::new();
    for word in which.subjects.first().into_iter().flatten() {
        if which.known {
            rows.extend(index.terms()?.with_all(&terms(word))?);
        } else {
            let terms: Vec<(String, f32)> = terms(word).into_iter().map(|term| (term, 1.0)).collect();
            let body = FieldWeights { body: 1.0, heading: 0.0, title: 0.0 };
            rows.extend(index.terms()?.search(&terms, body, UNKNOWN_DEPTH, None)?.into_iter().map(|(row, _)| row));
        }
    }
    Ok(rows)
}

/// Whether a sentence has a word for every subject: the first in itself, others at least above it.
fn proves(which: &WhichRegions, sentence: &str, above: &str) -> bool {
    if !which.known {
        let own: HashSet<String> = terms(sentence).into_iter().collect();
        return which.subjects.iter().flatten().any(|word| {
            let wanted = terms(word);
            let found = wanted.iter().filter(|term| own.contains(*term)).count();
            found as f32 >= UNKNOWN_SHARE * wanted.len().max(1) as f32
        });
    }
    let (sentence, above) = (fold(sentence), fold(above));
    which.subjects.iter().enumerate().all(|(i, words)| {
        words.iter().map(|word| fold(word)).any(|word| sentence.contains(&word) || i > 0 && above.contains(&word))
    })
}

/// The region of one of `levels` that `code` stands for: itself, or the city that a county lies in.
fn at_level(code: &str, levels: &[Level]) -> Option<&'static str> {
    let fits = |d: &&'static Division| levels.contains(&d.level);
    let own = region::division(code).filter(fits);
    let above = || {
        let lower = region::division(code).filter(|d| matches!(d.level, Level::County | Level::Zone))?;
        region::prefecture_of(lower.code).filter(fits)
    };
    own.or_else(above).map(|d| d.code)
}

fn best(code: &str, mut evidence: Vec<(Strength, Evidence)>) -> Option<RegionEvidence> {
    evidence.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.score.total_cmp(&a.1.score)));
    let strength = evidence.first()?.0;
    let evidence = evidence.into_iter().filter(|(s, _)| *s == strength).map(|(_, e)| e).take(QUOTES_PER_REGION);
    Some(RegionEvidence { division: region::division(code)?, strength, evidence: evidence.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::Vocabulary;

    fn read(text: &str) -> WhichRegions {
        WhichRegions::read(text, &Vocabulary::default()).unwrap()
    }

    #[test]
    fn a_county_stands_for_its_city_where_cities_are_asked_for() {
        let cities = [Level::Municipality, Level::City];
        assert_eq!(at_level("320100", &cities), Some("320100"));
        assert_eq!(at_level("320106", &cities), Some("320100"));
        assert_eq!(at_level("320000", &cities), None);
        assert_eq!(at_level("000000", &cities), None);
    }

    #[test]
    fn a_level_is_above_only_where_no_level_asked_for_is_as_high() {
        assert!(is_above("320000", &[Level::Municipality, Level::City]));
        assert!(!is_above("320000", &[Level::Province, Level::Municipality]));
        assert!(is_above(region::NATION, &[Level::Province, Level::Municipality]));
    }

    #[test]
    fn every_subject_must_be_proved() {
        let which = read("哪些城市有人工智能专项资金？");
        assert!(!proves(&which, "发展人工智能", "产业"));
        assert!(proves(&which, "发展人工智能", "设立专项资金"));
        assert!(proves(&which, "设立人工智能专项资金", ""));
        let unknown = read("哪些地方提出建设未来产业先导区？");
        assert!(proves(&unknown, "探索设立一批未来产业先导试验区", ""));
        assert!(!proves(&unknown, "高质量建设融合应用先导区", ""));
    }
}
