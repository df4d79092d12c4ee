//! Keeping an index: checking it, following a folder, indexes of older formats, and what must not be followed.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{
    ASK_ELDERLY, ASK_HYDROGEN, ELDERLY, HYDROGEN, cited_paths, command, copy, folder, indexed_folder, write, zhice,
};

#[test]
fn a_sound_index_is_told_to_be_and_a_changed_document_is_no_fault() {
    let folder = indexed_folder();
    zhice(folder.path(), &["verify"]).exits(0).prints(&["sound", "3 documents"]);
    fs::remove_file(folder.path().join("docs").join(ELDERLY.0)).unwrap();
    write(folder.path(), (HYDROGEN.0, "关于氢能的通知\n\n氢能产业发展另行通知，请各单位遵照执行。\n"));
    let run = zhice(folder.path(), &["verify"]).exits(0);
    run.prints(&["hydrogen.txt has changed", "elderly.txt is gone", "zhice index", "sound"]);
    let cited = zhice(folder.path(), &["ask", ASK_ELDERLY]).exits(0);
    cited.prints(&["此文件在建立索引后已不在原处"]);
}

#[test]
fn a_fault_is_told_with_its_file_its_reason_and_what_to_do() {
    let folder = indexed_folder();
    let generation = fs::read_dir(folder.path().join("index")).unwrap().map(|e| e.unwrap().path()).find(|p| p.is_dir());
    let path = generation.unwrap().join("texts.bin");
    let mut bytes = fs::read(&path).unwrap();
    bytes[7] ^= 1;
    fs::write(&path, bytes).unwrap();
    let run = zhice(folder.path(), &["verify"]).exits(4);
    run.prints(&["texts.bin", "checksum"]).tells(&["zhice index --rebuild"]);
    let report: Value = zhice(folder.path(), &["verify", "--json"]).exits(4).json();
    assert_eq!(report["faults"][0]["reason"], "its checksum is wrong");
    zhice(folder.path(), &["index", "--rebuild", "docs"]).exits(0);
    zhice(folder.path(), &["verify"]).exits(0);
}

#[test]
fn an_index_of_an_older_format_is_named_and_built_anew_from_its_folders() {
    for format in [1, 2, 3] {
        let folder = folder(&[HYDROGEN, ELDERLY]);
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/index/format-{format}"));
        let index = folder.path().join("index");
        copy(&fixture, &index);
        let docs = fs::canonicalize(folder.path().join("docs")).unwrap();
        crate::support::edit_manifest(&index, |manifest| manifest["roots"] = serde_json::json!([docs]));
        let named = format!("format {format}");
        zhice(folder.path(), &["ask", ASK_HYDROGEN]).fails(4, &[&named, "zhice index"]);
        zhice(folder.path(), &["index"]).exits(0).tells(&[&named, "built anew"]).prints(&["indexed 2 documents"]);
        let answer = zhice(folder.path(), &["ask", ASK_HYDROGEN, "--json"]).exits(0).json();
        assert_eq!(cited_paths(&answer)[0], HYDROGEN.0);
    }
}

/// Kills its process when it is dropped, so that no failed test leaves one behind.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_watched_folder_is_followed() {
    let folder = folder(&[HYDROGEN]);
    let mut child = command(folder.path());
    child.args(["index", "docs", "--watch", "--quiet"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = Killed(child.spawn().unwrap());
    let mut lines = BufReader::new(child.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("indexed 1 documents"));
    // The watch begins a moment after the first build is told; a change before it would be taken up with the next.
    let mut changes = 0;
    let told = std::thread::scope(|scope| {
        let line = scope.spawn(move || lines.next());
        while !line.is_finished() {
            changes += 1;
            write(folder.path(), (ELDERLY.0, &format!("{}\n附件{changes}\n", ELDERLY.1)));
            std::thread::sleep(std::time::Duration::from_secs(3));
        }
        line.join().unwrap().unwrap()
    });
    assert!(told.contains("indexed 2 documents"), "{told}");
    let answer = zhice(folder.path(), &["ask", ASK_ELDERLY, "--json"]).exits(0).json();
    assert_eq!(cited_paths(&answer)[0], ELDERLY.0);
}

#[test]
#[cfg(unix)]
fn a_link_out_of_the_folder_is_not_read() {
    let folder = folder(&[HYDROGEN]);
    let secret = folder.path().join("secret.txt");
    fs::write(&secret, "关于机密事项的通知\n\n机密事项每月发放高龄津贴九百元，不得外传。\n").unwrap();
    std::os::unix::fs::symlink(&secret, folder.path().join("docs/link.txt")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("docs").join(HYDROGEN.0), folder.path().join("docs/own.txt"))
        .unwrap();
    let run = zhice(folder.path(), &["index", "docs"]).exits(5);
    run.tells(&["link.txt", "leads out of the folder"]).prints(&["indexed 1 documents", "1 identical"]);
}
