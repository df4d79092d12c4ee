//! The measures of a document's text: the size of its letters, the edges between which its lines run, their distance.

use super::columns::Side;
use super::lines::Line;
use std::collections::HashMap;

/// A line with its place in reading order.
#[derive(Debug, Clone)]
pub(super) struct PlacedLine {
    /// From 1.
    pub page: u32,
    pub side: Side,
    pub line: Line,
}

/// Between which edges the lines of a page or column run (points).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub left: f64,
    pub right: f64,
}

/// The measures of a document.
#[derive(Debug)]
pub(super) struct Measures {
    /// The font size of most of its characters.
    pub size: f64,
    /// Whether most characters have that size, so that others mean something.
    pub is_even: bool,
    /// The usual distance of two baselines.
    pub leading: f64,
    frames: HashMap<Side, Frame>,
    own_frames: HashMap<(u32, Side), Frame>,
}

/// Lines that a page or column needs for edges of its own.
const OWN_LINES: usize = 6;

impl Measures {
    pub(super) fn of(lines: &[PlacedLine]) -> Self {
        let (size, share) = body_size(lines);
        let is_body = |line: &&PlacedLine| !line.line.is_row && (line.line.size - size).abs() <= 0.1 * size;
        let mut by_side: HashMap<Side, Vec<&Line>> = HashMap::new();
        let mut by_page: HashMap<(u32, Side), Vec<&Line>> = HashMap::new();
        for placed in lines.iter().filter(is_body) {
            by_side.entry(placed.side).or_default().push(&placed.line);
            by_page.entry((placed.page, placed.side)).or_default().push(&placed.line);
        }
        let frames: HashMap<Side, Frame> = by_side.iter().map(|(side, lines)| (*side, frame(lines))).collect();
        let mut own_frames = HashMap::new();
        for ((page, side), lines) in by_page.into_iter().filter(|(_, lines)| lines.len() >= OWN_LINES) {
            // Margins mirrored on left and right pages: both edges lie apart from the usual ones by the same distance.
            let (own, Some(usual)) = (frame(&lines), frames.get(&side)) else { continue };
            let (left, right) = (own.left - usual.left, own.right - usual.right);
            let is_other = (left - right).abs() < 0.5 * size || own.right > usual.right + size;
            if left.abs() > 0.2 * size && is_other {
                own_frames.insert((page, side), own);
            }
        }
        Self { size, is_even: share >= 0.5, leading: leading(lines, size), frames, own_frames }
    }

    /// The edges of a page's or column's lines.
    pub(super) fn frame(&self, page: u32, side: Side) -> Frame {
        let own = self.own_frames.get(&(page, side));
        own.or_else(|| self.frames.get(&side)).copied().unwrap_or(Frame { left: 0.0, right: f64::MAX })
    }
}

/// The commonest size, and the share of characters that have it.
fn body_size(lines: &[PlacedLine]) -> (f64, f64) {
    let mut characters: HashMap<i64, usize> = HashMap::new();
    let mut total = 0;
    for placed in lines {
        let count = placed.line.cells.iter().map(|cell| cell.text.chars().count()).sum::<usize>();
        // Half points tell sizes apart.
        *characters.entry((placed.line.size * 2.0).round() as i64).or_default() += count;
        total += count;
    }
    let most = characters.into_iter().max_by_key(|(size, count)| (*count, *size));
    most.map_or((1.0, 0.0), |(size, count)| ((size as f64 / 2.0).max(0.5), count as f64 / total.max(1) as f64))
}

fn frame(lines: &[&Line]) -> Frame {
    let mut starts: Vec<f64> = lines.iter().map(|line| line.x0()).collect();
    let mut ends: Vec<f64> = lines.iter().map(|line| line.x1()).collect();
    starts.sort_by(f64::total_cmp);
    ends.sort_by(f64::total_cmp);
    // The leftmost place where several lines begin; one that stands out further is a mark on the margin.
    let several = (lines.len() / 12).max(1);
    let left = starts.iter().enumerate().find(|(i, x)| starts.get(i + several).is_some_and(|y| y - **x < 2.0));
    let left = left.map(|(_, x)| *x).or_else(|| starts.first().copied()).unwrap_or_default();
    let right = ends.get(ends.len().saturating_sub(1) * 97 / 100).copied().unwrap_or(f64::MAX);
    Frame { left, right }
}

fn leading(lines: &[PlacedLine], size: f64) -> f64 {
    let mut gaps: Vec<f64> = lines
        .iter()
        .zip(lines.iter().skip(1))
        .filter(|(a, b)| a.page == b.page && a.side == b.side && (a.line.size - b.line.size).abs() < 0.1 * size)
        .map(|(a, b)| b.line.y - a.line.y)
        .filter(|gap| *gap > 0.5 * size && *gap < 4.0 * size)
        .collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(1.5 * size)
}
