//! `zhice index`: what is embedded again and what is not, and builds that are cut short.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::support::{
    ASK_ELDERLY, ASK_HYDROGEN, ASK_LOW_ALTITUDE, ELDERLY, HYDROGEN, LOW_ALTITUDE, check_contract, cited_paths, command,
    folder, indexed_folder, snapshot, write, zhice,
};

fn ask(folder: &std::path::Path, question: &str) -> Value {
    zhice(folder, &["ask", question, "--json"]).exits(0).json()
}

#[test]
fn indexing_again_with_nothing_changed_writes_nothing() {
    let folder = indexed_folder();
    let before = snapshot(folder.path());
    zhice(folder.path(), &["index"]).exits(0).prints(&["unchanged: 3 documents"]);
    zhice(folder.path(), &["index", "docs"]).exits(0).prints(&["unchanged: 3 documents"]);
    assert!(snapshot(folder.path()) == before, "a file was written");
}

#[test]
fn only_new_and_changed_documents_are_embedded_and_removed_ones_are_forgotten() {
    let folder = indexed_folder();
    let folder = folder.path();
    let kept = ask(folder, ASK_LOW_ALTITUDE)["citations"][0].clone();
    write(folder, (HYDROGEN.0, &HYDROGEN.1.replace("三十座", "五十座")));
    write(folder, ("new.txt", "关于新型储能的通知\n\n支持新型储能电站建设，每座电站一次性补助一百万元。\n"));
    fs::remove_file(folder.join("docs").join(ELDERLY.0)).unwrap();

    let summary =
        "indexed 3 documents, 3 passages in index: 1 new, 1 changed, 1 unchanged, 1 removed, 2 passages embedded";
    zhice(folder, &["index"]).exits(0).prints(&[summary]);

    let again = ask(folder, ASK_LOW_ALTITUDE)["citations"][0].clone();
    for key in ["id", "quote", "bytes", "lines", "document"] {
        assert_eq!(again[key], kept[key]);
    }
    zhice(folder, &["cite", kept["id"].as_str().unwrap()]).exits(0);
    assert!(ask(folder, ASK_HYDROGEN)["citations"][0]["quote"].as_str().unwrap().contains("五十座"));
    assert_eq!(cited_paths(&ask(folder, "新型储能电站补助多少？"))[0], "new.txt");
    assert!(!cited_paths(&ask(folder, ASK_ELDERLY)).contains(&ELDERLY.0));
    check_contract(&ask(folder, ASK_HYDROGEN), &folder.join("docs"));
}

#[test]
fn the_same_bytes_under_two_names_are_one_document() {
    let folder = folder(&[ELDERLY, ("copy.txt", ELDERLY.1)]);
    let folder = folder.path();
    zhice(folder, &["index", "docs"]).exits(0).prints(&["indexed 1 documents, 1 passages"]);
    let before = ask(folder, ASK_ELDERLY);
    assert_eq!(before["examined"]["documents"], 1);
    // The other name takes over, and nothing is embedded for that.
    let cited = cited_paths(&before)[0].to_owned();
    fs::remove_file(folder.join("docs").join(&cited)).unwrap();
    zhice(folder, &["index"]).exits(0).prints(&["0 passages embedded"]);
    let after = ask(folder, ASK_ELDERLY);
    assert_eq!(after["citations"][0]["id"], before["citations"][0]["id"]);
    assert_ne!(cited_paths(&after)[0], cited);
}

#[test]
fn folders_and_single_files_are_indexed_together() {
    let folder = folder(&[ELDERLY]);
    fs::create_dir_all(folder.path().join("docs/下级/更深")).unwrap();
    write(folder.path(), ("下级/更深/氢能.md", HYDROGEN.1));
    fs::write(folder.path().join(LOW_ALTITUDE.0), LOW_ALTITUDE.1).unwrap();
    zhice(folder.path(), &["index", "docs", LOW_ALTITUDE.0, "--index", "ix"]).exits(0).prints(&["3 documents"]);
    for (question, path) in
        [(ASK_ELDERLY, ELDERLY.0), (ASK_HYDROGEN, "下级/更深/氢能.md"), (ASK_LOW_ALTITUDE, LOW_ALTITUDE.0)]
    {
        let answer = zhice(folder.path(), &["ask", question, "--json", "--index", "ix"]).exits(0).json();
        assert_eq!(cited_paths(&answer)[0], path);
        assert!(answer["citations"][0].get("stale").is_none(), "{answer}");
    }
}

#[test]
fn an_index_inside_the_indexed_folder_is_not_taken_for_documents() {
    let folder = folder(&[ELDERLY]);
    let docs = folder.path().join("docs");
    zhice(&docs, &["index", "."]).exits(0).prints(&["1 documents"]);
    let again = zhice(&docs, &["index", "."]).exits(0).prints(&["unchanged: 1 documents"]);
    assert!(!again.err.contains("skipped"), "{again:#?}");
}

/// The child is killed while it embeds. Should it be quicker than the signal, the build is complete, and what is
/// asserted holds all the same.
#[test]
fn a_killed_build_loses_nothing_and_the_next_one_goes_on() {
    const NEW: usize = 150;
    let folder = folder(&[ELDERLY]);
    let folder = folder.path();
    zhice(folder, &["index", "docs"]).exits(0);
    for i in 0..NEW {
        let text =
            format!("关于第{i}号街区改造的通知\n\n第{i}号街区改造工程应当在开工后{i}个月内完成，补助资金为{i}万元。\n");
        write(folder, (&format!("{i:03}.txt"), &text));
    }
    let mut child = command(folder).arg("index").stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let embedding = lines.map(Result::unwrap).find(|line| line.contains(" passages"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(embedding.is_some());

    let old = ask(folder, ASK_ELDERLY);
    assert!(old["citations"][0]["quote"].as_str().unwrap().contains("二百元"));
    let run = zhice(folder, &["index"]).exits(0).prints(&[&format!("{} documents", NEW + 1)]);
    let embedded = run.out.split(", ").find_map(|part| part.split_once(" passages embedded"));
    let embedded: usize = embedded.map_or(0, |(n, _)| n.parse().unwrap());
    assert!(embedded < NEW, "what was embedded before the kill is kept: {run:#?}");
    assert_eq!(ask(folder, ASK_ELDERLY)["examined"]["documents"], NEW + 1);
    assert_eq!(cited_paths(&ask(folder, "第77号街区改造补助资金是多少？"))[0], "077.txt");
    zhice(folder, &["index"]).exits(0).prints(&["unchanged"]);
}

#[test]
fn a_damaged_index_is_rebuilt_from_the_folders_it_was_built_of() {
    let folder = indexed_folder();
    // seeds/ is what is indexed by default, but not what this index holds.
    fs::create_dir(folder.path().join("seeds")).unwrap();
    fs::write(folder.path().join("seeds/other.txt"), "关于其他事项的通知\n\n其他事项另行通知。\n").unwrap();
    for edit in [|m: &mut Value| m["format"] = 99.into(), |m: &mut Value| m["passages"] = 1.into()] {
        crate::support::edit_manifest(&folder.path().join("index"), edit);
        zhice(folder.path(), &["index"]).exits(4).tells(&["zhice index --rebuild"]);
        zhice(folder.path(), &["index", "--rebuild"]).exits(0).prints(&["indexed 3 documents"]);
        assert_eq!(cited_paths(&ask(folder.path(), ASK_HYDROGEN))[0], HYDROGEN.0);
    }
}
