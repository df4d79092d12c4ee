//! A generation's files, written while documents come in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::draft::Draft;
use super::is_generation;
use crate::document::reading_text;
use crate::index::disk::Disk;
use crate::index::graph::Graph;
use crate::index::journal::StoredEmbedding;
use crate::index::lock::READERS;
use crate::index::manifest::FileSum;
use crate::index::records::{
    DOCUMENTS_FILE, DocumentRecord, DocumentsFile, OFFSETS_FILE, PASSAGES_FILE, Refused, TEXTS_FILE,
};
use crate::index::terms::TermsWriter;
use crate::index::vectors::{RowWriter, Rows, SENTENCES_FILE, VECTORS_FILE};
use crate::index::{Index, IndexError, TERMS_FOLDER};

/// A new generation. Documents and their vectors are appended in the same order, but need not keep step.
pub struct Generation {
    disk: Disk,
    name: String,
    folder: PathBuf,
    dimensions: usize,
    documents: Vec<DocumentRecord>,
    texts: RowWriter,
    lines: RowWriter,
    offsets: RowWriter,
    terms: TermsWriter,
    vectors: RowWriter,
    sentence_vectors: RowWriter,
    passages: usize,
    sentences: usize,
    embedded: usize,
    /// Rows of the old index that stayed: the first, how many, and the first of theirs here.
    moved: Vec<(usize, usize, usize)>,
}

/// What a finished generation holds.
pub struct Finished {
    pub name: String,
    pub documents: Vec<DocumentRecord>,
    pub passages: usize,
    pub sentences: usize,
}

impl Generation {
    /// Starts a generation in `dir` for vectors of `dimensions`.
    pub fn create(disk: &Disk, dir: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let name = next_generation(dir)?;
        let folder = dir.join(&name);
        disk.create_dir(&folder).map_err(IndexError::io(&folder))?;
        let rows = |name: &str| RowWriter::create(disk, &folder.join(name));
        rows(READERS)?.finish()?;
        let mut offsets = rows(OFFSETS_FILE)?;
        offsets.write_raw(&0u64.to_le_bytes())?;
        Ok(Self {
            documents: Vec::new(),
            texts: rows(TEXTS_FILE)?,
            lines: rows(PASSAGES_FILE)?,
            offsets,
            terms: TermsWriter::create(disk, &folder.join(TERMS_FOLDER))?,
            vectors: rows(VECTORS_FILE)?,
            sentence_vectors: rows(SENTENCES_FILE)?,
            passages: 0,
            sentences: 0,
            embedded: 0,
            moved: Vec::new(),
            disk: disk.clone(),
            name,
            folder,
            dimensions,
        })
    }

    /// The name of its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number that the next document gets.
    pub fn documents(&self) -> usize {
        self.documents.len()
    }

    /// A document that was added.
    pub fn document(&self, number: usize) -> Option<&DocumentRecord> {
        self.documents.get(number)
    }

    /// Appends a document with its passages.
    pub fn add(&mut self, draft: Draft) -> Result<(), IndexError> {
        let first = self.passages;
        let start = self.texts.written();
        self.texts.write_raw(draft.text.as_bytes())?;
        let end = self.texts.written();
        if let Some(reading) = &draft.reading {
            self.texts.write_raw(reading.as_bytes())?;
        }
        let title = &draft.record.metadata.title;
        for passage in &draft.passages {
            let mut passage = passage.clone();
            passage.document = self.documents.len();
            passage.first_sentence = self.sentences;
            let mut line = json(&self.folder, &passage)?;
            line.push(b'\n');
            self.lines.write_raw(&line)?;
            self.offsets.write_raw(&(self.lines.written() as u64).to_le_bytes())?;
            let body = reading_text(draft.reading().get(passage.bytes.0..passage.bytes.1).unwrap_or_default());
            self.terms.add(self.passages, &body, &passage.section.join(" "), title)?;
            self.passages += 1;
            self.sentences += passage.sentences.len();
        }
        self.documents.push(DocumentRecord {
            passages: (first, self.passages),
            text: (start, end),
            reading: draft.reading.as_ref().map(|_| (end, self.texts.written())),
            ..draft.record
        });
        Ok(())
    }

    /// The passages of the document added last are those of the old index from row `first` on.
    pub fn stays(&mut self, first: usize) {
        if let Some((start, end)) = self.documents.last().map(|document| document.passages) {
            self.moved.push((first, end - start, start));
        }
    }

    /// Where a row of the old index stands now.
    fn moved(&self, row: usize) -> Option<usize> {
        let at = self.moved.partition_point(|(first, ..)| *first <= row).checked_sub(1)?;
        let (first, count, start) = self.moved[at];
        (row - first < count).then(|| start + row - first)
    }

    /// Appends the vectors of the next passages.
    pub fn add_vectors(&mut self, embeddings: &[StoredEmbedding]) -> Result<(), IndexError> {
        for embedding in embeddings {
            self.vectors.write_floats(&embedding.text)?;
            embedding.sentences.iter().try_for_each(|sentence| self.sentence_vectors.write_bytes(sentence))?;
        }
        self.embedded += embeddings.len();
        Ok(())
    }

    /// Builds the graph, or takes over that of the `old` index where most of it stayed, and makes everything durable.
    /// A folder `ready` holds the graph of these very vectors.
    pub fn finish(
        mut self,
        refused: Vec<Refused>,
        old: Option<&Index>,
        ready: Option<&Path>,
    ) -> Result<Finished, IndexError> {
        self.moved.sort_unstable();
        let kept = match old.filter(|_| !self.moved.is_empty()) {
            Some(old) => old.graph()?.kept(|row| self.moved(row), self.passages).map(|kept| (old, kept)),
            None => None,
        };
        let (disk, folder) = (self.disk, self.folder);
        if self.embedded != self.passages {
            let reason = format!("{} passages have {} vectors", self.passages, self.embedded);
            return Err(IndexError::damaged(&folder, reason));
        }
        for file in [self.texts, self.lines, self.offsets, self.vectors, self.sentence_vectors] {
            file.finish()?;
        }
        self.terms.finish()?;
        let records = DocumentsFile { documents: self.documents, refused };
        let mut documents = RowWriter::create(&disk, &folder.join(DOCUMENTS_FILE))?;
        documents.write_raw(&json(&folder, &records)?)?;
        documents.finish()?;

        match (kept, ready) {
            (Some((old, kept)), _) => old.carry_graph_over(&disk, (&folder, self.passages), &kept)?,
            (None, Some(ready)) => Graph::take_over(&disk, ready, &folder)?,
            (None, None) => {
                let rows = Rows::open(&folder.join(VECTORS_FILE), self.passages, 4 * self.dimensions)?;
                Graph::build(&disk, &folder, &rows, self.passages)?;
            }
        }
        same_permissions(&folder, &folder.join(DOCUMENTS_FILE))?;
        disk.sync_folder(&folder).map_err(IndexError::io(&folder))?;
        Ok(Finished {
            name: self.name,
            documents: records.documents,
            passages: self.passages,
            sentences: self.sentences,
        })
    }
}

/// Gives every file below `folder` the permissions of `model`: tantivy makes some that only the owner may read.
fn same_permissions(folder: &Path, model: &Path) -> Result<(), IndexError> {
    let permissions = fs::metadata(model).map_err(IndexError::io(model))?.permissions();
    for entry in fs::read_dir(folder).map_err(IndexError::io(folder))? {
        let path = entry.map_err(IndexError::io(folder))?.path();
        if path.is_dir() {
            same_permissions(&path, model)?;
        } else {
            fs::set_permissions(&path, permissions.clone()).map_err(IndexError::io(&path))?;
        }
    }
    Ok(())
}

fn json(folder: &Path, value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    serde_json::to_vec(value).map_err(|e| IndexError::io(folder)(e.into()))
}

/// A name that no folder has yet, one above the highest.
fn next_generation(dir: &Path) -> Result<String, IndexError> {
    let mut highest = 0u64;
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let name = entry.map_err(IndexError::io(dir))?.file_name();
        let name = name.to_str().filter(|n| is_generation(n)).and_then(|n| n[1..].parse().ok());
        highest = highest.max(name.unwrap_or(0));
    }
    Ok(format!("g{:06}", highest + 1))
}

/// The length and digest of every file below `folder`.
pub fn sums(folder: &Path) -> Result<BTreeMap<String, FileSum>, IndexError> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(IndexError::io(&dir))? {
            let path = entry.map_err(IndexError::io(&dir))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str).filter(|n| *n != READERS) {
                files.push((name.replace('\\', "/"), path));
            }
        }
    }
    files.into_par_iter().map(|(name, path)| Ok((name, FileSum::of(&path)?))).collect()
}
