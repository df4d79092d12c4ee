//! Readers that ask without a pause while a writer commits.

use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::state::{answers, index, put, state};
use super::steps::ALONE;

const READERS: usize = 8;
const COMMITS: usize = 50;

#[test]
fn readers_beside_a_writer_see_one_state_or_the_other_and_no_error() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().unwrap();
    let (docs, dir) = (folder.path().join("docs"), folder.path().join("index"));
    let states = [
        state(&[("a.txt", 0), ("b.txt", 2), ("d.txt", 4), ("e.txt", 6)]),
        state(&[("a.txt", 1), ("c.txt", 3), ("d.txt", 5), ("e.txt", 6)]),
    ];
    // Whether the files are still what was indexed is another matter: that changes while one asks.
    let settled = |mut told: Vec<serde_json::Value>| {
        for citation in told.iter_mut().flat_map(|answer| answer["citations"].as_array_mut().unwrap()) {
            citation.as_object_mut().unwrap().remove("stale");
        }
        told
    };
    let known: Vec<_> = states
        .iter()
        .map(|state| {
            put(&docs, state);
            index(&docs, &dir).unwrap();
            settled(answers(&dir).unwrap())
        })
        .collect();
    assert_ne!(known[0], known[1]);
    let (done, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..READERS {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let told = settled(answers(&dir).unwrap());
                    assert!(known.contains(&told), "a reader sees a mixed state");
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        for commit in 0..COMMITS {
            put(&docs, &states[commit % 2]);
            let summary = index(&docs, &dir).unwrap();
            assert!(!summary.nothing_new);
        }
        done.store(true, Ordering::SeqCst);
    });
    println!("{} rounds of questions beside {COMMITS} commits", asked.load(Ordering::SeqCst));
    assert!(asked.load(Ordering::SeqCst) >= READERS);
    // With all readers gone, the next commit leaves one generation.
    put(&docs, &states[0]);
    index(&docs, &dir).unwrap();
    let generations = std::fs::read_dir(&dir).unwrap().filter(|e| e.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(generations, 1);
}
