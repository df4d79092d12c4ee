//! Commands, and how they end.

mod ask;
mod batch;
mod cite;
mod exit;
mod index;
mod model;
mod output;
mod progress;
mod setup;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use exit::Failure;
use output::Output;

/// 知策: ask questions over policy documents, get quoted passages with citations that can be checked
#[derive(Parser)]
#[command(name = "zhice", version, arg_required_else_help = true, after_long_help = exit::HELP)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Show no progress on stderr
    #[arg(long, short, global = true)]
    quiet: bool,
}

/// Options of every command that opens an index.
#[derive(clap::Args, Clone)]
pub struct IndexArgs {
    /// The index folder
    #[arg(long, value_name = "DIR", env = "ZHICE_INDEX", default_value = setup::DEFAULT_INDEX)]
    index: PathBuf,
}

/// Options of every command that runs the embedding model.
#[derive(clap::Args, Clone)]
pub struct ModelArgs {
    /// A BERT or XLM-R sentence-embedding folder to use in place of the built-in model
    #[arg(long, value_name = "DIR", env = "ZHICE_MODEL")]
    model: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer a question with quoted, cited passages
    Ask(ask::Args),
    /// Build or update the index of folders of documents
    Index(index::Args),
    /// Look a citation up, find where a quote stands, or check saved answers
    Cite(cite::Args),
    /// Show or export the embedding model
    Model(model::Args),
}

/// Parses the command line and runs the command.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::stdout();
    let result = match cli.command {
        Command::Ask(args) => ask::run(&args, cli.quiet, &mut output),
        Command::Index(args) => index::run(&args, cli.quiet, &mut output),
        Command::Cite(args) => cite::run(&args, &mut output),
        Command::Model(args) => model::run(&args, &mut output),
    };
    match result.and_then(|code| output.finish().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
