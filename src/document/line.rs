//! The lines of a document, with their places.

use std::ops::Range;

use super::chars::trim;

/// A line that holds something, without the white space around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Where its content stands, in bytes of the text; never empty.
    pub bytes: Range<usize>,
    /// Whether a blank line, or the beginning of the text, stands before it.
    pub after_blank: bool,
    /// The level, from 1, of a heading that the file itself marks as one.
    pub level: Option<u8>,
}

/// The non-blank lines of a text, and where every line begins, blank ones too.
pub(crate) struct Lines {
    pub lines: Vec<Line>,
    starts: Vec<usize>,
}

impl Lines {
    /// Splits at `\n`, `\r\n` and a lone `\r`.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut lines, mut starts) = (Vec::new(), vec![0]);
        let (mut start, mut after_blank) = (0, true);
        let mut close = |range: Range<usize>| {
            let content = trim(text, range);
            if content.is_empty() {
                after_blank = true;
            } else {
                lines.push(Line { bytes: content, after_blank, level: None });
                after_blank = false;
            }
        };
        for (i, &byte) in bytes.iter().enumerate() {
            let ends = byte == b'\n' || (byte == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
            if ends {
                close(start..i);
                start = i + 1;
                starts.push(start);
            }
        }
        close(start..bytes.len());
        Lines { lines, starts }
    }

    /// The number of the line that holds a byte, counted from 1.
    pub fn number(&self, byte: usize) -> usize {
        self.starts.partition_point(|&start| start <= byte)
    }

    /// The first and last line of a range of bytes that is not empty.
    pub fn span(&self, bytes: &Range<usize>) -> (usize, usize) {
        (self.number(bytes.start), self.number(bytes.end.saturating_sub(1).max(bytes.start)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_is_known() {
        let text = "甲\r\n\r\n 乙\r丙\n";
        let lines = Lines::of(text);
        let found: Vec<&str> = lines.lines.iter().map(|line| &text[line.bytes.clone()]).collect();
        assert_eq!(found, ["甲", "乙", "丙"]);
        assert_eq!(lines.lines.iter().map(|line| line.after_blank).collect::<Vec<_>>(), [true, true, false]);
        assert_eq!(lines.number(0), 1);
        assert_eq!(lines.number(text.find('乙').unwrap()), 3);
        assert_eq!(lines.number(text.find('丙').unwrap()), 4);
    }

    #[test]
    fn an_empty_text_has_no_lines() {
        assert!(Lines::of("").lines.is_empty());
        assert!(Lines::of(" \n\u{3000}\n").lines.is_empty());
    }
}
