//! An index of texts whose vectors are known already, one document after the other: what the measurements of
//! `benches/search.rs` are made on, which no model has the time to embed.

use std::path::Path;

use super::commit;
use super::draft::Draft;
use super::write::Generation;
use crate::digest::sha256_hex;
use crate::document::format::Format;
use crate::document::{Metadata, document_id};
use crate::index::IndexError;
use crate::index::disk::Disk;
use crate::index::graph::Graph;
use crate::index::journal::StoredEmbedding;
use crate::index::lock::WriteLock;
use crate::index::manifest::ModelId;
use crate::index::records::{DocumentRecord, PassageRecord};
use crate::index::vectors::{ByteVector, Rows, VECTORS_FILE};

/// A passage of which all is known.
pub struct Known {
    /// Its sentences.
    pub sentences: Vec<String>,
    pub vector: Vec<f32>,
}

/// Builds the graph of the `count` vectors of `dimensions` in the `vectors.f32` of `folder`, beside them.
pub fn build_graph(folder: &Path, count: usize, dimensions: usize) -> Result<(), IndexError> {
    let rows = Rows::open(&folder.join(VECTORS_FILE), count, 4 * dimensions)?;
    Graph::build(&Disk::default(), folder, &rows, count)
}

/// Writes an index of `documents`, each a list of passages, to the new folder `dir`; every sentence gets the vector of its
/// passage. `graph` is the folder in which [`build_graph`] built the graph of the same vectors.
pub fn assemble(
    dir: &Path,
    model: ModelId,
    documents: impl Iterator<Item = Vec<Known>>,
    graph: &Path,
) -> Result<(), IndexError> {
    std::fs::create_dir_all(dir).map_err(IndexError::io(dir))?;
    let _lock = WriteLock::take(dir)?;
    let disk = Disk::default();
    let mut generation = Generation::create(&disk, dir, model.dimensions)?;
    for (number, passages) in documents.enumerate() {
        let embeddings: Vec<StoredEmbedding> = passages
            .iter()
            .map(|known| StoredEmbedding {
                sentences: vec![ByteVector::quantise(&known.vector); known.sentences.len()],
                text: known.vector.clone(),
            })
            .collect();
        generation.add(draft(number, &passages))?;
        generation.add_vectors(&embeddings)?;
    }
    let finished = generation.finish(Vec::new(), None, Some(graph))?;
    commit(&disk, dir, finished, model, vec![dir.to_owned()]).map(drop)
}

fn draft(number: usize, passages: &[Known]) -> Draft {
    let mut text = String::new();
    let mut records = Vec::new();
    for (ordinal, known) in passages.iter().enumerate() {
        let start = text.len();
        let sentences = known.sentences.iter().map(|sentence| {
            let start = text.len();
            text.push_str(sentence);
            (start, text.len())
        });
        let sentences = sentences.collect();
        records.push(PassageRecord {
            document: 0,
            ordinal: u32::try_from(ordinal).unwrap_or(u32::MAX),
            bytes: (start, text.len()),
            lines: (ordinal + 1, ordinal + 1),
            section: Vec::new(),
            anchors: Vec::new(),
            regions: Vec::new(),
            sentences,
            first_sentence: 0,
        });
        text.push('\n');
    }
    let sha256 = sha256_hex(text.as_bytes());
    let record = DocumentRecord {
        id: document_id(&sha256),
        sha256,
        path: format!("{number}.txt"),
        root: 0,
        format: Format::Text,
        line: None,
        encoding: None,
        duplicates: Vec::new(),
        repeats: None,
        metadata: Metadata { title: format!("{number}"), ..Default::default() },
        region: None,
        regions: Vec::new(),
        passages: (0, 0),
        text: (0, 0),
        text_sha256: None,
        reading: None,
    };
    Draft { record, text, reading: None, passages: records, undecoded: 0 }
}
