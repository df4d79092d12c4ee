//! `zhice documents`

use std::process::ExitCode;

use serde_json::json;
use zhice::index::{DocumentRecord, Index};
use zhice::region;

use super::IndexArgs;
use super::exit::Failure;
use super::output::{FAINT, MARK, Output};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice documents
  zhice documents --json | jq .title")]
pub struct Args {
    #[command(flatten)]
    index: IndexArgs,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode, Failure> {
    let index = Index::open(&args.index.dir())?;
    for document in index.documents() {
        if args.json {
            output.json(&as_json(document))?;
        } else {
            print(document, output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A document as programs see it: the region by its full name, with the path to it from the top.
fn as_json(document: &DocumentRecord) -> serde_json::Value {
    let code = document.region.as_deref();
    json!({
        "id": document.id,
        "path": document.path,
        "duplicates": document.duplicates,
        "title": document.title,
        "issuer": document.issuer,
        "number": document.number,
        "published": document.published,
        "kind": document.kind,
        "region": code.and_then(region::division).map(|d| d.name),
        "region_path": code.map(region::path),
        "passages": document.passages.1 - document.passages.0,
        "sha256": document.sha256,
    })
}

fn print(document: &DocumentRecord, output: &mut Output) -> Result<(), Failure> {
    let region = document.region.as_deref().and_then(region::division).map(|d| d.name.to_owned());
    let facts = [document.issuer.clone(), document.number.clone(), document.published.clone(), region];
    let facts: Vec<String> = facts.into_iter().flatten().chain([document.path.clone()]).collect();
    output.line(format_args!("{MARK}{}{MARK:#}", document.id))?;
    output.wrapped(&document.title, 4, anstyle::Style::new())?;
    output.wrapped(&facts.join(" · "), 4, FAINT)
}
