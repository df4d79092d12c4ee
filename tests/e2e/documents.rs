//! `zhice documents`, and the filters that it shares with `ask`.

use serde_json::Value;

use crate::support::{cited_paths, folder, seeds, zhice};

/// The paths of the documents that pass `filter`, in order.
fn listed(filter: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = ["documents", "--json"].iter().chain(filter).copied().collect();
    let run = zhice(&seeds().folder, &arguments).exits(0);
    run.json_lines().iter().map(|d| d["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_document_is_listed_with_all_that_is_known_of_it() {
    let run = zhice(&seeds().folder, &["documents", "--json", "--number", "通政发[2024]23"]).exits(0);
    let document = run.json();
    let path = document["path"].as_str().unwrap();
    for (key, value) in [
        ("issuer", "南通市人民政府"),
        ("number", "通政发〔2024〕23号"),
        ("published", "2024-08-07"),
        ("region", "南通市"),
        ("format", "text"),
        ("encoding", "UTF-8"),
    ] {
        assert_eq!(document[key], value);
    }
    assert_eq!(document["region_path"], serde_json::json!(["江苏省", "南通市"]));
    assert!(document["passages"].as_u64().unwrap() > 10);
    // For people, the same document in a few lines.
    let shown = ["documents", "--number", "通政发〔2024〕23号"];
    zhice(&seeds().folder, &shown).exits(0).prints(&["通政发〔2024〕23号", "2024-08-07", path]);
}

#[test]
fn filters_narrow_the_list_and_combine() {
    let all = listed(&[]);
    assert_eq!(all.len(), 5);
    let jiangsu = listed(&["--region", "江苏"]);
    assert!((1..5).contains(&jiangsu.len()), "{jiangsu:?}");
    let nantong = listed(&["--region", "南通市"]);
    assert!(nantong.iter().all(|path| jiangsu.contains(path)) && nantong.len() < jiangsu.len());
    assert_eq!(listed(&["--region", "320600"]), nantong);
    assert_eq!(listed(&["--region", "江苏省", "--issuer", "南通市政府", "--since", "2024-08"]), nantong);
}

#[test]
fn a_filter_that_nothing_passes_lets_nothing_through() {
    let seeds = &seeds().folder;
    zhice(seeds, &["documents", "--region", "西藏"]).fails(1, &["no document passes the filter"]);
    let question = "哪些城市优先发展第三代半导体？";
    for filter in [["--region", "西藏"], ["--since", "2090"], ["--issuer", "不存在的机关"], ["--number", "〔1901〕"]]
    {
        let answer = zhice(seeds, &["ask", question, "--json", filter[0], filter[1]]).exits(0).json();
        assert_eq!(answer["status"], "no_evidence", "{filter:?}");
        assert_eq!((&answer["regions"], &answer["citations"]), (&serde_json::json!([]), &serde_json::json!([])));
        assert_eq!(answer["examined"]["documents"], 0);
    }
}

#[test]
fn an_answer_comes_from_what_the_filter_lets_through() {
    let seeds = &seeds().folder;
    let question = "哪些城市优先发展第三代半导体？";
    let names = |answer: &Value| -> Vec<String> {
        answer["regions"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap().to_owned()).collect()
    };
    let answer = zhice(seeds, &["ask", question, "--json", "--region", "南通"]).exits(0).json();
    assert_eq!(names(&answer), ["南通市"]);
    let question = "重点发展哪些未来产业？";
    let answer = zhice(seeds, &["ask", question, "--json", "--number", "通政发〔2024〕23号"]).exits(0).json();
    let only = listed(&["--number", "通政发〔2024〕23号"]);
    assert!(!cited_paths(&answer).is_empty() && cited_paths(&answer).iter().all(|path| *path == only[0]));
}

#[test]
fn a_filter_that_means_nothing_is_refused() {
    let seeds = &seeds().folder;
    for (option, value, part) in [
        ("--region", "亚特兰蒂斯", "亚特兰蒂斯"),
        ("--since", "去年", "去年"),
        ("--until", "2024-13", "2024-13"),
        ("--issuer", " ", "issuer"),
    ] {
        zhice(seeds, &["documents", option, value]).fails(2, &[part]);
        zhice(seeds, &["ask", "氢能", option, value]).fails(2, &[part]);
    }
}

#[test]
fn the_canonical_text_is_printed_byte_for_byte() {
    let text = "\u{feff}关于试点的通知\r\n\r\n一、支持试点\u{1b}[31m，每家补助十万元。\r\n";
    let folder = folder(&[("a.txt", text)]);
    zhice(folder.path(), &["index", "docs"]).exits(0);
    let id = zhice(folder.path(), &["documents", "--json"]).exits(0).json()["id"].as_str().unwrap().to_owned();
    assert_eq!(zhice(folder.path(), &["documents", "--text", &id]).exits(0).out, text);
    zhice(folder.path(), &["documents", "--text", "00000000"]).fails(1, &["00000000"]);
}

#[test]
fn documents_that_repeat_each_other_are_told() {
    let body = "为贯彻落实国家关于推进新型工业化的部署，加快培育发展未来产业，结合本市实际，制定本实施意见。\n\
        到2025年，全市未来产业实现主营业务收入3000亿元以上，建成若干具有国际影响力的创新平台，集聚一批领军人才。\n\
        各有关部门要按照职责分工，细化工作举措，确保各项任务落到实处，重大事项及时向市政府报告，并于年底前报送情况。\n\
        市财政局会同有关部门统筹安排专项资金，支持关键核心技术攻关和重大成果转化项目建设，对企业给予研发费用补助。\n";
    let folder = folder(&[
        ("a.txt", &format!("云湖市人民政府关于培育未来产业的实施意见\n{body}")),
        ("b.txt", &format!("转载：未来产业政策来了\n{body}")),
        ("c.txt", &format!("云湖市人民政府关于培育未来产业的实施意见\n{body}")),
    ]);
    let run = zhice(folder.path(), &["index", "docs"]).exits(0);
    run.tells(&["b.txt repeats a.txt"]).prints(&["indexed 2 documents", "1 identical files", "1 repeat another"]);
    let documents = zhice(folder.path(), &["documents", "--json"]).exits(0).json_lines();
    assert_eq!(documents[0]["duplicates"], serde_json::json!(["c.txt"]));
    assert_eq!(documents[1]["repeats"], documents[0]["id"]);
}
