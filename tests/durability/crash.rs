//! A process that is killed at any step of a build leaves the old index or the new one.

use std::process::Command;
use std::sync::PoisonError;

use zhice::index::build;
use zhice::index::disk::Disk;
use zhice::model::Model;

use super::model;
use super::steps::{ALONE, AtStep, Scenario};

const STEP: &str = "DURABILITY_STEP";
const DOCS: &str = "DURABILITY_DOCS";
const DIR: &str = "DURABILITY_INDEX";
const MODEL: &str = "DURABILITY_MODEL";

/// The process that is killed: this test run again by itself.
#[test]
#[ignore = "run by the test below in a process of its own"]
fn killed() {
    let variable = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let witness = AtStep::new(variable(STEP).parse().unwrap(), || {
        let id = std::process::id().to_string();
        Command::new("kill").args(["-9", &id]).status().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(60));
        unreachable!("the process was not killed")
    });
    let options = super::state::options(variable(DOCS).as_ref(), variable(DIR).as_ref());
    let options = zhice::index::Options { disk: Disk::watched(witness), ..options };
    let model = Model::from_folder(variable(MODEL).as_ref()).unwrap();
    build(&options, &model, |_| ()).unwrap();
}

#[test]
#[cfg(unix)]
fn a_build_killed_at_any_step_leaves_the_old_index_or_the_new_one() {
    use std::os::unix::process::ExitStatusExt;

    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut points = 0;
    for scenario in Scenario::all() {
        for step in 1..=scenario.steps {
            let dir = scenario.fresh();
            let mut child = Command::new(std::env::current_exe().unwrap());
            child.args(["--exact", "crash::killed", "--ignored"]);
            child
                .env(STEP, step.to_string())
                .env(DOCS, scenario.docs())
                .env(DIR, dir.path())
                .env(MODEL, model::folder());
            let ended = child.output().unwrap();
            let when = format!("{}, killed at step {step} of {}", scenario.name, scenario.steps);
            // The order of steps differs a little between runs, since the full text is written by threads of its own.
            if ended.status.signal() == Some(9) {
                points += 1;
            } else {
                assert!(ended.status.success(), "{when}: {}", String::from_utf8_lossy(&ended.stdout));
            }
            scenario.assert_survived(dir.path(), &when);
        }
    }
    println!("killed at {points} points");
    assert!(points >= 200, "only {points} points");
}
