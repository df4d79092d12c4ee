//! The embedding of every passage: taken from where it is known, computed where it is not.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::draft::{Draft, embedding_input};
use super::{Progress, Summary};
use crate::index::journal::{Journal, Key, StoredEmbedding};
use crate::index::vectors::ByteVector;
use crate::index::{Index, IndexError};
use crate::model::{Input, Model};

/// Passages embedded between two visits to the journal: what an interruption can cost, at most.
const PASSAGES_PER_STEP: usize = 64;

/// The embedding of every passage in row order: taken from the old index or the journal where the same text was
/// embedded by the same model, computed otherwise.
pub fn embed(
    dir: &Path,
    drafts: &[Draft],
    old: Option<&Index>,
    model: &Model,
    summary: &mut Summary,
    progress: &mut impl FnMut(Progress),
) -> Result<(Journal, Vec<StoredEmbedding>), IndexError> {
    let (mut journal, mut known) = Journal::open(dir, model.dimensions())?;
    if let Some(old) = old.filter(|index| index.check_model(model).is_ok()) {
        add_known(old, model, &mut known)?;
    }
    let inputs: Vec<&Input> = drafts.iter().flat_map(|d| &d.inputs).collect();
    let keys: Vec<Key> = inputs.par_iter().map(|input| key(model, input)).collect();
    let mut missing: Vec<usize> = (0..inputs.len()).filter(|&row| !known.contains_key(&keys[row])).collect();
    // Equal lengths side by side make full batches; the order does not touch the vectors.
    missing.sort_by_key(|&row| inputs[row].text.len());
    missing.dedup_by_key(|row| keys[*row]);
    let mut done = 0;
    for step in missing.chunks(PASSAGES_PER_STEP) {
        let texts: Vec<Input> = step.iter().map(|&row| inputs[row].clone()).collect();
        for (embedding, &row) in model.embed_passages(&texts, |_| {})?.into_iter().zip(step) {
            let absent = || ByteVector::absent(model.dimensions());
            let sentences = embedding.sentences.iter();
            let stored = StoredEmbedding {
                sentences: sentences.map(|s| s.as_deref().map_or_else(absent, ByteVector::quantise)).collect(),
                text: embedding.text,
            };
            journal.append(&keys[row], &stored)?;
            known.insert(keys[row], stored);
        }
        journal.flush()?;
        done += step.len();
        progress(Progress::Embedding { done, total: missing.len() });
    }
    summary.embedded = missing.len();
    let embeddings = keys.iter().map(|key| known.get(key).cloned()).collect::<Option<Vec<_>>>();
    let embeddings = embeddings.ok_or_else(|| IndexError::damaged(dir, "an embedding was lost"))?;
    Ok((journal, embeddings))
}

fn key(model: &Model, input: &Input) -> Key {
    let mut digest = Sha256::new();
    digest.update(model.fingerprint());
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

/// Adds the embeddings of `old` to `known`.
fn add_known(old: &Index, model: &Model, known: &mut HashMap<Key, StoredEmbedding>) -> Result<(), IndexError> {
    for document in old.documents() {
        let text = old.text(document)?;
        for row in document.passages.0..document.passages.1 {
            let passage = old.passage(row)?;
            let sentences: Vec<_> = passage.sentences.iter().map(|&(a, b)| a..b).collect();
            let inside = |s: &Range<usize>| text.get(s.clone()).is_some();
            if !sentences.iter().all(inside) {
                continue;
            }
            let input = embedding_input(&document.title, &passage.section, text, &sentences);
            let stored = (0..sentences.len()).map(|i| old.stored_sentence(passage.first_sentence + i)).collect();
            if let (Some(text), Some(sentences)) = (old.vector(row), stored) {
                known.insert(key(model, &input), StoredEmbedding { text, sentences });
            }
        }
    }
    Ok(())
}
