use std::cell::RefCell;
use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::rc::Rc;

use clap::Parser;
use zhice::index::Options;

use super::*;

/// Lines of any reader, as a terminal would give them.
struct Reader<R>(R);

impl<R: BufRead> Lines for Reader<R> {
    fn next(&mut self, _: &str) -> Result<Option<String>, Failure> {
        let mut line = String::new();
        Ok((self.0.read_line(&mut line)? > 0).then_some(line))
    }
}

/// A writer whose bytes can be read afterwards.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    asking: AskingArgs,
}

thread_local! {
    static OPENED: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

/// What a session over one document writes for `input`, without styles.
fn talk(input: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let text = "云湖市人民政府关于完善养老服务体系的通知\n\n为八十岁以上老年人每月发放高龄津贴二百元。\n\n云湖市人民政府\n\n2024年5月6日\n";
    let file = folder.path().join("elderly.txt");
    std::fs::write(&file, text).unwrap();
    let model = Model::embedded().unwrap();
    let dir = folder.path().join("index");
    zhice::index::build(&Options { roots: vec![file], dir: dir.clone(), ..Default::default() }, &model, |_| {})
        .unwrap();
    let written = Shared::default();
    let mut output = Output::to(written.clone());
    let session = Session {
        index: Index::open(&dir).unwrap(),
        model,
        asking: Arguments::parse_from(["zhice"]).asking,
        form: Form { format: Format::Text, explain: false },
        last: None,
        open: |path| {
            OPENED.with_borrow_mut(|opened| opened.push(path.to_owned()));
            Ok(())
        },
    };
    session.talk(&mut Reader(input.as_bytes()), &mut output).unwrap();
    let written = String::from_utf8(written.0.borrow().clone()).unwrap();
    anstream::adapter::strip_str(&written).to_string()
}

#[test]
fn a_session_answers_cites_opens_filters_and_explains() {
    let written = talk(
        "\n:cite 1\n高龄津贴每月多少元？\n:cite 1\n:open 1\n:cite 9\n:explain\n:filter since=2030\n高龄津贴每月多少元？\n:filter region=nowhere\n:filter\n:filter clear\n:what\n？\n:help\n:quit\nnever",
    );
    let mut rest = written.as_str();
    for part in [
        "nothing was asked yet\n",
        "二百元",
        "[1]",
        "标题  云湖市人民政府关于完善养老服务体系的通知",
        "elderly.txt\n",
        "the last answer has no citation [9]\n",
        "答案类型",
        "BM25",
        "since=2030\n",
        "没有文件符合筛选条件。\n",
        "region \"nowhere\"",
        "since=2030\n",
        "no filter\n",
        "no command :what; :help lists them\n",
        "the question is empty",
        ":cite N",
    ] {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part:?} in {rest}\nof {written}"));
        rest = &rest[at + part.len()..];
    }
    assert!(!rest.contains("never"));
    OPENED.with_borrow(|opened| assert!(opened.len() == 1 && opened[0].ends_with("elderly.txt"), "{opened:?}"));
}
