//! The numbering marks that clauses of Chinese official documents begin with: 第三章, 一、, (一), 1., ①, ——.
//!
//! The order of the levels is that of 《党政机关公文格式》 GB/T 9704 (一、 then （一） then 1. then （1）), with the
//! divisions of statutes (编, 章, 节, 条) above it.

use super::chars::{is_han, is_space};
use super::date::first_date;
use super::numeral::{Scan, digit, han_digit};

/// The level of a mark; a smaller one stands higher in a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Level {
    /// 第一编, 第一部分
    Part,
    /// 第一章
    Chapter,
    /// 第一节
    Section,
    /// 第一条
    Article,
    /// 一、
    Han,
    /// （一）
    HanParen,
    /// 1. 1、 1﹒ 1．
    Digit,
    /// 1.1 and deeper, as in emergency plans and standards; the number is how many parts it has.
    Decimal(u8),
    /// (1) 1）⑴
    DigitParen,
    /// ①
    Circled,
    /// ——
    Dash,
}

impl Level {
    /// The place of the level, in steps that leave room between for headings without a mark.
    pub fn rank(self) -> i32 {
        match self {
            Level::Part => 100,
            Level::Chapter => 110,
            Level::Section => 120,
            Level::Article => 130,
            Level::Han => 140,
            Level::HanParen => 150,
            Level::Digit => 160,
            Level::Decimal(parts) => 160 + i32::from(parts.min(4)),
            Level::DigitParen => 170,
            Level::Circled => 180,
            Level::Dash => 190,
        }
    }
}

/// A mark at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marker {
    pub level: Level,
    /// The number it states; 0 where it states none (——).
    pub number: u32,
    /// Its length in bytes, with the white space that follows.
    pub len: usize,
}

/// The mark that `s` begins with, if it is one: dates (`2023.5`), decimals (`1.5亿元`), `第三代` and references
/// (`第三条规定`, `（一）至（三）项`) are not.
pub(crate) fn marker(s: &str) -> Option<Marker> {
    let mut scan = Scan { rest: s };
    let first = scan.peek()?;
    let (level, number) = match first {
        '第' => division(&mut scan)?,
        '（' | '(' => bracketed(&mut scan)?,
        '—' | '-' => dash(&mut scan)?,
        '\u{2460}'..='\u{2473}' => (Level::Circled, scan.take_enclosed('\u{2460}')),
        '\u{2474}'..='\u{2487}' => (Level::DigitParen, scan.take_enclosed('\u{2474}')),
        '\u{3220}'..='\u{3229}' => (Level::HanParen, scan.take_enclosed('\u{3220}')),
        c if digit(c).is_some() => arabic(&mut scan)?,
        c if han_digit(c).is_some() => {
            let number = scan.han_number()?;
            scan.skip_spaces();
            let closed = scan.eat(|c| matches!(c, '、' | '．' | '.' | '﹒'));
            if !closed || scan.peek().is_some_and(|c| han_digit(c).is_some() && enumerates(scan.rest)) {
                return None;
            }
            (Level::Han, number)
        }
        _ => return None,
    };
    scan.skip_spaces();
    Some(Marker { level, number, len: s.len() - scan.rest.len() })
}

/// `二、三` after `一、`: an enumeration of numbers, not a mark.
fn enumerates(rest: &str) -> bool {
    let mut scan = Scan { rest };
    scan.han_number().is_some()
        && scan.peek().is_none_or(|c| matches!(c, '、' | '是' | '季' | '级' | '线' | '类'))
        && !rest.starts_with("一是")
}

fn division(scan: &mut Scan) -> Option<(Level, u32)> {
    scan.bump();
    scan.skip_spaces();
    let number = scan.number()?;
    scan.skip_spaces();
    let level = match scan.bump()? {
        '编' => Level::Part,
        '章' => Level::Chapter,
        '节' => Level::Section,
        '条' => Level::Article,
        '部' if scan.eat(|c| c == '分') => Level::Part,
        _ => return None,
    };
    if level == Level::Article && scan.rest.starts_with('之') {
        let mut after = Scan { rest: scan.rest };
        after.bump();
        after.han_number()?; // 第十条之一; 第十条之规定 is a reference
        scan.rest = after.rest;
    }
    let referred = [
        "的", "规定", "第", "、", "，", ",", "和", "及", "款", "项", "至", "所", "或", "与", "中", "以", "等", "。",
        "；", "”", "》", "）", ")", "—", "-", "～", "对", "相关", "有关", "内容", "课", "要求", "修改", "删", "之",
        "~", "课程", "假",
    ];
    let reference = referred.iter().any(|&word| scan.rest.starts_with(word));
    // A statute may open an article with 对 or 以 after a space; without a space it is nearly always a reference.
    (!reference).then_some((level, number))
}

fn bracketed(scan: &mut Scan) -> Option<(Level, u32)> {
    scan.bump();
    scan.skip_spaces();
    let arabic = scan.peek().and_then(digit).is_some();
    let number = if arabic { scan.arabic_number(2)? } else { scan.han_number()? };
    scan.skip_spaces();
    if !scan.eat(|c| matches!(c, '）' | ')')) {
        return None;
    }
    let reference = ["、（", "、(", "至", "项", "款", "和（", "和(", "或（", "及（", "—", "-", "～", "中的"];
    if reference.iter().any(|&word| scan.rest.starts_with(word)) {
        return None;
    }
    scan.eat(|c| matches!(c, '、' | '.' | '．'));
    Some((if arabic { Level::DigitParen } else { Level::HanParen }, number))
}

fn dash(scan: &mut Scan) -> Option<(Level, u32)> {
    let before = scan.rest;
    while scan.eat(|c| matches!(c, '—' | '-')) {}
    let dashes = before[..before.len() - scan.rest.len()].chars().count();
    scan.skip_spaces();
    // Three or more draw a rule; what follows must be words.
    let words = scan.peek().is_some_and(|c| is_han(c) || matches!(c, '“' | '《'));
    // `——二〇二六年一月二十七日在…会议上` is the line below a report's title.
    let words = words && first_date(scan.rest.get(..60).unwrap_or(scan.rest)).is_none_or(|(_, range)| range.start > 0);
    (dashes == 2 && words).then_some((Level::Dash, 0))
}

fn arabic(scan: &mut Scan) -> Option<(Level, u32)> {
    let number = scan.arabic_number(3)?;
    match scan.peek()? {
        '.' | '．' | '﹒' | '、' => {}
        '）' | ')' if number < 100 => {
            scan.bump();
            return scan.peek().is_none_or(|c| !c.is_ascii_alphanumeric()).then_some((Level::DigitParen, number));
        }
        _ => return None,
    }
    let comma = scan.bump()? == '、';
    if scan.peek().and_then(digit).is_none() {
        return (number > 0).then_some((Level::Digit, number));
    }
    if comma {
        return None; // 1、2号楼
    }
    if year(scan.rest) {
        return (number > 0 && number < 100).then_some((Level::Digit, number)); // 1.2025年…
    }
    decimal(scan).map(|parts| (Level::Decimal(parts), number))
}

/// How many parts `1.2` and `1.2.3` have, read from after the first point, if this is numbering and not a quantity or a
/// day (`3.15晚会`).
fn decimal(scan: &mut Scan) -> Option<u8> {
    let (mut parts, mut largest) = (1, 0);
    loop {
        let value = scan.arabic_number(2)?;
        largest = largest.max(value);
        parts += 1;
        let mut ahead = Scan { rest: scan.rest };
        if parts < 4 && ahead.eat(|c| c == '.') && ahead.peek().and_then(digit).is_some() {
            scan.rest = ahead.rest;
        } else {
            break;
        }
    }
    scan.eat(|c| matches!(c, '.' | '．'));
    let next = scan.peek()?;
    let units = "万亿元个倍米公吨平千百名家项人年月日天小时分度版级兆寸岁折件套次条台辆座户亩头只份级点至";
    let numbering = largest > 0 && (is_space(next) || (is_han(next) && largest < 10 && !units.contains(next)));
    numbering.then_some(parts)
}

fn year(s: &str) -> bool {
    let mut chars = s.chars().filter(|&c| !is_space(c));
    let digits: Vec<u32> = chars.by_ref().take(4).map_while(digit).collect();
    digits.len() == 4
        && matches!((digits[0], digits[1]), (1, 9) | (2, 0))
        && matches!(chars.next(), Some('年' | '-' | '—' | '－'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(s: &str) -> Option<(Level, u32, &str)> {
        marker(s).map(|m| (m.level, m.number, &s[m.len..]))
    }

    #[test]
    fn the_marks_of_official_documents_are_read() {
        assert_eq!(found("一、总体要求"), Some((Level::Han, 1, "总体要求")));
        assert_eq!(found("十二、附则"), Some((Level::Han, 12, "附则")));
        assert_eq!(found("(二)聚焦"), Some((Level::HanParen, 2, "聚焦")));
        assert_eq!(found("（二十一）聚焦"), Some((Level::HanParen, 21, "聚焦")));
        assert_eq!(found("10.轨道交通"), Some((Level::Digit, 10, "轨道交通")));
        assert_eq!(found("1﹒生物医药"), Some((Level::Digit, 1, "生物医药")));
        assert_eq!(found("３．办理"), Some((Level::Digit, 3, "办理")));
        assert_eq!(found("1.2025年目标"), Some((Level::Digit, 1, "2025年目标")));
        assert_eq!(found("（1）申请"), Some((Level::DigitParen, 1, "申请")));
        assert_eq!(found("①申请"), Some((Level::Circled, 1, "申请")));
        assert_eq!(found("——坚持融合"), Some((Level::Dash, 0, "坚持融合")));
        assert_eq!(found("1.2.3 预警"), Some((Level::Decimal(3), 1, "预警")));
    }

    #[test]
    fn the_divisions_of_statutes_are_read() {
        assert_eq!(found("第一章　总则"), Some((Level::Chapter, 1, "总则")));
        assert_eq!(found("第 十 二 条 为了"), None, "spaced-out numbers are not read");
        assert_eq!(found("第一百二十条 为了"), Some((Level::Article, 120, "为了")));
        assert_eq!(found("第二条广安市行政区域内"), Some((Level::Article, 2, "广安市行政区域内")));
        assert_eq!(found("第十条之一 本条"), Some((Level::Article, 10, "本条")));
    }

    #[test]
    fn what_only_looks_like_a_mark_is_none() {
        for s in [
            "第三代半导体:在",
            "第三条规定的",
            "第五条、第六条",
            "2023.5",
            "1.5亿元",
            "2023年",
            "3.15晚会",
            "1、2号楼",
            "（一）至（三）项",
            "(一)、(二)",
            "一、二、三产业",
            "———",
            "-5",
            "（SiC）",
            "（2023）",
            "二〇二四年",
            "十分",
            "第一书记",
        ] {
            assert_eq!(marker(s), None, "{s}");
        }
    }
}
