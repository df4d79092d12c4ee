//! One writer at a time, and no generation removed that somebody reads: advisory locks that die with their processes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::Path;

use super::IndexError;

/// Held while an index is written; dropping it lets the next writer in.
#[derive(Debug)]
pub struct WriteLock {
    _file: File,
}

impl WriteLock {
    /// Takes the write lock of the index folder `dir`, or says who holds it.
    pub fn take(dir: &Path) -> Result<Self, IndexError> {
        let path = dir.join("lock");
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&path).map_err(IndexError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The holder's number only helps the message; without it the message still stands.
                let _ = file.take(20).read_to_string(&mut holder);
                let holder = holder.trim().parse::<u32>().map(|id| format!(" (process {id})")).unwrap_or_default();
                return Err(IndexError::Locked { path: dir.to_owned(), holder });
            }
            Err(TryLockError::Error(e)) => return Err(IndexError::io(&path)(e)),
        }
        let write =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        write.map_err(IndexError::io(&path))?;
        Ok(Self { _file: file })
    }
}

/// The file of a generation that its readers lock.
pub const READERS: &str = "readers.lock";

/// What a reader did not get.
pub enum NotRead {
    /// The generation was just removed.
    Gone,
    Error(std::io::Error),
}

/// Held while a generation is read; it is not removed before all who hold one have dropped it. `None` where the platform
/// or the file system knows no such lock.
#[derive(Debug)]
pub struct ReadLock {
    _file: Option<File>,
}

impl ReadLock {
    /// Locks the generation in `folder` against removal.
    pub fn take(folder: &Path) -> Result<Self, NotRead> {
        match File::open(folder.join(READERS)) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => Ok(Self { _file: Some(file) }),
                Err(TryLockError::WouldBlock) => Err(NotRead::Gone),
                Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => Ok(Self { _file: None }),
                Err(TryLockError::Error(e)) => Err(NotRead::Error(e)),
            },
            // A copy of an index may have been made without its locks.
            Err(e) if e.kind() == ErrorKind::NotFound && folder.is_dir() => Ok(Self { _file: None }),
            Err(e) if e.kind() == ErrorKind::NotFound => Err(NotRead::Gone),
            Err(e) => Err(NotRead::Error(e)),
        }
    }
}

/// Whether somebody reads the generation in `folder`; if not, nobody begins to while the lock lives.
pub fn unread(folder: &Path) -> Option<File> {
    let file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(folder.join(READERS)).ok()?;
    file.try_lock().ok().map(|()| file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_writer_is_told_who_holds_the_lock() {
        let dir = tempfile::tempdir().unwrap();
        let first = WriteLock::take(dir.path()).unwrap();
        let second = WriteLock::take(dir.path()).unwrap_err();
        assert!(second.to_string().contains(&format!("process {}", std::process::id())), "{second}");
        drop(first);
        WriteLock::take(dir.path()).unwrap();
    }

    #[test]
    fn a_generation_is_unread_once_its_readers_are_gone() {
        let dir = tempfile::tempdir().unwrap();
        drop(unread(dir.path()).unwrap());
        let (first, second) = (ReadLock::take(dir.path()), ReadLock::take(dir.path()));
        assert!(first.is_ok() && second.is_ok() && unread(dir.path()).is_none());
        drop((first, second));
        let removing = unread(dir.path());
        assert!(removing.is_some() && matches!(ReadLock::take(dir.path()), Err(NotRead::Gone)));
        assert!(matches!(ReadLock::take(&dir.path().join("gone")), Err(NotRead::Gone)));
    }
}
