//! The address of the page that a text was copied from, if the text states it.

use std::sync::LazyLock;

use regex::Regex;

static STATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\s\[【（(])(?:原文(?:链接|地址|网址)?|(?:来源|文章|本文|信息来源|文件)(?:链接|地址|网址)|(?:信息|文章|本文)?来源|转载自|出处|source|url|URL)\]?\s*[：:（(]\s*[<＜]?\s*(https?://[!-;=?-~]{4,2000})",
    )
    .expect("constant")
});

/// The address that a line says to be that of the text: `原文链接：https://…`.
pub(crate) fn stated(line: &str) -> Option<&str> {
    line.contains("://").then(|| STATED.captures(line)?.get(1).and_then(|url| address(url.as_str())))?
}

/// The address that is a line of its own.
pub(crate) fn alone(line: &str) -> Option<&str> {
    let bare = line.trim_start_matches(['<', '＜']).trim_end_matches(['>', '＞']);
    address(bare).filter(|url| url.len() == bare.len())
}

/// The web address that `s` begins with, without the punctuation of the sentence it stands in.
pub(crate) fn address(s: &str) -> Option<&str> {
    let rest = s.strip_prefix("https://").or_else(|| s.strip_prefix("http://"))?;
    let end = rest.find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"')).unwrap_or(rest.len());
    let url = s[..s.len() - rest.len() + end].trim_end_matches(['.', ',', ';', ')', '\'', ']']);
    let host = url.split("://").nth(1)?.split(['/', '?', '#']).next()?;
    (host.contains('.') && url.len() <= 2000).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_behind_its_label() {
        let url = Some("https://www.example.gov.cn/a/1.html?id=2");
        for line in [
            "原文链接：https://www.example.gov.cn/a/1.html?id=2",
            "原文链接: https://www.example.gov.cn/a/1.html?id=2。",
            "发布日期：2024-01-01 来源：https://www.example.gov.cn/a/1.html?id=2 浏览：3",
            "[原文链接](https://www.example.gov.cn/a/1.html?id=2)",
            "url: https://www.example.gov.cn/a/1.html?id=2",
        ] {
            assert_eq!(stated(line), url, "{line}");
        }
        assert_eq!(stated("请登录“https://www.example.gov.cn/”申报，来源：某局"), None);
        assert_eq!(stated("申报网址：https://www.example.gov.cn/"), None);
        assert_eq!(stated("来源：某网"), None);
    }

    #[test]
    fn an_address_may_be_a_line() {
        assert_eq!(alone("http://www.example.gov.cn/a"), Some("http://www.example.gov.cn/a"));
        assert_eq!(alone("http://www.example.gov.cn/）填写申请表"), None);
        assert_eq!(address("http://localhost"), None);
        assert_eq!(address("ftp://example.cn"), None);
    }
}
