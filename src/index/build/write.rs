//! A generation's files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::draft::Draft;
use super::is_generation;
use crate::document::reading_text;
use crate::index::graph::{GRAPH_FILES, Graph};
use crate::index::journal::StoredEmbedding;
use crate::index::manifest::{FileSum, sync_folder};
use crate::index::records::{DOCUMENTS_FILE, DocumentRecord, OFFSETS_FILE, PASSAGES_FILE, TEXTS_FILE};
use crate::index::terms::TermsWriter;
use crate::index::vectors::{RowWriter, SENTENCES_FILE, VECTORS_FILE};
use crate::index::{IndexError, TERMS_FOLDER};

/// Writes all files of a new generation and returns its name.
pub fn write_generation(dir: &Path, drafts: &[Draft], embeddings: &[StoredEmbedding]) -> Result<String, IndexError> {
    let generation = next_generation(dir)?;
    let folder = dir.join(&generation);
    fs::create_dir(&folder).map_err(IndexError::io(&folder))?;

    let records: Vec<&DocumentRecord> = drafts.iter().map(|d| &d.record).collect();
    let mut documents = RowWriter::create(&folder.join(DOCUMENTS_FILE))?;
    documents.write_raw(&json(&folder, &records)?)?;
    documents.finish()?;

    let mut texts = RowWriter::create(&folder.join(TEXTS_FILE))?;
    let mut lines = RowWriter::create(&folder.join(PASSAGES_FILE))?;
    let mut offsets = RowWriter::create(&folder.join(OFFSETS_FILE))?;
    let mut terms = TermsWriter::create(&folder.join(TERMS_FOLDER))?;
    let mut offset = 0u64;
    for draft in drafts {
        texts.write_raw(draft.text.as_bytes())?;
        for passage in &draft.passages {
            let mut line = json(&folder, passage)?;
            line.push(b'\n');
            offsets.write_raw(&offset.to_le_bytes())?;
            lines.write_raw(&line)?;
            offset += line.len() as u64;
            let body = reading_text(&draft.text[passage.bytes.0..passage.bytes.1]);
            terms.add(&body, &passage.section.join(" "), &draft.record.title)?;
        }
    }
    offsets.write_raw(&offset.to_le_bytes())?;
    texts.finish()?;
    lines.finish()?;
    offsets.finish()?;
    terms.finish()?;

    let mut vectors = RowWriter::create(&folder.join(VECTORS_FILE))?;
    let mut sentences = RowWriter::create(&folder.join(SENTENCES_FILE))?;
    for embedding in embeddings {
        vectors.write_floats(&embedding.text)?;
        for sentence in &embedding.sentences {
            sentences.write_bytes(sentence)?;
        }
    }
    vectors.finish()?;
    sentences.finish()?;
    Graph::build(embeddings.iter().map(|e| e.text.as_slice())).dump(&folder)?;
    for name in GRAPH_FILES {
        let path = folder.join(name);
        fs::File::open(&path).and_then(|f| f.sync_all()).map_err(IndexError::io(&path))?;
    }
    same_permissions(&folder, &folder.join(DOCUMENTS_FILE))?;
    sync_folder(&folder)?;
    Ok(generation)
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
    let mut sums = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(IndexError::io(&dir))? {
            let path = entry.map_err(IndexError::io(&dir))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                sums.insert(name.replace('\\', "/"), FileSum::of(&path)?);
            }
        }
    }
    Ok(sums)
}
