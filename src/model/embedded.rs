//! The default model: multilingual-e5-small, vocabulary pruned, 4-bit, inside the binary (see `models/README.md`).

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use candle_core::Device;
use candle_core::quantized::gguf_file::{Content, Value};

use super::encoder::{BertEncoder, QuantisedRows, Shape};
use super::{Calibration, Model, ModelError, Pooling, Spec, tokenizer};

/// The default model's name, as the index and `zhice model info` show it.
pub const EMBEDDED_NAME: &str = "multilingual-e5-small-zh-en-q4_0";

pub(super) static WEIGHTS: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh-en-q4_0.gguf");
pub(super) static TOKENIZER: &[u8] = include_bytes!("../../models/multilingual-e5-small-zh-en.tokenizer.json");

/// SHA-256 of weights followed by tokenizer. A constant, since hashing 40 MB at every start would cost more than the
/// search; a test holds it true.
const FINGERPRINT: &str = include_str!("../../models/multilingual-e5-small-zh-en.fingerprint");

const CALIBRATION: &str = include_str!("../../models/multilingual-e5-small-zh-en.calibration.toml");

pub(super) const WORDS: &str = "embeddings.word_embeddings.weight";

/// Loads weights and tokenizer.
pub fn load() -> Result<Model, ModelError> {
    let (encoder, spec) = load_encoder()?;
    let encoder = Arc::new(encoder);
    let tokenizer = tokenizer::embedded(spec.max_tokens)
        .map_err(|e| ModelError::Invalid { name: EMBEDDED_NAME.to_owned(), reason: e.to_string() })?;
    Ok(Model {
        tokenizer: Box::new(tokenizer),
        encoder: encoder.clone(),
        spec,
        fingerprint: FINGERPRINT.trim().to_owned(),
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

pub(super) fn shape(content: &Content) -> Result<Shape, ModelError> {
    Ok(Shape {
        hidden: number(content, "bert.embedding_length")?,
        heads: number(content, "bert.attention.head_count")?,
        layers: number(content, "bert.block_count")?,
        eps: value(content, "bert.attention.layer_norm_epsilon")?.to_f32()?,
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

fn load_encoder() -> Result<(BertEncoder, Spec), ModelError> {
    let content = content()?;
    let (spec, shape) = (spec(&content)?, shape(&content)?);
    let info = content
        .tensor_infos
        .get(WORDS)
        .ok_or_else(|| ModelError::Invalid { name: EMBEDDED_NAME.to_owned(), reason: format!("{WORDS} is missing") })?;
    let (rows, columns) = info.shape.dims2()?;
    let start = (content.tensor_data_offset + info.offset) as usize;
    let bytes = rows * columns / info.ggml_dtype.block_size() * info.ggml_dtype.type_size();
    let words = QuantisedRows { data: &WEIGHTS[start..start + bytes], dtype: info.ggml_dtype, rows, columns };
    let tensor = |name: &str| content.tensor(&mut Cursor::new(WEIGHTS), name, &Device::Cpu)?.dequantize(&Device::Cpu);
    Ok((BertEncoder::new(words, shape, tensor)?, spec))
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::digest::hex;

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
