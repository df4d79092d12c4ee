//! Web residue: what a saved page carries around its text. The patterns are in `residue.toml`.
//!
//! Place matters as much as wording: a line `时间：2023年4月` is a fact of the page above the text and a clause within it.
//! So a document is seen as a head (down to where its text begins), a body, and a tail (below a line that begins a list
//! of links, a disclaimer or a footer), and most patterns hold in one of them.

use super::chars::{is_complete, is_han, is_space, weight, weight_up_to};
use super::date::date_line;
use super::line::Line;
use super::marker::marker;
use super::title::Title;
use super::wording::{Wording, is_attachment};

/// Of a document's characters, the share whose loss means that the tail was misjudged.
const MOST_LOST: f64 = 0.6;

/// Which lines are residue. `title` is the line or lines of the document's title, of which one copy is kept.
pub(crate) fn residue(text: &str, lines: &[Line], wordings: &[Wording], title: Option<&Title>) -> Vec<bool> {
    let page = Page { text, lines, wordings, title };
    let total: usize = lines.iter().map(|line| weight(&text[line.bytes.clone()])).sum();
    let flags = page.flags(true);
    let lost: usize =
        lines.iter().zip(&flags).filter(|(_, flag)| **flag).map(|(line, _)| weight(&text[line.bytes.clone()])).sum();
    if lost as f64 > MOST_LOST * total as f64 { page.flags(false) } else { flags }
}

struct Page<'a> {
    text: &'a str,
    lines: &'a [Line],
    wordings: &'a [Wording],
    title: Option<&'a Title>,
}

impl Page<'_> {
    fn line(&self, i: usize) -> &str {
        &self.text[self.lines[i].bytes.clone()]
    }

    fn flags(&self, trust_tail: bool) -> Vec<bool> {
        let body = self.body_start();
        let mut flags: Vec<bool> = self.wordings.iter().map(|w| *w == Wording::Residue).collect();
        for i in 1..flags.len() {
            // `责任编辑：` and below it the editor's name.
            let label = flags[i - 1] && self.line(i - 1).ends_with(['：', ':']);
            flags[i] |=
                label && weight_up_to(self.line(i), 5) < 5 && self.line(i).chars().all(|c| is_han(c) || is_space(c));
        }
        self.flag_head(body, &mut flags);
        if trust_tail {
            self.flag_tail(body, &mut flags);
        }
        self.flag_contents(&mut flags);
        self.flag_repeated_titles(body, &mut flags);
        flags
    }

    /// The first line of the text proper: below the title, a sentence, a salutation or a numbered heading.
    fn body_start(&self) -> usize {
        let first = self.title.map_or(0, |title| title.lines.end);
        let is_text = |i: &usize| {
            let line = self.line(*i);
            matches!(self.wordings[*i], Wording::Text | Wording::Disclaimer)
                && (weight_up_to(line, 60) == 60
                    || (is_complete(line) && weight_up_to(line, 5) == 5)
                    || marker(line).is_some_and(|mark| mark.number > 0))
        };
        (first..self.lines.len()).find(is_text).unwrap_or(first)
    }

    fn flag_head(&self, body: usize, flags: &mut [bool]) {
        let in_head =
            |w: Wording| matches!(w, Wording::Residue | Wording::Furniture | Wording::PageFact | Wording::TailStart);
        let title = self.title.map_or(0..0, |title| title.lines.clone());
        let is_page = (0..body).any(|i| in_head(self.wordings[i]));
        if !is_page {
            return;
        }
        for (i, flag) in flags.iter_mut().enumerate().take(body) {
            if title.contains(&i) {
                continue;
            }
            let line = self.line(i);
            let above = i < title.start && weight_up_to(line, 60) < 60 && !is_complete(line);
            // The name of the column a story stands in: 科技, 上海.
            let tag = i >= title.end && weight_up_to(line, 5) < 5 && line.chars().all(is_han);
            let value = i > 0 && labels_next_line(self.line(i - 1)) && weight_up_to(line, 25) < 25;
            *flag |= in_head(self.wordings[i]) || above || tag || value;
        }
    }

    fn flag_tail(&self, body: usize, flags: &mut [bool]) {
        let start = self.lines.first().map_or(0, |line| line.bytes.start);
        let end = self.lines.last().map_or(0, |line| line.bytes.end);
        // Below this the text may be over; above it a word like 声明 or 相关链接 stands within it.
        let late = start + (end - start) * 3 / 10;
        let last_part = start + (end - start) * 6 / 10;
        let mut in_tail = false;
        for (i, flag) in flags.iter_mut().enumerate().skip(body) {
            let at = self.lines[i].bytes.start;
            let line = self.line(i);
            if self.wordings[i] == Wording::TailStart && at >= late && !self.prose_follows(i) {
                in_tail = true;
            } else if in_tail && self.is_structured(i) {
                in_tail = false;
            }
            let kept = is_attachment(line);
            if in_tail {
                *flag = !kept || (*flag && !line.contains(['.', '〔']));
            } else if self.wordings[i] == Wording::Disclaimer && at >= last_part {
                *flag = true;
            } else if self.wordings[i] == Wording::Furniture && at >= late {
                *flag |= !kept;
            }
        }
        self.flag_headlines_above_tail(body, flags);
    }

    /// Whether most of the lines below are sentences or parts of them: then the words that seemed to begin the tail are
    /// part of a text, hard-wrapped perhaps. Links and footers have next to no commas and full stops.
    fn prose_follows(&self, i: usize) -> bool {
        let below = i + 1..self.lines.len().min(i + 21);
        let prose = below.clone().filter(|&k| self.line(k).contains(['。', '，', '；'])).count();
        below.len() >= 6 && 2 * prose >= below.len()
    }

    /// Whether the text goes on: a paragraph of several sentences, or a numbered clause of some length.
    fn is_structured(&self, i: usize) -> bool {
        let line = self.line(i);
        if self.wordings[i] != Wording::Text || !is_complete(line) {
            return false;
        }
        let sentences = line.chars().filter(|&c| c == '。').count();
        let characters = weight(line);
        (marker(line).is_some() && characters >= 20)
            || (characters >= 80 && sentences >= 2 && sentences * 150 >= characters)
    }

    /// Two headlines run together stand directly above the list of links that they belong to.
    fn flag_headlines_above_tail(&self, body: usize, flags: &mut [bool]) {
        let Some(tail) = (body + 1..self.lines.len()).find(|&i| flags[i] && self.wordings[i] == Wording::TailStart)
        else {
            return;
        };
        let line = self.line(tail - 1);
        let joined =
            line.chars().zip(line.chars().skip(1)).any(|(a, b)| matches!(a, '?' | '!' | '？' | '！') && is_space(b));
        if tail > body + 1 && joined && !is_complete(line) && weight_up_to(line, 120) < 120 && marker(line).is_none() {
            flags[tail - 1] = true;
        }
    }

    /// A table of contents runs from its heading to where its first entry stands again.
    fn flag_contents(&self, flags: &mut [bool]) {
        for i in (0..self.lines.len()).filter(|&i| self.wordings[i] == Wording::Contents) {
            let Some(first) = self.lines.get(i + 1).map(|_| entry(self.line(i + 1))) else { continue };
            let short = |&j: &usize| weight_up_to(self.line(j), 61) <= 60 && !self.line(j).contains('。');
            let entries = (i + 2..self.lines.len().min(i + 400)).take_while(short);
            let again = entries.clone().find(|&j| entry(self.line(j)) == first);
            if let Some(again) = again.filter(|_| !first.is_empty()) {
                flags[i..again].fill(true);
            }
        }
    }

    /// One copy of the title is enough.
    fn flag_repeated_titles(&self, body: usize, flags: &mut [bool]) {
        let Some(title) = self.title.filter(|title| weight(&title.text) >= 6) else { return };
        let wanted = entry(&title.text);
        for (i, flag) in flags.iter_mut().enumerate() {
            let line = self.line(i);
            let candidate = !title.lines.contains(&i) && line.len() < 3 * title.text.len() + 30;
            if candidate && entry(line) == wanted && (i < body || date_line(line).is_none()) {
                *flag = true;
            }
        }
    }
}

/// Whether the next line of a page's head holds the value of this one: `来源：` and below it the paper's name.
fn labels_next_line(line: &str) -> bool {
    let label = line.trim_end_matches(['：', ':']);
    label.len() < line.len()
        && ["来源", "时间", "日期", "作者", "阅读量", "浏览次数"].iter().any(|word| label.ends_with(word))
        && weight(label) <= 6
}

/// A line for comparison: without white space, leaders and page number.
fn entry(line: &str) -> String {
    let line = line.trim_start_matches('#').trim_end_matches(|c: char| c.is_ascii_digit() || is_space(c));
    let line = line.trim_end_matches(['.', '…', '·', '．', '—', '-']);
    line.chars().filter(|&c| !is_space(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;
    use crate::document::wording::wordings;

    fn kept(text: &str) -> Vec<&str> {
        let lines = Lines::of(text).lines;
        let wordings = wordings(text, &lines);
        let title = crate::document::title::find(text, &lines, &wordings);
        let flags = residue(text, &lines, &wordings, title.as_ref());
        lines.iter().zip(flags).filter(|(_, flag)| !flag).map(|(line, _)| &text[line.bytes.clone()]).collect()
    }

    const PARAGRAPH: &str = "为推动产业发展，制定本意见。各地要加强组织领导，完善工作机制。有关部门要按照职责分工，抓好贯彻落实，确保各项任务落地见效，重大事项及时报告市政府，并向社会公开，接受监督。";

    #[test]
    fn the_banners_above_a_title_are_residue() {
        let text = format!(
            "登录/注册后您将获得:\n政策推送\n400-086-8855\n当前位置:首页 > 政策 > 某市关于发展产业的通知\n某市关于发展产业的通知\n发布时间:2024年08月09日 发布部门:某市人民政府 收藏\n{PARAGRAPH}"
        );
        assert_eq!(kept(&text), ["某市关于发展产业的通知", PARAGRAPH]);
    }

    #[test]
    fn link_lists_and_disclaimers_below_the_text_are_residue_and_attachments_are_not() {
        let text = format!(
            "某市关于发展产业的通知\n{PARAGRAPH}\n附件下载\n某政发〔2024〕23号.pdf(点击下载)\n(责任编辑:某)\n原文链接:\n免责声明:\n本站部分信息来源于公开信息,如果信息涉及侵权,请联系删除。\n相关阅读\n今天的真相够轻够舒服工信部启动未来产业"
        );
        assert_eq!(kept(&text), ["某市关于发展产业的通知", PARAGRAPH, "附件下载", "某政发〔2024〕23号.pdf(点击下载)"]);
    }

    #[test]
    fn text_that_goes_on_below_a_link_list_is_kept() {
        let text =
            format!("某市关于发展产业的通知\n{PARAGRAPH}\n相关阅读：\n某地出台新政\n{PARAGRAPH}\n相关阅读：\n又一篇");
        assert_eq!(kept(&text), ["某市关于发展产业的通知", PARAGRAPH, PARAGRAPH]);
    }

    #[test]
    fn words_of_the_tail_do_not_end_a_hard_wrapped_text() {
        let wrapped = "不动产登记管理部门应当与商业银行协作，实施便利化改革。\n".repeat(10);
        let text = format!("某市优化营商环境条例\n{PARAGRAPH}\n{wrapped}相关信息\n{wrapped}");
        assert_eq!(kept(&text).len(), 23);
    }

    #[test]
    fn the_same_words_within_the_text_are_text() {
        let text = format!("某市活动方案\n{PARAGRAPH}\n一、活动时间\n时间：2023年4月至10月\n{PARAGRAPH}");
        assert_eq!(kept(&text).len(), 5);
    }

    #[test]
    fn a_table_of_contents_goes_and_its_headings_stay() {
        let text = "某市条例\n目　录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 为了规范，制定本条例。\n第二章 附则\n第二条 本条例自公布之日起施行。";
        assert_eq!(kept(text)[1..3], ["第一章 总则", "第一条 为了规范，制定本条例。"]);
        assert_eq!(kept("总则 ........ 3\n正文到此，没有别的。"), ["正文到此，没有别的。"]);
    }

    #[test]
    fn where_little_would_be_left_the_tail_is_not_believed() {
        let text = format!(
            "某市关于发展产业的通知\n本市的安排见下。请认真执行，并及时反馈意见。\n相关阅读：\n{}",
            "某地出台新政\n".repeat(40)
        );
        assert!(kept(&text).len() > 30);
    }
}
