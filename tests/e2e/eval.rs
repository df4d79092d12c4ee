//! `zhice eval`: the committed question set, and sets that cannot be used.

use std::path::Path;

use serde_json::json;

use crate::support::{ASK_ELDERLY, ASK_HYDROGEN, ASK_LOW_ALTITUDE, indexed_folder, keys, seeds, zhice};

#[test]
fn the_committed_questions_are_answered_at_least_this_well() {
    let set = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/questions/seeds.jsonl");
    let run = zhice(&seeds().folder, &["eval", set.to_str().unwrap(), "--json", "--verbose"]).exits(0);
    assert_eq!(run.err, "", "no progress off a terminal");
    let report = run.json();
    let figure = |name: &str| report[name].as_f64().unwrap_or_else(|| panic!("no {name} in {report:#}"));
    assert_eq!(figure("verbatim"), 1.0, "{report:#}");
    assert_eq!((figure("questions"), figure("missing")), (39.0, 0.0));
    for (name, floor) in [
        ("abstain", 1.0),
        ("answer", 0.84),
        ("cite@1", 0.86),
        ("cite@5", 0.95),
        ("evidence", 0.95),
        ("region_f", 0.95),
        ("region_p", 0.95),
        ("region_r", 0.95),
    ] {
        assert!(figure(name) >= floor, "{name} is below {floor}: {report:#}");
    }
    assert!(figure("false_abs") <= 0.07, "{report:#}");
    assert!(figure("answer_len") <= 100.0, "{report:#}");
    let latency = &report["latency_ms"];
    assert!(latency["p50"].as_f64() <= latency["p95"].as_f64() && latency["p95"].as_f64() <= latency["max"].as_f64());
}

fn fact(id: &str, question: &str, doc: &str, quote: &str, answer: &str) -> String {
    let gold = json!([{"doc": doc, "quote": quote}]);
    json!({"id": id, "type": "fact", "question": question, "gold": gold, "answers": [answer]}).to_string()
}

#[test]
fn figures_count_what_the_answers_hold() {
    let folder = indexed_folder();
    let set = [
        fact("right", ASK_HYDROGEN, "hydrogen.txt", "到2026年建成加氢站三十座", "三十座"),
        fact("wrong", ASK_ELDERLY, "elderly.txt", "每月发放高龄津贴二百元", "九百元"),
        json!({"id": 3, "type": "unanswerable", "question": "拉萨市的低空经济目标是多少？"}).to_string(),
    ];
    std::fs::write(folder.path().join("set.jsonl"), set.join("\n")).unwrap();
    let report = zhice(folder.path(), &["eval", "set.jsonl", "--json"]).exits(0).json();
    let expected = json!({"abstain": 1.0, "answer": 0.5, "cite@1": 1.0, "false_abs": 0.0, "verbatim": 1.0});
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&report[name], value, "{name} in {report:#}");
    }
    assert!(["span_f1", "region_p", "evidence", "misses"].iter().all(|name| !keys(&report).contains(name)), "{report}");

    let verbose = zhice(folder.path(), &["eval", "set.jsonl", "--json", "--verbose"]).exits(0).json();
    assert_eq!(verbose["misses"].as_array().unwrap().len(), 1);
    assert_eq!((&verbose["misses"][0]["kind"], &verbose["misses"][0]["id"]), (&json!("answer"), &json!("wrong")));
    let people = zhice(folder.path(), &["eval", "set.jsonl", "--verbose"]).exits(0);
    people.prints(&["answer wrong", "二百元", "verbatim     1.0000", "3 questions"]);
    assert!(!zhice(folder.path(), &["eval", "set.jsonl"]).exits(0).out.contains("二百元"));
}

#[test]
fn a_quote_that_the_file_no_longer_holds_is_not_verbatim() {
    let folder = indexed_folder();
    let set = fact("a", ASK_HYDROGEN, "hydrogen.txt", "到2026年建成加氢站三十座", "三十座");
    std::fs::write(folder.path().join("set.jsonl"), set).unwrap();
    for name in ["hydrogen.txt", "elderly.txt", "low-altitude.txt"] {
        crate::support::write(folder.path(), (name, "别的内容。\n"));
    }
    let report = zhice(folder.path(), &["eval", "set.jsonl", "--json"]).exits(0).json();
    assert_eq!((&report["verbatim"], &report["cite@1"]), (&json!(0.0), &json!(1.0)), "{report:#}");
}

#[test]
fn bad_lines_are_named_and_the_others_still_count() {
    let folder = indexed_folder();
    let set = [
        fact("a", ASK_LOW_ALTITUDE, "low-altitude.txt", "产业规模达到三百亿元", "三百亿元"),
        "not json".to_owned(),
        String::new(),
        json!({"id": "c", "type": "riddle", "question": "？"}).to_string(),
        fact("d", ASK_ELDERLY, "nowhere.txt", "二百元", "二百元"),
        fact("e", ASK_ELDERLY, "elderly.txt", "九百元", "九百元"),
        fact("f", &"长".repeat(100_000), "elderly.txt", "二百元", "二百元"),
    ];
    std::fs::write(folder.path().join("set.jsonl"), set.join("\n")).unwrap();
    let run = zhice(folder.path(), &["eval", "set.jsonl", "--json"]).exits(5);
    assert_eq!(run.err.lines().count(), 4, "{run:#?}");
    let run = run.tells(&["set.jsonl:2:", "set.jsonl:4:", "riddle", "set.jsonl:5:", "nowhere.txt", "set.jsonl:6:"]);
    let report = run.json();
    // What cannot be asked counts as not answered.
    assert_eq!((&report["questions"], &report["missing"], &report["answer"]), (&json!(2), &json!(1), &json!(0.5)));
}

#[test]
fn a_set_without_a_usable_question_is_refused() {
    let folder = indexed_folder();
    zhice(folder.path(), &["eval", "nowhere.jsonl"]).fails(3, &["nowhere.jsonl"]);
    std::fs::write(folder.path().join("empty.jsonl"), "\n").unwrap();
    zhice(folder.path(), &["eval", "empty.jsonl"]).fails(3, &["empty.jsonl", "zhice eval --help"]);
    let elsewhere = fact("a", ASK_ELDERLY, "nowhere.txt", "二百元", "二百元");
    std::fs::write(folder.path().join("elsewhere.jsonl"), elsewhere).unwrap();
    zhice(folder.path(), &["eval", "elsewhere.jsonl"]).exits(3).tells(&["elsewhere.jsonl:1:", "--index"]);
}
