//! What a build has to do: which documents there are, and which of them the old index holds already.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use super::{Progress, Summary};
use crate::document::source::{Source, scan};
use crate::document::walk::{Skipped, SourceFile};
use crate::index::records::Refused;
use crate::index::{DocumentRecord, Index, READER};

/// Files looked at between two calls of the progress function.
const FILES_PER_STEP: usize = 256;

/// A document to be.
pub struct Planned {
    pub source: Source,
    /// Further paths that hold the same bytes.
    pub duplicates: Vec<String>,
    /// Its position in the old index, where that read the same bytes with the same code.
    pub kept: Option<usize>,
}

/// All documents to be, in the order of their paths.
#[derive(Default)]
pub struct Plan {
    pub documents: Vec<Planned>,
    /// What the same code has found unreadable before.
    pub refused: Vec<Refused>,
}

impl Plan {
    /// Hashes every file, in parallel; sources with the same bytes become one document. Sources that cannot be used are
    /// added to `summary.skipped`.
    pub fn make(
        files: &[SourceFile],
        old: Option<&Index>,
        summary: &mut Summary,
        progress: &mut impl FnMut(Progress),
    ) -> Self {
        let known = Known::of(old.filter(|index| index.manifest().reader == READER));
        let mut plan = Self::default();
        let mut by_content: HashMap<String, usize> = HashMap::new();
        for (step, chunk) in files.chunks(FILES_PER_STEP).enumerate() {
            progress(Progress::Scanning { done: step * FILES_PER_STEP, total: files.len() });
            let scanned: Vec<(Vec<Source>, Vec<Skipped>)> = chunk
                .par_iter()
                .map(|file| {
                    let mut skipped = Vec::new();
                    (scan(file, &mut skipped), skipped)
                })
                .collect();
            for (sources, skipped) in scanned {
                summary.skipped.extend(skipped);
                for source in sources {
                    plan.add(source, &known, &mut by_content, summary);
                }
            }
        }
        plan
    }

    fn add(&mut self, source: Source, known: &Known, by_content: &mut HashMap<String, usize>, summary: &mut Summary) {
        let sha256 = source.sha256.as_str();
        if let Some(&first) = by_content.get(sha256) {
            self.documents[first].duplicates.push(source.file.path);
            return;
        }
        if let Some(&refused) = known.refused.get(sha256).filter(|r| r.format == source.file.format) {
            let refused = Refused { path: source.file.path, ..refused.clone() };
            summary.skipped.push(refused.skipped());
            self.refused.push(refused);
            return;
        }
        by_content.insert(sha256.to_owned(), self.documents.len());
        let kept = known.documents.get(sha256).copied();
        self.documents.push(Planned { source, duplicates: Vec::new(), kept });
    }

    /// Whether the old index holds just these documents, under the same paths.
    pub fn changes_nothing(&self, old: &Index) -> bool {
        let same = |(at, planned): (usize, &Planned)| {
            let record = &old.documents()[at];
            planned.kept == Some(at)
                && record.path == planned.source.file.path
                && record.line == planned.source.line
                && record.duplicates == planned.duplicates
                && old.manifest().roots.get(record.root) == Some(&planned.source.file.root)
        };
        self.documents.len() == old.documents().len() && self.documents.iter().enumerate().all(same)
    }

    /// The documents of the old index that stay as they are.
    pub fn kept(&self) -> HashSet<usize> {
        self.documents.iter().filter_map(|document| document.kept).collect()
    }

    /// The bytes that have to be read anew.
    pub fn new_bytes(&self) -> u64 {
        self.documents.iter().filter(|d| d.kept.is_none()).map(|d| d.source.bytes).sum()
    }
}

/// What the old index knows, by content.
#[derive(Default)]
struct Known<'a> {
    documents: HashMap<&'a str, usize>,
    refused: HashMap<&'a str, &'a Refused>,
}

impl<'a> Known<'a> {
    fn of(old: Option<&'a Index>) -> Self {
        let Some(old) = old else { return Self::default() };
        Self {
            documents: old.documents().iter().enumerate().map(|(i, d)| (d.sha256.as_str(), i)).collect(),
            refused: old.refused().iter().map(|r| (r.sha256.as_str(), r)).collect(),
        }
    }
}

/// Counts what is new, changed and gone: by path where the content is another.
pub fn compare(old: Option<&Index>, documents: &[DocumentRecord], summary: &mut Summary) {
    let old = old.map_or(&[][..], |index| index.documents());
    let name = |d: &DocumentRecord| (d.path.clone(), d.line.map(|line| line.number));
    let old_content: HashSet<&str> = old.iter().map(|d| d.sha256.as_str()).collect();
    let new_content: HashSet<&str> = documents.iter().map(|d| d.sha256.as_str()).collect();
    let old_names: HashSet<_> = old.iter().filter(|d| !new_content.contains(d.sha256.as_str())).map(name).collect();
    let fresh: Vec<&DocumentRecord> = documents.iter().filter(|d| !old_content.contains(d.sha256.as_str())).collect();
    summary.changed = fresh.iter().filter(|d| old_names.contains(&name(d))).count();
    summary.added = fresh.len() - summary.changed;
    summary.unchanged = documents.len() - fresh.len();
    summary.removed = old_names.len() - summary.changed;
}
