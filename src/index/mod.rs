//! What lies on disk, and how it is read.
//!
//! An index folder holds a manifest and one generation: documents, passages, canonical texts, vectors, the HNSW graph
//! and the full text. [`build`] writes a new generation beside the old one and commits it by replacing the manifest;
//! [`Index`] reads the generation that the manifest named when it was opened. The index knows nothing of questions.

pub mod analyzer;
mod build;
mod directory;
pub mod disk;
mod dot;
mod error;
mod graph;
mod journal;
mod lock;
mod manifest;
mod records;
mod rowset;
mod terms;
mod vectors;
mod verify;

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use memmap2::Mmap;

use crate::digest::sha256_hex;
use crate::document::read::ReadError;
use crate::document::source;
use crate::model::Model;

#[doc(hidden)]
pub use build::{Known, assemble, build_graph};
pub use build::{Options, Progress, Summary, build};
pub use dot::dot;
pub use error::IndexError;
#[doc(hidden)]
pub use graph::probe as probe_graph;
pub use manifest::{FORMAT, Manifest, ModelId};
pub use records::{DocumentRecord, PassageRecord, PassageStore};
pub use rowset::RowSet;
pub use terms::{FieldWeights, Terms};
pub use verify::{Fault, Report, verify};

use disk::Disk;
use graph::{GRAPH_FILES, Graph, Kept};
use lock::{NotRead, ReadLock};
use records::{DOCUMENTS_FILE, DocumentsFile, OFFSETS_FILE, PASSAGES_FILE, Refused, TEXTS_FILE};
use vectors::{Rows, SENTENCES_FILE, VECTORS_FILE, map_file};

/// The code that reads documents, as a fingerprint of its source.
const READER: &str = env!("ZHICE_READER");

/// The full-text index's folder within a generation.
const TERMS_FOLDER: &str = "terms";

/// Up to how many wanted rows are compared one by one: exact, and still within some milliseconds. A graph of which few
/// points are wanted is searched in vain.
const EXACT_ROWS: usize = 50_000;

/// How often a reader that is overtaken by writers begins again.
const MOST_RETRIES: usize = 1000;

/// Whether a document's file is still what was indexed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceState {
    Unchanged,
    Changed,
    Missing,
}

/// An open index. Graph and full text are opened when the first question needs them.
pub struct Index {
    folder: PathBuf,
    manifest: Manifest,
    documents: Vec<DocumentRecord>,
    refused: Vec<Refused>,
    passages: PassageStore,
    texts: Option<Mmap>,
    vectors: Rows,
    sentences: Rows,
    graph: OnceLock<Graph>,
    terms: OnceLock<Terms>,
    /// Keeps the generation from being removed.
    _lock: ReadLock,
}

impl Index {
    /// Opens the index in `dir`.
    ///
    /// # Errors
    /// [`IndexError::Missing`], a format that this version does not read, or the file that is damaged.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        let (manifest, lock) = current(dir)?;
        let folder = dir.join(&manifest.generation);
        let files = [VECTORS_FILE, SENTENCES_FILE, TEXTS_FILE, PASSAGES_FILE, OFFSETS_FILE, DOCUMENTS_FILE];
        manifest.verify_all(dir, &files)?;
        let path = folder.join(DOCUMENTS_FILE);
        let bytes = fs::read(&path).map_err(IndexError::io(&path))?;
        let DocumentsFile { documents, refused } =
            serde_json::from_slice(&bytes).map_err(|e| IndexError::damaged(&path, e))?;
        if let Some(outside) = documents.iter().find(|document| !is_below(&document.path)) {
            return Err(IndexError::damaged(&path, format!("{} is not below the folder", outside.path)));
        }
        let dimensions = manifest.model.dimensions;
        Ok(Self {
            documents,
            refused,
            passages: PassageStore::open(&folder, manifest.passages)?,
            texts: map_file(&folder.join(TEXTS_FILE))?,
            vectors: Rows::open(&folder.join(VECTORS_FILE), manifest.passages, 4 * dimensions)?,
            sentences: Rows::open(&folder.join(SENTENCES_FILE), manifest.sentences, 4 + dimensions)?,
            graph: OnceLock::new(),
            terms: OnceLock::new(),
            _lock: lock,
            folder,
            manifest,
        })
    }

    /// Says so when `model` is not the one whose vectors the index holds.
    pub fn check_model(&self, model: &Model) -> Result<(), IndexError> {
        let built_with = &self.manifest.model;
        if built_with.fingerprint == model.fingerprint() {
            return Ok(());
        }
        Err(IndexError::OtherModel {
            path: self.dir().to_owned(),
            built_with: describe(&built_with.name, &built_with.fingerprint),
            in_use: describe(&model.spec().name, model.fingerprint()),
        })
    }

    /// The index folder.
    pub fn dir(&self) -> &Path {
        self.folder.parent().unwrap_or(&self.folder)
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    pub fn documents(&self) -> &[DocumentRecord] {
        &self.documents
    }

    /// The passage of `row`, which counts from 0 over the whole index.
    pub fn passage(&self, row: usize) -> Result<PassageRecord, IndexError> {
        let passage = self.passages.get(row)?;
        if passage.document >= self.documents.len() {
            let path = self.folder.join(PASSAGES_FILE);
            return Err(IndexError::damaged(&path, format!("passage {row} belongs to no document")));
        }
        Ok(passage)
    }

    /// Files that could not be read when the index was built.
    fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The canonical text of a document: what quotes are taken from.
    pub fn text(&self, document: &DocumentRecord) -> Result<&str, IndexError> {
        self.stored_text(document.text)
    }

    /// The text of a document in simplified characters, at the byte offsets of its canonical text: what is matched.
    pub fn reading(&self, document: &DocumentRecord) -> Result<&str, IndexError> {
        self.stored_text(document.reading.unwrap_or(document.text))
    }

    /// `words`, a heading or name read from a document, in the characters that the document writes them in.
    pub fn as_written(&self, document: &DocumentRecord, words: &str) -> Result<String, IndexError> {
        if document.reading.is_none() {
            return Ok(words.to_owned());
        }
        let found = self.reading(document)?.find(words).map(|start| start..start + words.len());
        let written = found.and_then(|bytes| self.text(document).ok()?.get(bytes));
        Ok(written.unwrap_or(words).to_owned())
    }

    fn stored_text(&self, (start, end): (usize, usize)) -> Result<&str, IndexError> {
        let path = || self.folder.join(TEXTS_FILE);
        let all = self.texts.as_deref().unwrap_or(&[]);
        let bytes = all.get(start..end).ok_or_else(|| IndexError::damaged(&path(), "a document lies outside"))?;
        std::str::from_utf8(bytes).map_err(|e| IndexError::damaged(&path(), e))
    }

    /// The vector of a passage; `None` past the last row.
    pub fn vector(&self, row: usize) -> Option<Vec<f32>> {
        self.vectors.floats(row)
    }

    /// The cosine of `query` with a sentence's vector; `None` where the sentence has none.
    pub fn sentence_cosine(&self, sentence: usize, query: &[f32]) -> Option<f32> {
        self.sentences.byte_cosine(sentence, query)
    }

    /// A sentence's vector as stored; `None` past the last row.
    fn stored_sentence(&self, sentence: usize) -> Option<vectors::ByteVector> {
        self.sentences.byte_vector(sentence)
    }

    /// The `limit` passages nearest to `query` among those of `wanted`, best first, with their cosine.
    pub fn nearest(
        &self,
        query: &[f32],
        limit: usize,
        wanted: Option<&RowSet>,
    ) -> Result<Vec<(usize, f32)>, IndexError> {
        let scanned = |rows: &mut dyn Iterator<Item = usize>| graph::scan(&self.vectors, query, limit, rows);
        if let Some(wanted) = wanted.filter(|wanted| wanted.len() <= EXACT_ROWS) {
            return Ok(scanned(&mut wanted.iter()));
        }
        let found = self.graph()?.search(&self.vectors, query, limit, wanted);
        // Which points a search reaches depends on where it begins; where some are missing, all are compared.
        if found.len() < limit.min(wanted.map_or(self.manifest.passages, RowSet::len)) {
            let is_wanted = |row: &usize| wanted.is_none_or(|wanted| wanted.contains(*row));
            return Ok(scanned(&mut (0..self.manifest.passages).filter(is_wanted)));
        }
        Ok(found)
    }

    /// The graph, opened once it is known to be what was written.
    fn graph(&self) -> Result<&Graph, IndexError> {
        if self.graph.get().is_none() {
            self.manifest.verify_all(self.dir(), &GRAPH_FILES)?;
            // Lost races only open it twice.
            let _ =
                self.graph.set(Graph::open(&self.folder, self.manifest.passages, 4 * self.manifest.model.dimensions)?);
        }
        self.graph.get().ok_or_else(|| IndexError::damaged(&self.folder, "the graph did not open"))
    }

    /// Writes the graph to a new generation, with its points as `kept` there.
    fn carry_graph_over(&self, disk: &Disk, to: (&Path, usize), kept: &Kept) -> Result<(), IndexError> {
        self.graph()?.carry_over(disk, (&self.folder, &self.vectors), to, kept)
    }

    /// The full text.
    pub fn terms(&self) -> Result<&Terms, IndexError> {
        if self.terms.get().is_none() {
            let files = self.manifest.files.keys().map(String::as_str).filter(|name| name.starts_with(TERMS_FOLDER));
            self.manifest.verify_all(self.dir(), &files.collect::<Vec<_>>())?;
            let _ = self.terms.set(Terms::open(&self.folder.join(TERMS_FOLDER))?);
        }
        self.terms.get().ok_or_else(|| IndexError::damaged(&self.folder, "the full text did not open"))
    }

    /// Where a document's file lies.
    pub fn source(&self, document: &DocumentRecord) -> PathBuf {
        let root = self.manifest.roots.get(document.root).cloned().unwrap_or_default();
        // A root that is itself a file is its own document.
        if root.is_file() { root } else { root.join(&document.path) }
    }

    /// Compares what a document was read from with what is there now.
    pub fn source_state(&self, document: &DocumentRecord) -> SourceState {
        match source::bytes(&self.source(document), document.format, document.line) {
            Ok(bytes) if sha256_hex(&bytes) == document.sha256 => SourceState::Unchanged,
            Err(ReadError::Io(_)) => SourceState::Missing,
            _ => SourceState::Changed,
        }
    }
}

/// Whether a path leads down from where it begins: an index that came from elsewhere must not point to other files.
fn is_below(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The manifest as it is now, with its generation locked against removal.
fn current(dir: &Path) -> Result<(Manifest, ReadLock), IndexError> {
    let mut manifest = Manifest::read(dir)?;
    // A writer may commit, and remove what was read here a moment ago, as often as it likes; each time something newer is read.
    for _ in 0..MOST_RETRIES {
        let lock = ReadLock::take(&dir.join(&manifest.generation));
        let now = Manifest::read(dir)?;
        let same = now.generation == manifest.generation;
        manifest = now;
        match lock {
            Ok(lock) if same => return Ok((manifest, lock)),
            Err(NotRead::Error(e)) => return Err(IndexError::io(&dir.join(&manifest.generation))(e)),
            Err(NotRead::Gone) if same => break,
            _ => {}
        }
    }
    Err(IndexError::damaged(&dir.join(&manifest.generation), "the folder is missing"))
}

fn describe(name: &str, fingerprint: &str) -> String {
    format!("{name} ({})", fingerprint.get(..12).unwrap_or(fingerprint))
}
