//! Headings without a mark, and the other blocks that are told by what stands around them: the titles of issued documents
//! and attachments, signatures, lists of attachments, labelled paragraphs.

use super::chars::{is_complete, is_space, last_telling, weight, weight_up_to};
use super::date::{closing_date, date_line};
use super::heading::{Class, Form, LOWEST, SAID};
use super::marker::{Level, marker};
use super::words::WORDS;
use super::wrap::Block;

/// A heading without a mark has no more characters than this.
const UNMARKED: usize = 32;

/// The title of an issued document or an attachment: it stands after a signature, a remark in brackets or the word 附件,
/// and text follows.
pub(crate) fn is_inner_title(text: &str, blocks: &[Block], i: usize) -> bool {
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
pub(crate) fn is_attachment_head(block: &str) -> bool {
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

/// Lists of attachments, and the bodies that sign a letter with the date below them. A single signature is too little
/// for a passage of its own and stays where it stands.
pub(crate) fn find_closes(text: &str, blocks: &[Block], classes: &mut [Class]) {
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
            let length: usize = (i..i + bodies).map(|k| weight_up_to(block(k), SAID)).sum();
            WORDS.is_body(block(i))
                && length >= SAID
                && i + bodies < blocks.len()
                && date_line(block(i + bodies)).is_some()
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
pub(crate) fn find_headings(text: &str, blocks: &[Block], classes: &mut [Class]) {
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
pub(crate) fn find_labels(text: &str, blocks: &[Block], classes: &mut [Class]) {
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
