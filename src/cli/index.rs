//! `zhice index`

use std::collections::BTreeMap;
use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use zhice::document::format::UNSUPPORTED;
use zhice::index::{IndexError, Manifest, Options, Summary};
use zhice::model::Model;

use super::exit::{Failure, PARTIAL, USAGE};
use super::output::{Output, printable};
use super::watch::watch;
use super::{IndexArgs, ModelArgs, setup};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice index                        update the index, or build the one of seeds/
  zhice index ~/政策文件             index a folder
  zhice index 2023 2024 --index ix   index two folders into ix
  zhice index --watch                keep the index up to date while documents change

It reads .txt, .md, .html, .pdf, .docx and .jsonl files, texts in UTF-8, GB18030, Big5 and UTF-16.
The index then holds these paths and nothing else. Only what is new or changed is embedded.")]
pub struct Args {
    /// Folders or files to index; without any, those of the existing index, else seeds/
    paths: Vec<PathBuf>,
    #[command(flatten)]
    index: IndexArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// Discard what the index holds and build it anew, which embeds every passage again
    #[arg(long)]
    rebuild: bool,
    /// Go on, and take up what changes in the folders until interrupted
    #[arg(long)]
    watch: bool,
}

pub fn run(args: &Args, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let options = Options { roots: roots(args)?, dir: args.index.dir(), rebuild: args.rebuild, ..Default::default() };
    let model = setup::model(&args.model)?;
    let code = update(&options, &model, quiet, output)?;
    if !args.watch {
        return Ok(code);
    }
    let again = Options { roots: Vec::new(), rebuild: false, ..options };
    watch(&again.dir, || update(&again, &model, quiet, output).map(drop))
}

/// Builds or updates the index, and tells of it.
fn update(options: &Options, model: &Model, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let summary = setup::build(options, model, quiet)?;
    if let Some(format) = summary.older_format {
        let _ = writeln!(stderr(), "zhice: the index was of the older format {format} and was built anew");
    }
    for line in notices(&summary) {
        // A closed stderr must not undo the work that is done.
        let _ = writeln!(stderr(), "zhice: {}", printable(&line));
    }
    output.line(report(&summary, &options.dir, start.elapsed().as_secs_f64()))?;
    output.flush()?;
    Ok(if summary.skipped.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PARTIAL) })
}

/// What the person should know of single files.
fn notices(summary: &Summary) -> Vec<String> {
    let mut lines = Vec::new();
    // A saved page brings a folder of scripts and pictures: formats that are not read are told once each.
    let mut formats: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for skipped in &summary.skipped {
        if skipped.reason.starts_with(UNSUPPORTED) {
            formats.entry(&skipped.reason).or_default().push(&skipped.path);
        } else {
            lines.push(format!("skipped {}: {}", skipped.path, skipped.reason));
        }
    }
    for (reason, paths) in formats {
        lines.push(match paths.as_slice() {
            [path] => format!("skipped {path}: {reason}"),
            [path, rest @ ..] => format!("skipped {path} and {} more: {reason}", rest.len()),
            [] => continue,
        });
    }
    for (path, characters) in &summary.undecoded {
        lines.push(format!("{path}: {characters} characters could not be decoded and stand as \u{fffd}"));
    }
    for (path, other) in &summary.repeats {
        lines.push(format!("{path} repeats {other} under another header"));
    }
    lines
}

/// One line on the whole run.
fn report(summary: &Summary, dir: &Path, seconds: f64) -> String {
    let Summary { documents, passages, added, changed, unchanged, removed, identical, embedded, .. } = summary;
    let more = |n: usize, what: &str| if n > 0 { format!(", {n} {what}") } else { String::new() };
    let tail = format!(
        "{}{}{} ({seconds:.1} s)",
        more(*identical, "identical files"),
        more(summary.repeats.len(), "repeat another"),
        more(summary.skipped.len(), "skipped"),
    );
    if summary.nothing_new {
        return format!("unchanged: {documents} documents, {passages} passages{tail}");
    }
    format!(
        "indexed {documents} documents, {passages} passages in {}: {added} new, {changed} changed, {unchanged} unchanged, \
         {removed} removed, {embedded} passages embedded{tail}",
        dir.display(),
    )
}

/// The paths given; none where an index tells its own; else `seeds/`.
fn roots(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    let dir = args.index.dir();
    match Manifest::read(&dir) {
        Ok(manifest) => Ok(manifest.roots),
        Err(IndexError::Missing(_)) if Path::new(setup::DEFAULT_DOCUMENTS).is_dir() => {
            Ok(vec![PathBuf::from(setup::DEFAULT_DOCUMENTS)])
        }
        Err(IndexError::Missing(_)) => {
            Err(Failure::new(USAGE, "nothing to index").hint("name a folder: zhice index FOLDER"))
        }
        // Other folders than those it was built from would silently take the place of the person's documents.
        Err(IndexError::OlderFormat { .. }) if !args.rebuild => Ok(Vec::new()),
        Err(_) if args.rebuild => Manifest::roots_of(&dir).ok_or_else(|| {
            let failure = Failure::new(USAGE, format!("index {} does not tell what it was built from", dir.display()));
            failure.hint("name the folder: zhice index --rebuild FOLDER")
        }),
        Err(e) => Err(e.into()),
    }
}
