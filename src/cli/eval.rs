//! `zhice eval`

use std::fs;
use std::io::{IsTerminal, Write, stderr};
use std::path::PathBuf;
use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use zhice::answer::verify::verify;
use zhice::answer::{Scope, answer};
use zhice::eval::{Miss, NoSuchPlace, Place, Report, Scorer, TestQuestion, places, questions};
use zhice::index::Index;
use zhice::model::Model;
use zhice::question::Question;

use super::exit::{Failure, INPUT, PARTIAL};
use super::output::{FAINT, Output, STRONG, WARN, printable};
use super::{AskingArgs, setup};

/// Characters of an answer that `--verbose` shows.
const SHOWN: usize = 240;

#[derive(clap::Args)]
#[command(after_help = "A line of QUESTIONS is one JSON object with `id`, `question` and `type`:
  fact          gold [{doc, quote}], answers: strings that must all stand in the answer
  span          gold, answers: any of them is right, scored by overlap
  compare       like fact, with every gold passage cited
  regions       regions, regions_optional: full names; evidence {region: {docs, terms}}
  unanswerable  nothing in the documents answers it

Examples:
  zhice eval tests/questions/seeds.jsonl
  zhice eval questions.jsonl --index policies --json --verbose")]
pub struct Args {
    /// The question set, one JSON object a line
    #[arg(value_name = "QUESTIONS")]
    questions: PathBuf,
    #[command(flatten)]
    asking: AskingArgs,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Also tell what is wrong with which answer
    #[arg(long, short)]
    verbose: bool,
}

pub fn run(args: &Args, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let name = args.questions.display().to_string();
    let bytes = fs::read(&args.questions).map_err(|e| Failure::new(INPUT, format!("{name}: {e}")))?;
    let mut skipped = false;
    let mut skip = |number: usize, reason: String| {
        skipped = true;
        let line = printable(&format!("zhice: {name}:{number}: {reason}: the line is skipped"));
        // A closed stderr must not stop the work.
        let _ = writeln!(stderr(), "{line}");
    };
    let mut set = Vec::new();
    for (number, parsed) in questions(&bytes) {
        match parsed {
            Ok(question) => set.push((number, question)),
            Err(reason) => skip(number, reason.to_string()),
        }
    }
    let scope = args.asking.scope()?;
    if set.is_empty() {
        return Err(Failure::new(INPUT, format!("{name} holds no question with a known answer"))
            .hint("`zhice eval --help` shows what a line holds"));
    }
    let (index, model) = setup::open(&args.asking.index, &args.asking.model, quiet)?;
    let mut located = Vec::with_capacity(set.len());
    for (number, question) in set {
        match places(&index, &question) {
            Ok(places) => located.push((question, places)),
            Err(NoSuchPlace::Index(e)) => return Err(e.into()),
            Err(reason) => skip(number, reason.to_string()),
        }
    }
    if located.is_empty() {
        return Err(Failure::new(INPUT, format!("{name} asks about none of the indexed documents"))
            .hint("choose the index of its documents with --index"));
    }
    let scorer = ask_all(&located, &index, &model, &scope, quiet)?;
    let misses = if args.verbose { scorer.misses() } else { &[] };
    if args.json {
        output.json(&Json { report: scorer.report(), misses: args.verbose.then_some(misses) })?;
    } else {
        print(&scorer.report(), misses, output)?;
    }
    Ok(if skipped { ExitCode::from(PARTIAL) } else { ExitCode::SUCCESS })
}

#[derive(Serialize)]
struct Json<'a> {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    misses: Option<&'a [Miss]>,
}

fn ask_all(
    set: &[(TestQuestion, Vec<Place>)],
    index: &Index,
    model: &Model,
    scope: &Scope,
    quiet: bool,
) -> Result<Scorer, Failure> {
    let bar = bar(set.len() as u64, quiet);
    let mut scorer = Scorer::default();
    for (question, places) in set {
        // What cannot be asked, such as a question that is too long, counts as not answered.
        let answer = match Question::parse(&question.question) {
            Ok(parsed) => Some(answer(index, model, &parsed, scope)?),
            Err(_) => None,
        };
        let verbatim: Vec<_> = answer.iter().flat_map(|a| verify(index, a)).map(|(_, v)| v.holds()).collect();
        scorer.add(question, places, answer.as_ref(), &verbatim);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(scorer)
}

/// A bar on a terminal, nothing elsewhere.
fn bar(questions: u64, quiet: bool) -> ProgressBar {
    if quiet || !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(questions), ProgressDrawTarget::stderr());
    let template = "answering {wide_bar} {pos}/{len} ETA {eta}";
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Writes the figures as a table for people, below what went wrong.
fn print(report: &Report, misses: &[Miss], output: &mut Output) -> Result<(), Failure> {
    for miss in misses {
        let head = printable(&format!("{} {}", miss.id, miss.question));
        output.line(format_args!("{WARN}{}{WARN:#} {head}", miss.kind.as_str()))?;
        let shown: String = miss.found.chars().take(SHOWN).collect();
        let cut = if shown.len() < miss.found.len() { "…" } else { "" };
        output.wrapped(&format!("{shown}{cut}"), 4, FAINT)?;
    }
    if !misses.is_empty() {
        output.line("")?;
    }
    for figure in report.figures() {
        let (name, value, meaning) = (figure.name, figure.value, figure.meaning);
        output.line(format_args!("{name:<10} {STRONG}{value:>8.4}{STRONG:#}  {FAINT}{meaning}{FAINT:#}"))?;
    }
    if let Some(length) = report.answer_len {
        let meaning = "median characters of a fact's answer";
        output.line(format_args!("{:<10} {STRONG}{length:>8.1}{STRONG:#}  {FAINT}{meaning}{FAINT:#}", "answer_len"))?;
    }
    if let Some(latency) = report.latency_ms {
        for (name, value) in [("p50", latency.p50), ("p95", latency.p95), ("max", latency.max)] {
            let meaning = "milliseconds from question to answer";
            output.line(format_args!("{name:<10} {STRONG}{value:>8.1}{STRONG:#}  {FAINT}{meaning}{FAINT:#}"))?;
        }
    }
    let unasked = if report.missing > 0 { format!(", {} could not be asked", report.missing) } else { String::new() };
    output.line(format_args!("{} questions{unasked}", report.questions))
}
