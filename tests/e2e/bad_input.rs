//! What cannot be used: one clear line, a documented exit code, and nothing lost.

use std::fs;
use std::path::Path;

use zhice::index::Manifest;
use zhice::index::disk::Disk;

use crate::support::{
    ASK_ELDERLY, ASK_HYDROGEN, ELDERLY, HYDROGEN, Run, check_contract, copy, edit_manifest, find, folder,
    indexed_folder, snapshot, write, zhice, zhice_with,
};

#[test]
fn a_folder_that_is_not_there_or_holds_no_document_is_named() {
    let folder = folder(&[]);
    zhice(folder.path(), &["index", "nowhere"]).fails(3, &["no such file or folder", "nowhere"]);
    zhice(folder.path(), &["index", "docs", "-q"]).fails(3, &["no readable document", "docs"]);
    assert!(!folder.path().join("index").exists());
    zhice(folder.path(), &["index"]).fails(2, &["zhice index FOLDER"]);
    zhice(folder.path(), &["ask", "--batch", "nowhere.jsonl"]).fails(3, &["nowhere.jsonl"]);
}

#[test]
fn files_that_cannot_be_read_are_named_and_the_others_are_indexed() {
    let folder = folder(&[ELDERLY]);
    let docs = folder.path().join("docs");
    fs::write(docs.join("noise.txt"), [0xff, 0x81, 0x20, 0xff, 0x30, 0xc0].repeat(40)).unwrap();
    fs::write(docs.join("empty.txt"), "").unwrap();
    fs::write(docs.join("blank.txt"), "\u{feff} \n　\n").unwrap();
    fs::write(docs.join("zeros.txt"), [0; 100]).unwrap();
    fs::write(docs.join("scan.pdf"), "%PDF-1.7").unwrap();
    let run = zhice(folder.path(), &["index", "docs"]).exits(5).prints(&["indexed 1 documents", "5 skipped"]);
    for (file, reason) in [
        ("noise.txt", "no known encoding"),
        ("empty.txt", "empty"),
        ("blank.txt", "empty"),
        ("zeros.txt", "binary"),
        ("scan.pdf", "PDF"),
    ] {
        assert!(run.err.lines().any(|l| l.contains(file) && l.contains(reason)), "{file} in {run:#?}");
    }
    zhice(folder.path(), &["ask", ASK_ELDERLY]).exits(0).prints(&["二百元"]);
    // Unchanged, but they are still skipped, and the exit code still says so.
    zhice(folder.path(), &["index"]).exits(5).prints(&["unchanged"]).tells(&["noise.txt", "empty.txt"]);
}

#[test]
fn a_question_without_words_or_without_end_is_refused() {
    let folder = indexed_folder();
    for question in ["", " 　", "？！"] {
        zhice(folder.path(), &["ask", question]).fails(2, &["empty"]);
    }
    zhice(folder.path(), &["ask", &"a".repeat(100_000)]).fails(2, &["100000"]);
    zhice(folder.path(), &["ask"]).exits(2);
    for k in ["0", "101", "-1", "x"] {
        zhice(folder.path(), &["ask", ASK_ELDERLY, &format!("--top-k={k}")]).exits(2).tells(&["top-k", k]);
    }
    zhice(folder.path(), &["ask", ASK_ELDERLY, "--top-k", "100"]).exits(0);
}

#[test]
fn an_index_of_a_newer_format_or_another_model_is_not_read() {
    let folder = indexed_folder();
    let index = folder.path().join("index");
    let mut manifest = Manifest::read(&index).unwrap();
    manifest.model.fingerprint = "0".repeat(64);
    manifest.commit(&Disk::default(), &index).unwrap();
    zhice(folder.path(), &["ask", ASK_ELDERLY]).fails(4, &["index", "model", "zhice index --rebuild"]);
    edit_manifest(&index, |m| m["format"] = 1000.into());
    let before = snapshot(&index);
    for command in [&["ask", ASK_ELDERLY][..], &["cite", "00000000-0"], &["index", "docs"]] {
        zhice(folder.path(), command).fails(4, &["format 1000", "update zhice"]);
    }
    assert!(snapshot(&index) == before, "a file was written");
}

type Damage = fn(&Path);

#[test]
fn a_damaged_index_file_is_named_and_nothing_is_answered_from_it() {
    let folder = indexed_folder();
    let index = folder.path().join("index");
    let flip: Damage = |path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x10;
        fs::write(path, bytes).unwrap();
    };
    let cut: Damage = |path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
    };
    let remove: Damage = |path| fs::remove_file(path).unwrap();
    let damages: [(&str, Damage); 12] = [
        ("manifest.json", cut),
        ("documents.json", remove),
        ("documents.json", flip),
        ("passages.jsonl", flip),
        ("passages.offsets", cut),
        ("texts.bin", flip),
        ("vectors.f32", cut),
        ("sentences.i8", cut),
        ("graph.links", flip),
        ("graph.points", remove),
        ("meta.json", flip),
        (".term", flip),
    ];
    let mut unnoticed = Vec::new();
    for (file, damage) in damages {
        let damaged = tempfile::tempdir_in(folder.path()).unwrap();
        copy(&index, damaged.path());
        let path = find(damaged.path(), file);
        damage(&path);
        let run = zhice(folder.path(), &["ask", ASK_ELDERLY, "--index", damaged.path().to_str().unwrap()]);
        let name = if path.parent().unwrap().ends_with("terms") { "terms" } else { file };
        if run.code != Some(4) || !["damaged", name, "zhice index --rebuild"].iter().all(|part| run.err.contains(part))
        {
            unnoticed.push((path, run));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn damaged_vectors_are_not_carried_into_the_next_index() {
    let folder = indexed_folder();
    let vectors = find(&folder.path().join("index"), "vectors.f32");
    let mut bytes = fs::read(&vectors).unwrap();
    bytes[3] ^= 0x40;
    fs::write(&vectors, bytes).unwrap();
    write(folder.path(), (HYDROGEN.0, &HYDROGEN.1.replace("三十座", "五十座")));
    zhice(folder.path(), &["index", "-q"]).fails(4, &["vectors.f32", "zhice index --rebuild"]);
}

#[test]
fn a_folder_of_other_files_is_not_used_as_an_index() {
    let folder = folder(&[ELDERLY]);
    fs::create_dir(folder.path().join("papers")).unwrap();
    fs::write(folder.path().join("papers/thesis.txt"), "论文").unwrap();
    let before = snapshot(folder.path());
    for rebuild in [&[][..], &["--rebuild"]] {
        let command = [&["index", "docs", "--index", "papers", "-q"][..], rebuild].concat();
        zhice(folder.path(), &command).fails(4, &["papers", "--index"]);
    }
    assert!(snapshot(folder.path()) == before, "a file was written");
}

#[test]
fn an_index_that_cannot_be_written_is_named() {
    let folder = indexed_folder();
    zhice(folder.path(), &["index", "docs", "--index", "docs/elderly.txt/ix", "-q"]).fails(3, &["elderly.txt"]);
    zhice(folder.path(), &["ask", ASK_ELDERLY, "--index", "docs/elderly.txt/ix"]).fails(4, &["no index"]);
}

#[cfg(unix)]
#[test]
fn an_index_that_one_may_only_read_answers_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let folder = indexed_folder();
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let binary = folder.path().join("zhice");
    fs::copy(assert_cmd::cargo::cargo_bin!("zhice"), &binary).unwrap();
    let folders = ["", "docs", "index"].iter().map(|f| folder.path().join(f));
    let folders: Vec<_> =
        folders.chain(snapshot(&folder.path().join("index")).into_keys().filter_map(parent)).collect();
    folders.iter().for_each(|path| set(path, 0o555));
    // Permissions do not stop an administrator, who therefore asks as nobody.
    let administrator = fs::write(folder.path().join("index/.gitkeep"), "").is_ok();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(&binary);
        command.env_clear().current_dir(folder.path()).args(arguments);
        if administrator {
            command.uid(65534).gid(65534);
        }
        Run::of(command.output().unwrap())
    };
    let answer = run(&["ask", ASK_HYDROGEN]);
    let written = run(&["index", "docs", "--rebuild", "-q"]);
    folders.iter().for_each(|path| set(path, 0o755));
    assert_eq!(answer.exits(0).prints(&["三十座"]).err, "");
    written.fails(3, &["index", "ermission"]);
}

#[cfg(unix)]
fn parent(file: std::path::PathBuf) -> Option<std::path::PathBuf> {
    file.parent().map(Path::to_owned)
}

/// Others may read what one has indexed, as far as the umask lets them.
#[cfg(unix)]
#[test]
fn the_files_of_an_index_have_the_permissions_of_new_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = indexed_folder();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let usual = mode(&folder.path().join("docs/elderly.txt"));
    for file in snapshot(&folder.path().join("index")).keys() {
        assert_eq!(mode(file), usual, "{}", file.display());
    }
}

#[test]
fn a_document_cannot_steer_the_terminal_nor_bend_its_quote() {
    let steering = "关于\u{1b}[31m测试\u{1b}[2J的通知\n\n一、目标\u{1b}]0;evil\u{7}\n\n到2030年，数字经济规模\u{7f}达到\u{9b}31m五百亿元，\u{202e}建设\u{1b}[2J园区十个。\n";
    let folder = folder(&[("steer.txt", steering)]);
    zhice(folder.path(), &["index", "docs"]).exits(0);
    let question = "数字经济规模到2030年达到多少？";
    let answer = zhice(folder.path(), &["ask", question, "--json"]).exits(0).json();
    check_contract(&answer, &folder.path().join("docs"));
    let id = answer["citations"][0]["id"].as_str().unwrap();
    for command in
        [&["ask", question][..], &["cite", id], &["cite", "--quote", "经济规模"], &["ask", question, "--json"]]
    {
        // Even where colours are on, only zhice's own.
        for (name, value) in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")] {
            let out = zhice_with(folder.path(), (name, value), command).exits(0).out;
            for sequence in ["\u{1b}[31m", "\u{1b}[2J", "\u{1b}]0;", "\u{7}", "\u{9b}", "\u{7f}"] {
                assert!(!out.contains(sequence), "{sequence:?} in {out:?}");
            }
        }
    }
}
