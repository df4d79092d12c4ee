//! Document numbers 发文字号: `通政发〔2024〕23号`, `国家税务总局公告2013年第23号`.

use std::sync::LazyLock;

use regex::Regex;

use super::date::{Date, first_date};
use super::reading::reading_text;

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([\p{Han}A-Za-z·、]{1,24}?)\s*[〔\[【（(［]\s*([0-9０-９]{4})\s*[〕\]】）)］]\s*(第)?\s*([0-9０-９]{1,5})\s*号").expect("constant")
});
static ANNOUNCEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([\p{Han}]{2,30}?(?:公告|令|通告))\s*[（(]?\s*(?:([0-9０-９]{4})\s*年)?\s*第\s*([0-9０-９一二三四五六七八九十百]{1,5})\s*号\s*[）)]?$").expect("constant")
});

static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*([\p{Han}]{2,30}?[部委局署院会府行厅])令\s*[（(]?\s*(?:([0-9０-９]{4})\s*年)?\s*第\s*([0-9０-９一二三四五六七八九十百]{1,5})\s*号\s*[）)]?(?:\s|$)").expect("constant")
});

static PROMULGATION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{4}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日)\s*([\p{Han}]{2,30}?令\s*[（(]?\s*(?:[0-9]{4}\s*年)?\s*第\s*[0-9]{1,5}\s*号\s*[）)]?)\s*(?:公布|发布)").expect("constant")
});

/// No name of a file or title is longer, in bytes.
const LONGEST_NAME: usize = 600;

/// The number a line states when it states nothing else, brackets around it allowed, in its normal form: `〔〕`, no white
/// space, ASCII digits.
pub(crate) fn whole_line(line: &str) -> Option<String> {
    if line.len() > 150 {
        return None;
    }
    let line = reading_text(line);
    let bare = line.trim_matches(|c| matches!(c, '（' | '(' | ' ')).trim_end_matches(['）', ')']).trim();
    let found = NUMBER
        .captures(bare)
        .filter(|found| found.get(0).is_some_and(|all| all.start() == 0 && all.end() == bare.len()));
    if let Some(found) = found {
        return Some(normal(&found));
    }
    ANNOUNCEMENT.captures(bare).map(|found| {
        let year = found.get(2).map_or(String::new(), |year| format!("{}年", ascii(year.as_str())));
        format!("{}{year}第{}号", &found[1], ascii(&found[3]))
    })
}

/// The number in the name of an attached file, `通政发〔2024〕23号.pdf(点击下载)`, or at the end of a title,
/// `…的通知（国办发明电〔2020〕1号）`.
pub(crate) fn in_name(line: &str) -> Option<String> {
    if line.len() > LONGEST_NAME {
        return None;
    }
    let found = NUMBER.captures(line)?;
    let all = found.get(0)?;
    let (before, after) = (line[..all.start()].trim_end(), line[all.end()..].trim_start());
    let near: String = after.chars().take(80).take_while(|&c| c != '。').collect();
    let suffixed = [".pdf", ".doc", ".xls", ".wps", ".ofd", ".zip"].iter().any(|suffix| near.contains(suffix));
    let file = (after.starts_with('.') || suffixed) && (before.is_empty() || before.ends_with(['：', ':', '.']));
    let closing_title = before.ends_with(['（', '(']) && matches!(after, "）" | ")") && !before.contains(['。', '，']);
    (file || closing_title).then(|| normal(&found))
}

/// The name of the attachment that a page without line breaks pasted to a line of its text; a short line is all name.
pub(crate) fn attachment(line: &str) -> &str {
    if line.len() <= LONGEST_NAME {
        return line;
    }
    let pasted = line.rfind("附件：").map_or("", |at| &line[at..]);
    let end = (0..=LONGEST_NAME.min(pasted.len())).rev().find(|&end| pasted.is_char_boundary(end)).unwrap_or(0);
    &pasted[..end]
}

/// When, by whom and by which order a statute was published: 2026-02-02, `民政部` and `民政部令第83号` in
/// `2026年1月26日经…通过 2026年2月2日民政部令第83号公布`.
pub(crate) fn promulgation(line: &str) -> Option<(Date, String, String)> {
    let found = PROMULGATION.captures(line)?;
    let (date, _) = first_date(&found[1])?;
    let (issuer, number) = order(&found[2])?;
    Some((date, issuer, number))
}

/// The issuer and number of the order that a title begins with: `民政部` and `民政部令第83号` in
/// `中华人民共和国民政部令（第83号） 儿童福利机构管理办法`.
pub(crate) fn order(title: &str) -> Option<(String, String)> {
    let found = ORDER.captures(title)?;
    let body = found[1].strip_prefix("中华人民共和国").filter(|name| name.chars().count() > 2).unwrap_or(&found[1]);
    let year = found.get(2).map_or(String::new(), |year| format!("{}年", ascii(year.as_str())));
    Some((body.to_owned(), format!("{body}令{year}第{}号", ascii(&found[3]))))
}

/// The number that `s` begins with, and what follows it: `某府发〔2020〕5号关于做好工作的通知`.
pub(crate) fn opening(s: &str) -> Option<(String, &str)> {
    let found = NUMBER.captures(s)?;
    let all = found.get(0).filter(|all| all.start() == 0)?;
    Some((normal(&found), s[all.end()..].trim_start()))
}

/// The first number anywhere in `s`.
pub(crate) fn first(s: &str) -> Option<String> {
    whole_line(s).or_else(|| NUMBER.captures(s).map(|found| normal(&found)))
}

fn normal(found: &regex::Captures) -> String {
    let issuer: String = found[1].chars().filter(|c| !c.is_whitespace()).collect();
    let ordinal = if found.get(3).is_some() { "第" } else { "" };
    format!("{issuer}〔{}〕{ordinal}{}号", ascii(&found[2]), ascii(&found[4]))
}

fn ascii(digits: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        _ => c,
    };
    digits.chars().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_number_becomes_one() {
        for line in [
            "通政发〔2024〕23号",
            "通政发[2024]23号",
            "通政发【2024】23 号",
            "通政发 (2024) 23号",
            "（通政发〔2024〕 23号）",
            "通政发［２０２４］23号",
        ] {
            assert_eq!(whole_line(line).as_deref(), Some("通政发〔2024〕23号"), "{line}");
        }
        assert_eq!(whole_line("国家税务总局公告 2013年第23号").as_deref(), Some("国家税务总局公告2013年第23号"));
        assert_eq!(whole_line("第7 号"), None);
    }

    #[test]
    fn a_number_within_a_sentence_is_not_the_line() {
        assert_eq!(whole_line("根据《省政府意见》（苏政发〔2023〕104号），制定本意见"), None);
        assert_eq!(in_name("根据《省政府意见》（苏政发〔2023〕104号）,制定本意见"), None);
    }

    #[test]
    fn a_number_may_open_a_title() {
        let (number, title) = opening("某府发[2020] 5号 关于做好工作的通知").unwrap();
        assert_eq!((number.as_str(), title), ("某府发〔2020〕5号", "关于做好工作的通知"));
        assert_eq!(opening("《办法》（某府发〔2020〕5号）"), None);
    }

    #[test]
    fn the_names_of_files_and_the_ends_of_titles_hold_numbers() {
        assert_eq!(in_name("通政发〔2024〕23号.pdf(点击下载)").as_deref(), Some("通政发〔2024〕23号"));
        assert_eq!(
            in_name("附件：广安府规〔2022〕6号关于林业的意见.pdf(/x.pdf)").as_deref(),
            Some("广安府规〔2022〕6号")
        );
        let line =
            format!("{}有效期5年。相关附件：某府规〔2022〕2号关于印发方案的通知.pdf(/a.pdf)", "正文。".repeat(200));
        assert_eq!(in_name(attachment(&line)).as_deref(), Some("某府规〔2022〕2号"));
        assert_eq!(in_name("关于延长假期的通知（国办发明电〔2020〕1号）").as_deref(), Some("国办发明电〔2020〕1号"));
    }
}
