//! Which documents a document abolishes: `《某办法》（某政发〔2019〕5号）同时废止`.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::number;
use super::reading::heading_text;
use super::statement::Sentence;

/// A document that another abolishes, or says has lost its force to it. One of the two fields is there at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeal {
    /// Its name as it stands in 《》.
    pub title: Option<String>,
    /// Its number 发文字号 in the form `通政发〔2024〕23号`.
    pub number: Option<String>,
}

impl std::fmt::Display for Repeal {
    /// `《某办法》（某政发〔2019〕5号）`
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match (&self.title, &self.number) {
            (Some(title), Some(number)) => write!(f, "《{title}》（{number}）"),
            (Some(title), None) => write!(f, "《{title}》"),
            (None, number) => f.write_str(number.as_deref().unwrap_or_default()),
        }
    }
}

/// More are not listed.
const MOST: usize = 1000;

#[derive(Deserialize)]
struct File {
    parts: Parts,
    patterns: Vec<Entry>,
    before: Words,
    lists: Entry,
}

#[derive(Deserialize)]
struct Parts {
    number: String,
    item: String,
    link: String,
    verb: String,
    manner: String,
}

#[derive(Deserialize)]
struct Entry {
    pattern: String,
}

#[derive(Deserialize)]
struct Words {
    words: Vec<String>,
}

struct Rules {
    patterns: Vec<Regex>,
    item: Regex,
    announces: Regex,
    before: Vec<String>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("repeal.toml")).expect("repeal.toml is part of this crate");
    let parts = &file.parts;
    let fill = |pattern: &str| {
        let whole = pattern
            .replace("{item}", &parts.item)
            .replace("{number}", &parts.number)
            .replace("{link}", &parts.link)
            .replace("{verb}", &parts.verb)
            .replace("{manner}", &parts.manner);
        Regex::new(&whole).expect("a pattern file of this crate")
    };
    Rules {
        patterns: file.patterns.iter().map(|entry| fill(&entry.pattern)).collect(),
        item: fill("{item}"),
        announces: fill(&file.lists.pattern),
        before: file.before.words,
    }
});

/// Collects what is abolished over the sentences of a document, in order.
pub(crate) struct Finder<'a> {
    text: &'a str,
    found: Vec<Repeal>,
    /// Whether the sentences that follow are a list of documents to abolish.
    listing: bool,
}

impl<'a> Finder<'a> {
    pub fn new(text: &'a str) -> Self {
        Finder { text, found: Vec::new(), listing: false }
    }

    pub fn finish(self) -> Vec<Repeal> {
        self.found
    }

    pub fn sentence(&mut self, sentence: &Sentence) {
        let said = sentence.skeleton.as_str();
        if self.listing {
            // 《办法》（某政发〔2019〕5号）, but not 《办法》第三条. What comes behind the last is glued to it.
            let item = RULES.item.find(said).filter(|item| item.start() == 0);
            let rest = item.map_or("", |item| &said[item.end()..]);
            if let Some(item) = item.filter(|_| !rest.starts_with(['第', '中', '的', '所', '附'])) {
                self.add(sentence, 0, item.as_str());
            }
            self.listing = item.is_some() && rest.len() <= 30;
        }
        if !said.contains(['废', '失', '停', '再']) {
            return;
        }
        self.listing |= RULES.announces.is_match(said);
        for pattern in &RULES.patterns {
            for found in pattern.captures_iter(said) {
                let Some(list) = found.name("list") else { continue };
                let before = &said[..list.start()];
                let quoted = before.matches('“').count() > before.matches('”').count();
                if !quoted && !RULES.before.iter().any(|word| before.ends_with(word.as_str())) {
                    self.add(sentence, before.matches("《》").count(), list.as_str());
                }
            }
        }
    }

    /// Adds the items of `list`, whose first name is the `name`th of the sentence.
    fn add(&mut self, sentence: &Sentence, name: usize, list: &str) {
        let mut names = sentence.names.iter().skip(name);
        for item in RULES.item.find_iter(list) {
            let title = item.as_str().contains("《》").then(|| names.next()).flatten();
            let title = title.map(|name| heading_text(&self.text[name.clone()])).filter(|title| !title.is_empty());
            let bracket = item.as_str().trim_start_matches("《》").trim_start_matches(['（', '(']);
            let repeal = Repeal { title, number: number::first(bracket) };
            let empty = repeal.title.is_none() && repeal.number.is_none();
            if !empty && self.found.len() < MOST && !self.found.contains(&repeal) {
                self.found.push(repeal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::line::Lines;
    use crate::document::statement::each_sentence;

    fn repeals(text: &str) -> Vec<String> {
        let mut finder = Finder::new(text);
        each_sentence(text, &Lines::of(text).lines, |sentence| finder.sentence(sentence));
        let shown = |repeal: Repeal| {
            format!("{} {}", repeal.title.unwrap_or_default(), repeal.number.unwrap_or_default()).trim().to_owned()
        };
        finder.finish().into_iter().map(shown).collect()
    }

    #[test]
    fn what_is_abolished_is_listed_with_its_number() {
        for (text, expected) in [
            (
                "本办法自2020年10月1日起施行。《某市管理规定（暂行）》（某政服发〔2019〕33号）同时废止。",
                vec!["某市管理规定（暂行） 某政服发〔2019〕33号"],
            ),
            (
                "本通知自印发之日起施行，《甲办法》（某发[2019] 3 号）、《乙办法》(某办发〔2018〕4号)同时废\n止。",
                vec!["甲办法 某发〔2019〕3号", "乙办法 某办发〔2018〕4号"],
            ),
            (
                "1996年11月30日某省第八届人大常委会通过、1997年1月1日批准的《某市绿化条例》同时废止。",
                vec!["某市绿化条例"],
            ),
            (
                "2018年9月13日发布的《某市人民政府关于调整〈标准〉的通知》（某府函〔2018〕99号）自本办法施行之日起废止。",
                vec!["某市人民政府关于调整〈标准〉的通知 某府函〔2018〕99号"],
            ),
            ("现决定废止《某市信息化条例》（2007年9月14日通过）。", vec!["某市信息化条例"]),
            ("四、废止《某市信息化条例》（2007年9月14日通过）", vec!["某市信息化条例"]),
            ("某政发〔2019〕5号文件同时废止。", vec!["某政发〔2019〕5号"]),
            ("2004年市政府发布的《甲办法》，2005年市政府发布的《乙办法》同时废止。", vec!["甲办法", "乙办法"]),
            ("《某办法》（某发〔2005〕5号印发，2010年修订）同时停止执行。", vec!["某办法 某发〔2005〕5号"]),
        ] {
            assert_eq!(repeals(text), expected, "{text}");
        }
    }

    #[test]
    fn a_part_is_not_the_whole() {
        for text in [
            "《某办法》（某发〔2019〕3号）第三条同时废止。",
            "《某公告》（2011年第24号）第六条第（三）项有关内容同时废止。",
            "《某办法》中的附件1同时废止。",
            "《废止文件目录》（见附件22）所列文件条款同时废止。",
            "地方性法规的修改和废止程序，适用本条例。",
            "《某办法》废止前已经受理的，按原规定办理。",
            "参见：《关于公布全文失效废止和部分条款废止的文件目录的公告》。",
            "《某标准》复审结论为废止的标准，予以公告。",
            "应当修改或者废止《某条例》。",
            "根据《某条例》，废止。",
            "将第十条修改为：“《某办法》同时废止。”",
        ] {
            assert_eq!(repeals(text), Vec::<String>::new(), "{text}");
        }
        let mixed = "《甲办法》（某发〔2019〕3号）第三条、《乙办法》（某发〔2019〕4号）同时废止。";
        assert_eq!(repeals(mixed), ["乙办法 某发〔2019〕4号"]);
    }

    #[test]
    fn a_repeal_is_shown_as_documents_are_cited() {
        let (title, number) = (Some("某办法".to_owned()), Some("某发〔2019〕5号".to_owned()));
        let whole = Repeal { title: title.clone(), number: number.clone() };
        assert_eq!(whole.to_string(), "《某办法》（某发〔2019〕5号）");
        assert_eq!(Repeal { title, number: None }.to_string(), "《某办法》");
        assert_eq!(Repeal { title: None, number }.to_string(), "某发〔2019〕5号");
    }

    #[test]
    fn a_decision_may_list_what_it_abolishes() {
        let text = "市政府决定，废止以下文件：\n1.《甲办法》（某政发〔2009〕3号）\n2.《乙办法》\n（某政发〔2009〕4号）\n本决定自公布之日起施行。\n3.《丙办法》\n";
        assert_eq!(repeals(text), ["甲办法 某政发〔2009〕3号", "乙办法 某政发〔2009〕4号"]);
    }
}
