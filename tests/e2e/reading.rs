//! Reading an answer: for people, as Markdown, explained, and the ways to ask for it.

use serde_json::{Value, json};

use crate::support::{
    ASK_ELDERLY, ASK_HYDROGEN, FIRST_QUESTION, folder, indexed_folder, keys, seeds, zhice, zhice_reading, zhice_with,
};

#[test]
fn people_read_regions_with_their_strength_and_quotes_with_their_place() {
    let run = zhice(&seeds().folder, &["ask", FIRST_QUESTION]).exits(0);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].contains("南通市[1]"), "{run:#?}");
    assert_eq!(lines[1], "查阅 5 份文件，3 份涉及。");
    let region = lines.iter().position(|line| *line == "南通市 · 重点").unwrap_or_else(|| panic!("{run:#?}"));
    assert!(lines[region + 1].starts_with("  [1] "), "{run:#?}");
    assert!(run.out.contains("001_8d27676471947397.txt:"), "{run:#?}");
    let json = seeds().first_ask.json();
    let id = json["citations"][0]["id"].as_str().unwrap();
    assert!(lines.iter().any(|line| line.ends_with(id)), "{id} in {run:#?}");
}

#[test]
fn keywords_stand_out_on_a_terminal_alone() {
    let seeds = seeds();
    let coloured = zhice_with(&seeds.folder, ("CLICOLOR_FORCE", "1"), &["ask", FIRST_QUESTION]).exits(0).out;
    assert!(coloured.contains("m第三代半导体\u{1b}[0m"), "{coloured:?}");
    assert!(!zhice(&seeds.folder, &["ask", FIRST_QUESTION]).exits(0).out.contains('\u{1b}'));
}

#[test]
fn an_english_question_is_answered_in_english_words() {
    let question = "Which cities prioritise third-generation semiconductors?";
    let run = zhice(&seeds().folder, &["ask", question]).exits(0);
    run.prints(&["5 documents examined, ", "南通市 · priority\n"]);
    let nothing = zhice(&seeds().folder, &["ask", "What subsidy does Lhasa pay for drones?"]).exits(0);
    assert!(!nothing.out.contains("最接近"), "{nothing:#?}");
}

#[test]
fn sides_of_a_comparison_are_read_one_after_the_other() {
    let run = zhice(&seeds().folder, &["ask", "南京和南通在第三代半导体上有什么不同？"]).exits(0);
    let at = |line: &str| run.out.lines().position(|l| l == line);
    assert!(at("南京市").is_some() && at("南京市") < at("南通市"), "{run:#?}");
}

#[test]
fn a_report_has_the_answer_quotes_by_region_and_numbered_references() {
    let run = zhice(&seeds().folder, &["ask", FIRST_QUESTION, "--format", "markdown"]).exits(0);
    let lines: Vec<&str> = run.out.lines().collect();
    assert_eq!(lines[0], format!("## {FIRST_QUESTION}"));
    assert_eq!(lines[2], seeds().first_ask.json()["answer"].as_str().unwrap());
    let heading =
        |name: &str| lines.iter().position(|line| *line == name).unwrap_or_else(|| panic!("{name}: {run:#?}"));
    let (region, references) = (heading("### 南通市 · 重点"), heading("### 出处"));
    assert!(region < references && lines[region + 2].starts_with("> ") && lines[region + 2].ends_with(" [1]"));
    let reference = lines.iter().find(|line| line.starts_with("1. ")).unwrap();
    for part in ["通政发〔2024〕23号", "2024-08-07", ".txt:"] {
        assert!(reference.contains(part), "{part} in {reference}");
    }
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("> ")).count(),
        seeds().first_ask.json()["citations"].as_array().unwrap().len()
    );
}

#[test]
fn a_document_makes_no_structure_in_a_report() {
    let hostile = "关于[测试](http://evil.example)<script>alert(1)</script>的通知\n\n\
        # 一、*目标*\n\n到2030年，数字经济规模达到五百亿元|`code`|<img src=x onerror=alert(1)>，\
        ![图](http://evil.example/x.png)[1](http://evil.example)建设_园区_十个。\n";
    let folder = folder(&[("hostile.txt", hostile)]);
    zhice(folder.path(), &["index", "docs"]).exits(0);
    let question = "数字经济规模到2030年达到多少？<b>*x*</b>";
    let run = zhice(folder.path(), &["ask", question, "--format", "markdown", "--explain"]).exits(0);
    let run = run.prints(&["五百亿元", "&lt;img src=x", "\\[1\\](http\\://", "\\_园区\\_", "&lt;b&gt;"]);
    for line in run.out.lines().filter(|line| !line.starts_with("| ")) {
        // An escaped bracket closes nothing.
        let line = line.replace("\\]", "");
        for part in ["<", "](http", "`code`", "|`", " _园区_"] {
            assert!(!line.contains(part), "{part:?} in {line:?}");
        }
    }
}

#[test]
fn an_answer_is_explained_in_its_json() {
    let folder = &seeds().folder;
    let ask = ["ask", FIRST_QUESTION, "--json", "--explain", "--region", "江苏"];
    let explain = zhice(folder, &ask).exits(0).json()["explain"].clone();
    let question = &explain["question"];
    assert_eq!((&question["language"], &question["kind"]), (&json!("chinese"), &json!("regions")));
    assert_eq!(question["levels"], json!(["municipality", "city"]));
    assert!(question["subjects"][0].as_array().unwrap().contains(&json!("宽禁带半导体")), "{question}");
    assert_eq!(question["filters"], json!({"region": "江苏省"}));
    let term = &question["terms"][0];
    assert!(term["term"].is_string() && term["weight"].is_f64(), "{question}");
    let reason = &explain["citations"][0];
    assert_eq!((&reason["n"], &reason["strength"]), (&json!(1), &json!("priority")));
    assert!(reason["passage"]["dense"].as_f64().unwrap() > 0.5, "{reason}");
    assert!(reason["sentence"]["score"].is_f64() && !reason["proof"].as_array().unwrap().is_empty(), "{reason}");
    let plain = zhice(folder, &["ask", FIRST_QUESTION, "--json"]).exits(0).json();
    assert!(!keys(&plain).contains(&"explain"));
}

#[test]
fn without_the_reader_nothing_is_read_and_the_same_passage_is_cited() {
    let folder = indexed_folder();
    let ask = ["ask", ASK_ELDERLY, "--json", "--explain", "--no-reader"];
    let [read, plain] = [&ask[..4], &ask[..]].map(|ask| zhice(folder.path(), ask).exits(0).json());
    let reader = |answer: &Value| answer["explain"]["citations"][0]["reader"]["relevance"].as_f64();
    assert!(reader(&read).is_some_and(|relevance| relevance > 0.0), "{read}");
    assert_eq!(reader(&plain), None);
    assert_eq!(read["citations"][0]["id"], plain["citations"][0]["id"]);
}

#[test]
fn an_explanation_for_people_is_in_the_language_of_the_question() {
    let folder = indexed_folder();
    let run = zhice(folder.path(), &["ask", ASK_HYDROGEN, "--explain"]).exits(0);
    run.prints(&["对问题的理解", "答案类型", "数量", "年份", "2026", "检索词", "选取引文的依据", "BM25"]);
    let run = zhice(folder.path(), &["ask", "How many hydrogen refuelling stations by 2026?", "--explain"]).exits(0);
    run.prints(&["Understood", "kind of answer", "number", "search terms", "Why each citation"]);
}

#[test]
fn a_batch_is_written_in_the_form_that_is_asked_for() {
    let folder = indexed_folder();
    let batch: String = [ASK_ELDERLY, ASK_HYDROGEN].iter().map(|q| json!({"question": q}).to_string() + "\n").collect();
    let run = zhice_reading(folder.path(), &batch, &["ask", "--batch", "-", "--format", "markdown"]).exits(0);
    assert_eq!(run.out.lines().filter(|line| line.starts_with("## ")).count(), 2, "{run:#?}");
    let run = zhice_reading(folder.path(), &batch, &["ask", "--batch", "-", "--format", "json", "--explain"]).exits(0);
    assert!(run.json_lines().iter().all(|answer| answer["explain"]["question"]["kind"] == "number"), "{run:#?}");
}

#[test]
fn without_a_terminal_there_is_no_conversation() {
    let folder = indexed_folder();
    zhice(folder.path(), &["ask"]).fails(2, &["no question"]);
    zhice_reading(folder.path(), "低空经济\n", &["ask"]).fails(2, &["no question"]);
    zhice(folder.path(), &[]).exits(2).tells(&["Usage: zhice"]);
    zhice(folder.path(), &["ask", ASK_ELDERLY, "--json", "--format", "text"]).exits(2).tells(&["--format"]);
}
