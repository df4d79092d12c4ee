//! How fast a folder becomes an index, and where the time goes.
//!
//!     cargo bench --bench pipeline                documents made of the paragraphs of seeds/
//!     cargo bench --bench pipeline -- FOLDER      a folder of one's own
//!
//! Reading and parsing run beside the embedding, so the whole takes less than its parts one after another.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use zhice::document::walk::walk;
use zhice::document::{Parsed, parse, read, reading_text, source};
use zhice::index::{Options, Progress, build};
use zhice::model::{Input, Model};

/// Documents that are made where no folder is named, and paragraphs in each.
const DOCUMENTS: usize = 24;
const PARAGRAPHS: usize = 24;

fn main() -> Result<(), Box<dyn Error>> {
    let made = tempfile::tempdir()?;
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = match named {
        Some(folder) => std::fs::canonicalize(folder)?,
        None => make(made.path())?,
    };
    let model = Model::embedded()?;

    let (found, walking) = timed(|| walk(std::slice::from_ref(&folder), Path::new("")));
    let files = found?.files;
    let (sources, hashing) = timed(|| {
        let mut skipped = Vec::new();
        files.iter().flat_map(|file| source::scan(file, &mut skipped)).collect::<Vec<_>>()
    });
    let (parsed, reading) = timed(|| {
        let one = |source: &source::Source| {
            let read = read::read(&source.file.absolute, source.file.format, source.line).ok()?;
            Some((parse(&read.extracted), read.extracted.text))
        };
        sources.par_iter().filter_map(one).collect::<Vec<_>>()
    });
    let inputs: Vec<Input> = parsed.iter().flat_map(|(parsed, text)| inputs(parsed, text)).collect();
    let (embedded, embedding) = timed(|| {
        // As a build does it: some at a time.
        inputs.chunks(64).try_for_each(|step| model.embed_passages(step, |_| {}).map(drop))
    });
    embedded?;

    let index = tempfile::tempdir()?;
    let options = Options { roots: vec![folder], dir: index.path().join("index"), ..Options::default() };
    let begin = Instant::now();
    let mut writing_from = None;
    let summary = build(&options, &model, |progress| {
        if progress == Progress::Writing {
            writing_from = Some(begin.elapsed());
        }
    })?;
    let whole = begin.elapsed();
    let writing = whole - writing_from.unwrap_or(whole);

    let seconds = whole.as_secs_f64();
    println!("{} documents, {} passages", summary.documents, summary.passages);
    let (documents, passages) = (summary.documents as f64 / seconds, summary.passages as f64 / seconds);
    println!("whole        {seconds:8.2} s  {documents:.2} documents/s, {passages:.1} passages/s");
    let stages =
        [("walk, hash", walking + hashing), ("read, parse", reading), ("embed", embedding), ("graph, write", writing)];
    let sum: Duration = stages.iter().map(|(_, time)| *time).sum();
    for (name, time) in stages {
        let share = 100.0 * time.as_secs_f64() / sum.as_secs_f64();
        println!("{name:<12} {:8.2} s  {share:4.1} % of the stages one after another", time.as_secs_f64());
    }
    if let Some(peak) = peak_memory() {
        println!("peak memory  {peak}");
    }
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let result = work();
    (result, begin.elapsed())
}

/// What is embedded of each passage: heading and body, with its sentences.
fn inputs(parsed: &Parsed, text: &str) -> Vec<Input> {
    let text = parsed.reading.as_deref().unwrap_or(text);
    let input = |passage: &zhice::document::Passage| {
        let body = reading_text(text.get(passage.bytes.clone()).unwrap_or_default());
        Input {
            text: format!("{} {}\n{body}", parsed.metadata.title, passage.section.join(" ")),
            sentences: Vec::new(),
        }
    };
    parsed.passages.iter().map(input).collect()
}

/// Documents of paragraphs that stand in no other in this order.
fn make(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let mut paragraphs = Vec::new();
    for entry in std::fs::read_dir("seeds")? {
        let text = std::fs::read_to_string(entry?.path())?;
        paragraphs.extend(text.lines().filter(|line| line.chars().count() > 40).map(str::to_owned));
    }
    paragraphs.sort();
    for document in 0..DOCUMENTS {
        let mut text = format!("关于第{document}号行动计划的通知\n\n");
        for paragraph in 0..PARAGRAPHS {
            text += &paragraphs[(document * 31 + paragraph * 7) % paragraphs.len()];
            text.push('\n');
        }
        std::fs::write(folder.join(format!("{document:03}.txt")), text)?;
    }
    Ok(folder.to_owned())
}

/// The most memory that the process has held, where the system tells.
fn peak_memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
}
