//! What stands under a heading, where a question asks for it in the heading's own words: 如何强化线上税费咨询服务 is answered by
//! all of （七）强化线上税费咨询服务.

use std::collections::HashSet;

use super::asks;
use crate::document::marker;
use crate::index::analyzer::terms;
use crate::question::{AnswerKind, Question};

/// The share of a heading's terms that the question must have. Replayed on the 63 open questions of ncp with a heading that is asked
/// for by .85 of its terms, above no more than [`LONGEST`]: F1 .80 with all that stands under it, .65 with the words that the
/// reader finds likeliest; where the share is .7 and more (78) .75 and .66.
const ASKED: f32 = 0.8;
/// The fewest terms by which a heading tells what it is about.
const FEWEST: usize = 4;
/// The longest heading, and the most that is told of what stands under one, in characters.
const LONGEST_HEADING: usize = 40;
const LONGEST: usize = 300;

/// What may stand between a heading and what it heads; a comma where a condition heads its sentence: 二、身体出现不适，应当….
const BEHIND_HEADING: [char; 9] = ['。', '：', ':', '，', ',', '；', ';', ' ', '\u{3000}'];

/// The terms of a question that a heading may answer.
pub struct Asked(Option<HashSet<String>>);

impl Asked {
    pub fn of(question: &Question) -> Self {
        let openly = match question.kind {
            AnswerKind::Open => true,
            AnswerKind::List => asks::for_measures(&question.reading),
            _ => false,
        };
        Self(openly.then(|| terms(&question.reading).into_iter().collect()))
    }

    /// Where in a passage's `sentences` begins what stands under the last heading of `section`, if that is asked for: the
    /// sentence, and the bytes of it that still are the heading.
    pub fn told_from(&self, section: &[String], sentences: &[&str]) -> Option<(usize, usize)> {
        let asked = self.0.as_ref()?;
        section.last().filter(|heading| names(asked, heading))?;
        // A passage may begin with headings one after the other: 二、援企稳岗 5.实施稳岗政策。
        let (mut at, mut rest) = (0, *sentences.first()?);
        for heading in section {
            rest = rest.strip_prefix(heading.as_str()).unwrap_or(rest).trim_start_matches(BEHIND_HEADING);
            if rest.is_empty() {
                at += 1;
                rest = *sentences.get(at)?;
            }
        }
        let told: usize = sentences[at..].iter().map(|sentence| sentence.chars().count()).sum();
        (1..=LONGEST).contains(&told).then_some((at, sentences[at].len() - rest.len()))
    }
}

/// Whether a question with the terms `asked` asks for what `heading` says, its mark left out.
fn names(asked: &HashSet<String>, heading: &str) -> bool {
    let own = terms(&heading[marker(heading).map_or(0, |marker| marker.len)..]);
    let shared = own.iter().filter(|term| asked.contains(*term)).count();
    own.len() >= FEWEST && heading.chars().count() <= LONGEST_HEADING && shared as f32 >= ASKED * own.len() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENTENCES: [&str; 3] =
        ["（七）强化线上税费咨询服务。", "增强热线咨询力量配备，确保接线通畅。", "及时向纳税人推送。"];

    fn from(question: &str, section: &str, sentences: &[&str]) -> Option<(usize, usize)> {
        let section: Vec<String> = section.split('›').map(str::to_owned).collect();
        Asked::of(&Question::parse(question).unwrap()).told_from(&section, sentences)
    }

    #[test]
    fn what_a_heading_names_is_told_by_what_stands_under_it() {
        let (question, heading) = ("山东如何强化线上税费咨询服务？", "（七）强化线上税费咨询服务");
        assert_eq!(from(question, heading, &SENTENCES), Some((1, 0)));
        assert_eq!(from(question, heading, &SENTENCES[1..]), Some((0, 0)));
        assert_eq!(from(question, heading, &["（七）强化线上税费咨询服务 增强力量。"]), Some((0, heading.len() + 1)));
        let headings = "三、优化服务 （七）强化线上税费咨询服务。";
        assert_eq!(from(question, "三、优化服务›（七）强化线上税费咨询服务", &[headings, "增强力量。"]), Some((1, 0)));
        assert_eq!(
            from(question, heading, &["（七）强化线上税费咨询服务，应当增强力量。"]),
            Some((0, heading.len() + 3))
        );
    }

    #[test]
    fn a_number_a_neighbour_and_a_long_section_are_not_told_whole() {
        let heading = "（七）强化线上税费咨询服务";
        assert_eq!(from("强化线上税费咨询服务要多少人？", heading, &SENTENCES), None);
        assert_eq!(from("如何优化发票服务？", heading, &SENTENCES), None);
        let long = "及时推送。".repeat(80);
        assert_eq!(from("如何强化线上税费咨询服务？", heading, &[SENTENCES[0], &long]), None);
        assert_eq!(from("如何强化线上税费咨询服务？", heading, &SENTENCES[..1]), None);
    }
}
