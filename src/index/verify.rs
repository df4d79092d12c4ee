//! The whole check of an index: what a question would not notice before it is too late.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use super::build::embedding_input;
use super::dot::dot;
use super::records::{DOCUMENTS_FILE, PASSAGES_FILE, PassageRecord, TEXTS_FILE};
use super::vectors::{SENTENCES_FILE, VECTORS_FILE};
use super::{Index, IndexError, Manifest, SourceState, TERMS_FOLDER};
use crate::document::document_id;
use crate::model::{Input, Model};

/// How far a vector computed again may lie from the stored one. The same text gives the same vector on the same machine;
/// other processors add up in another order.
const SAME_VECTOR: f32 = 0.999;

/// How far the length of a unit vector may be from 1.
const UNIT: f32 = 1e-3;

/// Passages embedded at once.
const PASSAGES_PER_STEP: usize = 16;

/// Something in an index that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file that it is in.
    pub file: PathBuf,
    pub reason: String,
}

/// What was checked, and what was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub files: usize,
    pub documents: usize,
    pub passages: usize,
    pub sentences: usize,
    /// Points of the graph, those of removed passages among them.
    pub points: usize,
    /// Passages that no way through the graph leads to, new ones above all: every search compares them one by one.
    pub strays: usize,
    /// Passages that were embedded again.
    pub embedded: usize,
    /// Documents whose file is no longer what was indexed, and those whose file is gone: an index may be older than its
    /// documents, which is no fault.
    pub changed: Vec<String>,
    pub missing: Vec<String>,
    pub faults: Vec<Fault>,
}

/// Checks the index in `dir` in full; `sample` passages, spread over it, are embedded again. A fault ends the check only
/// where nothing behind it can be looked at.
///
/// # Errors
/// Where there is no index, or its manifest cannot be used.
pub fn verify(dir: &Path, model: &Model, sample: usize) -> Result<Report, IndexError> {
    let manifest = Manifest::read(dir)?;
    let mut report = Report { files: manifest.files.len(), ..Default::default() };
    let sums: Vec<_> = manifest.files.par_iter().map(|(name, _)| manifest.verify(dir, name)).collect();
    for damage in sums.into_iter().filter_map(Result::err) {
        report.fault(damage)?;
    }
    // A damaged file is given to no library.
    if report.faults.is_empty() {
        match Index::open(dir) {
            Ok(index) => Check { index: &index, report: &mut report }.all(model, sample)?,
            Err(e) => report.fault(e)?,
        }
    }
    Ok(report)
}

impl Report {
    /// Takes damage up as a fault; what keeps the check from going on is an error.
    fn fault(&mut self, error: IndexError) -> Result<(), IndexError> {
        let IndexError::Damaged { path, reason } = error else { return Err(error) };
        self.faults.push(Fault { file: path, reason });
        Ok(())
    }
}

struct Check<'a> {
    index: &'a Index,
    report: &'a mut Report,
}

impl Check<'_> {
    fn all(mut self, model: &Model, sample: usize) -> Result<(), IndexError> {
        self.documents()?;
        self.vectors();
        self.graph()?;
        self.terms()?;
        if self.report.faults.is_empty() {
            self.meaning(model, sample)?;
        }
        for document in self.index.documents() {
            match self.index.source_state(document) {
                SourceState::Unchanged => {}
                SourceState::Changed => self.report.changed.push(document.path.clone()),
                SourceState::Missing => self.report.missing.push(document.path.clone()),
            }
        }
        Ok(())
    }

    fn fault(&mut self, file: &str, reason: String) {
        self.report.faults.push(Fault { file: self.index.folder.join(file), reason });
    }

    /// Documents follow one another and hold their passages, passages their sentences, and identifiers lead to them.
    fn documents(&mut self) -> Result<(), IndexError> {
        let index = self.index;
        let (mut row, mut sentence) = (0, 0);
        let mut paths: HashMap<(&str, Option<usize>), usize> = HashMap::new();
        for (number, document) in index.documents().iter().enumerate() {
            let name = format!("document {number} ({})", document.path);
            if paths.insert((&document.path, document.line.map(|line| line.number)), number).is_some() {
                self.fault(DOCUMENTS_FILE, format!("{name} is there twice"));
            }
            if document.id != document_id(&document.sha256) {
                self.fault(DOCUMENTS_FILE, format!("{name} has the identifier of other bytes"));
            }
            if document.passages.0 != row || document.passages.1 < row || document.passages.1 > index.manifest.passages
            {
                self.fault(DOCUMENTS_FILE, format!("{name} has rows that are not its own"));
                return Ok(());
            }
            let (text, reading) = match (index.text(document), index.reading(document)) {
                (Ok(text), Ok(reading)) => (text, reading),
                (Err(e), _) | (_, Err(e)) => return self.report.fault(e),
            };
            if text.len() != reading.len() {
                self.fault(TEXTS_FILE, format!("{name} is not read at the offsets at which it is written"));
            }
            for (ordinal, at) in (row..document.passages.1).enumerate() {
                let passage = match index.passage(at) {
                    Ok(passage) => passage,
                    Err(e) => return self.report.fault(e),
                };
                let its = passage.document == number && passage.ordinal as usize == ordinal;
                if let Some(reason) = misplaced(&passage, text).or((!its).then_some("is cited as another")) {
                    self.fault(PASSAGES_FILE, format!("passage {at} of {name} {reason}"));
                }
                if passage.first_sentence != sentence {
                    self.fault(PASSAGES_FILE, format!("passage {at} of {name} has the sentences of another"));
                }
                sentence += passage.sentences.len();
            }
            row = document.passages.1;
        }
        let manifest = &index.manifest;
        if (row, sentence, index.documents.len()) != (manifest.passages, manifest.sentences, manifest.documents) {
            self.fault(DOCUMENTS_FILE, "the manifest counts otherwise".to_owned());
        }
        (self.report.documents, self.report.passages, self.report.sentences) = (index.documents.len(), row, sentence);
        Ok(())
    }

    /// Every vector is a finite unit vector.
    fn vectors(&mut self) {
        for row in 0..self.index.manifest.passages {
            let vector = self.index.vector(row).unwrap_or_default();
            let length = dot(&vector, &vector).sqrt();
            if !((1.0 - UNIT)..=(1.0 + UNIT)).contains(&length) {
                self.fault(VECTORS_FILE, format!("the vector of passage {row} has length {length}"));
            }
        }
        for sentence in 0..self.index.manifest.sentences {
            if !self.index.stored_sentence(sentence).is_some_and(|vector| vector.scale.is_finite()) {
                self.fault(SENTENCES_FILE, format!("sentence {sentence} has no finite vector"));
            }
        }
    }

    /// Every passage is a point of the graph that searches reach, just once, or is known not to be.
    fn graph(&mut self) -> Result<(), IndexError> {
        let graph = match self.index.graph() {
            Ok(graph) => graph,
            Err(e) => return self.report.fault(e),
        };
        if let Some((file, reason)) = graph.fault() {
            self.fault(file, reason);
        }
        (self.report.points, self.report.strays) = (graph.points(), graph.strays().len());
        Ok(())
    }

    /// Every passage is in the full text, just once.
    fn terms(&mut self) -> Result<(), IndexError> {
        let rows = self.index.terms().and_then(|terms| terms.rows());
        match rows {
            Ok(rows) if rows.iter().copied().eq(0..self.index.manifest.passages) => Ok(()),
            Ok(rows) => {
                self.fault(TERMS_FOLDER, format!("it has {} entries that are not those of the passages", rows.len()));
                Ok(())
            }
            Err(e) => self.report.fault(e),
        }
    }

    /// The vectors of a sample are those of its passages.
    fn meaning(&mut self, model: &Model, sample: usize) -> Result<(), IndexError> {
        let index = self.index;
        index.check_model(model)?;
        let passages = index.manifest.passages;
        let step = passages.div_ceil(sample.max(1)).max(1);
        let rows: Vec<usize> = if sample == 0 { Vec::new() } else { (0..passages).step_by(step).collect() };
        for rows in rows.chunks(PASSAGES_PER_STEP) {
            let inputs: Vec<Input> = rows.iter().map(|&row| input(index, row)).collect::<Result<_, _>>()?;
            let computed = model.embed_passages(&inputs, |_| {})?;
            for (&row, computed) in rows.iter().zip(&computed) {
                let cosine = dot(&computed.text, &index.vector(row).unwrap_or_default());
                if cosine < SAME_VECTOR {
                    let reason = format!("the vector of passage {row} is that of another text (cosine {cosine:.3})");
                    self.fault(VECTORS_FILE, reason);
                }
            }
            self.report.embedded += rows.len();
        }
        Ok(())
    }
}

/// What was embedded of a passage.
fn input(index: &Index, row: usize) -> Result<Input, IndexError> {
    let passage = index.passage(row)?;
    let document = &index.documents()[passage.document];
    let sentences = passage.sentences.iter().map(|&(start, end)| start..end);
    Ok(embedding_input(&document.metadata.title, &passage.section, index.reading(document)?, sentences))
}

/// What is wrong with the place of a passage in its document's text.
fn misplaced(passage: &PassageRecord, text: &str) -> Option<&'static str> {
    let inside = |range: Range<usize>| range.start <= range.end && text.get(range).is_some();
    if !inside(passage.bytes.0..passage.bytes.1) {
        return Some("lies outside of its text");
    }
    let mut last = passage.bytes.0;
    for &(start, end) in &passage.sentences {
        if start < last || end > passage.bytes.1 || !inside(start..end) {
            return Some("has sentences outside of it");
        }
        last = end;
    }
    let line = 1 + text[..passage.bytes.0].matches('\n').count();
    (passage.lines.0 != line).then_some("does not begin on its line")
}
