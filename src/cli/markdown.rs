//! An answer as Markdown for reports: the answer, its quotes as block quotes, and a numbered list of references.
//!
//! All that comes from documents and questions is escaped, so that it is text and no structure. Marks `[n]` stay as they
//! are: no definition follows that would make links of them.

use zhice::answer::{Citation, Status};

use super::explain;
use super::groups::groups;
use super::output::printable;
use super::present::Answered;
use super::wording::Wording;

/// The report of one answer. Several follow one another in a batch.
pub fn report(answered: Answered) -> String {
    let Answered { question, answer, explanation } = answered;
    let wording = Wording(question.language);
    let mut blocks = vec![format!("## {}", escape(&question.text))];
    blocks.extend(answer.answer.lines().map(|line| with_marks(line, answer.citations.len())));
    if !answer.regions.is_empty() {
        blocks.push(wording.examined(answer.examined));
    }
    if answer.status == Status::NoEvidence && !answer.citations.is_empty() {
        blocks.push(wording.nearest().to_owned());
    }
    for group in groups(question, answer) {
        let strength = group.strength.map(|s| format!(" · {}", wording.strength(s))).unwrap_or_default();
        let name =
            group.name.unwrap_or(if group.related { wording.related() } else { wording.pick("引文", "Quotes") });
        blocks.push(format!("### {}{strength}", escape(name)));
        for citation in group.citations {
            blocks.push(format!("> {} [{}]", escape(&citation.reading_quote()), citation.n));
        }
    }
    if !answer.citations.is_empty() {
        blocks.push(format!("### {}", wording.pick("出处", "References")));
        blocks.push(answer.citations.iter().map(|c| reference(c, wording)).collect::<Vec<_>>().join("\n"));
    }
    if let Some(explanation) = explanation {
        blocks.push(format!("### {}", wording.pick("说明", "Explanation")));
        blocks.extend(explain::markdown(explanation, wording));
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n\n") + "\n\n"
}

/// Title, issuer, number, date, section, file with its page or line, citation identifier and address, as an item of a list.
fn reference(citation: &Citation, wording: Wording) -> String {
    let document = &citation.document;
    let mut parts = vec![document.title.clone()];
    parts.extend([&document.issuer, &document.number, &document.published].into_iter().flatten().cloned());
    if !citation.section.is_empty() {
        parts.push(citation.section.join(" › "));
    }
    parts.extend([wording.file(citation), citation.id.clone()]);
    let mut parts: Vec<String> = parts.iter().map(|part| escape(part)).collect();
    parts.extend(document.url.as_deref().map(address));
    let mut line = format!("{}. {}", citation.n, parts.join(" · "));
    if let Some(stale) = wording.stale(citation) {
        line.push_str(&format!(" — **{stale}**"));
    }
    line
}

/// A web address as a link; anything else as text.
fn address(url: &str) -> String {
    let is_plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '\\' | '`' | '^' | '{' | '|' | '}');
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web && url.chars().all(is_plain) { format!("<{url}>") } else { escape(url) }
}

/// The escaped text of an answer with its marks `[1]` to `[last]` as they are.
pub fn with_marks(text: &str, last: usize) -> String {
    let text = one_line(text);
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while let Some(start) = text[at..].find('[').map(|start| at + start) {
        at = start + 1;
        if let Some(length) = mark(&text[start..], last) {
            at = start + length;
            out.push_str(&escape_part(&text[from..start], from == 0));
            out.push_str(&text[start..at]);
            from = at;
        }
    }
    out.push_str(&escape_part(&text[from..], from == 0));
    out
}

/// The length of the mark that `text` begins with. A bracket of a document that makes a link is none.
fn mark(text: &str, last: usize) -> Option<usize> {
    let end = text.find(']')?;
    let n: usize = text.get(1..end)?.parse().ok()?;
    let is_link = text[end + 1..].starts_with(['(', ':']);
    ((1..=last).contains(&n) && !is_link).then_some(end + 1)
}

/// `text` as Markdown that shows it and nothing else: one line, no structure, no HTML, no link.
pub fn escape(text: &str) -> String {
    escape_part(&one_line(text), true)
}

/// `text` without what steers a terminal, its white space as single spaces.
fn one_line(text: &str) -> String {
    printable(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A part of a line, escaped; `opens` where the line begins with it.
fn escape_part(text: &str, opens: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // A number, and what makes an item of a list of it.
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let is_item =
            at == digits && digits > 0 && matches!(c, '.' | ')') && (rest.len() == 1 || rest[1..].starts_with(' '));
        let opens_block = opens && (is_item || at == 0 && matches!(c, '-' | '+' | '='));
        let makes_address = rest.starts_with("://") || c == '.' && text[..at].to_ascii_lowercase().ends_with("www");
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '|' | '#' | '~' | '!' | '$' | '^' => {
                out.push('\\');
                out.push(c);
            }
            _ if opens_block || makes_address => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_document_makes_no_structure() {
        for (text, escaped) in [
            ("<b>|x|</b>", "&lt;b&gt;\\|x\\|&lt;/b&gt;"),
            ("# 一、_目标_*`", "\\# 一、\\_目标\\_\\*\\`"),
            ("> a", "&gt; a"),
            ("- a - b", "\\- a - b"),
            ("1. a 2. b", "1\\. a 2. b"),
            ("12) a", "12\\) a"),
            ("4.第三代 0.5", "4.第三代 0.5"),
            ("[a](http://x.y)", "\\[a\\](http\\://x.y)"),
            ("![a][b] www.x.y", "\\!\\[a\\]\\[b\\] www\\.x.y"),
            ("a\n\n# b\u{1b}[2J", "a \\# b \\[2J"),
            ("===", "\\==="),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn marks_stay_marks_and_brackets_of_a_document_do_not() {
        assert_eq!(with_marks("南通市[1][2]、[3][x]", 2), "南通市[1][2]、\\[3\\]\\[x\\]");
        assert_eq!(with_marks("[1](http://x) [1]: y", 2), "\\[1\\](http\\://x) \\[1\\]: y");
    }

    #[test]
    fn a_web_address_is_a_link_and_nothing_else_is() {
        assert_eq!(address("https://www.gov.cn/a_b?c=1&d=2"), "<https://www.gov.cn/a_b?c=1&d=2>");
        assert_eq!(address("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(address("http://x>\n# y"), "http\\://x&gt; \\# y");
    }

    #[test]
    fn a_report_has_answer_quotes_by_region_and_references() {
        let (question, answer) = fixture::regions();
        let report = report(Answered { question: &question, answer: &answer, explanation: None });
        let expected = "\
## 哪些城市优先发展低空经济？

2个城市列为重点：南通市[1][2]、南京市[3]。1个城市提及：上海市[4]。

查阅 5 份文件，3 份涉及。

### 南通市 · 重点

> 优先发展低空经济 [1]

> 低空经济集群 [2]

### 南京市 · 重点

> 着力低空经济 [3]

### 上海市 · 提及

> 低空经济 [4]

### 出处

1. 关于发展低空经济的意见 · 云湖市人民政府 · 云政发〔2024〕7号 · 2024-05-06 · 一、总体要求 · a.txt:7 · 0123abcd-0
";
        assert!(report.starts_with(expected), "{report}");
        assert_eq!(report.trim_end().lines().count(), 26);
    }
}
