//! `zhice index`

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use zhice::index::{Manifest, Options};

use super::exit::{Failure, PARTIAL, USAGE};
use super::output::{Output, printable};
use super::{IndexArgs, ModelArgs, setup};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice index                        update the index, or build the one of seeds/
  zhice index ~/政策文件             index a folder
  zhice index 2023 2024 --index ix   index two folders into ix

The index then holds these paths and nothing else. Only what is new or changed is embedded.")]
pub struct Args {
    /// Folders or files to index; without any, those of the existing index, else seeds/
    paths: Vec<PathBuf>,
    #[command(flatten)]
    index: IndexArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// Discard what the index holds and build it anew
    #[arg(long)]
    rebuild: bool,
}

pub fn run(args: &Args, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let start = Instant::now();
    let dir = args.index.index.clone();
    let options = Options { roots: roots(args)?, dir, rebuild: args.rebuild };
    let model = setup::model(&args.model)?;
    let summary = setup::build(&options, &model, quiet)?;
    for skipped in &summary.skipped {
        let line = printable(&format!("zhice: skipped {}: {}", skipped.path, skipped.reason));
        // A closed stderr must not undo the work that is done.
        let _ = writeln!(stderr(), "{line}");
    }
    let skipped = match summary.skipped.len() {
        0 => String::new(),
        n => format!(", {n} skipped"),
    };
    let seconds = start.elapsed().as_secs_f64();
    if summary.unchanged {
        output.line(format_args!(
            "unchanged: {} documents, {} passages{skipped} ({seconds:.1} s)",
            summary.documents, summary.passages
        ))?;
    } else {
        output.line(format_args!(
            "indexed {} documents, {} passages in {}: {} new, {} removed, {} passages embedded{skipped} ({seconds:.1} s)",
            summary.documents,
            summary.passages,
            options.dir.display(),
            summary.added,
            summary.removed,
            summary.embedded,
        ))?;
    }
    Ok(if summary.skipped.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(PARTIAL) })
}

/// The paths given; none where an index tells its own; else `seeds/`.
fn roots(args: &Args) -> Result<Vec<PathBuf>, Failure> {
    if !args.paths.is_empty() {
        return Ok(args.paths.clone());
    }
    match Manifest::read(&args.index.index) {
        Ok(manifest) if args.rebuild => Ok(manifest.roots),
        Ok(_) => Ok(Vec::new()),
        Err(_) if Path::new(setup::DEFAULT_DOCUMENTS).is_dir() => Ok(vec![PathBuf::from(setup::DEFAULT_DOCUMENTS)]),
        Err(_) => Err(Failure::new(USAGE, "nothing to index").hint("name a folder: zhice index FOLDER")),
    }
}
