//! What a build does to the disk, told step by step, so that tests can end or fail it at every one of them.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A step that changes what lies on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A file or folder is made.
    Create,
    /// Bytes are handed to the operating system.
    Write,
    /// What was written is made durable.
    Sync,
    /// A file takes the place of another.
    Rename,
    /// A file or folder is deleted.
    Remove,
}

/// Hears of every step before it is taken; an error is taken for the step's own.
pub trait Witness: Send + Sync {
    fn before(&self, step: Step, path: &Path) -> io::Result<()>;
}

/// The disk, with or without a witness.
#[derive(Clone, Default)]
pub struct Disk(Option<Arc<dyn Witness>>);

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Disk(watched)" } else { "Disk" })
    }
}

impl Disk {
    /// A disk whose steps `witness` hears of.
    pub fn watched(witness: Arc<dyn Witness>) -> Self {
        Self(Some(witness))
    }

    /// Announces a step that others take.
    pub fn before(&self, step: Step, path: &Path) -> io::Result<()> {
        self.0.as_ref().map_or(Ok(()), |witness| witness.before(step, path))
    }

    /// Makes or empties a file for writing.
    pub fn create(&self, path: &Path) -> io::Result<DiskFile> {
        self.before(Step::Create, path)?;
        Ok(DiskFile { disk: self.clone(), path: path.to_owned(), file: File::create(path)? })
    }

    /// Gives a file, which is never written again, a second name; a copy where the file system knows no such thing.
    pub fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Step::Create, to)?;
        if fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        fs::copy(from, to)?;
        self.sync(to)
    }

    pub fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.before(Step::Create, path)?;
        fs::create_dir(path)
    }

    pub fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Step::Rename, to)?;
        fs::rename(from, to)
    }

    pub fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.before(Step::Remove, path)?;
        fs::remove_file(path)
    }

    pub fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        self.before(Step::Remove, path)?;
        fs::remove_dir_all(path)
    }

    /// Makes what a file holds durable.
    pub fn sync(&self, path: &Path) -> io::Result<()> {
        self.before(Step::Sync, path)?;
        File::open(path)?.sync_all()
    }

    /// Makes renames and new files in the folder `path` durable. Platforms that cannot open a folder need no such call.
    pub fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Step::Sync, path)?;
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }
}

/// A file that is being written.
pub struct DiskFile {
    disk: Disk,
    path: PathBuf,
    file: File,
}

impl DiskFile {
    /// Makes what was written durable.
    pub fn sync(&self) -> io::Result<()> {
        self.disk.before(Step::Sync, &self.path)?;
        self.file.sync_all()
    }
}

impl Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.disk.before(Step::Write, &self.path)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
