//! Dates as documents write them.

use std::sync::LazyLock;

use regex::Regex;

use super::numeral;

/// A day, ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub year: u16,
    pub month: u8,
    pub day: u8,
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Date {
    /// Days since some fixed day, good to a day or two: for "how far apart are they?".
    pub fn day_number(self) -> i64 {
        i64::from(self.year) * 365 + i64::from(self.month) * 30 + i64::from(self.day)
    }
}

static ARABIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"([0-9０-９]{4})\s*(?:年|[-－/.．])\s*([0-9０-９]{1,2})\s*(?:月|[-－/.．])\s*([0-9０-９]{1,2})(?:\s*日)?",
    )
    .expect("constant")
});
static HAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([二一][〇○ＯOo零0一二三四五六七八九]{3})\s*年\s*([元一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,4})\s*日").expect("constant")
});

/// The first date in `s` and where it stands.
pub(crate) fn first_date(s: &str) -> Option<(Date, std::ops::Range<usize>)> {
    let arabic = ARABIC.captures_iter(s).find_map(|found| {
        let whole = found.get(0)?;
        // `12023-01-01` and `2023.1.123` are no dates.
        let glued = s[..whole.start()].ends_with(|c: char| c.is_ascii_digit())
            || (!whole.as_str().ends_with('日') && s[whole.end()..].starts_with(|c: char| c.is_ascii_digit()));
        let date = day(number(&found[1])?, number(&found[2])?, number(&found[3])?)?;
        (!glued).then_some((date, whole.range()))
    });
    let han = HAN.captures_iter(s).find_map(|found| {
        let year = found[1].chars().try_fold(0, |year, c| Some(year * 10 + han_digit(c)?))?;
        Some((day(year, han_number(&found[2])?, han_number(&found[3])?)?, found.get(0)?.range()))
    });
    match (arabic, han) {
        (Some(a), Some(b)) => Some(if a.1.start <= b.1.start { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// The date a line states when it states nothing else (a weekday, a time of day or 印发 may follow).
pub(crate) fn date_line(s: &str) -> Option<Date> {
    if s.len() > 120 {
        return None;
    }
    let (date, range) = first_date(s)?;
    let rest = |c: char| {
        !c.is_whitespace()
            && !matches!(
                c,
                '0'..='9' | ':' | '：' | '时' | '分' | '秒' | '印' | '发' | '(' | ')' | '（' | '）' | '[' | ']'
            )
    };
    let after =
        s[range.end..].trim_start_matches("星期").trim_start_matches(['一', '二', '三', '四', '五', '六', '日', '天']);
    (!s[..range.start].contains(rest) && !after.contains(rest)).then_some(date)
}

/// The date that `s` ends with, and what stands before it.
pub(crate) fn closing_date(s: &str) -> Option<(Date, &str)> {
    let tail_start = s.char_indices().rev().take(40).last().map_or(0, |(i, _)| i);
    let tail = &s[tail_start..];
    let mut from = 0;
    while let Some((date, range)) = first_date(&tail[from..]) {
        if tail[from + range.end..].trim().is_empty() {
            return Some((date, s[..tail_start + from + range.start].trim_end()));
        }
        from += range.end;
    }
    None
}

fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    let valid = (1900..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then_some(Date { year: year as u16, month: month as u8, day: day as u8 })
}

fn number(s: &str) -> Option<u32> {
    s.chars().try_fold(0, |value, c| {
        let digit = if c.is_ascii() { c.to_digit(10)? } else { (c as u32).checked_sub('０' as u32)? };
        Some(value * 10 + digit)
    })
}

/// A digit of a Chinese date, with the signs that stand for 〇 in print and 元 for the first year.
fn han_digit(c: char) -> Option<u32> {
    match c {
        '○' | 'Ｏ' | 'O' | 'o' | '0' => Some(0),
        '元' => Some(1),
        _ => numeral::han_digit(c).filter(|&digit| digit < 10),
    }
}

/// 一 to 九十九.
fn han_number(s: &str) -> Option<u32> {
    match s.split_once('十') {
        None => s.chars().try_fold(0, |value, c| Some(value * 10 + han_digit(c)?)),
        Some((tens, units)) => {
            let tens = if tens.is_empty() { 1 } else { han_number(tens)? };
            let units = if units.is_empty() { 0 } else { han_number(units)? };
            Some(tens * 10 + units)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(s: &str) -> Option<String> {
        first_date(s).map(|(date, _)| date.to_string())
    }

    #[test]
    fn dates_are_read_in_every_usual_form() {
        for s in [
            "2024年8月7日",
            "2024 年8 月7 日",
            "发布时间:2024-08-07 14:09",
            "2024/8/7",
            "2024.8.7",
            "二〇二四年八月七日",
            "二○二四年八月七日",
            "２０２４年８月７日",
        ] {
            assert_eq!(iso(s).as_deref(), Some("2024-08-07"), "{s}");
        }
        assert_eq!(iso("二〇二三年十二月二十一日").as_deref(), Some("2023-12-21"));
        assert_eq!(iso("二〇一〇年十月三十日").as_deref(), Some("2010-10-30"));
    }

    #[test]
    fn what_is_no_day_is_none() {
        for s in ["11-23", "2024年13月7日", "2024年8月", "2023.5", "400-086-8855", "2022.5.321"] {
            assert_eq!(iso(s), None, "{s}");
        }
    }

    #[test]
    fn a_line_that_is_only_a_date_is_told_from_one_that_holds_a_date() {
        assert!(date_line("2023-06-01").is_some());
        assert!(date_line("2024年08月09日 14:09:22").is_some());
        assert!(date_line("自2023年4月1日起施行").is_none());
    }

    #[test]
    fn a_date_at_the_end_leaves_what_stands_before_it() {
        assert_eq!(closing_date("农业农村部办公厅 2020年2月24日").unwrap().1, "农业农村部办公厅");
        assert!(closing_date("自2020年2月24日起施行。").is_none());
    }
}
