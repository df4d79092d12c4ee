//! From a file to its text.

use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

/// The largest file that is read, in bytes (64 MiB).
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The file's bytes as they are, a byte order mark included, so that offsets into it index the file.
    pub text: String,
    /// SHA-256 of those bytes, 64 lower-case hex digits.
    pub sha256: String,
}

/// Why a file has no text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it, or only white space.
    #[error("empty file")]
    Empty,
    /// Not UTF-8; `offset` is that of the first bad byte.
    #[error("not UTF-8 text: bad byte at offset {offset}")]
    NotUtf8 {
        /// Where the first byte stands that is not UTF-8.
        offset: usize,
    },
    /// More than [`MAX_BYTES`].
    #[error("file is larger than {} MiB", MAX_BYTES / (1024 * 1024))]
    TooLarge,
    /// It holds a NUL byte, which no text does.
    #[error("binary file: NUL byte at offset {offset}")]
    Binary {
        /// Where the first NUL byte stands.
        offset: usize,
    },
    /// The system would not read it.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// Reads a UTF-8 text file whole.
///
/// # Errors
/// See [`ReadError`]. A file that grows while it is read is still held to [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<SourceText, ReadError> {
    let file = std::fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    decode(bytes)
}

fn decode(bytes: Vec<u8>) -> Result<SourceText, ReadError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(ReadError::Binary { offset });
    }
    let sha256 = hex(&Sha256::digest(&bytes));
    let text =
        String::from_utf8(bytes).map_err(|error| ReadError::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    if text.chars().all(super::chars::is_space) {
        return Err(ReadError::Empty);
    }
    Ok(SourceText { text, sha256 })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> String {
        decode(bytes.to_vec()).unwrap_err().to_string()
    }

    #[test]
    fn the_text_is_the_bytes_of_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        std::fs::write(&path, "\u{feff}通知\r\n").unwrap();
        let source = read(&path).unwrap();
        assert_eq!(source.text, "\u{feff}通知\r\n");
        assert_eq!(source.sha256.len(), 64);
    }

    #[test]
    fn the_hash_is_sha256() {
        let source = decode(b"abc".to_vec()).unwrap();
        assert_eq!(source.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_reason() {
        assert_eq!(refused(b""), "empty file");
        assert_eq!(refused("\u{feff} \n　".as_bytes()), "empty file");
        assert_eq!(refused(b"ab\xffcd"), "not UTF-8 text: bad byte at offset 2");
        assert_eq!(refused(b"PK\x03\x04\x00\x00"), "binary file: NUL byte at offset 4");
    }

    #[test]
    fn a_file_over_the_limit_is_refused_unread() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        std::fs::File::create(&path).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert!(matches!(read(&path), Err(ReadError::TooLarge)));
    }
}
