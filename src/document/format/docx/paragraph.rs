//! A paragraph that is being read.

use super::output::Line;
use crate::document::chars::is_space;

/// A paragraph, until its end is reached.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// Its number in the document, if it stands in the text itself.
    pub number: usize,
    /// Its text; `\n` stands for a break within it.
    pub text: String,
    pub style: Option<String>,
    /// The outline level it gives itself; 9 is text.
    pub outline: Option<u8>,
    /// The list it gives itself; 0 is none.
    pub list: Option<u32>,
    pub level: Option<usize>,
    /// Its end was deleted, and the deletion is not yet accepted: the next paragraph continues it.
    pub continues: bool,
    /// The lines of the text boxes anchored in it.
    pub boxes: Vec<Line>,
}

impl Paragraph {
    /// Its lines. A heading is one line, whatever breaks it has for the eye.
    pub fn lines(text: &str, label: Option<String>, heading: Option<u8>) -> Vec<Line> {
        let mut label = label.unwrap_or_default();
        let mut lines: Vec<Line> = Vec::new();
        for text in text.split('\n').map(|text| text.trim_matches(is_space)).filter(|text| !text.is_empty()) {
            match lines.last_mut() {
                Some(line) if heading.is_some() => {
                    if line.text.ends_with(|c: char| c.is_ascii()) || text.starts_with(|c: char| c.is_ascii()) {
                        line.text.push(' ');
                    }
                    line.text.push_str(text);
                }
                _ => lines.push(Line { text: std::mem::take(&mut label) + text, heading }),
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, label: &str, heading: Option<u8>) -> Vec<String> {
        Paragraph::lines(text, Some(label.to_owned()), heading).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn breaks_make_lines_but_not_in_headings() {
        assert_eq!(texts("甲 \n\n 乙", "一、", None), ["一、甲", "乙"]);
        assert_eq!(texts("关于印发\n方案的通知", "", Some(1)), ["关于印发方案的通知"]);
        assert_eq!(texts("Part\none", "", Some(1)), ["Part one"]);
        assert!(texts(" \n", "一、", None).is_empty());
    }
}
