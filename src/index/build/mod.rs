//! Building: folders of documents in, one committed generation out.
//!
//! `plan` finds out what is new; `draft` reads ahead in a thread of its own; `embed` gives passages their vectors, a step
//! of 64 at a time; `write` appends both to the new generation. Memory holds the documents that wait, one step of
//! vectors, the documents' records and the graph, but neither texts nor embeddings of the whole corpus.

mod assemble;
mod draft;
mod embed;
mod plan;
mod repeats;
mod write;

use std::fs;
use std::path::{Path, PathBuf};

pub use assemble::{Known, assemble, build_graph};
pub use draft::embedding_input;
use draft::{Draft, read_ahead};
use embed::Embedder;
use plan::{Plan, Planned, compare};
use repeats::Repeats;
use write::{Finished, Generation, sums};

use super::disk::Disk;
use super::journal::{JOURNAL, Journal};
use super::lock::{WriteLock, unread};
use super::manifest::{FORMAT, MANIFEST, Manifest, ModelId, NEW_MANIFEST};
use super::records::Refused;
use super::{Index, IndexError, READER};
use crate::document::walk::{Skipped, walk};
use crate::model::Model;

/// What to build.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Folders and files to index. Empty: those of the existing index.
    pub roots: Vec<PathBuf>,
    /// The index folder.
    pub dir: PathBuf,
    /// Ignore what an existing index holds, even one that cannot be read.
    pub rebuild: bool,
    /// What it is written to.
    pub disk: Disk,
}

/// What a build tells while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// `done` of `total` files are hashed.
    Scanning { done: usize, total: usize },
    /// `done` of `total` bytes of new documents are read and embedded, `documents` and `passages` so far.
    Indexing { done: u64, total: u64, documents: usize, passages: usize },
    /// All is embedded; graph and index files are being written.
    Writing,
}

/// What a build did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub documents: usize,
    pub passages: usize,
    /// Passages whose embedding was computed now; the rest were known.
    pub embedded: usize,
    /// Documents at new paths.
    pub added: usize,
    /// Documents at known paths with new content.
    pub changed: usize,
    /// Documents whose content was known.
    pub unchanged: usize,
    pub removed: usize,
    /// Files with the bytes of another, which are part of its document.
    pub identical: usize,
    /// Documents that hold nearly the text of another: path, and path of the other.
    pub repeats: Vec<(String, String)>,
    /// Files that were not indexed, with the reason.
    pub skipped: Vec<Skipped>,
    /// Files in which some characters could not be decoded, with their number.
    pub undecoded: Vec<(String, usize)>,
    /// The format of an older index that was built anew.
    pub older_format: Option<u32>,
    /// Nothing had changed, so nothing was written.
    pub nothing_new: bool,
}

/// Builds or updates the index in `options.dir`; `progress` is called now and then. A build that is killed leaves the
/// old index as it was, and the next one goes on from the embeddings that were computed.
pub fn build(options: &Options, model: &Model, mut progress: impl FnMut(Progress)) -> Result<Summary, IndexError> {
    let dir = &options.dir;
    let disk = &options.disk;
    let mut summary = Summary::default();
    let old = if options.rebuild { None } else { existing(dir, &mut summary)? };
    let roots = absolute_roots(options, old.as_ref())?;
    // The index may lie inside the folder that it is of.
    let found = walk(&roots, &fs::canonicalize(dir).unwrap_or_else(|_| dir.clone()))?;
    summary.skipped = found.skipped;

    let plan = Plan::make(&found.files, old.as_ref(), &mut summary, &mut progress);
    summary.identical = plan.documents.iter().map(|d| d.duplicates.len()).sum();
    if let Some(old) = &old
        && plan.changes_nothing(old)
        && old.manifest().roots == roots
        && old.manifest().model == ModelId::of(model)
    {
        (summary.documents, summary.unchanged) = (plan.documents.len(), plan.documents.len());
        summary.passages = old.manifest().passages;
        summary.nothing_new = true;
        return Ok(summary);
    }
    if plan.documents.is_empty() {
        return Err(no_documents(&roots, &summary));
    }

    prepare(dir, options.rebuild)?;
    let _lock = WriteLock::take(dir)?;
    let journal = Journal::open(disk, dir, model.dimensions())?;
    let embedder = Embedder::new(old.as_ref(), model, journal, &plan.kept())?;
    let generation = Generation::create(disk, dir, model.dimensions())?;
    let folder = dir.join(generation.name());
    let written = write(generation, embedder, &plan, &roots, old.as_ref(), &mut summary, &mut progress);
    // What was embedded is in the journal; the rest would only take room until the next build.
    let (finished, journal) = written.inspect_err(|_| drop(fs::remove_dir_all(&folder)))?;
    summary.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    compare(old.as_ref(), &finished.documents, &mut summary);
    summary.documents = finished.documents.len();
    summary.passages = finished.passages;
    let generation = commit(disk, dir, finished, ModelId::of(model), roots)?;
    drop(old);
    journal.remove()?;
    remove_other_generations(disk, dir, &generation);
    Ok(summary)
}

/// Makes a finished generation with vectors of `model` the index in `dir`; returns its name.
fn commit(
    disk: &Disk,
    dir: &Path,
    finished: Finished,
    model: ModelId,
    roots: Vec<PathBuf>,
) -> Result<String, IndexError> {
    let manifest = Manifest {
        check: String::new(),
        format: FORMAT,
        files: sums(&dir.join(&finished.name))?,
        generation: finished.name,
        reader: READER.to_owned(),
        model,
        roots,
        documents: finished.documents.len(),
        passages: finished.passages,
        sentences: finished.sentences,
    };
    manifest.commit(disk, dir)?;
    Ok(manifest.generation)
}

/// Reads, embeds and writes all documents of the plan.
fn write(
    mut generation: Generation,
    mut embedder: Embedder,
    plan: &Plan,
    roots: &[PathBuf],
    old: Option<&Index>,
    summary: &mut Summary,
    progress: &mut impl FnMut(Progress),
) -> Result<(Finished, Journal), IndexError> {
    let mut repeats = Repeats::default();
    let mut refused = plan.refused.clone();
    let (total, mut done, mut passages) = (plan.new_bytes(), 0, 0);
    std::thread::scope(|scope| {
        let (fresh, _reader) = read_ahead(scope, &plan.documents, roots);
        for planned in &plan.documents {
            let keep = planned.kept.zip(old);
            let draft = match keep {
                Some((document, old)) => old_draft(old, document, planned, roots)?,
                None => match fresh.recv() {
                    Ok(Ok(draft)) => draft,
                    Ok(Err(reason)) => {
                        let refusal = refusal(planned, reason);
                        summary.skipped.push(refusal.skipped());
                        refused.push(refusal);
                        continue;
                    }
                    Err(_) => return Err(IndexError::Reader),
                },
            };
            match keep.filter(|_| embedder.keeps_rows()) {
                Some((document, old)) => {
                    let (first, end) = old.documents()[document].passages;
                    (first..end).for_each(|row| embedder.add_row(row));
                }
                None => draft.inputs().for_each(|input| embedder.add(input)),
            }
            if keep.is_none() {
                done += planned.source.bytes;
                passages += draft.passages.len();
            }
            add(&mut generation, draft, &mut repeats, summary)?;
            if let Some((document, old)) = keep.filter(|_| embedder.keeps_rows()) {
                generation.stays(old.documents()[document].passages.0);
            }
            if embedder.is_full() {
                generation.add_vectors(&embedder.take()?)?;
                progress(Progress::Indexing { done, total, documents: generation.documents(), passages });
            }
        }
        generation.add_vectors(&embedder.take()?)
    })?;
    if generation.documents() == 0 {
        return Err(no_documents(roots, summary));
    }
    progress(Progress::Writing);
    summary.embedded = embedder.computed;
    let old = old.filter(|_| embedder.keeps_rows());
    Ok((generation.finish(refused, old, None)?, embedder.into_journal()))
}

fn add(
    generation: &mut Generation,
    mut draft: Draft,
    repeats: &mut Repeats,
    summary: &mut Summary,
) -> Result<(), IndexError> {
    let path = &draft.record.path;
    if draft.undecoded > 0 {
        summary.undecoded.push((path.clone(), draft.undecoded));
    }
    let other = repeats.add(generation.documents(), draft.sentences()).and_then(|other| generation.document(other));
    if let Some(other) = other {
        summary.repeats.push((path.clone(), other.path.clone()));
    }
    draft.record.repeats = other.map(|other| other.id.clone());
    generation.add(draft)
}

/// A document of the old index as a draft of the new one, under the path that it has now.
fn old_draft(old: &Index, document: usize, planned: &Planned, roots: &[PathBuf]) -> Result<Draft, IndexError> {
    let record = &old.documents()[document];
    let passages: Result<Vec<_>, _> = (record.passages.0..record.passages.1).map(|row| old.passage(row)).collect();
    let reading = record.reading.map(|_| old.reading(record)).transpose()?;
    let file = &planned.source.file;
    Ok(Draft {
        text: old.text(record)?.to_owned(),
        reading: reading.map(str::to_owned),
        passages: passages?,
        undecoded: 0,
        record: super::DocumentRecord {
            path: file.path.clone(),
            root: roots.iter().position(|r| *r == file.root).unwrap_or(0),
            line: planned.source.line,
            duplicates: planned.duplicates.clone(),
            ..record.clone()
        },
    })
}

fn refusal(planned: &Planned, reason: String) -> Refused {
    let source = &planned.source;
    Refused { path: source.file.path.clone(), format: source.file.format, sha256: source.sha256.clone(), reason }
}

fn no_documents(roots: &[PathBuf], summary: &Summary) -> IndexError {
    let names: Vec<String> = roots.iter().map(|r| r.display().to_string()).collect();
    let first = summary.skipped.first().map(|s| format!(" ({}: {})", s.path, s.reason)).unwrap_or_default();
    IndexError::NoDocuments(format!("{}{first}", names.join(", ")))
}

/// The index that is there; a folder without one counts as none, and one of an older format is built anew.
fn existing(dir: &Path, summary: &mut Summary) -> Result<Option<Index>, IndexError> {
    match Index::open(dir) {
        Err(IndexError::OlderFormat { found, .. }) => {
            summary.older_format = Some(found);
            Ok(None)
        }
        Ok(index) => Ok(Some(index)),
        Err(IndexError::Missing(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

fn absolute_roots(options: &Options, old: Option<&Index>) -> Result<Vec<PathBuf>, IndexError> {
    if options.roots.is_empty() {
        let known = || Manifest::roots_of(&options.dir).unwrap_or_default();
        return Ok(old.map_or_else(known, |index| index.manifest().roots.clone()));
    }
    let mut roots = Vec::new();
    for root in &options.roots {
        // A path that does not exist is left as it is, for the walk to name.
        let root = fs::canonicalize(root).unwrap_or_else(|_| root.clone());
        if !roots.contains(&root) {
            roots.push(root);
        }
    }
    Ok(roots)
}

/// Makes the index folder, and refuses to write among files that are not an index's.
fn prepare(dir: &Path, rebuild: bool) -> Result<(), IndexError> {
    fs::create_dir_all(dir).map_err(IndexError::io(dir))?;
    let own = |name: &str| {
        matches!(name, MANIFEST | NEW_MANIFEST | "lock" | JOURNAL | "README.md" | ".gitkeep" | ".gitignore")
            || is_generation(name)
    };
    let mut foreign = false;
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let entry = entry.map_err(IndexError::io(dir))?;
        foreign |= !entry.file_name().to_str().is_some_and(own);
    }
    let is_index = dir.join(MANIFEST).exists();
    if foreign && !is_index {
        return Err(IndexError::NotAnIndex { path: dir.to_owned() });
    }
    if rebuild {
        let _ = fs::remove_file(dir.join(JOURNAL));
    }
    Ok(())
}

fn is_generation(name: &str) -> bool {
    name.strip_prefix('g').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Removes all generations but `current` that nobody reads. What cannot be removed now is removed by the next build.
fn remove_other_generations(disk: &Disk, dir: &Path, current: &str) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| is_generation(n) && n != current)
            && let Some(_unread) = unread(&entry.path())
        {
            let _ = disk.remove_dir_all(&entry.path());
        }
    }
}
