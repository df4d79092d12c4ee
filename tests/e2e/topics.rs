//! Topics: a person's own file, and names that the documents give.

use std::fs;
use std::path::Path;

use crate::support::{folder, zhice, zhice_with};

const NANJING: (&str, &str) = (
    "nanjing.txt",
    "南京市人民政府关于发展光子产业的意见\n宁政发〔2024〕9号\n一、总体要求\n优先发展光子集成芯片、存算一体等细分赛道,支持企业建设中试平台。\n南京市人民政府\n2024年5月6日\n",
);
const SUZHOU: (&str, &str) = (
    "suzhou.txt",
    "苏州市人民政府关于光电产业的意见\n苏府〔2024〕5号\n一、总体要求\n重点发展硅光、激光器件,培育一批龙头企业,建设公共服务平台。\n苏州市人民政府\n2024年6月7日\n",
);
const OWN: &str = "[[topic]]\nname = \"光子集成芯片\"\nsynonyms = [\"硅光\"]\n";
/// Writes a file beside `docs/`.
fn write_beside(folder: &Path, (name, text): (&str, &str)) {
    fs::write(folder.join(name), text).unwrap();
}

const QUESTION: &str = "哪些城市优先发展光子集成芯片？";

#[test]
fn a_persons_own_topic_finds_what_other_words_say() {
    let folder = folder(&[NANJING, SUZHOU]);
    write_beside(folder.path(), ("topics.toml", OWN));
    zhice(folder.path(), &["index", "docs", "-q"]).exits(0);
    let without = zhice(folder.path(), &["ask", QUESTION]).exits(0);
    assert!(without.out.contains("南京市") && !without.out.contains("苏州市"), "{without:#?}");
    let with = zhice(folder.path(), &["ask", QUESTION, "--topics", "topics.toml"]).exits(0);
    with.prints(&["2个城市列为重点", "南京市", "苏州市"]);
    zhice_with(folder.path(), ("ZHICE_TOPICS", "topics.toml"), &["ask", QUESTION]).exits(0).prints(&["苏州市"]);
}

#[test]
fn a_topic_file_that_cannot_be_used_is_named_with_the_reason() {
    let folder = folder(&[NANJING]);
    write_beside(folder.path(), ("topics.toml", "[[topic]]\nname = \"甲\"\nsynonym = [\"乙\"]\n"));
    zhice(folder.path(), &["ask", QUESTION, "--topics", "topics.toml"])
        .fails(3, &["topics.toml", "line 3", "unknown field `synonym`"]);
    zhice(folder.path(), &["ask", QUESTION, "--topics", "nowhere.toml"]).fails(3, &["nowhere.toml"]);
}

#[test]
fn a_name_that_a_document_gives_in_brackets_finds_the_others() {
    let alias = (
        "gloss.txt",
        "无锡市人民政府关于光子产业的意见\n锡政发〔2024〕3号\n一、总体要求\n支持光子集成芯片（硅光芯片）研发,建设公共服务平台。\n无锡市人民政府\n2024年6月7日\n",
    );
    let other = (
        "other.txt",
        "苏州市人民政府关于光电产业的意见\n苏府〔2024〕5号\n一、总体要求\n重点发展硅光芯片、激光器件,培育一批龙头企业。\n苏州市人民政府\n2024年6月7日\n",
    );
    let folder = folder(&[alias, other]);
    write_beside(folder.path(), ("topics.toml", "[[topic]]\nname = \"光子集成芯片\"\n"));
    zhice(folder.path(), &["index", "docs", "-q"]).exits(0);
    let run = zhice(folder.path(), &["ask", QUESTION, "--topics", "topics.toml"]).exits(0);
    run.prints(&["苏州市", "无锡市"]);
}
