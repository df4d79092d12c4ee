//! Candidates to evidence: the sentences that answer, as quotes.
//!
//! Every sentence of the leading candidates is measured ([`Features`]); a quote is the best sentence with the neighbours
//! that score nearly as well, so that an answer told in two sentences is quoted whole and nothing else is.

use std::collections::HashMap;
use std::ops::Range;

use super::features::{Features, QuestionWords};
use crate::index::{Index, IndexError};
use crate::question::{Language, Question};
use crate::retrieve::Candidate;

/// Passages whose sentences are looked at.
const PASSAGES: usize = 24;

/// How much worse than the best sentence a neighbour may score and still be quoted with it. Of 0.5 to 3, the value
/// beyond which quotes grow faster than the share of answers that they cover.
const NEIGHBOUR_MARGIN: f32 = 2.0;

/// The longest quote that neighbours may make, in bytes (240 Chinese characters).
const QUOTE_BYTES: usize = 720;

/// What every further quote from a passage costs against the first one from another.
const SAME_PASSAGE: f32 = 0.3;

/// Share of what a question is about from which a sentence is about it too.
const SAME_SUBJECT: f32 = 0.25;

/// Cosine from which it is whatever its words. Ten questions off the subject of the seeds reached .874 in Chinese and .756
/// in English, whose questions lie farther from Chinese text.
fn same_meaning(language: Language) -> f32 {
    match language {
        Language::Chinese => 0.88,
        Language::English => 0.8,
    }
}

/// A quote: where it stands and how well it answers.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The passage's row.
    pub row: usize,
    /// Bytes of the quote in the document's canonical text.
    pub bytes: Range<usize>,
    /// Bytes of its best sentence.
    pub best: Range<usize>,
    /// How well it answers, 0 to 1; comparable within one answer only.
    pub score: f32,
    /// Code of the region that it is about, where that was looked into.
    pub region: Option<&'static str>,
    /// Its best sentence is about what was asked, whether or not it answers.
    pub related: bool,
}

impl Evidence {
    /// A quote that was asked for by its place and not found by a question.
    pub fn located(row: usize, bytes: Range<usize>, score: f32) -> Self {
        Self { row, best: bytes.clone(), bytes, score, region: None, related: true }
    }
}

/// A sentence of a candidate passage, measured against the question.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The passage's row.
    pub row: usize,
    /// Its bytes in the document's canonical text.
    pub bytes: Range<usize>,
    /// It begins a line, so that it continues nothing.
    pub opens_line: bool,
    pub features: Features,
}

/// The best `top_k` quotes, best first.
pub fn evidence(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
    top_k: usize,
) -> Result<Vec<Evidence>, IndexError> {
    Ok(choose(&measure(index, question, query, candidates)?, same_meaning(question.language), top_k))
}

/// Measures every sentence of the leading candidates. Sentences of a passage stand together and in order.
pub fn measure(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
) -> Result<Vec<Measured>, IndexError> {
    let words = QuestionWords::new(index, question)?;
    let mut measured = Vec::new();
    for candidate in candidates.iter().take(PASSAGES) {
        let passage = index.passage(candidate.row)?;
        let document = &index.documents()[passage.document];
        let text = index.reading(document)?;
        let context = words.context(document, &passage);
        let mut last = passage.bytes.0;
        for (i, &(start, end)) in passage.sentences.iter().enumerate() {
            let Some(sentence) = text.get(start..end) else { continue };
            let cosine = index.sentence_cosine(passage.first_sentence + i, query).unwrap_or(candidate.dense);
            measured.push(Measured {
                row: candidate.row,
                bytes: start..end,
                opens_line: text.get(last..start).is_some_and(|gap| gap.contains('\n')),
                features: words.features(sentence, &context, cosine, candidate),
            });
            last = end;
        }
    }
    Ok(measured)
}

/// Takes the best sentence not yet quoted, `top_k` times, each with its neighbours.
fn choose(sentences: &[Measured], same_meaning: f32, top_k: usize) -> Vec<Evidence> {
    let scores: Vec<f32> = sentences.iter().map(|s| s.features.score()).collect();
    let mut quoted = vec![false; sentences.len()];
    let mut quotes_of: HashMap<usize, usize> = HashMap::new();
    let mut found = Vec::new();
    while found.len() < top_k {
        let repeated = |i: usize| quotes_of.get(&sentences[i].row).copied().unwrap_or(0) as f32;
        let worth = |i: usize| scores[i] - SAME_PASSAGE * repeated(i);
        let left = (0..sentences.len()).filter(|&i| !quoted[i]);
        let Some(best) = left.max_by(|&a, &b| worth(a).total_cmp(&worth(b)).then(b.cmp(&a))) else { break };
        let Measured { row, bytes, features, .. } = &sentences[best];
        let (first, last) = with_neighbours(sentences, &scores, &quoted, best);
        found.push(Evidence {
            row: *row,
            bytes: sentences[first].bytes.start..sentences[last].bytes.end,
            best: bytes.clone(),
            score: Features::readable(worth(best)),
            region: None,
            related: features.subject >= SAME_SUBJECT || features.cosine >= same_meaning,
        });
        quoted[first..=last].fill(true);
        *quotes_of.entry(*row).or_default() += 1;
    }
    found
}

/// The run of sentences around `best` that are quoted with it, first and last: of the same paragraph, since a quote
/// across paragraphs runs things together that are apart.
fn with_neighbours(sentences: &[Measured], scores: &[f32], quoted: &[bool], best: usize) -> (usize, usize) {
    let enough = |i: usize| {
        sentences[i].row == sentences[best].row && !quoted[i] && scores[i] >= scores[best] - NEIGHBOUR_MARGIN
    };
    let fits = |first: usize, last: usize| sentences[last].bytes.end - sentences[first].bytes.start <= QUOTE_BYTES;
    let (mut first, mut last) = (best, best);
    while last + 1 < sentences.len() && enough(last + 1) && !sentences[last + 1].opens_line && fits(first, last + 1) {
        last += 1;
    }
    while first > 0 && enough(first - 1) && !sentences[first].opens_line && fits(first - 1, last) {
        first -= 1;
    }
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sentences of 90 bytes with the given passage and score.
    fn sentences(scores: &[(usize, f32)]) -> Vec<Measured> {
        let base = Features::default().score();
        let scored = |(i, &(row, score)): (usize, &(usize, f32))| Measured {
            row,
            bytes: i * 90..i * 90 + 90,
            opens_line: false,
            // The fused score of the passage has weight 1.
            features: Features { passage: score - base, ..Default::default() },
        };
        scores.iter().enumerate().map(scored).collect()
    }

    #[test]
    fn a_neighbour_that_scores_nearly_as_well_is_quoted_along() {
        let found = choose(&sentences(&[(0, 1.0), (0, 5.0), (0, 4.0), (0, 0.0)]), 1.0, 1);
        assert_eq!((found[0].bytes.clone(), found[0].best.clone()), (90..270, 90..180));
    }

    #[test]
    fn a_quote_reaches_into_no_other_paragraph_or_passage() {
        let mut two = sentences(&[(0, 5.0), (0, 5.0)]);
        two[1].opens_line = true;
        assert_eq!(choose(&two, 1.0, 1)[0].bytes, 0..90);
        assert_eq!(choose(&sentences(&[(0, 5.0), (1, 5.0)]), 1.0, 1)[0].bytes, 0..90);
    }

    #[test]
    fn no_sentence_is_quoted_twice() {
        let found = choose(&sentences(&[(0, 5.0), (0, 1.0), (0, 5.0)]), 1.0, 9);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_quote_stays_within_its_longest_length() {
        let found = choose(&sentences(&[(0, 5.0); 20]), 1.0, 1);
        assert!(found[0].bytes.len() <= QUOTE_BYTES);
    }
}
