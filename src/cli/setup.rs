//! What commands share: the model, the index, and building the one of `seeds/` where there is none.

use std::path::{Path, PathBuf};

use zhice::index::{self, Index, IndexError, Options, Summary};
use zhice::model::Model;

use super::exit::{Failure, INDEX};
use super::progress::Display;
use super::{IndexArgs, ModelArgs};

/// The index of the folder one stands in.
pub const DEFAULT_INDEX: &str = "index";
/// The documents that are indexed where none are named.
pub const DEFAULT_DOCUMENTS: &str = "seeds";

/// The built-in model, or the folder of `--model`.
pub fn model(args: &ModelArgs) -> Result<Model, Failure> {
    Ok(match args.folder() {
        Some(folder) => Model::from_folder(&folder)?,
        None => Model::embedded()?,
    })
}

/// Builds or updates an index, with progress on stderr.
pub fn build(options: &Options, model: &Model, quiet: bool) -> Result<Summary, Failure> {
    let mut display = Display::new(quiet);
    let result = index::build(options, model, |progress| display.show(progress));
    display.finish();
    Ok(result?)
}

/// Opens the index and the model that asks it. Where neither an index nor a choice of one is there, but `seeds/` is, its
/// index is built first.
pub fn open(index: &IndexArgs, model_args: &ModelArgs, quiet: bool) -> Result<(Index, Model), Failure> {
    let dir = index.dir();
    let (index_result, model) = std::thread::scope(|scope| {
        let model = scope.spawn(|| model(model_args));
        let index = Index::open(&dir);
        (index, model.join().unwrap_or_else(|_| Err(Failure::new(INDEX, "loading the model failed"))))
    });
    let model = model?;
    let opened = match index_result {
        Err(IndexError::Missing(_)) if index.chosen().is_none() && Path::new(DEFAULT_DOCUMENTS).is_dir() => {
            let roots = vec![PathBuf::from(DEFAULT_DOCUMENTS)];
            build(&Options { roots, dir: dir.clone(), ..Default::default() }, &model, quiet)?;
            Index::open(&dir)?
        }
        other => other?,
    };
    opened.check_model(&model)?;
    Ok((opened, model))
}
