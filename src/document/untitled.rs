//! What stands for the title of a text that has none in a line of its own.

use super::chars::{is_space, weight};
use super::line::Line;
use super::reading::heading_text;
use super::title::{LONGEST, without_opening};
use super::wording::Wording;
use super::words::WORDS;

/// A clause that stands for a title has no more characters.
const LONGEST_CLAUSE: usize = 40;

/// What stands for the title of a text that has none: the document that its first sentence announces, else its first
/// clause.
pub(crate) fn title(text: &str, lines: &[Line], wordings: &[Wording]) -> String {
    let first = lines.iter().zip(wordings).find(|(_, w)| **w == Wording::Text).or(lines.first().zip(wordings.first()));
    let Some((line, _)) = first else { return String::new() };
    let start: String = text[line.bytes.clone()].chars().take(400).collect();
    if let Some(title) = spaced_title(&start) {
        return title;
    }
    let sentence = start.split_inclusive(['。', '！', '？']).next().unwrap_or_default();
    if let Some(named) = named_document(sentence) {
        return heading_text(named);
    }
    let clause = sentence
        .split(['，', ',', '。', '；', '：', '！', '？'])
        .find(|clause| weight(clause) >= 4)
        .unwrap_or(sentence);
    heading_text(&clause.chars().take(LONGEST_CLAUSE).collect::<String>())
}

/// The words up to the first that end like a title, of a text that lost its line breaks:
/// `某市关于做好就业工作的通知 某政发〔2024〕5号 各区县：…`.
fn spaced_title(start: &str) -> Option<String> {
    let mut title = String::new();
    let mut words = start.split(is_space).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        if word.contains(['。', '；', '：', ':']) || words.peek().is_none() {
            return None;
        }
        title.push_str(if title.is_empty() { "" } else { " " });
        title.push_str(word);
        if weight(&title) > LONGEST {
            return None;
        }
        if WORDS.titled(word) && title.contains("关于") {
            return Some(heading_text(without_opening(&title)));
        }
    }
    None
}

/// `南京市…行动计划` in `…《南京市…行动计划》发布,…`.
fn named_document(sentence: &str) -> Option<&str> {
    let mut rest = sentence;
    while let Some(open) = rest.find('《') {
        let name = &rest[open + '《'.len_utf8()..];
        let close = name.find('》')?;
        if WORDS.titled(&name[..close]) && weight(&name[..close]) >= 8 {
            return Some(&name[..close]);
        }
        rest = &name[close..];
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::document::parse_text;

    fn title(text: &str) -> String {
        parse_text(text).metadata.title
    }

    #[test]
    fn a_text_without_line_breaks_begins_with_its_title() {
        assert_eq!(
            title(
                "某市财政局 某市审计局 关于做好资金支持工作的通知 某财〔2020〕2号 各区县财政局： 为做好工作，现通知如下。"
            ),
            "某市财政局 某市审计局 关于做好资金支持工作的通知"
        );
    }

    #[test]
    fn a_story_without_a_title_is_titled_by_the_document_it_announces() {
        assert_eq!(
            title("在动员会上,《某市加快发展未来产业六大专项行动计划》发布,共六份。"),
            "某市加快发展未来产业六大专项行动计划"
        );
        assert_eq!(title("增城挂绿是荔枝的一个品种，产于广州。"), "增城挂绿是荔枝的一个品种");
    }
}
