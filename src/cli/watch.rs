//! `zhice index --watch`: builds again when something below the indexed folders has changed.

use std::io::{Write, stderr};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::{Event, EventKind, RecursiveMode, Watcher};
use zhice::index::Manifest;

use super::exit::{Failure, INPUT};

/// How long nothing must have changed before it is built: who copies a folder is not done with its first file.
const QUIET: Duration = Duration::from_secs(1);
/// After how long a build that failed is tried again: whoever held the index may be done.
const AGAIN: Duration = Duration::from_secs(30);
/// How long a folder in which something changes all the time waits for it at most.
const LONGEST: Duration = Duration::from_secs(30);

/// Calls `build` whenever what the index in `dir` is of has changed, until the process ends. A build that fails is told
/// once, and tried again at the next change or after a while.
pub fn watch<T>(dir: &Path, mut build: impl FnMut() -> Result<(), Failure>) -> Result<T, Failure> {
    let (sender, changes) = channel();
    let failed = |e: notify::Error| Failure::new(INPUT, format!("the folders cannot be watched: {e}"));
    // The index may lie within the folder that it is of.
    let own = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
    let told = move |event: notify::Result<Event>| {
        let counts = |event: &Event| {
            !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(|path| !path.starts_with(&own))
        };
        // Where events were lost, something may have changed.
        if event.as_ref().is_ok_and(counts) || event.is_err() {
            let _ = sender.send(());
        }
    };
    let mut watcher = notify::recommended_watcher(told).map_err(failed)?;
    for root in Manifest::read(dir)?.roots {
        watcher.watch(&root, RecursiveMode::Recursive).map_err(failed)?;
    }
    let mut last = None;
    loop {
        settle(&changes, if last.is_some() { Some(AGAIN) } else { None })?;
        let failure = match build() {
            // Nobody is left to tell.
            Err(Failure::Closed) => return Err(Failure::Closed),
            Err(failure) => Some(failure.line().unwrap_or_default()),
            Ok(()) => None,
        };
        if let Some(line) = failure.as_ref().filter(|line| last.as_ref() != Some(*line)) {
            let _ = writeln!(stderr(), "zhice: {line}");
        }
        last = failure;
    }
}

/// Waits for a change, though no longer than `patience`, and for the changes to end.
fn settle(changes: &Receiver<()>, patience: Option<Duration>) -> Result<(), Failure> {
    let ended = || Failure::new(INPUT, "the folders are watched no more");
    match patience {
        None => changes.recv().map_err(|_| ended())?,
        Some(patience) => match changes.recv_timeout(patience) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => return Err(ended()),
        },
    }
    let first = Instant::now();
    while first.elapsed() < LONGEST {
        match changes.recv_timeout(QUIET) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Err(ended()),
        }
    }
    Ok(())
}
