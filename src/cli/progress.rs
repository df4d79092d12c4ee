//! Progress of long work on stderr: a bar on a terminal, plain lines now and then otherwise.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use zhice::index::Progress;

/// Time between two plain lines.
const INTERVAL: Duration = Duration::from_secs(10);

/// Shows what a build tells.
pub struct Display {
    bar: Option<ProgressBar>,
    plain: bool,
    stage: Option<std::mem::Discriminant<Progress>>,
    last_line: Instant,
}

impl Display {
    pub fn new(quiet: bool) -> Self {
        let terminal = stderr().is_terminal();
        let bar = (!quiet && terminal).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let template = "{msg} {wide_bar} {pos}/{len} {per_sec} ETA {eta}";
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, plain: !quiet && !terminal, stage: None, last_line: Instant::now() }
    }

    pub fn show(&mut self, progress: Progress) {
        let (name, done, total) = match progress {
            Progress::Reading { done, total } => ("reading files", done, total),
            Progress::Embedding { done, total } => ("embedding passages", done, total),
            Progress::Writing => ("writing the index", 0, 0),
        };
        let stage = std::mem::discriminant(&progress);
        let new_stage = self.stage.replace(stage) != Some(stage);
        if let Some(bar) = &self.bar {
            if new_stage {
                bar.reset();
                bar.set_length(total as u64);
                bar.set_message(name);
            }
            bar.set_position(done as u64);
        }
        if self.plain && (new_stage || done == total || self.last_line.elapsed() >= INTERVAL) {
            self.last_line = Instant::now();
            let counts = if total > 0 { format!(" {done}/{total}") } else { String::new() };
            // A closed stderr must not stop the work.
            let _ = writeln!(stderr(), "zhice: {name}{counts}");
        }
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
