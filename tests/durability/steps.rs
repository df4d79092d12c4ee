//! Builds that differ in what they do to the disk, and a witness that does something at one step of them.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;
use zhice::index::disk::{Disk, Step, Witness};

use super::state::{State, answers, copy, index, put, state};

/// Held by a test that starts processes or takes locks: between its fork and its exec a child holds all locks of this
/// process too.
pub static ALONE: Mutex<()> = Mutex::new(());

/// Calls `at` at step number `step`, counting from 1, and counts all steps.
pub struct AtStep<F> {
    pub step: usize,
    pub taken: AtomicUsize,
    pub at: F,
    /// What the steps were.
    pub log: Mutex<Vec<(Step, PathBuf)>>,
}

impl<F: Fn() -> io::Result<()> + Send + Sync + 'static> AtStep<F> {
    pub fn new(step: usize, at: F) -> Arc<Self> {
        Arc::new(Self { step, taken: AtomicUsize::new(0), at, log: Mutex::default() })
    }
}

impl<F: Fn() -> io::Result<()> + Send + Sync> Witness for AtStep<F> {
    fn before(&self, step: Step, path: &Path) -> io::Result<()> {
        self.log.lock().unwrap().push((step, path.to_owned()));
        if self.taken.fetch_add(1, Ordering::SeqCst) + 1 == self.step { (self.at)() } else { Ok(()) }
    }
}

/// An index of one state of a folder, about to be brought to the next.
pub struct Scenario {
    pub name: &'static str,
    folder: TempDir,
    /// What the old and the new index answer; `None` where there is no old one.
    pub old: Option<Vec<Value>>,
    pub new: Vec<Value>,
    /// Steps that the build takes.
    pub steps: usize,
}

impl Scenario {
    /// A first build, one that changes a little, and one that removes so much that the graph is built anew.
    pub fn all() -> Vec<Self> {
        let first = state(&[("a.txt", 0), ("b.txt", 2), ("c.txt", 3), ("d.txt", 4), ("e.txt", 6), ("f.txt", 7)]);
        let little = state(&[("a.txt", 0), ("b.txt", 2), ("c.txt", 3), ("d.txt", 5), ("e.txt", 6), ("f.txt", 7)]);
        let much = state(&[("a.txt", 1), ("d.txt", 4)]);
        vec![
            Self::new("a first build", None, &first),
            Self::new("an incremental build", Some(&first), &little),
            Self::new("a compacting build", Some(&first), &much),
        ]
    }

    fn new(name: &'static str, old: Option<&State>, new: &State) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (docs, before) = (folder.path().join("docs"), folder.path().join("before"));
        if let Some(old) = old {
            put(&docs, old);
            index(&docs, &before).unwrap();
        }
        // What an index answers does not depend on whether its files are there still, but says so.
        put(&docs, new);
        let old = old.map(|_| answers(&before).unwrap());
        let mut scenario = Self { name, folder, old, new: Vec::new(), steps: 0 };
        let counter = AtStep::new(usize::MAX, || Ok(()));
        let after = scenario.fresh();
        let options = zhice::index::Options { disk: Disk::watched(counter.clone()), ..scenario.options(after.path()) };
        zhice::index::build(&options, super::model::model(), |_| ()).unwrap();
        scenario.new = answers(after.path()).unwrap();
        scenario.steps = counter.taken.load(Ordering::SeqCst);
        assert_ne!(scenario.old.as_ref(), Some(&scenario.new));
        scenario
    }

    pub fn docs(&self) -> PathBuf {
        self.folder.path().join("docs")
    }

    pub fn options(&self, dir: &Path) -> zhice::index::Options {
        super::state::options(&self.docs(), dir)
    }

    /// A copy of the old index to try the build on.
    pub fn fresh(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        if self.old.is_some() {
            copy(&self.folder.path().join("before"), dir.path());
        }
        dir
    }

    /// Checks that `dir` holds the old or the new index, whole, and that the next build makes it the new one.
    pub fn assert_survived(&self, dir: &Path, when: &str) {
        match answers(dir) {
            Ok(found) => {
                assert!(Some(&found) == self.old.as_ref() || found == self.new, "{when}: it answers something else");
                super::state::assert_sound(dir, when);
            }
            Err(zhice::index::IndexError::Missing(_)) if self.old.is_none() => {}
            Err(e) => panic!("{when}: {e}"),
        }
        index(&self.docs(), dir).unwrap_or_else(|e| panic!("{when}: the next build: {e}"));
        assert_eq!(answers(dir).unwrap(), self.new, "{when}: after the next build");
        super::state::assert_sound(dir, when);
    }
}
