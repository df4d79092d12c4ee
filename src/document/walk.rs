//! Finding the files of a collection under the folders a person names.

use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::format::{Format, unsupported};

/// A file that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The folder (or file) that was named.
    pub root: PathBuf,
    /// The path below `root`, with `/` between its parts; for a root that is a file, its name.
    pub path: String,
    /// The path to open.
    pub absolute: PathBuf,
    /// What its name says that it is.
    pub format: Format,
}

/// A file that is passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The path below the folder that was named, unreadable characters replaced.
    pub path: String,
    /// Why, in words for the person.
    pub reason: String,
}

/// What stands under the named folders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// Files to read, sorted by path, then by root; a file reached from two roots stands twice.
    pub files: Vec<SourceFile>,
    /// Files passed over, in the same order.
    pub skipped: Vec<Skipped>,
}

/// A root that cannot be walked.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// There is nothing at that path.
    #[error("no such file or folder: {}", .0.display())]
    Missing(PathBuf),
    /// It is there and cannot be read.
    #[error("cannot read {}: {source}", .path.display())]
    Unreadable {
        /// The root as it was named.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The files under `roots`, recursively. Hidden files and folders are passed over silently (a root itself may be
/// hidden); links to folders are not followed, so that no walk runs in circles, nor are links out of the root; what cannot
/// be read inside a root is reported in [`Walk::skipped`]. The folder `except` is left out.
///
/// # Errors
/// A root that does not exist or cannot be looked at.
pub fn walk(roots: &[PathBuf], except: &Path) -> Result<Walk, WalkError> {
    let mut found = Walk::default();
    for root in roots {
        let unreadable = |source: std::io::Error| match source.kind() {
            std::io::ErrorKind::NotFound => WalkError::Missing(root.clone()),
            _ => WalkError::Unreadable { path: root.clone(), source },
        };
        let kind = std::fs::metadata(root).map_err(unreadable)?;
        if kind.is_dir() {
            std::fs::read_dir(root).map_err(unreadable)?;
            walk_folder(root, except, &mut found);
        } else {
            let name = Path::new(root.file_name().unwrap_or(root.as_os_str()));
            add(root, name, root.clone(), kind.is_file(), &mut found);
        }
    }
    found.files.sort_by(|a, b| (&a.path, &a.root).cmp(&(&b.path, &b.root)));
    found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk_folder(root: &Path, except: &Path, found: &mut Walk) {
    // The root itself may be a link or hidden: the person named it.
    let entries = WalkDir::new(root).follow_links(false).follow_root_links(true).into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry) && entry.path() != except) {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                let is_link = entry.path_is_symlink();
                let below = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_path_buf();
                let absolute = entry.into_path();
                if is_link && leads_out(&absolute, root) {
                    skip(&below, "a link that leads out of the folder".to_owned(), found);
                    continue;
                }
                let kind = std::fs::metadata(&absolute);
                if kind.as_ref().is_ok_and(std::fs::Metadata::is_dir) {
                    continue; // a link to a folder
                }
                match kind {
                    Ok(kind) => add(root, &below, absolute, kind.is_file(), found),
                    Err(error) => skip(&below, format!("cannot be read: {error}"), found),
                }
            }
            Err(error) => {
                let path = error.path().unwrap_or(root);
                let below = path.strip_prefix(root).unwrap_or(path);
                skip(below, format!("cannot be read: {}", reason_of(&error)), found);
            }
        }
    }
}

/// Whether a link leads to something that is not below `root`: nobody asked for that to be read and quoted. A link to
/// nothing leads nowhere.
fn leads_out(link: &Path, root: &Path) -> bool {
    let target = std::fs::canonicalize(link).ok();
    target.zip(std::fs::canonicalize(root).ok()).is_some_and(|(target, root)| !target.starts_with(root))
}

fn add(root: &Path, below: &Path, absolute: PathBuf, is_file: bool, found: &mut Walk) {
    let Some(path) = slashed(below) else {
        return skip(below, "name is not UTF-8".to_string(), found);
    };
    if !is_file {
        return skip(below, "not a regular file".to_string(), found);
    }
    let extension = below.extension().and_then(|e| e.to_str());
    match extension.and_then(Format::of_extension) {
        Some(format) => found.files.push(SourceFile { root: root.to_path_buf(), path, absolute, format }),
        None => skip(below, unsupported(extension), found),
    }
}

fn skip(below: &Path, reason: String, found: &mut Walk) {
    let path = slashed(below).unwrap_or_else(|| below.to_string_lossy().into_owned());
    found.skipped.push(Skipped { path, reason });
}

fn slashed(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn reason_of(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| "links run in a circle".to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn paths(walk: &Walk) -> Vec<&str> {
        walk.files.iter().map(|file| file.path.as_str()).collect()
    }

    #[test]
    fn files_are_found_below_a_folder_in_the_order_of_their_paths() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("乙/丙")).unwrap();
        for name in ["b.TXT", "a.md", "乙/丙/c.markdown", "乙/d.text"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let walk = walk(&[dir.path().to_path_buf()], Path::new("")).unwrap();
        assert_eq!(paths(&walk), ["a.md", "b.TXT", "乙/d.text", "乙/丙/c.markdown"]);
        assert!(walk.skipped.is_empty());
    }

    #[test]
    fn what_is_not_text_is_named_and_hidden_files_are_passed_over() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        for name in ["a.doc", "noext", ".hidden.txt", ".git/x.txt", "z.png"] {
            fs::write(dir.path().join(name), "x").unwrap();
        }
        let walk = walk(&[dir.path().to_path_buf()], Path::new("")).unwrap();
        assert!(walk.files.is_empty());
        let reasons: Vec<&str> = walk.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
        assert_eq!(
            reasons,
            [
                "format not supported: .doc: save it as .docx",
                "format not supported: no extension",
                "format not supported: .png"
            ]
        );
    }

    #[test]
    fn a_root_may_be_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.txt");
        fs::write(&file, "x").unwrap();
        assert_eq!(paths(&walk(&[file], Path::new("")).unwrap()), ["a.txt"]);
    }

    #[test]
    fn a_missing_root_is_named() {
        let error = walk(&[PathBuf::from("no/such/folder")], Path::new("")).unwrap_err();
        assert_eq!(error.to_string(), "no such file or folder: no/such/folder");
    }

    #[cfg(unix)]
    #[test]
    fn links_to_folders_and_names_that_are_not_utf8_do_no_harm() {
        use std::os::unix::ffi::OsStrExt;
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.txt"), "x").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("dangling.txt")).unwrap();
        let bad = std::ffi::OsStr::from_bytes(b"\xff.txt");
        let bad_name_allowed = fs::write(dir.path().join(bad), "x").is_ok();
        let walk = walk(&[dir.path().to_path_buf()], Path::new("")).unwrap();
        assert_eq!(paths(&walk), ["a.txt"]);
        let reasons: Vec<&str> = walk.skipped.iter().map(|skipped| skipped.reason.as_str()).collect();
        assert!(reasons.iter().any(|reason| reason.starts_with("cannot be read")));
        assert_eq!(reasons.contains(&"name is not UTF-8"), bad_name_allowed);
    }
}
