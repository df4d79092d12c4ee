//! A sentence-embedding folder, run by candle-transformers' BERT or XLM-R.

use std::fs;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use candle_nn::VarBuilder;
use candle_transformers::models::{bert, xlm_roberta};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tokenizers::{PaddingParams, Tokenizer, TruncationParams};

use super::encoder::Encoder;
use super::{Model, ModelError, Spec};
use crate::digest::hex;

/// The optional file with prefixes and pooling.
pub const SPEC_FILE: &str = "zhice.json";
pub const CONFIG_FILE: &str = "config.json";
pub const TOKENIZER_FILE: &str = "tokenizer.json";
pub const WEIGHTS_FILE: &str = "model.safetensors";

/// The parts of `config.json` that are looked at before its architecture is known.
#[derive(serde::Deserialize)]
struct Architecture {
    model_type: String,
    hidden_size: usize,
    num_attention_heads: usize,
    num_hidden_layers: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default)]
    pad_token_id: u32,
}

enum Network {
    Bert(bert::BertModel),
    XlmRoberta(xlm_roberta::XLMRobertaModel),
}

struct TransformersEncoder {
    network: Network,
    pad: u32,
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

    let architecture: Architecture = json(folder, CONFIG_FILE, &config)?;
    let (hidden, heads) = (architecture.hidden_size, architecture.num_attention_heads);
    // candle divides by the number of heads without a look.
    if heads == 0 || hidden == 0 || !hidden.is_multiple_of(heads) {
        return Err(file(folder, CONFIG_FILE, format!("{heads} attention heads do not divide {hidden} dimensions")));
    }
    let mut spec: Spec = json(folder, SPEC_FILE, &spec_bytes)?;
    if spec.name.is_empty() {
        spec.name = folder.file_name().map_or_else(|| "model".into(), |n| n.to_string_lossy().into_owned());
    }
    spec.dimensions = architecture.hidden_size;
    spec.layers = architecture.num_hidden_layers;
    spec.vocabulary = architecture.vocab_size;
    // XLM-R counts its positions from the padding id on, so that many of them are never used.
    let reserved = if architecture.model_type == "xlm-roberta" { architecture.pad_token_id as usize + 1 } else { 0 };
    let positions = architecture.max_position_embeddings.saturating_sub(reserved);
    if spec.max_tokens == 0 || spec.max_tokens > positions {
        spec.max_tokens = positions;
    }

    let vars = VarBuilder::from_buffered_safetensors(weights, DType::F32, &Device::Cpu)
        .map_err(|e| file(folder, WEIGHTS_FILE, e))?;
    let weights_error = |e: candle_core::Error| file(folder, WEIGHTS_FILE, e);
    let network = match architecture.model_type.as_str() {
        "bert" => {
            let config: bert::Config = json(folder, CONFIG_FILE, &config)?;
            Network::Bert(bert::BertModel::load(vars, &config).map_err(weights_error)?)
        }
        "xlm-roberta" => {
            let config: xlm_roberta::Config = json(folder, CONFIG_FILE, &config)?;
            let vars =
                if vars.contains_tensor("embeddings.word_embeddings.weight") { vars } else { vars.pp("roberta") };
            Network::XlmRoberta(xlm_roberta::XLMRobertaModel::new(&config, vars).map_err(weights_error)?)
        }
        other => {
            return Err(ModelError::Invalid {
                name: folder.display().to_string(),
                reason: format!("model_type \"{other}\" is not supported: only bert and xlm-roberta are"),
            });
        }
    };
    let encoder = TransformersEncoder { network, pad: architecture.pad_token_id };
    let tokenizer = load_tokenizer(folder, &tokenizer, &spec)?;
    Ok(Model { tokenizer, encoder: Box::new(encoder), spec, fingerprint })
}

impl Encoder for TransformersEncoder {
    fn encode(&self, sequences: &[&[u32]]) -> candle_core::Result<Vec<Vec<f32>>> {
        let longest = sequences.iter().map(|s| s.len()).max().unwrap_or(0);
        let shape = (sequences.len(), longest);
        let mut ids = Vec::with_capacity(sequences.len() * longest);
        let mut mask = Vec::with_capacity(sequences.len() * longest);
        for sequence in sequences {
            let padding = longest - sequence.len();
            ids.extend_from_slice(sequence);
            ids.extend(std::iter::repeat_n(self.pad, padding));
            mask.extend(std::iter::repeat_n(1u32, sequence.len()));
            mask.extend(std::iter::repeat_n(0u32, padding));
        }
        let ids = Tensor::from_vec(ids, shape, &Device::Cpu)?;
        let mask = Tensor::from_vec(mask, shape, &Device::Cpu)?;
        let types = ids.zeros_like()?;
        let states = match &self.network {
            Network::Bert(bert) => bert.forward(&ids, &types, Some(&mask))?,
            Network::XlmRoberta(xlm) => xlm.forward(&ids, &mask, &types, None, None, None)?,
        };
        sequences
            .iter()
            .enumerate()
            .map(|(i, s)| states.get(i)?.narrow(0, 0, s.len())?.flatten_all()?.to_vec1())
            .collect()
    }
}

fn load_tokenizer(folder: &Path, bytes: &[u8], spec: &Spec) -> Result<Tokenizer, ModelError> {
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|e| file(folder, TOKENIZER_FILE, e))?;
    let truncation = TruncationParams { max_length: spec.max_tokens, ..Default::default() };
    tokenizer.with_truncation(Some(truncation)).map_err(|e| file(folder, TOKENIZER_FILE, e))?;
    // Batches are padded here, with the model's own padding id and mask.
    tokenizer.with_padding(None::<PaddingParams>);
    Ok(tokenizer)
}

fn json<T: DeserializeOwned>(folder: &Path, name: &str, bytes: &[u8]) -> Result<T, ModelError> {
    serde_json::from_slice(bytes).map_err(|e| file(folder, name, e))
}

fn file(folder: &Path, name: &str, reason: impl std::fmt::Display) -> ModelError {
    ModelError::File { path: folder.join(name).display().to_string(), reason: reason.to_string() }
}
