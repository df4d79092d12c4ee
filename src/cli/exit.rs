//! Exit codes, and errors as one clear line.

use std::io;
use std::process::ExitCode;

use zhice::answer::AnswerError;
use zhice::answer::citation::NotACitation;
use zhice::index::IndexError;
use zhice::model::ModelError;
use zhice::question::QuestionError;
use zhice::retrieve::FilterError;

use super::output::printable;

/// Nothing was found: the citation, quote or document is not there.
pub const NOT_FOUND: u8 = 1;
/// The command line or the question cannot be used.
pub const USAGE: u8 = 2;
/// A file or folder cannot be read or written, or holds nothing to work with.
pub const INPUT: u8 = 3;
/// The index is missing, damaged, locked, or of another model or version.
pub const INDEX: u8 = 4;
/// The work is done, but some files or questions were skipped.
pub const PARTIAL: u8 = 5;

/// The exit codes for `--help`.
pub const HELP: &str = "Exit codes:
  0    done; for `ask` also when the documents hold no answer, which the answer says
  1    not found: the citation or quote is not there, or no longer holds
  2    the command line or the question cannot be used
  3    a file or folder cannot be read or written, or holds no document
  4    the index is missing, damaged, in use, or of another model or version
  5    done, but some files or questions were skipped; stderr names them";

/// Why a command failed, and what to do.
#[derive(Debug)]
pub enum Failure {
    /// The reader of stdout went away, which is no error.
    Closed,
    Message {
        code: u8,
        message: String,
        hint: Option<String>,
    },
}

impl Failure {
    pub fn new(code: u8, message: impl ToString) -> Self {
        Self::Message { code, message: message.to_string(), hint: None }
    }

    pub fn hint(mut self, text: impl ToString) -> Self {
        if let Self::Message { hint, .. } = &mut self {
            *hint = Some(text.to_string());
        }
        self
    }

    /// What happened and what to do, as one line; `None` where nobody is left to tell.
    pub fn line(&self) -> Option<String> {
        let Self::Message { message, hint, .. } = self else { return None };
        let hint = hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
        // Some libraries append a backtrace.
        let message = message.lines().next().unwrap_or_default();
        Some(printable(&format!("{message}{hint}")))
    }

    /// Writes the one line to stderr and returns the exit code.
    pub fn report(self) -> ExitCode {
        if let Some(line) = self.line() {
            // With stderr closed there is nobody left to tell.
            let _ = io::Write::write_all(&mut io::stderr(), format!("zhice: {line}\n").as_bytes());
        }
        match self {
            Self::Closed => ExitCode::SUCCESS,
            Self::Message { code, .. } => ExitCode::from(code),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Self {
        match e.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::new(INPUT, format!("cannot write the output: {e}")),
        }
    }
}

impl From<IndexError> for Failure {
    fn from(e: IndexError) -> Self {
        let code = match &e {
            IndexError::Model(model) => return Self::new(INPUT, model),
            IndexError::Walk(_) | IndexError::NoDocuments(_) | IndexError::Io { .. } => INPUT,
            _ => INDEX,
        };
        let failure = Self::new(code, &e);
        match e.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    }
}

impl From<ModelError> for Failure {
    fn from(e: ModelError) -> Self {
        Self::new(INPUT, e)
    }
}

impl From<AnswerError> for Failure {
    fn from(e: AnswerError) -> Self {
        match e {
            AnswerError::Index(e) => e.into(),
            AnswerError::Model(e) => e.into(),
        }
    }
}

impl From<QuestionError> for Failure {
    fn from(e: QuestionError) -> Self {
        Self::new(USAGE, e).hint("ask in a sentence or a few words")
    }
}

impl From<FilterError> for Failure {
    fn from(e: FilterError) -> Self {
        Self::new(USAGE, e)
    }
}

impl From<NotACitation> for Failure {
    fn from(e: NotACitation) -> Self {
        Self::new(USAGE, e).hint("take it from an answer of `zhice ask`")
    }
}
