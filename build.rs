//! Tells the library which code reads documents: an index keeps what was read of a file only as long as that is the same.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The rooms that decide what is kept of a document.
const ROOMS: [&str; 2] = ["src/document", "src/region"];

fn main() {
    let mut files = Vec::new();
    for room in ROOMS {
        println!("cargo::rerun-if-changed={room}");
        collect(Path::new(room), &mut files);
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(file.to_string_lossy().as_bytes());
        digest.update(std::fs::read(&file).expect("a source file is readable"));
    }
    let fingerprint: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=ZHICE_READER={fingerprint}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a source folder is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
