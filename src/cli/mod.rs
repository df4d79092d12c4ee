//! Commands, and how they end.

mod ask;
mod batch;
mod cite;
mod documents;
mod eval;
mod exit;
mod explain;
#[cfg(test)]
mod fixture;
mod groups;
mod index;
mod markdown;
mod model;
mod output;
mod present;
mod progress;
mod serve;
mod session;
mod setup;
mod text;
mod verify;
mod watch;
mod wording;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use zhice::answer::{DEFAULT_TOP_K, MAX_TOP_K, Scope};
use zhice::question::Vocabulary;
use zhice::retrieve::{Filter, FilterText};

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
    /// The index folder [default: $ZHICE_INDEX, else index]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
}

impl IndexArgs {
    /// The index folder that was chosen, by option or environment.
    fn chosen(&self) -> Option<PathBuf> {
        self.index.clone().or_else(|| variable("ZHICE_INDEX"))
    }

    /// The index folder.
    fn dir(&self) -> PathBuf {
        self.chosen().unwrap_or_else(|| PathBuf::from(setup::DEFAULT_INDEX))
    }
}

/// Options of every command that runs the embedding model.
#[derive(clap::Args, Clone)]
pub struct ModelArgs {
    /// A BERT or XLM-R sentence-embedding folder to use in place of the built-in model [default: $ZHICE_MODEL]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
}

impl ModelArgs {
    /// The model folder that was chosen, by option or environment.
    fn folder(&self) -> Option<PathBuf> {
        self.model.clone().or_else(|| variable("ZHICE_MODEL"))
    }
}

/// Options of every command that answers questions.
#[derive(clap::Args, Clone)]
pub struct AskingArgs {
    #[command(flatten)]
    index: IndexArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// The most citations to give for a question
    #[arg(long, short = 'k', value_name = "N", default_value_t = DEFAULT_TOP_K as u64,
          value_parser = clap::value_parser!(u64).range(1..=MAX_TOP_K as u64))]
    top_k: u64,
    #[command(flatten)]
    topics: TopicsArgs,
    #[command(flatten)]
    reader: ReaderArgs,
    #[command(flatten)]
    filter: FilterArgs,
}

/// The option of every command that may read passages.
#[derive(clap::Args, Clone)]
pub struct ReaderArgs {
    /// Answer without reading the best passages: faster, and the answers are less to the point
    #[arg(long)]
    no_reader: bool,
}

impl AskingArgs {
    /// Where answers may come from, and by which topics questions are understood.
    fn scope(&self) -> Result<Scope, Failure> {
        Ok(Scope {
            filter: self.filter.filter()?,
            top_k: self.top_k as usize,
            vocabulary: self.topics.vocabulary()?,
            reader: !self.reader.no_reader,
        })
    }
}

/// The topics by which questions are understood.
#[derive(clap::Args, Clone)]
pub struct TopicsArgs {
    /// A TOML file of topics with their synonyms, to add to the built-in ones [default: $ZHICE_TOPICS]
    #[arg(long, value_name = "FILE")]
    topics: Option<PathBuf>,
}

impl TopicsArgs {
    /// The built-in topics and those of the person's file.
    fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        let Some(file) = self.topics.clone().or_else(|| variable("ZHICE_TOPICS")) else {
            return Ok(Vocabulary::default());
        };
        let name = file.display();
        let refuse = |reason: String| Failure::new(exit::INPUT, format!("topics {name}: {reason}"));
        let text = std::fs::read_to_string(&file).map_err(|e| refuse(e.to_string()))?;
        Vocabulary::with(&text).map_err(|e| refuse(e.to_string()))
    }
}

/// Which documents are looked at.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Only what is of or about this division: 南京, 江苏省, 南京市鼓楼区, 320100; 国家 for central bodies
    #[arg(long, value_name = "REGION")]
    region: Option<String>,
    /// Only documents of this year, month or day (2024, 2024-08, 2024-08-07) or later
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only documents of this year, month or day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only documents whose issuer 发文机关 has this in its name
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// Only documents whose document number 发文字号 has this in it
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
}

impl FilterArgs {
    /// The filter of this name, to be read or set.
    fn named(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "region" => &mut self.region,
            "since" => &mut self.since,
            "until" => &mut self.until,
            "issuer" => &mut self.issuer,
            "number" => &mut self.number,
            _ => return None,
        })
    }

    fn filter(&self) -> Result<Filter, Failure> {
        Ok(Filter::parse(&FilterText {
            region: self.region.as_deref(),
            since: self.since.as_deref(),
            until: self.until.as_deref(),
            issuer: self.issuer.as_deref(),
            number: self.number.as_deref(),
        })?)
    }
}

/// A path from the environment; an empty one counts as none.
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

#[derive(Subcommand)]
enum Command {
    /// Answer a question with quoted, cited passages; without one, question after question on a terminal
    Ask(ask::Args),
    /// Build or update the index of folders of documents
    Index(index::Args),
    /// Look a citation up, find where a quote stands, or check saved answers
    Cite(cite::Args),
    /// List the documents of the index with what is known of each
    Documents(documents::Args),
    /// Check that the index is whole and sound
    Verify(verify::Args),
    /// Answer questions in the browser, on this machine alone
    Serve(serve::Args),
    /// Measure the answers against a question set with known answers
    Eval(eval::Args),
    /// Show or export the embedding model
    Model(model::Args),
}

/// Parses the command line and runs the command.
pub fn run() -> ExitCode {
    // Without arguments: a conversation where there is somebody to talk to, else the help.
    let alone = std::env::args_os().len() <= 1 && session::is_possible();
    let cli = if alone { Cli::parse_from(["zhice", "ask"]) } else { Cli::parse() };
    let mut output = Output::stdout();
    let result = match cli.command {
        Command::Ask(args) => ask::run(&args, cli.quiet, &mut output),
        Command::Index(args) => index::run(&args, cli.quiet, &mut output),
        Command::Cite(args) => cite::run(&args, &mut output),
        Command::Documents(args) => documents::run(&args, &mut output),
        Command::Verify(args) => verify::run(&args, &mut output),
        Command::Serve(args) => serve::run(&args, cli.quiet),
        Command::Eval(args) => eval::run(&args, cli.quiet, &mut output),
        Command::Model(args) => model::run(&args, &mut output),
    };
    match result.and_then(|code| output.flush().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
