//! Whether a document says of itself that it is in force: the fact tables, stamps and notes of the pages that publish it.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::patterns::each;

/// Whether a document is in force, as it is stated with it. What its term says is not counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Validity {
    /// 现行有效
    #[serde(rename = "有效")]
    InForce,
    /// Some of its articles are not.
    #[serde(rename = "部分失效")]
    PartlyExpired,
    /// It ran out, or lost its force some other way.
    #[serde(rename = "失效")]
    Expired,
    /// Another document abolished it.
    #[serde(rename = "废止")]
    Abolished,
}

impl Validity {
    /// The word for it: 有效, 部分失效, 失效 or 废止.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Validity::InForce => "有效",
            Validity::PartlyExpired => "部分失效",
            Validity::Expired => "失效",
            Validity::Abolished => "废止",
        }
    }
}

/// A note is no longer, in bytes.
const LONGEST_NOTE: usize = 600;

#[derive(Deserialize)]
struct File {
    labels: Patterns,
    values: Values,
    stamps: Stamps,
    notes: Patterns,
}

#[derive(Deserialize)]
struct Patterns {
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct Stamps {
    pattern: String,
}

#[derive(Deserialize)]
struct Values {
    partly: Vec<String>,
    abolished: Vec<String>,
    expired: Vec<String>,
    in_force: Vec<String>,
}

struct Rules {
    labels: Vec<Regex>,
    notes: Vec<Regex>,
    /// At the beginning, and at the end.
    stamps: [Regex; 2],
    values: Values,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("validity.toml")).expect("validity.toml is part of this crate");
    let stamp = |pattern: String| Regex::new(&pattern).expect("a pattern file of this crate");
    Rules {
        labels: each(&file.labels.patterns),
        notes: each(&file.notes.patterns),
        stamps: [stamp(format!(r"^\s*{}", file.stamps.pattern)), stamp(format!(r"{}\s*$", file.stamps.pattern))],
        values: file.values,
    }
});

/// What a line of the head of a page says.
pub(crate) fn labelled(line: &str) -> Option<Validity> {
    RULES.labels.iter().find_map(|label| value(label.captures(line)?.get(1)?.as_str()))
}

/// What a note says that is a line of its own: `注释：全文废止。`, `本文件已于2020年1月1日废止`.
pub(crate) fn noted(line: &str) -> Option<Validity> {
    if line.len() > LONGEST_NOTE || !line.contains(['废', '失', '止', '过']) {
        return None;
    }
    let alone = || stamped(line).filter(|(rest, _)| rest.is_empty()).map(|(_, validity)| validity);
    RULES.notes.iter().find_map(|note| value(note.captures(line)?.get(1)?.as_str())).or_else(alone)
}

/// A title without the stamp at its beginning or end, and what the stamp says: `【失效】某市…办法`.
pub(crate) fn stamped(title: &str) -> Option<(&str, Validity)> {
    let [first, last] = &RULES.stamps;
    if let Some(found) = first.captures(title) {
        let (whole, stamp) = (found.get(0)?, found.get(1)?);
        return Some((title[whole.end()..].trim(), value(stamp.as_str())?));
    }
    let found = last.captures(title)?;
    let (whole, stamp) = (found.get(0)?, found.get(1)?);
    Some((title[..whole.start()].trim(), value(stamp.as_str())?))
}

fn value(stated: &str) -> Option<Validity> {
    let values = &RULES.values;
    let in_turn = [
        (&values.partly, Validity::PartlyExpired),
        (&values.abolished, Validity::Abolished),
        (&values.expired, Validity::Expired),
        (&values.in_force, Validity::InForce),
    ];
    let begins = |words: &[String]| words.iter().any(|word| stated.starts_with(word.as_str()));
    in_turn.into_iter().find(|(words, _)| begins(words)).map(|(_, validity)| validity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fact_tables_state_the_force_of_a_document() {
        for (line, expected) in [
            ("有效性：废止", Some(Validity::Abolished)),
            ("索引号：123 时效性：现行有效 发布日期：2024-01-01", Some(Validity::InForce)),
            ("时效性: 已失效", Some(Validity::Expired)),
            ("效力状态：部分失效", Some(Validity::PartlyExpired)),
            ("是否有效：是", Some(Validity::InForce)),
            ("提高政策的有效性：一是加强宣传", None),
            ("政策有效性集中确认", None),
        ] {
            assert_eq!(labelled(line), expected, "{line}");
        }
    }

    #[test]
    fn stamps_come_off_titles() {
        assert_eq!(stamped("【失效】某市管理办法"), Some(("某市管理办法", Validity::Expired)));
        assert_eq!(stamped("某市关于印发办法的通知（已废止）"), Some(("某市关于印发办法的通知", Validity::Abolished)));
        assert_eq!(stamped("某公告[全文废止]"), Some(("某公告", Validity::Abolished)));
        assert_eq!(stamped("某市管理办法（试行）"), None);
        assert_eq!(stamped("某市关于废止《甲办法》的决定"), None);
    }

    #[test]
    fn notes_are_told_from_what_a_document_abolishes() {
        for (line, expected) in [
            ("注释：全文失效废止。参见：《某公告》", Some(Validity::Expired)),
            ("本文件已于2020年1月1日废止", Some(Validity::Abolished)),
            ("（此文件已失效）", Some(Validity::Expired)),
            ("【已废止】", Some(Validity::Abolished)),
            ("本办法施行后，《某办法》同时废止。", None),
            ("《某办法》已废止。", None),
            ("本办法有效期届满自动失效。", None),
            ("本规定第三条已废止。", None),
        ] {
            assert_eq!(noted(line), expected, "{line}");
        }
    }
}
