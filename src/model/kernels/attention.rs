//! Attention within one sequence, a head and eight queries at a time: scores, softmax and mixture stay in the nearest
//! cache.

use super::dense::{product, put};
use super::{LANES, Lanes, Plain, Vector, exp, kernel};
#[cfg(target_arch = "x86_64")]
use super::{V256, V512};

/// Queries of a tile.
const QUERIES: usize = 8;

kernel! {
    /// `qkv` is `[tokens, 3 × hidden]`, `out` becomes `[tokens, hidden]`; `scratch` is what it likes to keep.
    pub fn attend(qkv: &[f32], heads: usize, hidden: usize, out: &mut [f32], scratch: &mut Vec<f32>) {
        avx512: attend_body::<V512, 3, 2>(qkv, heads, hidden, out, scratch),
        avx2: attend_body::<V256, 1, 1>(qkv, heads, hidden, out, scratch),
        plain: attend_body::<Plain, 1, 1>(qkv, heads, hidden, out, scratch),
    }
}

/// `K` vectors of keys, or `W` of values, are worked on together.
#[inline(always)]
fn attend_body<V: Vector, const K: usize, const W: usize>(
    qkv: &[f32],
    heads: usize,
    hidden: usize,
    out: &mut [f32],
    scratch: &mut Vec<f32>,
) {
    let (tokens, size) = (out.len() / hidden, hidden / heads);
    let (keys_width, values_width) = (tokens.next_multiple_of(LANES), size.next_multiple_of(LANES));
    scratch.clear();
    scratch.resize(size * keys_width + tokens * values_width + QUERIES * keys_width, 0.0);
    let (keys, rest) = scratch.split_at_mut(size * keys_width);
    let (values, scores) = rest.split_at_mut(tokens * values_width);
    for head in 0..heads {
        let at = head * size;
        transpose(qkv, hidden + at, 3 * hidden, size, keys, keys_width);
        for (row, values) in qkv.chunks_exact(3 * hidden).zip(values.chunks_exact_mut(values_width)) {
            values[..size].copy_from_slice(&row[2 * hidden + at..][..size]);
        }
        for first in (0..tokens).step_by(QUERIES) {
            // Past the last query, the last again.
            let token = |t: usize| (first + t).min(tokens - 1);
            let queries: [&[f32]; QUERIES] = std::array::from_fn(|t| &qkv[token(t) * 3 * hidden + at..][..size]);
            let mut key = 0;
            while key + K * LANES <= keys_width {
                score::<V, K>(queries, keys, scores, keys_width, key);
                key += K * LANES;
            }
            while key < keys_width {
                score::<V, 1>(queries, keys, scores, keys_width, key);
                key += LANES;
            }
            let scale = 1.0 / (size as f32).sqrt();
            let mut inverses = [0.0; QUERIES];
            for (row, inverse) in scores.chunks_exact_mut(keys_width).zip(&mut inverses) {
                *inverse = 1.0 / exponentials::<V>(row, tokens, scale);
            }
            let scores: [&[f32]; QUERIES] = std::array::from_fn(|t| &scores[t * keys_width..][..tokens]);
            let out = &mut out[first * hidden..];
            let mut value = 0;
            while value + W * LANES <= values_width {
                let tile = product::<V, QUERIES, W>(scores, &values[value..], values_width);
                mixture(&tile, &inverses, out, hidden, at + value, size - value);
                value += W * LANES;
            }
            while value < values_width {
                let tile = product::<V, QUERIES, 1>(scores, &values[value..], values_width);
                mixture(&tile, &inverses, out, hidden, at + value, size - value);
                value += LANES;
            }
        }
    }
}

/// `size` columns from `column` on, of rows of `stride`, into rows of `width`.
#[inline(always)]
fn transpose(x: &[f32], column: usize, stride: usize, size: usize, out: &mut [f32], width: usize) {
    for (i, rows) in x.chunks(stride * LANES).enumerate() {
        if rows.len() == stride * LANES {
            let rows: [&[f32]; LANES] = std::array::from_fn(|l| &rows[l * stride + column..][..size]);
            for d in 0..size {
                let lanes: Lanes = std::array::from_fn(|l| rows[l][d]);
                out[d * width + i * LANES..][..LANES].copy_from_slice(&lanes);
            }
        } else {
            for (l, row) in rows.chunks_exact(stride).enumerate() {
                for d in 0..size {
                    out[d * width + i * LANES + l] = row[column + d];
                }
            }
        }
    }
}

/// Fills `J` × [`LANES`] columns of the scores, from `key` on.
#[inline(always)]
fn score<V: Vector, const J: usize>(
    queries: [&[f32]; QUERIES],
    keys: &[f32],
    scores: &mut [f32],
    width: usize,
    key: usize,
) {
    let tile = product::<V, QUERIES, J>(queries, &keys[key..], width);
    for (row, scores) in tile.iter().zip(scores.chunks_exact_mut(width)) {
        for (j, x) in row.iter().enumerate() {
            put(*x, &mut scores[key + j * LANES..]);
        }
    }
}

/// Turns the first `count` scores of a row (of whole lanes) into exponentials of their distance to the largest; returns
/// their sum.
#[inline(always)]
fn exponentials<V: Vector>(row: &mut [f32], count: usize, scale: f32) -> f32 {
    row[count..].fill(f32::NEG_INFINITY);
    let (chunks, _) = row.as_chunks_mut::<LANES>();
    let most = chunks.iter().fold(V::splat(f32::NEG_INFINITY), |most, chunk| V::load(chunk).max(most));
    let (most, scale) = (V::splat(most.largest()), V::splat(scale));
    let mut sum = V::splat(0.0);
    for chunk in chunks {
        let x = exp(V::load(chunk).sub(most).mul(scale));
        sum = sum.add(x);
        x.store(chunk);
    }
    sum.sum()
}

/// Writes the first `count` columns of a tile, each row times its inverse, at `column`: as many rows as there are.
#[inline(always)]
fn mixture<V: Vector, const J: usize>(
    tile: &[[V; J]; QUERIES],
    inverses: &[f32; QUERIES],
    out: &mut [f32],
    width: usize,
    column: usize,
    count: usize,
) {
    for ((row, inverse), out) in tile.iter().zip(inverses).zip(out.chunks_exact_mut(width)) {
        let out = &mut out[column..column + count.min(J * LANES)];
        for (j, x) in row.iter().enumerate() {
            put(x.mul(V::splat(*inverse)), &mut out[j * LANES..]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kernels::Isa;

    #[test]
    fn attention_is_that_of_the_formula_on_every_machine() {
        for (tokens, heads, size) in [(1, 1, 4), (7, 2, 4), (16, 2, 32), (75, 3, 32), (20, 1, 72)] {
            let hidden = heads * size;
            let qkv: Vec<f32> = (0..tokens * 3 * hidden).map(|i| (i as f32 * 0.37).sin() * 2.0).collect();
            let at = |token: usize, part: usize, i: usize| f64::from(qkv[token * 3 * hidden + part * hidden + i]);
            let mut first: Option<Vec<f32>> = None;
            for isa in Isa::all() {
                let mut out = vec![0.0; tokens * hidden];
                attend(isa, &qkv, heads, hidden, &mut out, &mut vec![9.0; 3]);
                for token in 0..tokens {
                    for head in 0..heads {
                        let columns = || head * size..(head + 1) * size;
                        let score = |key| {
                            let product: f64 = columns().map(|i| at(token, 0, i) * at(key, 1, i)).sum();
                            (product / (size as f64).sqrt()).exp()
                        };
                        let scores: Vec<f64> = (0..tokens).map(score).collect();
                        for i in columns() {
                            let mixed: f64 = scores.iter().enumerate().map(|(key, s)| s * at(key, 2, i)).sum();
                            let expected = mixed / scores.iter().sum::<f64>();
                            let got = f64::from(out[token * hidden + i]);
                            assert!((got - expected).abs() < 1e-5, "{isa:?} {token} {i}: {got} {expected}");
                        }
                    }
                }
                if isa.fuses() {
                    assert_eq!(*first.get_or_insert_with(|| out.clone()), out, "{isa:?}");
                }
            }
        }
    }
}
