//! The default model: multilingual-e5-small, vocabulary pruned, 4-bit, inside the binary (see `models/README.md`).

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use candle_core::quantized::gguf_file::{Content, Value};
use sha2::{Digest, Sha256};

use super::encoder::{BertEncoder, Sizes, WORDS};
use super::layer::Shape;
use super::weights::Gguf;
use super::{Calibration, Model, ModelError, Pooling, Spec, tokenizer};
use crate::digest::hex;

/// The default model's name, as the index and `zhice model info` show it.
pub const EMBEDDED_NAME: &str = "multilingual-e5-small-zh-en-q4_0";

pub(super) static WEIGHTS: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh-en-q4_0.gguf");
pub(super) static TOKENIZER: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh-en.tokenizer.json");

/// SHA-256 of weights followed by tokenizer. A constant, since hashing 40 MB at every start would cost more than the
/// search; a test holds it true.
const FINGERPRINT: &str = include_str!("../../models/multilingual-e5-small-zh-en.fingerprint");

/// How vectors are computed from the two, which the model's fingerprint covers as well: whoever moves them by more than
/// the rounding of f32 changes this line.
const ARITHMETIC: &str = "activations of linear layers in 8 bits, by blocks of 32";

const CALIBRATION: &str = include_str!("../../models/multilingual-e5-small-zh-en.calibration.toml");

/// Loads weights and tokenizer.
pub fn load() -> Result<Model, ModelError> {
    load_as(true)
}

/// Stored blocks are multiplied as such, or as the f32 that they stand for, which is the plain forward.
pub(super) fn load_as(in_blocks: bool) -> Result<Model, ModelError> {
    let (encoder, spec) = load_encoder(in_blocks)?;
    let encoder = Arc::new(encoder);
    let tokenizer = tokenizer::embedded(spec.max_tokens)
        .map_err(|e| ModelError::Invalid { name: EMBEDDED_NAME.to_owned(), reason: e.to_string() })?;
    Ok(Model {
        tokenizer: Box::new(tokenizer),
        encoder: encoder.clone(),
        spec,
        fingerprint: hex(&Sha256::digest(format!("{} {ARITHMETIC}", FINGERPRINT.trim()))),
        base: Some(encoder),
        reader: OnceLock::new(),
    })
}

pub(super) fn content() -> Result<Content, ModelError> {
    Ok(Content::read(&mut Cursor::new(WEIGHTS))?)
}

pub(super) fn spec(content: &Content) -> Result<Spec, ModelError> {
    let text = |key: &str| Ok::<_, ModelError>(value(content, key)?.to_string()?.clone());
    Ok(Spec {
        name: EMBEDDED_NAME.to_owned(),
        query_prefix: text("zhice.prefix.query")?,
        passage_prefix: text("zhice.prefix.passage")?,
        pooling: Pooling::Mean,
        max_tokens: number(content, "bert.context_length")?,
        calibration: calibration()?,
        dimensions: number(content, "bert.embedding_length")?,
        layers: number(content, "bert.block_count")?,
        vocabulary: number(content, "zhice.vocab_size")?,
    })
}

fn calibration() -> Result<Calibration, ModelError> {
    toml::from_str(CALIBRATION)
        .map_err(|e| ModelError::Invalid { name: EMBEDDED_NAME.to_owned(), reason: e.to_string() })
}

pub(super) fn sizes(content: &Content) -> Result<Sizes, ModelError> {
    let shape = Shape {
        hidden: number(content, "bert.embedding_length")?,
        heads: number(content, "bert.attention.head_count")?,
        layers: number(content, "bert.block_count")?,
        eps: value(content, "bert.attention.layer_norm_epsilon")?.to_f32()?,
    };
    Ok(Sizes {
        shape,
        inner: number(content, "bert.feed_forward_length")?,
        vocabulary: number(content, "zhice.vocab_size")?,
        positions: number(content, "bert.context_length")?,
        types: number(content, "zhice.type_vocab_size")?,
    })
}

pub(super) fn number(content: &Content, key: &str) -> Result<usize, ModelError> {
    Ok(value(content, key)?.to_u32()? as usize)
}

fn value<'a>(content: &'a Content, key: &str) -> Result<&'a Value, ModelError> {
    content.metadata.get(key).ok_or_else(|| ModelError::Invalid {
        name: EMBEDDED_NAME.to_owned(),
        reason: format!("the metadata lacks {key}"),
    })
}

fn load_encoder(in_blocks: bool) -> Result<(BertEncoder, Spec), ModelError> {
    let content = content()?;
    let (spec, sizes) = (spec(&content)?, sizes(&content)?);
    let weights = Gguf { content: &content, bytes: WEIGHTS, in_blocks };
    Ok((BertEncoder::new(weights.stored(WORDS)?, sizes, &weights)?, spec))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_meaning_make_up_for_each_other() {
        let calibration = calibration().unwrap();
        assert!(calibration.holds(0.6, 0.85) && calibration.holds(0.2, 0.91));
        assert!(!calibration.holds(0.2, 0.85) && !calibration.holds(0.6, 0.80));
    }

    #[test]
    fn the_fingerprint_is_that_of_the_embedded_files() {
        let mut digest = Sha256::new();
        digest.update(WEIGHTS);
        digest.update(TOKENIZER);
        assert_eq!(hex(&digest.finalize()), FINGERPRINT.trim());
    }
}
