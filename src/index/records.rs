//! Documents and passages as the index keeps them.
//!
//! `documents.json` lists the documents, and the files that hold none. `passages.jsonl` holds one passage a line in row order, `passages.offsets` the
//! little-endian u64 where each line begins (and, last, where the file ends), so that a question reads just the
//! passages that it shows. `texts.bin` holds the canonical text of all documents, one after the other.

use std::path::{Path, PathBuf};

use memmap2::Mmap;
use serde::{Deserialize, Serialize};

use super::IndexError;
use super::vectors::{Rows, map_file};
use crate::document::Metadata;
use crate::document::format::Format;
use crate::document::format::extracted::{Anchor, Place};
use crate::document::source::LineAt;
use crate::document::walk::Skipped;

pub const DOCUMENTS_FILE: &str = "documents.json";
pub const PASSAGES_FILE: &str = "passages.jsonl";
pub const OFFSETS_FILE: &str = "passages.offsets";
pub const TEXTS_FILE: &str = "texts.bin";

/// What `documents.json` holds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct DocumentsFile {
    pub documents: Vec<DocumentRecord>,
    /// Files that could not be read, so that they are not tried again before they change.
    pub refused: Vec<Refused>,
}

/// A file, or a line of one, that holds no document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Path relative to the folder that was indexed.
    pub path: String,
    pub format: Format,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Why, in words for the person.
    pub reason: String,
}

impl Refused {
    pub fn skipped(&self) -> Skipped {
        Skipped { path: self.path.clone(), reason: self.reason.clone() }
    }
}

/// A document 文件.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// The first 8 hex digits of `sha256`.
    pub id: String,
    /// SHA-256 of the bytes it was read from: the file's, or those of the line of a corpus file.
    pub sha256: String,
    /// Path relative to the folder that was indexed, with `/` between its parts.
    pub path: String,
    /// The folder that was indexed: a position in the manifest's `roots`.
    pub root: usize,
    pub format: Format,
    /// The line of a corpus file that holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineAt>,
    /// The character encoding of text formats, e.g. `GB18030`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Further paths that hold the same bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<String>,
    /// The document before it, by identifier, that holds nearly all of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<String>,
    /// What it says of itself: title, issuer 发文机关, document number 发文字号, dates, kind.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Six-digit code of the administrative division 行政区划 whose document it is.
    pub region: Option<String>,
    /// Codes of all divisions that its passages speak of, in order.
    pub regions: Vec<String>,
    /// The rows of its passages: first and one past the last.
    pub passages: (usize, usize),
    /// Its canonical text in `texts.bin`: first byte and one past the last.
    pub text: (usize, usize),
    /// SHA-256 of the canonical text where that is not the file itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_sha256: Option<String>,
    /// The same text in simplified characters where it is written in traditional ones, also in `texts.bin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<(usize, usize)>,
}

/// A passage 段落: a run of sentences within one section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassageRecord {
    /// The document's position in `documents.json`.
    pub document: usize,
    /// Its number within the document, from 0.
    pub ordinal: u32,
    /// Byte range in the document's canonical text.
    pub bytes: (usize, usize),
    /// First and last line, from 1.
    pub lines: (usize, usize),
    /// 章节路径, from the top.
    pub section: Vec<String>,
    /// The pages or elements of the file that it stands in: where each begins in the document's canonical text. The
    /// first may begin before the passage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub anchors: Vec<Anchor>,
    /// Codes of the divisions that it speaks of, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Byte ranges of its sentences in the document's canonical text.
    pub sentences: Vec<(usize, usize)>,
    /// The row of its first sentence in `sentences.i8`.
    pub first_sentence: usize,
}

impl PassageRecord {
    /// What stands above its sentences: the title of `document`, which it belongs to, and its section path.
    pub fn above(&self, document: &DocumentRecord) -> String {
        format!("{} {}", document.metadata.title, self.section.join(" "))
    }

    /// The page or element in which byte `at` of the document's canonical text stands.
    pub fn place(&self, at: usize) -> Option<&Place> {
        self.anchors.iter().rev().find(|anchor| anchor.start <= at).map(|anchor| &anchor.place)
    }
}

/// Reads passages one by one.
pub struct PassageStore {
    path: PathBuf,
    lines: Option<Mmap>,
    offsets: Rows,
}

impl PassageStore {
    pub fn open(folder: &Path, passages: usize) -> Result<Self, IndexError> {
        let path = folder.join(PASSAGES_FILE);
        let lines = map_file(&path)?;
        Ok(Self { path, lines, offsets: Rows::open(&folder.join(OFFSETS_FILE), passages + 1, 8)? })
    }

    /// The passage of `row`.
    pub fn get(&self, row: usize) -> Result<PassageRecord, IndexError> {
        let damaged = |reason: &str| IndexError::damaged(&self.path, format!("passage {row}: {reason}"));
        let offset = |row: Option<usize>| {
            let bytes: [u8; 8] = self.offsets.get(row?)?.try_into().ok()?;
            usize::try_from(u64::from_le_bytes(bytes)).ok()
        };
        let range = offset(Some(row)).zip(offset(row.checked_add(1))).ok_or_else(|| damaged("there is no such row"))?;
        let line =
            self.lines.as_ref().and_then(|m| m.get(range.0..range.1)).ok_or_else(|| damaged("it lies outside"))?;
        serde_json::from_slice(line).map_err(|e| damaged(&e.to_string()))
    }
}
