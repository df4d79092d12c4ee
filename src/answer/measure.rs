//! What an amount measures: by the units that go with a question, and by the words before and behind it (`measure.toml`).

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::quantity::{Quantity, counts, quantities};
use super::wording::{Pattern, any, data};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    bounds_before: Vec<String>,
    bounds_after: Vec<String>,
    reaches: Vec<String>,
    classifiers: Vec<Vec<String>>,
    measure: Vec<Measure>,
}

/// A measure with units of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Measure {
    /// The words that ask for it.
    asks: Vec<String>,
    /// Those that ask for something else with the same words: the growth of a sum is no sum.
    #[serde(default)]
    unless: Vec<String>,
    units: Vec<String>,
    /// Words that give it without a unit.
    words: Vec<String>,
    /// What else gives it: a bare decimal, 7.07; a period of 30日, which a date is not.
    pattern: Option<Pattern>,
}

static FILE: LazyLock<File> = LazyLock::new(|| data(include_str!("measure.toml")));

impl Measure {
    fn gives(&self, amount: &Quantity) -> bool {
        // 2500万 may leave the unit to be understood.
        self.units.contains(&amount.unit) || amount.unit.is_empty() && amount.scale > 1.0
    }
}

/// The measure with units of its own that `question` asks for.
fn asked(question: &str) -> Option<&'static Measure> {
    FILE.measure.iter().find(|measure| any(&measure.asks, question) && !any(&measure.unless, question))
}

/// Whether `question` asks for what is measured in units of its own.
pub fn has_units(question: &str) -> bool {
    asked(question).is_some()
}

/// Whether `quote` counts or measures something, in a unit of what `question` asks for; 一批 and 一个 do not, and no date does.
pub fn is_told(question: &str, quote: &str) -> bool {
    match asked(question) {
        Some(asked) => {
            let otherwise = || asked.pattern.as_ref().is_some_and(|pattern| pattern.is_match(quote));
            quantities(quote).any(|amount| asked.gives(&amount)) || any(&asked.words, quote) || otherwise()
        }
        None => match COUNTS.iter().find(|(asks, _)| asks.is_match(question)) {
            Some((_, tells)) => tells.is_match(quote),
            None => quantities(quote).next().is_some() || counts(quote),
        },
    }
}

/// Of each group of classifiers the ways to ask for a count by all but 个, and the ways to tell one by any.
static COUNTS: LazyLock<Vec<(Regex, Regex)>> = LazyLock::new(|| {
    let patterns = |group: &Vec<String>| {
        let asks: Vec<&str> = group.iter().map(String::as_str).filter(|word| *word != "个").collect();
        let asks = format!("(?:多少|几)(?:{})", asks.join("|"));
        let tells = format!(r"[0-9一二两三四五六七八九十百千万亿余多]\s*(?:{})", group.join("|"));
        let compiled = |pattern: &str| Regex::new(pattern).expect("measure.toml is part of the program");
        (compiled(&asks), compiled(&tells))
    };
    FILE.classifiers.iter().map(patterns).collect()
});

/// How many bytes at the end of `text` bound the amount behind them, 超 of 超50亿元.
pub fn bound_before(text: &str) -> usize {
    FILE.bounds_before.iter().find(|word| text.ends_with(word.as_str())).map_or(0, String::len)
}

/// How many bytes at the beginning of `text` bound the amount before them.
pub fn bound_after(text: &str) -> usize {
    FILE.bounds_after.iter().find(|word| text.starts_with(word.as_str())).map_or(0, String::len)
}

/// What the amount behind `before` measures, by the last two characters before it and the verbs that lead to it: 产值 of
/// 产值达到5000亿元.
pub fn measured(before: &str) -> &str {
    let mut name = before;
    while let Some(rest) = FILE.reaches.iter().find_map(|verb| name.strip_suffix(verb.as_str())) {
        name = rest;
    }
    name.char_indices().rev().nth(1).map_or(name, |(at, _)| &name[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_in_percent_and_money_in_a_currency() {
        assert!(is_told("比重是多少？", "比重超过42%") && !is_told("占比多少？", "达到15000亿元"));
        assert!(!is_told("基金规模有多大？", "5至10年内倍增"));
        assert!(is_told("征收率是多少？", "征收率为3%") && !is_told("征收率是多少？", "不超过3万元的免征"));
        assert!(is_told("收视率是多少？", "首集收视率为7.07") && is_told("花期多久？", "花期1-3月"));
        assert!(is_told("清单有多少项？", "共三十条") && !is_told("清单有多少项？", "有三种方式"));
        assert!(is_told("建几座加氢站？", "加氢站70座以上") && is_told("多少家企业？", "扶持1.2万户企业"));
        assert!(is_told("全员劳动生产率是多少？", "达到20万元/人"));
        assert!(!is_told("地区生产总值是多少？", "地区生产总值增长3.9%") && is_told("产值达到多少？", "产值9000亿元"));
        assert!(!is_told("居民委员会的任期是几年？", "会议每年至少召开一次") && is_told("任期几年？", "每届任期五年"));
        assert!(is_told("几天内答复？", "应当在30日内答复") && !is_told("多长时间办完？", "办理3项"));
        assert!(is_told("地区生产总值增长多少？", "地区生产总值增长3.9%"));
        assert!(is_told("补贴金额达到多少？", "补贴超过2500万"));
    }

    #[test]
    fn what_is_measured_stands_before_the_amount_and_its_verb() {
        assert_eq!(measured("未来产业产值达到"), "产值");
        assert_eq!(measured("全市未来产业实现主营业务收入"), "收入");
        assert_eq!(measured("力争"), "");
    }
}
