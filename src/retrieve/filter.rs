//! Filters: which documents a person wants to be looked at. A filter that nothing passes lets nothing through.

use std::sync::Arc;

use crate::index::analyzer::fold;
use crate::index::{DocumentRecord, Index, IndexError, RowSet};
use crate::region::{self, NATION};

/// What documents must be. Every part that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Codes of divisions; one of them, or a division within it, must be the document's. Empty: any.
    regions: Vec<&'static str>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, the first day that counts. A document without a date passes no date.
    since: Option<String>,
    /// The same, the last day that counts.
    until: Option<String>,
    /// Part of the issuer's name, folded.
    issuer: Option<String>,
    /// Part of the document number, folded.
    number: Option<String>,
}

/// A filter as a person writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterText<'a> {
    /// A division by full or short name, path or six-digit code: 南京, 江苏省南京市, 320100, 国家.
    pub region: Option<&'a str>,
    pub since: Option<&'a str>,
    pub until: Option<&'a str>,
    pub issuer: Option<&'a str>,
    pub number: Option<&'a str>,
}

/// A filter that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    #[error("region {0:?}: no administrative division of China has this name or code")]
    Region(String),
    #[error("{0:?} is not a date such as 2024, 2024-08 or 2024-08-07")]
    Date(String),
    #[error("an empty {0} would let every document through")]
    Empty(&'static str),
}

/// The passages that a filter lets through.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Their rows.
    pub rows: Arc<RowSet>,
    /// How many documents they belong to.
    pub documents: usize,
}

impl Filter {
    /// Understands what a person wrote.
    ///
    /// # Errors
    /// A region, date or text that selects nothing by its form.
    pub fn parse(text: &FilterText) -> Result<Self, FilterError> {
        let part = |name, value: Option<&str>, folded: fn(&str) -> String| match value.map(folded) {
            Some(value) if value.is_empty() => Err(FilterError::Empty(name)),
            value => Ok(value),
        };
        Ok(Self {
            regions: text.region.map(divisions).transpose()?.unwrap_or_default(),
            since: text.since.map(date).transpose()?,
            until: text.until.map(date).transpose()?,
            issuer: part("issuer", text.issuer, body)?,
            number: part("number", text.number, number)?,
        })
    }

    /// Whether it lets everything through.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What was understood of it: each part that is given by its name, regions by their full names.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let names = self.regions.iter().filter_map(|code| region::division(code)).map(|d| d.name);
        let regions = (!self.regions.is_empty()).then(|| names.collect::<Vec<_>>().join("、"));
        let parts = [
            ("region", regions),
            ("since", self.since.clone()),
            ("until", self.until.clone()),
            ("issuer", self.issuer.clone()),
            ("number", self.number.clone()),
        ];
        parts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }

    /// Whether `document` passes.
    pub fn keeps(&self, document: &DocumentRecord) -> bool {
        self.keeps_facts(document) && document.region.as_deref().map_or(self.regions.is_empty(), |r| self.within(r))
    }

    /// Everything but the region.
    fn keeps_facts(&self, document: &DocumentRecord) -> bool {
        let metadata = &document.metadata;
        // Comparing as many digits as were given makes 2024 the whole year.
        let day = |bound: &str| metadata.published.as_deref().and_then(|day| day.get(..bound.len()));
        let has = |wanted: &Option<String>, own: &Option<String>, folded: fn(&str) -> String| {
            wanted.as_ref().is_none_or(|wanted| own.as_deref().is_some_and(|own| folded(own).contains(wanted.as_str())))
        };
        self.since.as_ref().is_none_or(|since| day(since).is_some_and(|day| day >= since.as_str()))
            && self.until.as_ref().is_none_or(|until| day(until).is_some_and(|day| day <= until.as_str()))
            && has(&self.issuer, &metadata.issuer, body)
            && self
                .number
                .as_ref()
                .is_none_or(|wanted| metadata.number.as_deref().is_some_and(|own| holds_number(&number(own), wanted)))
    }

    fn within(&self, code: &str) -> bool {
        let holds = |wanted: &&str| if *wanted == NATION { code == NATION } else { region::is_within(code, wanted) };
        self.regions.is_empty() || self.regions.iter().any(holds)
    }

    /// The passages that pass; `None` where all do. A document of another region passes with those of its passages that
    /// speak of the one that is wanted.
    pub fn select(&self, index: &Index) -> Result<Option<Selection>, IndexError> {
        if self.is_empty() {
            return Ok(None);
        }
        let (mut rows, mut documents) = (RowSet::default(), 0);
        for document in index.documents().iter().filter(|d| self.keeps_facts(d)) {
            let before = rows.len();
            let (first, end) = document.passages;
            if self.keeps(document) {
                (first..end).for_each(|row| rows.insert(row));
            } else if document.regions.iter().any(|code| self.within(code)) {
                for row in first..end {
                    if index.passage(row)?.regions.iter().any(|code| self.within(code)) {
                        rows.insert(row);
                    }
                }
            }
            documents += usize::from(rows.len() > before);
        }
        Ok(Some(Selection { rows: Arc::new(rows), documents }))
    }
}

/// All divisions of this name, path or code.
fn divisions(text: &str) -> Result<Vec<&'static str>, FilterError> {
    let wanted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let wanted = crate::document::traditional::to_simplified(&wanted);
    let named = |d: &&region::Division| {
        d.code == wanted
            || d.name == wanted
            || d.short_name() == wanted
            || d.english().any(|name| name.eq_ignore_ascii_case(text.trim()))
    };
    let all = || region::divisions().iter();
    let mut found: Vec<_> = all().filter(named).collect();
    if found.is_empty() {
        // Every name of a path is one in it: 江苏省南京市, 南京鼓楼区.
        let last = |d: &&region::Division| wanted.ends_with(d.name) || wanted.ends_with(d.short_name());
        let above = |d: &&region::Division| {
            let before = wanted.strip_suffix(d.name).or_else(|| wanted.strip_suffix(d.short_name())).unwrap_or("");
            region::ancestors(d.code).any(|a| before.ends_with(a.name) || before.ends_with(a.short_name()))
        };
        found = all().filter(last).filter(above).collect();
    }
    // 南京 is the city, and no county elsewhere that is called alike.
    let Some(highest) = found.iter().map(|d| d.level).min() else { return Err(FilterError::Region(text.to_owned())) };
    Ok(found.into_iter().filter(|d| d.level == highest).map(|d| d.code).collect())
}

/// A date with as many parts as were given, with leading zeros.
fn date(text: &str) -> Result<String, FilterError> {
    let refuse = || FilterError::Date(text.to_owned());
    let parts: Vec<&str> = text.trim().split(['-', '/', '.']).collect();
    let number = |part: &str, digits: std::ops::RangeInclusive<usize>, most: u32| {
        let plain = digits.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u32>().ok().filter(|n| plain && (1..=most).contains(n)).ok_or_else(refuse)
    };
    let mut date = format!("{:04}", number(parts.first().ok_or_else(refuse)?, 4..=4, 9999)?);
    for (part, most) in parts[1..].iter().zip([12, 31]) {
        date.push_str(&format!("-{:02}", number(part, 1..=2, most)?));
    }
    if parts.len() > 3 { Err(refuse()) } else { Ok(date) }
}

/// The name of a body as it is compared: 南通市政府 is 南通市人民政府.
fn body(text: &str) -> String {
    fold(text).replace("人民", "")
}

/// A document number as it is compared: brackets of all kinds are one, white space is none.
fn number(text: &str) -> String {
    fold(text).replace(['〔', '［', '[', '(', '【'], "〔").replace(['〕', '］', ']', ')', '】'], "〕")
}

/// Whether `own` holds `wanted`, and not as the beginning of a longer number: 〔2024〕2 is not 〔2024〕23号.
fn holds_number(own: &str, wanted: &str) -> bool {
    let open_end = wanted.ends_with(|c: char| c.is_ascii_digit());
    own.match_indices(wanted)
        .any(|(at, _)| !open_end || !own[at + wanted.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Vec<&'static str> {
        divisions(text).unwrap()
    }

    #[test]
    fn a_region_is_known_by_name_path_and_code() {
        for text in ["南京", "南京市", "江苏省南京市", "320100", "江苏 南京", "Nanjing"] {
            assert_eq!(region(text), ["320100"], "{text}");
        }
        assert_eq!(region("国家"), [NATION]);
        assert_eq!(region("廣東省"), ["440000"]);
        assert_eq!(region("南京市鼓楼区"), ["320106"]);
        assert!(region("鼓楼区").len() > 2, "a name that several counties have selects all of them");
        assert!(matches!(divisions("亚特兰蒂斯"), Err(FilterError::Region(_))));
        assert!(divisions("").is_err());
    }

    #[test]
    fn a_date_may_be_a_year_a_month_or_a_day() {
        assert_eq!(date("2024").unwrap(), "2024");
        assert_eq!(date("2024/8/7").unwrap(), "2024-08-07");
        for text in ["", "24", "2024-13", "2024-08-32", "2024-08-07-01", "last year"] {
            assert!(date(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_document_number_is_not_the_beginning_of_another() {
        assert!(holds_number(&number("通政发〔2024〕23号"), &number("通政发[2024] 23")));
        assert!(!holds_number(&number("通政发〔2024〕230号"), &number("〔2024〕23")));
        assert!(holds_number(&number("通政发〔2024〕23号"), &number("通政发")));
    }

    #[test]
    fn an_empty_text_is_refused() {
        let text = FilterText { issuer: Some(" "), ..FilterText::default() };
        assert_eq!(Filter::parse(&text), Err(FilterError::Empty("issuer")));
    }
}
