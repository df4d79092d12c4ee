//! From a source to its text.

use std::path::Path;

use super::format::extracted::Extracted;
use super::format::{self, Format, FormatError};
use super::source::{self, LineAt};
use crate::digest::sha256_hex;

/// The text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    /// The canonical text and what belongs to it. For UTF-8 text it is the file's bytes as they are, a byte order mark
    /// included, so that offsets into it index the file.
    pub extracted: Extracted,
    /// SHA-256 of the bytes it was read from, 64 lower-case hex digits.
    pub sha256: String,
    /// The character encoding of text formats, e.g. `GB18030`.
    pub encoding: Option<&'static str>,
    /// Characters that could not be decoded and stand as U+FFFD.
    pub undecoded: usize,
}

/// Why a document has no text.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Nothing in it, or only white space.
    #[error("empty file")]
    Empty,
    /// More than its format allows, see [`Format::max_bytes`].
    #[error("file is larger than {} MiB", .limit >> 20)]
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// Someone writes to it.
    #[error("file changes while it is read: index again when it is complete")]
    Changing,
    /// It is not what its name says, or holds no text.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The system would not read it.
    #[error("cannot be read: {0}")]
    Io(#[from] std::io::Error),
}

/// Reads the document in the file at `path`, or in one line of it.
///
/// # Errors
/// See [`ReadError`].
pub fn read(path: &Path, format: Format, line: Option<LineAt>) -> Result<SourceText, ReadError> {
    let bytes = source::bytes(path, format, line)?;
    let sha256 = sha256_hex(&bytes);
    let format::Read { extracted, encoding, undecoded } = format::read(format, &bytes)?;
    if extracted.text.chars().all(super::chars::is_space) {
        return Err(ReadError::Empty);
    }
    Ok(SourceText { extracted, sha256, encoding, undecoded })
}
