//! A conversation: question after question with index and model loaded once, and commands on the last answer.

mod command;
mod lines;
mod opener;

use std::io::{IsTerminal, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;

use zhice::answer::explain::explain;
use zhice::answer::{Answer, Citation, Scope, answer};
use zhice::index::Index;
use zhice::model::Model;
use zhice::question::Question;

use super::exit::{Failure, NOT_FOUND, USAGE};
use super::output::{FAINT, Output, WARN, printable};
use super::present::{self, Answered, Format};
use super::wording::Wording;
use super::{AskingArgs, cite, explain as explaining, setup, variable};
use command::{Command, FILTERS, parse};
use lines::{Lines, Terminal};

const PROMPT: &str = "zhice> ";

const HELP: &str = "\
QUESTION               answers, in Chinese or English
:cite N                the passage of citation [N] of the last answer, in context
:open N                opens the file of citation [N]
:filter region=南京 since=2023
                       sets filters for the next questions: region, since, until, issuer, number;
                       region= takes one away; :filter shows them, :filter clear takes all away
:explain               what was understood of the last question, and why each citation
:help, :quit           Ctrl-D also ends it";

/// Whether a person sits there to talk to.
pub fn is_possible() -> bool {
    stdin().is_terminal() && stdout().is_terminal()
}

/// Holds a conversation on the terminal.
pub fn run(asking: &AskingArgs, form: Form, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    // Wrong filters and a wrong terminal should not cost the loading of a model.
    asking.scope()?;
    let mut terminal = Terminal::new(variable("ZHICE_HISTORY"))?;
    let (index, model) = setup::open(&asking.index, &asking.model, quiet)?;
    let documents = index.documents().len();
    output.line(format_args!("{FAINT}{documents} documents. Ask, or :help; Ctrl-D ends.{FAINT:#}"))?;
    let session = Session { index, model, asking: asking.clone(), form, last: None, open: opener::open };
    session.talk(&mut terminal, output)?;
    Ok(ExitCode::SUCCESS)
}

/// How answers are written.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    pub format: Format,
    pub explain: bool,
}

struct Session {
    index: Index,
    model: Model,
    /// With the filters as they are now.
    asking: AskingArgs,
    form: Form,
    /// What was answered last, and within what.
    last: Option<(Question, Scope, Answer)>,
    open: fn(&Path) -> Result<(), Failure>,
}

impl Session {
    /// Until the lines end. What goes wrong with one line is told, and the next one is read.
    fn talk(mut self, lines: &mut impl Lines, output: &mut Output) -> Result<(), Failure> {
        loop {
            output.flush()?;
            let Some(line) = lines.next(PROMPT)? else { return Ok(()) };
            let done = match parse(&line) {
                Ok(Command::Quit) => return Ok(()),
                Ok(command) => self.obey(command, output),
                Err(reason) => Err(Failure::new(USAGE, reason)),
            };
            match done {
                Err(Failure::Closed) => return Err(Failure::Closed),
                Err(failure) => {
                    let line = failure.line().unwrap_or_default();
                    output.line(format_args!("{WARN}{line}{WARN:#}"))?;
                }
                Ok(()) => {}
            }
        }
    }

    fn obey(&mut self, command: Command, output: &mut Output) -> Result<(), Failure> {
        match command {
            Command::Nothing | Command::Quit => Ok(()),
            Command::Ask(question) => self.ask(&question, output),
            Command::Cite(n) => {
                let id = self.citation(n)?.id.parse()?;
                cite::by_id(&self.index, &id, false, output)?;
                Ok(())
            }
            Command::Open(n) => self.open(n, output),
            Command::ShowFilter => self.show_filter(output),
            Command::ClearFilter => {
                self.asking.filter = Default::default();
                self.show_filter(output)
            }
            Command::Filter(filters) => {
                let mut asking = self.asking.clone();
                for (name, value) in filters {
                    if let Some(place) = asking.filter.named(name) {
                        *place = Some(value).filter(|value| !value.is_empty());
                    }
                }
                // A filter that cannot be understood leaves the ones before.
                asking.scope()?;
                self.asking = asking;
                self.show_filter(output)
            }
            Command::Explain => {
                let Some((question, scope, answer)) = &self.last else { return Err(nothing_yet()) };
                let explanation = explain(&self.index, &self.model, question, scope, answer)?;
                explaining::write(&explanation, Wording(question.language), output)
            }
            Command::Help => output.line(HELP),
        }
    }

    fn ask(&mut self, question: &str, output: &mut Output) -> Result<(), Failure> {
        let question = Question::parse(question)?;
        let scope = self.asking.scope()?;
        let answer = answer(&self.index, &self.model, &question, &scope)?;
        let wanted = self.form.explain.then(|| explain(&self.index, &self.model, &question, &scope, &answer));
        let explanation = wanted.transpose()?;
        let answered = Answered { question: &question, answer: &answer, explanation: explanation.as_ref() };
        present::write(answered, self.form.format, output)?;
        self.last = Some((question, scope, answer));
        Ok(())
    }

    /// A citation of the last answer.
    fn citation(&self, n: usize) -> Result<&Citation, Failure> {
        let (_, _, answer) = self.last.as_ref().ok_or_else(nothing_yet)?;
        let found = answer.citations.iter().find(|citation| citation.n == n);
        found.ok_or_else(|| Failure::new(NOT_FOUND, format!("the last answer has no citation [{n}]")))
    }

    fn open(&self, n: usize, output: &mut Output) -> Result<(), Failure> {
        let cited = &self.citation(n)?.document;
        let document = self.index.documents().iter().find(|d| d.sha256 == cited.sha256);
        let document = document.ok_or_else(|| Failure::new(NOT_FOUND, "its document is no longer indexed"))?;
        let path = opener::checked(&self.index.source(document))?;
        output.line(printable(&path.display().to_string()))?;
        (self.open)(&path)
    }

    fn show_filter(&mut self, output: &mut Output) -> Result<(), Failure> {
        let mut shown = Vec::new();
        for name in FILTERS {
            if let Some(Some(value)) = self.asking.filter.named(name) {
                shown.push(format!("{name}={value}"));
            }
        }
        output.line(if shown.is_empty() { "no filter".to_owned() } else { printable(&shown.join(" ")) })
    }
}

fn nothing_yet() -> Failure {
    Failure::new(NOT_FOUND, "nothing was asked yet")
}

#[cfg(test)]
mod tests;
