//! `zhice ask --batch`: many questions, one load.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use serde::Deserialize;
use zhice::answer::explain::explain;
use zhice::answer::{Scope, answer};
use zhice::index::Index;
use zhice::model::Model;
use zhice::question::Question;

use super::exit::{Failure, INPUT, PARTIAL};
use super::output::Output;
use super::present::{self, Answered, Format};
use super::session::Form;

/// A line of the batch; fields besides these are not read.
#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    question: String,
}

/// Questions being read, with the name to use in messages.
pub struct Questions {
    name: String,
    reader: Box<dyn BufRead>,
}

/// Opens a batch; `-` is stdin.
pub fn open(file: &Path) -> Result<Questions, Failure> {
    let name = file.display().to_string();
    let reader: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let opened = File::open(file).map_err(|e| Failure::new(INPUT, format!("--batch {name}: {e}")))?;
        Box::new(BufReader::new(opened))
    };
    Ok(Questions { name, reader })
}

/// Answers question by question. A line that cannot be used is named on stderr, and the others are still answered.
pub fn run(
    questions: Questions,
    index: &Index,
    model: &Model,
    scope: &Scope,
    form: Form,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let Questions { name, mut reader } = questions;
    let mut skipped = false;
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let n =
            reader.read_until(b'\n', &mut bytes).map_err(|e| Failure::new(INPUT, format!("--batch {name}: {e}")))?;
        if n == 0 {
            break;
        }
        if bytes.trim_ascii().is_empty() {
            continue;
        }
        let parsed = serde_json::from_slice::<Line>(&bytes).map_err(|e| e.to_string());
        let parsed = parsed.and_then(|l| Ok((l.id, Question::parse(&l.question).map_err(|e| e.to_string())?)));
        let (id, question) = match parsed {
            Ok(parsed) => parsed,
            Err(reason) => {
                skipped = true;
                let _ = writeln!(io::stderr(), "zhice: {name}:{number}: {reason}: the line is skipped");
                continue;
            }
        };
        let mut answer = answer(index, model, &question, scope)?;
        answer.id = id;
        let explanation = form.explain.then(|| explain(index, model, &question, scope, &answer)).transpose()?;
        let answered = Answered { question: &question, answer: &answer, explanation: explanation.as_ref() };
        let is_text = form.format == Format::Text;
        if is_text {
            output.wrapped(&format!("{number}. {}", question.text), 0, anstyle::Style::new())?;
        }
        present::write(answered, form.format, output)?;
        if is_text {
            output.line("")?;
        }
    }
    Ok(if skipped { ExitCode::from(PARTIAL) } else { ExitCode::SUCCESS })
}
