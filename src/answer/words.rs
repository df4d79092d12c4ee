//! Which words of a passage answer, where several readings compete: those that overlap most with all of them together.
//!
//! The likeliest span is often a little off, and what people quote is longer than what the reader marks. So every span
//! that may answer is weighed by how likely it is, and of all that could be quoted the range with the greatest expected
//! overlap (F1 over characters) is taken: minimum Bayes risk.

use std::ops::Range;

/// A range that may be the answer, and how likely it is in relation to the others.
pub type Belief = (Range<usize>, f32);

/// Of `options`, the range with the greatest expected overlap with `beliefs`; all are bytes of `text`.
pub fn choose(text: &str, options: &[Range<usize>], beliefs: &[Belief]) -> Option<Range<usize>> {
    let letters = Letters::of(text);
    let expected = |option: &Range<usize>| -> f32 {
        let own = letters.within(option);
        let overlap = |(range, weight): &Belief| {
            let shared = letters.within(&(option.start.max(range.start)..option.end.min(range.end)));
            weight * 2.0 * shared / (own + letters.within(range)).max(1.0)
        };
        beliefs.iter().map(overlap).sum()
    };
    let mut best: Option<(f32, &Range<usize>)> = None;
    for option in options {
        let value = expected(option);
        if best.is_none_or(|(known, _)| value > known) {
            best = Some((value, option));
        }
    }
    best.map(|(_, option)| option.clone())
}

/// How many letters and digits stand before each byte: punctuation and blanks answer nothing.
struct Letters(Vec<u32>);

impl Letters {
    fn of(text: &str) -> Self {
        let mut counts = vec![0; text.len() + 1];
        for (at, c) in text.char_indices() {
            counts[at + c.len_utf8()] = u32::from(c.is_alphanumeric());
        }
        for i in 1..counts.len() {
            counts[i] += counts[i - 1];
        }
        Self(counts)
    }

    fn within(&self, range: &Range<usize>) -> f32 {
        let at = |byte: usize| self.0.get(byte).copied().unwrap_or_default();
        if range.end > range.start { at(range.end).saturating_sub(at(range.start)) as f32 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "abcdefghij, klmnopqrst.";

    #[test]
    fn one_sure_belief_is_the_answer() {
        let options = [0..4, 2..6, 0..10];
        assert_eq!(choose(TEXT, &options, &[(2..6, 1.0)]), Some(2..6));
    }

    #[test]
    fn between_two_beliefs_what_overlaps_with_both_is_best() {
        let options = [0..2, 0..10, 8..10];
        assert_eq!(choose(TEXT, &options, &[(0..2, 0.4), (8..10, 0.3), (0..10, 0.3)]), Some(0..10));
    }

    #[test]
    fn punctuation_does_not_count_and_nothing_gives_nothing() {
        assert_eq!(choose(TEXT, &[10..12, 12..14], &[(10..13, 1.0)]), Some(12..14));
        assert_eq!(choose(TEXT, &[], &[(0..1, 1.0)]), None);
    }
}
