//! Products with f32 weights, which are laid out once.

use super::{Isa, LANES, Lanes, Plain, Vector, gelu, kernel};
#[cfg(target_arch = "x86_64")]
use super::{V256, V512};

/// Columns that lie together, row after row: three registers' worth, so that with eight tokens a tile fills the 32
/// registers of AVX-512.
pub const PANEL: usize = 3 * LANES;

/// What follows a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    Nothing,
    Gelu,
}

/// A linear layer in f32.
pub struct Dense {
    inputs: usize,
    outputs: usize,
    /// `[panels, inputs, PANEL]`; columns past the last are zero.
    weight: Vec<f32>,
    /// `[panels, PANEL]`.
    bias: Vec<f32>,
}

impl Dense {
    /// A layer of the weights `[outputs, inputs]`, as they are stored.
    pub fn new(weight: &[f32], bias: &[f32], inputs: usize) -> Self {
        let outputs = bias.len();
        let panels = outputs.div_ceil(PANEL);
        let mut packed = vec![0.0; panels * inputs * PANEL];
        for (o, row) in weight.chunks_exact(inputs).enumerate().take(outputs) {
            let panel = &mut packed[o / PANEL * inputs * PANEL..];
            for (i, &w) in row.iter().enumerate() {
                panel[i * PANEL + o % PANEL] = w;
            }
        }
        let mut padded = bias.to_vec();
        padded.resize(panels * PANEL, 0.0);
        Self { inputs, outputs, weight: packed, bias: padded }
    }

    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// `x` is `[tokens, inputs]`, `out` becomes `[tokens, outputs]`.
    pub fn forward(&self, isa: Isa, x: &[f32], out: &mut [f32], then: Then) {
        linear(isa, self, x, out, then);
    }
}

kernel! {
    fn linear(layer: &Dense, x: &[f32], out: &mut [f32], then: Then) {
        avx512: linear_body::<V512, 8, 3>(layer, x, out, then),
        avx2: linear_body::<V256, 6, 1>(layer, x, out, then),
        plain: linear_body::<Plain, 2, 1>(layer, x, out, then),
    }
}

/// Tiles of `T` tokens by `J` vectors. A panel stays near while all tokens go by.
#[inline(always)]
fn linear_body<V: Vector, const T: usize, const J: usize>(layer: &Dense, x: &[f32], out: &mut [f32], then: Then) {
    let (inputs, outputs) = (layer.inputs, layer.outputs);
    let tokens = out.len() / outputs;
    for (p, panel) in layer.weight.chunks_exact(inputs * PANEL).enumerate() {
        for first in (0..tokens).step_by(T) {
            for j in (0..PANEL / LANES).step_by(J) {
                let column = p * PANEL + j * LANES;
                if column >= outputs {
                    break;
                }
                let rows = rows_of::<T>(x, inputs, first, tokens);
                let tile = product::<V, T, J>(rows, &panel[j * LANES..], PANEL);
                finish(&tile, &layer.bias[column..], then, &mut out[first * outputs..], outputs, column);
            }
        }
    }
}

/// `T` rows of `width` from `first` on; past the last, the last again.
#[inline(always)]
pub fn rows_of<const T: usize>(x: &[f32], width: usize, first: usize, count: usize) -> [&[f32]; T] {
    std::array::from_fn(|t| {
        let at = (first + t).min(count - 1) * width;
        &x[at..at + width]
    })
}

/// Each of `rows` (all as long as the first) times a matrix whose row `i` begins at `i * stride`; `J` × [`LANES`] of its
/// columns. A sum runs over the rows of the matrix in order.
#[inline(always)]
pub fn product<V: Vector, const T: usize, const J: usize>(
    rows: [&[f32]; T],
    matrix: &[f32],
    stride: usize,
) -> [[V; J]; T] {
    let depth = rows[0].len();
    assert!(rows.iter().all(|row| row.len() == depth));
    assert!(depth == 0 || matrix.len() >= (depth - 1) * stride + J * LANES);
    let mut sums = [[V::splat(0.0); J]; T];
    for i in 0..depth {
        // SAFETY: row `i` of the matrix lies within it, as asserted above.
        let columns = unsafe { &*matrix.as_ptr().add(i * stride).cast::<[Lanes; J]>() };
        // Not `from_fn`, here and elsewhere, whose closures are not always inlined.
        let mut loaded = [V::splat(0.0); J];
        for j in 0..J {
            loaded[j] = V::load(&columns[j]);
        }
        for t in 0..T {
            // SAFETY: each row has `depth` numbers.
            let x = V::splat(unsafe { *rows[t].get_unchecked(i) });
            for j in 0..J {
                sums[t][j] = x.mul_add(loaded[j], sums[t][j]);
            }
        }
    }
    sums
}

/// Adds the bias, applies what follows and writes a tile into the rows of `out`, at `column`: as many rows and columns
/// as there are.
#[inline(always)]
pub fn finish<V: Vector, const T: usize, const J: usize>(
    tile: &[[V; J]; T],
    bias: &[f32],
    then: Then,
    out: &mut [f32],
    width: usize,
    column: usize,
) {
    let (bias, _) = bias.as_chunks::<LANES>();
    for (row, out) in tile.iter().zip(out.chunks_exact_mut(width)) {
        for (j, (x, bias)) in row.iter().zip(bias).enumerate() {
            let x = x.add(V::load(bias));
            let x = if then == Then::Gelu { gelu(x) } else { x };
            put(x, out.get_mut(column + j * LANES..).unwrap_or_default());
        }
    }
}

/// Writes as many lanes as there is room for.
#[inline(always)]
pub fn put<V: Vector>(x: V, out: &mut [f32]) {
    if let Some(out) = out.first_chunk_mut::<LANES>() {
        x.store(out);
    } else {
        let mut lanes = [0.0; LANES];
        x.store(&mut lanes);
        out.copy_from_slice(&lanes[..out.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_machine_multiplies_alike_whatever_the_sizes() {
        for (tokens, inputs, outputs) in [(1, 1, 1), (3, 8, 16), (9, 33, 50), (17, 64, 144), (8, 384, 48)] {
            let x: Vec<f32> = (0..tokens * inputs).map(|i| (i as f32 * 0.37).sin()).collect();
            let weight: Vec<f32> = (0..outputs * inputs).map(|i| (i as f32 * 0.73).cos()).collect();
            let bias: Vec<f32> = (0..outputs).map(|i| i as f32 * 0.01).collect();
            let layer = Dense::new(&weight, &bias, inputs);
            let mut first: Option<Vec<f32>> = None;
            for isa in Isa::all() {
                let mut out = vec![0.0; tokens * outputs];
                layer.forward(isa, &x, &mut out, Then::Nothing);
                for (i, got) in out.iter().enumerate() {
                    let (x, w) = (&x[i / outputs * inputs..][..inputs], &weight[i % outputs * inputs..][..inputs]);
                    let exact: f64 = x.iter().zip(w).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
                    let exact = exact + f64::from(bias[i % outputs]);
                    assert!((f64::from(*got) - exact).abs() < 1e-5 * (inputs as f64).sqrt(), "{isa:?} {i}");
                }
                if isa.fuses() {
                    assert_eq!(*first.get_or_insert_with(|| out.clone()), out, "{isa:?}");
                }
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_those_around_it() {
        let (inputs, outputs) = (40, 70);
        let x: Vec<f32> = (0..13 * inputs).map(|i| (i as f32 * 0.37).sin()).collect();
        let weight: Vec<f32> = (0..outputs * inputs).map(|i| (i as f32 * 0.73).cos()).collect();
        let layer = Dense::new(&weight, &vec![0.5; outputs], inputs);
        for isa in Isa::all() {
            let mut all = vec![0.0; 13 * outputs];
            layer.forward(isa, &x, &mut all, Then::Gelu);
            for (row, expected) in x.chunks_exact(inputs).zip(all.chunks_exact(outputs)) {
                let mut alone = vec![0.0; outputs];
                layer.forward(isa, row, &mut alone, Then::Gelu);
                assert_eq!(alone, expected);
            }
        }
    }
}
