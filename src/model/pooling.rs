//! Token states to unit vectors.

use std::ops::Range;

use super::spec::{Pooling, Spec};

/// Pools the states `[tokens, dimensions]` (row-major) of one text to its vector.
pub fn pool(states: &[f32], spec: &Spec, tokens: Range<usize>) -> Vec<f32> {
    match spec.pooling {
        Pooling::Mean => mean(states, spec.dimensions, tokens),
        Pooling::Cls => mean(states, spec.dimensions, tokens.start..tokens.start + 1),
    }
}

/// The L2-normalised mean of the rows `tokens` of `states`.
pub fn mean(states: &[f32], dimensions: usize, tokens: Range<usize>) -> Vec<f32> {
    let mut sum = vec![0f32; dimensions];
    for row in states[tokens.start * dimensions..tokens.end * dimensions].chunks_exact(dimensions) {
        for (s, x) in sum.iter_mut().zip(row) {
            *s += x;
        }
    }
    normalise(&mut sum);
    sum
}

fn normalise(vector: &mut [f32]) {
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm > 0.0 {
        vector.iter_mut().for_each(|x| *x /= norm);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_over_the_given_rows_and_has_unit_length() {
        let states = [9.0, 9.0, 3.0, 0.0, 3.0, 8.0];
        assert_eq!(mean(&states, 2, 1..3), vec![0.6, 0.8]);
    }

    #[test]
    fn an_all_zero_text_stays_zero_instead_of_becoming_nan() {
        assert_eq!(mean(&[0.0, 0.0], 2, 0..1), vec![0.0, 0.0]);
    }
}
