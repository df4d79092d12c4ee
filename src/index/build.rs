//! Building: folders of documents in, one committed generation out.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::graph::{GRAPH_FILES, Graph};
use super::journal::{Journal, Key, StoredEmbedding};
use super::lock::WriteLock;
use super::manifest::{FORMAT, FileSum, Manifest, ModelId, sync_folder};
use super::records::{DOCUMENTS_FILE, DocumentRecord, OFFSETS_FILE, PASSAGES_FILE, PassageRecord, TEXTS_FILE};
use super::terms::TermsWriter;
use super::vectors::{ByteVector, RowWriter, SENTENCES_FILE, VECTORS_FILE};
use super::{Index, IndexError, TERMS_FOLDER};
use crate::document::walk::{Skipped, SourceFile, walk};
use crate::document::{Parsed, document_id, parse, read, reading_text};
use crate::model::{Input, Model};
use crate::region;

/// Passages embedded between two visits to the journal: what an interruption can cost, at most.
const PASSAGES_PER_STEP: usize = 64;

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

/// One document on its way into the index.
struct Draft {
    record: DocumentRecord,
    text: String,
    passages: Vec<PassageRecord>,
    /// What is embedded of each passage.
    inputs: Vec<Input>,
}

/// Builds or updates the index in `options.dir`. `progress` is called now and then; when it returns `false` the build
/// stops with [`IndexError::Interrupted`] and the next one goes on from there.
pub fn build(
    options: &Options,
    model: &Model,
    mut progress: impl FnMut(Progress) -> bool,
) -> Result<Summary, IndexError> {
    let dir = &options.dir;
    let old = if options.rebuild { None } else { existing(dir)? };
    let roots = absolute_roots(options, old.as_ref())?;
    let found = walk(&roots)?;
    let mut summary = Summary { skipped: found.skipped, ..Default::default() };

    let mut drafts = read_all(&found.files, &roots, &mut summary.skipped, &mut progress)?;
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
    if !progress(Progress::Writing) {
        return Err(IndexError::Interrupted);
    }
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
    manifest.commit(dir)?;
    journal.remove()?;
    remove_other_generations(dir, &manifest.generation);
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
        matches!(name, "manifest.json" | "lock" | "embeddings.journal" | "README.md" | ".gitkeep" | ".gitignore")
            || is_generation(name)
    };
    let mut foreign = false;
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let entry = entry.map_err(IndexError::io(dir))?;
        foreign |= !entry.file_name().to_str().is_some_and(own);
    }
    let is_index = dir.join("manifest.json").exists();
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

/// Reads and parses all files, in parallel; files with the same bytes become one document.
fn read_all(
    files: &[SourceFile],
    roots: &[PathBuf],
    skipped: &mut Vec<Skipped>,
    progress: &mut impl FnMut(Progress) -> bool,
) -> Result<Vec<Draft>, IndexError> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_content: HashMap<String, usize> = HashMap::new();
    let mut done = 0;
    for chunk in files.chunks(64) {
        let read: Vec<_> = chunk.par_iter().map(|file| draft(file, roots)).collect();
        for (file, result) in chunk.iter().zip(read) {
            match result {
                Err(reason) => skipped.push(Skipped { path: file.path.clone(), reason }),
                Ok(draft) => match by_content.get(&draft.record.sha256) {
                    Some(&first) => drafts[first].record.duplicates.push(draft.record.path),
                    None => {
                        by_content.insert(draft.record.sha256.clone(), drafts.len());
                        drafts.push(draft);
                    }
                },
            }
        }
        done += chunk.len();
        if !progress(Progress::Reading { done, total: files.len() }) {
            return Err(IndexError::Interrupted);
        }
    }
    Ok(drafts)
}

/// Reads one file; the error is the reason to skip it.
fn draft(file: &SourceFile, roots: &[PathBuf]) -> Result<Draft, String> {
    let source = read::read(&file.absolute).map_err(|e| e.to_string())?;
    let Parsed { metadata, passages } = parse(&source.text);
    if passages.is_empty() {
        return Err("no text besides navigation and notices".to_owned());
    }
    let place = [metadata.issuer.as_deref(), Some(metadata.title.as_str())].into_iter().flatten();
    let region = place.filter_map(region::division_of_issuer).next();
    let region = region.or_else(|| region::dominant(&metadata.title, &source.text));
    let record = DocumentRecord {
        id: document_id(&source.sha256),
        path: file.path.clone(),
        root: roots.iter().position(|r| *r == file.root).unwrap_or(0),
        duplicates: Vec::new(),
        title: metadata.title,
        issuer: metadata.issuer,
        number: metadata.number,
        published: metadata.published,
        kind: metadata.kind,
        region: region.map(str::to_owned),
        passages: (0, 0),
        text: (0, 0),
        sha256: source.sha256,
    };
    let mut inputs = Vec::with_capacity(passages.len());
    let mut records = Vec::with_capacity(passages.len());
    for passage in passages {
        inputs.push(embedding_input(&record.title, &passage.section, &source.text, &passage.sentences));
        records.push(PassageRecord {
            document: 0,
            ordinal: passage.ordinal,
            bytes: (passage.bytes.start, passage.bytes.end),
            lines: passage.lines,
            section: passage.section,
            sentences: passage.sentences.iter().map(|s| (s.start, s.end)).collect(),
            first_sentence: 0,
            regions: Vec::new(),
        });
    }
    Ok(Draft { record, text: source.text, passages: records, inputs })
}

/// Title and section path stand before the passage, since a clause without its heading is found wrongly.
fn embedding_input(title: &str, section: &[String], text: &str, sentences: &[std::ops::Range<usize>]) -> Input {
    let mut input = Input { text: format!("{title} {}\n", section.join(" ")), sentences: Vec::new() };
    for sentence in sentences {
        let start = input.text.len();
        input.text.push_str(&reading_text(&text[sentence.clone()]));
        input.sentences.push(start..input.text.len());
    }
    input
}

/// Gives every document its rows, and every passage its document and sentence rows.
fn number_rows(drafts: &mut [Draft]) {
    let (mut passage_row, mut sentence_row, mut byte) = (0, 0, 0);
    for (number, draft) in drafts.iter_mut().enumerate() {
        draft.record.passages = (passage_row, passage_row + draft.passages.len());
        draft.record.text = (byte, byte + draft.text.len());
        passage_row += draft.passages.len();
        byte += draft.text.len();
        for passage in &mut draft.passages {
            passage.document = number;
            passage.first_sentence = sentence_row;
            sentence_row += passage.sentences.len();
        }
    }
}

/// How many documents are new, and how many are gone, by content.
fn difference(old: Option<&Index>, drafts: &[Draft]) -> (usize, usize) {
    let old: std::collections::HashSet<&str> =
        old.iter().flat_map(|index| index.documents()).map(|d| d.sha256.as_str()).collect();
    let kept = drafts.iter().filter(|d| old.contains(d.record.sha256.as_str())).count();
    (drafts.len() - kept, old.len() - kept)
}

/// The embedding of every passage in row order: taken from the old index or the journal where the same text was
/// embedded by the same model, computed otherwise.
fn embed(
    dir: &Path,
    drafts: &[Draft],
    old: Option<&Index>,
    model: &Model,
    summary: &mut Summary,
    progress: &mut impl FnMut(Progress) -> bool,
) -> Result<(Journal, Vec<StoredEmbedding>), IndexError> {
    let (mut journal, mut known) = Journal::open(dir, model.dimensions())?;
    if let Some(old) = old.filter(|index| index.check_model(model).is_ok()) {
        add_known(old, model, &mut known)?;
    }
    let inputs: Vec<&Input> = drafts.iter().flat_map(|d| &d.inputs).collect();
    let keys: Vec<Key> = inputs.par_iter().map(|input| key(model, input)).collect();
    let mut missing: Vec<usize> = (0..inputs.len()).filter(|&row| !known.contains_key(&keys[row])).collect();
    // Equal lengths side by side make full batches; the order does not touch the vectors.
    missing.sort_by_key(|&row| inputs[row].text.len());
    missing.dedup_by_key(|row| keys[*row]);
    let mut done = 0;
    for step in missing.chunks(PASSAGES_PER_STEP) {
        let texts: Vec<Input> = step.iter().map(|&row| inputs[row].clone()).collect();
        for (embedding, &row) in model.embed_passages(&texts, |_| {})?.into_iter().zip(step) {
            let absent = || ByteVector::absent(model.dimensions());
            let sentences = embedding.sentences.iter();
            let stored = StoredEmbedding {
                sentences: sentences.map(|s| s.as_deref().map_or_else(absent, ByteVector::quantise)).collect(),
                text: embedding.text,
            };
            journal.append(&keys[row], &stored)?;
            known.insert(keys[row], stored);
        }
        journal.flush()?;
        done += step.len();
        if !progress(Progress::Embedding { done, total: missing.len() }) {
            return Err(IndexError::Interrupted);
        }
    }
    summary.embedded = missing.len();
    let embeddings = keys.iter().map(|key| known.get(key).cloned()).collect::<Option<Vec<_>>>();
    let embeddings = embeddings.ok_or_else(|| IndexError::damaged(dir, "an embedding was lost"))?;
    Ok((journal, embeddings))
}

fn key(model: &Model, input: &Input) -> Key {
    let mut digest = Sha256::new();
    digest.update(model.fingerprint());
    digest.update((input.text.len() as u64).to_le_bytes());
    digest.update(&input.text);
    for sentence in &input.sentences {
        digest.update((sentence.start as u64).to_le_bytes());
        digest.update((sentence.end as u64).to_le_bytes());
    }
    let mut key = Key::default();
    key.copy_from_slice(&digest.finalize()[..16]);
    key
}

/// Adds the embeddings of `old` to `known`.
fn add_known(old: &Index, model: &Model, known: &mut HashMap<Key, StoredEmbedding>) -> Result<(), IndexError> {
    for document in old.documents() {
        let text = old.text(document)?;
        for row in document.passages.0..document.passages.1 {
            let passage = old.passage(row)?;
            let sentences: Vec<_> = passage.sentences.iter().map(|&(a, b)| a..b).collect();
            let inside = |s: &std::ops::Range<usize>| text.get(s.clone()).is_some();
            if !sentences.iter().all(inside) {
                continue;
            }
            let input = embedding_input(&document.title, &passage.section, text, &sentences);
            let stored = (0..sentences.len()).map(|i| old.stored_sentence(passage.first_sentence + i)).collect();
            if let (Some(text), Some(sentences)) = (old.vector(row), stored) {
                known.insert(key(model, &input), StoredEmbedding { text, sentences });
            }
        }
    }
    Ok(())
}

/// Writes all files of a new generation and returns its name.
fn write_generation(dir: &Path, drafts: &[Draft], embeddings: &[StoredEmbedding]) -> Result<String, IndexError> {
    let generation = next_generation(dir)?;
    let folder = dir.join(&generation);
    fs::create_dir(&folder).map_err(IndexError::io(&folder))?;

    let records: Vec<&DocumentRecord> = drafts.iter().map(|d| &d.record).collect();
    let mut documents = RowWriter::create(&folder.join(DOCUMENTS_FILE))?;
    documents.write_raw(&json(&folder, &records)?)?;
    documents.finish()?;

    let mut texts = RowWriter::create(&folder.join(TEXTS_FILE))?;
    let mut lines = RowWriter::create(&folder.join(PASSAGES_FILE))?;
    let mut offsets = RowWriter::create(&folder.join(OFFSETS_FILE))?;
    let mut terms = TermsWriter::create(&folder.join(TERMS_FOLDER))?;
    let mut offset = 0u64;
    for draft in drafts {
        texts.write_raw(draft.text.as_bytes())?;
        for passage in &draft.passages {
            let mut line = json(&folder, passage)?;
            line.push(b'\n');
            offsets.write_raw(&offset.to_le_bytes())?;
            lines.write_raw(&line)?;
            offset += line.len() as u64;
            let body = reading_text(&draft.text[passage.bytes.0..passage.bytes.1]);
            terms.add(&body, &passage.section.join(" "), &draft.record.title)?;
        }
    }
    offsets.write_raw(&offset.to_le_bytes())?;
    texts.finish()?;
    lines.finish()?;
    offsets.finish()?;
    terms.finish()?;

    let mut vectors = RowWriter::create(&folder.join(VECTORS_FILE))?;
    let mut sentences = RowWriter::create(&folder.join(SENTENCES_FILE))?;
    for embedding in embeddings {
        vectors.write_floats(&embedding.text)?;
        for sentence in &embedding.sentences {
            sentences.write_bytes(sentence)?;
        }
    }
    vectors.finish()?;
    sentences.finish()?;
    Graph::build(embeddings.iter().map(|e| e.text.as_slice())).dump(&folder)?;
    for name in GRAPH_FILES {
        let path = folder.join(name);
        fs::File::open(&path).and_then(|f| f.sync_all()).map_err(IndexError::io(&path))?;
    }
    sync_folder(&folder)?;
    Ok(generation)
}

fn json(folder: &Path, value: &impl serde::Serialize) -> Result<Vec<u8>, IndexError> {
    serde_json::to_vec(value).map_err(|e| IndexError::io(folder)(e.into()))
}

/// A name that no folder has yet, one above the highest.
fn next_generation(dir: &Path) -> Result<String, IndexError> {
    let mut highest = 0u64;
    for entry in fs::read_dir(dir).map_err(IndexError::io(dir))? {
        let name = entry.map_err(IndexError::io(dir))?.file_name();
        let name = name.to_str().filter(|n| is_generation(n)).and_then(|n| n[1..].parse().ok());
        highest = highest.max(name.unwrap_or(0));
    }
    Ok(format!("g{:06}", highest + 1))
}

/// The length and digest of every file below `folder`.
fn sums(folder: &Path) -> Result<BTreeMap<String, FileSum>, IndexError> {
    let mut sums = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).map_err(IndexError::io(&dir))? {
            let path = entry.map_err(IndexError::io(&dir))?.path();
            if path.is_dir() {
                open.push(path);
            } else if let Some(name) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                sums.insert(name.replace('\\', "/"), FileSum::of(&path)?);
            }
        }
    }
    Ok(sums)
}

/// Removes superseded and abandoned generations. A reader that still has one open keeps its maps; what cannot be
/// removed now is removed by the next build.
fn remove_other_generations(dir: &Path, keep: &str) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|n| is_generation(n) && n != keep) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
