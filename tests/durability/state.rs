//! States of a folder of documents, and what an index of each answers.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use zhice::answer::{Scope, answer};
use zhice::index::{Index, IndexError, Options, Summary, build, verify};
use zhice::question::Question;

use super::model::model;

/// What is asked of every state.
pub const QUESTIONS: [&str; 3] =
    ["南京市加氢站到2026年建成多少座？", "哪些城市重点发展低空经济？", "养老服务补贴的标准是多少？"];

/// Texts of documents, by which every change is made.
const TEXTS: [&str; 8] = [
    "南京市人民政府关于推进氢能产业发展的实施方案\n\n一、总体目标\n\n到2026年，建成加氢站三十座，推广燃料电池汽车两千辆。\n\n二、主要任务\n\n重点支持电解水制氢装备研发，加快建设输氢管道。\n",
    "南京市人民政府关于推进氢能产业发展的实施方案\n\n一、总体目标\n\n到2026年，建成加氢站五十座，推广燃料电池汽车三千辆。\n\n二、主要任务\n\n重点支持电解水制氢装备研发，加快建设输氢管道。\n",
    "苏州市关于发展低空经济的若干措施\n\n第一条 重点发展低空经济，建设起降点一百个。\n\n第二条 支持无人机企业开展物流试点，给予不超过二百万元补助。\n",
    "无锡市低空经济行动计划\n\n一、目标\n\n着力打造低空经济产业集群，到2027年产业规模达到三百亿元。\n\n二、任务\n\n培育整机企业十家，建设低空智联网。\n",
    "扬州市养老服务补贴办法\n\n第一条 八十周岁以上老人每月发放养老服务补贴一百元。\n\n第二条 补贴按月发放到个人账户。\n",
    "扬州市养老服务补贴办法\n\n第一条 八十周岁以上老人每月发放养老服务补贴二百元。\n\n第二条 补贴按季发放到个人账户。\n\n第三条 本办法自发布之日起施行。\n",
    "镇江市关于加快数字经济发展的意见\n\n一、加快数据要素流通，建设数据交易平台。\n\n二、支持工业软件研发，培育专精特新企业。\n",
    "徐州市绿色建筑管理办法\n\n第一条 新建民用建筑应当执行绿色建筑标准。\n\n第二条 鼓励既有建筑节能改造，按面积给予补助。\n",
];

/// All texts that a state may hold.
pub fn all_texts() -> &'static [&'static str] {
    &TEXTS
}

/// Documents by file name: the numbers of their texts.
pub type State = BTreeMap<String, usize>;

/// The state of these files.
pub fn state(files: &[(&str, usize)]) -> State {
    files.iter().map(|(name, text)| ((*name).to_owned(), *text)).collect()
}

/// Puts the folder into that state.
pub fn put(docs: &Path, state: &State) {
    let _ = fs::remove_dir_all(docs);
    fs::create_dir_all(docs).unwrap();
    for (name, text) in state {
        fs::write(docs.join(name), TEXTS[*text]).unwrap();
    }
}

/// What to build of the documents in `docs`.
pub fn options(docs: &Path, dir: &Path) -> Options {
    Options { roots: vec![docs.to_owned()], dir: dir.to_owned(), ..Default::default() }
}

/// Builds the index of `docs`.
pub fn index(docs: &Path, dir: &Path) -> Result<Summary, IndexError> {
    build(&options(docs, dir), model(), |_| ())
}

/// All that an index answers and holds, but for where it lies and how long it took.
pub fn answers(dir: &Path) -> Result<Vec<Value>, IndexError> {
    let index = Index::open(dir)?;
    let mut told = Vec::new();
    for question in QUESTIONS {
        let question = Question::parse(question).unwrap();
        match answer(&index, model(), &question, &Scope::default()) {
            Ok(answer) => {
                let mut value = serde_json::to_value(answer).unwrap();
                value.as_object_mut().unwrap().remove("timing_ms");
                told.push(value);
            }
            Err(zhice::answer::AnswerError::Index(e)) => return Err(e),
            Err(e) => panic!("{e}"),
        }
    }
    Ok(told)
}

/// The documents and passages that an index holds.
pub fn holds(dir: &Path) -> Vec<Value> {
    let index = Index::open(dir).unwrap();
    let documents = index.documents().iter().map(|d| serde_json::to_value(d).unwrap());
    let passages = (0..index.manifest().passages).map(|row| serde_json::to_value(index.passage(row).unwrap()).unwrap());
    documents.chain(passages).collect()
}

/// Checks that the index is sound in every part.
pub fn assert_sound(dir: &Path, when: &str) {
    let report = verify(dir, model(), 1000).unwrap_or_else(|e| panic!("{when}: {e}"));
    assert!(report.faults.is_empty(), "{when}: {:?}", report.faults);
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
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
