//! `zhice model`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use zhice::model::{Pooling, export};

use super::exit::Failure;
use super::output::Output;
use super::{ModelArgs, setup};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Say which embedding model is in use
    Info {
        #[command(flatten)]
        model: ModelArgs,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Write the built-in model as a folder (f32) that --model and other tools load
    #[command(after_help = "Example:
  zhice model export my-model
  zhice ask \"低空经济\" --model my-model --index ix")]
    Export {
        /// The folder to write; made where it does not exist
        dir: PathBuf,
    },
}

pub fn run(args: &Args, output: &mut Output) -> Result<ExitCode, Failure> {
    match &args.action {
        Action::Info { model, json } => {
            let source = model.folder().map_or("built in".to_owned(), |dir| dir.display().to_string());
            let model = setup::model(model)?;
            let spec = model.spec();
            if *json {
                let mut value = serde_json::to_value(spec).map_err(std::io::Error::from)?;
                value["source"] = source.into();
                value["fingerprint"] = model.fingerprint().into();
                output.json(&value)?;
                return Ok(ExitCode::SUCCESS);
            }
            let pooling = match spec.pooling {
                Pooling::Mean => "mean",
                Pooling::Cls => "cls",
            };
            output.line(format_args!("name         {}", spec.name))?;
            output.line(format_args!("source       {source}"))?;
            output.line(format_args!("fingerprint  {}", model.fingerprint()))?;
            output.line(format_args!("dimensions   {}", spec.dimensions))?;
            output.line(format_args!("layers       {}", spec.layers))?;
            output.line(format_args!("vocabulary   {}", spec.vocabulary))?;
            output.line(format_args!("max tokens   {}", spec.max_tokens))?;
            output.line(format_args!("pooling      {pooling}"))?;
            output.line(format_args!("prefixes     {:?} {:?}", spec.query_prefix, spec.passage_prefix))?;
        }
        Action::Export { dir } => {
            let spec = export(dir)?;
            output.line(format_args!("wrote {} to {}", spec.name, dir.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
