//! The manifest: the one small file whose atomic replacement commits an index.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::disk::Disk;
use super::{IndexError, is_below};
use crate::digest::{sha256_hex, sha256_of};
use crate::model::{Calibration, Model};

/// The version of the files on disk; raised with every change that an older zhice could not read.
pub const FORMAT: u32 = 4;

pub const MANIFEST: &str = "manifest.json";
/// Where a manifest is written before it takes its place; the write lock keeps it to one process.
pub const NEW_MANIFEST: &str = "manifest.json.new";

/// What an index consists of. Everything that it names lies in its generation's folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The folder, beside the manifest, that holds this build's files.
    pub generation: String,
    /// The code that read the documents: what it kept of a file is taken over only by the same code.
    pub reader: String,
    pub model: ModelId,
    /// The folders and files that were indexed, as absolute paths.
    pub roots: Vec<PathBuf>,
    pub documents: usize,
    pub passages: usize,
    pub sentences: usize,
    /// Length and SHA-256 of every file, by its path within the generation.
    pub files: BTreeMap<String, FileSum>,
    /// SHA-256 of the manifest itself, as compact JSON with this field empty.
    pub check: String,
}

/// The model whose vectors an index holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelId {
    pub name: String,
    pub fingerprint: String,
    pub dimensions: usize,
    pub calibration: Calibration,
}

impl ModelId {
    pub fn of(model: &Model) -> Self {
        let spec = model.spec();
        Self {
            name: spec.name.clone(),
            fingerprint: model.fingerprint().to_owned(),
            dimensions: spec.dimensions,
            calibration: spec.calibration,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    pub bytes: u64,
    pub sha256: String,
}

/// Only the version, to be read before anything else is believed.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

impl Manifest {
    /// Reads the manifest of the index in `dir`.
    pub fn read(dir: &Path) -> Result<Self, IndexError> {
        let path = dir.join(MANIFEST);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Err(IndexError::Missing(dir.to_owned()));
            }
            Err(e) => return Err(IndexError::io(&path)(e)),
        };
        Self::parse(&bytes, dir)
    }

    /// Reads what a manifest holds; `dir` is the index folder, for what is said of it.
    pub fn parse(bytes: &[u8], dir: &Path) -> Result<Self, IndexError> {
        let path = dir.join(MANIFEST);
        let damaged = |e: serde_json::Error| IndexError::damaged(&path, e);
        let Version { format: found } = serde_json::from_slice(bytes).map_err(damaged)?;
        if found > FORMAT {
            return Err(IndexError::NewerFormat { path: dir.to_owned(), found, supported: FORMAT });
        }
        if found < FORMAT {
            return Err(IndexError::OlderFormat { path: dir.to_owned(), found, supported: FORMAT });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(damaged)?;
        if manifest.check != manifest.check()? {
            return Err(IndexError::damaged(&path, "its checksum is wrong"));
        }
        let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
        if !plain(&manifest.generation) {
            return Err(IndexError::damaged(&path, "the generation is not a folder name"));
        }
        if let Some(name) = manifest.files.keys().find(|name| !is_below(name)) {
            return Err(IndexError::damaged(&path, format!("{name} is not a file of the index")));
        }
        Ok(manifest)
    }

    /// The folders that the index in `dir` was built from, even where the rest of the manifest cannot be used.
    pub fn roots_of(dir: &Path) -> Option<Vec<PathBuf>> {
        #[derive(Deserialize)]
        struct Roots {
            roots: Vec<PathBuf>,
        }
        let roots: Roots = serde_json::from_slice(&fs::read(dir.join(MANIFEST)).ok()?).ok()?;
        Some(roots.roots).filter(|roots| !roots.is_empty())
    }

    /// Replaces the manifest of `dir` atomically and durably: after a crash it is the old or the new one.
    pub fn commit(&self, disk: &Disk, dir: &Path) -> Result<(), IndexError> {
        let path = dir.join(MANIFEST);
        let new = dir.join(NEW_MANIFEST);
        let checked = Self { check: self.check()?, ..self.clone() };
        let bytes = serde_json::to_vec_pretty(&checked).map_err(|e| IndexError::io(&path)(e.into()))?;
        let mut file = disk.create(&new).map_err(IndexError::io(&new))?;
        file.write_all(&bytes).and_then(|()| file.sync()).map_err(IndexError::io(&new))?;
        disk.rename(&new, &path).and_then(|()| disk.sync_folder(dir)).map_err(IndexError::io(&path))
    }

    /// SHA-256 of all that the manifest says.
    fn check(&self) -> Result<String, IndexError> {
        let unchecked = Self { check: String::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&unchecked).map_err(|e| IndexError::io(Path::new(MANIFEST))(e.into()))?;
        Ok(sha256_hex(&bytes))
    }

    /// Checks that `name` still has the length and digest it was written with.
    pub fn verify(&self, dir: &Path, name: &str) -> Result<(), IndexError> {
        let path = self.path(dir, name);
        let expected =
            self.files.get(name).ok_or_else(|| IndexError::damaged(&path, "the manifest does not list it"))?;
        let found = FileSum::of(&path)?;
        if found.bytes != expected.bytes {
            let reason = format!("it has {} bytes where {} were written", found.bytes, expected.bytes);
            return Err(IndexError::damaged(&path, reason));
        }
        if found.sha256 != expected.sha256 {
            return Err(IndexError::damaged(&path, "its checksum is wrong"));
        }
        Ok(())
    }

    /// Checks that all of `names` are what was written, on all cores, the largest best first. The first of them that is not
    /// is named.
    pub fn verify_all(&self, dir: &Path, names: &[&str]) -> Result<(), IndexError> {
        let verified: Vec<_> = names.par_iter().with_max_len(1).map(|name| self.verify(dir, name)).collect();
        verified.into_iter().collect()
    }

    /// Where the file `name` of this generation lies.
    pub fn path(&self, dir: &Path, name: &str) -> PathBuf {
        dir.join(&self.generation).join(name)
    }
}

impl FileSum {
    /// Measures the file at `path`.
    pub fn of(path: &Path) -> Result<Self, IndexError> {
        let file = File::open(path).map_err(|e| match e.kind() {
            ErrorKind::NotFound => IndexError::damaged(path, "it is missing"),
            _ => IndexError::io(path)(e),
        })?;
        let (bytes, sha256) = sha256_of(file).map_err(IndexError::io(path))?;
        Ok(Self { bytes, sha256 })
    }
}
