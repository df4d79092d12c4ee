//! From characters to lines, and from a line to its cells.

use super::character::{is_cjk, is_shared};
use super::glyphs::Glyph;

/// Baselines that lie closer than this (font sizes) are one line: superscripts, fonts of other make.
const SAME_LINE: f64 = 0.45;
/// A gap wider than this (font sizes) parts the cells of a line.
const CELL_GAP: f64 = 1.5;
/// A gap wider than this (font sizes) between Latin letters or digits is a space.
const WORD_GAP: f64 = 0.17;
/// The same between Han characters, which justified lines spread.
const HAN_GAP: f64 = 0.7;
/// A character that is drawn again this near (font sizes) is the same one, made bold.
const OVERPRINT: f64 = 0.3;

/// A stretch of a line without a wide gap.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub x0: f64,
    pub x1: f64,
    pub text: String,
}

/// Characters on one baseline, left to right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub y: f64,
    /// The font size of most of its characters.
    pub size: f64,
    pub cells: Vec<Cell>,
    /// The file says that it is no part of the text.
    pub artifact: bool,
    /// It is a row of a table.
    pub is_row: bool,
}

impl Line {
    pub(super) fn x0(&self) -> f64 {
        self.cells.first().map_or(0.0, |cell| cell.x0)
    }

    pub(super) fn x1(&self) -> f64 {
        self.cells.last().map_or(0.0, |cell| cell.x1)
    }

    /// Its text: cells of a row parted by a bar, others by a space.
    pub(super) fn text(&self) -> String {
        let cells: Vec<&str> = self.cells.iter().map(|cell| cell.text.as_str()).collect();
        cells.join(if self.is_row { " | " } else { " " })
    }
}

/// The lines of a page, top to bottom. Lines without a visible character are none.
pub(super) fn lines(glyphs: &[Glyph]) -> Vec<Line> {
    let mut glyphs: Vec<Glyph> = glyphs.to_vec();
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut lines: Vec<Line> = Vec::new();
    let mut row: Vec<Glyph> = Vec::new();
    // The baseline and size of the row's largest character: small ones sit above or below it.
    let (mut y, mut size) = (0.0, 0.0);
    for glyph in glyphs {
        let near = (glyph.y - y).abs() <= SAME_LINE * glyph.size.max(size);
        if !row.is_empty() && !near {
            lines.extend(line(std::mem::take(&mut row)));
        }
        if row.is_empty() || (glyph.size > size && glyph.c != ' ') {
            (y, size) = (glyph.y, glyph.size);
        }
        row.push(glyph);
    }
    lines.extend(line(row));
    lines
}

fn line(mut row: Vec<Glyph>) -> Option<Line> {
    row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let size = common_size(&row)?;
    let mut cells: Vec<Cell> = Vec::new();
    let mut last: Option<Glyph> = None;
    // Where the last glyph ended, spaces included: blanks that are typed part no cells.
    let mut reached = f64::MIN;
    let (mut blank, mut parted) = (false, false);
    for glyph in &row {
        parted |= last.is_some() && glyph.x0 - reached > CELL_GAP * size;
        if glyph.c == ' ' {
            blank |= last.is_some();
            reached = reached.max(glyph.x1);
            continue;
        }
        let Some(previous) = last else {
            cells.push(Cell { x0: glyph.x0, x1: glyph.x1, text: glyph.c.to_string() });
            (last, reached) = (Some(*glyph), glyph.x1);
            continue;
        };
        if previous.c == glyph.c && (glyph.x0 - previous.x0).abs() < OVERPRINT * glyph.size.min(glyph.x1 - glyph.x0) {
            continue;
        }
        if parted {
            cells.push(Cell { x0: glyph.x0, x1: glyph.x1, text: glyph.c.to_string() });
        } else if let Some(cell) = cells.last_mut() {
            if is_space(previous, *glyph, blank) {
                cell.text.push(' ');
            }
            cell.text.push(glyph.c);
            cell.x1 = cell.x1.max(glyph.x1);
        }
        (last, blank, parted) = (Some(*glyph), false, false);
        reached = reached.max(glyph.x1);
    }
    if cells.is_empty() {
        return None;
    }
    let artifact = row.iter().all(|glyph| glyph.artifact || glyph.c == ' ');
    let y =
        row.iter().filter(|glyph| glyph.c != ' ' && glyph.size >= size * 0.9).map(|glyph| glyph.y).fold(0.0, f64::max);
    Some(Line { y, size, cells, artifact, is_row: false })
}

/// Whether a space stands between two characters: one that was typed and shows, or a gap that is one.
fn is_space(a: Glyph, b: Glyph, typed: bool) -> bool {
    let gap = (b.x0 - a.x1) / a.size.max(b.size);
    let chinese = is_cjk(a.c) || is_cjk(b.c) || (is_shared(a.c) && is_shared(b.c));
    if chinese { gap > HAN_GAP || (typed && gap > WORD_GAP) } else { gap > WORD_GAP || (typed && gap > 0.05) }
}

/// The size of most characters; `None` for a row of blanks.
fn common_size(row: &[Glyph]) -> Option<f64> {
    let mut sizes: Vec<f64> = row.iter().filter(|glyph| glyph.c != ' ').map(|glyph| glyph.size).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Text set at a place: Han characters one size wide, others half.
    pub(in super::super) fn set(text: &str, x: f64, y: f64, size: f64) -> Vec<Glyph> {
        let mut at = x;
        let place = |c: char| {
            let width = if is_cjk(c) { size } else { size / 2.0 };
            at += width;
            Glyph { c, x0: at - width, x1: at, y, size, artifact: false }
        };
        text.chars().map(place).collect()
    }

    fn texts(glyphs: &[Glyph]) -> Vec<String> {
        lines(glyphs).iter().map(Line::text).collect()
    }

    #[test]
    fn characters_on_about_the_same_baseline_are_one_line_left_to_right() {
        let mut glyphs = set("本规定", 112.0, 100.0, 12.0);
        glyphs.extend(set("第二条", 70.0, 101.5, 12.0));
        glyphs.extend(set("下一行", 70.0, 120.0, 12.0));
        assert_eq!(texts(&glyphs), ["第二条本规定", "下一行"]);
    }

    #[test]
    fn a_superscript_stands_in_its_line() {
        let mut glyphs = set("面积5m", 70.0, 100.0, 12.0);
        glyphs.extend(set("2", 106.0, 95.0, 6.0));
        assert_eq!(texts(&glyphs), ["面积5m2"]);
    }

    #[test]
    fn gaps_and_typed_blanks_become_one_space_and_justified_text_none() {
        let mut glyphs = set("The  cat", 10.0, 10.0, 10.0);
        glyphs.extend(set("sat", 53.0, 10.0, 10.0));
        assert_eq!(texts(&glyphs), ["The cat sat"]);
        let spread: Vec<Glyph> = "依法行政"
            .chars()
            .enumerate()
            .flat_map(|(i, c)| set(&c.to_string(), 15.0 * i as f64, 10.0, 10.0))
            .collect();
        assert_eq!(texts(&spread), ["依法行政"]);
        assert_eq!(texts(&set("第一章  总  则", 10.0, 10.0, 10.0)), ["第一章 总 则"]);
    }

    #[test]
    fn a_wide_gap_parts_cells_unless_blanks_fill_it() {
        let mut glyphs = set("序号", 10.0, 10.0, 10.0);
        glyphs.extend(set("项目", 60.0, 10.0, 10.0));
        assert_eq!(lines(&glyphs)[0].cells.len(), 2);
        assert_eq!(lines(&set("序号          项目", 10.0, 10.0, 10.0))[0].cells.len(), 1);
    }

    #[test]
    fn a_character_that_is_drawn_twice_to_look_bold_is_read_once() {
        let mut glyphs = set("通知", 10.0, 10.0, 10.0);
        glyphs.extend(set("通知", 10.3, 10.0, 10.0));
        assert_eq!(texts(&glyphs), ["通知"]);
    }
}
