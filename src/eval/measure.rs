//! The arithmetic of the figures.

use std::sync::LazyLock;

use regex::Regex;

/// What overlap counts: a Chinese character, or a word or number in Latin script.
static UNIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[A-Za-z0-9]+|[一-鿿㐀-䶿]").expect("the pattern is part of the program"));

/// The units of `text`, in lower case.
fn units(text: &str) -> Vec<String> {
    UNIT.find_iter(text).map(|found| found.as_str().to_lowercase()).collect()
}

/// F1 of the longest common subsequence of units, as the evaluation of CMRC 2018 defines it:
/// with `p = lcs / |answer|` and `r = lcs / |gold|`, F1 = 2pr / (p + r).
pub fn lcs_f1(answer: &str, gold: &str) -> f64 {
    let (a, b) = (units(answer), units(gold));
    let mut row = vec![0usize; b.len() + 1];
    for x in &a {
        let mut diagonal = 0;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = if x == y { diagonal + 1 } else { above.max(row[j]) };
            diagonal = above;
        }
    }
    let common = row[b.len()];
    if common == 0 {
        return 0.0;
    }
    f1(common as f64 / a.len() as f64, common as f64 / b.len() as f64)
}

/// 2pr / (p + r); 0 where both are 0.
pub fn f1(p: f64, r: f64) -> f64 {
    if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
}

/// The mean, to four digits; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    // Decimal formatting rounds the exact value, which scaling and rounding would not.
    (!values.is_empty()).then(|| format!("{mean:.4}").parse().unwrap_or(mean))
}

/// The value in the middle, or the mean of the two there; `None` of nothing.
pub fn median(values: &[usize]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)? as f64;
    Some(if sorted.len() % 2 == 1 { upper } else { (sorted[middle - 1] as f64 + upper) / 2.0 })
}

/// The nearest-rank percentile: the smallest value that at least `percent` % of the values do not exceed.
pub fn percentile(values: &[f64], percent: usize) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = (percent * sorted.len()).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_chinese_characters_and_latin_words_in_lower_case() {
        assert_eq!(units("发展 eVTOL、5G；㐀。"), ["发", "展", "evtol", "5g", "㐀"]);
    }

    #[test]
    fn overlap_is_the_longest_common_subsequence() {
        // 产值达到 5000 亿 元: 7 units; 产值 5000 亿元: 5; common 5: p = 5/7, r = 1, F1 = 10/12.
        assert!((lcs_f1("产值达到5000亿元[", "产值5000亿元") - 10.0 / 12.0).abs() < 1e-12);
        // 甲乙丙 and 丙乙甲 share one in order: p = r = 1/3.
        assert!((lcs_f1("甲乙丙", "丙乙甲") - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(lcs_f1("甲甲", "甲"), f1(0.5, 1.0));
        assert_eq!([lcs_f1("", "甲"), lcs_f1("甲", "，"), lcs_f1("甲", "乙")], [0.0; 3]);
    }

    #[test]
    fn means_have_four_digits() {
        assert_eq!(mean(&[1.0, 0.0, 1.0]), Some(0.6667));
        // 1/32 = 0.03125 lies exactly between, and goes to the even digit.
        assert_eq!(mean(&[vec![0.0; 31], vec![1.0]].concat()), Some(0.0312));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn the_median_lies_in_the_middle() {
        assert_eq!(median(&[9, 1, 4]), Some(4.0));
        assert_eq!(median(&[9, 1, 4, 7]), Some(5.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!([50, 95, 100].map(|p| percentile(&hundred, p)), [Some(50.0), Some(95.0), Some(100.0)]);
        assert_eq!([50, 95].map(|p| percentile(&[3.0, 1.0, 2.0], p)), [Some(2.0), Some(3.0)]);
        assert_eq!(percentile(&[], 50), None);
    }
}
