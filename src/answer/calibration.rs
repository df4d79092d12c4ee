//! Whether any quote is about what was asked, by how well its words and its meaning fit: what was measured on questions
//! that the documents answer and on questions that they do not (`calibration.toml`), by embedding model.

use std::sync::LazyLock;

use serde::Deserialize;

use super::evidence::Evidence;
use super::features::{Features, QuestionWords};
use crate::index::{Index, IndexError};
use crate::question::{Language, Question};
use crate::retrieve::Candidate;

#[derive(Deserialize)]
struct File {
    model: Vec<OfModel>,
    other: OfLanguages,
}

#[derive(Deserialize)]
struct OfModel {
    name: String,
    #[serde(flatten)]
    languages: OfLanguages,
}

#[derive(Deserialize)]
struct OfLanguages {
    chinese: Fit,
}

/// A linear score of a sentence, and where it is enough.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Fit {
    words: f32,
    cosine: f32,
    floor: f32,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    toml::from_str(include_str!("calibration.toml")).expect("calibration.toml is part of the program")
});

impl Fit {
    fn of(model: &str) -> Self {
        FILE.model.iter().find(|known| known.name == model).map_or(FILE.other.chinese, |known| known.languages.chinese)
    }

    fn holds(self, features: &Features) -> bool {
        self.words * features.words_in_context + self.cosine * features.cosine >= self.floor
    }
}

/// Whether any quote of `evidence` is about what `question` asks. For an English question, whose words stand in no Chinese
/// document, that is told by how its quotes were judged before.
pub fn any_fits(
    index: &Index,
    question: &Question,
    query: &[f32],
    candidates: &[Candidate],
    evidence: &[Evidence],
) -> Result<bool, IndexError> {
    if question.language == Language::English {
        return Ok(evidence.iter().any(|quote| quote.related));
    }
    let fit = Fit::of(&index.manifest().model.name);
    let words = QuestionWords::new(index, question)?;
    for quote in evidence {
        let passage = index.passage(quote.row)?;
        let document = &index.documents()[passage.document];
        let best = |(_, (start, end)): &(usize, &(usize, usize))| (*start..*end).contains(&quote.best.start);
        let sentence = passage.sentences.iter().enumerate().find(best);
        let candidate = candidates.iter().find(|candidate| candidate.row == quote.row);
        let (Some((position, &(start, end))), Some(candidate)) = (sentence, candidate) else { continue };
        let Some(text) = index.reading(document)?.get(start..end) else { continue };
        let cosine = index.sentence_cosine(passage.first_sentence + position, query).unwrap_or(candidate.dense);
        if fit.holds(&words.features(text, &words.context(document, &passage), cosine, candidate)) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EMBEDDED_NAME;

    fn fits(model: &str, words_in_context: f32, cosine: f32) -> bool {
        Fit::of(model).holds(&Features { words_in_context, cosine, ..Default::default() })
    }

    #[test]
    fn words_and_meaning_make_up_for_each_other() {
        assert!(fits(EMBEDDED_NAME, 0.6, 0.85) && fits(EMBEDDED_NAME, 0.2, 0.91));
        assert!(!fits(EMBEDDED_NAME, 0.2, 0.85) && !fits(EMBEDDED_NAME, 0.6, 0.80));
    }

    #[test]
    fn the_built_in_model_is_calibrated_and_any_other_judged_by_words() {
        assert!(FILE.model.iter().any(|known| known.name == EMBEDDED_NAME));
        assert!(fits("another", 0.5, 0.1) && !fits("another", 0.1, 0.99));
    }
}
