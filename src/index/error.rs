//! What goes wrong with an index, and what to do about it.

use std::path::{Path, PathBuf};

use crate::document::walk::WalkError;
use crate::model::ModelError;

/// An index could not be opened, read or built.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("no index at {0}")]
    Missing(PathBuf),
    #[error("index {path} has format {found}, newer than the {supported} this zhice reads")]
    NewerFormat { path: PathBuf, found: u32, supported: u32 },
    #[error("index {path} has format {found}, older than the {supported} this zhice reads")]
    OlderFormat { path: PathBuf, found: u32, supported: u32 },
    #[error("index {path} was built with the model {built_with}, not with {in_use}")]
    OtherModel { path: PathBuf, built_with: String, in_use: String },
    /// A file of the index is not what was written.
    #[error("index file {path} is damaged: {reason}")]
    Damaged { path: PathBuf, reason: String },
    #[error("{path} holds files but no zhice index")]
    NotAnIndex { path: PathBuf },
    #[error("index {path} is being written by another process{holder}")]
    Locked { path: PathBuf, holder: String },
    #[error("no readable document in {0}")]
    NoDocuments(String),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("full-text index {path}: {source}")]
    Terms { path: PathBuf, source: tantivy::TantivyError },
    /// A panic in a library that reads documents.
    #[error("the thread that reads documents died")]
    Reader,
    #[error(transparent)]
    Walk(#[from] WalkError),
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl IndexError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }

    pub(crate) fn damaged(path: &Path, reason: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), reason: reason.to_string() }
    }

    /// What the person can do, as one clause; `None` where the message says it all.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Missing(_) => "build one with `zhice index FOLDER`",
            Self::NewerFormat { .. } => "update zhice, or rebuild with `zhice index --rebuild`",
            Self::OlderFormat { .. } => "build it anew with `zhice index`",
            Self::Damaged { .. } => "rebuild it with `zhice index --rebuild`",
            Self::OtherModel { .. } => "ask with the same --model, or rebuild with `zhice index --rebuild`",
            Self::NotAnIndex { .. } => "choose an empty or new folder with --index",
            Self::Locked { .. } => "wait for it to end, or use another --index",
            Self::NoDocuments(_) => "give a folder that holds text, Markdown, HTML, PDF, .docx or .jsonl files",
            Self::Walk(_) => "check the path",
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "check the permissions, or choose another folder with --index"
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::ReadOnlyFilesystem => {
                "choose a writable folder with --index"
            }
            Self::Io { source, .. } if source.kind() == std::io::ErrorKind::StorageFull => {
                "free some space; the previous index is untouched"
            }
            _ => return None,
        })
    }
}
