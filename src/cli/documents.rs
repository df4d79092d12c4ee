//! `zhice documents`

use std::process::ExitCode;

use serde_json::json;
use zhice::document::Validity;
use zhice::index::{DocumentRecord, Index};
use zhice::region;

use super::exit::{Failure, NOT_FOUND};
use super::output::{FAINT, MARK, Output, WARN};
use super::{FilterArgs, IndexArgs};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice documents
  zhice documents --region 江苏 --since 2023 --until 2024-06
  zhice documents --number 通政发〔2024〕23号 --json
  zhice documents --text 3f9a1c02 > text.txt")]
pub struct Args {
    #[command(flatten)]
    filter: FilterArgs,
    #[command(flatten)]
    index: IndexArgs,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
    /// Print the canonical text of this document, byte for byte: what the `bytes` of a citation count in
    #[arg(long, value_name = "ID", conflicts_with_all = ["json", "region", "since", "until", "issuer", "number"])]
    text: Option<String>,
}

pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode, Failure> {
    let filter = args.filter.filter()?;
    let index = Index::open(&args.index.dir())?;
    if let Some(id) = &args.text {
        return text(&index, id, output);
    }
    let mut found = index.documents().iter().filter(|document| filter.keeps(document)).peekable();
    if found.peek().is_none() {
        return Err(Failure::new(NOT_FOUND, "no document passes the filter").hint("`zhice documents` lists them all"));
    }
    for document in found {
        if args.json {
            output.json(&as_json(&index, document)?)?;
        } else {
            print(&index, document, output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn text(index: &Index, id: &str, output: &mut Output) -> Result<ExitCode, Failure> {
    let known = |d: &&DocumentRecord| d.id.eq_ignore_ascii_case(id) || d.sha256.eq_ignore_ascii_case(id);
    let document = index.documents().iter().find(known).ok_or_else(|| {
        Failure::new(NOT_FOUND, format!("no document {id} in {}", index.dir().display()))
            .hint("`zhice documents` lists their identifiers")
    })?;
    output.exact(index.text(document)?)?;
    Ok(ExitCode::SUCCESS)
}

/// A document as programs see it: regions by their full names, with the path to its own from the top.
fn as_json(index: &Index, document: &DocumentRecord) -> Result<serde_json::Value, Failure> {
    let (metadata, code) = (&document.metadata, document.region.as_deref());
    let name = |code: &str| region::division(code).map(|d| d.name);
    let written = |words: &Option<String>| words.as_ref().map(|words| index.as_written(document, words)).transpose();
    Ok(json!({
        "id": document.id,
        "path": document.path,
        "line": document.line.map(|line| line.number),
        "format": document.format,
        "encoding": document.encoding,
        "duplicates": document.duplicates,
        "repeats": document.repeats,
        "title": index.as_written(document, &metadata.title)?,
        "issuer": written(&metadata.issuer)?,
        "number": written(&metadata.number)?,
        "published": metadata.published,
        "effective": metadata.effective,
        "expires": metadata.expires,
        "validity": metadata.validity,
        "repeals": metadata.repeals,
        "kind": metadata.kind,
        "url": metadata.url,
        "region": code.and_then(name),
        "region_path": code.map(region::path),
        "regions": document.regions.iter().filter_map(|code| name(code)).collect::<Vec<_>>(),
        "passages": document.passages.1 - document.passages.0,
        "sha256": document.sha256,
        "text_sha256": document.text_sha256,
    }))
}

fn print(index: &Index, document: &DocumentRecord, output: &mut Output) -> Result<(), Failure> {
    let metadata = &document.metadata;
    let region = document.region.as_deref().and_then(region::division).map(|d| d.name.to_owned());
    let path = match document.line {
        Some(line) => format!("{} line {}", document.path, line.number),
        None => document.path.clone(),
    };
    let facts = [
        metadata.kind.clone(),
        metadata.issuer.clone(),
        metadata.number.clone(),
        metadata.published.clone(),
        metadata.expires.as_ref().map(|date| format!("有效期至 {date}")),
        region,
        Some(path),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    output.line(format_args!("{MARK}{}{MARK:#}", document.id))?;
    output.wrapped(&index.as_written(document, &metadata.title)?, 4, anstyle::Style::new())?;
    output.wrapped(&facts.join(" · "), 4, FAINT)?;
    if let Some(validity) = metadata.validity.filter(|validity| *validity != Validity::InForce) {
        output.wrapped(&format!("效力：{}", validity.as_str()), 4, WARN)?;
    }
    if let Some(other) = &document.repeats {
        output.wrapped(&format!("与 {other} 内容基本相同"), 4, WARN)?;
    }
    Ok(())
}
