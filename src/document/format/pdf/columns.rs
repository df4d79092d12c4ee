//! Pages set in two columns: found by the gutter between them, and read one column after the other.

use super::lines::{Cell, Line};

/// Rows with text on both sides of a gutter that make a page one of two columns.
const LEAST_ROWS: usize = 8;
/// Lines of a column that reach to its edge, at least this share: else it is a table, or two lists side by side.
const FLUSH_SHARE: f64 = 0.5;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Side {
    Whole,
    Left,
    Right,
}

/// The lines of a page in reading order, each with the column it stands in.
pub(super) fn in_reading_order(lines: Vec<Line>) -> Vec<(Side, Line)> {
    let Some(gutter) = gutter(&lines) else { return lines.into_iter().map(|line| (Side::Whole, line)).collect() };
    let mut ordered = Vec::with_capacity(lines.len());
    let mut right = Vec::new();
    for line in lines {
        let crosses = line.is_row || line.cells.iter().any(|cell| cell.x0 < gutter && cell.x1 > gutter);
        if crosses {
            // A line over both columns ends what stands above it.
            ordered.append(&mut right);
            ordered.push((Side::Whole, line));
            continue;
        }
        let (left_cells, right_cells): (Vec<Cell>, Vec<Cell>) =
            line.cells.iter().cloned().partition(|c| c.x1 <= gutter);
        if !left_cells.is_empty() {
            ordered.push((Side::Left, Line { cells: left_cells, ..line.clone() }));
        }
        if !right_cells.is_empty() {
            right.push((Side::Right, Line { cells: right_cells, ..line }));
        }
    }
    ordered.append(&mut right);
    ordered
}

/// The middle of the gap between two columns of prose, if the page has them.
fn gutter(lines: &[Line]) -> Option<f64> {
    let text = || lines.iter().filter(|line| !line.is_row);
    let x0 = text().map(Line::x0).fold(f64::MAX, f64::min);
    let x1 = text().map(Line::x1).fold(f64::MIN, f64::max);
    let middle = x0.midpoint(x1);
    // Columns of one width meet in the middle: the gap there tells the gutter.
    let pairs: Vec<(&Cell, &Cell)> = text()
        .filter_map(|line| {
            let at = line.cells.partition_point(|cell| cell.x0.midpoint(cell.x1) < middle);
            Some((line.cells.get(at.checked_sub(1)?)?, line.cells.get(at)?))
        })
        .filter(|(left, right)| left.x1 <= middle + 0.1 * (x1 - x0) && right.x0 >= middle - 0.1 * (x1 - x0))
        .collect();
    if pairs.len() < LEAST_ROWS {
        return None;
    }
    let edge = pairs.iter().map(|(left, _)| left.x1).fold(f64::MIN, f64::max);
    let begin = pairs.iter().map(|(_, right)| right.x0).fold(f64::MAX, f64::min);
    let size = lines.iter().map(|line| line.size).fold(0.0, f64::max);
    let flush = |count: usize| count as f64 >= FLUSH_SHARE * pairs.len() as f64;
    let left_flush = flush(pairs.iter().filter(|(left, _)| edge - left.x1 <= size).count());
    let right_flush = flush(pairs.iter().filter(|(_, right)| right.x0 - begin <= size).count());
    let wide = flush(
        pairs.iter().filter(|(left, right)| left.x1 - left.x0 > 8.0 * size.min(12.0) && right.x1 > right.x0).count(),
    );
    (edge < begin && left_flush && right_flush && wide).then(|| edge.midpoint(begin))
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::super::lines::tests::set;
    use super::*;

    fn page(left: &str, right: &str) -> Vec<Line> {
        let mut glyphs = set("跨越两栏的标题在这里也就是整页的宽度", 100.0, 20.0, 20.0);
        for row in 0..10 {
            let y = 60.0 + 20.0 * f64::from(row);
            glyphs.extend(set(left, 50.0, y, 10.0));
            glyphs.extend(set(right, 310.0, y, 10.0));
        }
        lines(&glyphs)
    }

    #[test]
    fn the_left_column_is_read_before_the_right_one() {
        let wide = "左栏的文字一直排到栏的边上没有空处可留";
        let ordered = in_reading_order(page(wide, &wide.replace('左', "右")));
        let sides: Vec<Side> = ordered.iter().map(|(side, _)| *side).collect();
        assert_eq!(sides[0], Side::Whole);
        assert!(sides[1..11].iter().all(|side| *side == Side::Left));
        assert!(sides[11..].iter().all(|side| *side == Side::Right) && sides.len() == 21);
    }

    #[test]
    fn a_table_of_two_columns_is_read_row_by_row() {
        assert!(in_reading_order(page("项目", "金额")).iter().all(|(side, _)| *side == Side::Whole));
    }
}
