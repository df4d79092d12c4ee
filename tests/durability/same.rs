//! An index that was brought up to date step by step is the one that is built at once.

use std::sync::PoisonError;

use proptest::prelude::*;

use super::state::{State, all_texts, answers, assert_sound, holds, index, put};
use super::steps::ALONE;

#[derive(Debug, Clone)]
enum Change {
    /// A file gets a text, whether or not it was there.
    Put(usize, usize),
    Remove(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let file = 0..7usize;
    prop_oneof![
        3 => (file.clone(), 0..all_texts().len()).prop_map(|(file, text)| Change::Put(file, text)),
        1 => file.prop_map(Change::Remove),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_of_changes_equals_a_fresh_build(
        steps in prop::collection::vec(prop::collection::vec(change(), 1..4), 1..7)
    ) {
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let (docs, dir, fresh) = (folder.path().join("docs"), folder.path().join("index"), folder.path().join("fresh"));
        // One file stays, so that there is always something to index.
        let mut state = State::from([("z.txt".to_owned(), 7)]);
        for step in steps {
            for change in step {
                match change {
                    Change::Put(file, text) => { state.insert(format!("{file}.txt"), text); }
                    Change::Remove(file) => { state.remove(&format!("{file}.txt")); }
                }
            }
            put(&docs, &state);
            index(&docs, &dir).unwrap();
        }
        index(&docs, &fresh).unwrap();
        prop_assert_eq!(holds(&dir), holds(&fresh));
        prop_assert_eq!(answers(&dir).unwrap(), answers(&fresh).unwrap());
        assert_sound(&dir, "after the changes");
    }
}
