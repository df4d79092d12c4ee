//! `zhice ask`

use std::path::PathBuf;
use std::process::ExitCode;

use zhice::answer::{Answer, Citation, Examined, Status, answer};
use zhice::question::Question;

use super::exit::{Failure, USAGE};
use super::output::{FAINT, MARK, Output, STRONG, WARN, printable};
use super::{AskingArgs, batch, setup};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice ask \"哪些城市优先发展第三代半导体？\"
  zhice ask \"南京市未来产业到2025年的主营业务收入目标是多少？\" --top-k 3
  zhice ask \"有哪些资金支持？\" --region 江苏 --since 2023
  zhice ask \"通政发〔2024〕23号是什么文件？\" --json
  zhice ask --batch questions.jsonl --json > answers.jsonl")]
pub struct Args {
    /// The question, in Chinese or English
    #[arg(required_unless_present = "batch", conflicts_with = "batch", allow_hyphen_values = true)]
    question: Option<String>,
    #[command(flatten)]
    asking: AskingArgs,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
    /// Answer every question of FILE (- for stdin), one JSON object with `id` and `question` a line
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
}

pub fn run(args: &Args, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let scope = args.asking.scope()?;
    if let Some(file) = &args.batch {
        // The file is opened first: a wrong name should not cost the loading of a model.
        let questions = batch::open(file)?;
        let (index, model) = setup::open(&args.asking.index, &args.asking.model, quiet)?;
        return batch::run(questions, &index, &model, &scope, args.json, output);
    }
    let question = args.question.as_deref().ok_or_else(|| Failure::new(USAGE, "no question"))?;
    let question = Question::parse(question)?;
    let (index, model) = setup::open(&args.asking.index, &args.asking.model, quiet)?;
    let answer = answer(&index, &model, &question, &scope)?;
    if args.json {
        output.json(&answer)?
    } else {
        print(&answer, output)?
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes an answer for people: the answer, then each quote and where it stands.
pub fn print(answer: &Answer, output: &mut Output) -> Result<(), Failure> {
    for line in answer.answer.lines() {
        output.wrapped(line, 0, STRONG)?;
    }
    if !answer.regions.is_empty() {
        let Examined { documents, matched } = answer.examined;
        output.line(format_args!("{FAINT}查阅 {documents} 份文件，{matched} 份涉及。{FAINT:#}"))?;
    }
    if answer.status == Status::NoEvidence && !answer.citations.is_empty() {
        output.line(format_args!("{FAINT}最接近的段落如下，供查阅，不作为答案：{FAINT:#}"))?;
    }
    for citation in &answer.citations {
        output.line("")?;
        print_citation(citation, output)?;
    }
    Ok(())
}

fn print_citation(citation: &Citation, output: &mut Output) -> Result<(), Failure> {
    let region = citation.region.as_deref().map(|r| format!(" · {r}")).unwrap_or_default();
    output.line(format_args!("{MARK}[{}]{MARK:#} {FAINT}{}{region}{FAINT:#}", citation.n, citation.id))?;
    output.wrapped(&citation.reading_quote(), 4, anstyle::Style::new())?;
    output.wrapped(&place(citation), 4, FAINT)?;
    match citation.stale.as_deref() {
        Some("missing") => output.line(format_args!("    {WARN}此文件在建立索引后已不在原处{WARN:#}"))?,
        Some(_) => output.line(format_args!("    {WARN}此文件在建立索引后已改动，请运行 zhice index 更新{WARN:#}"))?,
        None => {}
    }
    Ok(())
}

/// Elements with more characters than this are not shown beside a quote: `table 2 row 3` is, a CSS path is not.
const SHORT_ELEMENT: usize = 24;

/// Title, number, date, section path, file, and page, element or line.
pub fn place(citation: &Citation) -> String {
    let document = &citation.document;
    let mut parts = vec![document.title.clone()];
    parts.extend(document.number.clone());
    parts.extend(document.published.clone());
    if !citation.section.is_empty() {
        parts.push(citation.section.join(" › "));
    }
    parts.push(match (citation.page, &citation.element) {
        (Some(page), _) => format!("{} 第 {page} 页", document.path),
        (None, Some(element)) if element.len() <= SHORT_ELEMENT => format!("{} {element}", document.path),
        // A longer selector is for those who look it up with `zhice cite`.
        (None, Some(_)) => document.path.clone(),
        (None, None) => format!("{}:{}", document.path, citation.lines[0]),
    });
    printable(&parts.join(" · "))
}
