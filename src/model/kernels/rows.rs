//! What is done row by row: the norm with its residual, and the rounding of activations to bytes.

use super::{Isa, LANES, Plain, ROUND, Vector, kernel};
#[cfg(target_arch = "x86_64")]
use super::{V256, V512};

/// Numbers that share a scale, in weights (as Q4_0 and Q8_0 have it) and in activations.
pub const BLOCK: usize = 32;

kernel! {
    /// Adds `product` to the rows of `x` and normalises each: `x` is `[rows, weight.len()]`.
    pub fn add_norm(x: &mut [f32], product: &[f32], weight: &[f32], shift: &[f32], eps: f32) {
        avx512: add_norm_body::<V512>(x, product, weight, shift, eps),
        avx2: add_norm_body::<V256>(x, product, weight, shift, eps),
        plain: add_norm_body::<Plain>(x, product, weight, shift, eps),
    }
}

#[inline(always)]
fn add_norm_body<V: Vector>(x: &mut [f32], product: &[f32], weight: &[f32], shift: &[f32], eps: f32) {
    let width = weight.len();
    let each = 1.0 / width as f32;
    for (row, product) in x.chunks_exact_mut(width).zip(product.chunks_exact(width)) {
        let sum = over::<V>(row, [product, product], |sum, x, [p, _]| {
            let x = x.add(p);
            (sum.add(x), x)
        });
        let mean = V::splat(sum * each);
        let squares = over::<V>(row, [product, product], |sum, x, _| {
            let x = x.sub(mean);
            (x.mul_add(x, sum), x)
        });
        let inverse = V::splat(1.0 / (squares * each + eps).sqrt());
        over::<V>(row, [weight, shift], |sum, x, [w, s]| (sum, x.mul(inverse).mul_add(w, s)));
    }
}

/// Changes a row by `change(sum, x, others)`, which also adds to the sum that is returned. What is left behind the last
/// whole vector goes one by one.
#[inline(always)]
fn over<V: Vector>(row: &mut [f32], others: [&[f32]; 2], mut change: impl FnMut(V, V, [V; 2]) -> (V, V)) -> f32 {
    let [(a, a_rest), (b, b_rest)] = others.map(|other| other.as_chunks::<LANES>());
    let (chunks, rest) = row.as_chunks_mut::<LANES>();
    let mut sum = V::splat(0.0);
    for (chunk, (a, b)) in chunks.iter_mut().zip(a.iter().zip(b)) {
        let x;
        (sum, x) = change(sum, V::load(chunk), [V::load(a), V::load(b)]);
        x.store(chunk);
    }
    let mut total = sum.sum();
    for (i, last) in rest.iter_mut().enumerate() {
        let (sum, x) = change(V::splat(0.0), V::splat(*last), [V::splat(a_rest[i]), V::splat(b_rest[i])]);
        let (mut sums, mut lanes) = ([0.0; LANES], [0.0; LANES]);
        sum.store(&mut sums);
        x.store(&mut lanes);
        total += sums[0];
        *last = lanes[0];
    }
    total
}

/// Activations as bytes: a number is (byte - 128) × the scale of its block of [`BLOCK`], so that a large one costs its
/// neighbours digits and no others. A byte is never 0. Each row is rounded by itself.
#[derive(Debug, Default)]
pub struct Levels {
    pub bytes: Vec<u8>,
    pub scales: Vec<f32>,
}

impl Levels {
    /// Rounds `x`, rows of whole blocks.
    pub fn round(&mut self, isa: Isa, x: &[f32]) {
        self.bytes.resize(x.len(), 0);
        self.scales.resize(x.len() / BLOCK, 0.0);
        round(isa, x, &mut self.bytes, &mut self.scales);
    }
}

kernel! {
    fn round(x: &[f32], bytes: &mut [u8], scales: &mut [f32]) {
        avx512: round_body::<V512>(x, bytes, scales),
        avx2: round_body::<V256>(x, bytes, scales),
        plain: round_body::<Plain>(x, bytes, scales),
    }
}

#[inline(always)]
fn round_body<V: Vector>(x: &[f32], bytes: &mut [u8], scales: &mut [f32]) {
    /// What is smaller is taken for zero: its inverse would overflow.
    const LEAST: f32 = 1e-30;
    let (blocks, _) = x.as_chunks::<LANES>();
    let (bytes, _) = bytes.as_chunks_mut::<LANES>();
    for ((block, bytes), scale) in blocks.chunks_exact(2).zip(bytes.chunks_exact_mut(2)).zip(scales) {
        let block: [V; 2] = [V::load(&block[0]), V::load(&block[1])];
        let most = block[0].abs().max(block[1].abs()).largest();
        *scale = most * (1.0 / 127.0);
        let inverse = V::splat(if most > LEAST { 127.0 / most } else { 0.0 });
        for (x, bytes) in block.iter().zip(bytes) {
            x.mul_add(inverse, V::splat(ROUND + 128.0)).store_bytes(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_norm_is_that_of_the_formula() {
        for width in [8, 16, 40, 384] {
            let x: Vec<f32> = (0..5 * width).map(|i| (i as f32 * 0.37).sin() * 3.0).collect();
            let product: Vec<f32> = (0..5 * width).map(|i| (i as f32 * 0.11).cos()).collect();
            for isa in Isa::all() {
                let mut got = x.clone();
                add_norm(isa, &mut got, &product, &vec![2.0; width], &vec![-1.0; width], 1e-12);
                for (at, row) in got.chunks_exact(width).enumerate() {
                    let sum = |i: usize| f64::from(x[at * width + i]) + f64::from(product[at * width + i]);
                    let mean = (0..width).map(sum).sum::<f64>() / width as f64;
                    let variance = (0..width).map(|i| (sum(i) - mean).powi(2)).sum::<f64>() / width as f64;
                    for (i, got) in row.iter().enumerate() {
                        let expected = (sum(i) - mean) / variance.sqrt() * 2.0 - 1.0;
                        assert!((f64::from(*got) - expected).abs() < 1e-5, "{isa:?} {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn rounding_is_to_the_nearest_and_the_same_on_every_machine() {
        let mut x: Vec<f32> = (0..6 * BLOCK).map(|i| (i as f32 * 0.37).sin() * (i as f32)).collect();
        x[..BLOCK].fill(0.0);
        x[BLOCK..2 * BLOCK].iter_mut().for_each(|x| *x *= 1e-36);
        let mut first = Levels::default();
        first.round(Isa::best(), &x);
        for (i, x) in x.iter().enumerate() {
            let got = (f32::from(first.bytes[i]) - 128.0) * first.scales[i / BLOCK];
            assert!((got - x).abs() <= first.scales[i / BLOCK] * 0.5001 + 1e-30, "{i}: {got} {x}");
        }
        for isa in Isa::all() {
            let mut levels = Levels::default();
            levels.round(isa, &x);
            assert_eq!((&levels.bytes, &levels.scales), (&first.bytes, &first.scales), "{isa:?}");
        }
    }
}
