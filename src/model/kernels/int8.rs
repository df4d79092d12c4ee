//! Products of bytes: weights as they are stored, in blocks with a scale each, times rounded activations.
//!
//! Within a block the sum is an integer and exact, so every machine gets the same; the blocks' sums are then added up
//! in f32, in order. AVX-512 VNNI does 64 products an instruction, a quarter of what f32 takes.

#[cfg(target_arch = "x86_64")]
mod x86;

use super::dense::{PANEL, Then, finish};
use super::rows::{BLOCK, Levels};
use super::{Isa, Kind, LANES, Lanes, Plain, Vector, kernel};
#[cfg(target_arch = "x86_64")]
use super::{V256, V512};

/// Tokens of a tile: with three registers of outputs, sums and partial sums fill 24 of the 32 registers of AVX-512.
const TOKENS: usize = 4;

/// Inputs that one instruction takes together. The plain loops take one at a time.
const GROUP: usize = 4;

type Tile = [[Lanes; PANEL / LANES]; TOKENS];

/// A linear layer whose weights are bytes with a scale a block of inputs.
pub struct Int8 {
    /// The machine whose layout `levels` have.
    isa: Isa,
    inputs: usize,
    outputs: usize,
    /// `[panels, blocks, groups, PANEL, group]`, as the machine takes them; outputs past the last are zero.
    levels: Vec<i8>,
    /// `[panels, blocks, PANEL]`.
    scales: Vec<f32>,
    /// What a block's sum starts from, `[panels, blocks, PANEL]`: activations are 128 too large, so this is -128 × the
    /// sum of its weights.
    starts: Vec<i32>,
    /// `[panels, PANEL]`.
    bias: Vec<f32>,
}

impl Int8 {
    /// A layer of `inputs` (whole blocks) for a machine; `block(output, i)` gives its weights and their scale.
    pub fn new(isa: Isa, inputs: usize, bias: &[f32], block: impl Fn(usize, usize) -> ([i8; BLOCK], f32)) -> Self {
        let (outputs, blocks) = (bias.len(), inputs / BLOCK);
        let panels = outputs.div_ceil(PANEL);
        let group = if isa.0 == Kind::Plain { 1 } else { GROUP };
        let mut levels = vec![0; panels * blocks * BLOCK * PANEL];
        let mut scales = vec![0.0; panels * blocks * PANEL];
        let mut starts = vec![0; panels * blocks * PANEL];
        for output in 0..outputs {
            for i in 0..blocks {
                let (weights, scale) = block(output, i);
                let at = (output / PANEL * blocks + i) * PANEL + output % PANEL;
                scales[at] = scale;
                starts[at] = -128 * weights.iter().map(|&w| i32::from(w)).sum::<i32>();
                let first = (output / PANEL * blocks + i) * BLOCK * PANEL + output % PANEL * group;
                for (g, weights) in weights.chunks_exact(group).enumerate() {
                    levels[first + g * PANEL * group..][..group].copy_from_slice(weights);
                }
            }
        }
        let mut padded = bias.to_vec();
        padded.resize(panels * PANEL, 0.0);
        Self { isa, inputs, outputs, levels, scales, starts, bias: padded }
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `x` is `[tokens, inputs]`, `out` becomes `[tokens, outputs]`.
    pub fn forward(&self, x: &Levels, out: &mut [f32], then: Then) {
        linear(self.isa, self.isa, self, x, out, then);
    }
}

kernel! {
    fn linear(machine: Isa, layer: &Int8, x: &Levels, out: &mut [f32], then: Then) {
        avx512: linear_body::<V512>(machine, layer, x, out, then),
        avx2: linear_body::<V256>(machine, layer, x, out, then),
        plain: linear_body::<Plain>(machine, layer, x, out, then),
    }
}

#[inline(always)]
fn linear_body<V: Vector>(isa: Isa, layer: &Int8, x: &Levels, out: &mut [f32], then: Then) {
    let (outputs, blocks) = (layer.outputs, layer.inputs / BLOCK);
    let tokens = out.len() / outputs;
    let panels = layer.levels.chunks_exact(layer.inputs * PANEL);
    let scales = layer.scales.chunks_exact(blocks * PANEL).zip(layer.starts.chunks_exact(blocks * PANEL));
    for (p, (levels, (scales, starts))) in panels.zip(scales).enumerate() {
        let panel = Panel { levels, scales, starts };
        for first in (0..tokens).step_by(TOKENS) {
            // Past the last token, the last again.
            let token = |t: usize| (first + t).min(tokens - 1);
            let rows = Rows {
                bytes: std::array::from_fn(|t| &x.bytes[token(t) * layer.inputs..][..layer.inputs]),
                scales: std::array::from_fn(|t| &x.scales[token(t) * blocks..][..blocks]),
            };
            let mut tile = [[[0.0; LANES]; PANEL / LANES]; TOKENS];
            products(isa, &rows, panel, &mut tile);
            let mut sums = [[V::splat(0.0); PANEL / LANES]; TOKENS];
            for (sum, lanes) in sums.as_flattened_mut().iter_mut().zip(tile.as_flattened()) {
                *sum = V::load(lanes);
            }
            finish(&sums, &layer.bias[p * PANEL..], then, &mut out[first * outputs..], outputs, p * PANEL);
        }
    }
}

/// Activations of the tokens of a tile, all of the same length.
struct Rows<'a> {
    bytes: [&'a [u8]; TOKENS],
    scales: [&'a [f32]; TOKENS],
}

/// Weights of the outputs of a tile.
#[derive(Clone, Copy)]
struct Panel<'a> {
    levels: &'a [i8],
    scales: &'a [f32],
    starts: &'a [i32],
}

#[inline(always)]
fn products(isa: Isa, rows: &Rows, panel: Panel, tile: &mut Tile) {
    let blocks = rows.scales[0].len();
    let fits = rows.scales.iter().all(|s| s.len() == blocks) && rows.bytes.iter().all(|b| b.len() == blocks * BLOCK);
    let held = panel.levels.len() == blocks * BLOCK * PANEL;
    assert!(fits && held && panel.scales.len() == blocks * PANEL && panel.starts.len() == blocks * PANEL);
    match isa.0 {
        // SAFETY: the machine has these instructions, and the lengths are those that were just asserted.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx512 => unsafe { x86::avx512(rows, panel, tile) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Kind::AvxVnni => unsafe { x86::avx_vnni(rows, panel, tile) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Kind::Avx2 => unsafe { x86::avx2(rows, panel, tile) },
        Kind::Plain => plain(rows, panel, tile),
    }
}

/// In f32, where the sums are integers below 2²⁴ and so as exact: every processor multiplies these well.
fn plain(rows: &Rows, panel: Panel, tile: &mut Tile) {
    /// Tokens at once, since there may be no more than 16 registers of four numbers.
    const PAIR: usize = 2;
    let blocks = rows.scales[0].len();
    for first in (0..TOKENS).step_by(PAIR) {
        for j in 0..PANEL / LANES {
            let mut sums = [Plain::splat(0.0); PAIR];
            for b in 0..blocks {
                let starts = &panel.starts[b * PANEL + j * LANES..][..LANES];
                let mut partial = [Plain::load(&std::array::from_fn(|l| starts[l] as f32)); PAIR];
                for i in 0..BLOCK {
                    let weights = &panel.levels[(b * BLOCK + i) * PANEL + j * LANES..][..LANES];
                    let weights = Plain::load(&std::array::from_fn(|l| f32::from(weights[l])));
                    for (t, partial) in partial.iter_mut().enumerate() {
                        let x = f32::from(rows.bytes[first + t][b * BLOCK + i]);
                        *partial = Plain::splat(x).mul_add(weights, *partial);
                    }
                }
                let (scales, _) = panel.scales[b * PANEL + j * LANES..].as_chunks::<LANES>();
                for (t, sum) in sums.iter_mut().enumerate() {
                    let scaled = partial[t].mul(Plain::splat(rows.scales[first + t][b]));
                    *sum = scaled.mul_add(Plain::load(&scales[0]), *sum);
                }
            }
            for (tile, sum) in tile[first..].iter_mut().zip(sums) {
                sum.store(&mut tile[j]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Weights over the whole range of a byte, and activations to match.
    fn layer(isa: Isa, inputs: usize, outputs: usize) -> Int8 {
        let bias: Vec<f32> = (0..outputs).map(|i| i as f32 * 0.01).collect();
        Int8::new(isa, inputs, &bias, |o, b| (std::array::from_fn(|i| weight(o, b * BLOCK + i)), scale(o, b)))
    }

    fn weight(output: usize, input: usize) -> i8 {
        if output == 0 { -128 } else { ((output * 37 + input * 101) % 256) as u8 as i8 }
    }

    fn scale(output: usize, block: usize) -> f32 {
        0.001 * (1 + (output + block) % 7) as f32
    }

    #[test]
    fn every_machine_multiplies_alike_and_exactly() {
        for (tokens, inputs, outputs) in [(1, 32, 1), (5, 96, 50), (11, 384, 144)] {
            let mut x = Levels::default();
            let values: Vec<f32> = (0..tokens * inputs).map(|i| (i as f32 * 0.37).sin() * (i % 5) as f32).collect();
            x.round(Isa::best(), &values);
            // The largest that there can be.
            x.bytes[..32].fill(255);
            let mut first: Option<Vec<f32>> = None;
            for isa in Isa::all() {
                let mut out = vec![0.0; tokens * outputs];
                layer(isa, inputs, outputs).forward(&x, &mut out, Then::Nothing);
                for (at, got) in out.iter().enumerate() {
                    let (t, o) = (at / outputs, at % outputs);
                    let term = |i: usize| {
                        let x = (f64::from(x.bytes[t * inputs + i]) - 128.0)
                            * f64::from(x.scales[(t * inputs + i) / BLOCK]);
                        x * f64::from(weight(o, i)) * f64::from(scale(o, i / BLOCK))
                    };
                    let exact = (0..inputs).map(term).sum::<f64>() + o as f64 * 0.01;
                    let size = (0..inputs).map(|i| term(i).abs()).sum::<f64>();
                    assert!((f64::from(*got) - exact).abs() < 1e-6 * (1.0 + size), "{isa:?} {t} {o}: {got} {exact}");
                }
                if isa.fuses() {
                    assert_eq!(*first.get_or_insert_with(|| out.clone()), out, "{isa:?}");
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_those_around_it() {
        let (inputs, outputs) = (64, 70);
        let values: Vec<f32> = (0..7 * inputs).map(|i| (i as f32 * 0.37).sin()).collect();
        for isa in Isa::all() {
            let layer = layer(isa, inputs, outputs);
            let (mut all, mut alone) = (vec![0.0; 7 * outputs], vec![0.0; outputs]);
            let mut x = Levels::default();
            x.round(isa, &values);
            layer.forward(&x, &mut all, Then::Gelu);
            for (row, expected) in values.chunks_exact(inputs).zip(all.chunks_exact(outputs)) {
                x.round(isa, row);
                layer.forward(&x, &mut alone, Then::Gelu);
                assert_eq!(alone, expected);
            }
        }
    }
}
