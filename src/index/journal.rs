//! Embeddings that a build has computed but not yet committed, so that an interrupted build goes on where it stopped.
//!
//! A record is: key (16 bytes), number of sentences (u32), the passage's f32 vector, the sentences' scaled bytes, and
//! the first 8 bytes of the SHA-256 of all that. Records are appended; reading stops at the first that is incomplete
//! or damaged, which is what a killed process leaves. Only where each record stands is held in memory.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::IndexError;
use super::disk::{Disk, Step};
use super::vectors::ByteVector;

pub const JOURNAL: &str = "embeddings.journal";
const HEAD_BYTES: usize = 20;
const CHECK_BYTES: usize = 8;
/// No passage has more sentences: what claims to is damaged, and nothing of its size is allocated.
const MOST_SENTENCES: usize = 1 << 16;

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
    disk: Disk,
    path: PathBuf,
    file: File,
    dimensions: usize,
    /// Where each record begins.
    records: HashMap<Key, u64>,
    /// Where the next record goes.
    end: u64,
}

impl Journal {
    /// Opens the journal in `dir` with what an earlier, unfinished build left for vectors of `dimensions`.
    pub fn open(disk: &Disk, dir: &Path, dimensions: usize) -> Result<Self, IndexError> {
        let path = dir.join(JOURNAL);
        disk.before(Step::Create, &path).map_err(IndexError::io(&path))?;
        let mut options = OpenOptions::new();
        let file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(IndexError::io(&path))?;
        let mut journal = Self { disk: disk.clone(), path, file, dimensions, records: HashMap::new(), end: 0 };
        let mut reader = BufReader::new(&journal.file);
        let mut record = Vec::new();
        while read_record(&mut reader, dimensions, &mut record).map_err(IndexError::io(&journal.path))? {
            let Some((key, _)) = decode(&record, dimensions) else { break };
            journal.records.insert(key, journal.end);
            journal.end += record.len() as u64;
        }
        journal.file.set_len(journal.end).map_err(IndexError::io(&journal.path))?;
        Ok(journal)
    }

    /// Whether the embedding of `key` was computed.
    pub fn contains(&self, key: &Key) -> bool {
        self.records.contains_key(key)
    }

    /// The embedding of `key`, if it was computed.
    pub fn get(&mut self, key: &Key) -> Result<Option<StoredEmbedding>, IndexError> {
        let Some(&start) = self.records.get(key) else { return Ok(None) };
        let mut record = Vec::new();
        let read = self
            .file
            .seek(SeekFrom::Start(start))
            .and_then(|_| read_record(&mut BufReader::new(&self.file), self.dimensions, &mut record));
        read.map_err(IndexError::io(&self.path))?;
        let (_, embedding) = decode(&record, self.dimensions)
            .ok_or_else(|| IndexError::damaged(&self.path, "a record changed while it was in use"))?;
        Ok(Some(embedding))
    }

    /// Appends embeddings and hands them to the operating system, so that they outlive this process.
    pub fn append<'a>(
        &mut self,
        embeddings: impl IntoIterator<Item = (&'a Key, &'a StoredEmbedding)>,
    ) -> Result<(), IndexError> {
        let mut bytes = Vec::new();
        for (key, embedding) in embeddings {
            self.records.insert(*key, self.end + bytes.len() as u64);
            bytes.extend(encode(key, embedding));
        }
        let written = self.disk.before(Step::Write, &self.path);
        let written = written.and_then(|()| self.file.seek(SeekFrom::Start(self.end)));
        written.and_then(|_| self.file.write_all(&bytes)).map_err(IndexError::io(&self.path))?;
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Deletes the journal, once its embeddings are committed elsewhere.
    pub fn remove(self) -> Result<(), IndexError> {
        self.disk.remove_file(&self.path).map_err(IndexError::io(&self.path))
    }
}

/// Reads the bytes of one record into `record`; false where no whole one is left.
fn read_record(reader: &mut impl Read, dimensions: usize, record: &mut Vec<u8>) -> std::io::Result<bool> {
    record.clear();
    reader.by_ref().take(HEAD_BYTES as u64).read_to_end(record)?;
    let Some(sentences) = record.get(16..HEAD_BYTES) else { return Ok(false) };
    let sentences = sentences.iter().rev().fold(0, |number, &byte| number << 8 | usize::from(byte));
    if sentences > MOST_SENTENCES {
        return Ok(false);
    }
    let rest = 4 * dimensions + sentences * (4 + dimensions) + CHECK_BYTES;
    reader.take(rest as u64).read_to_end(record)?;
    Ok(record.len() == HEAD_BYTES + rest)
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

/// A whole record; `None` if it is damaged.
fn decode(record: &[u8], dimensions: usize) -> Option<(Key, StoredEmbedding)> {
    let key: Key = record.get(..16)?.try_into().ok()?;
    let (body, check) = record.split_at_checked(record.len().checked_sub(CHECK_BYTES)?)?;
    if Sha256::digest(body)[..CHECK_BYTES] != *check {
        return None;
    }
    let (text, sentences) = body.get(HEAD_BYTES..)?.split_at_checked(4 * dimensions)?;
    let float = |b: &[u8]| f32::from_le_bytes([b[0], b[1], b[2], b[3]]);
    let row = |row: &[u8]| ByteVector { scale: float(row), values: row[4..].iter().map(|&b| b as i8).collect() };
    Some((
        key,
        StoredEmbedding {
            text: text.chunks_exact(4).map(float).collect(),
            sentences: sentences.chunks_exact(4 + dimensions).map(row).collect(),
        },
    ))
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
        let mut journal = Journal::open(&Disk::default(), dir.path(), 3).unwrap();
        assert_eq!(journal.get(&[1; 16]).unwrap(), None);
        journal.append([(&[1; 16], &embedding(1.0)), (&[2; 16], &embedding(2.0))]).unwrap();
        assert_eq!(journal.get(&[2; 16]).unwrap(), Some(embedding(2.0)));
        let path = dir.path().join(JOURNAL);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();

        let mut journal = Journal::open(&Disk::default(), dir.path(), 3).unwrap();
        assert!(journal.contains(&[1; 16]) && !journal.contains(&[2; 16]));
        journal.append([(&[3; 16], &embedding(3.0))]).unwrap();
        assert_eq!(journal.get(&[1; 16]).unwrap(), Some(embedding(1.0)));
        let mut journal = Journal::open(&Disk::default(), dir.path(), 3).unwrap();
        assert_eq!(journal.get(&[3; 16]).unwrap(), Some(embedding(3.0)));
    }

    #[test]
    fn a_flipped_bit_is_not_taken_for_an_embedding() {
        let record = encode(&[9; 16], &embedding(1.0));
        for at in 0..record.len() {
            let mut damaged = record.clone();
            damaged[at] ^= 4;
            let mut read = Vec::new();
            let whole = read_record(&mut damaged.as_slice(), 3, &mut read).unwrap();
            assert!(!whole || decode(&read, 3).is_none(), "byte {at}");
        }
    }
}
