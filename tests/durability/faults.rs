//! A disk that fails at any step of a build costs nothing that was there.

use std::io::{self, ErrorKind};
use std::sync::PoisonError;

use zhice::index::build;
use zhice::index::disk::Disk;

use super::model::model;
use super::steps::{ALONE, AtStep, Scenario};

#[test]
fn a_disk_that_fails_at_any_step_leaves_the_old_index_or_the_new_one() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut failed = 0;
    for kind in [ErrorKind::StorageFull, ErrorKind::PermissionDenied, ErrorKind::Other] {
        for scenario in Scenario::all() {
            for step in 1..=scenario.steps {
                let dir = scenario.fresh();
                let witness = AtStep::new(step, move || Err(io::Error::new(kind, "injected")));
                let options = scenario.options(dir.path());
                let options = zhice::index::Options { disk: Disk::watched(witness.clone()), ..options };
                let result = build(&options, model(), |_| ());
                let taken = witness.log.lock().unwrap().get(step - 1).cloned();
                let when = format!("{}, {kind:?} at step {step} of {}: {taken:?}", scenario.name, scenario.steps);
                if let Err(e) = result {
                    failed += 1;
                    assert!(!e.to_string().contains('\n'), "{when}: {e}");
                }
                scenario.assert_survived(dir.path(), &when);
            }
        }
    }
    println!("{failed} builds failed as they were made to");
    assert!(failed > 0);
}
