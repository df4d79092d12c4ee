//! The division whose policy a document is, from what it says of its issuer: the issuing body, the title, the number.

use std::sync::OnceLock;

use super::gazetteer::{NATION, is_within};
use super::matching::{Mention, find};
use super::names::sections;

/// Where an issuer ends in the title of an official document: 南通市人民政府|关于印发《…》的通知.
const TITLE_VERBS: [&str; 6] = ["关于", "印发", "转发", "发布", "《", "公布"];

/// Before a region in a title these tell that somebody else acts on it: 关于支持浙江高质量发展的意见.
pub(super) const ACTED_UPON: &[&str] = &[
    "支持", "支援", "驰援", "同意", "对", "在", "与", "和", "赴", "向", "设立", "授权", "援助", "推动", "推进", "给予",
];

/// Characters that the list of a document's addressees may have.
const ADDRESSEE: usize = 200;

struct Central {
    bodies: Vec<&'static str>,
    branches: Vec<&'static str>,
    addressees: Vec<&'static str>,
    numbers: Vec<(&'static str, &'static str)>,
}

fn central() -> &'static Central {
    static LISTS: OnceLock<Central> = OnceLock::new();
    LISTS.get_or_init(|| {
        let sections = sections(include_str!("central_bodies.txt"));
        let lines = |name: &str| sections.get(name).into_iter().flatten().copied().collect::<Vec<_>>();
        let words = |name: &str| lines(name).into_iter().flat_map(str::split_whitespace).collect();
        Central {
            bodies: words("bodies"),
            branches: words("branches"),
            addressees: words("addressees"),
            numbers: lines("document numbers").into_iter().filter_map(|line| line.split_once(' ')).collect(),
        }
    })
}

/// The code of the division that the issuer, title or letterhead names as the one that acts: the finest of a chain
/// 省+市+区, the nation for central bodies, nothing where the text names no region or several unrelated ones.
pub fn division_of_issuer(issuer_or_title: &str) -> Option<&'static str> {
    let text = issuer_or_title.trim_matches(|c: char| c.is_whitespace() || c == '、');
    let issuer = issuer_part(text);
    if let Some(body) = central_body(issuer) {
        let rest = issuer.get(body.len()..).unwrap_or_default();
        return Some(branch_region(rest).unwrap_or(NATION));
    }
    // Several issuers of a joint document are named in their order; without 关于 nothing tells issuers from topics.
    let first = if issuer.len() < text.len() { first_region(issuer) } else { None };
    first.or_else(|| only_region(text))
}

/// The part of a title before 关于, 印发 …; all of it where it does not begin with an issuer.
fn issuer_part(text: &str) -> &str {
    let end = TITLE_VERBS.iter().filter_map(|verb| text.find(verb)).min().unwrap_or(text.len());
    text.get(..end).unwrap_or(text).trim()
}

/// The central body that the text begins with.
pub(super) fn central_body(text: &str) -> Option<&'static str> {
    let body = central().bodies.iter().copied().filter(|body| text.starts_with(body)).max_by_key(|body| body.len())?;
    // 财政部门 is any government's department.
    let department = body.ends_with('部') && text.get(body.len()..).is_some_and(|rest| rest.starts_with('门'));
    (!department).then_some(body)
}

/// Whether a line addresses all provinces, as only a central body does: 各省、自治区、直辖市财政厅（局）：.
pub(super) fn addresses_all_provinces(line: &str) -> bool {
    let line = line.trim();
    central().addressees.iter().any(|word| line.starts_with(word))
        && line.chars().take(ADDRESSEE).any(|c| matches!(c, '：' | ':'))
}

/// Whether the text before a date ends in the name of a central body that signs: `…请遵照执行。 财政部 税务总局`.
pub(super) fn signs(before: &str) -> bool {
    // Saved pages have characters of private use for spaces.
    let before = before.trim_end_matches(|c: char| !c.is_alphanumeric() && !"》）)”〉".contains(c));
    let ends =
        |body: &&'static str| before.strip_suffix(*body).is_some_and(|head| !head.ends_with(char::is_alphanumeric));
    central().bodies.iter().any(ends)
}

/// The region of a local office of a central body, given what follows the body's name.
fn branch_region(rest: &str) -> Option<&'static str> {
    let mentions = regions(rest);
    let first = mentions.first().filter(|first| first.start == 0)?;
    let chain = chain_from(&mentions, 0);
    let last = mentions.get(chain)?;
    let office = rest.get(last.end..)?;
    // 人民政府 after the region is another issuer of a joint document, not an office.
    let is_office = !office.starts_with("人民政府") && central().branches.iter().any(|branch| office.contains(branch));
    is_office.then(|| last.code().or(first.code())).flatten()
}

/// The region that the name of an issuer contains first.
fn first_region(issuer: &str) -> Option<&'static str> {
    let mentions = regions(issuer);
    mentions.get(chain_from(&mentions, 0))?.code()
}

/// The region of a title without issuer (沈阳市优化营商环境条例): the first one named, if all others lie in it or around it
/// and it is not acted upon.
fn only_region(title: &str) -> Option<&'static str> {
    let mentions = regions(title);
    let first = mentions.first()?;
    let before = title.get(..first.start)?;
    if ACTED_UPON.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let code = mentions.get(chain_from(&mentions, 0))?.code()?;
    let related =
        |mention: &Mention| mention.codes.iter().any(|other| is_within(other, code) || is_within(code, other));
    mentions.iter().all(related).then_some(code)
}

/// Mentions of divisions below the nation.
pub(super) fn regions(text: &str) -> Vec<Mention> {
    let mut mentions = find(text);
    mentions.retain(|mention| mention.codes != [NATION]);
    mentions
}

/// Follows a chain such as 江苏省|南京市|鼓楼区 from the mention at `at`; returns the place of its last member.
pub(super) fn chain_from(mentions: &[Mention], at: usize) -> usize {
    let nested = |pair: &[Mention]| match pair {
        [outer, inner] => {
            outer.end == inner.start
                && inner.codes.iter().any(|code| outer.codes.iter().any(|above| is_within(code, above)))
        }
        _ => false,
    };
    let links = mentions.get(at..).unwrap_or_default().windows(2).take_while(|pair| nested(pair)).count();
    at + links
}

/// The code of the division whose document number this is (苏政发〔2023〕104号), where its prefix is certain.
pub fn division_of_number(number: &str) -> Option<&'static str> {
    let number = number.trim();
    let known = central().numbers.iter().filter(|(prefix, _)| number.starts_with(prefix));
    known.max_by_key(|(prefix, _)| prefix.len()).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::super::gazetteer::division;
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        division_of_issuer(text).and_then(division).map(|division| division.name)
    }

    #[test]
    fn an_issuer_names_its_division() {
        assert_eq!(name("南通市人民政府办公室"), Some("南通市"));
        assert_eq!(name("江苏省发展改革委"), Some("江苏省"));
        assert_eq!(name("中共延安市委延安市人民政府关于印发《行动方案》的通知"), Some("延安市"));
        assert_eq!(name("宁夏自治区市场监管厅关于加强标准化建设的实施方案"), Some("宁夏回族自治区"));
        assert_eq!(name("北京经济技术开发区管理委员会关于印发《方案》的通知"), Some("北京经济技术开发区"));
        assert_eq!(name("凉山州人民政府办公室"), Some("凉山彝族自治州"));
    }

    #[test]
    fn the_finest_division_of_a_chain_counts() {
        assert_eq!(name("上海市徐汇区人民政府"), Some("徐汇区"));
        assert_eq!(name("江苏省南京市鼓楼区人民政府"), Some("鼓楼区"));
    }

    #[test]
    fn central_bodies_act_for_the_nation() {
        for issuer in ["国家发展改革委等部门", "国务院办公厅", "工业和信息化部", "财政部 税务总局", "中共中央 国务院"]
        {
            assert_eq!(name(issuer), Some("国家"), "{issuer}");
        }
        assert_eq!(name("财政部 税务总局关于海南自由贸易港企业所得税优惠政策的通知"), Some("国家"));
        assert_eq!(name("国务院关于同意设立河北雄安新区的批复"), Some("国家"));
    }

    #[test]
    fn a_local_office_of_a_central_body_belongs_to_its_region() {
        assert_eq!(name("国家税务总局黑龙江省税务局关于印发方案的通知"), Some("黑龙江省"));
        assert_eq!(name("科技部 上海市人民政府关于印发方案的通知"), Some("国家"));
    }

    #[test]
    fn departments_in_general_are_no_central_bodies() {
        assert_eq!(name("财政部门"), None);
        assert_eq!(name("各市、县人民政府"), None);
    }

    #[test]
    fn a_title_without_issuer_speaks_of_its_only_region() {
        assert_eq!(name("沈阳市优化营商环境条例（草案）"), Some("沈阳市"));
        assert_eq!(name("关于印发南京市加快发展未来产业行动计划的通知"), Some("南京市"));
        assert_eq!(name("关于支持浙江高质量发展建设共同富裕示范区的意见"), None);
        assert_eq!(name("北京上海比较研究"), None);
    }

    #[test]
    fn numbers_tell_the_government_where_the_prefix_is_certain() {
        assert_eq!(division_of_number("苏政发〔2023〕104号"), Some("320000"));
        assert_eq!(division_of_number("通政发〔2024〕23号"), Some("320600"));
        assert_eq!(division_of_number("国办发〔2022〕1号"), Some(NATION));
        assert_eq!(division_of_number("沪府发〔2022〕11号"), Some("310000"));
        assert_eq!(division_of_number("宁政发〔2022〕11号"), None, "Ningxia and Nanjing");
        assert_eq!(division_of_number(""), None);
    }

    #[test]
    fn every_code_in_the_list_is_a_division() {
        assert!(central().numbers.iter().all(|(_, code)| division(code).is_some()));
        assert!(central().bodies.len() > 100 && central().branches.len() > 10);
    }
}
