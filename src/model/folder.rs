//! A sentence-embedding folder: BERT or XLM-R, run in f32 by our own forward.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokenizers::{PaddingParams, Tokenizer, TruncationParams};

use super::encoder::{BertEncoder, Sizes};
use super::layer::Shape;
use super::weights::Safetensors;
use super::{Model, ModelError, Spec};
use crate::digest::hex;

/// The optional file with prefixes and pooling.
pub const SPEC_FILE: &str = "zhice.json";
pub const CONFIG_FILE: &str = "config.json";
pub const TOKENIZER_FILE: &str = "tokenizer.json";
pub const WEIGHTS_FILE: &str = "model.safetensors";

/// What of `config.json` decides the forward pass; the rest is for training.
#[derive(serde::Deserialize)]
struct Config {
    model_type: String,
    hidden_size: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default)]
    pad_token_id: usize,
    #[serde(default = "one")]
    type_vocab_size: usize,
    layer_norm_eps: f32,
    #[serde(default = "gelu")]
    hidden_act: String,
    #[serde(default = "absolute")]
    position_embedding_type: String,
}

fn one() -> usize {
    1
}

fn gelu() -> String {
    "gelu".to_owned()
}

fn absolute() -> String {
    "absolute".to_owned()
}

/// Loads the model in `folder`.
///
/// # Errors
/// Names the file that is missing or malformed, and the tensor whose shape does not fit `config.json`.
pub fn load(folder: &Path) -> Result<Model, ModelError> {
    let mut digest = Sha256::new();
    let mut read = |name: &str| -> Result<Vec<u8>, ModelError> {
        let bytes = fs::read(folder.join(name)).map_err(|e| file(folder, name, e))?;
        digest.update(&bytes);
        Ok(bytes)
    };
    let config = read(CONFIG_FILE)?;
    let tokenizer = read(TOKENIZER_FILE)?;
    let weights = read(WEIGHTS_FILE)?;
    let spec_bytes = if folder.join(SPEC_FILE).exists() { read(SPEC_FILE)? } else { b"{}".to_vec() };
    let fingerprint = hex(&digest.finalize());

    let config: Config = json(folder, CONFIG_FILE, &config)?;
    let sizes = sizes(folder, &config)?;
    let mut spec: Spec = json(folder, SPEC_FILE, &spec_bytes)?;
    if spec.name.is_empty() {
        spec.name = folder.file_name().map_or_else(|| "model".into(), |n| n.to_string_lossy().into_owned());
    }
    spec.dimensions = config.hidden_size;
    spec.layers = config.num_hidden_layers;
    spec.vocabulary = config.vocab_size;
    let positions = sizes.positions.saturating_sub(sizes.reserved);
    if spec.max_tokens == 0 || spec.max_tokens > positions {
        spec.max_tokens = positions;
    }
    let weights_error = |e: candle_core::Error| file(folder, WEIGHTS_FILE, e);
    let weights = Safetensors::new(&weights).map_err(weights_error)?;
    let encoder = BertEncoder::new(None, sizes, &weights).map_err(weights_error)?;
    let tokenizer = load_tokenizer(folder, &tokenizer, &spec)?;
    Ok(Model { tokenizer, encoder: Arc::new(encoder), spec, fingerprint, base: None, reader: OnceLock::new() })
}

/// # Errors
/// Where the network is another than ours.
fn sizes(folder: &Path, config: &Config) -> Result<Sizes, ModelError> {
    let unsupported = |reason: String| Err(ModelError::Invalid { name: folder.display().to_string(), reason });
    // XLM-R counts its positions from the padding id on, so that many of them are never used.
    let reserved = match config.model_type.as_str() {
        "bert" => 0,
        "xlm-roberta" => config.pad_token_id.saturating_add(1),
        other => {
            return unsupported(format!("model_type \"{other}\" is not supported: only bert and xlm-roberta are"));
        }
    };
    if config.hidden_act != "gelu" || config.position_embedding_type != "absolute" {
        let Config { hidden_act, position_embedding_type, .. } = config;
        return unsupported(format!(
            "hidden_act \"{hidden_act}\" with {position_embedding_type} positions is not supported"
        ));
    }
    let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
    if heads == 0 || hidden == 0 || !hidden.is_multiple_of(heads) {
        return Err(file(folder, CONFIG_FILE, format!("{heads} attention heads do not divide {hidden} dimensions")));
    }
    if config.type_vocab_size == 0 || config.intermediate_size == 0 {
        return Err(file(folder, CONFIG_FILE, "type_vocab_size and intermediate_size must not be 0"));
    }
    Ok(Sizes {
        shape: Shape { hidden, heads, layers: config.num_hidden_layers, eps: config.layer_norm_eps },
        inner: config.intermediate_size,
        vocabulary: config.vocab_size,
        positions: config.max_position_embeddings,
        reserved,
        types: config.type_vocab_size,
    })
}

fn load_tokenizer(folder: &Path, bytes: &[u8], spec: &Spec) -> Result<Tokenizer, ModelError> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| file(folder, TOKENIZER_FILE, e))?;
    let truncation = TruncationParams { max_length: spec.max_tokens, ..Default::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(|e| file(folder, TOKENIZER_FILE, e))?;
    // Sequences lie end to end and need no padding.
    tokenizer.with_padding(None::<PaddingParams>);
    Ok(tokenizer)
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes).map_err(|e| file(folder, name, e))
}

fn file(folder: &Path, name: &str, reason: impl std::fmt::Display) -> ModelError {
    ModelError::File { path: folder.join(name).display().to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use candle_core::{Device, Tensor};

    use super::*;
    use crate::model::Input;

    /// Writes a one-layer XLM-R of 8 dimensions with fixed pseudo-random weights, tensors named with `prefix`.
    fn tiny_xlm_roberta(dir: &Path, prefix: &str) {
        let config = r#"{"model_type": "xlm-roberta", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
            "intermediate_size": 16, "vocab_size": 6, "max_position_embeddings": 12, "type_vocab_size": 1, "pad_token_id": 1,
            "hidden_act": "gelu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
            "layer_norm_eps": 1e-5, "position_embedding_type": "absolute", "use_cache": false}"#;
        let tokenizer = r#"{"version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null, "model": {"type": "WordLevel",
            "vocab": {"<unk>": 0, "<pad>": 1, "a": 2, "b": 3, "c": 4, "d": 5}, "unk_token": "<unk>"}}"#;
        let mut tensors = HashMap::new();
        let mut add = |name: &str, shape: &[usize]| {
            let seed = name.len() as f32;
            let count = shape.iter().product::<usize>();
            let values: Vec<f32> = (0..count).map(|i| ((i as f32 + seed) * 12.9898).sin() * 0.3).collect();
            tensors.insert(format!("{prefix}{name}"), Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
        };
        add("embeddings.word_embeddings.weight", &[6, 8]);
        add("embeddings.position_embeddings.weight", &[12, 8]);
        add("embeddings.token_type_embeddings.weight", &[1, 8]);
        for norm in ["embeddings", "encoder.layer.0.attention.output", "encoder.layer.0.output"] {
            add(&format!("{norm}.LayerNorm.weight"), &[8]);
            add(&format!("{norm}.LayerNorm.bias"), &[8]);
        }
        let square = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"];
        let linear =
            square.map(|name| (name, 8, 8)).into_iter().chain([("intermediate.dense", 16, 8), ("output.dense", 8, 16)]);
        for (name, out, input) in linear {
            add(&format!("encoder.layer.0.{name}.weight"), &[out, input]);
            add(&format!("encoder.layer.0.{name}.bias"), &[out]);
        }
        fs::write(dir.join(CONFIG_FILE), config).unwrap();
        fs::write(dir.join(TOKENIZER_FILE), tokenizer).unwrap();
        candle_core::safetensors::save(&tensors, dir.join(WEIGHTS_FILE)).unwrap();
    }

    fn vectors(model: &Model, texts: &[&str]) -> Vec<Vec<f32>> {
        let input = |text: &&str| Input { text: (*text).to_owned(), sentences: Vec::new() };
        let inputs: Vec<Input> = texts.iter().map(input).collect();
        model.embed_passages(&inputs, |_| {}).unwrap().into_iter().map(|e| e.text).collect()
    }

    #[test]
    fn an_xlm_roberta_folder_gives_vectors_that_do_not_depend_on_their_batch() {
        for prefix in ["", "roberta."] {
            let dir = tempfile::tempdir().unwrap();
            tiny_xlm_roberta(dir.path(), prefix);
            let model = Model::from_folder(dir.path()).unwrap();
            // Positions 0 and 1 are reserved.
            assert_eq!((model.dimensions(), model.spec().max_tokens), (8, 10));
            let together = vectors(&model, &["a", "b c d a b", "d d"]);
            for (text, expected) in ["a", "b c d a b", "d d"].iter().zip(&together) {
                let alone = &vectors(&model, &[text])[0];
                assert_eq!(alone, expected, "{text}");
                assert!((alone.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
            }
            assert_ne!(together[0], together[2]);
        }
    }

    #[test]
    fn pooling_and_prefixes_come_from_the_settings_file() {
        let dir = tempfile::tempdir().unwrap();
        tiny_xlm_roberta(dir.path(), "");
        let mean = vectors(&Model::from_folder(dir.path()).unwrap(), &["a b"]);
        fs::write(dir.path().join(SPEC_FILE), r#"{"pooling": "cls", "passage_prefix": "c "}"#).unwrap();
        let model = Model::from_folder(dir.path()).unwrap();
        assert_ne!(vectors(&model, &["a b"]), mean);
        assert_eq!(model.spec().passage_prefix, "c ");
        fs::write(dir.path().join(SPEC_FILE), r#"{"poolin": "cls"}"#).unwrap();
        let error = Model::from_folder(dir.path()).err().unwrap().to_string();
        assert!(error.contains(SPEC_FILE) && error.contains("poolin"), "{error}");
    }

    #[test]
    fn a_tensor_of_the_wrong_shape_is_named() {
        let dir = tempfile::tempdir().unwrap();
        tiny_xlm_roberta(dir.path(), "");
        let config = fs::read_to_string(dir.path().join(CONFIG_FILE)).unwrap();
        fs::write(
            dir.path().join(CONFIG_FILE),
            config.replace("\"intermediate_size\": 16", "\"intermediate_size\": 20"),
        )
        .unwrap();
        let error = Model::from_folder(dir.path()).err().unwrap().to_string();
        assert!(error.contains(WEIGHTS_FILE) && error.contains("intermediate"), "{error}");
    }
}
