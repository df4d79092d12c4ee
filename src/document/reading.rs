//! The text of a range as a person reads it: line breaks of the file are not part of what it says.

use super::chars::{is_space, is_wide};

/// `s` for embedding, matching and display: white space at the ends goes, a run of white space becomes one space, and a
/// run that holds a line break between two Chinese characters vanishes.
pub fn reading_text(s: &str) -> String {
    let mut out = String::with_capacity(s.len());
    let mut last: Option<char> = None;
    let (mut space, mut line_break) = (false, false);
    for c in s.chars() {
        if is_space(c) {
            space = true;
            line_break |= matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}');
            continue;
        }
        let torn = line_break && is_wide(c) && last.is_some_and(is_wide);
        if space && last.is_some() && !torn {
            out.push(' ');
        }
        (space, line_break) = (false, false);
        out.push(c);
        last = Some(c);
    }
    out
}

/// A title or heading as displayed: [`reading_text`], and letters that were spaced out (`总　则`, `政 府 工 作 报 告`)
/// are drawn together.
pub(crate) fn heading_text(s: &str) -> String {
    let text = reading_text(s);
    if !text.contains(' ') {
        return text;
    }
    let words: Vec<&str> = text.split(' ').collect();
    let single = |word: &str| word.chars().count() == 1 && word.chars().all(is_wide);
    let mut out = String::with_capacity(text.len());
    for (i, word) in words.iter().enumerate() {
        if i > 0 && !(single(word) && single(words[i - 1])) {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_between_chinese_characters_vanishes() {
        assert_eq!(reading_text("优化营\n　 商环境"), "优化营商环境");
        assert_eq!(reading_text("环境，\r\n\r\n制定"), "环境，制定");
    }

    #[test]
    fn other_white_space_becomes_one_space() {
        assert_eq!(reading_text(" policy\ntext  here\t"), "policy text here");
        assert_eq!(reading_text("合计\n4 枚"), "合计 4 枚");
        assert_eq!(reading_text("中共中央 国务院"), "中共中央 国务院");
        assert_eq!(reading_text("\u{feff}　"), "");
    }

    #[test]
    fn letters_that_were_spaced_out_are_drawn_together() {
        assert_eq!(heading_text("第一章　总　则"), "第一章 总则");
        assert_eq!(heading_text("政 府 工 作 报 告"), "政府工作报告");
    }
}
