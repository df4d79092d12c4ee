//! Lines from a terminal with editing and history.

use std::io;
use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Config, Editor};

use super::super::exit::{Failure, INPUT};

/// Where a session's lines come from.
pub trait Lines {
    /// The next line; `None` at the end.
    fn next(&mut self, prompt: &str) -> Result<Option<String>, Failure>;
}

/// A terminal. The history is forgotten at the end unless a file is named for it.
pub struct Terminal {
    editor: Editor<(), FileHistory>,
    history: Option<PathBuf>,
}

impl Terminal {
    pub fn new(history: Option<PathBuf>) -> Result<Self, Failure> {
        let config = Config::builder().auto_add_history(true).build();
        let mut editor = Editor::with_config(config).map_err(failure)?;
        if let Some(file) = history.as_ref().filter(|file| file.exists()) {
            let unusable = |e| Failure::new(INPUT, format!("$ZHICE_HISTORY {}: {e}", file.display()));
            editor.load_history(file).map_err(unusable)?;
        }
        Ok(Self { editor, history })
    }
}

impl Lines for Terminal {
    fn next(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        match self.editor.readline(prompt) {
            Ok(line) => {
                if let Some(file) = &self.history {
                    // A history that cannot be written must not stop the questions.
                    let _ = self.editor.append_history(file);
                }
                Ok(Some(line))
            }
            Err(ReadlineError::Eof) => Ok(None),
            // Ctrl-C gives a line up and no more.
            Err(ReadlineError::Interrupted) => Ok(Some(String::new())),
            Err(e) => Err(failure(e)),
        }
    }
}

fn failure(error: ReadlineError) -> Failure {
    match error {
        ReadlineError::Io(e) if e.kind() == io::ErrorKind::BrokenPipe => Failure::Closed,
        e => Failure::new(INPUT, format!("cannot read from the terminal: {e}")),
    }
}
