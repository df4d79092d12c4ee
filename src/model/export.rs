//! Writes the default model as a folder that this and other tools load.

use std::collections::HashMap;
use std::fs;
use std::io::Cursor;
use std::path::Path;

use candle_core::{Device, Tensor};
use serde_json::json;

use super::embedded::{self, TOKENIZER, WEIGHTS};
use super::folder::{CONFIG_FILE, SPEC_FILE, TOKENIZER_FILE, WEIGHTS_FILE};
use super::{ModelError, Spec};

/// Writes the default model to `folder`: `config.json`, `tokenizer.json`, `model.safetensors` (f32, BERT names) and
/// `zhice.json` with prefixes, pooling and calibration. The folder is made where it does not exist.
pub fn export(folder: &Path) -> Result<Spec, ModelError> {
    let content = embedded::content()?;
    let (spec, sizes) = (embedded::spec(&content)?, embedded::sizes(&content)?);
    let shape = sizes.shape;
    let config = json!({
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": spec.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": sizes.inner,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "max_position_embeddings": spec.max_tokens,
        "type_vocab_size": sizes.types,
        "initializer_range": 0.02,
        "layer_norm_eps": shape.eps,
        "pad_token_id": 1,
        "position_embedding_type": "absolute",
    });
    let settings = json!({
        "name": spec.name,
        "query_prefix": spec.query_prefix,
        "passage_prefix": spec.passage_prefix,
        "pooling": spec.pooling,
        "max_tokens": spec.max_tokens,
        "calibration": spec.calibration,
    });
    let mut tensors: HashMap<String, Tensor> = HashMap::new();
    for name in content.tensor_infos.keys() {
        let tensor = content.tensor(&mut Cursor::new(WEIGHTS), name, &Device::Cpu)?.dequantize(&Device::Cpu)?;
        tensors.insert(name.clone(), tensor);
    }
    fs::create_dir_all(folder).map_err(|e| error(folder, e))?;
    write(&folder.join(CONFIG_FILE), config.to_string().as_bytes())?;
    write(&folder.join(SPEC_FILE), settings.to_string().as_bytes())?;
    write(&folder.join(TOKENIZER_FILE), TOKENIZER)?;
    let weights = folder.join(WEIGHTS_FILE);
    candle_core::safetensors::save(&tensors, &weights).map_err(|e| error(&weights, e))?;
    // Other people may read it as they may read the rest.
    let permissions = fs::metadata(folder.join(CONFIG_FILE)).map_err(|e| error(&weights, e))?.permissions();
    fs::set_permissions(&weights, permissions).map_err(|e| error(&weights, e))?;
    Ok(spec)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ModelError> {
    fs::write(path, bytes).map_err(|e| error(path, e))
}

fn error(path: &Path, reason: impl std::fmt::Display) -> ModelError {
    ModelError::File { path: path.display().to_string(), reason: reason.to_string() }
}
