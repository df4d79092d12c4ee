//! Corpus files: one document a line, as a JSON object.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

/// The longest line that is read, in bytes (64 MiB). Memory is held for one line at a time.
pub const MAX_LINE_BYTES: usize = 64 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A place in a corpus file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAt {
    /// From 1.
    pub number: usize,
    /// Byte offset of its beginning in the file.
    pub start: u64,
    /// Its length in bytes, without the line feed.
    pub bytes: usize,
}

/// A line of a corpus file, not yet understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub at: LineAt,
    /// Its content; `None` where it is longer than [`MAX_LINE_BYTES`].
    pub content: Option<Vec<u8>>,
}

/// A document of a corpus file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What the file calls it; a number as it is written there.
    pub id: Option<String>,
    pub title: Option<String>,
    /// Never blank.
    pub text: String,
    pub url: Option<String>,
    /// Any form of date.
    pub date: Option<String>,
}

/// Why a line holds no document.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RecordError {
    #[error("not UTF-8: bad byte at offset {offset} of the line")]
    NotUtf8 { offset: usize },
    /// The reason names the column.
    #[error("not a JSON object of strings: {0}")]
    Json(String),
    #[error("no field `text`")]
    NoText,
    #[error("the field `text` is empty")]
    EmptyText,
}

/// The lines of a corpus file that are not blank, in order. After an error no line follows.
pub fn lines(reader: impl BufRead) -> impl Iterator<Item = io::Result<Line>> {
    Lines { reader, number: 0, start: 0, longest: MAX_LINE_BYTES, over: false }
}

struct Lines<R> {
    reader: R,
    number: usize,
    start: u64,
    longest: usize,
    over: bool,
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.over {
            let mut content = Vec::new();
            let (bytes, ended) = match read_line(&mut self.reader, &mut content, self.longest) {
                Ok(read) => read,
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            };
            self.over = !ended;
            self.number += 1;
            let mut at = LineAt { number: self.number, start: self.start, bytes };
            self.start += bytes as u64 + 1;
            if bytes > self.longest {
                return Some(Ok(Line { at, content: None }));
            }
            if at.number == 1 && content.starts_with(BYTE_ORDER_MARK) {
                content.drain(..BYTE_ORDER_MARK.len());
                (at.start, at.bytes) = (BYTE_ORDER_MARK.len() as u64, content.len());
            }
            if !content.trim_ascii().is_empty() {
                return Some(Ok(Line { at, content: Some(content) }));
            }
        }
        None
    }
}

/// Reads to the end of the line, but keeps no more than `longest` bytes of it. Returns its length, and whether a line
/// feed ended it.
fn read_line(reader: &mut impl BufRead, content: &mut Vec<u8>, longest: usize) -> io::Result<(usize, bool)> {
    let mut length = 0;
    loop {
        let available = match reader.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let line_feed = available.iter().position(|&byte| byte == b'\n');
        let piece = available.get(..line_feed.unwrap_or(available.len())).unwrap_or_default();
        length += piece.len();
        if length > longest {
            *content = Vec::new();
        } else {
            content.extend_from_slice(piece);
        }
        let (used, at_end) = (line_feed.map_or(available.len(), |at| at + 1), available.is_empty());
        reader.consume(used);
        if line_feed.is_some() || at_end {
            return Ok((length, line_feed.is_some()));
        }
    }
}

/// The fields as they stand in the file. `null` is the same as no field.
#[derive(Deserialize)]
struct Fields {
    id: Option<Id>,
    title: Option<String>,
    text: Option<String>,
    url: Option<String>,
    date: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`id` is neither a string nor a number")]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// Understands a line: a JSON object with `text` and, if it likes, `id` (a string or number), `title`, `url` and `date`.
/// Other fields are passed over.
///
/// # Errors
/// See [`RecordError`].
pub fn record(line: &[u8]) -> Result<Record, RecordError> {
    let line = std::str::from_utf8(line).map_err(|error| RecordError::NotUtf8 { offset: error.valid_up_to() })?;
    // A struct may also be read from an array, by position; a corpus line may not.
    if !line.trim_start().starts_with('{') {
        return Err(RecordError::Json("it does not begin with `{`".to_owned()));
    }
    let Fields { id, title, text, url, date } = serde_json::from_str(line).map_err(|error| reason(&error))?;
    let text = text.ok_or(RecordError::NoText)?;
    if text.trim().is_empty() {
        return Err(RecordError::EmptyText);
    }
    let id = id.map(|id| match id {
        Id::Text(id) => id,
        Id::Number(id) => id.to_string(),
    });
    Ok(Record { id, title, text, url, date })
}

/// The words of `serde_json` without its line number, which is always 1 here.
fn reason(error: &serde_json::Error) -> RecordError {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let words = words.strip_suffix(&place).unwrap_or(&words);
    RecordError::Json(format!("{words} at column {}", error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every line's number with its document, or why there is none.
    fn read(bytes: &[u8]) -> Vec<(usize, Result<Record, String>)> {
        lines(bytes)
            .map(|line| {
                let line = line.unwrap();
                let content = line.content.unwrap();
                let start = line.at.start as usize;
                assert_eq!(bytes[start..start + line.at.bytes], content, "a line lies where it says");
                (line.at.number, record(&content).map_err(|error| error.to_string()))
            })
            .collect()
    }

    #[test]
    fn every_line_is_a_document() {
        let file = "\u{feff}{\"id\": \"a\", \"title\": \"通知\", \"text\": \"第一\\n第二\", \"url\": \"https://a.gov.cn/\", \"date\": \"2024-01-01\", \"more\": [1, {}]}\r\n\n  \n{\"text\": \"b\", \"id\": 17, \"title\": null}";
        let records = read(file.as_bytes());
        assert_eq!(
            records,
            [
                (
                    1,
                    Ok(Record {
                        id: Some("a".to_owned()),
                        title: Some("通知".to_owned()),
                        text: "第一\n第二".to_owned(),
                        url: Some("https://a.gov.cn/".to_owned()),
                        date: Some("2024-01-01".to_owned()),
                    })
                ),
                (4, Ok(Record { id: Some("17".to_owned()), title: None, text: "b".to_owned(), url: None, date: None })),
            ]
        );
    }

    #[test]
    fn a_bad_line_is_named_and_stops_nothing() {
        let file = b"{\"title\": \"t\"}\n{\"text\": \" \"}\n[\"a\"]\n{\"text\": 5}\n{\"text\": \"a\n\xff\n{\"id\": [], \"text\": \"a\"}\n{\"text\": \"good\"}\n";
        let records = read(file);
        let errors: Vec<String> = records
            .iter()
            .filter_map(|(line, record)| Some(format!("line {line}: {}", record.as_ref().err()?)))
            .collect();
        assert_eq!(
            errors,
            [
                "line 1: no field `text`",
                "line 2: the field `text` is empty",
                "line 3: not a JSON object of strings: it does not begin with `{`",
                "line 4: not a JSON object of strings: invalid type: integer `5`, expected a string at column 10",
                "line 5: not a JSON object of strings: EOF while parsing a string at column 11",
                "line 6: not UTF-8: bad byte at offset 0 of the line",
                "line 7: not a JSON object of strings: `id` is neither a string nor a number at column 9",
            ]
        );
        assert_eq!(records.last().unwrap().1.as_ref().unwrap().text, "good");
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over_unkept() {
        let file = format!("{{\"text\": \"{}\"}}\n{{\"text\": \"b\"}}", "a".repeat(100));
        // A small buffer, so that a line comes in many pieces.
        let reader = std::io::BufReader::with_capacity(7, file.as_bytes());
        let mut lines = Lines { reader, number: 0, start: 0, longest: 50, over: false };
        let long = lines.next().unwrap().unwrap();
        assert_eq!((long.at.number, long.content), (1, None));
        let short = lines.next().unwrap().unwrap();
        assert_eq!((short.at.number, short.at.start, short.at.bytes), (2, 113, 13));
        assert!(lines.next().is_none());
    }

    #[test]
    fn a_file_that_cannot_be_read_ends_with_one_error() {
        struct Broken;
        impl std::io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("gone"))
            }
        }
        let results: Vec<_> = lines(std::io::BufReader::new(Broken)).collect();
        assert_eq!(results.len(), 1);
        assert_eq!(results[0].as_ref().unwrap_err().to_string(), "gone");
    }

    #[test]
    fn deep_nesting_is_an_error_of_its_line() {
        let file = format!("{{\"text\": \"a\", \"x\": {}\n{{\"text\": \"b\"}}", "[".repeat(100_000));
        let results = read(file.as_bytes());
        assert!(results[0].1.is_err() && results[1].1.is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_give_at_most_one_result_a_line(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let lines = bytes.split(|&byte| byte == b'\n').count();
            prop_assert!(read(&bytes).len() <= lines);
            prop_assert_eq!(read(&bytes), read(&bytes));
        }

        #[test]
        fn any_text_comes_back(text in "\\PC{1,80}", id in "\\PC{0,10}") {
            prop_assume!(!text.trim().is_empty());
            let line = serde_json::json!({"text": text, "id": id}).to_string();
            let results = read(line.as_bytes());
            let record = results[0].1.as_ref().unwrap();
            prop_assert_eq!((&record.text, record.id.as_ref()), (&text, Some(&id)));
        }
    }
}
