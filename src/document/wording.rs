//! What the wording of a line says of it, whatever its place: the patterns of `residue.toml`.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};
use serde::Deserialize;

use super::chars::{is_han, is_space, trim, weight, weight_up_to};
use super::line::Line;
use super::marker::marker;
use super::patterns::{each, whole_line, within_line};

/// What the wording of a line alone says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wording {
    Text,
    /// Residue wherever it stands.
    Residue,
    /// A disclaimer, if it stands in the last part of the document.
    Disclaimer,
    /// A button or label of a page, if it stands in the head or the tail.
    Furniture,
    /// When and by whom the page was published, if it stands in the head or the tail.
    PageFact,
    /// The beginning of the tail, if the text is over.
    TailStart,
    /// The heading of a table of contents.
    Contents,
}

/// Lines of more bytes are text; no pattern is tried on them.
const LONGEST_PATTERN_LINE: usize = 900;

#[derive(Deserialize)]
struct File {
    anywhere: Anywhere,
    furniture: Words,
    page_facts: Patterns,
    tail: Tail,
    inline: Inline,
    contents: Patterns,
}

#[derive(Deserialize)]
struct Anywhere {
    patterns: Vec<String>,
    disclaimers: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    words: Vec<String>,
}

#[derive(Deserialize)]
struct Patterns {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct Tail {
    starters: Vec<String>,
    kept: Vec<String>,
}

#[derive(Deserialize)]
struct Inline {
    tails: Vec<String>,
}

struct Rules {
    anywhere: RegexSet,
    disclaimers: RegexSet,
    furniture: Vec<String>,
    page_facts: RegexSet,
    starters: RegexSet,
    kept: RegexSet,
    inline: Vec<Regex>,
    contents: RegexSet,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("residue.toml")).expect("residue.toml is part of this crate");
    Rules {
        anywhere: whole_line(&file.anywhere.patterns),
        disclaimers: within_line(&file.anywhere.disclaimers),
        furniture: file.furniture.words,
        page_facts: whole_line(&file.page_facts.patterns),
        starters: whole_line(&file.tail.starters),
        kept: whole_line(&file.tail.kept),
        inline: each(&file.inline.tails),
        contents: whole_line(&file.contents.patterns),
    }
});

/// The end of `line` without the page residue that was pasted to it.
pub(crate) fn end_without_pasted_tail(text: &str, line: &Line) -> usize {
    let far = line.bytes.end.saturating_sub(LONGEST_PATTERN_LINE).max(line.bytes.start);
    let from = (far..=line.bytes.end).find(|&at| text.is_char_boundary(at)).unwrap_or(line.bytes.end);
    let tail = &text[from..line.bytes.end];
    let cut = RULES.inline.iter().filter_map(|pattern| pattern.find(tail)).map(|found| from + found.start()).min();
    // A line that is nothing else is judged as a whole, elsewhere.
    cut.filter(|&at| at > line.bytes.start).map_or(line.bytes.end, |at| trim(text, line.bytes.start..at).end)
}

/// What the wording of each line says of it.
pub(crate) fn wordings(text: &str, lines: &[Line]) -> Vec<Wording> {
    lines.iter().map(|line| wording(&text[line.bytes.clone()])).collect()
}

/// Whether a line of the tail is evidence all the same: an attachment, or its number.
pub(crate) fn is_attachment(line: &str) -> bool {
    line.len() <= LONGEST_PATTERN_LINE && RULES.kept.is_match(line)
}

fn wording(line: &str) -> Wording {
    if line.len() > LONGEST_PATTERN_LINE {
        return Wording::Text;
    }
    let rules = &*RULES;
    if rules.furniture.iter().any(|word| word == line) {
        Wording::Furniture
    } else if rules.contents.is_match(line) {
        Wording::Contents
    } else if rules.starters.is_match(line) {
        Wording::TailStart
    } else if rules.page_facts.is_match(line) {
        Wording::PageFact
    } else if rules.anywhere.is_match(line) {
        Wording::Residue
    } else if is_navigation(line) {
        Wording::Furniture
    } else if rules.disclaimers.is_match(line) && marker(line).is_none() {
        Wording::Disclaimer
    } else {
        Wording::Text
    }
}

/// A row of many short words with nothing that makes a sentence: `首页 新闻 政策 服务 互动`.
fn is_navigation(line: &str) -> bool {
    let words: Vec<&str> = line
        .split(|c: char| is_space(c) || matches!(c, '|' | '｜' | '>' | '＞' | '»' | '·'))
        .filter(|word| !word.is_empty())
        .collect();
    words.len() >= 5
        && words.iter().all(|word| weight_up_to(word, 7) <= 6 && word.chars().all(is_han))
        && weight(line) <= 5 * words.len()
        && words
            .iter()
            .any(|word| matches!(*word, "首页" | "新闻" | "政策" | "服务" | "互动" | "登录" | "注册" | "更多"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;

    #[test]
    fn a_pasted_tail_is_cut_off_a_long_line() {
        let text = "本办法自发布之日起施行。相关附件：二维码开始扫一扫在手机打开当前页用来校验该浏览器是否支持HTML5";
        let lines = Lines::of(text).lines;
        assert_eq!(&text[..end_without_pasted_tail(text, &lines[0])], "本办法自发布之日起施行。");
    }

    #[test]
    fn a_line_is_told_by_its_wording() {
        assert_eq!(wording("当前位置:首页 > 政策资讯"), Wording::Residue);
        assert_eq!(wording("首页 新闻 政策 服务 互动"), Wording::Furniture);
        assert_eq!(wording("发布时间:2024年08月09日 14:09:22"), Wording::PageFact);
        assert_eq!(wording("延伸阅读："), Wording::TailStart);
        assert_eq!(wording("目　录"), Wording::Contents);
        assert_eq!(wording("相关信息共享，实行并行办理"), Wording::Text);
        assert_eq!(wording("第五十八条 对侵犯未成年人合法权益行为的检举，应当依法处理。"), Wording::Text);
    }
}
