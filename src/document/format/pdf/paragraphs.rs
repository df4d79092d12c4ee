//! From lines to paragraphs: which line goes on with the sentence of the line above, and how the two are joined.

use super::character::{is_cjk, is_shared};
use super::frame::{Frame, Measures, PlacedLine};
use super::lines::Line;
use regex::{Regex, RegexSet};
use serde::Deserialize;
use std::sync::LazyLock;

/// Sizes that differ by less than this share are the same.
const SAME_SIZE: f64 = 0.1;
/// A line that stands off the left edge by more than this (font sizes) is indented.
const INDENT: f64 = 1.2;
/// In text whose paragraphs are indented, a line that fills this share of the width may be a full one, set ragged.
const RAGGED: f64 = 0.75;
/// A bracket that was opened is waited for over this many characters.
const BRACKET_REACH: usize = 120;

#[derive(Deserialize)]
struct Patterns {
    marks: Vec<String>,
    bullets: String,
    ends: String,
    contents: String,
}

struct Marks {
    marks: RegexSet,
    bullets: Regex,
    ends: Regex,
    contents: Regex,
}

static MARKS: LazyLock<Marks> = LazyLock::new(|| {
    let patterns: Patterns =
        toml::from_str(include_str!("paragraphs.toml")).expect("paragraphs.toml is part of the code");
    let regex = |of: &str| Regex::new(of).expect("its patterns are tested");
    Marks {
        marks: RegexSet::new(&patterns.marks).expect("its patterns are tested"),
        bullets: regex(&patterns.bullets),
        ends: regex(&patterns.ends),
        contents: regex(&patterns.contents),
    }
});

/// A paragraph, heading or table row.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Paragraph {
    pub text: String,
    /// The font size of its first line.
    pub size: f64,
    pub is_row: bool,
    /// Where in the text each of its pages begins: byte offset and page.
    pub pages: Vec<(usize, u32)>,
}

/// Joins lines in reading order to paragraphs.
pub(super) fn paragraphs(lines: &[PlacedLine], measures: &Measures) -> Vec<Paragraph> {
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    // The first line of the last paragraph, and its last one.
    let mut last: Option<(&PlacedLine, &PlacedLine)> = None;
    for placed in lines {
        let text = placed.line.text();
        if text.is_empty() {
            continue;
        }
        let open = paragraphs.last_mut().zip(last);
        match open.filter(|(open, (first, above))| goes_on(open, first, above, placed, &text, measures)) {
            Some((open, (first, _))) => {
                let at = glue(&mut open.text, &text);
                if open.pages.last().is_none_or(|(_, page)| *page != placed.page) {
                    open.pages.push((at, placed.page));
                }
                last = Some((first, placed));
            }
            None => {
                let Line { size, is_row, .. } = placed.line;
                paragraphs.push(Paragraph { text, size, is_row, pages: vec![(0, placed.page)] });
                last = Some((placed, placed));
            }
        }
    }
    paragraphs
}

/// Whether a line goes on with the paragraph above it.
fn goes_on(
    open: &Paragraph,
    first: &PlacedLine,
    above: &PlacedLine,
    below: &PlacedLine,
    text: &str,
    measures: &Measures,
) -> bool {
    let (a, b) = (&above.line, &below.line);
    let size = a.size.max(b.size);
    if a.is_row
        || b.is_row
        || (a.size - b.size).abs() > SAME_SIZE * size
        || MARKS.contents.is_match(tail(&open.text))
        || MARKS.bullets.is_match(text)
    {
        return false;
    }
    let (frame_a, frame_b) = (measures.frame(above.page, above.side), measures.frame(below.page, below.side));
    let same_column = above.page == below.page && above.side == below.side;
    if same_column && b.y - a.y > (1.6 * measures.leading).max(1.6 * size) {
        return false;
    }
    let marked = MARKS.marks.is_match(text);
    if has_open_bracket(&open.text) && !marked {
        return true;
    }
    if a.size > (1.0 + SAME_SIZE) * measures.size {
        // A title in large letters runs over several lines, each in the middle.
        return same_column && !marked && is_balanced(a, frame_a) && is_balanced(b, frame_b);
    }
    if is_centred(a, frame_a) || is_centred(b, frame_b) {
        return false;
    }
    let ended = MARKS.ends.is_match(tail(&open.text));
    if marked && ended {
        return false;
    }
    let indent = |line: &Line, frame: Frame| (line.x0() - frame.left) / size;
    let (at_first, at_a, at_b) =
        (indent(&first.line, measures.frame(first.page, first.side)), indent(a, frame_a), indent(b, frame_b));
    if !is_full(a, frame_a, text) {
        // Ragged lines: one that stops short within a sentence, where the next begins at the edge, as no paragraph does.
        let reach = (a.x1() - frame_a.left) / (frame_a.right - frame_a.left);
        return !ended && !marked && reach > RAGGED && at_a < 2.0 * INDENT && at_first > INDENT && at_b <= INDENT / 2.0;
    }
    if at_b <= INDENT {
        return true;
    }
    // Indented as a whole, or hanging below its mark.
    let is_second = std::ptr::eq(first, above);
    if is_second { at_b > at_first + 0.5 && MARKS.marks.is_match(&open.text) } else { (at_a - at_b).abs() < 0.5 }
}

/// Whether a line reaches so far that what comes next did not fit.
fn is_full(line: &Line, frame: Frame, next: &str) -> bool {
    let width = frame.right - frame.left;
    // Set flush right, as dates and signatures are.
    if line.x0() > frame.left + 0.4 * width {
        return false;
    }
    let word = next.chars().take_while(|c| !c.is_whitespace() && !is_cjk(*c)).count();
    let needed = if word == 0 { 1.6 } else { 0.6 * word.min(20) as f64 + 1.0 };
    line.x1() + needed * line.size > frame.right
}

/// Whether a line stands in the middle between the edges, or fills them.
fn is_balanced(line: &Line, frame: Frame) -> bool {
    let (left, right) = (line.x0() - frame.left, frame.right - line.x1());
    (left - right).abs() < 1.5 * line.size
}

fn is_centred(line: &Line, frame: Frame) -> bool {
    let (left, right) = (line.x0() - frame.left, frame.right - line.x1());
    // Two characters in from the left is how a paragraph begins.
    left > 2.5 * line.size && right > 1.5 * line.size && is_balanced(line, frame)
}

fn has_open_bracket(text: &str) -> bool {
    let mut open = 0_i32;
    for c in text.chars().rev().take(BRACKET_REACH) {
        match c {
            '）' | ')' | '》' | '〕' => open -= 1,
            '（' | '(' | '《' | '〔' => open += 1,
            _ => {}
        }
        if open > 0 {
            return true;
        }
    }
    false
}

/// Appends a line to a text: Chinese without a space, Latin with one, a word broken by a hyphen without the hyphen.
/// Returns where the line begins.
pub(super) fn glue(text: &mut String, line: &str) -> usize {
    if let (Some(before), Some(after)) = (text.chars().next_back(), line.chars().next()) {
        let letters = text.chars().rev().skip(1).take_while(|c| c.is_alphabetic()).take(2).count();
        // Chinese typesetting breaks lines within a number, and beside a quotation mark.
        let breaks_anywhere = |c: char| c.is_ascii_digit() || is_shared(c);
        let chinese = is_cjk(before)
            || is_cjk(after)
            || ((is_shared(before) || is_shared(after) || (breaks_anywhere(before) && breaks_anywhere(after)))
                && text.chars().rev().take(20).any(is_cjk));
        if before == '-' && letters == 2 && after.is_lowercase() {
            text.pop();
        } else if !chinese && before != '-' {
            text.push(' ');
        }
    }
    text.push_str(line);
    text.len() - line.len()
}

/// The last characters, which is all that the end of a paragraph is judged by, however long it is.
fn tail(text: &str) -> &str {
    const BYTES: usize = 240;
    text.get(text.floor_char_boundary(text.len().saturating_sub(BYTES))..).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::super::columns::Side;
    use super::super::lines::lines;
    use super::super::lines::tests::set;
    use super::*;

    /// Lines of 20 characters from 70 to 270; each is its text, its indent in characters and its size.
    fn joined(rows: &[(&str, f64, f64)]) -> Vec<String> {
        let mut glyphs = Vec::new();
        for (i, (text, indent, size)) in rows.iter().enumerate() {
            glyphs.extend(set(text, 70.0 + indent * 10.0, 100.0 + 18.0 * i as f64, *size));
        }
        let placed: Vec<PlacedLine> =
            lines(&glyphs).into_iter().map(|line| PlacedLine { page: 1, side: Side::Whole, line }).collect();
        paragraphs(&placed, &Measures::of(&placed)).into_iter().map(|paragraph| paragraph.text).collect()
    }

    #[test]
    fn lines_that_reach_the_edge_are_one_paragraph_and_an_indent_begins_another() {
        let rows = [
            ("各地区要加强组织领导和统筹协调把各项", 2.0, 10.0),
            ("任务落实到位并且及时向上级部门报告有关情", 0.0, 10.0),
            ("况。", 0.0, 10.0),
            ("各部门要按照职责分工抓好贯彻落实工作", 2.0, 10.0),
            ("确保取得实效。", 0.0, 10.0),
        ];
        let expected = [
            "各地区要加强组织领导和统筹协调把各项任务落实到位并且及时向上级部门报告有关情况。",
            "各部门要按照职责分工抓好贯彻落实工作确保取得实效。",
        ];
        assert_eq!(joined(&rows), expected);
    }

    #[test]
    fn a_mark_after_a_full_sentence_begins_a_paragraph_without_an_indent() {
        let rows = [
            ("一、加强组织领导和统筹协调把各项任务落实。", 0.0, 10.0),
            ("二、完善工作机制并且及时向上级部门报告有", 0.0, 10.0),
            ("关情况。", 0.0, 10.0),
        ];
        let joined = joined(&rows);
        assert_eq!(joined.len(), 2);
        assert!(joined[1].ends_with("有关情况。"));
    }

    #[test]
    fn a_centred_title_of_two_lines_is_one_and_the_salutation_below_is_another() {
        let rows = [
            ("某市人民政府关于", 3.0, 16.0),
            ("印发方案的通知", 3.8, 16.0),
            ("各县区人民政府市政府各部门各直属单位：啊", 0.0, 10.0),
            ("任务落实到位并且及时向上级部门报告有关情", 0.0, 10.0),
            ("任务落实到位并且及时向上级部门报告有关情", 0.0, 10.0),
        ];
        assert_eq!(joined(&rows)[0], "某市人民政府关于印发方案的通知");
    }

    #[test]
    fn latin_words_are_joined_with_a_space_and_broken_ones_without_the_hyphen() {
        let glued = |a: &str, b: &str| {
            let mut text = a.to_owned();
            glue(&mut text, b);
            text
        };
        assert_eq!(glued("the quick", "fox"), "the quick fox");
        assert_eq!(glued("infra-", "structure"), "infrastructure");
        assert_eq!(glued("COVID-", "19"), "COVID-19");
        assert_eq!(glued("使用", "DNA信息"), "使用DNA信息");
        assert_eq!(glued("推进", "改革"), "推进改革");
        assert_eq!(glued("不超过1", "000万元"), "不超过1000万元");
        assert_eq!(glued("他说“好”", "2025年"), "他说“好”2025年");
        assert_eq!(glued("he said “yes”", "in 2025"), "he said “yes” in 2025");
        assert_eq!(glued("rooms 12", "34 and"), "rooms 12 34 and");
    }

    #[test]
    fn an_open_bracket_waits_for_the_line_that_closes_it() {
        assert!(has_open_bracket("（2026年5月22日通过"));
        assert!(!has_open_bracket("（2026年）通过"));
        assert!(!has_open_bracket("一）（二）"));
    }
}
