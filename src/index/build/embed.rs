//! The embedding of every passage: taken from where it is known, computed where it is not.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::draft::embedding_input;
use crate::index::journal::{Journal, Key, StoredEmbedding};
use crate::index::vectors::ByteVector;
use crate::index::{DocumentRecord, Index, IndexError};
use crate::model::{Input, Model};

/// Passages embedded at once: what an interruption can cost, and what bounds the memory that vectors take.
const PASSAGES_PER_STEP: usize = 64;

/// A passage that waits for its vectors.
enum Waiting {
    /// They stand in this row of the old index.
    Row(usize),
    New(Key, Input),
}

/// Gives passages their vectors, in the order in which they are handed over.
pub struct Embedder<'a> {
    model: &'a Model,
    old: Option<&'a Index>,
    /// Rows of the old index by what was embedded, for passages of documents that are read anew.
    old_rows: HashMap<Key, usize>,
    journal: Journal,
    waiting: Vec<Waiting>,
    /// Passages whose embedding was computed.
    pub computed: usize,
}

impl<'a> Embedder<'a> {
    /// The documents of the old index that are not `kept` may lend their vectors to passages that stayed as they were.
    pub fn new(
        old: Option<&'a Index>,
        model: &'a Model,
        journal: Journal,
        kept: &HashSet<usize>,
    ) -> Result<Self, IndexError> {
        let old = old.filter(|index| index.check_model(model).is_ok());
        let mut embedder = Self { model, old, old_rows: HashMap::new(), journal, waiting: Vec::new(), computed: 0 };
        if let Some(old) = old {
            for (_, document) in old.documents().iter().enumerate().filter(|(i, _)| !kept.contains(i)) {
                embedder.lend(old, document)?;
            }
        }
        Ok(embedder)
    }

    fn lend(&mut self, old: &Index, document: &DocumentRecord) -> Result<(), IndexError> {
        let text = old.reading(document)?;
        for row in document.passages.0..document.passages.1 {
            let passage = old.passage(row)?;
            let sentences = passage.sentences.iter().map(|&(a, b)| a..b);
            let input = embedding_input(&document.metadata.title, &passage.section, text, sentences);
            self.old_rows.insert(self.key(&input), row);
        }
        Ok(())
    }

    /// Whether the rows of the old index can be taken over.
    pub fn keeps_rows(&self) -> bool {
        self.old.is_some()
    }

    /// The next passage is the one of `row` in the old index.
    pub fn add_row(&mut self, row: usize) {
        self.waiting.push(Waiting::Row(row));
    }

    /// The next passage is new.
    pub fn add(&mut self, input: Input) {
        let key = self.key(&input);
        self.waiting.push(match self.old_rows.get(&key) {
            Some(&row) => Waiting::Row(row),
            None => Waiting::New(key, input),
        });
    }

    /// Whether enough passages wait to be worth a step.
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= PASSAGES_PER_STEP
    }

    /// The vectors of all passages that wait.
    pub fn take(&mut self) -> Result<Vec<StoredEmbedding>, IndexError> {
        let mut taken = Vec::with_capacity(self.waiting.len());
        let waiting = std::mem::take(&mut self.waiting);
        for step in waiting.chunks(PASSAGES_PER_STEP) {
            self.compute(step)?;
            for passage in step {
                let found = match passage {
                    Waiting::Row(row) => self.old.map(|old| stored(old, *row)).transpose()?,
                    Waiting::New(key, _) => self.journal.get(key)?,
                };
                taken.push(found.ok_or_else(|| IndexError::damaged(Path::new("."), "an embedding was lost"))?);
            }
        }
        Ok(taken)
    }

    /// Computes what is not in the journal yet, each text once.
    fn compute(&mut self, step: &[Waiting]) -> Result<(), IndexError> {
        let mut missing: HashMap<Key, &Input> = HashMap::new();
        for passage in step {
            if let Waiting::New(key, input) = passage
                && !self.journal.contains(key)
            {
                missing.insert(*key, input);
            }
        }
        let (keys, inputs): (Vec<Key>, Vec<Input>) = missing.into_iter().map(|(k, i)| (k, i.clone())).unzip();
        let absent = || ByteVector::absent(self.model.dimensions());
        let computed: Vec<StoredEmbedding> = self
            .model
            .embed_passages(&inputs, |_| {})?
            .into_iter()
            .map(|embedding| StoredEmbedding {
                sentences: embedding
                    .sentences
                    .iter()
                    .map(|s| s.as_deref().map_or_else(absent, ByteVector::quantise))
                    .collect(),
                text: embedding.text,
            })
            .collect();
        self.computed += computed.len();
        self.journal.append(keys.iter().zip(&computed))
    }

    /// What the build keeps its embeddings in until it is committed.
    pub fn into_journal(self) -> Journal {
        self.journal
    }

    fn key(&self, input: &Input) -> Key {
        let mut digest = Sha256::new();
        digest.update(self.model.fingerprint());
        digest.update((input.text.len() as u64).to_le_bytes());
        digest.update(&input.text);
        for sentence in &input.sentences {
            digest.update((sentence.start as u64).to_le_bytes());
            digest.update((sentence.end as u64).to_le_bytes());
        }
        let mut key = Key::default();
        key.copy_from_slice(&digest.finalize()[..16]);
        key
    }
}

/// The vectors of a row of `index`.
fn stored(index: &Index, row: usize) -> Result<StoredEmbedding, IndexError> {
    let passage = index.passage(row)?;
    let sentences = (0..passage.sentences.len()).map(|i| index.stored_sentence(passage.first_sentence + i));
    let found = index.vector(row).zip(sentences.collect::<Option<Vec<_>>>());
    let (text, sentences) =
        found.ok_or_else(|| IndexError::damaged(index.dir(), format!("passage {row} has no vectors")))?;
    Ok(StoredEmbedding { text, sentences })
}
