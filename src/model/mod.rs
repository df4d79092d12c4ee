//! The embedding model: text in, L2-normalised vectors out; and the [`Reader`] built on it.
//!
//! [`Model::embedded`] is the default that travels inside the binary, and alone has a reader; [`Model::from_folder`] takes
//! any BERT or XLM-R sentence-embedding folder. Both tokenise, batch by a token budget with sequences sorted by length, run the
//! encoder and pool its hidden states. A vector depends on its own text alone, never on the batch it was computed in.

mod embedded;
mod encoder;
mod export;
mod folder;
mod input;
mod kernels;
mod layer;
mod pooling;
mod reader;
mod spec;
mod tokenizer;
mod weights;

pub use embedded::EMBEDDED_NAME;
pub use export::export;
pub use reader::{Page, READER_NAME, Reader, Reading, Span};
pub use spec::{Calibration, Pooling, Spec};

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use encoder::{BertEncoder, Encoder};
use tokenizer::Tokenise;

/// Tokens given to the encoder together: enough for all cores to be busy until near its end, few enough to bound memory
/// (13 MB of states at 384 dimensions).
const TOKENS_PER_BATCH: usize = 8192;

/// What goes wrong while a model is loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A file of a model folder is missing or cannot be read.
    #[error("model file {path}: {reason}")]
    File { path: String, reason: String },
    /// The folder's files do not fit together, or the architecture is not supported.
    #[error("model {name}: {reason}")]
    Invalid { name: String, reason: String },
    /// The tensor library failed while running the model.
    #[error("model run failed: {0}")]
    Run(#[from] candle_core::Error),
    /// The tokenizer failed on a text.
    #[error("tokenizer failed: {0}")]
    Tokenize(String),
}

/// Which side of a search a text is on: asymmetric models mark the two with different prefixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Query,
    Passage,
}

/// A text to embed, with the byte ranges of its sentences, each of which gets a vector of its own.
#[derive(Debug, Clone, Default)]
pub struct Input {
    pub text: String,
    pub sentences: Vec<Range<usize>>,
}

/// The vectors of one [`Input`], each of [`Model::dimensions`] numbers and unit length.
#[derive(Debug, Clone)]
pub struct Embedding {
    pub text: Vec<f32>,
    /// One a sentence, in order: the mean of that sentence's token states *within the whole text*, so that a sentence
    /// knows its heading and its neighbours ("late chunking", Günther et al. 2024). Empty where a sentence lies past
    /// the model's last position.
    pub sentences: Vec<Option<Vec<f32>>>,
}

/// A loaded embedding model.
pub struct Model {
    tokenizer: Box<dyn Tokenise>,
    encoder: Arc<dyn Encoder>,
    spec: Spec,
    fingerprint: String,
    /// The same encoder, where a reader was trained on it.
    base: Option<Arc<BertEncoder>>,
    /// Loaded when it is first asked for.
    reader: OnceLock<Reader>,
}

impl Model {
    /// The default model, embedded in the binary.
    pub fn embedded() -> Result<Self, ModelError> {
        embedded::load()
    }

    /// A sentence-embedding folder: `config.json`, `tokenizer.json`, `model.safetensors` and, for prefixes and pooling,
    /// an optional `zhice.json` ([`Spec`]).
    pub fn from_folder(folder: &Path) -> Result<Self, ModelError> {
        folder::load(folder)
    }

    /// Name, prefixes, pooling and sizes.
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// Hex digest over weights, tokenizer and [`Spec`]: vectors of two models mix only if it is the same.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The length of every vector.
    pub fn dimensions(&self) -> usize {
        self.spec.dimensions
    }

    /// The reader, which the first call loads; `None` for a model that none was trained on.
    pub fn reader(&self) -> Result<Option<&Reader>, ModelError> {
        let Some(base) = &self.base else { return Ok(None) };
        if let Some(reader) = self.reader.get() {
            return Ok(Some(reader));
        }
        let loaded = Reader::embedded(base.clone())?;
        Ok(Some(self.reader.get_or_init(|| loaded)))
    }

    /// Reads each page for the answer to `question`; `None` where the model has no reader.
    pub fn read(&self, question: &str, pages: &[Page]) -> Result<Option<Vec<Reading>>, ModelError> {
        self.reader()?.map(|reader| reader.read(&*self.tokenizer, question, pages)).transpose()
    }

    /// Embeds one question.
    pub fn embed_query(&self, question: &str) -> Result<Vec<f32>, ModelError> {
        let tokens = self.tokenize(Role::Query, question)?;
        let states = self.encoder.encode(&[tokens.ids.as_slice()])?;
        Ok(pooling::pool(&states[0], &self.spec, 0..tokens.ids.len()))
    }

    /// Embeds passages, in the order given. `done` hears of every finished batch: how many inputs it held.
    pub fn embed_passages(&self, inputs: &[Input], mut done: impl FnMut(usize)) -> Result<Vec<Embedding>, ModelError> {
        let tokenize = |input: &Input| self.tokenize(Role::Passage, &input.text);
        let tokens = inputs.par_iter().map(tokenize).collect::<Result<Vec<_>, _>>()?;
        let mut order: Vec<usize> = (0..inputs.len()).collect();
        order.sort_by_key(|&i| tokens[i].ids.len());
        let mut embeddings: Vec<Option<Embedding>> = vec![None; inputs.len()];
        for batch in batches(&order, |i| tokens[i].ids.len()) {
            let ids: Vec<&[u32]> = batch.iter().map(|&i| tokens[i].ids.as_slice()).collect();
            for (states, &i) in self.encoder.encode(&ids)?.iter().zip(batch) {
                let sentences = inputs[i].sentences.iter().map(|range| {
                    let span = tokens[i].within(range)?;
                    Some(pooling::mean(states, self.spec.dimensions, span))
                });
                embeddings[i] = Some(Embedding {
                    text: pooling::pool(states, &self.spec, 0..tokens[i].ids.len()),
                    sentences: sentences.collect(),
                });
            }
            done(batch.len());
        }
        Ok(embeddings.into_iter().flatten().collect())
    }

    /// How many tokens a passage has, with its prefix and what marks its ends, after cutting.
    pub fn count_tokens(&self, passage: &str) -> Result<usize, ModelError> {
        Ok(self.tokenize(Role::Passage, passage)?.ids.len())
    }

    fn tokenize(&self, role: Role, text: &str) -> Result<Tokens, ModelError> {
        let prefix = match role {
            Role::Query => &self.spec.query_prefix,
            Role::Passage => &self.spec.passage_prefix,
        };
        let encoding = self.tokenizer.encode(&format!("{prefix}{text}"), true)?;
        let shift = prefix.len();
        let offsets = encoding.get_offsets().iter().map(|&(a, b)| (a.saturating_sub(shift), b.saturating_sub(shift)));
        Ok(Tokens { ids: encoding.get_ids().to_vec(), offsets: offsets.collect() })
    }
}

/// A tokenised text: ids, and the bytes of the unprefixed text that each comes from ((0, 0) for prefix and specials).
struct Tokens {
    ids: Vec<u32>,
    offsets: Vec<(usize, usize)>,
}

impl Tokens {
    /// The tokens that begin inside `bytes`.
    fn within(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let inside = |&(a, b): &(usize, usize)| b > a && bytes.contains(&a);
        let first = self.offsets.iter().position(inside)?;
        let last = self.offsets.iter().rposition(inside)?;
        Some(first..last + 1)
    }
}

/// Cuts `order` into runs whose token counts stay within [`TOKENS_PER_BATCH`] (a longer single text makes its own run).
fn batches(order: &[usize], length: impl Fn(usize) -> usize) -> Vec<&[usize]> {
    let mut runs = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (at, &i) in order.iter().enumerate() {
        let n = length(i);
        if at > start && tokens + n > TOKENS_PER_BATCH {
            runs.push(&order[start..at]);
            (start, tokens) = (at, 0);
        }
        tokens += n;
    }
    if start < order.len() {
        runs.push(&order[start..]);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_every_text_once_and_stay_within_the_budget() {
        let lengths = [5, 700, 700, 700, 3000, 1];
        let order: Vec<usize> = (0..lengths.len()).collect();
        let runs = batches(&order, |i| lengths[i]);
        assert_eq!(runs.concat(), order);
        for run in runs {
            assert!(run.len() == 1 || run.iter().map(|&i| lengths[i]).sum::<usize>() <= TOKENS_PER_BATCH);
        }
    }

    #[derive(serde::Deserialize)]
    struct Golden {
        text: String,
        ids: Vec<u32>,
        embedding: Vec<f32>,
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    /// The vectors of an independent forward pass in double precision: see `models/README.md`.
    #[test]
    fn the_embedded_model_agrees_with_an_independent_forward_pass() {
        let golden: Vec<Golden> = serde_json::from_str(include_str!("../../models/recipe/golden.json")).unwrap();
        assert!(golden.len() >= 20);
        // The f32 that its 4 bits stand for, and its 4 bits times 8 bits, of which the shortest texts suffer most.
        for (model, least) in [(embedded::load_as(false).unwrap(), 0.999_999), (Model::embedded().unwrap(), 0.9998)] {
            let mut inputs = Vec::new();
            for row in &golden {
                let (role, text) = match row.text.strip_prefix("query: ") {
                    Some(text) => (Role::Query, text),
                    None => (Role::Passage, row.text.strip_prefix("passage: ").unwrap()),
                };
                assert_eq!(model.tokenize(role, text).unwrap().ids, row.ids, "{text}");
                inputs.push((role, text));
            }
            let passages: Vec<_> = inputs.iter().zip(&golden).filter(|((role, _), _)| *role == Role::Passage).collect();
            let input = |text: &str| Input { text: text.to_owned(), sentences: Vec::new() };
            let batch: Vec<Input> = passages.iter().map(|((_, text), _)| input(text)).collect();
            for (embedding, (_, row)) in model.embed_passages(&batch, |_| {}).unwrap().iter().zip(&passages) {
                let cosine = cosine(&embedding.text, &row.embedding);
                assert!(cosine > least, "{cosine} {}", row.text);
            }
            for ((_, text), row) in inputs.iter().zip(&golden).filter(|((role, _), _)| *role == Role::Query) {
                let cosine = cosine(&model.embed_query(text).unwrap(), &row.embedding);
                assert!(cosine > least, "{cosine} {text}");
            }
        }
    }

    #[test]
    fn a_vector_is_the_same_bit_for_bit_whatever_its_batch() {
        let model = Model::embedded().unwrap();
        let sentence = "推动第三代半导体产业发展，到2025年实现主营业务收入3000亿元以上。";
        let lengths = [1, 9, 2, 30, 3, 3, 1, 17, 5, 8];
        let input = |&n: &usize| Input { text: sentence.repeat(n), sentences: vec![0..36, 36..sentence.len()] };
        let inputs: Vec<Input> = lengths.iter().map(input).collect();
        let together = model.embed_passages(&inputs, |_| {}).unwrap();
        for (input, expected) in inputs.iter().zip(&together) {
            let alone = model.embed_passages(std::slice::from_ref(input), |_| {}).unwrap();
            assert_eq!(alone[0].text, expected.text);
            assert_eq!(alone[0].sentences, expected.sentences);
        }
    }

    #[test]
    fn an_exported_model_as_candle_runs_it_is_the_plain_forward() {
        let dir = tempfile::tempdir().unwrap();
        export(dir.path()).unwrap();
        let (plain, folder) = (embedded::load_as(false).unwrap(), Model::from_folder(dir.path()).unwrap());
        let built_in = Model::embedded().unwrap();
        let texts =
            ["低空经济", "第三代半导体。加强大尺寸碳化硅、氮化镓单晶衬底和外延片制备技术研发，推动长晶炉等装备发展。"];
        let inputs = texts.map(|t| Input { text: t.to_owned(), sentences: vec![0..6, 6..12] });
        let vectors = |model: &Model| model.embed_passages(&inputs, |_| {}).unwrap();
        for ((exact, folder), built_in) in vectors(&plain).iter().zip(vectors(&folder)).zip(vectors(&built_in)) {
            let [plain, candle, built_in] =
                [exact, &folder, &built_in].map(|e| (&e.text, e.sentences[0].as_ref().unwrap()));
            assert!(cosine(plain.0, candle.0) > 0.999999 && cosine(plain.1, candle.1) > 0.999999);
            assert!(cosine(candle.0, built_in.0) > 0.9998 && cosine(candle.1, built_in.1) > 0.9995);
        }
        assert_eq!(built_in.spec().query_prefix, folder.spec().query_prefix);
        assert_ne!(built_in.fingerprint(), folder.fingerprint());
    }

    #[test]
    fn a_sentence_past_the_last_token_has_no_tokens() {
        let tokens = Tokens { ids: vec![0, 7, 8, 2], offsets: vec![(0, 0), (0, 3), (3, 6), (0, 0)] };
        assert_eq!(tokens.within(&(3..9)), Some(2..3));
        assert_eq!(tokens.within(&(9..12)), None);
    }
}
