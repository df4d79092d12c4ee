//! The bodies 机构 that a question names: a department after the division it belongs to (上海市科委), or a central one.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::index::analyzer::is_han;

/// The longest name of a department, in characters.
const LONGEST: usize = 16;

#[derive(Deserialize)]
struct File {
    endings: Vec<String>,
    not_in_names: Vec<String>,
    same: Vec<Vec<String>>,
    central: Vec<String>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("organisations.toml")).expect("organisations.toml is tested"));

/// A body that a question names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// As it is named, with its division.
    pub name: String,
    /// The division it belongs to; none for a central body.
    pub division: Option<&'static str>,
    /// The names of the department by which a document may call it; any one is enough.
    pub forms: Vec<String>,
}

/// The bodies that `text` names, whose divisions stand at `places` with their codes.
pub fn organisations(text: &str, places: &[(Range<usize>, &'static str)]) -> Vec<Organisation> {
    let mut found: Vec<Organisation> = Vec::new();
    let mut add = |name: &str, core: &str, division| {
        if !found.iter().any(|known| known.name.ends_with(core)) {
            found.push(Organisation { name: name.to_owned(), division, forms: forms(core) });
        }
    };
    for (place, code) in places {
        let Some(rest) = text.get(place.end..) else { continue };
        let rank = rest.chars().next().filter(|c| "省市区县".contains(*c)).map_or(0, char::len_utf8);
        if let Some(core) = department(&rest[rank..]) {
            add(&text[place.start..place.end + rank + core.len()], core, Some(*code));
        }
    }
    for name in FILE.central.iter().filter(|name| names_alone(text, name)) {
        add(name, name, None);
    }
    found
}

/// The department that `rest` begins with: a known one, else one that is named like a department.
fn department(rest: &str) -> Option<&str> {
    let departments = FILE.same.iter().flatten().filter(|name| !FILE.central.contains(name));
    let known = departments.filter(|name| rest.starts_with(name.as_str())).map(String::len).max();
    if let Some(end) = known {
        return rest.get(..end);
    }
    let end =
        rest.char_indices().take(LONGEST).take_while(|(_, c)| is_han(*c)).map(|(at, c)| at + c.len_utf8()).last()?;
    let run = &rest[..end];
    let ends = FILE.endings.iter().filter_map(|ending| run.find(ending.as_str()).map(|at| at + ending.len()));
    // The first ending ends the name, and of those that begin there the longest.
    let core = &run[..ends.min()?];
    let behind = &rest[core.len()..];
    // 邮政局所 are post offices; 教育局所属学校 belong to a body.
    let offices = behind.starts_with('所') && !["所属", "所在", "所辖"].iter().any(|word| behind.starts_with(word));
    // 局 and 厅 alone, and 市委, name no department; a central body is no division's.
    let names_one =
        core.chars().count() >= 2 && !offices && !FILE.central.iter().any(|name| core.contains(name.as_str()));
    (names_one && !FILE.not_in_names.iter().any(|word| core.contains(word.as_str()))).then_some(core)
}

/// Whether `name` stands in `text` and is no part of a longer word: 财政部 but not 财政部门.
fn names_alone(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[at + name.len()..].starts_with(['门', '分', '署', '长']))
}

/// How much longer than what it abbreviates the name of a body may be, and the fewest characters that abbreviate one.
const LONGER: usize = 3;
const FEWEST: usize = 4;

impl Organisation {
    /// Whether `text` names it, by one of its names or by a longer one with all their characters in order:
    /// 社会科学优秀成果评奖委员会 for 社科评奖委员会.
    pub fn is_named_in(&self, text: &str) -> bool {
        let named = |form: &String| text.contains(form.as_str()) || is_abbreviated_in(form, text);
        self.forms.iter().any(named)
    }
}

fn is_abbreviated_in(form: &str, text: &str) -> bool {
    let characters: Vec<char> = form.chars().collect();
    let (Some(first), true) = (characters.first(), characters.len() >= FEWEST) else { return false };
    text.match_indices(*first).any(|(at, _)| {
        let mut wanted = characters.iter().peekable();
        let name = text[at..].chars().take(LONGER * characters.len()).take_while(|c| is_han(*c));
        for c in name {
            wanted.next_if_eq(&&c);
        }
        wanted.peek().is_none()
    })
}

fn forms(core: &str) -> Vec<String> {
    match FILE.same.iter().find(|same| same.iter().any(|name| name == core)) {
        Some(same) => same.clone(),
        None => vec![core.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str, place: &str) -> Vec<String> {
        let at = text.find(place).map(|at| (at..at + place.len(), "320100"));
        organisations(text, &at.into_iter().collect::<Vec<_>>()).into_iter().map(|o| o.name).collect()
    }

    #[test]
    fn a_department_is_named_after_its_division() {
        assert_eq!(named("上海市科委对初创企业有什么支持？", "上海市"), ["上海市科委"]);
        assert_eq!(named("南京市工业和信息化局何时成立？", "南京市"), ["南京市工业和信息化局"]);
        assert_eq!(named("苏州市教育局电话", "苏州"), ["苏州市教育局"]);
        assert_eq!(named("工信部调用了多少物资？", "无"), ["工信部"]);
    }

    #[test]
    fn a_body_is_known_by_its_longer_name() {
        let body = |name: &str| Organisation { name: name.to_owned(), division: None, forms: vec![name.to_owned()] };
        assert!(body("社科评奖委员会").is_named_in("设立市社会科学优秀成果评奖委员会，负责评审"));
        assert!(!body("社科评奖委员会").is_named_in("社会科学界联合会。评奖委员会"));
        assert!(!body("教育局").is_named_in("教师发展与体育管理局"));
    }

    #[test]
    fn what_only_ends_like_a_body_is_none() {
        for text in [
            "南京市产业布局如何？",
            "南京市财政部门给多少补贴？",
            "南京市由哪个局负责？",
            "南京市未来产业发展格局",
            "南京市邮政局所何时营业",
        ] {
            assert_eq!(named(text, "南京市"), Vec::<String>::new(), "{text}");
        }
        assert_eq!(named("财政部门如何监管？", "无"), Vec::<String>::new());
        assert_eq!(named("为增加南京市蔬菜供应国家发改委做了什么？", "南京市"), ["国家发改委"]);
    }

    #[test]
    fn a_body_is_known_by_all_its_names() {
        let found = organisations("上海市科委", &[(0.."上海市".len(), "310000")]);
        assert!(found[0].forms.contains(&"科学技术委员会".to_owned()));
        assert!(
            FILE.same.iter().all(|same| !same.is_empty()) && FILE.central.iter().all(|name| !forms(name).is_empty())
        );
    }
}
