//! Embeddings that a build has computed but not yet committed, so that an interrupted build goes on where it stopped.
//!
//! A record is: key (16 bytes), number of sentences (u32), the passage's f32 vector, the sentences' scaled bytes, and
//! the first 8 bytes of the SHA-256 of all that. Records are appended; reading stops at the first that is incomplete
//! or damaged, which is what a killed process leaves.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::IndexError;
use super::vectors::ByteVector;

const JOURNAL: &str = "embeddings.journal";
const CHECK_BYTES: usize = 8;

/// What an embedding is found again by: the leading bytes of the SHA-256 of model fingerprint and embedded text.
pub type Key = [u8; 16];

/// The vectors of one passage, as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEmbedding {
    pub text: Vec<f32>,
    pub sentences: Vec<ByteVector>,
}

/// The journal of one index folder.
pub struct Journal {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Journal {
    /// Opens the journal in `dir` and reads what an earlier, unfinished build left for vectors of `dimensions`.
    pub fn open(dir: &Path, dimensions: usize) -> Result<(Self, HashMap<Key, StoredEmbedding>), IndexError> {
        let path = dir.join(JOURNAL);
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(IndexError::io(&path))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(IndexError::io(&path))?;
        let mut found = HashMap::new();
        let mut rest = bytes.as_slice();
        while let Some((key, embedding, after)) = decode(rest, dimensions) {
            found.insert(key, embedding);
            rest = after;
        }
        let good = (bytes.len() - rest.len()) as u64;
        let cut = file.set_len(good).and_then(|()| file.seek(SeekFrom::Start(good)));
        cut.map_err(IndexError::io(&path))?;
        Ok((Self { path, file: BufWriter::new(file) }, found))
    }

    /// Appends one embedding.
    pub fn append(&mut self, key: &Key, embedding: &StoredEmbedding) -> Result<(), IndexError> {
        self.file.write_all(&encode(key, embedding)).map_err(IndexError::io(&self.path))
    }

    /// Hands what was appended to the operating system, so that it outlives this process.
    pub fn flush(&mut self) -> Result<(), IndexError> {
        self.file.flush().map_err(IndexError::io(&self.path))
    }

    /// Deletes the journal, once its embeddings are committed elsewhere.
    pub fn remove(self) -> Result<(), IndexError> {
        std::fs::remove_file(&self.path).map_err(IndexError::io(&self.path))
    }
}

fn encode(key: &Key, embedding: &StoredEmbedding) -> Vec<u8> {
    let mut record = key.to_vec();
    record.extend((embedding.sentences.len() as u32).to_le_bytes());
    record.extend(embedding.text.iter().flat_map(|x| x.to_le_bytes()));
    for sentence in &embedding.sentences {
        record.extend(sentence.scale.to_le_bytes());
        record.extend(sentence.values.iter().map(|&x| x as u8));
    }
    let check = Sha256::digest(&record);
    record.extend(&check[..CHECK_BYTES]);
    record
}

fn decode(bytes: &[u8], dimensions: usize) -> Option<(Key, StoredEmbedding, &[u8])> {
    let key: Key = bytes.get(..16)?.try_into().ok()?;
    let sentences = u32::from_le_bytes(bytes.get(16..20)?.try_into().ok()?) as usize;
    let text_end = 20 + 4 * dimensions;
    let end = text_end.checked_add(sentences.checked_mul(4 + dimensions)?)?;
    let check = bytes.get(end..end.checked_add(CHECK_BYTES)?)?;
    if Sha256::digest(&bytes[..end])[..CHECK_BYTES] != *check {
        return None;
    }
    let float = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let text = bytes[20..text_end].chunks_exact(4).map(float).collect();
    let row = |row: &[u8]| ByteVector { scale: float(row), values: row[4..].iter().map(|&b| b as i8).collect() };
    let sentences = bytes[text_end..end].chunks_exact(4 + dimensions).map(row).collect();
    Some((key, StoredEmbedding { text, sentences }, &bytes[end + CHECK_BYTES..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedding(x: f32) -> StoredEmbedding {
        let sentence = ByteVector { scale: x, values: vec![1, -2, 3] };
        StoredEmbedding { text: vec![x, 2.0, 3.0], sentences: vec![sentence.clone(), sentence] }
    }

    #[test]
    fn embeddings_survive_a_cut_off_last_record() {
        let dir = tempfile::tempdir().unwrap();
        let (mut journal, found) = Journal::open(dir.path(), 3).unwrap();
        assert!(found.is_empty());
        journal.append(&[1; 16], &embedding(1.0)).unwrap();
        journal.append(&[2; 16], &embedding(2.0)).unwrap();
        journal.flush().unwrap();
        let path = dir.path().join(JOURNAL);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();

        let (mut journal, found) = Journal::open(dir.path(), 3).unwrap();
        assert_eq!(found, HashMap::from([([1; 16], embedding(1.0))]));
        journal.append(&[3; 16], &embedding(3.0)).unwrap();
        journal.flush().unwrap();
        let (_, found) = Journal::open(dir.path(), 3).unwrap();
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_flipped_bit_is_not_taken_for_an_embedding() {
        let record = encode(&[9; 16], &embedding(1.0));
        for at in 0..record.len() {
            let mut damaged = record.clone();
            damaged[at] ^= 4;
            assert!(decode(&damaged, 3).is_none(), "byte {at}");
        }
    }
}
