//! What goes to stdout: colour for people on a terminal, plain text otherwise.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use super::Failure;

/// Text that answers.
pub const STRONG: Style = Style::new().bold();
/// Where something stands.
pub const FAINT: Style = Style::new().dimmed();
/// Citation marks.
pub const MARK: Style = AnsiColor::Cyan.on_default();
/// What the person should notice.
pub const WARN: Style = AnsiColor::Yellow.on_default();

/// Columns where nothing is known of the terminal, and at most, for the eye's sake.
const COLUMNS: usize = 100;
/// Columns that a quote needs to be readable at all.
const LEAST_COLUMNS: usize = 20;

/// Buffered stdout. Styles are stripped where the terminal or NO_COLOR asks for it.
pub struct Output {
    stream: BufWriter<AutoStream<io::Stdout>>,
    columns: usize,
}

impl Output {
    pub fn stdout() -> Self {
        let columns = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0).min(COLUMNS));
        Self { stream: BufWriter::new(AutoStream::auto(io::stdout())), columns: columns.max(LEAST_COLUMNS) }
    }

    /// Writes a line of this program's own making.
    pub fn line(&mut self, text: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.stream, "{text}")?)
    }

    /// Writes one JSON object as a line, and hands it on at once: a reader may be waiting for it.
    pub fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string(value).map_err(io::Error::from)?;
        // JSON leaves DEL and the C1 controls as they are; a terminal obeys them, and colour stripping would drop them.
        let mut safe = String::with_capacity(json.len());
        for c in json.chars() {
            match c {
                '\u{7f}'..='\u{9f}' => safe.push_str(&format!("\\u{:04x}", c as u32)),
                _ => safe.push(c),
            }
        }
        writeln!(self.stream, "{safe}")?;
        Ok(self.stream.flush()?)
    }

    /// Writes a document's text byte for byte, for a program or a file.
    pub fn exact(&mut self, text: &str) -> Result<(), Failure> {
        self.stream.flush()?;
        // Past the stream that strips styles, which would take bytes from it.
        Ok(io::stdout().write_all(text.as_bytes())?)
    }

    /// Writes text from a document or question, wrapped and indented, without its control characters.
    pub fn wrapped(&mut self, text: &str, indent: usize, style: Style) -> Result<(), Failure> {
        for line in wrap(&printable(text), self.columns - indent) {
            self.line(format_args!("{:indent$}{style}{line}{style:#}", ""))?;
        }
        Ok(())
    }

    pub fn finish(&mut self) -> Result<(), Failure> {
        Ok(self.stream.flush()?)
    }
}

/// `text` without what would steer a terminal: control characters and marks that turn the direction of writing become
/// a space, so that no document can redraw the screen.
pub fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

/// Punctuation that no line begins with.
const CLOSING: &str = "，。、；：？！）》〉」』】〕”’…,.;:?!)]}%";

/// Breaks `text` into lines of at most `columns` terminal columns. Chinese breaks anywhere, Latin words stay whole.
fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut width, mut last_break) = (String::new(), 0, None);
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        // Punctuation that closes hangs over the edge rather than beginning a line.
        if width + w > columns && !line.is_empty() && !CLOSING.contains(c) {
            let rest = match last_break {
                Some(at) if !c.is_whitespace() && at < line.len() => line.split_off(at),
                _ => String::new(),
            };
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            width = line.chars().filter_map(UnicodeWidthChar::width).sum();
            last_break = None;
        }
        if line.is_empty() && c.is_whitespace() {
            continue;
        }
        let closes = CLOSING.contains(c) && last_break == Some(line.len());
        line.push(c);
        width += w;
        if c.is_whitespace() || w == 2 || closes {
            last_break = Some(line.len());
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_cannot_steer_the_terminal() {
        assert_eq!(printable("a\x1b[2Jb\u{202e}c"), "a [2Jb c");
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(wrap("优先发展低空经济", 8), ["优先发展", "低空经济"]);
    }

    #[test]
    fn latin_words_stay_whole() {
        assert_eq!(wrap("the low altitude economy", 10), ["the low", "altitude", "economy"]);
        assert_eq!(wrap("发展eVTOL产业", 8), ["发展", "eVTOL产", "业"]);
    }

    #[test]
    fn no_line_begins_with_closing_punctuation() {
        assert_eq!(wrap("优先发展,低空", 8), ["优先发展,", "低空"]);
    }

    #[test]
    fn a_word_longer_than_the_line_is_cut() {
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
    }
}
