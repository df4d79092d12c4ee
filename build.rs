//! Tells the library which code reads documents: an index keeps what was read of a file only as long as that is the same.
//! And lays the built-in tokenizer out so that it needs no loading.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use yada::builder::DoubleArrayBuilder;

/// The rooms that decide what is kept of a document.
const ROOMS: [&str; 2] = ["src/document", "src/region"];

const TOKENIZER: &str = "models/multilingual-e5-small-zh-en.tokenizer.json";

fn main() {
    fingerprint_of_reading();
    lay_out_tokenizer();
}

fn fingerprint_of_reading() {
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

/// Writes the tokenizer's pieces as a double array, their scores as little-endian f64, and the rest of its file.
fn lay_out_tokenizer() {
    println!("cargo::rerun-if-changed={TOKENIZER}");
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo names a folder"));
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("OUT_DIR can be written");
    let text = std::fs::read(TOKENIZER).expect("the tokenizer is readable");
    let mut frame: Value = serde_json::from_slice(&text).expect("the tokenizer is JSON");
    let vocabulary = frame["model"]["vocab"].take();
    let mut pieces: Vec<(&str, u32)> = Vec::new();
    let mut scores: Vec<f64> = Vec::new();
    for (piece, number) in vocabulary.as_array().expect("a Unigram vocabulary").iter().zip(0..) {
        pieces.push((piece[0].as_str().expect("a piece"), number));
        scores.push(piece[1].as_f64().expect("a score"));
    }
    pieces.sort_unstable();
    let trie = DoubleArrayBuilder::build(&pieces).expect("pieces are sorted and differ");
    write("pieces.trie", &trie);
    write("pieces.scores", &scores.iter().flat_map(|score| score.to_le_bytes()).collect::<Vec<u8>>());
    let lowest = scores.iter().copied().fold(f64::INFINITY, f64::min);
    frame["model"] = json!({ "unk_id": frame["model"]["unk_id"], "min_score": lowest });
    write("tokenizer.json", frame.to_string().as_bytes());
}
