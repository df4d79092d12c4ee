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
    zhice(folder, &["cite", "--quote", "高龄津贴二百元"]).exits(0).prints(&["高齡津貼", "關於完善養老服務體系的通知"]);
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

/// A fixture of `tests/fixtures`.
fn fixture(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path)).unwrap()
}

#[test]
fn a_pdf_is_quoted_with_its_page_and_a_web_page_with_its_element() {
    let folder = folder(&[]);
    let docs = folder.path().join("docs");
    let pdf = "中华人民共和国民政部令（第83号）　　儿童福利机构管理办法__2026年第20号国务院公报_中国政府网.pdf";
    fs::write(docs.join("儿童.pdf"), fixture(&format!("pdf/{pdf}"))).unwrap();
    fs::write(docs.join("积分.html"), fixture("html/02_积分入学指引_2026.html")).unwrap();
    let folder = folder.path();
    zhice(folder, &["index", "docs"]).exits(0).prints(&["indexed 2 documents"]);

    let answer = ask(folder, "儿童福利机构应当设置哪些功能区域？");
    check_first(folder, &answer, "儿童.pdf", "起居室、活动室、医疗室");
    assert_eq!(answer["citations"][0]["page"], 6);
    assert!(answer["citations"][0]["element"].is_null());
    let document = zhice(folder, &["documents", "--json", "--number", "民政部令第83号"]).exits(0).json();
    for (key, value) in
        [("issuer", "民政部"), ("effective", "2026-04-01"), ("region", "国家"), ("format", "pdf"), ("kind", "办法")]
    {
        assert_eq!(document[key], value, "{key} of {document}");
    }

    let answer = ask(folder, "积分入学申请人什么时候填报志愿？");
    check_first(folder, &answer, "积分.html", "6月27日10：00—7月1日15:00");
    let citation = &answer["citations"][0];
    let element = citation["element"].as_str().unwrap();
    assert!(element.starts_with("#zoomcon > p:nth-of-type("), "{element}");
    assert_eq!((&citation["page"], &citation["region"]), (&Value::Null, &"天河区".into()));
    assert!(citation["document"]["url"].as_str().unwrap().starts_with("http://www.thnet.gov.cn/"));
    let id = citation["id"].as_str().unwrap();
    zhice(folder, &["cite", id]).exits(0).prints(&[
        "#zoomcon > p:nth-of-type(7)",
        "提取文本第",
        "字节",
        "http://www.thnet.gov.cn/",
    ]);
}

/// A Word file with one paragraph a line of `text`, and `extra` parts.
fn docx(text: &str, extra: Option<(&str, &[u8])>) -> Vec<u8> {
    let paragraphs: String = text.lines().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    let document = format!(
        r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>"#
    );
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut part = |name: &str, content: &[u8]| {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, content).unwrap();
    };
    match extra {
        Some((name, content)) => part(name, content),
        None => part("word/document.xml", document.as_bytes()),
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_word_file_is_quoted_with_its_paragraph() {
    let folder = folder(&[]);
    let text =
        "云湖市人民政府关于促进低空经济发展的意见\n云政发〔2024〕7号\n到2027年，全市低空经济产业规模达到三百亿元。";
    fs::write(folder.path().join("docs/意见.docx"), docx(text, None)).unwrap();
    let folder = folder.path();
    zhice(folder, &["index", "docs"]).exits(0);
    let answer = ask(folder, "低空经济产业规模到2027年达到多少？");
    check_first(folder, &answer, "意见.docx", "三百亿元");
    assert_eq!(answer["citations"][0]["element"], "paragraph 3");
    assert_eq!(answer["citations"][0]["document"]["number"], "云政发〔2024〕7号");
}

#[test]
fn hostile_files_are_named_and_stop_nothing() {
    let folder = folder(&[("good.txt", "关于养老服务的通知\n\n为八十岁以上老年人每月发放高龄津贴二百元。\n")]);
    let docs = folder.path().join("docs");
    let bomb = vec![b' '; 200 << 20];
    let whole = fixture("pdf/notice.pdf");
    for (name, content) in [
        ("password.pdf", fixture("pdf/needs-password.pdf")),
        ("scan.pdf", fixture("pdf/scan.pdf")),
        ("truncated.pdf", whole[..whole.len() / 2].to_vec()),
        ("bomb.docx", docx("", Some(("word/document.xml", &bomb)))),
        ("empty.docx", docx("", Some(("other.xml", b"<a/>")))),
        ("renamed.txt", fixture("pdf/notice.pdf")),
        ("old.doc", b"\xd0\xcf\x11\xe0".to_vec()),
        ("deep.html", "<div>".repeat(100_000).into_bytes()),
    ] {
        fs::write(docs.join(name), content).unwrap();
    }
    fs::File::create(docs.join("huge.txt")).unwrap().set_len(1 << 30).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        std::os::unix::fs::symlink(&docs, docs.join("loop")).unwrap();
        std::os::unix::fs::symlink("gone", docs.join("dangling.html")).unwrap();
        // Some file systems allow no such name.
        let _ = fs::write(docs.join(std::ffi::OsStr::from_bytes(b"\xff.txt")), "x");
    }
    let run = zhice(folder.path(), &["index", "docs"]).exits(5).prints(&["indexed 1 documents"]);
    for (file, reason) in [
        ("password.pdf", "encrypted PDF file: save it without a password"),
        ("scan.pdf", "scanned PDF file"),
        ("truncated.pdf", "damaged PDF file"),
        ("bomb.docx", "too large"),
        ("empty.docx", "damaged"),
        ("renamed.txt", "binary"),
        ("old.doc", "save it as .docx"),
        ("deep.html", "empty HTML file"),
        ("huge.txt", "larger than 64 MiB"),
    ] {
        assert!(run.err.lines().any(|l| l.contains(file) && l.contains(reason)), "{file}: {reason} in {run:#?}");
    }
    let answer = ask(folder.path(), "高龄津贴每月发放多少元？");
    assert!(cited_paths(&answer).iter().all(|path| *path == "good.txt"), "{answer}");
    // What was refused is not tried again before it changes, and is still named.
    zhice(folder.path(), &["index"]).exits(5).prints(&["unchanged"]).tells(&["password.pdf", "bomb.docx"]);
}
