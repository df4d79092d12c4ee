//! The fuzz targets on their seeds and on mutations of them: the same ones on every run, so that what fails here fails
//! everywhere. `fuzz/run.sh` goes on where this ends, guided by coverage.

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use zhice::document::format::Format;

/// Seeds larger than this are left to the tests of their own.
const LARGEST: u64 = 64 << 10;

/// What mutations put in: what readers look for.
const TOKENS: [&str; 24] = [
    "<table>",
    "</div>",
    "<!--",
    "&#x0;",
    "《",
    "》",
    "第一条 ",
    "一、",
    "（一）",
    "1.",
    "\n\n",
    "\r\n",
    "\u{feff}",
    "〔2024〕23号",
    "2024年2月30日",
    "99999999999999999999",
    "-1",
    "0",
    "{\"",
    "\"}",
    "null",
    "stream\n",
    "<< /Length 9999999 >>",
    "南京市",
];

/// A small generator of numbers, the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % limit.max(1)
    }
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in [root.join("fuzz/seeds").join(target), root.join("tests/fixtures").join(target)] {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let small =
            paths.into_iter().filter(|path| fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST));
        found.extend(small.map(|path| fs::read(path).unwrap()));
    }
    assert!(!found.is_empty(), "{target} has no seeds");
    found
}

fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(32)).min(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 if at < bytes.len() => bytes[at] = [0, 0xff, 0x80, b'<', b'"', b'\n'][random.below(6)],
            2 => drop(bytes.drain(at..end)),
            3 => {
                let part = bytes[at..end].to_vec();
                for _ in 0..random.below(9) {
                    bytes.splice(at..at, part.iter().copied());
                }
            }
            4 => drop(bytes.splice(at..at, TOKENS[random.below(TOKENS.len())].bytes()).collect::<Vec<_>>()),
            5 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len());
                let part = &other[from..(from + random.below(200)).min(other.len())];
                bytes.splice(at..end, part.iter().copied());
            }
            _ => bytes.truncate(at.max(1)),
        }
    }
    bytes
}

/// Runs `target` on its seeds and on so many mutations of them.
fn run(name: &str, mutations: usize, target: impl Fn(&[u8])) {
    let seeds = seeds(name);
    let mut random = Random(20_240_807);
    let tried = |bytes: &[u8]| {
        if catch_unwind(AssertUnwindSafe(|| target(bytes))).is_err() {
            let kept = std::env::temp_dir().join(format!("zhice-fuzz-{name}"));
            fs::write(&kept, bytes).unwrap();
            panic!("{name} fails on the bytes in {}", kept.display());
        }
    };
    seeds.iter().for_each(|seed| tried(seed));
    for _ in 0..mutations {
        tried(&mutated(&seeds, &mut random));
    }
}

macro_rules! fuzz {
    ($($name:ident, $mutations:expr, $target:expr;)*) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name), $mutations, $target);
            }
        )*
    };
}

fuzz! {
    text, 400, |bytes| targets::read_and_parse(Format::Text, bytes);
    html, 300, |bytes| targets::read_and_parse(Format::Html, bytes);
    pdf, 300, |bytes| targets::read_and_parse(Format::Pdf, bytes);
    docx, 300, |bytes| targets::read_and_parse(Format::Docx, bytes);
    corpus, 300, |bytes| targets::read_and_parse(Format::Corpus, bytes);
    manifest, 3000, targets::manifest;
    passages, 2000, targets::passages;
    graph, 100_000, targets::graph;
    citation, 20000, targets::citation;
    question, 1000, targets::question;
}
