//! Files of every format as they come, from indexing to a citation that can be checked.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{cited_paths, folder, sha256, zhice};

fn ask(folder: &Path, question: &str) -> Value {
    zhice(folder, &["ask", question, "--json"]).exits(0).json()
}

/// Checks that the first citation's quote holds `part`, stands at its bytes of the document's canonical text, and is
/// verified against the file.
#[track_caller]
fn check_first(folder: &Path, answer: &Value, path: &str, part: &str) {
    assert_eq!(cited_paths(answer)[0], path, "{answer}");
    let citation = &answer["citations"][0];
    let quote = citation["quote"].as_str().unwrap();
    assert!(quote.contains(part), "{part:?} in {quote:?}");
    let text = zhice(folder, &["documents", "--text", citation["document"]["id"].as_str().unwrap()]).exits(0).out;
    let at = |i: usize| usize::try_from(citation["bytes"][i].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at(0)..at(1)], quote);
    if let Some(digest) = citation["document"]["text_sha256"].as_str() {
        assert_eq!(digest, sha256(text.as_bytes()));
    }
    fs::write(folder.join("saved.jsonl"), answer.to_string()).unwrap();
    zhice(folder, &["cite", "--verify", "saved.jsonl"]).exits(0).prints(&["0 do not"]);
}

#[test]
fn text_in_other_encodings_is_read_and_quoted() {
    let notice = "云湖市人民政府关于促进低空经济发展的意见\n\n到2027年，全市低空经济产业规模达到三百亿元，建成起降点一百二十个。\n";
    let folder = folder(&[]);
    let docs = folder.path().join("docs");
    let (gbk, _, _) = encoding_rs::GB18030.encode(notice);
    fs::write(docs.join("gbk.txt"), &gbk).unwrap();
    let wide = "\u{feff}关于发展氢能产业的通知\n\n到2026年建成加氢站三十座，推广燃料电池汽车两千辆。\n";
    fs::write(docs.join("wide.txt"), wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()).unwrap();
    let (big5, _, _) = encoding_rs::BIG5
        .encode("關於完善養老服務體系的通知\n\n為八十歲以上長者每月發放高齡津貼二百元，由社會福利署負責。\n");
    fs::write(docs.join("big5.txt"), &big5).unwrap();
    let folder = folder.path();
    zhice(folder, &["index", "docs"]).exits(0).prints(&["indexed 3 documents"]);
    check_first(folder, &ask(folder, "低空经济产业规模到2027年达到多少？"), "gbk.txt", "三百亿元");
    check_first(folder, &ask(folder, "2026年建成加氢站多少座？"), "wide.txt", "三十座");
    // A simplified question finds traditional text, which is quoted as it is written, and the reverse.
    check_first(folder, &ask(folder, "高龄津贴每月发放多少元？"), "big5.txt", "每月發放高齡津貼二百元");
    check_first(folder, &ask(folder, "低空經濟產業規模到2027年達到多少？"), "gbk.txt", "三百亿元");
    zhice(folder, &["cite", "--quote", "高龄津贴二百元"]).exits(0).prints(&["高齡津貼"]);
    let encodings: Vec<Value> = zhice(folder, &["documents", "--json"]).exits(0).json_lines();
    let encodings: Vec<&str> = encodings.iter().map(|d| d["encoding"].as_str().unwrap()).collect();
    assert_eq!(encodings, ["Big5", "GB18030", "UTF-16LE"]);
}

#[test]
fn every_line_of_a_corpus_file_is_a_document() {
    let corpus = concat!(
        r#"{"id": 1, "title": "云湖市关于发展氢能产业的通知", "text": "到2026年建成加氢站三十座。", "date": "2024-05-06", "url": "https://example.org/1"}"#,
        "\n{\"id\": 2}\n",
        r#"{"id": 3, "title": "云湖市关于养老服务的通知", "text": "为八十岁以上老年人每月发放高龄津贴二百元。", "date": "2023/1/2"}"#,
        "\n",
    );
    let folder = folder(&[("corpus.jsonl", corpus)]);
    let folder = folder.path();
    let run = zhice(folder, &["index", "docs"]).exits(5).prints(&["indexed 2 documents"]);
    run.tells(&["corpus.jsonl: line 2: no field `text`"]);
    let answer = ask(folder, "高龄津贴每月发放多少元？");
    check_first(folder, &answer, "corpus.jsonl", "二百元");
    let citation = &answer["citations"][0];
    assert_eq!(citation["element"], "line 3");
    assert_eq!(citation["document"]["title"], "云湖市关于养老服务的通知");
    assert_eq!(citation["document"]["published"], "2023-01-02");
    let first = zhice(folder, &["documents", "--json", "--since", "2024"]).exits(0).json();
    assert_eq!((&first["line"], &first["url"]), (&1.into(), &"https://example.org/1".into()));
    zhice(folder, &["index"]).exits(5).prints(&["unchanged: 2 documents"]);
    // One line changed: only it is embedded again.
    fs::write(folder.join("docs/corpus.jsonl"), corpus.replace("三十座", "四十座")).unwrap();
    zhice(folder, &["index"]).exits(5).prints(&["1 changed, 1 unchanged", "1 passages embedded"]);
}
