//! Progress of long work on stderr: a bar on a terminal, plain lines now and then otherwise.

use std::io::{IsTerminal, Write, stderr};
use std::mem::{Discriminant, discriminant};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use zhice::index::Progress;

/// Time between two plain lines.
const INTERVAL: Duration = Duration::from_secs(10);

/// Shows what a build tells.
pub struct Display {
    bar: Option<ProgressBar>,
    plain: bool,
    stage: Option<Discriminant<Progress>>,
    stage_start: Instant,
    last_line: Instant,
}

impl Display {
    pub fn new(quiet: bool) -> Self {
        let terminal = stderr().is_terminal();
        let bar = (!quiet && terminal).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let template = "{wide_bar} {percent}% {msg}";
            bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        let now = Instant::now();
        Self { bar, plain: !quiet && !terminal, stage: None, stage_start: now, last_line: now }
    }

    pub fn show(&mut self, progress: Progress) {
        let stage = discriminant(&progress);
        let new_stage = self.stage.replace(stage) != Some(stage);
        if new_stage {
            self.stage_start = Instant::now();
        }
        let (done, total) = match progress {
            Progress::Scanning { done, total } => (done as u64, total as u64),
            Progress::Indexing { done, total, .. } => (done, total),
            Progress::Writing => (0, 0),
        };
        let message = self.message(progress);
        if let Some(bar) = &self.bar {
            if new_stage {
                bar.reset();
                bar.set_length(total);
            }
            bar.set_message(message);
            bar.set_position(done);
        } else if self.plain && (new_stage || self.last_line.elapsed() >= INTERVAL) {
            self.last_line = Instant::now();
            // A closed stderr must not stop the work.
            let _ = writeln!(stderr(), "zhice: {message}");
        }
    }

    /// What is done, how fast, and for how long it will go on at that rate.
    fn message(&self, progress: Progress) -> String {
        match progress {
            Progress::Scanning { done, total } => format!("scanning files {done}/{total}"),
            Progress::Writing => "writing the index".to_owned(),
            Progress::Indexing { done, total, documents, passages } => {
                let seconds = self.stage_start.elapsed().as_secs_f64();
                let left = seconds * (total.saturating_sub(done)) as f64 / done.max(1) as f64;
                // The first step tells no rate.
                if seconds < 1.0 {
                    return format!("embedding: {documents} documents, {passages} passages");
                }
                format!(
                    "embedding: {documents} documents, {passages} passages, {:.0}/s, {} left",
                    passages as f64 / seconds,
                    HumanDuration(Duration::from_secs_f64(left))
                )
            }
        }
    }

    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
