//! The word lists of `metadata.toml`, read once.

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::chars::{is_closer, is_space};
use super::patterns::each;

#[derive(Deserialize)]
struct File {
    kinds: Vec<String>,
    weak_kinds: Vec<String>,
    bodies: Vec<String>,
    issuer_labels: Vec<String>,
    date_labels: Vec<String>,
    number_labels: Vec<String>,
    news: Vec<String>,
    sites: Vec<String>,
    back_matter: Vec<String>,
    vocatives: Vec<String>,
}

pub(crate) struct Words {
    /// Kinds of documents, longest first.
    kinds: Vec<String>,
    weak_kinds: Vec<String>,
    bodies: Vec<String>,
    pub issuer_labels: Vec<Regex>,
    pub date_labels: Vec<Regex>,
    pub number_labels: Vec<Regex>,
    pub news: Vec<String>,
    sites: Vec<String>,
    back_matter: Vec<String>,
    vocatives: Vec<String>,
}

pub(crate) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut file: File = toml::from_str(include_str!("metadata.toml")).expect("metadata.toml is part of this crate");
    file.kinds.sort_by_key(|kind| std::cmp::Reverse(kind.len()));
    Words {
        kinds: file.kinds,
        weak_kinds: file.weak_kinds,
        bodies: file.bodies,
        issuer_labels: each(&file.issuer_labels),
        date_labels: each(&file.date_labels),
        number_labels: each(&file.number_labels),
        news: file.news,
        sites: file.sites,
        back_matter: file.back_matter,
        vocatives: file.vocatives,
    }
});

impl Words {
    /// The kind of document that `title` ends with: `…的通知`, `…方案（试行）`, `…工作要点》`.
    pub fn kind(&self, title: &str) -> Option<&str> {
        let end = without_closing_brackets(title);
        self.kinds.iter().find(|kind| end.ends_with(kind.as_str())).map(String::as_str)
    }

    /// A kind that is specific enough to tell a title by.
    pub fn titled(&self, title: &str) -> bool {
        self.kind(title).is_some_and(|kind| !self.weak_kinds.iter().any(|weak| weak == kind))
    }

    /// Whether `s` is the name of a body, or several: `南通市人民政府`, `财政部 国家卫生健康委`.
    pub fn is_body(&self, s: &str) -> bool {
        let end = without_closing_brackets(s);
        (6..=150).contains(&end.len())
            && !s.contains(['，', '。', '；', '：', '《', ',', ':', '“', '、'])
            && !s.contains("关于")
            && self.bodies.iter().any(|body| end.ends_with(body.as_str()))
    }

    /// Whether `s` is the heading of what stands behind the last section: `名词解释`, `附件2 名词解释`.
    pub fn is_back_matter(&self, s: &str) -> bool {
        s.len() < 60 && self.back_matter.iter().any(|word| s.ends_with(word.as_str()))
    }

    /// Whether `s` addresses the hearers of a report.
    pub fn is_vocative(&self, s: &str) -> bool {
        self.vocatives.iter().any(|word| s.starts_with(word.as_str()))
    }

    /// Whether `s` names a web site or a column.
    pub fn is_site(&self, s: &str) -> bool {
        s.chars().count() <= 12 && self.sites.iter().any(|site| s.ends_with(site.as_str()))
    }
}

/// `…方案（试行）》` without `（试行）》`.
fn without_closing_brackets(s: &str) -> &str {
    let mut end = s.trim_end_matches(is_space);
    while let Some(c) = end.chars().next_back().filter(|&c| is_closer(c)) {
        let opener = match c {
            '）' => '（',
            ')' => '(',
            '〕' => '〔',
            ']' => '[',
            _ => {
                end = end[..end.len() - c.len_utf8()].trim_end_matches(is_space);
                continue;
            }
        };
        // Only what qualifies a title stands in such brackets: （试行）, （2023版）; a sentence does not.
        match end.rfind(opener) {
            Some(at) if at > 0 && end.len() - at <= 75 => end = end[..at].trim_end_matches(is_space),
            _ => break,
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_tells_its_kind_through_brackets() {
        assert_eq!(WORDS.kind("某市关于印发《某方案（试行）》的通知"), Some("通知"));
        assert_eq!(WORDS.kind("某市优化营商环境行动方案（2023版）"), Some("方案"));
        assert_eq!(WORDS.kind("《某条例》"), Some("条例"));
        assert_eq!(WORDS.kind("各地争相下好先手棋"), None);
    }

    #[test]
    fn names_of_bodies_are_told_from_sentences() {
        assert!(WORDS.is_body("江苏省人民政府办公厅"));
        assert!(WORDS.is_body("财政部 国家卫生健康委"));
        assert!(WORDS.is_body("北京市政务服务管理局（代章）"));
        assert!(!WORDS.is_body("关于成立领导小组"));
        assert!(!WORDS.is_body("一、加强组织领导，由市财政局"));
    }
}
