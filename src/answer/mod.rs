//! Evidence to answer: the sentences that answer, quoted and cited.
//!
//! Every quote is a byte range of a document's canonical text, and an answer's text is built from quotes, region names
//! and citation marks alone.

mod alias;
mod asks;
mod brackets;
pub mod citation;
mod clause;
mod comparison;
mod enumeration;
mod evidence;
pub mod explain;
mod features;
mod json;
mod judge;
mod lists;
pub mod locate;
mod marked;
mod meant;
mod measure;
mod particulars;
mod parts;
mod quantity;
mod reading;
mod reason;
mod regions;
mod run;
mod signs;
mod silence;
mod snap;
mod strength;
mod subject;
mod text;
mod topic;
mod under;
pub mod verify;
mod wording;
mod words;

use std::collections::HashSet;

pub use evidence::{Evidence, Measured, evidence, measure};
pub use features::Features;
pub use json::{Answer, AnsweredRegion, Citation, CitedDocument, Examined, Status, Timing};
pub use strength::Strength;

use json::Clock;
use regions::RegionEvidence;

use crate::index::{Index, IndexError};
use crate::model::{Model, ModelError};
use crate::question::{Language, Question, Vocabulary, WhichRegions};
use crate::region;
use crate::retrieve::{Filter, Selection, candidates};

/// Citations of an answer unless the person asks for another number.
pub const DEFAULT_TOP_K: usize = 5;

/// The most citations that one may ask for.
pub const MAX_TOP_K: usize = 100;

/// Quotes that are looked at before those without what the question names are set aside.
const QUOTES: usize = 20;

/// A question could not be answered for a technical reason.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error(transparent)]
    Index(#[from] IndexError),
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Where an answer may come from, and how much of it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub filter: Filter,
    /// The most citations, but for which-regions questions, which cite every region.
    pub top_k: usize,
    /// The topics by which questions are understood.
    pub vocabulary: Vocabulary,
    /// The best passages are read, where the model has a reader.
    pub reader: bool,
}

impl Default for Scope {
    fn default() -> Self {
        Self { filter: Filter::default(), top_k: DEFAULT_TOP_K, vocabulary: Vocabulary::default(), reader: true }
    }
}

/// Answers `question` from what `scope` lets through of `index`.
pub fn answer(index: &Index, model: &Model, question: &Question, scope: &Scope) -> Result<Answer, AnswerError> {
    let selection = scope.filter.select(index)?;
    let search = Search { index, model, selection: selection.as_ref(), reader: scope.reader.then_some(model) };
    if selection.as_ref().is_some_and(|s| s.rows.is_empty()) {
        return Ok(search.nothing_selected(question));
    }
    search.answer(&understood(index, question, &scope.vocabulary)?, scope.top_k)
}

/// The question as `vocabulary` and the documents' own words for its subjects tell it.
fn understood(index: &Index, question: &Question, vocabulary: &Vocabulary) -> Result<Question, IndexError> {
    let mut question = question.understood_by(vocabulary);
    if let Some(which) = question.which.as_mut().filter(|which| !which.known) {
        let words = which.subjects.concat();
        let used = subject::in_documents(index, &words)?;
        which.subjects = vec![if used.is_empty() { words } else { used }];
    }
    for (position, words) in question.subjects().iter().enumerate() {
        question.add_names(position, &alias::aliases(index, words)?);
    }
    Ok(question)
}

/// What every step of an answer looks into.
struct Search<'a> {
    index: &'a Index,
    model: &'a Model,
    selection: Option<&'a Selection>,
    /// The same model, where its reader is to be asked.
    reader: Option<&'a Model>,
}

impl Search<'_> {
    fn answer(&self, question: &Question, top_k: usize) -> Result<Answer, AnswerError> {
        let Self { index, .. } = *self;
        if let Some(which) = &question.which {
            let answer = self.which_regions(question, which)?;
            // A subject that no topic file knows may have been read wrongly: "哪些地区" may mean where, and not whose policy.
            if answer.status == Status::Answered || which.known {
                return Ok(answer);
            }
        }
        let mut clock = Clock::start();
        let sides = question.sides();
        let mut evidence = if sides.is_empty() {
            self.find(question, self.reader, top_k.max(QUOTES), &mut clock)?
        } else {
            let mut columns = Vec::with_capacity(sides.len());
            for (region, side) in &sides {
                columns.push(comparison::of_side(index, region, side, self.find(side, None, QUOTES, &mut clock)?)?);
            }
            comparison::interleave(columns)
        };
        let particulars = match particulars::asked(question) {
            Some(particular) => particulars::told(index, question, particular, &evidence)?,
            None => Vec::new(),
        };
        let mut missing = silence::settle(index, question, &mut evidence)?;
        evidence.truncate(top_k);
        if !particulars.is_empty() {
            missing = None;
            evidence = particulars.iter().map(|told| told.evidence.clone()).collect();
        }
        // Who names a plan and asks for a part of it is told what its headings say, however little their words are like the question's.
        let of_plan = match parts::asked(&question.reading) {
            Some(part) => meant::names_document(index, question, part, &evidence)?,
            None => false,
        };
        let listed = lists::asked(question) && particulars.is_empty() && sides.is_empty();
        let lists = if listed && (missing.is_none() || of_plan) {
            lists::lists(index, question, &evidence)?
        } else {
            Vec::new()
        };
        if !lists.is_empty() {
            missing = None;
            let score = evidence.first().map_or(0.0, |e| e.score);
            let items = lists.iter().flat_map(|list| &list.items);
            evidence = items.map(|item| Evidence::located(item.row, item.bytes.clone(), score)).collect();
        }
        let mut citations = Vec::with_capacity(evidence.len());
        for (n, evidence) in (1..).zip(&evidence) {
            citations.push(citation::cite(index, n, evidence)?);
        }
        let (status, text) = match missing {
            Some(reason) => (Status::NoEvidence, reason),
            None if !particulars.is_empty() => (Status::Answered, particulars::text(&particulars)),
            None if !sides.is_empty() => {
                (Status::Answered, text::comparison(index, question, &sides, &evidence, &citations)?)
            }
            None if !lists.is_empty() => (Status::Answered, text::lists(index, &lists)?),
            None => (Status::Answered, text::quotes(index, question, &evidence, &citations)?),
        };
        let matched = citations.iter().map(|c| c.document.id.as_str()).collect::<HashSet<_>>().len();
        Ok(Answer {
            id: None,
            question: question.text.clone(),
            status,
            answer: text,
            regions: Vec::new(),
            examined: Examined { documents: self.documents(), matched },
            citations,
            timing_ms: clock.stop(),
        })
    }

    /// Answers a which-regions question: all regions, strongest first, each with its quotes.
    fn which_regions(&self, question: &Question, which: &WhichRegions) -> Result<Answer, AnswerError> {
        let Self { index, model, selection, .. } = *self;
        let mut clock = Clock::start();
        let query = model.embed_query(&question.reading)?;
        clock.embedded();
        let mut found = regions::collect(index, question, which, &query, selection)?;
        clock.searched();
        let within = |r: &RegionEvidence| question.regions.iter().any(|code| region::is_within(r.division.code, code));
        let excluded =
            |r: &RegionEvidence| question.excluded.iter().any(|code| region::is_within(r.division.code, code));
        let wanted = |r: &RegionEvidence| (question.regions.is_empty() || within(r)) && !excluded(r);
        found.regions.retain(wanted);
        // Where priority is asked for, a higher level is worth a word only if it gives it.
        found.above_level.retain(|r| wanted(r) && (!which.priority || r.strength == Strength::Priority));
        let mut citations = Vec::new();
        let mut cite = |regions: &[RegionEvidence]| -> Result<Vec<AnsweredRegion>, IndexError> {
            let mut answered = Vec::new();
            for region in regions {
                let first = citations.len() + 1;
                for evidence in &region.evidence {
                    citations.push(citation::cite(index, citations.len() + 1, evidence)?);
                }
                answered.push(AnsweredRegion {
                    name: region.division.name.to_owned(),
                    code: region.division.code.to_owned(),
                    level: region.division.level.as_str().to_owned(),
                    strength: region.strength,
                    citations: (first..=citations.len()).collect(),
                });
            }
            Ok(answered)
        };
        let mut answered = cite(&found.regions)?;
        let above_level = cite(&found.above_level)?;
        let (status, answer) = regions::text(index, question, which, &mut answered, &above_level);
        Ok(Answer {
            id: None,
            question: question.text.clone(),
            status,
            answer,
            regions: answered,
            examined: Examined { documents: self.documents(), matched: found.documents },
            citations,
            timing_ms: clock.stop(),
        })
    }

    /// Question to evidence.
    fn find(
        &self,
        question: &Question,
        reader: Option<&Model>,
        top_k: usize,
        clock: &mut Clock,
    ) -> Result<Vec<Evidence>, AnswerError> {
        let Self { index, model, selection, .. } = *self;
        clock.resume();
        let query = model.embed_query(&question.reading)?;
        clock.embedded();
        let candidates = candidates(index, question, &query, selection)?;
        clock.searched();
        evidence(index, question, &query, &candidates, reader, top_k)
    }

    /// How many documents are looked at.
    fn documents(&self) -> usize {
        self.selection.map_or(self.index.documents().len(), |selection| selection.documents)
    }

    /// The answer where the filter lets no document through.
    fn nothing_selected(&self, question: &Question) -> Answer {
        let answer = match question.language {
            Language::Chinese => "没有文件符合筛选条件。",
            Language::English => "No document passes the filter.",
        };
        Answer {
            id: None,
            question: question.text.clone(),
            status: Status::NoEvidence,
            answer: answer.to_owned(),
            regions: Vec::new(),
            examined: Examined { documents: 0, matched: 0 },
            citations: Vec::new(),
            timing_ms: Clock::start().stop(),
        }
    }
}
