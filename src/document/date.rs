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
    /// Days since 1 March of the year 0, in the Gregorian calendar: the difference of two is the days between them.
    pub fn day_number(self) -> i64 {
        // A year that begins in March has its leap day at its end.
        let early = i64::from(self.month <= 2);
        let (year, month) = (i64::from(self.year) - early, i64::from(self.month) - 3 + 12 * early);
        let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
        year * 365 + leap_days + (153 * month + 2) / 5 + i64::from(self.day) - 1
    }

    /// The day `days` later; none beyond the years that this type knows.
    pub fn plus_days(self, days: u16) -> Option<Self> {
        let wanted = self.day_number() + i64::from(days);
        let mut first = Date { day: 1, ..self };
        loop {
            let days = i64::from(days_in(first.year, first.month));
            let offset = wanted - first.day_number();
            if offset < days {
                return Some(Date { day: u8::try_from(offset + 1).ok()?, ..first });
            }
            first = first.month_later(1)?;
        }
    }

    /// The last day of a term of `months` that begins on this day: the day before the day of the same number. Of a month
    /// that lacks that day, it is the last.
    pub fn end_of_term(self, months: u16) -> Option<Self> {
        let there = self.month_later(months)?;
        let last = days_in(there.year, there.month);
        if self.day > last {
            return Some(Date { day: last, ..there });
        }
        if self.day > 1 {
            return Some(Date { day: self.day - 1, ..there });
        }
        let before = self.month_later(months.checked_sub(1)?)?;
        Some(Date { day: days_in(before.year, before.month), ..before })
    }

    /// The same day of a later month, whether or not that month has it.
    fn month_later(self, months: u16) -> Option<Self> {
        let month = u32::from(self.year) * 12 + u32::from(self.month) - 1 + u32::from(months);
        let year = u16::try_from(month / 12).ok().filter(|year| YEARS.contains(year))?;
        Some(Date { year, month: u8::try_from(month % 12 + 1).ok()?, day: self.day })
    }
}

/// The years that dates of documents and their terms lie in.
const YEARS: std::ops::RangeInclusive<u16> = 1900..=2200;

fn days_in(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date that a file declares of itself, in any usual form: those of a text, `20240807`, and with a time behind it.
/// A year alone, or one with a month, is no date.
pub(crate) fn declared_date(s: &str) -> Option<Date> {
    let s: String = s.chars().take(100).collect();
    first_date(&s).map(|(date, _)| date).or_else(|| {
        // PDF writes `D:20240807140922+08'00'`.
        let digits = s.trim_start_matches(|c: char| !c.is_ascii_digit());
        let run = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let part = |range| digits.get(range).and_then(number);
        matches!(run, 8 | 12 | 14).then(|| day(part(0..4)?, part(4..6)?, part(6..8)?)).flatten()
    })
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
            // Saved pages have blanks from the private-use area, too.
            let blank = |c: char| c.is_whitespace() || matches!(c, '\u{e000}'..='\u{f8ff}');
            return Some((date, s[..tail_start + from + range.start].trim_end_matches(blank)));
        }
        from += range.end;
    }
    None
}

fn day(year: u32, month: u32, day: u32) -> Option<Date> {
    let date = Date { year: year.try_into().ok()?, month: month.try_into().ok()?, day: day.try_into().ok()? };
    let valid = (1900..=2100).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(date.year, date.month)).contains(&date.day);
    valid.then_some(date)
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
        for s in [
            "11-23",
            "2024年13月7日",
            "2023年2月29日",
            "2024年4月31日",
            "2024年8月",
            "2023.5",
            "400-086-8855",
            "2022.5.321",
        ] {
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

    fn date(s: &str) -> Date {
        first_date(s).unwrap().0
    }

    #[test]
    fn days_are_counted_by_the_calendar() {
        assert_eq!(date("2024-03-01").day_number() - date("2024-02-28").day_number(), 2);
        assert_eq!(date("2100-03-01").day_number() - date("2100-02-28").day_number(), 1);
        assert_eq!(date("2024-01-31").plus_days(30).unwrap().to_string(), "2024-03-01");
        assert_eq!(date("2023-12-15").plus_days(30).unwrap().to_string(), "2024-01-14");
        assert_eq!(date("2023-12-15").plus_days(0).unwrap().to_string(), "2023-12-15");
    }

    #[test]
    fn a_term_ends_on_the_day_before_the_day_of_the_same_number() {
        for (from, months, end) in [
            ("2024-09-01", 60, "2029-08-31"),
            ("2024-03-01", 12, "2025-02-28"),
            ("2023-03-01", 12, "2024-02-29"),
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-08-31", 6, "2025-02-28"),
            ("2024-01-15", 24, "2026-01-14"),
        ] {
            assert_eq!(date(from).end_of_term(months).unwrap().to_string(), end, "{from} + {months} months");
        }
        assert_eq!(date("2024-01-01").end_of_term(u16::MAX), None);
        assert_eq!(date("2024-01-01").end_of_term(0), None);
    }

    #[test]
    fn a_declared_date_may_have_any_form() {
        for s in [
            "2024-08-07",
            "2024/8/7",
            "20240807",
            "2024年8月7日",
            "2024-08-07T14:09:22+08:00",
            "2024-08-07 14:09",
            "20240807140922",
            "D:20240807140922+08'00'",
            "二〇二四年八月七日",
        ] {
            assert_eq!(declared_date(s).map(|date| date.to_string()).as_deref(), Some("2024-08-07"), "{s}");
        }
        for s in ["", "2024", "2024-08", "20241307", "yesterday", "123456789"] {
            assert_eq!(declared_date(s), None, "{s}");
        }
    }

    proptest::proptest! {
        #[test]
        fn days_and_dates_agree(start in 0u16..30_000, days in 0u16..20_000) {
            let from = Date { year: 1900, month: 1, day: 1 }.plus_days(start).unwrap();
            let to = from.plus_days(days).unwrap();
            proptest::prop_assert_eq!(to.day_number() - from.day_number(), i64::from(days));
            proptest::prop_assert!((1..=days_in(to.year, to.month)).contains(&to.day));
        }
    }
}
