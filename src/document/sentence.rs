//! Sentences: the pieces that a quote is made of.

use std::ops::Range;

use super::chars::{is_closer, is_han, is_space, trim, weight_up_to};
use super::marker::marker;

/// A sentence of more characters is cut, at the end of a clause where there is one.
const LONGEST: usize = 600;
/// A cut leaves at least this many characters before it.
const LEAST: usize = 200;
/// A bracket that stays open for more bytes than this was never meant to be closed.
const BRACKET: usize = 600;

/// The sentences of a paragraph, in order, without the white space around them. A sentence ends at `。！？；` and their
/// like, with the closing quotation marks and brackets that follow, but not inside brackets and titles. No sentence ends
/// before `heading_end`, so that a heading that runs into its text stays with its first clause. A bracket that stands
/// after a finished sentence (`〔市科技局负责〕`) is one by itself.
pub(crate) fn sentences(text: &str, paragraph: Range<usize>, heading_end: usize) -> Vec<Range<usize>> {
    let mut splitter = Splitter { text, start: paragraph.start, out: Vec::new() };
    let (mut depth, mut opened) = (0u32, 0);
    let (mut length, mut clause_end) = (0, None);
    let mut chars = text[paragraph.clone()].char_indices().map(|(i, c)| (paragraph.start + i, c)).peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let after = at + c.len_utf8();
        let next = chars.peek().map(|&(_, next)| next);
        length += 1;
        let mut ends = false;
        match c {
            '《' | '〈' | '〔' | '（' | '(' | '【' | '［' => {
                if depth == 0 {
                    opened = at;
                }
                depth += 1;
            }
            '》' | '〉' | '〕' | '）' | ')' | '】' | '］' if depth > 0 => {
                depth -= 1;
                ends = depth == 0 && splitter.is_remark(opened, after, next);
            }
            '，' | '、' | '：' | ',' | '；' if length >= LEAST => clause_end = Some(after),
            _ => {}
        }
        let bracketed = depth > 0 && at - opened < BRACKET;
        if !bracketed && after >= heading_end && (ends || is_end(before, c, next)) {
            let mut end = after;
            while let Some(&(at, c)) = chars.peek() {
                if !(is_closer(c) && c != '"' || matches!(c, '。' | '！' | '？' | '!' | '?' | '；')) {
                    break;
                }
                end = at + c.len_utf8();
                chars.next();
            }
            splitter.close(end);
            (depth, length, clause_end) = (0, 0, None);
        } else if length >= LONGEST {
            splitter.close(clause_end.take().unwrap_or(after));
            // What is left of the cut counts again; it is less than the limit.
            length = text[splitter.start..after].chars().count();
            depth = 0;
        }
        if !is_space(c) {
            before = c;
        }
    }
    splitter.close(paragraph.end);
    splitter.out
}

/// Whether a sentence ends with `c`.
fn is_end(before: char, c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '；' | '｡' => true,
        // In Latin text, and as the half-width forms that some Chinese text uses.
        '!' | '?' => next.is_none_or(|next| is_space(next) || is_han(next) || is_closer(next)),
        '.' => (before.is_ascii_lowercase() || is_closer(before)) && next.is_none_or(is_space),
        _ => false,
    }
}

struct Splitter<'a> {
    text: &'a str,
    start: usize,
    out: Vec<Range<usize>>,
}

impl Splitter<'_> {
    fn close(&mut self, end: usize) {
        let sentence = trim(self.text, self.start..end);
        if !sentence.is_empty() {
            self.out.push(sentence);
        }
        self.start = end;
    }

    /// Whether the bracket from `opened` to `end` is all there is since the last sentence ended, and no part of a longer
    /// sentence.
    fn is_remark(&self, opened: usize, end: usize, next: Option<char>) -> bool {
        !self.out.is_empty()
            && opened >= self.start
            && self.text[opened..].starts_with(['〔', '（', '(', '［', '【'])
            && self.text[self.start..opened].chars().all(is_space)
            && marker(&self.text[opened..end]).is_none()
            && weight_up_to(&self.text[opened..end], 8) == 8
            && next.is_none_or(|next| !matches!(next, '，' | '、' | '。' | '；' | '：' | '的'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, 0..text.len(), 0).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_sentence_takes_its_closing_marks_with_it() {
        assert_eq!(
            split("他说：“好。”我们走！真的？！是；不是"),
            ["他说：“好。”", "我们走！", "真的？！", "是；", "不是"]
        );
    }

    #[test]
    fn no_sentence_ends_inside_brackets_or_titles() {
        assert_eq!(
            split("根据《关于好。坏的意见》（以下简称意见。）执行。完"),
            ["根据《关于好。坏的意见》（以下简称意见。）执行。", "完"]
        );
        assert_eq!(split("（没有关上的括号。"), ["（没有关上的括号。"]);
    }

    #[test]
    fn a_bracket_that_names_who_is_responsible_is_a_sentence() {
        let found = split("打造园区。〔市科技局、工信局、财政局等按职责分工负责〕");
        assert_eq!(found, ["打造园区。", "〔市科技局、工信局、财政局等按职责分工负责〕"]);
        assert_eq!(split("打造园区。（省商务厅、省财政厅负责）加快建设。").len(), 3);
    }

    #[test]
    fn a_heading_is_never_split_from_its_first_clause() {
        let text = "4.第三代半导体。加强研发。推动发展。";
        let heading_end = text.find("加强").unwrap() + 1;
        let found = sentences(text, 0..text.len(), heading_end);
        assert_eq!(&text[found[0].clone()], "4.第三代半导体。加强研发。");
    }

    #[test]
    fn latin_sentences_end_before_white_space_only() {
        assert_eq!(
            split("Version 1.5 is out. See a.b for more. Done"),
            ["Version 1.5 is out.", "See a.b for more.", "Done"]
        );
    }

    #[test]
    fn a_sentence_without_end_is_cut_between_clauses() {
        let text = "推动产业发展，".repeat(300);
        let found = split(&text);
        assert!(found.iter().all(|s| s.chars().count() <= LONGEST && s.ends_with('，')));
        assert_eq!(found.concat(), text);
    }
}
