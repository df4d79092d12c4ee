//! Running the binary in folders of its own, and the documents that the tests ask about.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::SystemTime;

use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub const LOW_ALTITUDE: (&str, &str) = (
    "low-altitude.txt",
    "云湖市人民政府关于促进低空经济发展的若干意见

云政发〔2024〕7号

为促进低空经济发展，到2027年，全市低空经济产业规模达到三百亿元，
建成起降点一百二十个，开通无人机物流航线四十条。

云湖市人民政府

2024年5月6日
",
);
pub const HYDROGEN: (&str, &str) = (
    "hydrogen.txt",
    "关于推进氢能产业发展的实施方案

为推进氢能产业发展，全市重点支持电解水制氢装备研发，到2026年建成加氢站三十座，推广燃料电池汽车两千辆。
",
);
pub const ELDERLY: (&str, &str) = (
    "elderly.txt",
    "关于完善养老服务体系的通知

为完善养老服务体系，每个街道应当设立一处综合养老服务中心，为八十岁以上老年人每月发放高龄津贴二百元。
",
);
/// A question that each document answers.
pub const ASK_LOW_ALTITUDE: &str = "到2027年低空经济产业规模达到多少？";
pub const ASK_HYDROGEN: &str = "到2026年建成加氢站多少座？";
pub const ASK_ELDERLY: &str = "高龄津贴每月发放多少元？";

/// What a finished command left.
#[derive(Debug)]
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        let run = Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!run.err.contains("panicked"), "{run:#?}");
        run
    }

    /// Checks the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Checks that the command failed with one line on stderr that holds all `parts`, and nothing on stdout.
    #[track_caller]
    pub fn fails(self, code: i32, parts: &[&str]) -> Self {
        let run = self.exits(code);
        assert!(run.out.is_empty() && run.err.trim_end().lines().count() == 1, "{run:#?}");
        run.tells(parts)
    }

    /// Checks that stderr holds all `parts`.
    #[track_caller]
    pub fn tells(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }

    /// Checks that stdout holds all `parts`.
    #[track_caller]
    pub fn prints(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.out.contains(part), "no {part:?} in {self:#?}");
        }
        self
    }

    /// stdout as JSON lines.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        let parse = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e} in {line}"));
        self.out.lines().map(parse).collect()
    }

    /// stdout as one JSON object.
    #[track_caller]
    pub fn json(&self) -> Value {
        let mut lines = self.json_lines();
        assert_eq!(lines.len(), 1, "{self:#?}");
        lines.remove(0)
    }
}

/// `zhice` in `folder`, with nothing of this process's environment.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("zhice"));
    command.env_clear().current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs `zhice` in `folder`.
#[track_caller]
pub fn zhice(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(command(folder).args(arguments).output().expect("the binary runs"))
}

/// Runs `zhice` in `folder` with one environment variable.
#[track_caller]
pub fn zhice_with(folder: &Path, variable: (&str, &str), arguments: &[&str]) -> Run {
    Run::of(command(folder).env(variable.0, variable.1).args(arguments).output().expect("the binary runs"))
}

/// Runs `zhice` in `folder` with `input` on stdin.
#[track_caller]
pub fn zhice_reading(folder: &Path, input: &str, arguments: &[&str]) -> Run {
    let mut command = assert_cmd::Command::from_std(command(folder));
    Run::of(command.args(arguments).write_stdin(input).output().expect("the binary runs"))
}

/// A new folder that holds `docs/` with `documents`.
pub fn folder(documents: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("docs")).unwrap();
    for document in documents {
        write(folder.path(), *document);
    }
    folder
}

/// Writes a document to `docs/`.
pub fn write(folder: &Path, (name, text): (&str, &str)) {
    fs::write(folder.join("docs").join(name), text).unwrap();
}

/// A new folder with the three small documents in `docs/` and their index in `index/`.
pub fn indexed_folder() -> TempDir {
    let folder = folder(&[LOW_ALTITUDE, HYDROGEN, ELDERLY]);
    zhice(folder.path(), &["index", "docs"]).exits(0).prints(&["3 documents, 3 passages"]);
    folder
}

/// A folder with `seeds/` and the index that its first `ask` built.
pub struct Seeds {
    pub folder: PathBuf,
    pub first_ask: Run,
    _alone: File,
}

pub const FIRST_QUESTION: &str = "哪些城市优先发展第三代半导体？";

/// The seeds, built once and only read from then on.
pub fn seeds() -> &'static Seeds {
    static SEEDS: OnceLock<Seeds> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Another run of these tests waits until this process ends.
        let alone = File::create(temporary.join("e2e.lock")).unwrap();
        alone.lock().unwrap();
        let folder = temporary.join("e2e");
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds"), &folder.join("seeds"));
        let first_ask = zhice(&folder, &["ask", FIRST_QUESTION, "--json"]);
        Seeds { folder, first_ask, _alone: alone }
    })
}

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// Every file below `folder` with its bytes and the time it was written.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(snapshot(&path));
        } else {
            let modified = fs::metadata(&path).unwrap().modified().unwrap();
            files.insert(path.clone(), (fs::read(&path).unwrap(), modified));
        }
    }
    files
}

/// The one file called `name` below `folder`; a name that begins with a dot stands for every file that ends in it.
pub fn find(folder: &Path, name: &str) -> PathBuf {
    let is_it =
        |path: &PathBuf| path.ends_with(name) || (name.starts_with('.') && path.to_string_lossy().ends_with(name));
    let mut found: Vec<_> = snapshot(folder).into_keys().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found.remove(0)
}

/// Changes the manifest of the index in `index`.
pub fn edit_manifest(index: &Path, edit: impl FnOnce(&mut Value)) {
    let path = index.join("manifest.json");
    let mut manifest = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    edit(&mut manifest);
    fs::write(path, manifest.to_string()).unwrap();
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

/// The paths of the documents that an answer cites, best first.
pub fn cited_paths(answer: &Value) -> Vec<&str> {
    answer["citations"].as_array().unwrap().iter().map(|c| c["document"]["path"].as_str().unwrap()).collect()
}

#[track_caller]
pub fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

/// Checks that `answer` is what the JSON contract says, and that every quote stands in the documents of `folder`.
#[track_caller]
pub fn check_contract(answer: &Value, folder: &Path) {
    let mut expected = vec!["answer", "citations", "examined", "question", "regions", "status", "timing_ms"];
    if answer.get("id").is_some() {
        expected.insert(3, "id");
    }
    let mut found = keys(answer);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert!(answer["question"].is_string() && answer["answer"].is_string());
    let citations = answer["citations"].as_array().unwrap();
    for (n, citation) in (1u64..).zip(citations) {
        assert_eq!(citation["n"], n);
        assert!(citation["score"].is_f64());
        check_citation(citation, folder);
    }
    let number = |n: &Value| n.as_u64().is_some_and(|n| n >= 1 && n <= citations.len() as u64);
    for region in answer["regions"].as_array().unwrap() {
        assert!(["name", "code", "level", "strength"].iter().all(|key| region[key].is_string()), "{region}");
        assert!(region["citations"].as_array().unwrap().iter().all(number), "{region}");
    }
    match answer["status"].as_str().unwrap() {
        "answered" => assert!(!citations.is_empty() && answer["answer"].as_str().unwrap().contains("[1]"), "{answer}"),
        "no_evidence" => assert_eq!(answer["regions"], serde_json::json!([])),
        other => panic!("status {other}"),
    }
    assert!(["documents", "matched"].iter().all(|key| answer["examined"][key].is_u64()), "{answer}");
    assert!(["total", "embed", "search", "answer"].iter().all(|key| answer["timing_ms"][key].is_f64()), "{answer}");
}

#[track_caller]
fn check_citation(citation: &Value, folder: &Path) {
    let expected = [
        "n", "id", "score", "quote", "bytes", "pinpoint", "lines", "page", "element", "section", "region", "regions",
        "document",
    ];
    let mut found = keys(citation);
    let mut sorted = expected.to_vec();
    found.sort_unstable();
    sorted.sort_unstable();
    assert_eq!(found, sorted);
    let document = &citation["document"];
    let mut found = keys(document);
    found.sort_unstable();
    assert_eq!(found, ["id", "issuer", "number", "path", "published", "sha256", "title"]);
    assert!(!document["title"].as_str().unwrap().is_empty());
    assert!(["issuer", "number", "published"].iter().all(|key| document[key].is_string() || document[key].is_null()));
    if let Some(date) = document["published"].as_str() {
        let pattern = |(i, c): (usize, char)| if i == 4 || i == 7 { c == '-' } else { c.is_ascii_digit() };
        assert!(date.len() == 10 && date.chars().enumerate().all(pattern), "{date}");
    }

    let text = fs::read(folder.join(document["path"].as_str().unwrap())).unwrap();
    let digest = sha256(&text);
    assert_eq!(document["sha256"], digest);
    assert_eq!(document["id"], digest[..8]);
    let ordinal = citation["id"].as_str().unwrap().strip_prefix(&format!("{}-", &digest[..8])).unwrap();
    assert!(ordinal.parse::<u32>().is_ok(), "{ordinal}");
    let at = |key: &str, i: usize| usize::try_from(citation[key][i].as_u64().unwrap()).unwrap();
    let (start, end) = (at("bytes", 0), at("bytes", 1));
    let quote = citation["quote"].as_str().unwrap();
    assert!(!quote.trim().is_empty());
    assert_eq!(&text[start..end], quote.as_bytes(), "the quote is the bytes of the file");
    let line_of = |byte: usize| 1 + text[..byte].iter().filter(|b| **b == b'\n').count();
    assert_eq!((at("lines", 0), at("lines", 1)), (line_of(start), line_of(end - 1)));
    assert!(citation["page"].is_null());
    assert!(citation["section"].as_array().unwrap().iter().all(Value::is_string));
    assert!(citation["region"].is_string() || citation["region"].is_null());
}
