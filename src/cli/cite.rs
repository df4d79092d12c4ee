//! `zhice cite`

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use zhice::answer::citation::{self, CitationId};
use zhice::answer::locate::locate;
use zhice::answer::verify::verify;
use zhice::answer::{Answer, Citation, Evidence};
use zhice::index::Index;
use zhice::question::Language;

use super::IndexArgs;
use super::exit::{Failure, INPUT, NOT_FOUND, USAGE};
use super::output::{FAINT, MARK, Output, STRONG, WARN, printable};
use super::text::place;

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice cite 3f9a1c02-17
  zhice cite --quote \"到2025年，全市未来产业实现主营业务收入3000亿元以上\"
  zhice cite --verify answers.jsonl")]
pub struct Args {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    index: IndexArgs,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Target {
    /// A citation identifier, as an answer shows it
    id: Option<String>,
    /// Find where this text stands in the documents
    #[arg(long, value_name = "TEXT")]
    quote: Option<String>,
    /// Check every citation of saved answers (`ask --json`) against the documents as they are now
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
}

pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode, Failure> {
    if let Some(id) = &args.target.id {
        // A malformed identifier needs no index to be refused.
        let id: CitationId = id.parse()?;
        return by_id(&Index::open(&args.index.dir())?, &id, args.json, output);
    }
    if let Some(quote) = &args.target.quote {
        if quote.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
            return Err(Failure::new(USAGE, "--quote needs a few words").hint("give a clause or a sentence"));
        }
        return by_quote(&Index::open(&args.index.dir())?, quote, args.json, output);
    }
    let file = args.target.verify.as_deref().unwrap_or(Path::new(""));
    let opened = File::open(file).map_err(|e| Failure::new(INPUT, format!("--verify {}: {e}", file.display())))?;
    check(&Index::open(&args.index.dir())?, opened, file, args.json, output)
}

/// Prints the passage, its neighbours for context, and all that is known of its place.
pub fn by_id(index: &Index, id: &CitationId, json: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let found = citation::resolve(index, id)?;
    if found.is_empty() {
        let failure = Failure::new(NOT_FOUND, format!("no citation {id} in {}", index.dir().display()));
        return Err(failure.hint("the document may have changed since; find its text with `zhice cite --quote`"));
    }
    for (row, passage) in found {
        let bytes = passage.bytes.0..passage.bytes.1;
        let citation = citation::cite(index, 1, &Evidence::located(row, bytes, 1.0))?;
        if json {
            output.json(&citation)?;
            continue;
        }
        let (first, last) = index.documents()[passage.document].passages;
        header(&citation, output)?;
        for near in row.saturating_sub(1).max(first)..(row + 2).min(last) {
            let near_passage = index.passage(near)?;
            let text = index.text(&index.documents()[passage.document])?;
            let text = text.get(near_passage.bytes.0..near_passage.bytes.1).unwrap_or_default();
            output.line("")?;
            let style = if near == row { STRONG } else { FAINT };
            for line in text.lines().filter(|l| !l.trim().is_empty()) {
                output.wrapped(line.trim(), if near == row { 2 } else { 4 }, style)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn header(citation: &Citation, output: &mut Output) -> Result<(), Failure> {
    let document = &citation.document;
    output.line(format_args!("{MARK}{}{MARK:#}", citation.id))?;
    let mut field = |name: &str, value: Option<String>| match value {
        Some(value) => output.wrapped(&format!("{name}  {value}"), 0, anstyle::Style::new()),
        None => Ok(()),
    };
    field("标题", Some(document.title.clone()))?;
    field("发文机关", document.issuer.clone())?;
    field("发文字号", document.number.clone())?;
    field("日期", document.published.clone())?;
    field("原文链接", document.url.clone())?;
    field("行政区划", citation.region.clone())?;
    field("涉及地区", (!citation.regions.is_empty()).then(|| citation.regions.join("、")))?;
    field("章节", (!citation.section.is_empty()).then(|| citation.section.join(" › ")))?;
    let [first, last] = citation.lines;
    let [start, end] = citation.bytes;
    let place = match (citation.page, &citation.element) {
        (Some(page), _) => format!("第 {page} 页，"),
        (None, Some(element)) => format!("{element}，"),
        (None, None) => String::new(),
    };
    // For other formats than UTF-8 text, lines and bytes are those of the extracted text.
    let of = if document.text_sha256.is_some() { "提取文本" } else { "" };
    let lines = format!("{of}第 {first}–{last} 行，字节 {start}–{end}");
    field("出处", Some(format!("{}，{place}{lines}", document.path)))?;
    if let Some(stale) = &citation.stale {
        let said = if stale == "missing" { "文件已不在原处" } else { "文件在建立索引后已改动" };
        output.line(format_args!("{WARN}{said}{WARN:#}"))?;
    }
    Ok(())
}

fn by_quote(index: &Index, quote: &str, json: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let places = locate(index, quote)?;
    let exact = places.first().is_some_and(|p| p.exact);
    for (n, found) in (1..).zip(&places) {
        let citation = citation::cite(index, n, &found.evidence)?;
        if json {
            let mut value = serde_json::to_value(&citation).map_err(std::io::Error::from)?;
            value["exact"] = found.exact.into();
            output.json(&value)?;
            continue;
        }
        if !found.exact {
            output.line(format_args!("{WARN}原文没有这句话，最接近的是：{WARN:#}"))?;
        }
        output.line(format_args!("{MARK}{}{MARK:#}", citation.id))?;
        output.wrapped(&citation.reading_quote(), 4, anstyle::Style::new())?;
        output.wrapped(&place(&citation, Language::Chinese), 4, FAINT)?;
    }
    if places.is_empty() {
        return Err(Failure::new(NOT_FOUND, "this text stands in no document"));
    }
    Ok(if exact { ExitCode::SUCCESS } else { ExitCode::from(NOT_FOUND) })
}

/// Checks saved answers; fails when a single citation does not hold.
fn check(index: &Index, file: File, name: &Path, json: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let (mut good, mut bad) = (0, 0);
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let at = format!("--verify {}:{number}", name.display());
        let line = line.map_err(|e| Failure::new(INPUT, format!("{at}: {e}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let answer: Answer = serde_json::from_str(&line).map_err(|e| {
            Failure::new(INPUT, format!("{at}: {e}")).hint("give a file that `zhice ask --json` has written")
        })?;
        for (citation, verdict) in verify(index, &answer) {
            if verdict.holds() {
                good += 1
            } else {
                bad += 1
            }
            if json {
                let row = serde_json::json!({
                    "line": number, "id": citation.id, "holds": verdict.holds(), "verdict": verdict.as_str(),
                });
                output.json(&row)?;
            } else if !verdict.holds() {
                let (path, verdict) = (&citation.document.path, verdict.as_str());
                let text = printable(&format!("{number}: {} ({path}): {verdict}", citation.id));
                output.line(format_args!("{WARN}{text}{WARN:#}"))?;
            }
        }
    }
    if !json {
        output.line(format_args!("{good} citations hold, {bad} do not"))?;
    }
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(NOT_FOUND) })
}
