//! Paragraphs from lines.
//!
//! In most texts a line is a paragraph. Text taken from a PDF is hard-wrapped: its lines end where the page did, and the
//! extraction often breaks a printed line again after punctuation and around brackets. There the printed lines are put
//! together again by their width, and a paragraph ends where a printed line ends early.

use std::ops::Range;

use super::chars::{columns, is_closer, is_complete, is_opener, is_space, weight_up_to};
use super::date::date_line;
use super::line::Line;
use super::marker::{Level, marker};
use super::title::Title;
use super::words::WORDS;

/// A paragraph, heading or list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its bytes, line breaks within it included, white space around it not.
    pub bytes: Range<usize>,
    /// Whether residue stands between it and the block before.
    pub after_gap: bool,
    /// Whether it is the document's title.
    pub title: bool,
    /// The level of a heading that the file itself marks as one.
    pub level: Option<u8>,
}

/// How many columns a full printed line may fall short of the page's width, or reach over it.
const SHORT: usize = 7;
const OVER: usize = 4;

/// The paragraphs of the lines that are no residue.
pub(crate) fn blocks(text: &str, lines: &[Line], residue: &[bool], title: Option<&Title>) -> Vec<Block> {
    let kept: Vec<usize> = (0..lines.len()).filter(|&i| !residue[i]).collect();
    let body: Vec<usize> =
        kept.iter().copied().filter(|&i| title.is_none_or(|title| !title.lines.contains(&i))).collect();
    let width = page_width(text, lines, &body);
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = Open { text, width, start: 0, last: 0..0, columns: 0 };
    for (k, &i) in kept.iter().enumerate() {
        let bytes = lines[i].bytes.clone();
        let after_gap = i > 0 && (k == 0 || kept[k - 1] + 1 != i);
        let in_title = title.is_some_and(|title| title.lines.contains(&i));
        let goes_on = match blocks.last() {
            Some(block) if after_gap || block.title != in_title => false,
            Some(block) if !block.title && (block.level.is_some() || lines[i].level.is_some()) => false,
            Some(block) => block.title || open.goes_on(&lines[i]),
            None => false,
        };
        open.columns = if goes_on { open.columns_after(&bytes) } else { line_columns(&text[bytes.clone()]) };
        open.last = bytes.clone();
        match blocks.last_mut().filter(|_| goes_on) {
            Some(block) => block.bytes.end = bytes.end,
            None => {
                open.start = bytes.start;
                blocks.push(Block { bytes, after_gap, title: in_title, level: lines[i].level });
            }
        }
    }
    blocks
}

/// The width of the printed page in columns, if the text is hard-wrapped: many lines reach it, few reach over it, and
/// most that reach it go on in the next line.
fn page_width(text: &str, lines: &[Line], kept: &[usize]) -> Option<usize> {
    let widths: Vec<usize> = kept.iter().map(|&i| line_columns(&text[lines[i].bytes.clone()])).collect();
    if widths.len() < 6 {
        return None;
    }
    let mut sorted = widths.clone();
    sorted.sort_unstable();
    let width = sorted[((sorted.len() - 1) * 97).div_ceil(100)];
    if !(40..=160).contains(&width) {
        return None;
    }
    let full: Vec<usize> =
        (0..widths.len()).filter(|&k| widths[k] + 2 * SHORT >= width && widths[k] <= width + OVER).collect();
    let broken = full.iter().filter(|&&k| breaks_off(text, lines, kept, k)).count();
    // A few lines prove nothing unless most of them agree.
    let (least_full, least_broken) = if widths.len() < 15 { (30, 70) } else { (10, 50) };
    (full.len() * 100 >= widths.len() * least_full && broken * 100 >= full.len() * least_broken).then_some(width)
}

/// Whether the sentence of a line goes on in the line below it.
fn breaks_off(text: &str, lines: &[Line], kept: &[usize], k: usize) -> bool {
    let Some(&next) = kept.get(k + 1) else { return false };
    !is_complete(&text[lines[kept[k]].bytes.clone()])
        && !lines[next].after_blank
        && marker(&text[lines[next].bytes.clone()]).is_none()
}

/// The columns a line takes; counting stops at 400, beyond any page.
fn line_columns(line: &str) -> usize {
    line.chars().take(400).map(columns).sum()
}

/// The paragraph in hand.
struct Open<'a> {
    text: &'a str,
    width: Option<usize>,
    start: usize,
    /// Its last line.
    last: Range<usize>,
    /// How much of its last printed line is filled.
    columns: usize,
}

impl Open<'_> {
    fn columns_after(&self, next: &Range<usize>) -> usize {
        let more = line_columns(&self.text[next.clone()]);
        match self.width {
            Some(width) if self.columns + more <= width + OVER => self.columns + more,
            _ => more,
        }
    }

    /// Whether `next` carries on the paragraph in hand.
    fn goes_on(&self, next: &Line) -> bool {
        let last = &self.text[self.last.clone()];
        let line = &self.text[next.bytes.clone()];
        if date_line(line).is_some() || date_line(last).is_some() {
            return false;
        }
        let alone = self.last.start == self.start;
        let mark = marker(last).filter(|_| alone);
        if mark.is_some_and(|mark| mark.len == last.len()) && !next.after_blank {
            return marker(line).is_none();
        }
        let paragraph = &self.text[self.start..self.last.end];
        let own = marker(paragraph).map(|mark| weight_up_to(&paragraph[mark.len..], 2));
        if own == Some(1) && weight_up_to(line, 2) == 1 {
            return true; // 第一章 / 总 / 则
        }
        let Some(width) = self.width else {
            // A line that begins with a comma or a closing bracket was torn off.
            return !is_complete(last) && line.starts_with(['，', '。', '、', '；', '：', '》', '”', '）']);
        };
        let full = self.columns + SHORT >= width;
        let fits = self.columns + line_columns(line) <= width + OVER;
        let complete = is_complete(last);
        if let Some(mark) = marker(line) {
            let weak = matches!(
                mark.level,
                Level::Digit | Level::DigitParen | Level::Decimal(_) | Level::Article | Level::Dash
            );
            return last.ends_with(['，', '、', '和', '及', '第', '《', '（', '“']) || (weak && full && !complete);
        }
        if line.starts_with(['，', '。', '、', '；', '：', '》', '”', '）', '〕', ')']) {
            return true;
        }
        if complete {
            return !next.after_blank
                && (full || fits)
                && !self.is_salutation()
                && !WORDS.is_body(line)
                && !line.starts_with("附件");
        }
        if last.ends_with(['，', '、', ',']) || (full && !self.is_heading(mark.is_some(), last)) {
            return true;
        }
        let whole_brackets = alone && last.starts_with(is_opener) && last.ends_with(is_closer);
        fits && !whole_brackets
            && !next.after_blank
            && (line.starts_with(is_opener) || last.ends_with(is_closer) || last.ends_with(is_opener))
    }

    /// A heading may fill its line to the very end; a numbered one without any clause is believed.
    fn is_heading(&self, marked: bool, last: &str) -> bool {
        marked
            && self.columns < self.width.unwrap_or(0).saturating_sub(2)
            && weight_up_to(last, 30) < 30
            && !last.contains(['，', '。'])
    }

    /// `各市、县人民政府，省政府各部门：`
    fn is_salutation(&self) -> bool {
        let paragraph = &self.text[self.start..self.last.end];
        paragraph.trim_end_matches(is_space).ends_with(['：', ':'])
            && paragraph.contains('各')
            && !paragraph.contains('。')
            && marker(paragraph).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;
    use crate::document::reading::reading_text;

    fn paragraphs(text: &str) -> Vec<String> {
        let lines = Lines::of(text).lines;
        let residue = vec![false; lines.len()];
        blocks(text, &lines, &residue, None).into_iter().map(|block| reading_text(&text[block.bytes])).collect()
    }

    #[test]
    fn a_line_is_a_paragraph() {
        assert_eq!(paragraphs("标题\n第一段。\n\n第二段。"), ["标题", "第一段。", "第二段。"]);
        assert_eq!(paragraphs("（一）\n项目申请。\n14.\n会议纪要"), ["（一）项目申请。", "14. 会议纪要"]);
    }

    const WRAPPED: &str = "各县（市、区）人民政府，市直有关单位：
为深入贯彻落实党中央、
国务院优化营商环境决策部署，
按照市委八届四次全会工作部
署，全面优化提升我市营商环境，切实降低企业开办成本，更大程度激发市场活力。现就进
一步做好新开办企业免费刻制印章工作有关事项通知如下：
一、适用范围

自本通知印发之日起，在汕尾市市场监督管理局登记注册的新开办企业，包括公司、
非
公司企业法人、合伙企业（有限合伙），可在企业成立时享受免费刻制印章服务。
（二）
完善办电流程。
有用电需求的小微企业可在当地供电营业厅或线上办理渠道提出
办电申请，
授权供电企业根据统一社会信用代码调用营业执照、
不动产登记证等电子证照办
理相关业务，无需额外提供纸质材料。
某某市人民政府
2023 年3 月13 日";

    #[test]
    fn hard_wrapped_lines_are_joined_into_paragraphs() {
        assert_eq!(
            paragraphs(WRAPPED),
            [
                "各县（市、区）人民政府，市直有关单位：",
                "为深入贯彻落实党中央、国务院优化营商环境决策部署，按照市委八届四次全会工作部署，全面优化提升我市营商环境，切实降低企业开办成本，更大程度激发市场活力。现就进一步做好新开办企业免费刻制印章工作有关事项通知如下：",
                "一、适用范围",
                "自本通知印发之日起，在汕尾市市场监督管理局登记注册的新开办企业，包括公司、非公司企业法人、合伙企业（有限合伙），可在企业成立时享受免费刻制印章服务。",
                "（二）完善办电流程。有用电需求的小微企业可在当地供电营业厅或线上办理渠道提出办电申请，授权供电企业根据统一社会信用代码调用营业执照、不动产登记证等电子证照办理相关业务，无需额外提供纸质材料。",
                "某某市人民政府",
                "2023 年3 月13 日",
            ]
        );
    }
}
