//! Opening a document's file with what the system opens such files with.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use zhice::document::format::Format;

use super::super::exit::{Failure, INPUT, NOT_FOUND};

/// The program that opens files. On Windows not `start`, which is a command of the shell and would read the name as one.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else if cfg!(windows) {
    "explorer"
} else {
    "xdg-open"
};

/// `file` as it may be handed to the opener: from the root, so that it is no option, and a document by its name, so that
/// an index from elsewhere opens no program.
pub fn checked(file: &Path) -> Result<PathBuf, Failure> {
    let path = std::path::absolute(file).map_err(|e| Failure::new(INPUT, format!("{}: {e}", file.display())))?;
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    if Format::of_extension(extension).is_none() {
        return Err(Failure::new(INPUT, format!("{} is not opened: it is no document by its name", path.display())));
    }
    if !path.is_file() {
        return Err(Failure::new(NOT_FOUND, format!("{} is not there", path.display())));
    }
    Ok(path)
}

/// Opens `path` and does not wait for what opens it.
pub fn open(path: &Path) -> Result<(), Failure> {
    let mut command = Command::new(OPENER);
    command.arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|e| Failure::new(INPUT, format!("{OPENER}: {e}")))?;
    // Whoever ends unwaited for stays in the table of processes.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_document_that_is_there_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, "x").unwrap();
            path
        };
        assert_eq!(checked(&file("-a.txt")).unwrap(), folder.path().join("-a.txt"));
        assert!(checked(&file("a.sh")).is_err());
        assert!(checked(&file("a.txt.exe")).is_err());
        assert!(checked(&folder.path().join("gone.txt")).is_err());
        assert!(checked(folder.path()).is_err());
    }
}
