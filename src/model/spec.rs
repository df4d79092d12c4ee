//! What a model needs to be told beside its weights: prefixes, pooling, sizes.

use serde::{Deserialize, Serialize};

/// How token states become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The mean over all tokens.
    Mean,
    /// The state of the first token.
    Cls,
}

/// When a sentence is about a question by this model's measure; see `models/`. Without one, a quarter of the question's
/// words must stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// The weight of the share of the question's words.
    pub words: f32,
    /// The weight of the cosine.
    pub cosine: f32,
    /// What the sum must reach.
    pub floor: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Self { words: 1.0, cosine: 0.0, floor: 0.25 }
    }
}

impl Calibration {
    /// Whether a sentence with that share of the question's words and that cosine is about it.
    pub fn holds(self, words: f32, cosine: f32) -> bool {
        self.margin(words, cosine) >= 0.0
    }

    /// How far above the floor such a sentence lies.
    pub fn margin(self, words: f32, cosine: f32) -> f32 {
        self.words * words + self.cosine * cosine - self.floor
    }
}

/// A model's description. In a model folder the fields up to `max_tokens` may be set by `zhice.json`; the rest comes
/// from `config.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// The name to show; a folder's own name where nothing is set.
    pub name: String,
    /// Written before every question.
    pub query_prefix: String,
    /// Written before every passage.
    pub passage_prefix: String,
    pub pooling: Pooling,
    /// Tokens after which a text is cut, special tokens included.
    pub max_tokens: usize,
    pub calibration: Calibration,
    #[serde(skip_deserializing)]
    pub dimensions: usize,
    #[serde(skip_deserializing)]
    pub layers: usize,
    #[serde(skip_deserializing)]
    pub vocabulary: usize,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            name: String::new(),
            query_prefix: String::new(),
            passage_prefix: String::new(),
            pooling: Pooling::Mean,
            max_tokens: 512,
            calibration: Calibration::default(),
            dimensions: 0,
            layers: 0,
            vocabulary: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_without_calibration_judges_by_words() {
        let other = Calibration::default();
        assert!(other.holds(0.5, 0.1) && !other.holds(0.1, 0.99));
    }
}
