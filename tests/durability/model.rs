//! A BERT of one layer with random weights: it knows no language, but gives every text a vector of its own.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use candle_core::{Device, Tensor};
use serde_json::json;
use tempfile::TempDir;
use zhice::model::Model;

use super::state::{QUESTIONS, all_texts};

const HIDDEN: usize = 32;
const POSITIONS: usize = 512;

/// The folder of the model, made once.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    FOLDER
        .get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            write(dir.path());
            dir
        })
        .path()
}

/// The model, loaded once.
pub fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| Model::from_folder(folder()).unwrap())
}

fn write(dir: &Path) {
    let characters: BTreeSet<char> = all_texts().iter().copied().chain(QUESTIONS).flat_map(str::chars).collect();
    let mut vocabulary: HashMap<String, usize> = HashMap::from([("[UNK]".to_owned(), 0)]);
    for c in characters {
        let id = vocabulary.len();
        vocabulary.insert(c.to_string(), id);
    }
    let config = json!({
        "model_type": "bert", "vocab_size": vocabulary.len(), "hidden_size": HIDDEN, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": HIDDEN, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
        "max_position_embeddings": POSITIONS, "type_vocab_size": 2, "initializer_range": 0.02,
        "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute",
    });
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": null,
        "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}, "behavior": "Isolated", "invert": false},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    });
    fs::write(dir.join("config.json"), config.to_string()).unwrap();
    fs::write(dir.join("tokenizer.json"), tokenizer.to_string()).unwrap();
    let mut weights = Weights { tensors: HashMap::new(), state: 7 };
    weights.random("embeddings.word_embeddings.weight", &[vocabulary.len(), HIDDEN]);
    weights.random("embeddings.position_embeddings.weight", &[POSITIONS, HIDDEN]);
    weights.random("embeddings.token_type_embeddings.weight", &[2, HIDDEN]);
    weights.norm("embeddings.LayerNorm");
    for part in ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"] {
        weights.linear(&format!("encoder.layer.0.{part}"));
    }
    weights.norm("encoder.layer.0.attention.output.LayerNorm");
    weights.linear("encoder.layer.0.intermediate.dense");
    weights.linear("encoder.layer.0.output.dense");
    weights.norm("encoder.layer.0.output.LayerNorm");
    candle_core::safetensors::save(&weights.tensors, dir.join("model.safetensors")).unwrap();
}

struct Weights {
    tensors: HashMap<String, Tensor>,
    state: u64,
}

impl Weights {
    fn random(&mut self, name: &str, shape: &[usize]) {
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| self.next()).collect();
        self.tensors.insert(name.to_owned(), Tensor::from_vec(values, shape, &Device::Cpu).unwrap());
    }

    fn linear(&mut self, name: &str) {
        self.random(&format!("{name}.weight"), &[HIDDEN, HIDDEN]);
        self.random(&format!("{name}.bias"), &[HIDDEN]);
    }

    fn norm(&mut self, name: &str) {
        self.tensors
            .insert(format!("{name}.weight"), Tensor::ones(HIDDEN, candle_core::DType::F32, &Device::Cpu).unwrap());
        self.tensors
            .insert(format!("{name}.bias"), Tensor::zeros(HIDDEN, candle_core::DType::F32, &Device::Cpu).unwrap());
    }

    fn next(&mut self) -> f32 {
        self.state = self.state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.state >> 33) as f32 / (1u64 << 31) as f32 - 0.5
    }
}
