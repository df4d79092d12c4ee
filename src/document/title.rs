//! The title of a document, as a person would give it.
//!
//! Most texts begin with it. A saved page has it below its banners and often twice; a notice that was copied without its
//! head has it below the signature, above the document that it issues; a news story may have none (see `untitled`).

use std::ops::Range;

use super::chars::{is_closer, is_complete, is_han, is_space, last_telling, weight, weight_up_to};
use super::date::date_line;
use super::line::Line;
use super::marker::marker;
use super::number;
use super::reading::heading_text;
use super::validity::{Validity, stamped};
use super::wording::Wording;
use super::words::WORDS;

/// A title that stands in lines of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Title {
    /// As displayed.
    pub text: String,
    /// The lines that hold the copy nearest to the text.
    pub lines: Range<usize>,
    /// What the page stamped on it: `【失效】`.
    pub stamp: Option<Validity>,
}

/// How many lines are looked at, and how many paragraphs of text may stand above a title.
const HEAD_LINES: usize = 60;
const HEAD_PARAGRAPHS: usize = 3;
/// A title has no more characters than this.
pub(crate) const LONGEST: usize = 120;
/// What a line needs to be taken for the title: that it is the first, or that it reads like one.
const ENOUGH: i32 = 3;

/// The title line or lines.
pub(crate) fn find(text: &str, lines: &[Line], wordings: &[Wording]) -> Option<Title> {
    let head = Head { text, lines, wordings };
    let end = head.end();
    if let Some(i) = (0..end.min(10)).find(|&i| markdown_title(head.line(i)).is_some()) {
        return Some(head.title(head.display(i..i + 1), i..i + 1));
    }
    let first = (0..end).find(|&i| head.wordings[i] == Wording::Text)?;
    let best = (first..end)
        .filter(|&i| head.wordings[i] == Wording::Text)
        .map(|i| head.candidate(i))
        .filter_map(|candidate| Some((head.score(&candidate, first, end)?, candidate)))
        .rev()
        .max_by_key(|(score, _)| *score)
        .filter(|(score, _)| *score >= ENOUGH)?
        .1;
    Some(head.nearest_copy(best, end))
}

/// A title without the number or day that was pasted before it.
pub(crate) fn without_opening(title: &str) -> &str {
    if let Some((_, rest)) = number::opening(title).filter(|(_, rest)| WORDS.titled(rest)) {
        return rest;
    }
    let dated = title.split_once(' ').filter(|(first, rest)| date_line(first).is_some() && WORDS.titled(rest));
    dated.map_or(title, |(_, rest)| rest.trim_start())
}

fn markdown_title(line: &str) -> Option<&str> {
    line.strip_prefix('#').filter(|rest| rest.starts_with(is_space)).map(str::trim).filter(|rest| !rest.is_empty())
}

struct Candidate {
    text: String,
    lines: Range<usize>,
}

struct Head<'a> {
    text: &'a str,
    lines: &'a [Line],
    wordings: &'a [Wording],
}

impl Head<'_> {
    fn line(&self, i: usize) -> &str {
        &self.text[self.lines[i].bytes.clone()]
    }

    fn display(&self, lines: Range<usize>) -> String {
        let text = self.joined(lines);
        let text = text.trim_matches('*').trim();
        let text = stamped(text).map_or(text, |(rest, _)| rest);
        without_opening(without_site(text)).to_string()
    }

    fn joined(&self, lines: Range<usize>) -> String {
        let joined: Vec<&str> = lines.map(|i| markdown_title(self.line(i)).unwrap_or(self.line(i))).collect();
        heading_text(&joined.join("\n"))
    }

    fn title(&self, text: String, lines: Range<usize>) -> Title {
        let stamp = stamped(self.joined(lines.clone()).trim_matches('*').trim()).map(|(_, stamp)| stamp);
        Title { text, lines, stamp }
    }

    /// Where titles are no longer looked for: at the first numbered heading, or below some paragraphs of text.
    fn end(&self) -> usize {
        let mut paragraphs = 0;
        for i in 0..self.lines.len().min(HEAD_LINES) {
            let line = self.line(i);
            let text = self.wordings[i] == Wording::Text;
            if text && marker(line).is_some() && i > 0 && !line.starts_with('—') && !line.starts_with('-') {
                return i;
            }
            paragraphs += usize::from(text && weight_up_to(line, 80) == 80);
            if paragraphs > HEAD_PARAGRAPHS {
                return i;
            }
        }
        self.lines.len().min(HEAD_LINES)
    }

    /// A line and the lines below it that it runs on into.
    fn candidate(&self, i: usize) -> Candidate {
        let mut lines = i..i + 1;
        while lines.len() < 4 && lines.end < self.lines.len() && self.runs_on(&lines) {
            lines.end += 1;
        }
        Candidate { text: self.display(lines.clone()), lines }
    }

    /// Whether a title that began above goes on in the next line: `关于做好…工作` / `的通知`.
    fn runs_on(&self, lines: &Range<usize>) -> bool {
        let so_far = self.display(lines.clone());
        let next = self.line(lines.end);
        let opened = so_far.matches('《').count() > so_far.matches('》').count();
        let joined = weight(&so_far) + weight_up_to(next, LONGEST);
        let plain = self.wordings[lines.end] == Wording::Text
            && joined <= 100
            && !is_complete(next)
            && date_line(next).is_none()
            && !next.contains(['，', '。'])
            && number::whole_line(next).is_none();
        if !plain || is_complete(&so_far) {
            return false;
        }
        let unfinished = !WORDS.titled(&so_far) && date_line(&so_far).is_none() && weight(&so_far) >= 6;
        let finishing = WORDS.titled(next)
            && !next.starts_with("关于")
            && (so_far.contains("关于") || so_far.contains("印发") || so_far.contains("转发"));
        let body_above =
            WORDS.is_body(&so_far) && (next.starts_with("关于") || next.starts_with("印发")) && WORDS.titled(next);
        opened || (unfinished && finishing) || body_above
    }

    fn score(&self, candidate: &Candidate, first: usize, end: usize) -> Option<i32> {
        let text = candidate.text.as_str();
        let length = weight(text);
        let last = last_telling(text)?;
        let sentence = matches!(last, '。' | '；' | '，' | '、' | '：' | ':' | ',') || text.contains('。');
        let bracketed = text.starts_with(['（', '(', '【', '[']) && text.ends_with(is_closer);
        if !(4..=LONGEST).contains(&length)
            || sentence
            || bracketed
            || date_line(text).is_some()
            || number::whole_line(text).is_some()
            || !text.chars().any(|c| is_han(c) || c.is_alphabetic())
        {
            return None;
        }
        let mut score = 0;
        score += 3 * i32::from(candidate.lines.start == first);
        score += 3 * i32::from(WORDS.titled(text));
        score += i32::from(["关于", "印发", "《"].iter().any(|word| text.contains(word)));
        score += i32::from(length >= 8) - 2 * i32::from(length < 6);
        score += 2 * i32::from(self.page_fact_follows(candidate.lines.end));
        score += 3 * i32::from(self.repeated(candidate, end));
        score -= 4 * i32::from(WORDS.is_site(text));
        score -= 4 * i32::from(WORDS.is_body(text) && !WORDS.titled(text));
        score -= 3 * i32::from(text.starts_with(['—', '-']) || text.starts_with("附件"));
        score -= 3 * i32::from(marker(text).is_some());
        Some(score)
    }

    fn page_fact_follows(&self, next: usize) -> bool {
        (next..self.lines.len().min(next + 2))
            .any(|i| self.wordings[i] == Wording::PageFact || date_line(self.line(i)).is_some())
    }

    /// Whether the line stands again in the head of the page, or at the end of its breadcrumb.
    fn repeated(&self, candidate: &Candidate, end: usize) -> bool {
        let limit = end.max(candidate.lines.end).min(self.lines.len());
        (0..limit).filter(|i| !candidate.lines.contains(i)).any(|i| {
            let line = heading_text(self.line(i));
            line == candidate.text || (self.wordings[i] != Wording::Text && line.ends_with(&candidate.text))
        })
    }

    /// Of several copies in the head, the last: what stands between them belongs to the page.
    fn nearest_copy(&self, best: Candidate, end: usize) -> Title {
        let mut lines = best.lines;
        for i in lines.end..end {
            if self.wordings[i] == Wording::Text && is_complete(self.line(i)) && weight_up_to(self.line(i), 20) == 20 {
                break;
            }
            let copy = self.candidate(i);
            if copy.text == best.text {
                lines = copy.lines;
            }
        }
        self.title(best.text, lines)
    }
}

/// A page's title often ends with the site's name: `…的通知_中国政府网`, `… - 某某网`.
fn without_site(text: &str) -> &str {
    let cut = text.rfind(['_', '|', '｜']).or_else(|| text.rfind(" - ").or_else(|| text.rfind("--")));
    match cut {
        Some(at) => {
            let site = text[at..].trim_start_matches(['_', '|', '｜', '-', ' ']);
            if at > 12 && WORDS.is_site(site) { text[..at].trim_end() } else { text }
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;
    use crate::document::wording::wordings;

    fn title(text: &str) -> String {
        let lines = Lines::of(text).lines;
        let wordings = wordings(text, &lines);
        find(text, &lines, &wordings).map(|title| title.text).unwrap_or_default()
    }

    #[test]
    fn the_first_line_is_the_title_of_most_texts() {
        assert_eq!(
            title("某市优化营商环境条例（草案）\n2023-01-05\n\n我市按照要求，制定本条例。"),
            "某市优化营商环境条例（草案）"
        );
        assert_eq!(title("# 某市条例\n\n第一条 为了规范，制定本条例。"), "某市条例");
        assert_eq!(title("政 府 工 作 报 告\n\n各位代表：\n现在报告工作。"), "政府工作报告");
    }

    #[test]
    fn a_saved_page_has_its_title_below_its_banners() {
        assert_eq!(
            title(
                "某某新闻\n>\n未来产业：各地争相下好“先手棋”\n\n未来产业：各地争相下好“先手棋”\n科技\n近日，通知发布。"
            ),
            "未来产业：各地争相下好“先手棋”"
        );
        assert_eq!(title("某市关于印发方案的通知_中国政府网\n来源：某网\n一、目标"), "某市关于印发方案的通知");
    }

    #[test]
    fn a_number_or_day_before_a_title_is_no_part_of_it() {
        assert_eq!(title("某府发〔2020〕5号关于做好就业工作的通知\n各区人民政府："), "关于做好就业工作的通知");
        assert_eq!(title("2020年2月10日 某市稳就业若干措施\n一、要求"), "某市稳就业若干措施");
        assert_eq!(title("2020年政府工作报告\n各位代表："), "2020年政府工作报告");
    }

    #[test]
    fn a_stamp_is_no_part_of_a_title() {
        let text = "【失效】某市产业扶持办法\n第一条 为了扶持产业，制定本办法。";
        assert_eq!(title(text), "某市产业扶持办法");
        let lines = Lines::of(text).lines;
        let found = find(text, &lines, &wordings(text, &lines)).unwrap();
        assert_eq!(found.stamp, Some(Validity::Expired));
    }

    #[test]
    fn a_wrapped_title_is_joined() {
        assert_eq!(
            title("某省人民政府办公厅关于做好稳就业\n工作促发展惠民生的通知\n各市人民政府：\n现通知如下。"),
            "某省人民政府办公厅关于做好稳就业工作促发展惠民生的通知"
        );
        assert_eq!(
            title("某省人民政府办公厅\n关于做好稳就业工作的通知\n各市人民政府：\n现通知如下。"),
            "某省人民政府办公厅关于做好稳就业工作的通知"
        );
    }

    #[test]
    fn a_notice_without_its_head_is_titled_by_what_it_issues() {
        let text = "各市、县（市、区）人民政府，省各委办厅局：\n《关于推动融合发展的实施方案》已经同意，现印发给你们，请认真贯彻执行。\n某省人民政府办公厅\n2023年2月16日\n（此件公开发布）\n关于推动融合发展的实施方案\n为深入贯彻，制定本方案。\n一、要求";
        assert_eq!(title(text), "关于推动融合发展的实施方案");
    }
}
