//! What a document says of itself: title, issuer, number, date, kind.

use serde::{Deserialize, Serialize};

use super::chars::weight_up_to;
use super::date::{Date, closing_date, date_line, first_date};
use super::issuer;
use super::line::Line;
use super::marker::marker;
use super::number;
use super::title::{self, Title};
use super::wording::Wording;
use super::words::WORDS;

/// What is known of a document from its text. Everything but the title may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title as a person would give it.
    pub title: String,
    /// Who issued it 发文机关; several bodies are joined by `、`.
    pub issuer: Option<String>,
    /// Its own number 发文字号 in the form `通政发〔2024〕23号`.
    pub number: Option<String>,
    /// The day it was signed, else the day it was published: `YYYY-MM-DD`.
    pub published: Option<String>,
    /// 通知, 意见, 方案, 条例, 报告, 新闻, …
    pub kind: Option<String>,
}

/// How many lines below the title may state facts of the whole document.
const HEAD: usize = 40;
/// How many days may pass between signature and publication.
const DAYS_TO_PUBLISH: i64 = 400;

/// Reads the metadata of a text. `title` is the title's own line, if it has one.
pub(crate) fn metadata(text: &str, lines: &[Line], wordings: &[Wording], title: Option<&Title>) -> Metadata {
    let facts = Facts { text, lines, wordings, title };
    let signature = facts.signature();
    let title_text = title.map_or_else(|| title::from_prose(text, lines, wordings), |title| title.text.clone());
    Metadata {
        issuer: facts.issuer(&title_text, signature.as_ref()),
        number: facts.number(&title_text),
        published: facts.published(signature.as_ref()).map(|date| date.to_string()),
        kind: facts.kind(&title_text),
        title: title_text,
    }
}

/// The end of a letter: who signs it, and when.
struct Signature {
    bodies: Vec<String>,
    date: Date,
}

struct Facts<'a> {
    text: &'a str,
    lines: &'a [Line],
    wordings: &'a [Wording],
    title: Option<&'a Title>,
}

impl Facts<'_> {
    fn line(&self, i: usize) -> &str {
        &self.text[self.lines[i].bytes.clone()]
    }

    fn below_title(&self) -> usize {
        self.title.map_or(0, |title| title.lines.end)
    }

    fn head(&self) -> std::ops::Range<usize> {
        0..self.lines.len().min(self.below_title() + HEAD)
    }

    /// The first date that stands alone below the head, or at the end of a line after the name of a body.
    fn signature(&self) -> Option<Signature> {
        let below_title = self.below_title();
        let title = self.title.map_or(0..0, |title| title.lines.clone());
        (0..self.lines.len()).filter(|i| !title.contains(i)).find_map(|i| {
            let line = self.line(i);
            if line.len() > 200
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
            let signed = WORDS.is_body(before) && i > below_title.max(1);
            signed.then(|| Signature { bodies: vec![issuer::plain(before)], date })
        })
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
    fn published(&self, signature: Option<&Signature>) -> Option<Date> {
        let drawn_up = self.labelled(0);
        let page = self.labelled(1).or_else(|| self.bare_date());
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
            .or_else(|| self.adopted())
            .or_else(|| self.meeting())
            .or_else(|| self.day_of_page())
    }

    fn labelled(&self, label: usize) -> Option<Date> {
        let label = WORDS.date_labels.get(label)?;
        self.head().filter(|&i| self.line(i).len() < 400 && self.wordings[i] != Wording::Text).find_map(|i| {
            let found = label.captures(self.line(i))?;
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

    /// The latest of the dates at which a statute was adopted, approved or amended: that of this version of it.
    fn adopted(&self) -> Option<Date> {
        let acts = ["通过", "批准", "公布", "修正", "修订", "发布"];
        self.adoption_lines()
            .filter(|line| acts.iter().any(|act| line.contains(act)))
            .filter_map(|line| first_date(line).filter(|(_, range)| range.start < 12).map(|(date, _)| date))
            .max()
    }

    fn adoption_lines(&self) -> impl Iterator<Item = &str> {
        let from = self.below_title();
        (from..self.lines.len().min(from + 15))
            .map(|i| self.line(i))
            .take_while(|line| marker(line).is_none() && line.len() < 900)
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

    /// The fullest of the names that the title begins with and that the letter is signed with; else what the page says.
    fn issuer(&self, title: &str, signature: Option<&Signature>) -> Option<String> {
        let reported = || {
            self.head().filter(|&i| self.line(i).len() < 300).find_map(|i| {
                let next = self.lines.get(i + 1).map_or("", |_| self.line(i + 1));
                issuer::in_meeting(self.line(i)).or_else(|| issuer::in_meeting(&format!("{}{next}", self.line(i))))
            })
        };
        if let Some(government) = title.contains("政府工作报告").then(reported).flatten() {
            return Some(government);
        }
        let in_title = issuer::in_title(title);
        let signed = signature.filter(|signature| !signature.bodies.is_empty());
        if let (Some(in_title), Some(signed)) = (&in_title, signed) {
            let fuller = signed.bodies[0].chars().count() > in_title.chars().count()
                || signed.bodies.len() > 1 && signed.bodies[0].chars().count() >= in_title.chars().count();
            return Some(if fuller { signed.bodies.join("、") } else { in_title.clone() });
        }
        in_title
            .or_else(|| signed.map(|signed| signed.bodies.join("、")))
            .or_else(|| self.issuer_labelled())
            .or_else(|| self.issuer_below_title())
            .or_else(|| self.adoption_lines().find_map(issuer::in_adoption))
    }

    fn issuer_labelled(&self) -> Option<String> {
        self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| {
            WORDS
                .issuer_labels
                .iter()
                .find_map(|label| Some(issuer::plain(label.captures(self.line(i))?.get(1)?.as_str())))
        })
    }

    /// The name of a body alone, or with a date, directly below the title.
    fn issuer_below_title(&self) -> Option<String> {
        let line = self.lines.get(self.below_title()).map(|_| self.line(self.below_title()))?;
        let name = closing_date(line).filter(|_| line.len() < 200).map_or(line, |(_, before)| before);
        (WORDS.is_body(name) && self.title.is_some()).then(|| issuer::plain(name))
    }

    fn number(&self, title: &str) -> Option<String> {
        let labelled = || {
            self.head().filter(|&i| self.line(i).len() < 400).find_map(|i| {
                WORDS
                    .number_labels
                    .iter()
                    .find_map(|label| number::first(label.captures(self.line(i))?.get(1)?.as_str()))
            })
        };
        let in_head = || self.head().find_map(|i| number::whole_line(self.line(i)));
        let attached = || {
            (0..self.lines.len())
                .map(|i| self.line(i))
                .filter(|line| line.contains('号') && line.contains('.'))
                .find_map(number::in_name)
        };
        number::in_name(title).or_else(labelled).or_else(in_head).or_else(attached)
    }

    fn kind(&self, title: &str) -> Option<String> {
        if let Some(kind) = WORDS.kind(title) {
            return Some(kind.to_string());
        }
        let from = self.below_title().min(self.lines.len());
        let start: String = self.lines[from..]
            .iter()
            .take(8)
            .flat_map(|line| self.text[line.bytes.clone()].chars().take(200))
            .collect();
        WORDS.news.iter().any(|word| start.contains(word)).then(|| "新闻".to_string())
    }
}

#[cfg(test)]
mod tests {
    use crate::document::parse;

    const BODY: &str = "各区人民政府，各有关单位：\n经市政府同意，现将《某市产业发展方案》印发给你们，请结合实际认真贯彻执行，重大情况及时报告，并做好宣传解读工作，营造良好氛围。";

    #[test]
    fn a_notice_states_its_number_issuer_and_date() {
        let found = parse(&format!("某市人民政府办公厅关于印发《某市产业发展方案》的通知\n2023-01-06\n\n某府办规［2023］ 1 号\n{BODY}\n某市人民政府办公厅\n2023 年1 月4 日\n某市产业发展方案\n一、要求")).metadata;
        assert_eq!(found.title, "某市人民政府办公厅关于印发《某市产业发展方案》的通知");
        assert_eq!(found.issuer.as_deref(), Some("某市人民政府办公厅"));
        assert_eq!(found.number.as_deref(), Some("某府办规〔2023〕1号"));
        assert_eq!(found.published.as_deref(), Some("2023-01-04"), "the signature's date comes before the page's");
        assert_eq!(found.kind.as_deref(), Some("通知"));
    }

    #[test]
    fn a_number_that_is_only_cited_is_not_the_documents_own() {
        let found =
            parse("某市关于发展产业的意见\n根据《省政府意见》（苏政发〔2023〕104号），制定本意见，请认真执行。")
                .metadata;
        assert_eq!(found.number, None);
        let found = parse("某市关于发展产业的意见\n根据《省政府意见》（苏政发〔2023〕104号），制定本意见，请认真执行。\n附件下载\n通政发〔2024〕23号.pdf(点击下载)").metadata;
        assert_eq!(found.number.as_deref(), Some("通政发〔2024〕23号"));
    }

    #[test]
    fn a_saved_page_states_its_date_and_issuer() {
        let found =
            parse(&format!("某市产业政策\n发布时间:2024年08月09日 14:09:22 发布部门:某市人民政府 收藏\n{BODY}"))
                .metadata;
        assert_eq!(found.published.as_deref(), Some("2024-08-09"));
        assert_eq!(found.issuer.as_deref(), Some("某市人民政府"));
    }

    #[test]
    fn a_statute_is_dated_by_its_last_amendment() {
        let found = parse("# 某市条例\n\n2011年11月17日 某市第十三届人民代表大会常务委员会第三十次会议通过\n\n2020年5月14日 某市第十五届人民代表大会常务委员会第二十一次会议修正\n\n2021年1月1日 施行\n\n第一条 为了规范，制定本条例。").metadata;
        assert_eq!(found.published.as_deref(), Some("2020-05-14"));
        assert_eq!(found.issuer.as_deref(), Some("某市人民代表大会常务委员会"));
        assert_eq!(found.kind.as_deref(), Some("条例"));
    }

    #[test]
    fn a_signature_younger_than_the_page_belongs_to_another_document() {
        let found =
            parse(&format!("某市财政局关于采购的通知\n2023-04-13\n{BODY}\n附：另一文件\n某市教育局\n2023年5月6日"))
                .metadata;
        assert_eq!(found.published.as_deref(), Some("2023-04-13"));
    }

    #[test]
    fn a_story_is_news() {
        let found = parse("各地争相下好先手棋\n近日，记者从发布会获悉，某市发布了计划，各地纷纷布局。").metadata;
        assert_eq!(found.kind.as_deref(), Some("新闻"));
    }
}
