//! Which documents a file holds: one, or one a line for a corpus file.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use super::format::Format;
pub use super::format::jsonl::LineAt;
use super::format::jsonl::{Line, MAX_LINE_BYTES, lines};
use super::read::ReadError;
use super::walk::{Skipped, SourceFile};
use crate::digest::{sha256_hex, sha256_of};

/// Where one document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub file: SourceFile,
    /// The line of a corpus file that holds it; `None` where it is the whole file.
    pub line: Option<LineAt>,
    /// SHA-256 of the bytes it comes from, 64 lower-case hex digits.
    pub sha256: String,
    /// How many bytes these are.
    pub bytes: u64,
}

/// The documents of `file`, hashed but not yet read; what cannot be used goes to `skipped` with its reason.
pub fn scan(file: &SourceFile, skipped: &mut Vec<Skipped>) -> Vec<Source> {
    let scanned = match file.format {
        Format::Corpus => scan_lines(file, skipped),
        _ => scan_file(file).map(|source| vec![source]),
    };
    scanned.unwrap_or_else(|error| {
        skipped.push(Skipped { path: file.path.clone(), reason: error.to_string() });
        Vec::new()
    })
}

fn scan_file(file: &SourceFile) -> Result<Source, ReadError> {
    let opened = File::open(&file.absolute)?;
    let limit = file.format.max_bytes();
    if opened.metadata()?.len() > limit {
        return Err(ReadError::TooLarge { limit });
    }
    let (bytes, sha256) = sha256_of(opened.take(limit.saturating_add(1)))?;
    match bytes {
        0 => Err(ReadError::Empty),
        n if n > limit => Err(ReadError::TooLarge { limit }),
        _ => Ok(Source { file: file.clone(), line: None, sha256, bytes }),
    }
}

fn scan_lines(file: &SourceFile, skipped: &mut Vec<Skipped>) -> Result<Vec<Source>, ReadError> {
    let (mut sources, before) = (Vec::new(), skipped.len());
    for line in lines(BufReader::new(File::open(&file.absolute)?)) {
        let Line { at, content } = line?;
        match content {
            Some(content) => sources.push(Source {
                file: file.clone(),
                line: Some(at),
                sha256: sha256_hex(&content),
                bytes: at.bytes as u64,
            }),
            None => {
                let reason = format!("line {} is longer than {} MiB", at.number, MAX_LINE_BYTES >> 20);
                skipped.push(Skipped { path: file.path.clone(), reason });
            }
        }
    }
    if sources.is_empty() && skipped.len() == before {
        return Err(ReadError::Empty);
    }
    Ok(sources)
}

/// The bytes of a document as they are now: those of the file, or of the line of it.
///
/// # Errors
/// A file that cannot be read, passes the limit of its format, or keeps changing while it is read.
pub fn bytes(path: &Path, format: Format, line: Option<LineAt>) -> Result<Vec<u8>, ReadError> {
    let limit = format.max_bytes();
    for _ in 0..ATTEMPTS {
        let mut file = File::open(path)?;
        let before = Stamp::of(&file)?;
        let expected = match line {
            Some(at) => at.bytes as u64,
            None if before.bytes > limit => return Err(ReadError::TooLarge { limit }),
            None => before.bytes,
        };
        let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or(0));
        if let Some(at) = line {
            file.seek(SeekFrom::Start(at.start))?;
        }
        let most = if line.is_some() { expected } else { limit + 1 };
        (&mut file).take(most).read_to_end(&mut bytes)?;
        if Stamp::of(&file)? == before && bytes.len() as u64 == expected {
            return Ok(bytes);
        }
    }
    Err(ReadError::Changing)
}

/// How often a file that changes is read again.
const ATTEMPTS: usize = 3;

/// By what a file that changes while it is read gives itself away.
#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    fn of(file: &File) -> std::io::Result<Self> {
        let metadata = file.metadata()?;
        Ok(Self { bytes: metadata.len(), modified: metadata.modified().ok() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, name: &str, content: &[u8]) -> SourceFile {
        let absolute = dir.join(name);
        std::fs::write(&absolute, content).unwrap();
        let format = Format::of_extension(name.rsplit('.').next().unwrap()).unwrap();
        SourceFile { root: dir.to_path_buf(), path: name.to_owned(), absolute, format }
    }

    #[test]
    fn a_file_is_one_document_known_by_the_hash_of_its_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let mut skipped = Vec::new();
        let sources = scan(&file(dir.path(), "a.txt", b"abc"), &mut skipped);
        assert_eq!((sources.len(), sources[0].bytes, sources[0].line), (1, 3, None));
        assert_eq!(sources[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(skipped.is_empty());
    }

    #[test]
    fn every_line_of_a_corpus_file_is_a_document_that_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let corpus = file(dir.path(), "a.jsonl", b"\xef\xbb\xbf{\"text\":\"a\"}\r\n\n{\"text\":\"bc\"}");
        let sources = scan(&corpus, &mut Vec::new());
        let numbers: Vec<usize> = sources.iter().filter_map(|s| Some(s.line?.number)).collect();
        assert_eq!(numbers, [1, 3]);
        for source in &sources {
            let bytes = bytes(&corpus.absolute, corpus.format, source.line).unwrap();
            assert_eq!(sha256_hex(&bytes), source.sha256);
            assert!(bytes.starts_with(b"{"));
        }
    }

    #[test]
    fn a_file_over_the_limit_is_refused_unread() {
        let dir = tempfile::tempdir().unwrap();
        let text = file(dir.path(), "a.txt", b"");
        File::options().write(true).open(&text.absolute).unwrap().set_len(1 << 30).unwrap();
        let mut skipped = Vec::new();
        assert!(scan(&text, &mut skipped).is_empty());
        assert_eq!(skipped[0].reason, "file is larger than 64 MiB");
        assert!(matches!(bytes(&text.absolute, Format::Text, None), Err(ReadError::TooLarge { .. })));
    }

    #[test]
    fn an_empty_or_vanished_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let mut skipped = Vec::new();
        for name in ["a.txt", "b.jsonl"] {
            scan(&file(dir.path(), name, b""), &mut skipped);
        }
        let gone = file(dir.path(), "c.txt", b"c");
        std::fs::remove_file(&gone.absolute).unwrap();
        scan(&gone, &mut skipped);
        let reasons: Vec<&str> = skipped.iter().map(|s| s.reason.as_str()).collect();
        assert_eq!(reasons[..2], ["empty file", "empty file"]);
        assert!(reasons[2].starts_with("cannot be read"));
    }

    #[test]
    fn a_line_that_is_no_longer_there_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let corpus = file(dir.path(), "a.jsonl", b"{\"text\":\"a\"}\n{\"text\":\"b\"}\n");
        let last = scan(&corpus, &mut Vec::new()).pop().unwrap();
        std::fs::write(&corpus.absolute, b"{\"text\":\"a\"}\n").unwrap();
        assert!(matches!(bytes(&corpus.absolute, corpus.format, last.line), Err(ReadError::Changing)));
    }
}
