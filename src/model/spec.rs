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
            dimensions: 0,
            layers: 0,
            vocabulary: 0,
        }
    }
}
