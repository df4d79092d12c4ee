//! When a document was signed, published or adopted.

use std::sync::LazyLock;

use regex::Regex;

use super::chars::{is_space, weight_up_to};
use super::date::{Date, closing_date, date_line, first_date};
use super::issuer;
use super::line::Line;
use super::marker::marker;
use super::metadata::Facts;
use super::number;
use super::wording::Wording;
use super::words::WORDS;

/// How many days may pass between signature and publication.
const DAYS_TO_PUBLISH: i64 = 400;

/// The positions in `date_labels` of the labels for either.
const DRAWN_UP: usize = 0;
const PUBLISHED: usize = 1;

/// A line that is a signature is no longer, in bytes.
const LONGEST_SIGNATURE: usize = 200;
/// A name and a date behind the end of a sentence.
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[。！：:])\s*([\p{Han}][\p{Han}\s]{3,60}?)\s*([0-9]{4}\s*年\s*[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日)")
        .expect("constant")
});
/// How a sentence goes on that tells what somebody did on a day: `。某市人民政府2018年9月13日发布的《…》同时废止`.
const TOLD_ACTS: [char; 24] = [
    '发', '印', '公', '批', '通', '以', '至', '起', '施', '前', '后', '，', '、', '在', '作', '召', '颁', '下', '审',
    '的', '与', '联', '制', '出',
];

/// The end of a letter: who signs it, and when.
pub(crate) struct Signature {
    pub bodies: Vec<String>,
    pub date: Date,
}

impl Facts<'_> {
    /// The first date that stands alone below the head, or at the end of a line after the name of a body.
    pub(crate) fn signature(&self) -> Option<Signature> {
        let below_title = self.below_title();
        let title = self.title.map_or(0..0, |title| title.lines.clone());
        (0..self.lines.len()).filter(|i| !title.contains(i)).find_map(|i| {
            let line = self.line(i);
            if line.len() > LONGEST_SIGNATURE
                || self.wordings[i] != Wording::Text
                || !line.ends_with(|c: char| c == '日' || c.is_ascii_digit())
            {
                return None;
            }
            if let Some(date) = date_line(line) {
                // Directly below the title stands the date of the page.
                let bodies = self.bodies_above(i);
                let header =
                    i == 0 || i == below_title || (i == below_title + 1 && bodies.len() == 1 && !self.ends_letter(i));
                return (!header).then_some(Signature { bodies, date });
            }
            let (date, before) = closing_date(line)?;
            if i > 0 && issuer::is_officer(before) {
                return Some(Signature { bodies: Vec::new(), date });
            }
            let signed = WORDS.is_body(before) && i > below_title.max(1);
            signed.then(|| Signature { bodies: vec![issuer::plain(before)], date })
        })
    }

    /// A signature in a text that lost its line breaks: `请遵照执行。某市人民政府2022年4月2日某市实施方案为…`.
    pub(crate) fn glued_signature(&self) -> Option<Signature> {
        let own = self.title.and_then(|title| issuer::in_title(&title.text));
        let from = self.below_title().min(self.lines.len());
        let glued = |line: &&Line| line.bytes.len() > LONGEST_SIGNATURE || self.is_cut(line);
        self.lines[from..].iter().filter(glued).find_map(|line| {
            let line = &self.text[line.bytes.clone()];
            SIGNED.captures_iter(line).find_map(|found| {
                let (body, date) = (found.get(1)?, first_date(found.get(2)?.as_str())?.0);
                let told = line[found.get(0)?.end()..].trim_start().starts_with(TOLD_ACTS);
                let body = issuer::plain(body.as_str());
                // The name of an attachment may be glued to that of the body: 附件：任务分工某市人民政府2022年4月2日
                let signed = own.as_ref().filter(|own| body.ends_with(own.as_str()));
                let body =
                    signed.or(Some(&body).filter(|body| WORDS.is_body(body) && !found[0].starts_with(['：', ':'])));
                Some(Signature { bodies: vec![body?.clone()], date }).filter(|_| !told)
            })
        })
    }

    /// Whether a line begins where the file has no line break.
    fn is_cut(&self, line: &Line) -> bool {
        let before = self.text[..line.bytes.start].trim_end_matches(|c: char| is_space(c) && !matches!(c, '\n' | '\r'));
        !before.is_empty() && !before.ends_with(['\n', '\r'])
    }

    /// Whether text stood between the title and a date: then the date ends a letter.
    fn ends_letter(&self, date: usize) -> bool {
        (self.below_title()..date).any(|i| weight_up_to(self.line(i), 40) == 40)
    }

    fn bodies_above(&self, date: usize) -> Vec<String> {
        let from = if date >= self.below_title() { self.below_title() } else { 0 };
        let mut bodies: Vec<String> = (from..date)
            .rev()
            .map(|i| self.line(i))
            .take(16)
            .take_while(|line| WORDS.is_body(line) && marker(line).is_none() && weight_up_to(line, 60) < 60)
            .map(issuer::plain)
            .collect();
        bodies.reverse();
        bodies
    }

    /// The date a person would call the document's: signed, else published, else adopted.
    pub(crate) fn published(&self, signature: Option<&Signature>) -> Option<Date> {
        let drawn_up = self.labelled(DRAWN_UP);
        let page = self.labelled(PUBLISHED).or_else(|| self.bare_date());
        let signed = signature.map(|signature| signature.date).filter(|signed| {
            // A signature younger than the page is that of another document on it.
            page.is_none_or(|page| {
                let days = page.day_number() - signed.day_number();
                (-3..DAYS_TO_PUBLISH).contains(&days)
            })
        });
        drawn_up
            .or(signed)
            .or(page)
            .or_else(|| self.promulgation().map(|(date, ..)| date))
            .or_else(|| self.adopted())
            .or_else(|| self.meeting())
            .or_else(|| self.day_of_page())
    }

    fn labelled(&self, label: usize) -> Option<Date> {
        // What a line begins with that says 成文日期 needs no table of facts around it; 日期 may be that of a meeting.
        let sure = label == DRAWN_UP;
        let label = WORDS.date_labels.get(label)?;
        self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| {
            let found = label.captures(self.line(i))?;
            let begins = sure && found.get(0).is_some_and(|all| all.start() == 0);
            if !begins && self.wordings[i] == Wording::Text {
                return None;
            }
            first_date(found.get(1)?.as_str()).map(|(date, _)| date)
        })
    }

    /// A date that stands alone among the facts of the page, above the text.
    fn bare_date(&self) -> Option<Date> {
        let below_title = self.below_title();
        for i in self.head() {
            let line = self.line(i);
            if self.wordings[i] == Wording::PageFact || i < below_title + 3 {
                if let Some(date) = date_line(line) {
                    return Some(date);
                }
                let fact = self.wordings[i] == Wording::PageFact;
                let named =
                    closing_date(line).filter(|(_, before)| line.len() < 200 && (fact || WORDS.is_body(before)));
                if let Some((date, _)) = named {
                    return Some(date);
                }
                let first = first_date(line).filter(|_| fact && line.starts_with(|c: char| c.is_ascii_digit()));
                if let Some((date, _)) = first {
                    return Some(date);
                }
            }
            if i >= below_title && self.wordings[i] == Wording::Text && weight_up_to(line, 60) == 60 {
                break;
            }
        }
        None
    }

    /// The order by which a statute was published that was not amended since.
    pub(crate) fn promulgation(&self) -> Option<(Date, String, String)> {
        if self.amended() { None } else { self.adoption_lines().find_map(number::promulgation) }
    }

    /// The latest of the dates at which a statute was adopted, approved or amended: that of this version of it.
    fn adopted(&self) -> Option<Date> {
        self.acts(&["通过", "批准", "公布", "修正", "修订", "发布"]).max()
    }

    /// The days of the acts that the lines below the title of a statute list.
    fn acts(&self, words: &[&str]) -> impl Iterator<Item = Date> {
        self.adoption_lines()
            .filter(|line| words.iter().any(|word| line.contains(word)))
            .filter_map(|line| first_date(line).filter(|(_, range)| range.start < 12).map(|(date, _)| date))
    }

    pub(crate) fn adoption_lines(&self) -> impl Iterator<Item = &str> {
        let from = self.below_title();
        (from..self.lines.len().min(from + 15))
            .map(|i| self.line(i))
            .take_while(|line| marker(line).is_none() && line.len() < 3000)
    }

    /// `——2026年2月3日在…会议上`, on one line or two.
    fn meeting(&self) -> Option<Date> {
        self.head().filter(|&i| self.line(i).len() < 300).find_map(|i| {
            let (date, range) = first_date(self.line(i)).filter(|(_, range)| range.start < 12)?;
            let rest = &self.line(i)[range.end..];
            let next = self.lines.get(i + 1).map_or("", |_| self.line(i + 1));
            let meeting = rest.trim_start().starts_with('在') && (rest.contains("会议") || next.contains("会议上"));
            meeting.then_some(date)
        })
    }

    /// A page that states month and day only, and a text that has that day with its year.
    fn day_of_page(&self) -> Option<Date> {
        let stated = self.head().filter(|&i| self.wordings[i] == Wording::PageFact).find_map(|i| {
            let (month, day) =
                self.line(i).trim_start_matches(|c: char| !c.is_ascii_digit()).split_once(['-', '月'])?;
            let day: String = day.chars().take_while(char::is_ascii_digit).collect();
            Some((month.parse::<u8>().ok()?, day.parse::<u8>().ok()?))
        })?;
        let near = (self.below_title()..self.lines.len()).map(|i| self.line(i)).take(20);
        near.filter(|line| line.len() < 3000)
            .find_map(|line| first_date(line).map(|(date, _)| date).filter(|date| (date.month, date.day) == stated))
    }

    pub(crate) fn amended(&self) -> bool {
        self.acts(&["修正", "修订", "修改"]).next().is_some()
    }
}
