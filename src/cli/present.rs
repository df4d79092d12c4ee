//! An answer as it was asked for: for people, as Markdown, or as JSON.

use clap::ValueEnum;
use serde::Serialize;
use zhice::answer::Answer;
use zhice::answer::explain::Explanation;
use zhice::question::Question;

use super::exit::Failure;
use super::output::Output;
use super::{markdown, text};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For reports: quotes and a list of references
    Markdown,
    /// For programs, one object a line
    Json,
}

/// A question with all that is written about it.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    pub question: &'a Question,
    pub answer: &'a Answer,
    /// Where it was asked for.
    pub explanation: Option<&'a Explanation>,
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<&'a Explanation>,
}

/// Writes an answer in `format`.
pub fn write(answered: Answered, format: Format, output: &mut Output) -> Result<(), Failure> {
    match format {
        Format::Text => text::write(answered, output),
        Format::Markdown => markdown::report(answered).lines().try_for_each(|line| output.line(line)),
        Format::Json => output.json(&Json { answer: answered.answer, explain: answered.explanation }),
    }
}
