//! What stands on every page and is no part of the text: running headers, footers, page numbers, a browser's margins.

use super::lines::Line;
use regex::{Regex, RegexSet};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Share of a page's height, at the top and at the bottom, in which furniture stands.
const EDGE: f64 = 0.13;
/// Lines of each edge that are looked at.
const EDGE_LINES: usize = 3;
/// A line of this many cells is the head of a table rather than of the page.
const HEAD_CELLS: usize = 3;
/// The same line on another page may stand this much (points) higher or lower.
const SAME_HEIGHT: f64 = 3.0;

#[derive(Deserialize)]
struct Patterns {
    page_numbers: Vec<String>,
    browser: Vec<String>,
    address: String,
}

static PATTERNS: LazyLock<(RegexSet, RegexSet, Regex)> = LazyLock::new(|| {
    let patterns: Patterns =
        toml::from_str(include_str!("furniture.toml")).expect("furniture.toml is part of the code");
    let set = |of: &[String]| RegexSet::new(of).expect("its patterns are tested");
    (set(&patterns.page_numbers), set(&patterns.browser), Regex::new(&patterns.address).expect("its pattern is tested"))
});

/// A page's lines and its height in points.
#[derive(Debug)]
pub(super) struct PageLines {
    pub height: f64,
    pub lines: Vec<Line>,
}

/// Removes the furniture of all pages; returns the address that a browser printed, if one did.
pub(super) fn remove(pages: &mut [PageLines]) -> Option<String> {
    let repeated = repeated(pages);
    let mut address = None;
    // A table's head may run along the top edge of its pages; its first copy is text.
    let mut heads_seen: HashSet<String> = HashSet::new();
    for page in pages {
        let mut dropped = vec![false; page.lines.len()];
        for (i, edge) in edges(page) {
            let line = &page.lines[i];
            let text = line.text();
            let key = folded(&text);
            let everywhere = repeated.get(&(edge, key.clone())).is_some_and(|heights| is_at(heights, line.y));
            let first_head = everywhere && line.cells.len() >= HEAD_CELLS && !heads_seen.contains(&key);
            if first_head {
                heads_seen.insert(key);
            }
            dropped[i] = line.artifact || (everywhere && !first_head) || is_furniture(line, &text);
            // A site's own footer names its front page; only a browser's names this document.
            if address.is_none() && PATTERNS.1.is_match(&text) {
                address = PATTERNS.2.find(&text).map(|found| found.as_str().to_owned());
            }
        }
        let mut dropped = dropped.into_iter();
        page.lines.retain(|_| !dropped.next().unwrap_or_default());
    }
    address
}

fn is_furniture(line: &Line, text: &str) -> bool {
    PATTERNS.1.is_match(text) || (line.cells.len() == 1 && PATTERNS.0.is_match(text))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Edge {
    Top,
    Bottom,
}

/// The lines at the edges of a page.
fn edges(page: &PageLines) -> Vec<(usize, Edge)> {
    let count = page.lines.len();
    let top = (0..count.min(EDGE_LINES)).filter(|&i| page.lines[i].y < EDGE * page.height).map(|i| (i, Edge::Top));
    let bottom = (count.saturating_sub(EDGE_LINES)..count)
        .filter(|&i| page.lines[i].y > (1.0 - EDGE) * page.height)
        .map(|i| (i, Edge::Bottom));
    top.chain(bottom).collect()
}

/// Lines that stand at the same edge of several pages, at the same height, and differ in numbers only.
fn repeated(pages: &[PageLines]) -> HashMap<(Edge, String), Vec<f64>> {
    let mut heights: HashMap<(Edge, String), Vec<f64>> = HashMap::new();
    for page in pages {
        for (i, edge) in edges(page) {
            heights.entry((edge, folded(&page.lines[i].text()))).or_default().push(page.lines[i].y);
        }
    }
    // Two of four pages; of a book with headers of its chapters, a fifth.
    let needed = if pages.len() <= 4 { 2 } else { (pages.len() / 5).clamp(3, 20) };
    heights.retain(|_, heights| {
        let all = std::mem::take(heights);
        heights.extend(all.iter().filter(|y| all.iter().filter(|other| near(**y, **other)).count() >= needed));
        !heights.is_empty()
    });
    heights
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_HEIGHT
}

fn is_at(heights: &[f64], y: f64) -> bool {
    heights.iter().any(|height| near(*height, y))
}

/// A line without white space and with all numbers alike.
fn folded(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_numeric() { '0' } else { c };
        if !(c == '0' && key.ends_with('0')) {
            key.push(c);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::super::lines::tests::set;
    use super::*;

    fn page(rows: &[(&str, f64)]) -> PageLines {
        let glyphs: Vec<_> = rows.iter().flat_map(|(text, y)| set(text, 70.0, *y, 12.0)).collect();
        PageLines { height: 842.0, lines: lines(&glyphs) }
    }

    fn kept(mut pages: Vec<PageLines>) -> (Vec<Vec<String>>, Option<String>) {
        let address = remove(&mut pages);
        (pages.iter().map(|page| page.lines.iter().map(Line::text).collect()).collect(), address)
    }

    #[test]
    fn headers_that_differ_in_numbers_only_go_and_the_text_stays() {
        let pages = (1..5).map(|i| {
            page(&[(&format!("某部公报 2024 年第 {i} 期"), 40.0), (["甲文", "乙文", "丙文", "丁文"][i - 1], 80.0)])
        });
        let (kept, _) = kept(pages.collect());
        assert_eq!(kept, [["甲文"], ["乙文"], ["丙文"], ["丁文"]]);
    }

    #[test]
    fn page_numbers_of_all_kinds_go_from_a_single_page() {
        for number in ["- 3 -", "— 12 —", "第3页 共10页", "第 3 页", "3/12", "Page 3 of 9", "iv", "第三页"]
        {
            assert_eq!(kept(vec![page(&[("正文在此", 400.0), (number, 800.0)])]).0, [["正文在此"]], "{number}");
        }
        assert_eq!(kept(vec![page(&[("12", 400.0), ("共12页图纸", 800.0)])]).0, [["12", "共12页图纸"]]);
    }

    #[test]
    fn a_browser_s_margins_go_and_its_address_is_kept() {
        let (kept, address) = kept(vec![page(&[
            ("2026/7/24 15:30 某通知_某政府网", 24.0),
            ("正文在此", 400.0),
            ("https://www.gov.cn/a/content_5.htm 1/6", 825.0),
        ])]);
        assert_eq!(
            (kept, address.as_deref()),
            (vec![vec!["正文在此".to_owned()]], Some("https://www.gov.cn/a/content_5.htm"))
        );
    }

    #[test]
    fn the_same_words_within_the_page_are_text() {
        let pages = (0..4).map(|_| page(&[("表格续前", 300.0), ("2024年", 310.0)])).collect();
        assert_eq!(kept(pages).0.concat().len(), 8);
    }
}
