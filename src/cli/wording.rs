//! The words around an answer, in the language of its question.

use zhice::answer::{Citation, Examined, Strength};
use zhice::question::{AnswerKind, Language};

/// What zhice says of an answer in the one language or the other.
#[derive(Debug, Clone, Copy)]
pub struct Wording(pub Language);

impl Wording {
    /// The word of the language.
    pub fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.0 {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// How far the answer looked.
    pub fn examined(self, examined: Examined) -> String {
        let Examined { documents, matched } = examined;
        match self.0 {
            Language::Chinese => format!("查阅 {documents} 份文件，{matched} 份涉及。"),
            Language::English => format!("{documents} documents examined, {matched} of them on the subject."),
        }
    }

    /// What stands above citations that answer nothing.
    pub fn nearest(self) -> &'static str {
        self.pick("最接近的段落如下，供查阅，不作为答案：", "The nearest passages, to look into; they are no answer:")
    }

    /// What stands above citations that the answer does not rest on.
    pub fn related(self) -> &'static str {
        self.pick("其他相关段落", "Related passages")
    }

    pub fn strength(self, strength: Strength) -> &'static str {
        match strength {
            Strength::Priority => self.pick("重点", "priority"),
            Strength::Mention => self.pick("提及", "mention"),
        }
    }

    /// What is wrong with the file of a citation.
    pub fn stale(self, citation: &Citation) -> Option<&'static str> {
        Some(match citation.stale.as_deref()? {
            "missing" => self.pick("此文件在建立索引后已不在原处", "This file is gone since it was indexed"),
            _ => self.pick(
                "此文件在建立索引后已改动，请运行 zhice index 更新",
                "This file has changed since it was indexed: run zhice index",
            ),
        })
    }

    /// The file of a citation, with page, element or line.
    pub fn file(self, citation: &Citation) -> String {
        let path = &citation.document.path;
        match (citation.page, &citation.element) {
            (Some(page), _) => match self.0 {
                Language::Chinese => format!("{path} 第 {page} 页"),
                Language::English => format!("{path} p. {page}"),
            },
            (None, Some(element)) if element.len() <= SHORT_ELEMENT => format!("{path} {element}"),
            // A longer selector is for those who look it up with `zhice cite`.
            (None, Some(_)) => path.clone(),
            (None, None) => format!("{path}:{}", citation.lines[0]),
        }
    }

    pub fn kind(self, kind: AnswerKind) -> &'static str {
        match kind {
            AnswerKind::Number => self.pick("数量", "number"),
            AnswerKind::Target => self.pick("目标", "target"),
            AnswerKind::Document => self.pick("文件", "document"),
            AnswerKind::Date => self.pick("日期", "date"),
            AnswerKind::Organisation => self.pick("机构", "organisation"),
            AnswerKind::Regions => self.pick("哪些地区", "which regions"),
            AnswerKind::Comparison => self.pick("比较", "comparison"),
            AnswerKind::Definition => self.pick("释义", "definition"),
            AnswerKind::List => self.pick("列举", "list"),
            AnswerKind::Open => self.pick("其他", "open"),
        }
    }

    /// The name of an administrative level, as the JSON spells it.
    pub fn level(self, level: &'static str) -> &'static str {
        let chinese = match level {
            "province" => "省",
            "municipality" => "直辖市",
            "city" => "地级市",
            "county" => "区县",
            "zone" => "功能区",
            other => other,
        };
        self.pick(chinese, level)
    }
}

/// Elements with more characters than this are not shown beside a quote: `table 2 row 3` is, a CSS path is not.
const SHORT_ELEMENT: usize = 24;
