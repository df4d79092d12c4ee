//! `zhice cite`: by identifier, by quote, and saved answers against the files as they are now.

use std::fs;

use crate::support::{
    ASK_HYDROGEN, ASK_LOW_ALTITUDE, HYDROGEN, LOW_ALTITUDE, check_contract, indexed_folder, seeds, write, zhice,
};

#[test]
fn an_identifier_leads_to_the_passage_and_all_that_is_known_of_its_place() {
    let seeds = seeds();
    let question = "通政发〔2024〕23号提出的第三代半导体发展什么？";
    let answer = zhice(&seeds.folder, &["ask", question, "--json"]).exits(0).json();
    let citations = answer["citations"].as_array().unwrap();
    let citation = citations.iter().find(|c| c["document"]["number"] == "通政发〔2024〕23号").expect("it is cited");
    let run = zhice(&seeds.folder, &["cite", citation["id"].as_str().unwrap()]).exits(0);
    let text = |key: &str| citation["document"][key].as_str().unwrap();
    let run = run.prints(&[text("title"), text("issuer"), text("number"), "2024-08-07", text("path"), "行", "字节"]);
    for heading in citation["section"].as_array().unwrap() {
        assert!(run.out.contains(heading.as_str().unwrap()), "{heading} in {run:#?}");
    }

    let json = zhice(&seeds.folder, &["cite", citation["id"].as_str().unwrap(), "--json"]).exits(0).json();
    assert_eq!((&json["id"], &json["document"]), (&citation["id"], &citation["document"]));
    assert!(
        json["quote"].as_str().unwrap().contains(citation["quote"].as_str().unwrap()),
        "the passage holds the quote"
    );
}

#[test]
fn an_identifier_that_names_nothing_is_not_found_and_a_malformed_one_is_refused() {
    let folder = indexed_folder();
    zhice(folder.path(), &["cite", "00000000-0"]).fails(1, &["00000000-0", "zhice cite --quote"]);
    zhice(folder.path(), &["cite", "第三条"]).fails(2, &["第三条", "3f9a1c02-17"]);
    zhice(folder.path(), &["cite"]).exits(2);
}

#[test]
fn a_quote_is_found_across_the_line_breaks_of_its_source() {
    let folder = indexed_folder();
    let quote = "产业规模达到三百亿元，建成起降点一百二十个";
    zhice(folder.path(), &["cite", "--quote", quote]).exits(0).prints(&["low-altitude.txt:5"]);
    let found = zhice(folder.path(), &["cite", "--quote", quote, "--json"]).exits(0).json();
    assert_eq!(found["exact"], true);
    assert_eq!(found["quote"], "产业规模达到三百亿元，\n建成起降点一百二十个");
    assert_eq!(found["lines"], serde_json::json!([5, 6]));
}

#[test]
fn another_wording_is_shown_as_such_and_what_stands_nowhere_is_not_found() {
    let folder = indexed_folder();
    let wrong = "全市重点支持电解水制氢装备研发，到2026年建成加氢站九十座，推广燃料电池汽车两千辆。";
    let run = zhice(folder.path(), &["cite", "--quote", wrong]).exits(1);
    run.prints(&["原文没有这句话", "加氢站三十座", "hydrogen.txt:3"]);
    let found = zhice(folder.path(), &["cite", "--quote", wrong, "--json"]).exits(1).json();
    assert_eq!(found["exact"], false);
    zhice(folder.path(), &["cite", "--quote", "今天天气很好，适合去公园散步。"]).fails(1, &["no document"]);
}

#[test]
fn saved_answers_are_checked_against_the_files_as_they_are_now() {
    let folder = indexed_folder();
    let folder = folder.path();
    let save = |name: &str, question: &str| {
        let run = zhice(folder, &["ask", question, "--json", "--top-k", "1"]).exits(0);
        fs::write(folder.join(name), &run.out).unwrap();
        run.json()
    };
    let hydrogen = save("hydrogen.jsonl", ASK_HYDROGEN);
    save("low.jsonl", ASK_LOW_ALTITUDE);
    check_contract(&hydrogen, &folder.join("docs"));
    let verify = |name: &str| zhice(folder, &["cite", "--verify", name]);
    verify("hydrogen.jsonl").exits(0).prints(&["1 citations hold, 0 do not"]);

    // What is said elsewhere in the document does not touch the quote; a changed quote does.
    write(folder, (LOW_ALTITUDE.0, &format!("{}附则\n", LOW_ALTITUDE.1)));
    verify("low.jsonl").exits(0);
    write(folder, (HYDROGEN.0, &HYDROGEN.1.replace("三十座", "八十座")));
    let id = hydrogen["citations"][0]["id"].as_str().unwrap();
    verify("hydrogen.jsonl").exits(1).prints(&[id, HYDROGEN.0, "0 citations hold, 1 do not"]);
    let verdict = zhice(folder, &["cite", "--verify", "hydrogen.jsonl", "--json"]).exits(1).json();
    assert_eq!((&verdict["id"], &verdict["holds"]), (&hydrogen["citations"][0]["id"], &false.into()));

    // An answer from the old index says that its source has changed.
    zhice(folder, &["ask", ASK_HYDROGEN, "--top-k", "1"]).exits(0).prints(&["已改动", "zhice index"]);
    fs::remove_file(folder.join("docs").join(HYDROGEN.0)).unwrap();
    verify("hydrogen.jsonl").exits(1).prints(&[HYDROGEN.0]);

    fs::write(folder.join("bad.jsonl"), "{}\n").unwrap();
    verify("bad.jsonl").fails(3, &["bad.jsonl:1"]);
    verify("nowhere.jsonl").fails(3, &["nowhere.jsonl"]);
}
