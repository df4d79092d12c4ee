//! The words of `cues.toml`, ready for asking.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::tree::Element;

/// Longer lines are text, whatever words they hold.
const LONGEST_RESIDUE: usize = 200;
/// The names of sites and columns are no longer.
const LONGEST_SITE: usize = 24;
/// A line without digits that is shorter and made of small words is a button.
const SHORTEST_TEXT: usize = 4;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    never: HashSet<String>,
    around: HashSet<String>,
    roles: HashSet<String>,
    class: HashSet<String>,
    weak_class: HashSet<String>,
    location: Vec<String>,
    footer: Vec<String>,
    outer_footer: Vec<String>,
    related: HashSet<String>,
    buttons: Vec<String>,
    small_words: Vec<String>,
    labels: HashSet<String>,
    pub(super) issuer_labels: Vec<String>,
    pub(super) number_labels: Vec<String>,
    pub(super) date_labels: Vec<String>,
    attachment_endings: Vec<String>,
    attachment_words: Vec<String>,
    pub(super) meta: MetaNames,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MetaNames {
    pub(super) title: Vec<String>,
    pub(super) issuer: Vec<String>,
    pub(super) number: Vec<String>,
    pub(super) published: Vec<String>,
    pub(super) url: Vec<String>,
    pub(super) site: Vec<String>,
    pub(super) site_endings: Vec<String>,
    pub(super) empty_issuers: HashSet<String>,
}

/// How strongly an element says of itself that it is not content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    No,
    /// Unless a heading or a label stands in it.
    Maybe,
    Yes,
}

pub(super) static CUES: LazyLock<Cues> = LazyLock::new(|| {
    toml::from_str(include_str!("cues.toml")).expect("cues.toml is part of the program and is tested")
});

impl Cues {
    pub(super) fn never_read(&self, element: &Element) -> bool {
        self.never.contains(element.local())
    }

    pub(super) fn around(&self, element: &Element) -> Around {
        let role = element.attribute("role").is_some_and(|role| self.roles.contains(role.trim()));
        if role || self.around.contains(element.local()) {
            return Around::Yes;
        }
        let mut around = if element.local() == "header" { Around::Maybe } else { Around::No };
        if matches!(element.local(), "html" | "body" | "article" | "main") {
            return around;
        }
        for value in ["class", "id"].iter().filter_map(|name| element.attribute(name)) {
            for word in words(value) {
                if self.class.contains(&word) {
                    return Around::Yes;
                }
                if self.weak_class.contains(&word) {
                    around = Around::Maybe;
                }
            }
        }
        around
    }

    pub(super) fn is_attachment(&self, href: &str, text: &str) -> bool {
        let path = href.split(['?', '#']).next().unwrap_or(href).to_ascii_lowercase();
        self.attachment_endings.iter().any(|ending| path.ends_with(ending.as_str()))
            || self.attachment_words.iter().any(|word| text.trim_start().starts_with(word.as_str()))
    }

    pub(super) fn names_attachment(&self, line: &str) -> bool {
        self.attachment_words.iter().any(|word| line.starts_with(word.as_str()))
    }

    /// The label and the value of `来源：某局`, where the label is a known one.
    pub(super) fn labelled<'a>(&self, line: &'a str) -> Option<(String, &'a str)> {
        let (label, value) = line.split_once(['：', ':'])?;
        if label.chars().count() > 12 {
            return None;
        }
        let label: String =
            label.chars().filter(|c| !c.is_whitespace() && !matches!(c, '【' | '[' | '】' | ']')).collect();
        self.labels.contains(&label).then(|| (label, value.trim()))
    }

    /// Whether a line is residue wherever it stands.
    pub(super) fn is_residue(&self, line: &str) -> bool {
        let line = line.trim_start_matches("- ");
        if line.chars().nth(LONGEST_RESIDUE).is_some() {
            return false;
        }
        self.location.iter().any(|words| line.starts_with(words.as_str()))
            || self.footer.iter().any(|words| line.contains(words.as_str()))
            || self.labelled(line).is_some_and(|(_, value)| value.is_empty())
            || self.related.contains(line.trim_end_matches(['：', ':', ' ']))
            || self.without_buttons(line).is_some_and(|rest| rest.is_empty())
            || (line.chars().nth(SHORTEST_TEXT).is_none() && !line.chars().any(char::is_numeric) && self.is_small(line))
    }

    /// Whether a text names a site or a column rather than a document.
    pub(super) fn is_site_name(&self, text: &str) -> bool {
        text.chars().nth(LONGEST_SITE).is_none() && self.meta.site_endings.iter().any(|e| text.ends_with(e.as_str()))
    }

    /// Whether a line outside the content is part of a footer.
    pub(super) fn is_outer_residue(&self, line: &str) -> bool {
        line.chars().nth(LONGEST_RESIDUE).is_none()
            && self.outer_footer.iter().any(|words| line.contains(words.as_str()))
    }

    /// The line without the buttons and counters in it, or `None` where it has none. Only short lines without a
    /// sentence are looked at, and only whole words between white space are taken away.
    pub(super) fn without_buttons(&self, line: &str) -> Option<String> {
        if line.chars().nth(LONGEST_RESIDUE / 2).is_some() || line.contains(['。', '；', '，']) {
            return None;
        }
        let (mut kept, mut run): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        let (mut button_in_run, mut found) = (false, false);
        for word in line.split([' ', '\u{3000}']).filter(|word| !word.is_empty()) {
            let rest = self.buttons.iter().fold(word.to_owned(), |rest, button| rest.replace(button.as_str(), ""));
            if self.is_small(&rest) {
                run.push(word);
                button_in_run |= rest.len() < word.len();
                continue;
            }
            if !std::mem::take(&mut button_in_run) {
                kept.append(&mut run);
            }
            found |= !run.is_empty();
            run.clear();
            kept.push(word);
        }
        if button_in_run {
            found = true;
        } else {
            kept.append(&mut run);
        }
        found.then(|| kept.join(" "))
    }

    fn is_small(&self, rest: &str) -> bool {
        let rest = self.small_words.iter().fold(rest.to_owned(), |rest, word| rest.replace(word.as_str(), ""));
        rest.chars().all(|c| !c.is_alphabetic())
    }
}

/// `mainNav_top-2` is `mainnav`, `main`, `nav`, `top`; the whole names are words too.
fn words(value: &str) -> Vec<String> {
    let mut words = Vec::new();
    for name in value.split_ascii_whitespace().take(16) {
        let mut word = String::new();
        for part in name.split(|c: char| !c.is_ascii_alphabetic()) {
            words.push(part.to_ascii_lowercase());
            for c in part.chars() {
                if c.is_ascii_uppercase() && !word.is_empty() && !word.ends_with(|c: char| c.is_ascii_uppercase()) {
                    words.push(std::mem::take(&mut word).to_ascii_lowercase());
                }
                word.push(c);
            }
            words.push(std::mem::take(&mut word).to_ascii_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        let words = words("mainNav_top-2");
        for word in ["mainnav", "main", "nav", "top"] {
            assert!(words.iter().any(|w| w == word), "{word}");
        }
    }

    #[test]
    fn buttons_are_residue_and_text_is_not() {
        for line in [
            "打印 关闭",
            "【打印】 【字体：大 中 小】",
            "分享到：",
            "扫一扫在手机打开当前页",
            "A+大 字号 A+中",
            "浏览次数：-",
            "- 打印",
            "当前位置：首页 > 政务公开",
            "粤ICP备15016469号-2",
            "相关阅读：",
        ] {
            assert!(CUES.is_residue(line), "{line}");
        }
        for line in [
            "大 中 小",
            "打印机采购目录",
            "一、关闭煤矿的条件",
            "2024年8月7日",
            "字体应当清晰，便于阅读。",
            "附件：1.申请表",
            "小微企业",
        ] {
            assert!(!CUES.is_residue(line), "{line}");
        }
    }

    #[test]
    fn a_counter_is_cut_from_a_line_of_facts() {
        assert_eq!(
            CUES.without_buttons("发表时间：2026-04-29 09:22:29 信息来源：南方+ 浏览量：-").as_deref(),
            Some("发表时间：2026-04-29 09:22:29 信息来源：南方+")
        );
        assert_eq!(CUES.without_buttons("广州市 大 中 小 企业"), None);
    }

    #[test]
    fn labels_are_known_with_white_space_within() {
        assert_eq!(CUES.labelled("索 引 号：000014349"), Some(("索引号".into(), "000014349")));
        assert_eq!(CUES.labelled("标　　题：条例"), Some(("标题".into(), "条例")));
        assert_eq!(CUES.labelled("第一条：总则"), None);
    }
}
