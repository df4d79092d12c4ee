//! `zhice ask`

use std::path::PathBuf;
use std::process::ExitCode;

use zhice::answer::answer;
use zhice::answer::explain::explain;
use zhice::question::Question;

use super::exit::{Failure, USAGE};
use super::output::Output;
use super::present::{self, Answered, Format};
use super::session::{self, Form};
use super::{AskingArgs, batch, setup};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  zhice ask \"哪些城市优先发展第三代半导体？\"
  zhice ask \"南京市未来产业到2025年的主营业务收入目标是多少？\" --top-k 3
  zhice ask \"有哪些资金支持？\" --region 江苏 --since 2023
  zhice ask \"通政发〔2024〕23号是什么文件？\" --json
  zhice ask \"南京和南通在低空经济上有什么不同？\" --format markdown > report.md
  zhice ask --batch questions.jsonl --json > answers.jsonl
  zhice ask                     question after question on a terminal; :help there lists the commands")]
pub struct Args {
    /// The question, in Chinese or English; without one, a conversation on the terminal
    #[arg(conflicts_with = "batch", allow_hyphen_values = true)]
    question: Option<String>,
    #[command(flatten)]
    asking: AskingArgs,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Short for --format json: one object a line
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Also tell what was understood of the question, and why each citation was chosen
    #[arg(long)]
    explain: bool,
    /// Answer every question of FILE (- for stdin), one JSON object with `id` and `question` a line
    #[arg(long, value_name = "FILE")]
    batch: Option<PathBuf>,
}

pub fn run(args: &Args, quiet: bool, output: &mut Output) -> Result<ExitCode, Failure> {
    let form = Form { format: if args.json { Format::Json } else { args.format }, explain: args.explain };
    if args.question.is_none() && args.batch.is_none() && session::is_possible() {
        return session::run(&args.asking, form, quiet, output);
    }
    let scope = args.asking.scope()?;
    if let Some(file) = &args.batch {
        // The file is opened first: a wrong name should not cost the loading of a model.
        let questions = batch::open(file)?;
        let (index, model) = setup::open(&args.asking.index, &args.asking.model, quiet)?;
        return batch::run(questions, &index, &model, &scope, form, output);
    }
    let question = args
        .question
        .as_deref()
        .ok_or_else(|| Failure::new(USAGE, "no question").hint("give one, or --batch FILE, or ask on a terminal"))?;
    let question = Question::parse(question)?;
    let (index, model) = setup::open(&args.asking.index, &args.asking.model, quiet)?;
    let answer = answer(&index, &model, &question, &scope)?;
    let explanation = form.explain.then(|| explain(&index, &model, &question, &scope, &answer)).transpose()?;
    let answered = Answered { question: &question, answer: &answer, explanation: explanation.as_ref() };
    present::write(answered, form.format, output)?;
    Ok(ExitCode::SUCCESS)
}
