//! The outline: under which headings each block stands.

use std::collections::HashMap;
use std::ops::Range;

use super::heading::{Class, Form, INNER_TITLE, LOWEST, UNMARKED_RANK, classes};
use super::marker::Level;
use super::reading::heading_text;
use super::unmarked::is_attachment_head;
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

/// The outline of a document's blocks.
pub(crate) fn outline(text: &str, blocks: &[Block]) -> Outline {
    Stacker::new(text, blocks, &classes(text, blocks)).run()
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
