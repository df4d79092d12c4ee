//! Documents and passages as the index keeps them.
//!
//! `documents.json` is one list. `passages.jsonl` holds one passage a line in row order, `passages.offsets` the
//! little-endian u64 where each line begins (and, last, where the file ends), so that a question reads just the
//! passages that it shows. `texts.bin` holds the canonical text of all documents, one after the other.

use std::path::{Path, PathBuf};

use memmap2::Mmap;
use serde::{Deserialize, Serialize};

use super::IndexError;
use super::vectors::{Rows, map_file};

pub const DOCUMENTS_FILE: &str = "documents.json";
pub const PASSAGES_FILE: &str = "passages.jsonl";
pub const OFFSETS_FILE: &str = "passages.offsets";
pub const TEXTS_FILE: &str = "texts.bin";

/// A document 文件.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentRecord {
    /// The first 8 hex digits of `sha256`.
    pub id: String,
    /// SHA-256 of the file's bytes.
    pub sha256: String,
    /// Path relative to the folder that was indexed, with `/` between its parts.
    pub path: String,
    /// The folder that was indexed: a position in the manifest's `roots`.
    pub root: usize,
    /// Further paths that hold the same bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<String>,
    pub title: String,
    /// 发文机关
    pub issuer: Option<String>,
    /// 发文字号, e.g. 通政发〔2024〕23号
    pub number: Option<String>,
    /// 成文/发布日期, `YYYY-MM-DD`
    pub published: Option<String>,
    /// 通知, 意见, 方案, 条例, …
    pub kind: Option<String>,
    /// Six-digit code of the administrative division 行政区划 whose document it is.
    pub region: Option<String>,
    /// The rows of its passages: first and one past the last.
    pub passages: (usize, usize),
    /// Its canonical text in `texts.bin`: first byte and one past the last.
    pub text: (usize, usize),
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
    /// Byte ranges of its sentences in the document's canonical text.
    pub sentences: Vec<(usize, usize)>,
    /// The row of its first sentence in `sentences.i8`.
    pub first_sentence: usize,
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
        let offset = |row: usize| {
            let bytes: [u8; 8] = self.offsets.get(row)?.try_into().ok()?;
            usize::try_from(u64::from_le_bytes(bytes)).ok()
        };
        let range = offset(row).zip(offset(row + 1)).ok_or_else(|| damaged("there is no such row"))?;
        let line =
            self.lines.as_ref().and_then(|m| m.get(range.0..range.1)).ok_or_else(|| damaged("it lies outside"))?;
        serde_json::from_slice(line).map_err(|e| damaged(&e.to_string()))
    }
}
