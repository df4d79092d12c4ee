//! Candidates to evidence: the sentences that answer, as quotes.
//!
//! Every sentence of the leading candidates is measured ([`Features`]). The best one answers, with the neighbours that score
//! nearly as well, so that an answer told in two sentences is told whole; the quote is that pinpoint in its paragraph.

use std::collections::HashMap;
use std::ops::Range;

use super::AnswerError;
use super::enumeration;
use super::features::{Features, QuestionWords};
use super::judge::Judge;
use super::marked;
use super::reading::{self, Readings};
use super::run::{Run, Shape, run};
use super::signs;
use super::under::Asked;
use crate::index::{Index, IndexError};
use crate::model::Model;
use crate::question::{AnswerKind, Question};
use crate::retrieve::Candidate;

/// Passages whose sentences are looked at.
const PASSAGES: usize = 24;

/// What every further quote from a passage costs against the first one from another.
const SAME_PASSAGE: f32 = 0.3;

/// What a sentence gains for counting the things that are asked for one by one and telling them, in units of its score.
const ENUMERATES: f32 = 6.0;

/// A quote: where it stands and how well it answers.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The passage's row.
    pub row: usize,
    /// Bytes of the quote in the document's canonical text.
    pub bytes: Range<usize>,
    /// Bytes of its best sentence.
    pub best: Range<usize>,
    /// Bytes of the sentences that answer, that one among them; the quote shows them in their paragraph.
    pub pinpoint: Range<usize>,
    /// Bytes of the words that answer, where the reader has marked them in the pinpoint.
    pub answer: Option<Range<usize>>,
    /// They are told as they stand: the items of a list, or an announcement with what follows it.
    pub whole: bool,
    /// How well it answers, 0 to 1; comparable within one answer only.
    pub score: f32,
    /// Code of the region that it is about, where that was looked into.
    pub region: Option<&'static str>,
    /// How relevant the reader finds its passage, where it read that.
    pub relevance: Option<f32>,
    /// The reader is sure that it is about what was asked.
    pub read_to_answer: bool,
    /// It is about what was asked, whether or not it answers.
    pub related: bool,
    /// It is so near to the question that the documents may be taken to answer it.
    pub fits: bool,
}

impl Evidence {
    /// A quote that was asked for by its place and not found by a question.
    pub fn located(row: usize, bytes: Range<usize>, score: f32) -> Self {
        Self {
            row,
            best: bytes.clone(),
            pinpoint: bytes.clone(),
            answer: None,
            whole: false,
            bytes,
            score,
            region: None,
            relevance: None,
            read_to_answer: false,
            related: true,
            fits: true,
        }
    }
}

/// A sentence of a candidate passage, measured against the question.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The passage's row.
    pub row: usize,
    /// Its bytes in the document's canonical text.
    pub bytes: Range<usize>,
    /// How it stands to the sentences around it.
    pub shape: Shape,
    /// It counts the things that are asked for, and so many sentences behind it tell them.
    pub enumerates: Option<usize>,
    /// It stands under a heading that is asked for in its words; the bytes at its beginning that still are the heading.
    pub under: Option<usize>,
    pub features: Features,
}

/// The best `top_k` quotes, best first; with a `reader`, in the order that its reading and the features make together.
pub fn evidence(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
    reader: Option<&Model>,
    top_k: usize,
) -> Result<Vec<Evidence>, AnswerError> {
    let measured = measure(index, question, query, candidates)?;
    let readings = match reader {
        Some(model) => reading::read(index, model, question, &measured)?,
        None => Readings::default(),
    };
    let judge = Judge::of(index, question, readings.belief());
    let mut found = choose(&measured, &readings, judge, question.kind == AnswerKind::List, top_k);
    marked::mark(index, question, &readings, &measured, &mut found)?;
    Ok(found)
}

/// Measures every sentence of the leading candidates. Sentences of a passage stand together and in order.
pub fn measure(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
) -> Result<Vec<Measured>, IndexError> {
    let words = QuestionWords::new(index, question)?;
    let asked = Asked::of(question);
    let mut measured = Vec::new();
    for candidate in candidates.iter().take(PASSAGES) {
        let passage = index.passage(candidate.row)?;
        let document = &index.documents()[passage.document];
        let text = index.reading(document)?;
        let context = words.context(document, &passage);
        let mut last = passage.bytes.0;
        // Whom a document addresses is left out.
        let said = passage.sentences.iter().enumerate().filter_map(|(i, &(start, end))| {
            let start = start + signs::addresses(text.get(start..end).unwrap_or_default());
            (start < end).then_some((i, start..end))
        });
        let said: Vec<(usize, Range<usize>)> = said.collect();
        let sentences: Vec<&str> = said.iter().map(|(_, bytes)| text.get(bytes.clone()).unwrap_or_default()).collect();
        let told_from = asked.told_from(&passage.section, &sentences);
        for (n, (i, bytes)) in said.into_iter().enumerate() {
            let sentence = sentences[n];
            let cosine = index.sentence_cosine(passage.first_sentence + i, query).unwrap_or(candidate.dense);
            let gap = text.get(last..bytes.start).unwrap_or_default();
            last = bytes.end;
            measured.push(Measured {
                row: candidate.row,
                bytes,
                shape: Shape::of(gap, sentence),
                enumerates: question.counted.as_ref().and_then(|c| enumeration::told(c, &sentences[n..])),
                under: told_from.filter(|from| n >= from.0).map(|from| if n == from.0 { from.1 } else { 0 }),
                features: words.features(sentence, &context, cosine, candidate),
            });
        }
    }
    Ok(measured)
}

/// All that stands with sentence `best` under a heading that is asked for, quoted with the heading.
fn section(sentences: &[Measured], quoted: &[bool], best: usize) -> Option<Run> {
    let of_row = |i: &usize| sentences[*i].row == sentences[best].row;
    let first = (0..=best).rev().take_while(of_row).last()?;
    let last = (best..sentences.len()).take_while(of_row).last()?;
    let told = (first..=last).find(|&i| sentences[i].under.is_some())?;
    let free = !quoted[first..=last].contains(&true);
    let skip = sentences[told].under.unwrap_or(0);
    free.then_some(Run { pinpoint: (told, last), quote: (first, last), whole: true, skip })
}

/// Takes the best sentence not yet quoted, `top_k` times, each with its neighbours, or, where a `list` is asked for, with its list.
fn choose(sentences: &[Measured], readings: &Readings, judge: Judge, list: bool, top_k: usize) -> Vec<Evidence> {
    let enumerates = |s: &Measured| if s.enumerates.is_some() { ENUMERATES } else { 0.0 };
    let worth = |s: &Measured| s.features.score() + readings.worth(s.row, &s.bytes) + enumerates(s);
    let scores: Vec<f32> = sentences.iter().map(worth).collect();
    let mut quoted = vec![false; sentences.len()];
    let mut quotes_of: HashMap<usize, usize> = HashMap::new();
    let mut found = Vec::new();
    while found.len() < top_k {
        let repeated = |i: usize| quotes_of.get(&sentences[i].row).copied().unwrap_or(0) as f32;
        let worth = |i: usize| scores[i] - SAME_PASSAGE * repeated(i);
        let left = (0..sentences.len()).filter(|&i| !quoted[i]);
        let Some(best) = left.max_by(|&a, &b| worth(a).total_cmp(&worth(b)).then(b.cmp(&a))) else { break };
        let Measured { row, bytes, .. } = &sentences[best];
        let told = sentences[best].enumerates.filter(|&told| told > 0 && !quoted[best..=best + told].contains(&true));
        let run = told
            .map(|told| Run {
                pinpoint: (best, best + told),
                quote: (best, best + told),
                whole: true,
                skip: sentences[best].under.unwrap_or(0),
            })
            .or_else(|| section(sentences, &quoted, best))
            .unwrap_or_else(|| run(sentences, &scores, &quoted, best, list));
        let bytes_of = |(first, last): (usize, usize)| sentences[first].bytes.start..sentences[last].bytes.end;
        let told = bytes_of(run.pinpoint);
        let quote = &sentences[run.quote.0..=run.quote.1];
        let any = |is: &dyn Fn(&Features) -> bool| quote.iter().any(|sentence| is(&sentence.features));
        let read_to_answer = readings.about(*row, &bytes_of(run.quote));
        found.push(Evidence {
            row: *row,
            bytes: bytes_of(run.quote),
            pinpoint: told.start + run.skip..told.end,
            answer: None,
            whole: run.whole,
            best: bytes.clone(),
            score: Features::readable(worth(best)),
            region: None,
            relevance: readings.relevance(*row),
            read_to_answer,
            related: read_to_answer || any(&|features| judge.related(features)),
            fits: any(&|features| judge.fits(features)),
        });
        quoted[run.quote.0..=run.quote.1].fill(true);
        *quotes_of.entry(*row).or_default() += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sentences: &[Measured], top_k: usize) -> Vec<Evidence> {
        choose(sentences, &Readings::default(), Judge::default(), false, top_k)
    }

    /// Sentences of 90 bytes with the given passage and score.
    fn sentences(scores: &[(usize, f32)]) -> Vec<Measured> {
        let base = Features::default().score();
        let scored = |(i, &(row, score)): (usize, &(usize, f32))| Measured {
            row,
            bytes: i * 90..i * 90 + 90,
            shape: Shape::default(),
            enumerates: None,
            under: None,
            // The fused score of the passage has weight 1.
            features: Features { passage: score - base, ..Default::default() },
        };
        scores.iter().enumerate().map(scored).collect()
    }

    #[test]
    fn a_sentence_that_counts_what_is_asked_is_quoted_with_those_that_tell_it() {
        let mut sentences = sentences(&[(0, 1.0), (0, 0.5), (0, 0.2), (1, 3.0)]);
        sentences[0].enumerates = Some(2);
        let found = chosen(&sentences, 1);
        assert_eq!((found[0].pinpoint.clone(), found[0].whole), (0..270, true));
    }

    #[test]
    fn no_sentence_is_quoted_twice() {
        let mut apart = sentences(&[(0, 5.0), (0, 1.0), (0, 5.0)]);
        apart.iter_mut().for_each(|sentence| sentence.shape = Shape::of("\n", "句。"));
        assert_eq!(chosen(&apart, 9).len(), 3);
        assert_eq!(chosen(&sentences(&[(0, 5.0), (0, 1.0), (0, 5.0)]), 9).len(), 1);
    }
}
