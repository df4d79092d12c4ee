//! Long lines cut where the original had line breaks.
//!
//! A saved page or an export often puts a whole document on one line. The breaks it lost show as white space after a
//! finished sentence, as paragraph indents, and as numbering marks; cutting there gives the outline and the paragraphs
//! back. One pass over the line, whatever its length.

use std::collections::HashMap;
use std::ops::Range;

use super::chars::{ends_sentence, is_closer, is_han, is_opener, is_space, is_wide, weight_up_to};
use super::date::date_line;
use super::marker::{Level, Marker, marker};

/// Lines of fewer bytes are one paragraph as they stand (about 150 Chinese characters).
pub(crate) const LONG: usize = 450;

/// How far a heading without a mark may reach, in characters.
const HEADING: usize = 40;

/// The pieces of a line, without the white space between them.
pub(crate) fn cut(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let mut cutter = Cutter {
        text,
        end: line.end,
        start: line.start,
        depth: 0,
        opened: line.start,
        seen: HashMap::new(),
        pieces: Vec::new(),
    };
    cutter.run(line.start);
    cutter.pieces
}

struct Cutter<'a> {
    text: &'a str,
    end: usize,
    /// Where the piece in hand begins.
    start: usize,
    /// Open brackets, and where the outermost one stands.
    depth: u32,
    opened: usize,
    /// The last number seen at each level, to tell a mark from a number that happens to stand there.
    seen: HashMap<Level, u32>,
    pieces: Vec<Range<usize>>,
}

impl Cutter<'_> {
    fn run(&mut self, mut at: usize) {
        if let Some(mark) = marker(&self.text[at..self.end]) {
            self.note(mark);
        }
        // The last character that is not white space, looked at through closing brackets, and where it ends.
        let (mut before, mut before_end) = (None, at);
        while let Some(c) = self.text[at..self.end].chars().next() {
            if is_space(c) {
                let next =
                    at + self.text[at..self.end].len() - self.text[at..self.end].trim_start_matches(is_space).len();
                if next < self.end && self.breaks(before, before_end, next) {
                    self.close(before_end, next);
                    before = None;
                }
                at = next;
                continue;
            }
            if before.is_some() && before_end == at && self.breaks_unspaced(before, at) {
                self.close(at, at);
            }
            match c {
                _ if is_opener(c) => {
                    if self.depth == 0 {
                        self.opened = at;
                    }
                    self.depth += 1;
                }
                _ if is_closer(c) => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            at += c.len_utf8();
            if !is_closer(c) || before.is_none() {
                before = Some(c);
            }
            before_end = at;
        }
        if self.start < before_end {
            self.pieces.push(self.start..before_end);
        }
    }

    fn close(&mut self, end: usize, next: usize) {
        self.pieces.push(self.start..end);
        self.start = next;
        self.depth = 0;
        if let Some(mark) = marker(&self.text[next..self.end]) {
            self.note(mark);
        }
    }

    fn note(&mut self, mark: Marker) {
        let rank = mark.level.rank();
        // Articles are numbered through the whole of a statute, everything else begins anew below each heading.
        self.seen.retain(|level, _| level.rank() <= rank || *level == Level::Article);
        self.seen.insert(mark.level, mark.number);
    }

    /// Whether a mark carries on the numbering, or begins one.
    fn expected(&self, mark: &Marker) -> bool {
        let last = self.seen.get(&mark.level).copied().unwrap_or(0);
        mark.level == Level::Dash || mark.number == last + 1 || mark.number == 1
    }

    /// An unclosed bracket stops counting as open after 600 bytes: it will not be closed.
    fn bracketed(&self, at: usize) -> bool {
        self.depth > 0 && at - self.opened < 600
    }

    /// Whether the white space between `end` and `next` was a line break.
    fn breaks(&self, before: Option<char>, end: usize, next: usize) -> bool {
        let Some(before) = before else { return false };
        if self.bracketed(end) {
            return false;
        }
        let gap = self.text[end..next].chars().count();
        let piece = &self.text[self.start..end];
        let mark = marker(&self.text[next..self.end]);
        if matches!(before, '，' | '、' | ',' | '的' | '和' | '与' | '及') {
            return false;
        }
        if mark.is_some_and(|mark| self.expected(&mark)) {
            return true;
        }
        let own_mark = marker(piece).map_or(0, |mark| mark.len);
        if weight_up_to(&piece[own_mark.min(piece.len())..], 3) < 3 && own_mark > 0 {
            return false; // 第一章　总　则
        }
        let following = self.text[next..].chars().next();
        match before {
            '：' | ':' => following.is_some_and(is_han) && weight_up_to(piece, 20) == 20,
            c if ends_sentence(c) => following.is_some_and(|c| is_wide(c) || c.is_ascii_digit()),
            _ if gap >= 2 => following.is_some_and(|c| is_wide(c) || c.is_ascii_digit()),
            c => is_wide(c) && is_heading(piece) && self.begins_paragraph(next),
        }
    }

    /// Whether a paragraph of some length begins at `next`, rather than another word or two of the same row.
    fn begins_paragraph(&self, next: usize) -> bool {
        let rest = &self.text[next..self.end];
        let word_end =
            rest.char_indices().take(400).find(|&(_, c)| is_space(c)).map_or(rest.len().min(1200), |(i, _)| i);
        let word_end = (0..=word_end).rev().find(|&i| rest.is_char_boundary(i)).unwrap_or(0);
        let word = &rest[..word_end];
        rest.starts_with(|c| is_wide(c) || c.is_ascii_digit())
            && (weight_up_to(word, HEADING) == HEADING
                || word.contains(['，', '。', '：', '〔'])
                || date_line(word).is_some())
    }

    /// Whether a paragraph begins at `at` though no white space stands before it: a mark that carries on the numbering,
    /// after a finished sentence or after the name of a chapter.
    fn breaks_unspaced(&self, before: Option<char>, at: usize) -> bool {
        let c = self.text[at..].chars().next();
        let may_mark = c.is_some_and(|c| {
            matches!(c, '第' | '（' | '(' | '—' | '\u{2460}'..='\u{2487}' | '0'..='9' | '０'..='９')
                || "一二三四五六七八九十".contains(c)
        });
        if !may_mark {
            return false;
        }
        let Some(mark) = marker(&self.text[at..self.end]).filter(|mark| self.expected(mark)) else { return false };
        let piece = &self.text[self.start..at];
        // `第一章　总则第一条`, `一、总体要求（一）指导思想`: a name without a clause, and the first number below it.
        let below =
            marker(piece).is_some_and(|own| own.level < mark.level && (mark.number == 1 || own.level < Level::Article));
        let name = weight_up_to(piece, 32) < 32 && !piece.contains(['。', '；', '：', '（', '(']);
        if below && mark.level <= Level::HanParen && name {
            return true;
        }
        if self.bracketed(at) || mark.level == Level::Dash {
            return false;
        }
        let Some(before) = before else { return false };
        match before {
            '。' | '！' | '？' => true,
            '；' | '：' => mark.number > 1 || mark.level == Level::HanParen || mark.level == Level::Digit,
            // The title of an issued document runs straight into its first chapter.
            _ => mark.level == Level::Chapter && mark.number == 1 && self.seen.is_empty(),
        }
    }
}

fn is_heading(piece: &str) -> bool {
    let weight = weight_up_to(piece, HEADING + 1);
    (4..=HEADING).contains(&weight)
        && !piece.contains(['，', ',', '。', '；', '：', '！', '？'])
        && !piece.ends_with(['日', '月', '年'])
        && !piece.contains("记者")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        cut(text, 0..text.len()).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_statute_on_one_line_falls_into_its_articles() {
        assert_eq!(
            pieces(
                "第一章　总　则第一条　为规范管理，制定本办法。第二条本办法适用于本市。根据第二条规定，执行。第二章　附　则第三条　本办法自发布之日起施行。"
            ),
            [
                "第一章　总　则",
                "第一条　为规范管理，制定本办法。",
                "第二条本办法适用于本市。根据第二条规定，执行。",
                "第二章　附　则",
                "第三条　本办法自发布之日起施行。"
            ]
        );
    }

    #[test]
    fn white_space_after_a_finished_sentence_was_a_line_break() {
        assert_eq!(
            pieces(
                "关于延长假期的通知 各省、自治区人民政府，各有关单位和部门并请转发： 经批准，通知如下。 一、延长假期。 二、推迟开学。 国务院办公厅  2020年1月26日"
            ),
            [
                "关于延长假期的通知",
                "各省、自治区人民政府，各有关单位和部门并请转发：",
                "经批准，通知如下。",
                "一、延长假期。",
                "二、推迟开学。",
                "国务院办公厅",
                "2020年1月26日"
            ]
        );
    }

    #[test]
    fn white_space_inside_a_sentence_stays() {
        let text = "新华社温州2月12日电（记者 王俊禄）记者12日从发布会获悉，中共中央 国务院印发意见，电话： 010。";
        assert_eq!(pieces(text), [text]);
    }

    #[test]
    fn numbers_out_of_order_are_no_marks() {
        let text = "完成投资。5.测试不算。（七）也不算。";
        assert_eq!(pieces(text), [text]);
    }
}
