//! Building: folders of documents in, one committed generation out.

mod draft;
mod embed;
mod write;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use draft::{Draft, number_rows, read_all};
use embed::embed;
use write::{sums, write_generation};

use super::lock::WriteLock;
use super::manifest::{FORMAT, MANIFEST, Manifest, ModelId, NEW_MANIFEST};
use super::{Index, IndexError};
use crate::document::walk::{Skipped, walk};
use crate::model::Model;

/// What to build.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folders and files to index. Empty: those of the existing index.
    pub roots: Vec<PathBuf>,
    /// The index folder.
    pub dir: PathBuf,
    /// Ignore what an existing index holds, even one that cannot be read.
    pub rebuild: bool,
}

/// What a build tells while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// `done` of `total` files are read and cut into passages.
    Reading { done: usize, total: usize },
    /// `done` of `total` new passages are embedded.
    Embedding { done: usize, total: usize },
    /// All is embedded; the index files are being written.
    Writing,
}

/// What a build did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    pub documents: usize,
    pub passages: usize,
    /// Passages whose embedding was computed now; the rest were known.
    pub embedded: usize,
    pub added: usize,
    pub removed: usize,
    /// Files that were not indexed, with the reason.
    pub skipped: Vec<Skipped>,
    /// Nothing had changed, so nothing was written.
    pub unchanged: bool,
}

/// Builds or updates the index in `options.dir`; `progress` is called now and then. A build that is killed leaves the
/// old index as it was, and the next one goes on from the embeddings that were computed.
pub fn build(options: &Options, model: &Model, mut progress: impl FnMut(Progress)) -> Result<Summary, IndexError> {
    let dir = &options.dir;
    let old = if options.rebuild { None } else { existing(dir)? };
    let roots = absolute_roots(options, old.as_ref())?;
    // The index may lie inside the folder that it is of.
    let found = walk(&roots, &fs::canonicalize(dir).unwrap_or_else(|_| dir.clone()))?;
    let mut summary = Summary { skipped: found.skipped, ..Default::default() };

    let mut drafts = read_all(&found.files, &roots, &mut summary.skipped, &mut progress);
    if drafts.is_empty() {
        let names: Vec<String> = roots.iter().map(|r| r.display().to_string()).collect();
        return Err(IndexError::NoDocuments(names.join(", ")));
    }
    number_rows(&mut drafts);
    (summary.added, summary.removed) = difference(old.as_ref(), &drafts);
    summary.documents = drafts.len();
    summary.passages = drafts.iter().map(|d| d.passages.len()).sum();
    if let Some(old) = &old {
        let same_documents = old.documents().iter().eq(drafts.iter().map(|d| &d.record));
        if same_documents && old.manifest().roots == roots && old.check_model(model).is_ok() {
            summary.unchanged = true;
            return Ok(summary);
        }
    }

    prepare(dir, options.rebuild)?;
    let _lock = WriteLock::take(dir)?;
    let (journal, embeddings) = embed(dir, &drafts, old.as_ref(), model, &mut summary, &mut progress)?;
    progress(Progress::Writing);
    let generation = write_generation(dir, &drafts, &embeddings)?;
    let manifest = Manifest {
        format: FORMAT,
        files: sums(&dir.join(&generation))?,
        generation,
        model: ModelId {
            name: model.spec().name.clone(),
            fingerprint: model.fingerprint().to_owned(),
            dimensions: model.dimensions(),
        },
        roots,
        documents: summary.documents,
        passages: summary.passages,
        sentences: drafts.iter().flat_map(|d| &d.passages).map(|p| p.sentences.len()).sum(),
    };
    let previous = Manifest::read(dir).map(|old| old.generation).unwrap_or_default();
    manifest.commit(dir)?;
    journal.remove()?;
    remove_other_generations(dir, &[&manifest.generation, &previous]);
    Ok(summary)
}

/// The index that is there; a folder without one counts as none.
fn existing(dir: &Path) -> Result<Option<Index>, IndexError> {
    match Index::open(dir) {
        Ok(index) => Ok(Some(index)),
        Err(IndexError::Missing(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

fn absolute_roots(options: &Options, old: Option<&Index>) -> Result<Vec<PathBuf>, IndexError> {
    if options.roots.is_empty() {
        return Ok(old.map(|index| index.manifest().roots.clone()).unwrap_or_default());
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
        matches!(
            name,
            MANIFEST | NEW_MANIFEST | "lock" | "embeddings.journal" | "README.md" | ".gitkeep" | ".gitignore"
        ) || is_generation(name)
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
        let _ = fs::remove_file(dir.join("embeddings.journal"));
    }
    Ok(())
}

fn is_generation(name: &str) -> bool {
    name.strip_prefix('g').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// How many documents are new, and how many are gone, by content.
fn difference(old: Option<&Index>, drafts: &[Draft]) -> (usize, usize) {
    let old: HashSet<&str> = old.iter().flat_map(|index| index.documents()).map(|d| d.sha256.as_str()).collect();
    let kept = drafts.iter().filter(|d| old.contains(d.record.sha256.as_str())).count();
    (drafts.len() - kept, old.len() - kept)
}

/// Removes superseded and abandoned generations, but for the one just superseded, of which a reader may have opened a
/// part and still want the rest. What cannot be removed now is removed by the next build.
fn remove_other_generations(dir: &Path, keep: &[&str]) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| is_generation(n) && !keep.contains(&n)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
