//! Quantities in a text: a number with its unit, as an answer gives it. Calendar years, ordinals and document numbers are
//! none.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A number with its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// Where it stands in the text, in bytes.
    pub bytes: Range<usize>,
    /// The number, 万 and 亿 multiplied in.
    pub value: f64,
    /// What 万 and 亿 it was written with: 1e8 for 3000亿元.
    pub scale: f64,
    /// The unit without them: 元, %, 座.
    pub unit: String,
}

/// The units of `units.txt`, and whether each also stands in words that count nothing.
static UNITS: LazyLock<Vec<(&str, bool)>> = LazyLock::new(|| {
    let lines = include_str!("units.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.strip_suffix(" *").map_or((line, false), |unit| (unit, true))).collect()
});

static QUANTITY: LazyLock<Regex> = LazyLock::new(|| {
    let units: Vec<String> = UNITS.iter().map(|(unit, _)| regex::escape(unit)).collect();
    let number = r"[0-9][0-9,]*(?:\.[0-9]+)?|[一二两三四五六七八九十百千]+";
    let pattern =
        format!(r"(第)?({number})\s*(余|多|来)?\s*(万亿|亿|万|千万|百万)?\s*(?:余|多)?({})?", units.join("|"));
    Regex::new(&pattern).expect("units.txt is part of the program")
});

/// The quantities of a text, in order.
pub fn quantities(text: &str) -> impl Iterator<Item = Quantity> {
    QUANTITY.captures_iter(text).filter_map(|found| quantity(text, &found))
}

/// The digits of numbers that are no years and no parts of dates.
const LONG_NUMBER: usize = 5;

/// Whether a text counts in words, 三个 or 两批, or has a number without a unit: less sure than a [`Quantity`].
pub fn counts(text: &str) -> bool {
    QUANTITY.captures_iter(text).any(|found| {
        let (Some(all), Some(number)) = (found.get(0), found.get(2)) else { return false };
        if number.as_str().starts_with(|c: char| c.is_ascii_digit()) {
            // A bare number counts, unless it dates, numbers or names; one as long as that of a telephone always does.
            let (before, after) = (&text[..number.start()], &text[all.end()..]);
            return number.len() >= LONG_NUMBER
                || !before.ends_with(|c: char| c.is_ascii_alphanumeric() || "〔第-—".contains(c))
                    && !after.starts_with(|c: char| c.is_ascii_alphanumeric() || "年月日号〕.．﹒、)）-—".contains(c))
                    && !all.as_str().ends_with('年');
        }
        found.get(1).is_none() && found.get(5).is_some() && number.as_str() != "一"
    })
}

fn quantity(text: &str, found: &Captures) -> Option<Quantity> {
    let number = found.get(2)?.as_str();
    let scale = found.get(4).map(|scale| scale.as_str());
    let unit = found.get(5).map_or("", |unit| unit.as_str());
    let arabic = number.starts_with(|c: char| c.is_ascii_digit());
    let value = if arabic { number.replace(',', "").parse().ok()? } else { han_value(number)? };
    let calendar = unit == "年" && arabic && number.len() == 4;
    let idle = UNITS.iter().any(|(known, idle)| *known == unit && *idle);
    let measures = scale.is_some() || !idle;
    let counts =
        if arabic { !unit.is_empty() || scale.is_some() } else { !unit.is_empty() && (measures || value >= 10.0) };
    if found.get(1).is_some() || calendar || !counts {
        return None;
    }
    let scale = match scale {
        Some("万亿") => 1e12,
        Some("亿") => 1e8,
        Some("千万") => 1e7,
        Some("百万") => 1e6,
        Some("万") => 1e4,
        _ => 1.0,
    };
    let start = found.get(2)?.start();
    let bytes = start..found.get(0)?.end();
    // Part of a longer number or name, such as 2024〕23号 or 5G.
    let joined = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '〔');
    (!joined).then(|| Quantity { bytes, value: value * scale, scale, unit: unit.replace('％', "%") })
}

/// 一百二十 is 120.
fn han_value(numeral: &str) -> Option<f64> {
    let (mut total, mut digit) = (0.0, 0.0);
    for c in numeral.chars() {
        let power = match c {
            '十' => 10.0,
            '百' => 100.0,
            '千' => 1000.0,
            '两' => {
                digit = 2.0;
                continue;
            }
            _ => {
                digit = "一二三四五六七八九".chars().position(|d| d == c)? as f64 + 1.0;
                continue;
            }
        };
        total += if digit > 0.0 { digit } else { 1.0 } * power;
        digit = 0.0;
    }
    Some(total + digit)
}

/// How far two quantities of one unit are apart, in the larger scale of the two: 2000亿元 of 3000亿元 and 1万亿元… `None`
/// for different units.
pub fn difference(a: &Quantity, b: &Quantity) -> Option<String> {
    if a.unit != b.unit {
        return None;
    }
    let scale = a.scale.min(b.scale);
    let (name, points) = match scale {
        1e12 => ("万亿", ""),
        1e8 => ("亿", ""),
        1e7 => ("千万", ""),
        1e6 => ("百万", ""),
        1e4 => ("万", ""),
        _ if a.unit == "%" => ("", "个百分点"),
        _ => ("", ""),
    };
    let apart = (a.value - b.value).abs() / scale;
    // Two decimals are as many as policies give.
    let apart = format!("{apart:.2}");
    let apart = apart.trim_end_matches('0').trim_end_matches('.');
    let unit = if points.is_empty() { a.unit.as_str() } else { points };
    Some(format!("{apart}{name}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        quantities(text).map(|q| &text[q.bytes]).collect()
    }

    #[test]
    fn a_number_with_its_unit_is_a_quantity() {
        assert_eq!(found("到2025年,主营业务收入3000亿元以上,占比42.5%"), ["3000亿元", "42.5%"]);
        assert_eq!(found("补助1,500万元，建成三百座，高龄津贴二百元"), ["1,500万元", "三百座", "二百元"]);
        assert_eq!(found("突破1万辆，培育10家，为期3年"), ["1万辆", "10家", "3年"]);
    }

    #[test]
    fn years_ordinals_names_and_document_numbers_are_none() {
        for text in
            ["到2025年", "第三代半导体", "5G和6G", "通政发〔2024〕23号", "第二十条", "一个中心", "8月7日", "三位一体"]
        {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn the_difference_of_two_quantities_is_told_in_their_unit() {
        let of = |a: &str, b: &str| difference(&quantities(a).next().unwrap(), &quantities(b).next().unwrap());
        assert_eq!(of("5000亿元", "3000亿元").as_deref(), Some("2000亿元"));
        assert_eq!(of("1.5万亿元", "3000亿元").as_deref(), Some("12000亿元"));
        assert_eq!(of("42%", "39.5%").as_deref(), Some("2.5个百分点"));
        assert_eq!(of("10座", "3000亿元"), None);
    }
}
