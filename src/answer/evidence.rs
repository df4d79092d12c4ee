//! Candidates to evidence: the sentences that answer, as quotes.
//!
//! Every sentence of the leading candidates is scored ([`features`](super::features)); a quote is the best sentence with
//! the neighbours that score nearly as well, so that an answer told in two sentences is quoted whole and nothing else is.

use std::collections::HashMap;
use std::ops::Range;

use super::features::{Features, QuestionWords};
use crate::index::{Index, IndexError};
use crate::question::Question;
use crate::retrieve::Candidate;

/// Passages whose sentences are looked at.
const PASSAGES: usize = 24;

/// How much worse than the best sentence a neighbour may score and still be quoted with it. Of 0.5 to 3, the value
/// beyond which quotes grow faster than the share of answers that they cover.
const NEIGHBOUR_MARGIN: f32 = 2.0;

/// The longest quote that neighbours may make, in bytes (80 to 240 characters).
const QUOTE_BYTES: usize = 720;

/// What every further quote from a passage costs against the first one from another.
const SAME_PASSAGE: f32 = 0.3;

/// A quote: where it stands and how well it answers.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The passage's row.
    pub row: usize,
    /// Bytes of the quote in the document's canonical text.
    pub bytes: Range<usize>,
    /// Bytes of its best sentence.
    pub best: Range<usize>,
    pub score: f32,
    /// Share of the question's rarity-weighted words in its best sentence and what stands above that.
    pub words: f32,
    /// Cosine of its best sentence with the question.
    pub cosine: f32,
}

/// Cosine from which a sentence is about the same thing whatever its words, as for a question in another language.
const SAME_MEANING: f32 = 0.84;
/// Share of words from which it is.
const SAME_WORDS: f32 = 0.25;

impl Evidence {
    /// A quote that was asked for by its place and not found by a question.
    pub fn located(row: usize, bytes: Range<usize>, score: f32) -> Self {
        Self { row, best: bytes.clone(), bytes, score, words: 1.0, cosine: 1.0 }
    }

    /// Whether it is about what was asked at all.
    pub fn is_related(&self) -> bool {
        self.words >= SAME_WORDS || self.cosine >= SAME_MEANING
    }
}

/// A sentence of a candidate passage with its score.
struct Scored {
    row: usize,
    bytes: Range<usize>,
    score: f32,
    words: f32,
    cosine: f32,
    quoted: bool,
}

/// The best `top_k` quotes, best first.
pub fn evidence(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
    top_k: usize,
) -> Result<Vec<Evidence>, IndexError> {
    let mut sentences = Vec::new();
    for (row, passage) in sentence_features(index, question, query, candidates)? {
        sentences.extend(passage.into_iter().map(|(bytes, f)| Scored {
            row,
            bytes,
            score: f.score(),
            words: f.words_in_context,
            cosine: f.cosine,
            quoted: false,
        }));
    }
    Ok(choose(&mut sentences, top_k))
}

/// The features of every sentence of the leading candidates, passage by passage.
pub fn sentence_features(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
) -> Result<Vec<(usize, Vec<(Range<usize>, Features)>)>, IndexError> {
    let words = QuestionWords::new(index, question)?;
    let mut passages = Vec::new();
    for candidate in candidates.iter().take(PASSAGES) {
        let passage = index.passage(candidate.row)?;
        let document = &index.documents()[passage.document];
        let text = index.text(document)?;
        let context = words.context(document, &passage);
        let mut sentences = Vec::new();
        for (i, &(start, end)) in passage.sentences.iter().enumerate() {
            let Some(sentence) = text.get(start..end) else { continue };
            let cosine = index.sentence_cosine(passage.first_sentence + i, query).unwrap_or(candidate.dense);
            sentences.push((start..end, words.features(sentence, &context, cosine, candidate)));
        }
        passages.push((candidate.row, sentences));
    }
    Ok(passages)
}

/// Takes the best sentence not yet quoted, `top_k` times, each with its neighbours. Sentences of a passage stand
/// together and in order.
fn choose(sentences: &mut [Scored], top_k: usize) -> Vec<Evidence> {
    let mut quotes_of: HashMap<usize, usize> = HashMap::new();
    let mut found = Vec::new();
    while found.len() < top_k {
        let worth = |s: &Scored| s.score - SAME_PASSAGE * quotes_of.get(&s.row).copied().unwrap_or(0) as f32;
        let left = sentences.iter().enumerate().filter(|(_, s)| !s.quoted);
        let Some(best) = left.max_by(|(_, a), (_, b)| worth(a).total_cmp(&worth(b))).map(|(i, _)| i) else { break };
        let (first, last) = with_neighbours(sentences, best);
        let row = sentences[best].row;
        found.push(Evidence {
            row,
            bytes: sentences[first].bytes.start..sentences[last].bytes.end,
            best: sentences[best].bytes.clone(),
            score: worth(&sentences[best]),
            words: sentences[best].words,
            cosine: sentences[best].cosine,
        });
        sentences[first..=last].iter_mut().for_each(|s| s.quoted = true);
        *quotes_of.entry(row).or_default() += 1;
    }
    found
}

/// The run of sentences around `best` that are quoted with it: first and last.
fn with_neighbours(sentences: &[Scored], best: usize) -> (usize, usize) {
    let belongs = |i: usize, first: usize, last: usize| {
        let near = &sentences[i];
        let bytes = sentences[first].bytes.start.min(near.bytes.start)..sentences[last].bytes.end.max(near.bytes.end);
        near.row == sentences[best].row
            && !near.quoted
            && near.score >= sentences[best].score - NEIGHBOUR_MARGIN
            && bytes.len() <= QUOTE_BYTES
    };
    let (mut first, mut last) = (best, best);
    while last + 1 < sentences.len() && belongs(last + 1, first, last) {
        last += 1;
    }
    while first > 0 && belongs(first - 1, first, last) {
        first -= 1;
    }
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentences(scores: &[(usize, f32)]) -> Vec<Scored> {
        let scored = |(i, &(row, score)): (usize, &(usize, f32))| Scored {
            row,
            bytes: i * 90..i * 90 + 90,
            score,
            words: 1.0,
            cosine: 1.0,
            quoted: false,
        };
        scores.iter().enumerate().map(scored).collect()
    }

    #[test]
    fn a_neighbour_that_scores_nearly_as_well_is_quoted_along() {
        let found = choose(&mut sentences(&[(0, 1.0), (0, 5.0), (0, 4.0), (0, 0.0)]), 1);
        assert_eq!((found[0].bytes.clone(), found[0].best.clone()), (90..270, 90..180));
    }

    #[test]
    fn a_quote_never_reaches_into_another_passage() {
        let found = choose(&mut sentences(&[(0, 5.0), (1, 5.0)]), 5);
        assert_eq!(found.iter().map(|e| e.bytes.clone()).collect::<Vec<_>>(), [90..180, 0..90]);
    }

    #[test]
    fn no_sentence_is_quoted_twice() {
        let found = choose(&mut sentences(&[(0, 5.0), (0, 1.0), (0, 5.0)]), 9);
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn a_quote_stays_within_its_longest_length() {
        let found = choose(&mut sentences(&[(0, 5.0); 20]), 1);
        assert!(found[0].bytes.len() <= QUOTE_BYTES);
    }
}
