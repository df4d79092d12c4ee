//! Which blocks of a page are its content.
//!
//! The *core* is the smallest element that holds nearly all of the page's prose; all of it is content, unless a line is
//! a button. The *frame* is the smallest element that holds the core and the title: between title and text stand the
//! lines in which a document says what it is, and behind the text its date, attachments and notes. Farther out only
//! prose is content, and such lines shortly before the core. Losing a paragraph is worse than keeping a line too many, and every doubt is decided so.

use super::blocks::{Block, Blocks, Kind, Span};
use super::cues::CUES;

/// The part of the page's prose that the core holds.
const CORE: f64 = 0.85;
/// The worth of a short line without a punctuation mark: a label, a menu entry.
const LABEL: f64 = 0.3;
/// From this many characters a line is prose without a punctuation mark.
const LONG: u32 = 16;
/// From this many characters a line with a punctuation mark is prose wherever it stands.
const OUTER: u32 = 24;
/// Lines before and behind the core that are content without a reason of their own.
const NEAR: usize = 3;
/// Lines that may make up one title.
const TITLE_LINES: usize = 4;
/// The title is looked for so far from the beginning of the core, before and behind.
const TITLE_REACH: usize = 60;

/// The content of a page.
#[derive(Debug, Default)]
pub(super) struct Choice {
    /// The blocks of the title, which are one line of the text.
    pub(super) title: Option<Span>,
    /// The other blocks, by ascending number.
    pub(super) blocks: Vec<usize>,
}

pub(super) fn choose(page: &Blocks, declared_title: Option<&str>) -> Choice {
    let blocks = &page.lines;
    let residue: Vec<bool> = blocks.iter().map(|block| CUES.is_residue(&block.text)).collect();
    let core = core(page, &residue);
    let titles = titles(blocks, &residue, core, declared_title);
    let frame = titles.first().map_or(core, |&title| frame(page, core, title));
    let near = near(page, &residue, core, titles.first());
    let whole_page = Span { first: 0, end: blocks.len() };
    let content = |i: usize, block: &Block| {
        if core.contains(i) {
            return true;
        }
        let facts = CUES.labelled(&block.text).is_some() || CUES.names_attachment(&block.text);
        if CUES.is_outer_residue(&block.text) {
            return false;
        }
        let prose = is_prose(block);
        if frame.contains(i) {
            let plain = block.link_chars * 2 <= chars(block);
            // In a frame that is the whole page, short lines are mostly menus.
            plain && (facts || prose || frame != whole_page || matches!(block.kind, Kind::Heading(_) | Kind::Row))
        } else {
            let stated = facts && (core.first.saturating_sub(TITLE_REACH)..core.first).contains(&i);
            stated
                || prose
                    && block.link_chars * 3 <= chars(block)
                    && chars(block) >= OUTER
                    && block.text.contains(['。', '；'])
        }
    };
    let is_residue = |i: usize| residue.get(i).copied().unwrap_or(false);
    let is_title = |i: usize| titles.iter().any(|title| title.contains(i));
    let mut kept: Vec<usize> = blocks
        .iter()
        .enumerate()
        .filter(|&(i, block)| !is_residue(i) && !is_title(i) && (near.contains(&i) || content(i, block)))
        .map(|(i, _)| i)
        .collect();
    if kept.is_empty() && titles.is_empty() {
        // A page that is nothing but residue by our rules is still what the person gave us.
        kept = (0..blocks.len()).collect();
    }
    Choice { title: titles.first().copied(), blocks: kept }
}

impl Span {
    fn contains(self, block: usize) -> bool {
        (self.first..self.end).contains(&block)
    }

    fn len(self) -> usize {
        self.end - self.first
    }
}

fn core(page: &Blocks, residue: &[bool]) -> Span {
    let mut sums = Vec::with_capacity(page.lines.len() + 1);
    let mut sum = 0.0;
    sums.push(sum);
    for (block, residue) in page.lines.iter().zip(residue) {
        sum += if *residue { 0.0 } else { weight(block) };
        sums.push(sum);
    }
    let weight_of = |span: &Span| match (sums.get(span.end), sums.get(span.first)) {
        (Some(end), Some(first)) => end - first,
        _ => 0.0,
    };
    let whole = Span { first: 0, end: page.lines.len() };
    let enough = page.spans.iter().filter(|span| weight_of(span) >= sum * CORE);
    enough.min_by_key(|span| span.len()).copied().unwrap_or(whole)
}

/// The lines between title and core, or just before a core without a title; and behind the core those that share its
/// surroundings, unless that is the whole page: dates and signatures.
fn near(page: &Blocks, residue: &[bool], core: Span, title: Option<&Span>) -> Vec<usize> {
    let blocks = &page.lines;
    let plain = |i: &usize| {
        blocks.get(*i).is_some_and(|b| b.link_chars == 0 && !CUES.is_outer_residue(&b.text))
            && residue.get(*i) == Some(&false)
    };
    let first = title.map_or(0, |title| title.end);
    let before = (first.min(core.first)..core.first).rev().take_while(plain).take(NEAR);
    let around = page.spans.iter().filter(|span| span.first <= core.first && span.end >= core.end && **span != core);
    let around = around.min_by_key(|span| span.len()).filter(|span| span.len() < blocks.len());
    let behind = (core.end..around.map_or(core.end, |span| span.end)).take_while(plain).take(NEAR);
    before.chain(behind).collect()
}

fn weight(block: &Block) -> f64 {
    let chars = f64::from(chars(block).saturating_sub(block.link_chars));
    if is_prose(block) || block.kind == Kind::Row { chars } else { chars * LABEL }
}

fn is_prose(block: &Block) -> bool {
    chars(block) >= LONG || block.text.contains(['。', '，', '；', '！', '？'])
}

fn chars(block: &Block) -> u32 {
    u32::try_from(block.text.chars().filter(|c| !c.is_whitespace()).count()).unwrap_or(u32::MAX)
}

/// Where the title stands: all places, since pages repeat it, and the one to show first. A page without the declared
/// title is titled by the heading of the highest rank nearest before its text.
fn titles(blocks: &[Block], residue: &[bool], core: Span, declared: Option<&str>) -> Vec<Span> {
    let near = core.first.saturating_sub(TITLE_REACH)..core.end.min(core.first + TITLE_REACH);
    let wanted = |i: &usize| {
        residue.get(*i) == Some(&false) && blocks.get(*i).is_some_and(|block| !CUES.is_site_name(&block.text))
    };
    let heading = |i: usize| match blocks.get(i).map(|block| block.kind) {
        Some(Kind::Heading(level @ 1..=2)) => Some(level),
        _ => None,
    };
    let mut found = declared.map(|title| places(blocks, near.clone(), &squeezed(title))).unwrap_or_default();
    if found.is_empty() {
        let before = (near.start..=core.first).filter(wanted).filter_map(|i| Some((heading(i)?, i)));
        let title = before.min_by_key(|&(level, i)| (level, core.first - i)).map(|(_, i)| i);
        if let Some(block) = title.and_then(|i| blocks.get(i)) {
            found = places(blocks, near, &squeezed(&block.text));
        }
    }
    // The heading is the one to cite.
    found.sort_by_key(|span| (heading(span.first).is_none(), span.first));
    found
}

fn places(blocks: &[Block], near: std::ops::Range<usize>, title: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut next = near.start;
    while next < near.end {
        let mut rest = title;
        let mut end = next;
        while let Some(block) = blocks.get(end).filter(|b| b.kind != Kind::Row && end < next + TITLE_LINES) {
            let text = squeezed(&block.text);
            let Some(after) = rest.strip_prefix(text.as_str()).filter(|_| !text.is_empty()) else { break };
            rest = after;
            end += 1;
            if rest.is_empty() {
                break;
            }
        }
        if rest.is_empty() && end > next {
            found.push(Span { first: next, end });
            next = end;
        } else {
            next += 1;
        }
    }
    found
}

/// Titles are compared without white space and marks.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn frame(page: &Blocks, core: Span, title: Span) -> Span {
    let around = Span { first: core.first.min(title.first), end: core.end.max(title.end) };
    let holds = page.spans.iter().filter(|span| span.first <= around.first && span.end >= around.end);
    holds.min_by_key(|span| span.len()).copied().unwrap_or(around)
}
