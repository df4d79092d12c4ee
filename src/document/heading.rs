//! Which blocks are headings, as far as their marks tell.
//!
//! A heading fills its block (`一、总体要求`) or runs into its text (`3.新型储能。开展…`); a numbered paragraph that has no
//! heading is an item of a list. Blocks without a mark are the business of `unmarked`.

use std::ops::Range;

use super::chars::{is_space, last_telling, weight, weight_up_to};
use super::marker::{Level, Marker, marker};
use super::unmarked;
use super::words::WORDS;
use super::wrap::Block;

/// A heading that fills a line has no more characters than this; one that ends with `。` or `：`, and one that runs into
/// its text, no more than [`RUN_IN`].
const WHOLE: usize = 50;
const RUN_IN: usize = 32;
/// A clause that labels a numbered paragraph has no more characters than this.
const LABEL: usize = 20;
/// A numbered paragraph of fewer characters is an item of a list and stands under its parent.
const ITEM: usize = 100;
/// So does an item of the lowest levels (——, (1), ①) with fewer than this, even if it has a heading.
const LOW_ITEM: usize = 50;
/// So does an item with fewer than this whose first sentence is no mere name.
pub(crate) const SAID: usize = 60;

/// Ranks beside those of [`Level::rank`]: inner titles and headings that the file marks (Markdown, HTML, Word) stand above
/// everything, paragraphs labelled by their first word below.
pub(crate) const INNER_TITLE: i32 = 0;
pub(crate) const MARKDOWN: i32 = 10;
pub(crate) const LOWEST: i32 = 200;
/// A heading without a mark stands just above what heads one paragraph only.
pub(crate) const UNMARKED_RANK: i32 = 165;

/// What a block is in the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The document's title.
    Title,
    /// The title of a document within the document. What a notice issues stands in no path; attachments do.
    InnerTitle,
    /// A heading that fills its block.
    Whole,
    /// A heading that its text follows in the same block.
    RunIn,
    /// A numbered paragraph of a list.
    Item,
    /// The beginning of what follows the last section: a list of attachments, or the bodies that sign.
    Close,
    /// Anything else.
    Paragraph,
}

/// A block's form, and its heading if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub form: Form,
    pub mark: Option<Marker>,
    /// `None` for a heading without a mark: its rank depends on what follows.
    pub rank: Option<i32>,
    /// The heading's bytes; empty where the block has none.
    pub heading: Range<usize>,
}

/// The class of each block.
pub(crate) fn classes(text: &str, blocks: &[Block]) -> Vec<Class> {
    let mut classes: Vec<Class> = (0..blocks.len()).map(|i| classify(text, blocks, i)).collect();
    unmarked::find_closes(text, blocks, &mut classes);
    join_lists(text, blocks, &mut classes);
    distrust_markdown(&mut classes);
    unmarked::find_headings(text, blocks, &mut classes);
    unmarked::find_labels(text, blocks, &mut classes);
    demote_empty_headings(&mut classes);
    classes
}

fn classify(text: &str, blocks: &[Block], i: usize) -> Class {
    let bytes = blocks[i].bytes.clone();
    let plain = |form| Class { form, mark: None, rank: None, heading: bytes.start..bytes.start };
    if blocks[i].title {
        return plain(Form::Title);
    }
    let block = &text[bytes.clone()];
    let emphasis = block.len() - block.trim_start_matches(['*', '_']).len();
    let hashes = block.len() - block.trim_start_matches('#').len();
    if (1..=6).contains(&hashes) && block[hashes..].starts_with(is_space) && weight_up_to(block, 120) < 120 {
        let start = bytes.end - block[hashes..].trim_start_matches(is_space).len();
        let mark = marker(&text[start..bytes.end]);
        return Class { form: Form::Whole, mark, rank: Some(MARKDOWN + hashes as i32), heading: start..bytes.end };
    }
    if let Some(level) = blocks[i].level.filter(|_| weight_up_to(block, 120) < 120) {
        let rank = Some(MARKDOWN + i32::from(level.min(6)));
        return Class { form: Form::Whole, mark: marker(block), rank, heading: bytes };
    }
    let start = bytes.start + emphasis;
    if unmarked::is_inner_title(text, blocks, i) || (i > 0 && i + 1 < blocks.len() && WORDS.is_back_matter(block)) {
        return Class { form: Form::InnerTitle, mark: None, rank: Some(INNER_TITLE), heading: bytes };
    }
    let Some(mark) = marker(&text[start..bytes.end]) else { return plain(Form::Paragraph) };
    let (form, heading_end) = marked_form(&text[start..bytes.end], mark);
    Class { form, mark: Some(mark), rank: Some(mark.level.rank()), heading: start..start + heading_end }
}

/// The form of a block that begins with a mark, and how many of its bytes are the heading.
fn marked_form(block: &str, mark: Marker) -> (Form, usize) {
    let rest = &block[mark.len..];
    let low = mark.level.rank() >= Level::DigitParen.rank();
    let end_of_mark = block[..mark.len].trim_end_matches(is_space).len();
    if mark.level == Level::Article {
        return match article_title(rest) {
            _ if rest.is_empty() => (Form::Whole, block.len()),
            Some(title) => (Form::RunIn, mark.len + title),
            None if weight_up_to(rest, 21) <= 20 && !rest.contains(['。', '，', '；', '：']) => {
                (Form::Whole, block.len())
            }
            None => (Form::RunIn, end_of_mark),
        };
    }
    let weight_of_rest = weight_up_to(rest, ITEM.max(LOW_ITEM) + 1);
    let first_end =
        rest.char_indices().take(RUN_IN * 2).find(|&(_, c)| matches!(c, '。' | '！' | '？' | '：' | ':' | '；'));
    let last = last_telling(block);
    let fills = match first_end {
        None => weight_up_to(rest, WHOLE + 1) <= WHOLE && !matches!(last, Some('，' | '、' | ',' | ';')),
        Some((at, c)) => {
            c != '；' && rest[at + c.len_utf8()..].chars().all(is_space) && weight_up_to(rest, RUN_IN + 2) <= RUN_IN + 1
        }
    };
    if fills && mark.level != Level::Dash && weight_of_rest > 0 {
        return (Form::Whole, block.len());
    }
    if let Some((at, c)) = first_end {
        let heading = &rest[..at];
        let body = weight_up_to(&rest[at + c.len_utf8()..], 10);
        let most = if matches!(c, '：' | ':') { LABEL } else { RUN_IN };
        let colon_within = matches!(c, '：' | ':') && heading.contains(['，', ',']);
        let is_heading =
            c != '；' && body >= 6 && weight_up_to(heading, most + 1) <= most && weight_up_to(heading, 2) == 2;
        // A short clause that says something, with one more sentence behind it, is an item of a list.
        let clause = weight_of_rest < SAID && (heading.contains(['，', ',']) || weight_up_to(heading, 13) > 12);
        let item = colon_within || clause || (low && weight_of_rest < LOW_ITEM);
        if is_heading && !item {
            return (Form::RunIn, mark.len + at + c.len_utf8());
        }
    }
    if weight_of_rest < ITEM || low {
        return (Form::Item, 0);
    }
    // A numbered paragraph of some length: its first clause names it if it is short enough, else its number does.
    let clause = rest.char_indices().take(LABEL * 2).find(|&(_, c)| matches!(c, '，' | ',' | '；' | '。'));
    let label = clause.filter(|&(at, _)| (4..=LABEL).contains(&weight(&rest[..at])));
    (Form::RunIn, label.map_or(end_of_mark, |(at, _)| mark.len + at))
}

/// The bytes of the name in brackets that an article may have: `（适用范围）`, `【定义】`.
fn article_title(rest: &str) -> Option<usize> {
    let closer = match rest.chars().next()? {
        '（' => '）',
        '【' => '】',
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let end = rest.char_indices().take(24).find(|&(_, c)| c == closer)?.0 + closer.len_utf8();
    (weight_up_to(&rest[end..], 5) == 5).then_some(end)
}

/// The last item of a list may hold a full stop; it is an item all the same if the item before it ends with `；`.
fn join_lists(text: &str, blocks: &[Block], classes: &mut [Class]) {
    for i in 1..blocks.len() {
        let (Some(before), Some(own)) = (classes[i - 1].mark, classes[i].mark) else { continue };
        let follows = before.level == own.level && own.number == before.number + 1;
        let in_list = classes[i - 1].form == Form::Item && text[blocks[i - 1].bytes.clone()].ends_with(['；', ';']);
        if follows && in_list && classes[i].form == Form::RunIn {
            classes[i].form = Form::Item;
        }
    }
}

/// Where the levels of Markdown contradict the marks (`### 第三章` above `## 第一节`), the marks are right.
fn distrust_markdown(classes: &mut [Class]) {
    let depth = |class: &Class| class.rank.filter(|rank| (MARKDOWN + 1..=MARKDOWN + 6).contains(rank));
    let mut depths: Vec<(Level, i32)> =
        classes.iter().filter_map(|class| Some((class.mark?.level, depth(class)?))).collect();
    depths.sort_unstable();
    depths.dedup();
    if depths.windows(2).any(|pair| pair[0].1 > pair[1].1 || (pair[0].0 != pair[1].0 && pair[0].1 == pair[1].1)) {
        for class in classes.iter_mut().filter(|class| depth(class).is_some()) {
            class.rank = class.mark.map(|mark| mark.level.rank()).or(class.rank);
        }
    }
}

/// A heading that is followed by another of its own rank, or by nothing, heads nothing: it is an item of a list.
fn demote_empty_headings(classes: &mut [Class]) {
    for i in 0..classes.len() {
        if classes[i].form != Form::Whole {
            continue;
        }
        let empty = match classes.get(i + 1) {
            None => true,
            Some(next) => match (next.rank, classes[i].rank) {
                (Some(next), Some(own)) => next <= own,
                _ => matches!(next.form, Form::Title | Form::InnerTitle),
            },
        };
        if empty {
            classes[i].form = if classes[i].mark.is_some() { Form::Item } else { Form::Paragraph };
        }
    }
}
