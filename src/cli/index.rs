//! `zhice index`

use std::io::{Write, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use zhice::index::{IndexError, Manifest, Options};

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
    let dir = args.index.dir();
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
        Err(_) if args.rebuild => Manifest::roots_of(&dir).ok_or_else(|| {
            let failure = Failure::new(USAGE, format!("index {} does not tell what it was built from", dir.display()));
            failure.hint("name the folder: zhice index --rebuild FOLDER")
        }),
        Err(e) => Err(e.into()),
    }
}
