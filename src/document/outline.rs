//! The outline: which blocks are headings, and under which headings each block stands.

use std::collections::HashMap;
use std::ops::Range;

use super::chars::{is_complete, is_space, last_telling, weight, weight_up_to};
use super::date::{closing_date, date_line};
use super::marker::{Level, Marker, marker};
use super::reading::heading_text;
use super::words::WORDS;
use super::wrap::Block;

/// A block and its place in the outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    pub bytes: Range<usize>,
    pub after_gap: bool,
    /// A heading that fills its block; it belongs to what follows.
    pub heading: bool,
    /// The document's title.
    pub title: bool,
    /// Where the heading ends that runs into this block's text; the block's start if there is none.
    pub heading_end: usize,
    /// The headings above it, itself included if it has one: an index into [`Outline::paths`].
    pub section: usize,
}

/// The nodes of a document, and the paths they stand under.
pub(crate) struct Outline {
    pub nodes: Vec<Node>,
    pub paths: Vec<Vec<String>>,
}

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
const SAID: usize = 60;
/// A heading without a mark has no more characters than this.
const UNMARKED: usize = 32;

/// Ranks beside those of [`Level::rank`]: inner titles and Markdown headings stand above everything, paragraphs labelled
/// by their first word below.
const INNER_TITLE: i32 = 0;
const MARKDOWN: i32 = 10;
const LOWEST: i32 = 200;
/// A heading without a mark stands just above what heads one paragraph only.
const UNMARKED_RANK: i32 = 165;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Title,
    /// The title of a document within the document; where `named` is false it is what the notice above issues, and
    /// stands in no path.
    InnerTitle,
    /// A heading that fills its block.
    Whole,
    /// A heading that its text follows in the same block.
    RunIn,
    /// A numbered paragraph of a list.
    Item,
    /// The beginning of what follows the last section: a list of attachments, or the bodies that sign.
    Close,
    Paragraph,
}

#[derive(Debug, Clone)]
struct Class {
    form: Form,
    mark: Option<Marker>,
    /// `None` for a heading without a mark: its rank depends on what follows.
    rank: Option<i32>,
    heading: Range<usize>,
}

/// The outline of a document's blocks.
pub(crate) fn outline(text: &str, blocks: &[Block]) -> Outline {
    let mut classes: Vec<Class> = (0..blocks.len()).map(|i| classify(text, blocks, i)).collect();
    find_closes(text, blocks, &mut classes);
    join_lists(text, blocks, &mut classes);
    find_unmarked_headings(text, blocks, &mut classes);
    find_labels(text, blocks, &mut classes);
    demote_empty_headings(&mut classes);
    Stacker::new(text, blocks, &classes).run()
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
    let start = bytes.start + emphasis;
    if is_inner_title(text, blocks, i) || (i > 0 && i + 1 < blocks.len() && WORDS.is_back_matter(block)) {
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

/// The title of an issued document or an attachment: it stands after a signature, a remark in brackets or the word 附件,
/// and text follows.
fn is_inner_title(text: &str, blocks: &[Block], i: usize) -> bool {
    let block = &text[blocks[i].bytes.clone()];
    let Some(next) = blocks.get(i + 1) else { return false };
    let next = &text[next.bytes.clone()];
    if i == 0 || weight_up_to(block, 81) > 80 || is_complete(block) {
        return false;
    }
    let before = &text[blocks[i - 1].bytes.clone()];
    if is_attachment_head(block) {
        return !is_attachment_head(next)
            && !is_attachment_head(before)
            && marker(next).is_none_or(|m| m.level < Level::Digit);
    }
    let above = is_attachment_head(before) || date_line(before).is_some() || is_remark(before);
    above
        && WORDS.kind(block).is_some()
        && marker(block).is_none()
        && !block.contains('。')
        && weight_up_to(block, 5) == 5
}

/// `附件`, `附件1`, `附件2：某某表`: the head of an attachment, not a list of them.
fn is_attachment_head(block: &str) -> bool {
    let Some(rest) = block.strip_prefix('附').map(|rest| rest.trim_start_matches(is_space)) else { return false };
    let Some(rest) = rest.strip_prefix('件') else { return false };
    let number: String = rest
        .chars()
        .filter(|&c| !is_space(c))
        .take_while(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .collect();
    let rest = rest.trim_start_matches(|c: char| is_space(c) || number.contains(c));
    match rest.strip_prefix(['：', ':', '-', '—']).unwrap_or(rest) {
        "" => number.len() <= 6 && !block.ends_with(['：', ':']),
        named => {
            !number.is_empty()
                && weight_up_to(named, 41) <= 40
                && !named.contains(['。', '；'])
                && !named.contains(".pdf")
                && !named.contains(".doc")
        }
    }
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

/// Lists of attachments, and the bodies that sign a letter with the date below them.
fn find_closes(text: &str, blocks: &[Block], classes: &mut [Class]) {
    let block = |i: usize| &text[blocks[i].bytes.clone()];
    for i in 1..blocks.len() {
        if classes[i].form != Form::Paragraph {
            continue;
        }
        let attachments = block(i).starts_with('附')
            && ["附件", "附 件", "附　件"].iter().any(|word| block(i).starts_with(word))
            && weight_up_to(block(i), 200) < 200;
        let signs = || {
            let signed = |k: &usize| WORDS.is_body(block(*k)) || is_remark(block(*k));
            let bodies = (i..blocks.len().min(i + 16)).take_while(signed).count();
            WORDS.is_body(block(i)) && i + bodies < blocks.len() && date_line(block(i + bodies)).is_some()
        };
        if attachments || signs() {
            classes[i].form = Form::Close;
        }
        if attachments {
            // What is attached is named one below the other; the names head nothing.
            let named = |class: &&mut Class| class.mark.is_some_and(|mark| mark.level == Level::Digit);
            classes[i + 1..].iter_mut().take_while(named).for_each(|class| class.form = Form::Item);
        }
    }
}

/// `（北京市政务服务管理局代章）`, `（此件公开发布）`: brackets around a whole line that is no sentence.
fn is_remark(block: &str) -> bool {
    block.starts_with(['（', '('])
        && block.ends_with(['）', ')'])
        && weight_up_to(block, 40) < 40
        && last_telling(block) != Some('。')
}

/// Headings without a mark: a short line that is no sentence, below something finished and above something longer.
fn find_unmarked_headings(text: &str, blocks: &[Block], classes: &mut [Class]) {
    for i in 0..blocks.len().saturating_sub(1) {
        if classes[i].form != Form::Paragraph {
            continue;
        }
        let block = &text[blocks[i].bytes.clone()];
        let length = weight_up_to(block, UNMARKED + 1);
        if !(4..=UNMARKED).contains(&length) {
            continue;
        }
        let before_done = i == 0
            || blocks[i].after_gap
            || classes[i - 1].form != Form::Paragraph
            || is_complete(&text[blocks[i - 1].bytes.clone()]);
        let last = last_telling(block);
        let plain = !matches!(last, Some('。' | '，' | '；' | '、' | ',' | ';' | '！' | '：' | ':' | '.' | '…'))
            && !block.contains(['。', '；', '|', '\t', '@', '/'])
            && !block.starts_with(['（', '(', '—', '-', '[', '【', '“', '|', '>', '<', '!'])
            && !block.starts_with("附")
            && !block.ends_with('!')
            && closing_date(block).is_none()
            && !WORDS.is_body(block)
            && block.chars().filter(|&c| is_space(c)).count() <= 2
            && !block.chars().next().is_some_and(|c| c.is_ascii_digit() && length < 8);
        let below = &classes[i + 1];
        let text_below = &text[blocks[i + 1].bytes.clone()];
        let longer = below.form == Form::Paragraph
            && weight_up_to(text_below, 2 * length.max(20)) == 2 * length.max(20)
            && text_below.contains(['。', '；', '，', '：']);
        let opens_list = below.mark.is_some_and(|mark| mark.number == 1 && mark.level >= Level::Han)
            && below.rank.is_some_and(|rank| rank >= 100);
        if before_done && plain && !blocks[i + 1].after_gap && (longer || opens_list) {
            classes[i] = Class { form: Form::Whole, mark: None, rank: None, heading: blocks[i].bytes.clone() };
        }
    }
}

/// Paragraphs of a list that begin with what they speak of: `第三代半导体：在材料领域突破…`. One alone is no list.
fn find_labels(text: &str, blocks: &[Block], classes: &mut [Class]) {
    let label = |i: usize| -> Option<usize> {
        if classes[i].form != Form::Paragraph {
            return None;
        }
        let block = &text[blocks[i].bytes.clone()];
        let (at, c) =
            block.char_indices().take(16).find(|&(_, c)| matches!(c, '：' | ':' | '，' | ',' | '。' | '；' | '、'))?;
        let name = &block[..at];
        let speech = [
            "说", "表示", "指出", "介绍", "记者", "问", "答", "注", "附件", "电话", "来源", "联系", "时间", "日期",
            "如下", "地址", "各", "邮", "强调",
        ];
        let named = matches!(c, '：' | ':') && weight(name) >= 2 && !speech.iter().any(|word| name.contains(word));
        (named && weight_up_to(&block[at..], 31) > 30).then_some(at + c.len_utf8())
    };
    let labels: Vec<Option<usize>> = (0..blocks.len()).map(label).collect();
    for i in 0..blocks.len() {
        let Some(len) = labels[i] else { continue };
        let neighbour = (i > 0 && labels[i - 1].is_some()) || labels.get(i + 1).is_some_and(Option::is_some);
        if neighbour {
            let start = blocks[i].bytes.start;
            classes[i] = Class { form: Form::RunIn, mark: None, rank: Some(LOWEST), heading: start..start + len };
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

/// Walks over the blocks with the headings that are open.
struct Stacker<'a> {
    text: &'a str,
    blocks: &'a [Block],
    classes: &'a [Class],
    /// For each block, the next one after it that begins with a mark.
    next_marked: Vec<Option<usize>>,
    stack: Vec<Heading>,
    /// The last number seen at each level below the open headings.
    numbers: HashMap<Level, u32>,
    outline: Outline,
    section: usize,
}

struct Heading {
    rank: i32,
    marked: bool,
    /// Whether its text follows it in the same block.
    run_in: bool,
    text: String,
}

impl<'a> Stacker<'a> {
    fn new(text: &'a str, blocks: &'a [Block], classes: &'a [Class]) -> Self {
        let mut next_marked = vec![None; classes.len()];
        let mut next = None;
        for i in (0..classes.len()).rev() {
            next_marked[i] = next;
            if classes[i].mark.is_some() {
                next = Some(i);
            }
        }
        let outline = Outline { nodes: Vec::with_capacity(blocks.len()), paths: vec![Vec::new()] };
        Stacker { text, blocks, classes, next_marked, stack: Vec::new(), numbers: HashMap::new(), outline, section: 0 }
    }

    fn run(mut self) -> Outline {
        let mut headings_seen = false;
        for i in 0..self.blocks.len() {
            let class = &self.classes[i];
            match class.form {
                Form::Title => self.reset(),
                Form::InnerTitle => {
                    // Below 附件1 stands what the attachment is called.
                    let called = i > 0 && is_attachment_head(self.block(i - 1)) && !is_attachment_head(self.block(i));
                    if called && !self.stack.is_empty() {
                        self.push(INNER_TITLE + 1, class);
                        self.nodes_push(i);
                        continue;
                    }
                    self.reset();
                    let issued =
                        !headings_seen && !self.block(i).starts_with('附') && !WORDS.is_back_matter(self.block(i));
                    if !issued {
                        self.push(INNER_TITLE, class);
                    }
                }
                // The items of an article are cited by its number.
                Form::RunIn if self.in_article(class) => self.leave(class.rank.unwrap_or(LOWEST)),
                Form::Whole | Form::RunIn => {
                    let rank = class.rank.unwrap_or_else(|| self.rank_of_unmarked(i));
                    self.push(rank, class);
                    headings_seen = true;
                }
                // An item stands beside the items above it, not under the last that had a heading.
                Form::Item => self.leave(class.mark.map_or(LOWEST, |mark| mark.level.rank())),
                Form::Close => self.reset(),
                Form::Paragraph => self.leave_for_paragraph(i),
            }
            if let Some(mark) = class.mark {
                self.numbers.retain(|level, _| level.rank() <= mark.level.rank());
                self.numbers.insert(mark.level, mark.number);
            }
            self.nodes_push(i);
        }
        self.outline
    }

    fn in_article(&self, class: &Class) -> bool {
        class.mark.is_some_and(|mark| mark.level > Level::Article)
            && self.stack.iter().any(|open| open.rank == Level::Article.rank())
    }

    fn block(&self, i: usize) -> &str {
        &self.text[self.blocks[i].bytes.clone()]
    }

    fn nodes_push(&mut self, i: usize) {
        let (class, bytes) = (&self.classes[i], self.blocks[i].bytes.clone());
        let heading = matches!(class.form, Form::Title | Form::InnerTitle | Form::Whole);
        let heading_end = if matches!(class.form, Form::RunIn | Form::Item) { class.heading.end } else { bytes.start };
        // The hashes of a Markdown heading are not part of it.
        let start = if class.form == Form::Whole { class.heading.start } else { bytes.start };
        let after_gap = self.blocks[i].after_gap;
        self.outline.nodes.push(Node {
            bytes: start..bytes.end,
            after_gap,
            heading,
            title: class.form == Form::Title,
            heading_end,
            section: self.section,
        });
    }

    fn reset(&mut self) {
        self.stack.clear();
        self.numbers.clear();
        self.section = 0;
    }

    /// Closes the headings of a rank and of those below it.
    fn leave(&mut self, rank: i32) {
        let open = self.stack.len();
        while self.stack.last().is_some_and(|open| open.rank >= rank) {
            self.stack.pop();
        }
        if self.stack.len() < open {
            self.enter();
        }
    }

    /// A paragraph without a mark stands under the last heading, unless that was of one paragraph only (——, ①, a
    /// label), or the paragraph begins a new part of a speech.
    fn leave_for_paragraph(&mut self, i: usize) {
        if WORDS.is_vocative(self.block(i)) {
            self.leave(Level::HanParen.rank());
        } else if self.stack.last().is_some_and(|open| open.run_in && open.rank >= Level::DigitParen.rank()) {
            self.leave(Level::DigitParen.rank());
        }
    }

    /// Makes the open headings the section that the next blocks stand in.
    fn enter(&mut self) {
        self.outline.paths.push(self.stack.iter().map(|open| open.text.clone()).collect());
        self.section = self.outline.paths.len() - 1;
    }

    fn push(&mut self, rank: i32, class: &Class) {
        self.leave(rank);
        let text = heading_text(&self.text[class.heading.clone()]);
        let text =
            text.trim_matches(['*', '_']).trim_end_matches(['。', '：', ':', '；', '.', '、', '．', ' ']).to_string();
        if !text.is_empty() {
            self.stack.push(Heading { rank, marked: class.mark.is_some(), run_in: class.form == Form::RunIn, text });
        }
        self.enter();
    }

    /// A heading without a mark stands above the numbering that begins after it, below the numbering that goes on after
    /// it, and beside the one before it otherwise.
    fn rank_of_unmarked(&self, i: usize) -> i32 {
        let open = self.stack.iter().find(|open| !open.marked && open.rank >= 100).map(|open| open.rank);
        let next = self.next_marked[i].and_then(|next| self.classes[next].mark);
        let goes_on =
            next.is_some_and(|mark| self.numbers.get(&mark.level).is_some_and(|&last| mark.number == last + 1));
        match (open, next) {
            (Some(rank), _) if !goes_on => rank,
            (_, Some(mark)) if mark.number == 1 && mark.level != Level::Dash && !goes_on => mark.level.rank() - 5,
            _ => UNMARKED_RANK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;

    /// Each block's path, joined, with its own text where it is not a heading.
    fn paths(text: &str) -> Vec<String> {
        let lines = Lines::of(text).lines;
        let blocks = crate::document::wrap::blocks(text, &lines, &vec![false; lines.len()], None);
        let outline = outline(text, &blocks);
        outline.nodes.iter().filter(|node| !node.heading).map(|node| outline.paths[node.section].join("/")).collect()
    }

    const LONG: &str = "为推动产业发展，各地要加强组织领导，完善工作机制，按照职责分工抓好贯彻落实，确保各项任务落地见效，重大事项及时报告，并向社会公开，接受监督，同时做好宣传引导工作，营造良好氛围，形成可以复制推广的经验做法，不断提升群众的获得感。";

    #[test]
    fn headings_nest_by_their_marks() {
        let text = format!(
            "二、发展重点\n(一)布局产业。依托现有优势，合理规划。\n{LONG}\n(二)聚焦赛道。紧盯赛道，集中力量。\n4.第三代半导体。加强研发，推动应用发展。\n三、任务\n{LONG}"
        );
        assert_eq!(
            paths(&text),
            [
                "二、发展重点/(一)布局产业",
                "二、发展重点/(一)布局产业",
                "二、发展重点/(二)聚焦赛道",
                "二、发展重点/(二)聚焦赛道/4.第三代半导体",
                "三、任务"
            ]
        );
    }

    #[test]
    fn articles_stand_under_their_chapters_by_number() {
        let text = "第一章　总　则\n第一条　为了规范，制定本条例。\n第二条（适用范围）本条例适用于本市。\n（一）第一项；\n（二）第二项。\n第二章 附则\n第三条 本条例自公布之日起施行。";
        assert_eq!(
            paths(text),
            [
                "第一章 总则/第一条",
                "第一章 总则/第二条（适用范围）",
                "第一章 总则/第二条（适用范围）",
                "第一章 总则/第二条（适用范围）",
                "第二章 附则/第三条"
            ]
        );
    }

    #[test]
    fn a_list_of_short_items_makes_no_sections() {
        let text = "二、条件\n申请应当符合以下条件：\n（一）持有营业执照；\n（二）在本市范围内\n（三）信用良好。";
        assert!(paths(text).iter().all(|path| path == "二、条件"));
    }

    #[test]
    fn a_long_numbered_paragraph_is_named_by_its_first_clause_or_its_number() {
        let text =
            format!("一、任务\n1.推动市场准入落实，{LONG}\n2.深入落实全国版跨境服务贸易负面清单和有关规定，{LONG}");
        assert_eq!(paths(&text), ["一、任务/1.推动市场准入落实", "一、任务/2"]);
    }

    #[test]
    fn headings_without_a_mark_are_siblings() {
        let text = format!("{LONG}\n绘蓝图：各地纷纷出台产业政策\n{LONG}\n划重点：瞄准细分领域\n{LONG}");
        assert_eq!(paths(&text), ["", "绘蓝图：各地纷纷出台产业政策", "划重点：瞄准细分领域"]);
        let text = format!("工作回顾\n一、工业\n{LONG}\n二、农业\n{LONG}\n工作安排\n{LONG}");
        assert_eq!(paths(&text), ["工作回顾/一、工业", "工作回顾/二、农业", "工作安排"]);
    }

    #[test]
    fn markdown_headings_stand_above_marks() {
        let text = "## 第一章  总则\n\n第一条 为了规范，制定本条例。\n\n## 第二章  附则\n\n第二条 施行。之后执行。";
        assert_eq!(paths(text), ["第一章 总则/第一条", "第二章 附则/第二条"]);
    }

    #[test]
    fn an_inner_title_begins_the_outline_anew() {
        let text = format!("一、要求\n{LONG}\n2024年8月7日\n附件1\n某市任务清单\n{LONG}\n一、任务\n{LONG}");
        assert_eq!(paths(&text)[2..], ["附件1/某市任务清单", "附件1/某市任务清单/一、任务"]);
    }

    #[test]
    fn labelled_paragraphs_of_a_list_are_sections() {
        let text = format!("新一代人工智能：{LONG}\n第三代半导体：{LONG}");
        assert_eq!(paths(&text), ["新一代人工智能", "第三代半导体"]);
        assert_eq!(paths(&format!("他强调：{LONG}\n张某说：{LONG}")), ["", ""]);
    }
}
