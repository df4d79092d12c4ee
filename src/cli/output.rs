//! What goes to stdout: colour for people on a terminal, plain text otherwise.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::ops::Range;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;
use zhice::question::Keywords;

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

/// Words of the question within a quote.
pub const KEYWORD: Style = AnsiColor::Green.on_default().bold();

/// Buffered output. Styles are stripped where the terminal or NO_COLOR asks for it.
pub struct Output {
    stream: Box<dyn Write>,
    columns: usize,
}

impl Output {
    pub fn stdout() -> Self {
        let columns = terminal_size::terminal_size().map_or(COLUMNS, |(width, _)| usize::from(width.0).min(COLUMNS));
        let stream = Box::new(BufWriter::new(AutoStream::auto(io::stdout())));
        Self { stream, columns: columns.max(LEAST_COLUMNS) }
    }

    /// Writes to `writer`, with styles.
    #[cfg(test)]
    pub fn to(writer: impl Write + 'static) -> Self {
        Self { stream: Box::new(writer), columns: COLUMNS }
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
        let text = printable(text);
        for line in wrap(&text, self.columns - indent) {
            self.line(format_args!("{:indent$}{style}{}{style:#}", "", &text[line]))?;
        }
        Ok(())
    }

    /// Writes text behind its label, which has a style of its own, in lines below one another.
    pub fn entry(&mut self, label: (&str, Style), text: &str) -> Result<(), Failure> {
        self.quote(label, text, 0..text.len(), &Keywords::default())
    }

    /// Does the same with a quote: what `keywords` finds in it stands out, and all but its `pinpoint` recedes.
    pub fn quote(
        &mut self,
        label: (&str, Style),
        quote: &str,
        pinpoint: Range<usize>,
        keywords: &Keywords,
    ) -> Result<(), Failure> {
        let text = printable(quote);
        let upto = |at: usize| printable(quote.get(..at).unwrap_or(quote)).len();
        let marks = Marks { keywords: keywords.find(&text), pinpoint: upto(pinpoint.start)..upto(pinpoint.end) };
        let (name, style) = label;
        let indent = columns(name) + 1;
        let mut before = format!("{style}{name}{style:#} ");
        for line in wrap(&text, self.columns.saturating_sub(indent).max(LEAST_COLUMNS)) {
            self.line(format_args!("{before}{}", marks.marked(&text, line)))?;
            before = " ".repeat(indent);
        }
        Ok(())
    }

    /// Hands on what was written.
    pub fn flush(&mut self) -> Result<(), Failure> {
        Ok(self.stream.flush()?)
    }
}

/// The columns that `text` takes on a terminal.
pub fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// `text` with spaces behind it, up to so many columns.
pub fn padded(text: &str, to: usize) -> String {
    format!("{text}{:1$}", "", to.saturating_sub(columns(text)))
}

/// What stands out of a quote, and what recedes, by bytes.
struct Marks {
    keywords: Vec<Range<usize>>,
    pinpoint: Range<usize>,
}

impl Marks {
    /// The bytes `line` of `text`, with their styles.
    fn marked(&self, text: &str, line: Range<usize>) -> String {
        let style = |at: usize| match self.keywords.iter().any(|keyword| keyword.contains(&at)) {
            true => KEYWORD,
            false if self.pinpoint.contains(&at) => Style::new(),
            false => FAINT,
        };
        let mut marked = String::new();
        let mut at = line.start;
        let starts = text[line.clone()].char_indices().map(|(byte, _)| line.start + byte).chain([line.end]);
        for next in starts.skip(1) {
            // A run of one style is written when the next one begins.
            if next == line.end || style(next) != style(at) {
                let style = style(at);
                marked.push_str(&format!("{style}{}{style:#}", &text[at..next]));
                at = next;
            }
        }
        marked
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

/// Breaks `text` into lines of at most `columns` terminal columns and returns their bytes. Chinese breaks anywhere, Latin
/// words stay whole.
fn wrap(text: &str, columns: usize) -> Vec<Range<usize>> {
    let mut lines = Vec::new();
    let trimmed = |start: usize, end: usize| start..start + text[start..end].trim_end().len();
    // Where the line begins, how wide it is, and where it may be broken last: in front of that byte.
    let (mut start, mut width, mut last_break) = (0, 0, None);
    for (at, c) in text.char_indices() {
        let w = c.width().unwrap_or(0);
        // Punctuation that closes hangs over the edge rather than beginning a line.
        if width + w > columns && at > start && !CLOSING.contains(c) {
            let next = last_break.filter(|b| !c.is_whitespace() && *b < at).unwrap_or(at);
            lines.push(trimmed(start, next));
            width = self::columns(&text[next..at]);
            (start, last_break) = (next, None);
        }
        if at == start && c.is_whitespace() {
            start += c.len_utf8();
            continue;
        }
        let closes = CLOSING.contains(c) && last_break == Some(at);
        width += w;
        if c.is_whitespace() || w == 2 || closes {
            last_break = Some(at + c.len_utf8());
        }
    }
    if start < text.len() {
        lines.push(trimmed(start, text.len()));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(text: &str, columns: usize) -> Vec<&str> {
        super::wrap(text, columns).into_iter().map(|line| &text[line]).collect()
    }

    #[test]
    fn a_keyword_stands_out_on_each_of_its_lines() {
        let text = "发展低空经济";
        let lines = super::wrap(text, 6);
        let marks = Marks { keywords: std::iter::once(6..15).collect(), pinpoint: 0..15 };
        let marked: Vec<String> = lines.into_iter().map(|line| marks.marked(text, line)).collect();
        assert_eq!(
            marked,
            [format!("发展{KEYWORD}低{KEYWORD:#}"), format!("{KEYWORD}空经{KEYWORD:#}{FAINT}济{FAINT:#}")]
        );
    }

    #[test]
    fn a_column_is_padded_by_what_a_terminal_shows() {
        assert_eq!(padded("类型", 6), "类型  ");
        assert_eq!(padded("kind", 2), "kind");
    }

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
