//! One layer of a transformer over rows of states, on one core.

use super::kernels::Isa;
use super::kernels::attention::attend;
use super::kernels::dense::{Dense, Then};
use super::kernels::int8::Int8;
use super::kernels::rows::{Levels, add_norm};

/// Rows that go through the feed-forward part together: their wide states (393 KB at 1536 numbers) stay in the core's
/// own cache.
const ROWS: usize = 64;

/// The sizes that the forward pass needs.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub hidden: usize,
    pub heads: usize,
    pub layers: usize,
    pub eps: f32,
}

/// A linear layer, as precise as its weights are stored.
pub enum Linear {
    Dense(Dense),
    Int8(Int8),
}

impl Linear {
    pub fn outputs(&self) -> usize {
        match self {
            Self::Dense(dense) => dense.outputs(),
            Self::Int8(int8) => int8.outputs(),
        }
    }

    /// `x` is `[rows, inputs]`, `out` becomes `[rows, outputs]`; `levels` is what it likes to keep.
    pub fn forward(&self, isa: Isa, x: &[f32], out: &mut [f32], levels: &mut Levels, then: Then) {
        match self {
            Self::Dense(dense) => dense.forward(isa, x, out, then),
            Self::Int8(int8) => {
                levels.round(isa, x);
                int8.forward(levels, out, then);
            }
        }
    }
}

/// The weights of a norm.
pub struct Norm {
    pub weight: Vec<f32>,
    pub shift: Vec<f32>,
}

/// Attention and feed-forward, each with its residual and its norm.
pub struct Layer {
    /// Query, key and value in one.
    pub qkv: Linear,
    pub attention_output: Linear,
    pub attention_norm: Norm,
    pub intermediate: Linear,
    pub output: Linear,
    pub output_norm: Norm,
}

/// Memory that a pass needs, kept for the next one.
#[derive(Default)]
pub struct Workspace {
    qkv: Vec<f32>,
    attended: Vec<f32>,
    product: Vec<f32>,
    wide: Vec<f32>,
    scratch: Vec<f32>,
    levels: Levels,
}

impl Layer {
    /// Runs the layer over the states of sequences of these lengths, end to end: `x` is `[tokens, hidden]`.
    pub fn run(&self, isa: Isa, shape: Shape, x: &mut [f32], lengths: &[usize], work: &mut Workspace) {
        let Shape { hidden, heads, eps, .. } = shape;
        let Workspace { qkv, attended, product, wide, scratch, levels } = work;
        let qkv = space(qkv, x.len() * 3);
        let attended = space(attended, x.len());
        self.qkv.forward(isa, x, qkv, levels, Then::Nothing);
        let mut start = 0;
        for length in lengths.iter().copied().filter(|&length| length > 0) {
            let rows = start * hidden..(start + length) * hidden;
            attend(isa, &qkv[3 * rows.start..3 * rows.end], heads, hidden, &mut attended[rows], scratch);
            start += length;
        }
        for (x, attended) in x.chunks_mut(ROWS * hidden).zip(attended.chunks(ROWS * hidden)) {
            let product = space(product, x.len());
            self.attention_output.forward(isa, attended, product, levels, Then::Nothing);
            add_norm(isa, x, product, &self.attention_norm.weight, &self.attention_norm.shift, eps);
            let wide = space(wide, x.len() / hidden * self.intermediate.outputs());
            self.intermediate.forward(isa, x, wide, levels, Then::Gelu);
            self.output.forward(isa, wide, product, levels, Then::Nothing);
            add_norm(isa, x, product, &self.output_norm.weight, &self.output_norm.shift, eps);
        }
    }
}

/// The first `count` numbers of `memory`, which grows where it must.
fn space(memory: &mut Vec<f32>, count: usize) -> &mut [f32] {
    if memory.len() < count {
        memory.resize(count, 0.0);
    }
    &mut memory[..count]
}
