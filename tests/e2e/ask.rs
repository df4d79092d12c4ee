//! `zhice ask`: the first question, the JSON, batches.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;

use crate::support::{
    ASK_ELDERLY, ASK_HYDROGEN, ASK_LOW_ALTITUDE, FIRST_QUESTION, check_contract, cited_paths, command, find,
    indexed_folder, seeds, snapshot, zhice, zhice_reading, zhice_with,
};

#[test]
fn the_first_ask_builds_the_index_of_seeds_and_answers() {
    let first = &seeds().first_ask;
    assert_eq!(first.code, Some(0), "{first:#?}");
    assert!(first.err.contains("embedding: "), "progress goes to stderr: {first:#?}");
    let answer = first.json();
    check_contract(&answer, &seeds().folder.join("seeds"));
    assert_eq!(answer["examined"]["documents"], 5);
    assert!(seeds().folder.join("index/manifest.json").is_file());
}

#[test]
fn the_second_ask_answers_the_same_and_writes_nothing() {
    let seeds = seeds();
    let before = snapshot(&seeds.folder);
    let second = zhice(&seeds.folder, &["ask", FIRST_QUESTION, "--json"]).exits(0);
    assert_eq!(second.err, "");
    assert!(snapshot(&seeds.folder) == before, "a file was written");
    let (first, second) = (seeds.first_ask.json(), second.json());
    assert_eq!((&first["answer"], &first["citations"]), (&second["answer"], &second["citations"]));
}

#[test]
fn every_answer_keeps_the_json_contract() {
    let seeds = seeds();
    for question in ["南通市未来产业有哪些重点方向？", "拉萨市的低空经济目标是多少？", "zzz qqq"]
    {
        let answer = zhice(&seeds.folder, &["ask", question, "--json", "--top-k", "7"]).exits(0).json();
        assert_eq!(answer["question"], question);
        assert!(answer["citations"].as_array().unwrap().len() <= 7);
        check_contract(&answer, &seeds.folder.join("seeds"));
    }
}

#[test]
fn questions_in_chinese_and_english_cite_the_document_that_answers() {
    let seeds = seeds();
    for (question, document) in [
        (FIRST_QUESTION, "001_8d27676471947397.txt"),
        (FIRST_QUESTION, "000_23b81f7042f120c3.txt"),
        ("通政发〔2024〕23号提出的第三代半导体发展什么？", "001_8d27676471947397.txt"),
        ("上海未来产业产值到2030年要达到多少？", "003_36edec6be949cef1.txt"),
        ("What output value will Shanghai's future industries reach by 2030?", "003_36edec6be949cef1.txt"),
    ] {
        let answer = zhice(&seeds.folder, &["ask", question, "--json"]).exits(0).json();
        assert!(cited_paths(&answer).contains(&document), "{question}: {:?}", cited_paths(&answer));
        assert_eq!(answer["status"], "answered", "{question}");
    }
}

#[test]
fn a_place_that_no_document_speaks_of_is_not_answered_from_another() {
    let answer = zhice(&seeds().folder, &["ask", "拉萨市的低空经济目标是多少？", "--json"]).exits(0).json();
    assert_eq!(answer["status"], "no_evidence");
    assert!(answer["answer"].as_str().unwrap().contains("拉萨市"), "{answer}");
}

#[test]
fn people_read_the_answer_with_its_quote_title_and_line() {
    let folder = indexed_folder();
    let run = zhice(folder.path(), &["ask", ASK_HYDROGEN]).exits(0);
    assert_eq!(run.err, "");
    run.prints(&["加氢站三十座", "[1]", "关于推进氢能产业发展的实施方案", "hydrogen.txt:3"]);
}

#[test]
fn the_index_is_chosen_by_option_before_environment_before_default() {
    let folder = indexed_folder();
    let there = folder.path().join("index").display().to_string();
    let elsewhere = tempfile::tempdir().unwrap();
    let ask = ["ask", ASK_ELDERLY, "--json"];
    let answer = zhice_with(elsewhere.path(), ("ZHICE_INDEX", &there), &ask).exits(0).json();
    assert_eq!(cited_paths(&answer)[0], "elderly.txt");
    let chosen = [&ask[..], &["--index", there.as_str()]].concat();
    zhice_with(elsewhere.path(), ("ZHICE_INDEX", "nowhere"), &chosen).exits(0);
    zhice_with(folder.path(), ("ZHICE_INDEX", "nowhere"), &ask).fails(4, &["nowhere", "zhice index"]);
}

#[test]
fn without_an_index_or_seeds_one_is_told_what_to_run() {
    let folder = tempfile::tempdir().unwrap();
    zhice(folder.path(), &["ask", FIRST_QUESTION]).fails(4, &["no index", "zhice index FOLDER"]);
    assert!(snapshot(folder.path()).is_empty());
}

#[test]
fn a_batch_answers_what_it_can_and_names_the_lines_that_it_skips() {
    let folder = indexed_folder();
    let long = "长".repeat(100_000);
    let lines = [
        json!({"id": "q1", "question": ASK_LOW_ALTITUDE}).to_string(),
        "not json".to_owned(),
        json!({"id": "q3", "question": " "}).to_string(),
        String::new(),
        json!({"id": "q5", "question": long}).to_string(),
        json!({"id": 6, "question": ASK_ELDERLY, "more": true}).to_string(),
        json!({"question": ASK_HYDROGEN}).to_string(),
    ];
    std::fs::write(folder.path().join("batch.jsonl"), lines.join("\n")).unwrap();
    let run = zhice(folder.path(), &["ask", "--batch", "batch.jsonl", "--json"]).exits(5);
    let run = run.tells(&["batch.jsonl:2:", "batch.jsonl:3:", "batch.jsonl:5:"]);
    assert_eq!(run.err.lines().count(), 3, "{run:#?}");
    let answers = run.json_lines();
    let ids: Vec<_> = answers.iter().map(|a| a.get("id").cloned()).collect();
    assert_eq!(ids, [Some(json!("q1")), Some(json!(6)), None]);
    let first: Vec<_> = answers.iter().map(|a| cited_paths(a)[0]).collect();
    assert_eq!(first, ["low-altitude.txt", "elderly.txt", "hydrogen.txt"]);
    answers.iter().for_each(|answer| check_contract(answer, &folder.path().join("docs")));
}

#[test]
fn a_batch_from_stdin_is_answered_line_by_line() {
    let folder = indexed_folder();
    let batch = ["ask", "--batch", "-", "--json"];
    let mut child = command(folder.path()).args(batch).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (sender, receiver) = mpsc::channel();
    let reader = std::thread::spawn(move || output.lines().try_for_each(|line| sender.send(line.unwrap())));
    for (id, question) in [ASK_LOW_ALTITUDE, ASK_ELDERLY].iter().enumerate() {
        writeln!(input, "{}", json!({"id": id, "question": question})).unwrap();
        // The answer must come while stdin is still open; the limit only keeps a failure from hanging.
        let answer: serde_json::Value =
            serde_json::from_str(&receiver.recv_timeout(Duration::from_secs(120)).unwrap()).unwrap();
        assert_eq!(answer["id"], id);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
    reader.join().unwrap().unwrap();
    assert_eq!(zhice_reading(folder.path(), "", &batch).exits(0).out, "");
}

#[test]
fn a_reader_that_leaves_early_ends_it_quietly() {
    let folder = indexed_folder();
    let batch = folder.path().join("batch.jsonl");
    std::fs::write(&batch, format!("{}\n", json!({"question": ASK_ELDERLY})).repeat(20)).unwrap();
    for arguments in
        [&["ask", ASK_ELDERLY, "--json"][..], &["ask", ASK_ELDERLY], &["ask", "--batch", "batch.jsonl", "--json"]]
    {
        let mut child =
            command(folder.path()).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert!(output.status.success(), "{arguments:?}: {:?}", output.status);
    }
}

#[test]
fn a_question_is_answered_while_another_process_writes_the_index() {
    let folder = indexed_folder();
    let lock = std::fs::File::open(find(&folder.path().join("index"), "lock")).unwrap();
    lock.lock().unwrap();
    zhice(folder.path(), &["ask", ASK_ELDERLY]).exits(0).prints(&["二百元"]);
    crate::support::write(
        folder.path(),
        ("new.txt", "关于新型储能的通知\n\n支持新型储能电站建设，每座补助一百万元。\n"),
    );
    zhice(folder.path(), &["index", "-q"]).fails(4, &["another process"]);
}
