//! What stands between the matrix products of a layer, each as one pass in place over the product's memory.
//!
//! candle's own functions make a new tensor a step and call a scalar error function and exponential; together they took
//! three times as long as the products. These loops are such that the compiler uses vector instructions, and run on all
//! cores.

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result};
use rayon::prelude::*;

/// Numbers that one task works on at least: below, handing it to another core costs more than it gains.
const TASK: usize = 1 << 14;

/// Adds `bias` to each row.
pub struct AddBias<'a>(pub &'a [f32]);

/// Adds `bias` to each row and applies GELU in its exact form, x · Φ(x).
pub struct AddBiasGelu<'a>(pub &'a [f32]);

/// Adds `bias` and the residual to each row and normalises it.
pub struct AddNorm<'a> {
    pub bias: &'a [f32],
    pub weight: &'a [f32],
    pub shift: &'a [f32],
    pub eps: f32,
}

/// Softmax over each row, scaled before.
pub struct Softmax {
    pub scale: f32,
    pub width: usize,
}

/// The numbers of a tensor that lies in one piece.
fn all<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(values), Some((start, end))) => Ok(&mut values[start..end]),
        _ => candle_core::bail!("a fused step needs f32 in one piece"),
    }
}

/// Whole rows of `width`, so many that they make a task.
fn task(width: usize) -> usize {
    TASK.div_ceil(width) * width
}

impl InplaceOp1 for AddBias<'_> {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = self.0.len();
        all(storage, layout)?.par_chunks_mut(task(width)).for_each(|rows| {
            for row in rows.chunks_exact_mut(width) {
                row.iter_mut().zip(self.0).for_each(|(x, b)| *x += b);
            }
        });
        Ok(())
    }
}

impl InplaceOp1 for AddBiasGelu<'_> {
    fn name(&self) -> &'static str {
        "add-bias-gelu"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let width = self.0.len();
        all(storage, layout)?.par_chunks_mut(task(width)).for_each(|rows| {
            for row in rows.chunks_exact_mut(width) {
                row.iter_mut().zip(self.0).for_each(|(x, b)| *x = gelu(*x + b));
            }
        });
        Ok(())
    }
}

impl InplaceOp2 for AddNorm<'_> {
    fn name(&self) -> &'static str {
        "add-norm"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout, residual: &CpuStorage, at: &Layout) -> Result<()> {
        let (CpuStorage::F32(residual), Some((start, end))) = (residual, at.contiguous_offsets()) else {
            candle_core::bail!("a residual is f32 in one piece")
        };
        let size = task(self.bias.len());
        let tasks = all(storage, layout)?.par_chunks_mut(size).zip(residual[start..end].par_chunks(size));
        tasks.for_each(|(rows, residual)| self.rows(rows, residual));
        Ok(())
    }
}

impl AddNorm<'_> {
    fn rows(&self, rows: &mut [f32], residual: &[f32]) {
        let width = self.bias.len();
        for (row, residual) in rows.chunks_exact_mut(width).zip(residual.chunks_exact(width)) {
            row.iter_mut().zip(self.bias).zip(residual).for_each(|((x, b), r)| *x += b + r);
            let mean = sum(row, |x| x) / width as f32;
            let variance = sum(row, |x| (x - mean) * (x - mean)) / width as f32;
            let inverse = 1.0 / (variance + self.eps).sqrt();
            let scaled = row.iter_mut().zip(self.weight).zip(self.shift);
            scaled.for_each(|((x, w), s)| *x = (*x - mean) * inverse * w + s);
        }
    }
}

impl InplaceOp1 for Softmax {
    fn name(&self) -> &'static str {
        "scaled-softmax"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        all(storage, layout)?.par_chunks_mut(task(self.width)).for_each(|rows| {
            for row in rows.chunks_exact_mut(self.width) {
                let most = largest(row);
                row.iter_mut().for_each(|x| *x = exp((*x - most) * self.scale));
                let inverse = 1.0 / sum(row, |x| x);
                row.iter_mut().for_each(|x| *x *= inverse);
            }
        });
        Ok(())
    }
}

/// The sum in eight lanes, which vector instructions can do.
#[inline(always)]
fn sum(row: &[f32], f: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0f32; 8];
    let chunks = row.chunks_exact(8);
    let rest: f32 = chunks.remainder().iter().map(|&x| f(x)).sum();
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &x)| *lane += f(x));
    }
    lanes.iter().sum::<f32>() + rest
}

/// The largest, in eight lanes.
#[inline(always)]
fn largest(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if a > b { a } else { b };
    let mut lanes = [f32::NEG_INFINITY; 8];
    let chunks = row.chunks_exact(8);
    let rest = chunks.remainder().iter().copied().fold(f32::NEG_INFINITY, larger);
    for chunk in chunks {
        lanes.iter_mut().zip(chunk).for_each(|(lane, &x)| *lane = larger(*lane, x));
    }
    lanes.into_iter().fold(rest, larger)
}

/// x · Φ(x), with the error function of Abramowitz & Stegun 7.1.26, which is off by at most 1.5e-7.
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let polynomial = t * (0.254_829_6 + t * (-0.284_496_74 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
    // Half of what is left of 1 on the far side: Φ(-|x|).
    let tail = 0.5 * polynomial * exp(-z * z);
    x * if x > 0.0 { 1.0 - tail } else { tail }
}

/// e to the power of `x`, for x up to 0; 0 below the smallest normal number. Off by 2 units in the last place.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// Adding it rounds to an integer, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = if x > -87.0 { x } else { -87.0 };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    // ln 2 in two parts, the first of which times n is exact.
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let polynomial =
        1.0 + r * (1.0 + r * (0.5 + r * (0.166_666_65 + r * (0.041_665_796 + r * (0.008_333_452 + r * 0.001_398_2)))));
    polynomial * f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23))
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};
    use candle_nn::ops::softmax_last_dim;

    use super::*;

    /// Rows of numbers from -`reach` to `reach`.
    fn rows(reach: f32) -> Tensor {
        Tensor::arange(0f32, 7.0 * 20.0, &Device::Cpu)
            .and_then(|t| t.reshape((7, 20)))
            .and_then(|t| t.affine(2.0 * f64::from(reach) / 139.0, -f64::from(reach)))
            .unwrap()
    }

    fn distance(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap().to_scalar().unwrap()
    }

    #[test]
    fn gelu_is_that_of_the_error_function() {
        for reach in [0.5, 3.0, 12.0, 100.0] {
            let (x, bias) = (rows(reach), vec![0.25f32; 20]);
            let expected = (&x + 0.25).unwrap().gelu_erf().unwrap();
            x.inplace_op1(&AddBiasGelu(&bias)).unwrap();
            assert!(distance(&x, &expected) < 1e-6 * reach.max(1.0), "{reach}");
        }
    }

    #[test]
    fn softmax_is_that_of_candle_and_norm_that_of_the_formula() {
        for reach in [0.1, 5.0, 300.0] {
            let x = rows(reach);
            let expected = softmax_last_dim(&(&x * 0.3).unwrap()).unwrap();
            x.inplace_op1(&Softmax { scale: 0.3, width: 20 }).unwrap();
            // candle's are scaled first, and so rounded before the largest is taken off.
            assert!(distance(&x, &expected) < 1e-7 * (10.0 + reach), "{reach}");
        }
        let (x, residual) = (rows(3.0), rows(1.0));
        let part = |value: f32| vec![value; 20];
        let (bias, weight, shift) = (part(0.5), part(2.0), part(-1.0));
        let sum = ((&x + &residual).unwrap() + 0.5).unwrap().to_vec2::<f32>().unwrap();
        // In f64: candle's own takes the square of the mean from the mean of the squares, and loses digits.
        let normalised = |row: &Vec<f32>| -> Vec<f32> {
            let (n, sum) = (row.len() as f64, row.iter().map(|x| f64::from(*x)).sum::<f64>());
            let variance = row.iter().map(|x| (f64::from(*x) - sum / n).powi(2)).sum::<f64>() / n;
            row.iter().map(|x| ((f64::from(*x) - sum / n) / variance.sqrt() * 2.0 - 1.0) as f32).collect()
        };
        let expected: Vec<Vec<f32>> = sum.iter().map(normalised).collect();
        let expected = Tensor::new(expected, &Device::Cpu).unwrap();
        let norm = AddNorm { bias: &bias, weight: &weight, shift: &shift, eps: 1e-12 };
        x.inplace_op2(&residual, &norm).unwrap();
        assert!(distance(&x, &expected) < 1e-5);
    }
}
