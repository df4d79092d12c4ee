//! The BERT forward pass of the built-in embedding model and of the reader.
//!
//! Sequences lie end to end without padding. They are put into groups of some hundred tokens, each of which goes through
//! all layers on one core: no core waits for another, a single question is not handed from one to the other, and a
//! vector cannot depend on its batch. Weights are laid out once, for this machine (`kernels`); those stored in blocks
//! are multiplied as bytes.

use std::sync::Mutex;

use candle_core::{Result, bail};
use rayon::prelude::*;

use super::kernels::Isa;
use super::kernels::dense::Dense;
use super::kernels::int8::Int8;
use super::kernels::rows::add_norm;
use super::layer::{Layer, Linear, Norm, Shape, Workspace};
use super::weights::{Blocks, Weights};

/// Tokens of a group. Fewer would fetch the weights from memory too often; more would not gain, and keep a core waiting
/// at the end.
const GROUP_TOKENS: usize = 256;

/// What is not worth another core: about a millisecond of work.
const LEAST_TOKENS: usize = 64;

/// The word table's name.
pub const WORDS: &str = "embeddings.word_embeddings.weight";

/// Runs token ids through a transformer.
pub trait Encoder: Send + Sync {
    /// The last hidden states of each text, row-major `[tokens, hidden]`.
    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>>;
}

/// What is special about a model's embeddings.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub shape: Shape,
    /// Numbers between the two halves of the feed-forward part.
    pub inner: usize,
    pub vocabulary: usize,
    /// Rows of the position table.
    pub positions: usize,
    pub types: usize,
}

impl Linear {
    /// The layer `name`, as precise as its weights are stored.
    pub fn load(isa: Isa, name: &str, outputs: usize, inputs: usize, weights: &dyn Weights) -> Result<Self> {
        Self::stacked(isa, &[name], outputs, inputs, weights)
    }

    /// Layers over the same inputs as one, each of `outputs`.
    fn stacked(isa: Isa, names: &[&str], outputs: usize, inputs: usize, weights: &dyn Weights) -> Result<Self> {
        let mut bias = Vec::with_capacity(names.len() * outputs);
        let mut stored = Vec::with_capacity(names.len());
        for name in names {
            bias.extend(weights.numbers(&format!("{name}.bias"), &[outputs])?);
            stored.extend(weights.blocks(&format!("{name}.weight"))?);
        }
        if stored.len() == names.len() {
            if stored.iter().any(|blocks| (blocks.rows(), blocks.columns()) != (outputs, inputs)) {
                bail!("{names:?} are not {outputs} × {inputs}");
            }
            let block = |row: usize, i: usize| stored[row / outputs].get(row % outputs, i);
            return Ok(Self::Int8(Int8::new(isa, inputs, &bias, block)));
        }
        let mut plain = Vec::with_capacity(bias.len() * inputs);
        for name in names {
            plain.extend(weights.numbers(&format!("{name}.weight"), &[outputs, inputs])?);
        }
        Ok(Self::Dense(Dense::new(&plain, &bias, inputs)))
    }
}

impl Norm {
    fn load(name: &str, hidden: usize, weights: &dyn Weights) -> Result<Self> {
        let part = |kind: &str| weights.numbers(&format!("{name}.{kind}"), &[hidden]);
        Ok(Self { weight: part("weight")?, shift: part("bias")? })
    }
}

impl Layer {
    /// Layers of these numbers, on all cores.
    pub fn load(isa: Isa, numbers: std::ops::Range<usize>, sizes: Sizes, weights: &dyn Weights) -> Result<Vec<Self>> {
        numbers.into_par_iter().map(|number| Self::one(isa, number, sizes, weights)).collect()
    }

    fn one(isa: Isa, number: usize, sizes: Sizes, weights: &dyn Weights) -> Result<Self> {
        let (hidden, inner) = (sizes.shape.hidden, sizes.inner);
        let at = |name: &str| format!("encoder.layer.{number}.{name}");
        let linear = |name: &str, outputs, inputs| Linear::load(isa, &at(name), outputs, inputs, weights);
        let norm = |name: &str| Norm::load(&at(name), hidden, weights);
        let [query, key, value] = ["query", "key", "value"].map(|part| at(&format!("attention.self.{part}")));
        Ok(Self {
            qkv: Linear::stacked(isa, &[&query, &key, &value], hidden, hidden, weights)?,
            attention_output: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense", inner, hidden)?,
            output: linear("output.dense", hidden, inner)?,
            output_norm: norm("output.LayerNorm")?,
        })
    }
}

/// Token ids, the first `plain` of which have token type 0 and the rest type 1.
#[derive(Debug, Clone, Copy)]
pub struct Sequence<'a> {
    pub ids: &'a [u32],
    pub plain: usize,
}

impl<'a> Sequence<'a> {
    /// A sequence of token type 0.
    pub fn plain(ids: &'a [u32]) -> Self {
        Self { ids, plain: ids.len() }
    }
}

/// The encoder of the BERT family with absolute positions.
pub struct BertEncoder {
    isa: Isa,
    /// Never expanded: rows are read as they are looked up.
    words: Blocks,
    /// For each token type, position embedding plus the type's own: `[positions, hidden]`.
    positions: [Vec<f32>; 2],
    embedding_norm: Norm,
    layers: Vec<Layer>,
    sizes: Sizes,
    /// One for each core that has been at work.
    spare: Mutex<Vec<Workspace>>,
}

impl BertEncoder {
    /// Builds the encoder over the word table `words`.
    pub fn new(words: Blocks, sizes: Sizes, weights: &dyn Weights) -> Result<Self> {
        let (isa, hidden) = (Isa::best(), sizes.shape.hidden);
        if (words.rows(), words.columns()) != (sizes.vocabulary, hidden) {
            bail!("{WORDS} has another shape");
        }
        let positions = weights.numbers("embeddings.position_embeddings.weight", &[sizes.positions, hidden])?;
        let types = weights.numbers("embeddings.token_type_embeddings.weight", &[sizes.types, hidden])?;
        let of_type = |t: usize| -> Vec<f32> {
            let own = &types[t.min(sizes.types - 1) * hidden..][..hidden];
            positions.chunks_exact(hidden).flat_map(|row| row.iter().zip(own).map(|(p, t)| p + t)).collect()
        };
        Ok(Self {
            isa,
            words,
            positions: [of_type(0), of_type(1)],
            embedding_norm: Norm::load("embeddings.LayerNorm", hidden, weights)?,
            layers: Layer::load(isa, 0..sizes.shape.layers, sizes, weights)?,
            sizes,
            spare: Mutex::default(),
        })
    }

    /// The machine that weights are laid out for.
    pub fn isa(&self) -> Isa {
        self.isa
    }

    pub fn sizes(&self) -> Sizes {
        self.sizes
    }

    /// The first `count` layers.
    pub fn layers(&self, count: usize) -> &[Layer] {
        &self.layers[..count.min(self.layers.len())]
    }

    /// The states of each sequence, row-major `[tokens, hidden]`, after `layers`, which need not be its own but have its
    /// shape.
    pub fn states(&self, sequences: &[Sequence], layers: &[&[Layer]]) -> Result<Vec<Vec<f32>>> {
        self.check(sequences)?;
        let groups = groups(sequences, rayon::current_num_threads());
        let run = |group: &&[Sequence]| self.group(group, layers);
        Ok(match groups.as_slice() {
            [one] => run(one),
            several => several.par_iter().with_max_len(1).flat_map_iter(run).collect(),
        })
    }

    /// No id or position may lie outside of its table.
    fn check(&self, sequences: &[Sequence]) -> Result<()> {
        let room = self.sizes.positions;
        for Sequence { ids, .. } in sequences {
            if let Some(id) = ids.iter().find(|&&id| id as usize >= self.sizes.vocabulary) {
                bail!("token id {id} is outside the vocabulary of {}", self.sizes.vocabulary);
            }
            if ids.len() > room {
                bail!("a text of {} tokens has no room in {room} positions", ids.len());
            }
        }
        Ok(())
    }

    /// Runs one group on the core that calls.
    fn group(&self, sequences: &[Sequence], layers: &[&[Layer]]) -> Vec<Vec<f32>> {
        let shape = self.sizes.shape;
        let lengths: Vec<usize> = sequences.iter().map(|s| s.ids.len()).collect();
        let mut work = self.spare.lock().ok().and_then(|mut spare| spare.pop()).unwrap_or_default();
        let mut x = self.embed(sequences);
        for layer in layers.iter().copied().flatten() {
            layer.run(self.isa, shape, &mut x, &lengths, &mut work);
        }
        if let Ok(mut spare) = self.spare.lock() {
            spare.push(work);
        }
        let mut rest = x.as_slice();
        let mut states = Vec::with_capacity(lengths.len());
        for length in lengths {
            let (one, others) = rest.split_at(length * shape.hidden);
            states.push(one.to_vec());
            rest = others;
        }
        states
    }

    /// What the first layer reads: the sequences end to end, `[tokens, hidden]`.
    fn embed(&self, sequences: &[Sequence]) -> Vec<f32> {
        let Shape { hidden, eps, .. } = self.sizes.shape;
        let tokens = sequences.iter().map(|s| s.ids.len()).sum::<usize>();
        let mut x = vec![0.0; tokens * hidden];
        let mut positions = Vec::with_capacity(tokens * hidden);
        let mut rows = x.chunks_exact_mut(hidden);
        for Sequence { ids, plain } in sequences {
            let (length, plain) = (ids.len() * hidden, (*plain).min(ids.len()) * hidden);
            positions.extend_from_slice(&self.positions[0][..plain]);
            positions.extend_from_slice(&self.positions[1][plain..length]);
            for (&id, row) in ids.iter().zip(&mut rows) {
                self.words.write_row(id as usize, row);
            }
        }
        add_norm(self.isa, &mut x, &positions, &self.embedding_norm.weight, &self.embedding_norm.shift, eps);
        x
    }
}

impl Encoder for BertEncoder {
    fn encode(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let sequences: Vec<Sequence> = texts.iter().map(|ids| Sequence::plain(ids)).collect();
        self.states(&sequences, &[&self.layers])
    }
}

/// Cuts the sequences into groups for this many cores: few sequences into as many groups as there are cores, many into
/// groups of [`GROUP_TOKENS`]. A longer sequence is a group of its own.
fn groups<'a, 'b>(sequences: &'b [Sequence<'a>], cores: usize) -> Vec<&'b [Sequence<'a>]> {
    let all = sequences.iter().map(|s| s.ids.len()).sum::<usize>();
    let budget = all.div_ceil(cores.max(1)).clamp(LEAST_TOKENS, GROUP_TOKENS);
    let mut groups = Vec::new();
    let (mut start, mut tokens) = (0, 0);
    for (at, sequence) in sequences.iter().enumerate() {
        if at > start && tokens + sequence.ids.len() > budget {
            groups.push(&sequences[start..at]);
            (start, tokens) = (at, 0);
        }
        tokens += sequence.ids.len();
    }
    groups.push(&sequences[start..]);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_hold_every_sequence_once_and_one_question_is_one_group() {
        let ids = vec![7u32; 600];
        let of = |lengths: &[usize]| lengths.iter().map(|&n| ids[..n].to_vec()).collect::<Vec<_>>();
        for (lengths, cores, expected) in [
            (vec![21], 2, vec![1]),
            (vec![], 2, vec![0]),
            (vec![20, 20, 20], 8, vec![3]),
            (vec![100, 100, 100, 100], 2, vec![2, 2]),
            (vec![600, 10, 10], 2, vec![1, 2]),
            (vec![200; 5], 1, vec![1; 5]),
        ] {
            let texts = of(&lengths);
            let sequences: Vec<Sequence> = texts.iter().map(|ids| Sequence::plain(ids)).collect();
            let groups = groups(&sequences, cores);
            assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), expected, "{lengths:?}");
        }
    }
}
