//! Full text: a tantivy index with one entry a passage, which knows the passage's row.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::collector::{DocSetCollector, FilterCollector, TopDocs};
use tantivy::columnar::Column;
use tantivy::directory::MmapDirectory;
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{DocAddress, Index as TantivyIndex, IndexWriter, Searcher, TantivyDocument, Term};

use super::IndexError;
use super::analyzer::{ANALYZER, HanBigrams};
use super::directory::{ReadOnly, Watched};
use super::disk::Disk;
use super::rowset::RowSet;

/// Memory for terms not yet written, in bytes; tantivy wants at least 15 MB.
const WRITER_BYTES: usize = 64 << 20;

/// The column that holds the passage's row.
const ROW: &str = "row";

#[derive(Clone, Copy)]
struct Fields {
    body: Field,
    heading: Field,
    title: Field,
    row: Field,
}

/// How much a term counts in the passage itself, in its section path and in its document's title.
#[derive(Debug, Clone, Copy)]
pub struct FieldWeights {
    pub body: f32,
    pub heading: f32,
    pub title: f32,
}

/// Writes the full-text index of one build.
pub struct TermsWriter {
    path: PathBuf,
    fields: Fields,
    writer: IndexWriter,
}

/// Reads a full-text index.
pub struct Terms {
    path: PathBuf,
    fields: Fields,
    searcher: Searcher,
    /// The rows of each segment's entries.
    rows: Vec<Column<u64>>,
}

impl TermsWriter {
    /// Starts an index in the new folder `path`.
    pub fn create(disk: &Disk, path: &Path) -> Result<Self, IndexError> {
        disk.create_dir(path).map_err(IndexError::io(path))?;
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(ANALYZER)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(true);
        let options = TextOptions::default().set_indexing_options(indexing);
        let mut schema = Schema::builder();
        let fields = Fields {
            body: schema.add_text_field("body", options.clone()),
            heading: schema.add_text_field("heading", options.clone()),
            title: schema.add_text_field("title", options),
            row: schema.add_u64_field(ROW, FAST),
        };
        let tokenizers = TokenizerManager::default();
        tokenizers.register(ANALYZER, HanBigrams);
        let directory = MmapDirectory::open(path).map_err(|e| terms_error(path)(e.into()))?;
        let index = TantivyIndex::builder().schema(schema.build()).tokenizers(tokenizers);
        let index =
            index.open_or_create(Watched { inner: directory, disk: disk.clone() }).map_err(terms_error(path))?;
        let writer = index.writer_with_num_threads(1, WRITER_BYTES).map_err(terms_error(path))?;
        Ok(Self { path: path.to_owned(), fields, writer })
    }

    pub fn add(&mut self, row: usize, body: &str, heading: &str, title: &str) -> Result<(), IndexError> {
        let mut document = TantivyDocument::default();
        document.add_text(self.fields.body, body);
        document.add_text(self.fields.heading, heading);
        document.add_text(self.fields.title, title);
        document.add_u64(self.fields.row, row as u64);
        self.writer.add_document(document).map(drop).map_err(terms_error(&self.path))
    }

    pub fn finish(mut self) -> Result<(), IndexError> {
        let committed = self.writer.commit().and_then(|_| self.writer.wait_merging_threads());
        committed.map_err(terms_error(&self.path))
    }
}

impl Terms {
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        let damaged = |e: tantivy::TantivyError| IndexError::damaged(path, e);
        let directory = MmapDirectory::open(path).map_err(|e| damaged(e.into()))?;
        let index = TantivyIndex::open(ReadOnly(directory)).map_err(damaged)?;
        index.tokenizers().register(ANALYZER, HanBigrams);
        let schema = index.schema();
        let field = |name: &str| schema.get_field(name).map_err(damaged);
        let fields =
            Fields { body: field("body")?, heading: field("heading")?, title: field("title")?, row: field(ROW)? };
        let reader = index
            .reader_builder()
            .reload_policy(tantivy::ReloadPolicy::Manual)
            .num_warming_threads(0)
            .try_into()
            .map_err(damaged)?;
        let reader: tantivy::IndexReader = reader;
        let searcher = reader.searcher();
        let rows = searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64(ROW));
        let rows = rows.collect::<Result<_, _>>().map_err(damaged)?;
        Ok(Self { path: path.to_owned(), fields, searcher, rows })
    }

    fn row(&self, address: DocAddress) -> Option<usize> {
        let row = self.rows.get(address.segment_ord as usize)?.first(address.doc_id)?;
        usize::try_from(row).ok()
    }

    /// The `limit` passages with the highest BM25 score for the weighted `terms` among those whose row is `wanted`, best
    /// first: (row, score).
    pub fn search(
        &self,
        terms: &[(String, f32)],
        weights: FieldWeights,
        limit: usize,
        wanted: Option<&Arc<RowSet>>,
    ) -> Result<Vec<(usize, f32)>, IndexError> {
        if terms.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (text, weight) in terms {
            for (field, field_weight) in self.weighted_fields(weights) {
                let term = TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(term), weight * field_weight))));
            }
        }
        let query = BooleanQuery::new(clauses);
        let best = TopDocs::with_limit(limit).order_by_score();
        let found = match wanted {
            None => self.searcher.search(&query, &best),
            Some(wanted) => {
                let wanted = Arc::clone(wanted);
                let allowed = move |row: u64| usize::try_from(row).is_ok_and(|row| wanted.contains(row));
                self.searcher.search(&query, &FilterCollector::new(ROW.to_owned(), allowed, best))
            }
        };
        let found = found.map_err(|e| IndexError::damaged(&self.path, e))?;
        Ok(found.into_iter().filter_map(|(score, address)| Some((self.row(address)?, score))).collect())
    }

    /// The rows of all passages whose own text has every one of `terms`.
    pub fn with_all(&self, terms: &[String]) -> Result<Vec<usize>, IndexError> {
        if terms.is_empty() {
            return Ok(Vec::new());
        }
        let clause = |text: &String| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(self.fields.body, text), IndexRecordOption::Basic))
        };
        let query = BooleanQuery::intersection(terms.iter().map(clause).collect());
        let found = self.searcher.search(&query, &DocSetCollector).map_err(|e| IndexError::damaged(&self.path, e))?;
        Ok(found.into_iter().filter_map(|address| self.row(address)).collect())
    }

    /// The rows of all entries, ascending.
    pub fn rows(&self) -> Result<Vec<usize>, IndexError> {
        let found = self.searcher.search(&AllQuery, &DocSetCollector);
        let found = found.map_err(|e| IndexError::damaged(&self.path, e))?;
        let mut rows: Vec<usize> = found.into_iter().filter_map(|address| self.row(address)).collect();
        rows.sort_unstable();
        Ok(rows)
    }

    /// In how many passages `term` stands, itself or through a heading.
    pub fn passages_with(&self, term: &str) -> u64 {
        let frequency = |field| self.searcher.doc_freq(&Term::from_field_text(field, term)).unwrap_or(0);
        frequency(self.fields.body).max(frequency(self.fields.heading))
    }

    /// How many passages there are.
    pub fn len(&self) -> u64 {
        self.searcher.num_docs()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn weighted_fields(&self, weights: FieldWeights) -> impl Iterator<Item = (Field, f32)> {
        let all = [
            (self.fields.body, weights.body),
            (self.fields.heading, weights.heading),
            (self.fields.title, weights.title),
        ];
        all.into_iter().filter(|(_, weight)| *weight > 0.0)
    }
}

fn terms_error(path: &Path) -> impl Fn(tantivy::TantivyError) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::Terms { path: path.clone(), source }
}
