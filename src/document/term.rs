//! From when to when a document is in force, as it says itself: 施行日期, 有效期.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Deserialize;

use super::date::{Date, first_date};
use super::numeral::Scan;
use super::patterns::each;
use super::statement::Sentence;
use super::words::WORDS;

/// From when to when, as stated; [`Term::days`] makes days of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Term {
    pub start: Option<Start>,
    pub end: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    Day(Date),
    /// So many days after its publication; 0 is the day itself.
    AfterPublication(u16),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The last day.
    Day(Date),
    /// So many months after the start: a document in force from 2024-09-01 for 60 months is so up to 2029-08-31, as
    /// offices write it (`有效期自2024年9月1日至2029年8月31日`).
    Months(u16),
}

impl Term {
    /// The first and the last day in force. `30日后` is counted from the day after publication, as periods are in Chinese
    /// law: published on 1 March, in force on 31 March. An end before the start is none.
    pub fn days(self, published: Option<Date>) -> (Option<Date>, Option<Date>) {
        let first = match self.start {
            Some(Start::Day(day)) => Some(day),
            Some(Start::AfterPublication(days)) => published.and_then(|day| day.plus_days(days)),
            None => None,
        };
        let last = match self.end {
            Some(End::Day(day)) => Some(day),
            Some(End::Months(months)) => first.and_then(|day| day.end_of_term(months)),
            None => None,
        };
        (first, last.filter(|last| first.is_none_or(|first| first <= *last)))
    }
}

#[derive(Deserialize)]
struct File {
    parts: std::collections::BTreeMap<String, String>,
    starts: Vec<Entry>,
    ends: Vec<Entry>,
    labels: Labels,
    published_here: Words,
    places: Words,
}

#[derive(Deserialize)]
struct Entry {
    pattern: String,
}

#[derive(Deserialize)]
struct Labels {
    starts: Vec<String>,
    ends: Vec<String>,
}

#[derive(Deserialize)]
struct Words {
    words: Vec<String>,
}

struct Rules {
    starts: Vec<Regex>,
    ends: Vec<Regex>,
    start_labels: Vec<Regex>,
    end_labels: Vec<Regex>,
    published_here: Vec<String>,
    places: Vec<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("term.toml")).expect("term.toml is part of this crate");
    let whole = |entries: &[Entry]| {
        let fill = |pattern: &str| {
            let once = |pattern: String| {
                file.parts.iter().fold(pattern, |p, (name, part)| p.replace(&format!("{{{name}}}"), part))
            };
            once(pattern.to_owned())
        };
        each(&entries.iter().map(|entry| fill(&entry.pattern)).collect::<Vec<_>>())
    };
    Rules {
        starts: whole(&file.starts),
        ends: whole(&file.ends),
        start_labels: each(&file.labels.starts),
        end_labels: each(&file.labels.ends),
        published_here: file.published_here.words,
        places: file.places.words,
    }
});

/// How surely a clause speaks of the whole document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject {
    /// It has none, but the sentence is about the document.
    LeftOut,
    /// 本意见, in a text of another kind: of what it encloses, perhaps.
    Own,
    /// 本办法, in a text that its title calls a 办法.
    OfTitle,
}

/// Collects the term over the sentences of a document, in order.
pub(crate) struct Finder<'a> {
    title: &'a str,
    found: Term,
    start: Option<Subject>,
    end: Option<Subject>,
    /// The sentence before stated the start: 有效期五年 may follow.
    just_started: bool,
}

impl<'a> Finder<'a> {
    pub fn new(title: &'a str) -> Self {
        Finder { title, found: Term::default(), start: None, end: None, just_started: false }
    }

    pub fn finish(self) -> Term {
        self.found
    }

    pub fn sentence(&mut self, sentence: &Sentence) {
        let said = sentence.skeleton.as_str();
        let follows = std::mem::take(&mut self.just_started);
        if !said.contains(['施', '行', '效', '期', '至']) {
            return;
        }
        let start = RULES.starts.iter().find_map(|pattern| self.clause(pattern, said, false));
        let bound = start.is_some() || follows;
        if let Some((subject, found)) = &start
            && self.start.is_none_or(|known| known < *subject)
        {
            let until = day(found, "until").map(End::Day);
            let given = match (day(found, "day"), number(found, "days")) {
                (Some(day), _) => Start::Day(day),
                (None, days) => Start::AfterPublication(days.unwrap_or(0)),
            };
            // A date that no calendar has makes no start.
            if found.name("day").is_none() || matches!(given, Start::Day(_)) {
                self.found = Term { start: Some(given), end: until };
                (self.start, self.end) = (Some(*subject), until.map(|_| *subject));
                self.just_started = true;
            }
        }
        let end = RULES.ends.iter().find_map(|pattern| self.clause(pattern, said, bound));
        if let Some((subject, found)) = end
            && (self.end.is_none_or(|known| known < subject))
            && (subject > Subject::LeftOut || self.just_started || follows)
        {
            let months = number(&found, "years").map(|years| years * 12).or_else(|| number(&found, "months"));
            let end = day(&found, "until").map(End::Day).or(months.map(End::Months));
            if end.is_some() {
                (self.found.end, self.end) = (end, Some(subject));
            }
        }
    }

    /// The first clause of `said` that `pattern` finds and that speaks of the document.
    fn clause<'s>(&self, pattern: &Regex, said: &'s str, bound: bool) -> Option<(Subject, Captures<'s>)> {
        pattern.captures_iter(said).find_map(|found| {
            let whole = found.get(0)?;
            let before = &said[..whole.start()];
            // What stands in quotation marks is the wording of an amended article.
            if before.matches('“').count() > before.matches('”').count() {
                return None;
            }
            let subject = match found.name("own") {
                Some(own) => self.subject(own.as_str())?,
                None if bound || self.speaks_of_itself(said, &said[..whole.end()]) => Subject::LeftOut,
                None => return None,
            };
            Some((subject, found))
        })
    }

    fn subject(&self, own: &str) -> Option<Subject> {
        let own = own.strip_suffix('的').unwrap_or(own);
        let kind = WORDS.kind(own).or(own.ends_with("文件").then_some("文件"))?;
        let part = own.contains('第') && own.contains(['条', '款', '项', '章']);
        if part || RULES.places.iter().any(|place| own.starts_with(place.as_str())) {
            return None;
        }
        let inner = self.title.rsplit_once('》').map_or("", |(named, _)| named);
        let titled = WORDS.kind(self.title) == Some(kind) || WORDS.kind(inner) == Some(kind);
        Some(if titled { Subject::OfTitle } else { Subject::Own })
    }

    /// Whether a sentence without a subject in the clause is about the document: it names it before, publishes it, or says
    /// nothing else.
    fn speaks_of_itself(&self, said: &str, up_to_clause: &str) -> bool {
        let alone = up_to_clause.chars().count() <= 24 && (up_to_clause.starts_with(['自', '从']));
        alone
            || RULES.published_here.iter().any(|word| said.contains(word.as_str()))
            || up_to_clause.contains("通过自")
            || up_to_clause.match_indices('本').any(|(at, _)| {
                let rest = &up_to_clause[at + '本'.len_utf8()..];
                rest.char_indices().take(9).skip(1).any(|(end, _)| self.subject(&rest[..end]).is_some())
            })
    }
}

fn day(found: &Captures, name: &str) -> Option<Date> {
    first_date(found.name(name)?.as_str()).map(|(date, _)| date)
}

fn number(found: &Captures, name: &str) -> Option<u16> {
    let number = Scan { rest: found.name(name)?.as_str() }.number()?;
    u16::try_from(number).ok().filter(|&number| number > 0)
}

/// The day from which a line of the head states it to be in force.
pub(crate) fn labelled_start(line: &str) -> Option<Date> {
    labelled(&RULES.start_labels, line)
}

/// The last day that a line of the head states.
pub(crate) fn labelled_end(line: &str) -> Option<Date> {
    labelled(&RULES.end_labels, line)
}

fn labelled(labels: &[Regex], line: &str) -> Option<Date> {
    labels.iter().find_map(|label| {
        let stated = label.captures(line)?.get(1)?.as_str();
        first_date(stated).filter(|(_, range)| range.start < 4).map(|(date, _)| date)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;
    use crate::document::statement::each_sentence;

    fn term(title: &str, text: &str) -> (Option<String>, Option<String>) {
        let mut finder = Finder::new(title);
        each_sentence(text, &Lines::of(text).lines, |sentence| finder.sentence(sentence));
        let published = first_date("2024-03-01").map(|(date, _)| date);
        let (first, last) = finder.finish().days(published);
        (first.map(|day| day.to_string()), last.map(|day| day.to_string()))
    }

    #[track_caller]
    fn check(text: &str, first: &str, last: &str) {
        let known = |s: &str| (!s.is_empty()).then(|| s.to_owned());
        assert_eq!(term("某市产业扶持办法", text), (known(first), known(last)), "{text}");
    }

    #[test]
    fn the_first_day_in_force_is_stated_in_many_forms() {
        check("第三十条 本办法自2024年9月1日起施行。", "2024-09-01", "");
        check("本办法自二〇二四年九月一日起正式实施。", "2024-09-01", "");
        check("本办法由市财政局负责解释，自2024 年9月1日起执行。", "2024-09-01", "");
        check("《某市产业扶持办法》已经市政府同意，现予公布，自2024年9月1日起施行。", "2024-09-01", "");
        check("五、附则\n（二）自2024年9月1日起施行。", "2024-09-01", "");
        check("本实施细则从2024年9月1日起实施，由市财政局解释。", "2024-09-01", "");
    }

    #[test]
    fn in_force_from_publication_is_counted_from_that_day() {
        check("本办法自发布之日起施行。", "2024-03-01", "");
        check("本通知自印发之日起执行，请遵照执行。", "2024-03-01", "");
        check("本办法自公布之日起30日后施行。", "2024-03-31", "");
        check("第六条本实施细则自发布之日起三十日以后施行。", "2024-03-31", "");
    }

    #[test]
    fn a_term_ends_before_the_day_it_began_on() {
        check("本办法自2024年9月1日起施行，有效期5年。", "2024-09-01", "2029-08-31");
        check("本办法自2024年9月1日起施行。有效期为五年。", "2024-09-01", "2029-08-31");
        check("本办法自2024年9月1日起试行，试行期两年。", "2024-09-01", "2026-08-31");
        check("本办法自2024年9月1日起施行，由市财政局负责解释，有效期18个月。", "2024-09-01", "2026-02-28");
        check("本办法自印发之日起施行，有效期至2027年12月31日。", "2024-03-01", "2027-12-31");
        check("本办法自印发之日起实施，执行期限至2027年12月31日。", "2024-03-01", "2027-12-31");
        check("本办法有效期自2024年9月1日至2027年12月31日。", "2024-09-01", "2027-12-31");
        check("本办法自2024年9月1日起至2027年12月31日止执行。", "2024-09-01", "2027-12-31");
        check("本办法有效期5年，自2024年9月1日起施行。", "2024-09-01", "2029-08-31");
        check("本办法执行至2027年12月31日。", "", "2027-12-31");
    }

    #[test]
    fn what_holds_for_a_part_or_for_other_things_is_not_the_documents_term() {
        for text in [
            "许可证有效期为五年。",
            "排污许可证有效期5年，自2024年9月1日起执行。",
            "本办法第五条自2024年9月1日起施行。",
            "本市最低工资标准自2024年9月1日起执行。",
            "本办法自20××年×月×日起施行。",
            "自2024年9月1日起实施阶段性减免。",
            "上述政策执行至2027年12月31日。",
            "将第十条修改为：“本规定自2024年9月1日起施行。”",
            "《某省条例》自2024年9月1日起施行。",
        ] {
            check(text, "", "");
        }
        check("本办法自2024年9月1日起施行。许可证有效期为五年。", "2024-09-01", "");
    }

    #[test]
    fn what_the_title_names_comes_before_what_the_text_encloses() {
        let text = "本细则自2024年5月1日起施行，有效期1年。\n本办法自2024年9月1日起施行。";
        assert_eq!(term("某市扶持办法", text), (Some("2024-09-01".into()), None));
        assert_eq!(term("关于印发《某市扶持细则》的通知", text).0.as_deref(), Some("2024-05-01"));
    }

    #[test]
    fn an_end_before_the_start_is_none() {
        check("本办法自2024年9月1日起施行，有效期至2023年12月31日。", "2024-09-01", "");
    }
}
