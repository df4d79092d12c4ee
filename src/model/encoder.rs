//! The BERT forward pass over candle tensors, without padding; the embedding model and the reader both run it.
//!
//! All sequences of a batch are laid end to end as one `[tokens, hidden]` matrix, so the linear layers waste nothing on
//! padding and a vector cannot depend on its batch; only attention looks at one sequence at a time. Query, key and
//! value are one product.

use std::borrow::Cow;

use candle_core::quantized::{GgmlDType, QStorage, QTensor};
use candle_core::{D, Device, Result, Tensor};
use rayon::prelude::*;

use super::fused::{AddBias, AddBiasGelu, AddNorm, Softmax};

/// Runs token ids through a transformer.
pub trait Encoder: Send + Sync {
    /// The last hidden states of each sequence, row-major `[tokens, hidden]`.
    fn encode(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>>;
}

/// The sizes that the forward pass needs.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub hidden: usize,
    pub heads: usize,
    pub layers: usize,
    pub eps: f32,
}

/// A word-embedding table that stays quantised: rows are dequantised as they are looked up, which spares a cold start
/// both the time and four times the memory.
pub struct QuantisedRows {
    pub data: &'static [u8],
    pub dtype: GgmlDType,
    pub rows: usize,
    pub columns: usize,
}

impl QuantisedRows {
    fn gather(&self, ids: &[&[u32]]) -> Result<Tensor> {
        let row_bytes = self.columns / self.dtype.block_size() * self.dtype.type_size();
        let count = ids.iter().map(|s| s.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(count * row_bytes);
        for &id in ids.iter().copied().flatten() {
            let at = id as usize * row_bytes;
            let row = self.data.get(at..at + row_bytes);
            bytes.extend_from_slice(row.ok_or_else(|| {
                candle_core::Error::Msg(format!("token id {id} is outside the vocabulary of {}", self.rows))
            })?);
        }
        let storage = QStorage::from_data(Cow::Owned(bytes), &Device::Cpu, self.dtype)?;
        QTensor::new(storage, (count, self.columns))?.dequantize(&Device::Cpu)
    }
}

/// A linear layer.
pub struct Linear {
    /// `[in, out]`, a transposed view of the stored `[out, in]`.
    weight: Tensor,
    bias: Vec<f32>,
}

impl Linear {
    /// The layer `name` of the weights that `tensor` returns.
    pub fn load(name: &str, tensor: &impl Fn(&str) -> Result<Tensor>) -> Result<Self> {
        Self::new(tensor(&format!("{name}.weight"))?, &tensor(&format!("{name}.bias"))?)
    }

    fn new(weight: Tensor, bias: &Tensor) -> Result<Self> {
        Ok(Self { weight: weight.t()?, bias: bias.to_vec1()? })
    }

    /// `x` is `[tokens, in]`, the result `[tokens, out]`.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let product = x.matmul(&self.weight)?;
        product.inplace_op1(&AddBias(&self.bias))?;
        Ok(product)
    }

    fn forward_gelu(&self, x: &Tensor) -> Result<Tensor> {
        let product = x.matmul(&self.weight)?;
        product.inplace_op1(&AddBiasGelu(&self.bias))?;
        Ok(product)
    }

    /// The layer, its residual added and normalised.
    fn forward_norm(&self, x: &Tensor, residual: &Tensor, norm: &Norm, eps: f32) -> Result<Tensor> {
        let product = x.matmul(&self.weight)?;
        let Norm { weight, shift } = norm;
        product.inplace_op2(residual, &AddNorm { bias: &self.bias, weight, shift, eps })?;
        Ok(product)
    }
}

struct Norm {
    weight: Vec<f32>,
    shift: Vec<f32>,
}

impl Norm {
    fn load(name: &str, tensor: &impl Fn(&str) -> Result<Tensor>) -> Result<Self> {
        let part = |kind: &str| tensor(&format!("{name}.{kind}"))?.to_vec1();
        Ok(Self { weight: part("weight")?, shift: part("bias")? })
    }
}

/// One layer of a transformer: attention and feed-forward, each with its residual and its norm.
pub struct Layer {
    qkv: Linear,
    attention_output: Linear,
    attention_norm: Norm,
    intermediate: Linear,
    output: Linear,
    output_norm: Norm,
}

impl Layer {
    /// Layer `number` of the weights that `tensor` returns by their Hugging Face BERT names, dequantised to f32.
    pub fn new(number: usize, tensor: &impl Fn(&str) -> Result<Tensor>) -> Result<Self> {
        let at = format!("encoder.layer.{number}");
        let linear = |name: &str| Linear::load(&format!("{at}.{name}"), tensor);
        let norm = |name: &str| Norm::load(&format!("{at}.{name}"), tensor);
        let part = |part: &str, kind: &str| tensor(&format!("{at}.attention.self.{part}.{kind}"));
        let stacked = |kind: &str| Tensor::cat(&[part("query", kind)?, part("key", kind)?, part("value", kind)?], 0);
        Ok(Self {
            qkv: Linear::new(stacked("weight")?, &stacked("bias")?)?,
            attention_output: linear("attention.output.dense")?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense")?,
            output: linear("output.dense")?,
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

/// The encoder of the BERT family with absolute positions from 0.
pub struct BertEncoder {
    words: QuantisedRows,
    /// For each token type, position embedding plus the type's own: `[positions, hidden]`.
    positions: [Tensor; 2],
    embedding_norm: Norm,
    layers: Vec<Layer>,
    shape: Shape,
}

impl BertEncoder {
    /// Builds the encoder from `tensor`, which returns a dequantised f32 tensor by its Hugging Face BERT name.
    pub fn new(words: QuantisedRows, shape: Shape, tensor: impl Fn(&str) -> Result<Tensor>) -> Result<Self> {
        let layers = (0..shape.layers).map(|i| Layer::new(i, &tensor)).collect::<Result<_>>()?;
        let positions = tensor("embeddings.position_embeddings.weight")?;
        let types = tensor("embeddings.token_type_embeddings.weight")?;
        let of_type = |t: usize| positions.broadcast_add(&types.narrow(0, t.min(types.dim(0)? - 1), 1)?);
        let positions = [of_type(0)?, of_type(1)?];
        Ok(Self { words, positions, embedding_norm: Norm::load("embeddings.LayerNorm", &tensor)?, layers, shape })
    }

    /// The sizes of the network.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The first `count` layers.
    pub fn layers(&self, count: usize) -> &[Layer] {
        &self.layers[..count.min(self.layers.len())]
    }

    /// What the first layer reads: the sequences end to end as `[tokens, hidden]`.
    pub fn embed(&self, sequences: &[Sequence]) -> Result<Tensor> {
        let mut positions = Vec::with_capacity(2 * sequences.len());
        for Sequence { ids, plain } in sequences {
            let plain = *plain.min(&ids.len());
            positions.push(self.positions[0].narrow(0, 0, plain)?);
            if plain < ids.len() {
                positions.push(self.positions[1].narrow(0, plain, ids.len() - plain)?);
            }
        }
        let ids: Vec<&[u32]> = sequences.iter().map(|s| s.ids).collect();
        let sum = self.words.gather(&ids)?;
        let Norm { weight, shift } = &self.embedding_norm;
        let bias = vec![0.0; self.shape.hidden];
        let norm = AddNorm { bias: &bias, weight, shift, eps: self.shape.eps };
        sum.inplace_op2(&Tensor::cat(&positions, 0)?, &norm)?;
        Ok(sum)
    }

    /// Runs `layers`, which need not be its own but have its shape, over the states of sequences of these lengths.
    pub fn run(&self, layers: &[Layer], mut x: Tensor, lengths: &[usize]) -> Result<Tensor> {
        let eps = self.shape.eps;
        for layer in layers {
            let attended = self.attend(&layer.qkv.forward(&x)?, lengths)?;
            x = layer.attention_output.forward_norm(&attended, &x, &layer.attention_norm, eps)?;
            let wide = layer.intermediate.forward_gelu(&x)?;
            x = layer.output.forward_norm(&wide, &x, &layer.output_norm, eps)?;
        }
        Ok(x)
    }

    /// Multi-head attention within each sequence: `qkv` is `[tokens, 3 × hidden]`, the result `[tokens, hidden]`.
    fn attend(&self, qkv: &Tensor, lengths: &[usize]) -> Result<Tensor> {
        let Shape { hidden, heads, .. } = self.shape;
        let size = hidden / heads;
        let scale = 1.0 / (size as f32).sqrt();
        let starts = lengths.iter().scan(0, |end, n| {
            *end += n;
            Some(*end - n)
        });
        let sequences: Vec<(usize, usize)> = starts.zip(lengths.iter().copied()).collect();
        let one = |&(start, n): &(usize, usize)| {
            let one = qkv.narrow(0, start, n)?.reshape((n, 3, heads, size))?.permute((1, 2, 0, 3))?;
            // The products read these as they lie.
            let part = |i: usize| one.get(i);
            let scores = part(0)?.matmul(&part(1)?.transpose(1, 2)?)?;
            scores.inplace_op1(&Softmax { scale, width: n })?;
            let mixed = scores.matmul(&part(2)?)?;
            mixed.transpose(0, 1)?.reshape((n, hidden))
        };
        Tensor::cat(&sequences.par_iter().map(one).collect::<Result<Vec<_>>>()?, 0)
    }
}

impl Encoder for BertEncoder {
    fn encode(&self, sequences: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let lengths: Vec<usize> = sequences.iter().map(|s| s.len()).collect();
        let sequences: Vec<Sequence> = sequences.iter().map(|ids| Sequence::plain(ids)).collect();
        let x = self.run(&self.layers, self.embed(&sequences)?, &lengths)?;
        debug_assert_eq!(x.dim(D::Minus1)?, self.shape.hidden);
        let flat = x.flatten_all()?.to_vec1::<f32>()?;
        let mut start = 0;
        Ok(lengths
            .iter()
            .map(|n| {
                let end = start + n * self.shape.hidden;
                let states = flat[start..end].to_vec();
                start = end;
                states
            })
            .collect())
    }
}
