//! Passage and sentence vectors, memory-mapped.
//!
//! `vectors.f32` holds one little-endian f32 row a passage. `sentences.i8` holds one row a sentence: an f32 scale, then
//! one signed byte a dimension; value = scale × byte. A scale of 0 marks a sentence without a vector.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::IndexError;
use super::disk::{Disk, DiskFile};

pub const VECTORS_FILE: &str = "vectors.f32";
pub const SENTENCES_FILE: &str = "sentences.i8";

/// A unit vector in one byte a dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct ByteVector {
    pub scale: f32,
    pub values: Vec<i8>,
}

impl ByteVector {
    /// Rounds `vector` to bytes; the largest component becomes ±127.
    pub fn quantise(vector: &[f32]) -> Self {
        let scale = vector.iter().fold(0f32, |max, x| max.max(x.abs())) / 127.0;
        let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
        Self { scale, values: vector.iter().map(|x| (x * inverse).round() as i8).collect() }
    }

    /// The mark of a sentence without a vector.
    pub fn absent(dimensions: usize) -> Self {
        Self { scale: 0.0, values: vec![0; dimensions] }
    }
}

/// A file of rows being written.
pub struct RowWriter {
    path: PathBuf,
    file: BufWriter<DiskFile>,
    written: usize,
}

impl RowWriter {
    pub fn create(disk: &Disk, path: &Path) -> Result<Self, IndexError> {
        let file = disk.create(path).map_err(IndexError::io(path))?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file), written: 0 })
    }

    /// Bytes written so far.
    pub fn written(&self) -> usize {
        self.written
    }

    pub fn write_floats(&mut self, row: &[f32]) -> Result<(), IndexError> {
        row.iter().try_for_each(|x| self.write_raw(&x.to_le_bytes()))
    }

    pub fn write_bytes(&mut self, row: &ByteVector) -> Result<(), IndexError> {
        let bytes: Vec<u8> = row.values.iter().map(|&x| x as u8).collect();
        self.write_raw(&row.scale.to_le_bytes())?;
        self.write_raw(&bytes)
    }

    pub fn write_raw(&mut self, bytes: &[u8]) -> Result<(), IndexError> {
        self.written += bytes.len();
        self.file.write_all(bytes).map_err(IndexError::io(&self.path))
    }

    pub fn finish(self) -> Result<(), IndexError> {
        let synced = self.file.into_inner().map_err(|e| e.into_error()).and_then(|file| file.sync());
        synced.map_err(IndexError::io(&self.path))
    }
}

/// A mapped file of rows of equal size. The map is shared, so only the rows that are looked at are read.
pub struct Rows {
    map: Option<Mmap>,
    row_bytes: usize,
}

impl Rows {
    /// Opens `path`, which must hold exactly `rows` rows of `row_bytes` bytes.
    pub fn open(path: &Path, rows: usize, row_bytes: usize) -> Result<Self, IndexError> {
        let map = map_file(path)?;
        let found = map.as_ref().map_or(0, |m| m.len());
        if rows.checked_mul(row_bytes) != Some(found) {
            let reason = format!("it has {found} bytes where {rows} rows of {row_bytes} were written");
            return Err(IndexError::damaged(path, reason));
        }
        Ok(Self { map, row_bytes })
    }

    /// The bytes of one row; `None` past the end.
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let start = row.checked_mul(self.row_bytes)?;
        self.map.as_ref()?.get(start..start.checked_add(self.row_bytes)?)
    }

    /// A row of little-endian floats.
    pub fn floats(&self, row: usize) -> Option<Vec<f32>> {
        let bytes = self.get(row)?;
        Some(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }

    /// A row of [`ByteVector`] layout.
    pub fn byte_vector(&self, row: usize) -> Option<ByteVector> {
        let (scale, values) = self.get(row)?.split_first_chunk::<4>()?;
        Some(ByteVector { scale: f32::from_le_bytes(*scale), values: values.iter().map(|&b| b as i8).collect() })
    }

    /// The cosine of `query` with a row of [`ByteVector`] layout; `None` for a sentence without a vector.
    pub fn byte_cosine(&self, row: usize, query: &[f32]) -> Option<f32> {
        let (scale, values) = self.get(row)?.split_first_chunk::<4>()?;
        let scale = f32::from_le_bytes(*scale);
        if scale == 0.0 {
            return None;
        }
        Some(scale * values.iter().zip(query).map(|(&b, q)| f32::from(b as i8) * q).sum::<f32>())
    }
}

/// Maps a file for reading; an empty file, which cannot be mapped, is `None`.
pub fn map_file(path: &Path) -> Result<Option<Mmap>, IndexError> {
    let file = File::open(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::NotFound => IndexError::damaged(path, "it is missing"),
        _ => IndexError::io(path)(e),
    })?;
    if file.metadata().map_err(IndexError::io(path))?.len() == 0 {
        return Ok(None);
    }
    // SAFETY: files of a committed generation are never written again, only removed, which keeps the map valid. Someone
    // who truncates them by hand while zhice runs can end the process with a bus error; nothing can rule that out.
    let map = unsafe { Mmap::map(&file) }.map_err(IndexError::io(path))?;
    Ok(Some(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_vector_keeps_the_cosine_to_three_digits() {
        let v: Vec<f32> = (0..384).map(|i| ((i * 37 % 101) as f32 - 50.0) / 583.0).collect();
        let norm = v.iter().map(|x| x * x).sum::<f32>();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(SENTENCES_FILE);
        let mut writer = RowWriter::create(&Disk::default(), &path).unwrap();
        writer.write_bytes(&ByteVector::absent(384)).unwrap();
        writer.write_bytes(&ByteVector::quantise(&v)).unwrap();
        writer.finish().unwrap();
        let rows = Rows::open(&path, 2, 388).unwrap();
        assert_eq!(rows.byte_cosine(0, &v), None);
        assert!((rows.byte_cosine(1, &v).unwrap() - norm).abs() < 1e-3 * norm);
        assert_eq!(rows.get(2), None);
        // Numbers that no file has rows for must not wrap round to its first.
        for row in [usize::MAX, usize::MAX / 388, usize::MAX / 388 + 1] {
            assert_eq!(rows.get(row), None);
        }
    }

    #[test]
    fn a_truncated_file_is_named_as_damaged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(VECTORS_FILE);
        std::fs::write(&path, [0; 12]).unwrap();
        assert!(matches!(Rows::open(&path, 2, 8), Err(IndexError::Damaged { .. })));
    }
}
