//! A bit that flips in any file of an index is noticed, or changes nothing.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use super::model::model;
use super::state::{answers, index, put, state};

/// Flips in each file, at its edges and spread over it.
const FLIPS: usize = 140;

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn a_flipped_bit_anywhere_is_noticed_or_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let (docs, dir) = (folder.path().join("docs"), folder.path().join("index"));
    put(&docs, &state(&[("a.txt", 0), ("b.txt", 2), ("c.txt", 3), ("d.txt", 4)]));
    index(&docs, &dir).unwrap();
    let whole = answers(&dir).unwrap();
    let mut found = Vec::new();
    files(&dir, &mut found);
    let (mut flips, mut noticed) = (0, 0);
    for path in found {
        let bytes = fs::read(&path).unwrap();
        let count = FLIPS.min(bytes.len());
        for n in 0..count {
            let at = n * (bytes.len() - 1) / count.saturating_sub(1).max(1);
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (n % 8);
            fs::write(&path, &flipped).unwrap();
            flips += 1;
            let told = catch_unwind(|| answers(&dir)).unwrap_or_else(|_| panic!("{} byte {at}: panic", path.display()));
            let verified = zhice::index::verify(&dir, model(), 0);
            match told {
                Err(_) => {
                    noticed += 1;
                    let sound = verified.is_ok_and(|report| report.faults.is_empty());
                    assert!(!sound, "{} byte {at}: the check does not see it", path.display());
                }
                Ok(told) => assert_eq!(told, whole, "{} byte {at}: it answers something else", path.display()),
            }
        }
        fs::write(&path, &bytes).unwrap();
    }
    println!("{flips} flips, {noticed} noticed, {} harmless", flips - noticed);
    assert!(flips >= 2000, "only {flips} flips");
    assert_eq!(answers(&dir).unwrap(), whole);
}
