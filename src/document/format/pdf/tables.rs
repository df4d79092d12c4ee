//! Rows of tables: by the lines that rule them, or where there are none, by cells that stand below one another.

use super::columns::Side;
use super::glyphs::{Glyph, PageGlyphs, Rule};
use super::limit::MAX_TABLES;
use super::lines::{Cell, Line, lines};
use super::paragraphs::glue;

/// Rules whose ends are nearer than this (points) touch.
const TOUCH: f64 = 2.5;
/// A rule parts two rows if it and its neighbours at that height reach over this share of the table.
const ROW_SHARE: f64 = 0.3;

/// A ruled table.
struct Grid {
    x0: f64,
    x1: f64,
    /// Heights of the rules between rows, from the top edge to the bottom edge.
    rows: Vec<f64>,
    upright: Vec<Rule>,
}

/// Takes the characters that stand in ruled tables from the page and makes a line of each row.
pub(super) fn take_ruled(page: &mut PageGlyphs) -> Vec<Line> {
    let mut found = Vec::new();
    for grid in grids(&page.rules) {
        let mut rows: Vec<Vec<Glyph>> = vec![Vec::new(); grid.rows.len()];
        page.glyphs.retain(|glyph| match grid.row(glyph).and_then(|row| rows.get_mut(row)) {
            Some(row) => {
                row.push(*glyph);
                false
            }
            None => true,
        });
        found.extend(rows.into_iter().enumerate().filter_map(|(i, row)| grid.line(i, row)));
    }
    found
}

impl Grid {
    fn row(&self, glyph: &Glyph) -> Option<usize> {
        let (x, y) = (glyph.x0.midpoint(glyph.x1), glyph.y - 0.35 * glyph.size);
        let below = self.rows.partition_point(|edge| *edge <= y);
        (x > self.x0 && x < self.x1 && below > 0 && below < self.rows.len()).then(|| below - 1)
    }

    fn line(&self, row: usize, glyphs: Vec<Glyph>) -> Option<Line> {
        let (top, bottom) = (self.rows.get(row)?, self.rows.get(row + 1)?);
        let middle = top.midpoint(*bottom);
        let mut edges: Vec<f64> =
            self.upright.iter().filter(|rule| rule.y0 < middle && rule.y1 > middle).map(|rule| rule.x0).collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup_by(|a, b| (*a - *b).abs() < TOUCH);
        let mut columns: Vec<Vec<Glyph>> = vec![Vec::new(); edges.len() + 1];
        for glyph in glyphs {
            let column = edges.partition_point(|edge| *edge <= glyph.x0.midpoint(glyph.x1));
            columns[column].push(glyph);
        }
        let mut line = Line { y: *bottom, size: 0.0, cells: Vec::new(), artifact: false, is_row: true };
        for column in columns {
            let mut text = String::new();
            let (mut x0, mut x1) = (f64::MAX, f64::MIN);
            for part in lines(&column) {
                (x0, x1) = (x0.min(part.x0()), x1.max(part.x1()));
                line.size = part.size;
                glue(&mut text, &part.text());
            }
            if !text.is_empty() {
                line.cells.push(Cell { x0, x1, text });
            }
        }
        (!line.cells.is_empty()).then_some(line)
    }
}

/// The tables that rules make: rules that touch one another, with at least two cells among them.
fn grids(rules: &[Rule]) -> Vec<Grid> {
    let mut group: Vec<usize> = (0..rules.len()).collect();
    for (i, a) in rules.iter().enumerate() {
        for (j, b) in rules.iter().enumerate().skip(i + 1) {
            let touch = a.x0 <= b.x1 + TOUCH && b.x0 <= a.x1 + TOUCH && a.y0 <= b.y1 + TOUCH && b.y0 <= a.y1 + TOUCH;
            if touch {
                let (a, b) = (root(&mut group, i), root(&mut group, j));
                group[b] = a;
            }
        }
    }
    let roots: Vec<usize> = (0..rules.len()).map(|i| root(&mut group, i)).collect();
    let mut heads = roots.clone();
    heads.sort_unstable();
    heads.dedup();
    heads
        .into_iter()
        .filter_map(|head| {
            let own = rules.iter().zip(&roots).filter(|(_, root)| **root == head).map(|(rule, _)| *rule);
            grid(&own.collect::<Vec<_>>())
        })
        .take(MAX_TABLES)
        .collect()
}

fn root(group: &mut [usize], mut i: usize) -> usize {
    while group[i] != i {
        group[i] = group[group[i]];
        i = group[i];
    }
    i
}

fn grid(rules: &[Rule]) -> Option<Grid> {
    let (flat, upright): (Vec<Rule>, Vec<Rule>) = rules.iter().partition(|rule| rule.x1 - rule.x0 > rule.y1 - rule.y0);
    let x0 = rules.iter().map(|rule| rule.x0).fold(f64::MAX, f64::min);
    let x1 = rules.iter().map(|rule| rule.x1).fold(f64::MIN, f64::max);
    let mut heights: Vec<f64> = flat.iter().map(|rule| rule.y0).collect();
    heights.sort_by(f64::total_cmp);
    heights.dedup_by(|a, b| (*a - *b).abs() < TOUCH);
    let reach = |height: f64| -> f64 {
        let at = flat.iter().filter(|rule| (rule.y0 - height).abs() < TOUCH);
        at.map(|rule| rule.x1 - rule.x0).sum()
    };
    let rows: Vec<f64> = heights.into_iter().filter(|height| reach(*height) >= ROW_SHARE * (x1 - x0)).collect();
    let inner = upright.iter().any(|rule| rule.x0 > x0 + 2.0 * TOUCH && rule.x0 < x1 - 2.0 * TOUCH);
    // A box around a paragraph has one cell and is no table.
    (rows.len() >= 2 && (inner || rows.len() >= 4) && !upright.is_empty()).then_some(Grid { x0, x1, rows, upright })
}

/// Marks lines whose cells stand below those of a neighbour.
pub(super) fn mark_aligned(lines: &mut [(Side, Line)]) {
    for i in 1..lines.len() {
        let (above, below) = lines.split_at_mut(i);
        let (Some((side_above, above)), Some((side, below))) = (above.last_mut(), below.first_mut()) else { continue };
        let count = above.cells.len();
        let near = side_above == side && below.y - above.y < 4.0 * below.size;
        if count >= 2 && below.cells.len() == count && near {
            let em = above.size;
            let aligned = above.cells.iter().zip(&below.cells).all(|(a, b)| {
                let starts = (a.x0 - b.x0).abs() <= em;
                let middles = (a.x0.midpoint(a.x1) - b.x0.midpoint(b.x1)).abs() <= em;
                starts || middles || (a.x1 - b.x1).abs() <= em
            });
            if aligned {
                (above.is_row, below.is_row) = (true, true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::set;
    use super::*;

    fn flat(x0: f64, x1: f64, y: f64) -> Rule {
        Rule { x0, y0: y, x1, y1: y }
    }

    fn upright(x: f64, y0: f64, y1: f64) -> Rule {
        Rule { x0: x, y0, x1: x, y1 }
    }

    #[test]
    fn a_row_of_a_ruled_table_is_one_line_though_its_cells_wrap() {
        let rules = vec![flat(0.0, 200.0, 0.0), flat(0.0, 200.0, 40.0), flat(0.0, 200.0, 60.0)];
        let mut page = PageGlyphs { rules, ..PageGlyphs::default() };
        page.rules.extend([0.0, 60.0, 200.0].map(|x| upright(x, 0.0, 60.0)));
        for (text, x, y) in
            [("项目", 5.0, 25.0), ("新型储", 65.0, 15.0), ("能", 65.0, 30.0), ("甲", 5.0, 55.0), ("乙", 65.0, 55.0)]
        {
            page.glyphs.extend(set(text, x, y, 10.0));
        }
        page.glyphs.extend(set("表下的话", 5.0, 80.0, 10.0));
        let rows: Vec<String> = take_ruled(&mut page).iter().map(Line::text).collect();
        assert_eq!(rows, ["项目 | 新型储能", "甲 | 乙"]);
        assert_eq!(page.glyphs.len(), 4);
    }

    #[test]
    fn a_frame_around_a_paragraph_and_a_lone_rule_are_no_tables() {
        assert!(grids(&[flat(0.0, 200.0, 0.0)]).is_empty());
        let frame = [flat(0.0, 200.0, 0.0), flat(0.0, 200.0, 90.0), upright(0.0, 0.0, 90.0), upright(200.0, 0.0, 90.0)];
        assert!(grids(&frame).is_empty());
    }

    #[test]
    fn cells_that_stand_below_one_another_make_rows() {
        let mut glyphs = Vec::new();
        for (row, texts) in [["序号", "项目名称"], ["1", "储能电站"]].iter().enumerate() {
            glyphs.extend(set(texts[0], 10.0, 20.0 * row as f64, 10.0));
            glyphs.extend(set(texts[1], 80.0, 20.0 * row as f64, 10.0));
        }
        glyphs.extend(set("以上项目", 10.0, 60.0, 10.0));
        let mut lines: Vec<(Side, Line)> = lines(&glyphs).into_iter().map(|line| (Side::Whole, line)).collect();
        mark_aligned(&mut lines);
        let texts: Vec<String> = lines.iter().map(|(_, line)| line.text()).collect();
        assert_eq!(texts, ["序号 | 项目名称", "1 | 储能电站", "以上项目"]);
    }
}
