//! Reading the pattern files of this folder.

use regex::{Regex, RegexSet, RegexSetBuilder};

/// Patterns of which each must match a line from its first character to its last.
pub(crate) fn whole_line(patterns: &[String]) -> RegexSet {
    set(patterns.iter().map(|pattern| format!("^(?:{pattern})$")).collect())
}

/// Patterns that may match anywhere in a line.
pub(crate) fn within_line(patterns: &[String]) -> RegexSet {
    set(patterns.to_vec())
}

/// Patterns that are tried one after the other, for their groups or places.
pub(crate) fn each(patterns: &[String]) -> Vec<Regex> {
    patterns.iter().map(|pattern| Regex::new(pattern).expect("a pattern file of this crate")).collect()
}

fn set(patterns: Vec<String>) -> RegexSet {
    RegexSetBuilder::new(patterns)
        .size_limit(64 << 20)
        .dfa_size_limit(16 << 20)
        .build()
        .expect("a pattern file of this crate")
}
