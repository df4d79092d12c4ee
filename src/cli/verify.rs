//! `zhice verify`

use std::process::ExitCode;

use zhice::index::{IndexError, Report, verify};

use super::exit::{Failure, INDEX};
use super::output::{FAINT, Output, WARN, printable};
use super::{IndexArgs, ModelArgs, setup};

/// Passages that are embedded again where nothing else is asked for.
const SAMPLE: usize = 32;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice verify                  check the index in full
  zhice verify --sample 1000    embed a thousand of its passages again

It changes nothing. A damaged index is built anew with `zhice index --rebuild`, which reads and embeds all of its
documents again.")]
pub struct Args {
    #[command(flatten)]
    index: IndexArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// How many passages, spread over the index, are embedded again and compared
    #[arg(long, value_name = "N", default_value_t = SAMPLE)]
    sample: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode, Failure> {
    let dir = args.index.dir();
    let model = setup::model(&args.model)?;
    let report = verify(&dir, &model, args.sample)?;
    if args.json {
        output.json(&report)?;
    } else {
        write(&report, output)?;
    }
    let Some(fault) = report.faults.first() else { return Ok(ExitCode::SUCCESS) };
    let damaged = IndexError::Damaged { path: fault.file.clone(), reason: fault.reason.clone() };
    let hint = damaged.hint().unwrap_or_default();
    Err(Failure::new(INDEX, format!("index {} has {} faults", dir.display(), report.faults.len())).hint(hint))
}

fn write(report: &Report, output: &mut Output) -> Result<(), Failure> {
    for fault in &report.faults {
        output.line(format_args!("{WARN}{}{WARN:#}: {}", fault.file.display(), printable(&fault.reason)))?;
    }
    for path in &report.changed {
        output.line(format_args!("{} has changed since it was indexed", printable(path)))?;
    }
    for path in &report.missing {
        output.line(format_args!("{} is gone since it was indexed", printable(path)))?;
    }
    if !(report.changed.is_empty() && report.missing.is_empty()) {
        output.line(format_args!("{FAINT}run `zhice index` to take that up{FAINT:#}"))?;
    }
    if report.faults.is_empty() {
        let Report { files, documents, passages, sentences, points, embedded, .. } = report;
        output.line(format_args!(
            "sound: {files} files, {documents} documents, {passages} passages, {sentences} sentences, {points} points \
             of the graph; {embedded} passages embedded again"
        ))?;
    }
    Ok(())
}
