//! `zhice model`, and model folders given by `--model`.

use std::fs;

use crate::support::{
    ASK_HYDROGEN, HYDROGEN, check_contract, cited_paths, indexed_folder, snapshot, zhice, zhice_with,
};

#[test]
fn the_built_in_model_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let info = zhice(folder.path(), &["model", "info", "--json"]).exits(0).json();
    assert_eq!((&info["source"], &info["dimensions"]), (&"built in".into(), &384.into()));
    assert_eq!((&info["query_prefix"], &info["passage_prefix"]), (&"query: ".into(), &"passage: ".into()));
    assert_eq!(info["fingerprint"].as_str().unwrap().len(), 64);
    let parts = [info["name"].as_str().unwrap(), info["fingerprint"].as_str().unwrap(), "built in", "384"];
    zhice(folder.path(), &["model", "info"]).exits(0).prints(&parts);
}

#[test]
fn an_exported_model_indexes_and_answers_and_is_not_mixed_with_the_built_in_one() {
    let folder = indexed_folder();
    let folder = folder.path();
    zhice(folder, &["model", "export", "exported"]).exits(0);
    let ask = ["ask", ASK_HYDROGEN, "--json"];
    zhice_with(folder, ("ZHICE_MODEL", "exported"), &ask).fails(4, &["model", "zhice index --rebuild"]);

    let with = ["--model", "exported", "--index", "ix"];
    zhice(folder, &[&["index", "docs"][..], &with].concat()).exits(0).prints(&["3 passages embedded"]);
    let answer = zhice(folder, &[&ask[..], &with].concat()).exits(0).json();
    check_contract(&answer, &folder.join("docs"));
    assert_eq!(cited_paths(&answer)[0], HYDROGEN.0);
    zhice(folder, &[&ask[..], &["--index", "ix"]].concat()).fails(4, &["model", "--model"]);
    zhice(folder, &["model", "info", "--model", "exported"]).exits(0).prints(&["exported", "384", "query: "]);
}

#[test]
fn a_model_folder_that_cannot_be_used_is_named_by_its_file() {
    let folder = indexed_folder();
    let folder = folder.path();
    let before = snapshot(&folder.join("index"));
    zhice(folder, &["model", "export", "m"]).exits(0);
    let fails = |parts: &[&str]| {
        zhice(folder, &["ask", ASK_HYDROGEN, "--model", "m"]).fails(3, parts);
        zhice(folder, &["index", "docs", "--model", "m", "-q"]).fails(3, parts);
    };
    let config = folder.join("m/config.json");
    let original = fs::read_to_string(&config).unwrap();
    for (from, to, file) in [
        ("\"intermediate_size\":1536", "\"intermediate_size\":1000", "model.safetensors"),
        ("\"num_hidden_layers\":12", "\"num_hidden_layers\":13", "model.safetensors"),
        ("\"num_attention_heads\":12", "\"num_attention_heads\":0", "heads"),
        ("\"model_type\":\"bert\"", "\"model_type\":\"t5\"", "t5"),
    ] {
        assert!(original.contains(from), "{original}");
        fs::write(&config, original.replace(from, to)).unwrap();
        fails(&[file]);
    }
    fs::write(&config, original).unwrap();
    fs::File::options().write(true).open(folder.join("m/model.safetensors")).unwrap().set_len(100_000).unwrap();
    fails(&["m/model.safetensors"]);
    fs::remove_file(folder.join("m/tokenizer.json")).unwrap();
    fails(&["m/tokenizer.json"]);
    zhice(folder, &["model", "info", "--model", "nowhere"]).fails(3, &["nowhere"]);
    assert!(snapshot(&folder.join("index")) == before, "a file was written");
}
