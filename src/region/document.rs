//! The division that a document belongs to, from all that is known of it.

use super::dominant::dominant;
use super::gazetteer::{Level, NATION, division, is_within};
use super::issuer::{addresses_all_provinces, division_of_issuer, division_of_number, signs};
use super::matching::find;

/// Titles of statutes name at their beginning the region that they hold for, whoever adopted or approved them.
const STATUTES: [&str; 6] = ["条例", "规定", "办法", "细则", "决定", "规则"];

/// Lines at the beginning of a text in which it names its addressees.
const HEAD_LINES: usize = 40;

/// What a document says of itself, as far as its division may follow from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'t> {
    pub issuer: Option<&'t str>,
    pub title: &'t str,
    /// Its own document number, not one it cites.
    pub number: Option<&'t str>,
    pub text: &'t str,
}

/// The code of the division that a document is of: the one of its title if it is a statute, else that of its issuer, its
/// number or its title, the nation for what is addressed to all provinces or signed by a central body, else the region that
/// dominates the text. An article about many regions has none.
pub fn division_of_document(facts: Facts) -> Option<&'static str> {
    let Facts { issuer, title, number, text } = facts;
    let by_issuer = issuer.and_then(division_of_issuer);
    let related = |code: &&str| by_issuer.is_none_or(|issuer| is_within(code, issuer) || is_within(issuer, code));
    let issuer_in_title = by_issuer.is_some_and(|issuer| find(title).iter().any(|m| m.codes.contains(&issuer)));
    let by_statute = of_statute(title).filter(related).filter(|_| !issuer_in_title);
    by_statute
        .or(by_issuer)
        .or_else(|| number.and_then(division_of_number))
        .or_else(|| (is_topic(title) && is_of_central_body(text)).then_some(NATION))
        .or_else(|| division_of_issuer(title))
        .or_else(|| is_of_central_body(text).then_some(NATION))
        .or_else(|| dominant(title, text))
}

/// The region with a congress of its own whose full name a statute's title begins with. 洛阳市公路条例 is Luoyang's, adopted
/// there and approved by the province; 河南省开封城墙保护条例 is the province's.
fn of_statute(title: &str) -> Option<&'static str> {
    let title = title.trim().trim_start_matches('《');
    let name = title.split(['（', '(', '》']).next().unwrap_or(title).trim_end();
    let mentions = find(title);
    let first = mentions.first().filter(|first| first.start == 0)?;
    let division = first.code().and_then(division)?;
    let full = title.get(..first.end)? == division.name;
    let legislates = division.level < Level::County || division.name.contains("自治");
    let is_statute = STATUTES.iter().any(|end| name.ends_with(end)) && !title.contains("关于");
    (full && legislates && is_statute).then_some(division.code)
}

/// Whether a title names no issuer, so that a region in it is what the document is about.
fn is_topic(title: &str) -> bool {
    title.trim_start().starts_with("关于")
}

/// Whether the text addresses all provinces, or a central body has signed it.
fn is_of_central_body(text: &str) -> bool {
    text.lines().take(HEAD_LINES).any(addresses_all_provinces) || text.lines().any(is_signed)
}

/// Whether a date stands in the line right behind the name of a central body.
fn is_signed(line: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let is_date = |rest: &str| {
        let day = rest.get(digits(rest)..).and_then(|rest| rest.strip_prefix('月')).unwrap_or_default();
        day.get(digits(day)..).is_some_and(|rest| rest.starts_with('日'))
    };
    line.match_indices('年').any(|(at, year)| {
        let before = line.get(..at).unwrap_or_default();
        let signer = before.trim_end_matches(|c: char| c.is_ascii_digit());
        before.len() == signer.len() + 4 && line.get(at + year.len()..).is_some_and(is_date) && signs(signer)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(facts: Facts) -> Option<&'static str> {
        division_of_document(facts).and_then(division).map(|division| division.name)
    }

    #[test]
    fn a_statute_is_of_the_region_in_its_title() {
        let of = |title, issuer| name(Facts { title, issuer: Some(issuer), ..Facts::default() });
        assert_eq!(of("洛阳市公路养护管理条例", "河南省人民代表大会常务委员会"), Some("洛阳市"));
        assert_eq!(of("山东省清洁生产促进条例(2020年修正)", "全国人民代表大会常务委员会"), Some("山东省"));
        assert_eq!(of("洛阳市公路养护管理条例", "江苏省人民代表大会常务委员会"), Some("江苏省"), "not related");
        assert_eq!(of("河南省开封城墙保护条例", "河南省人民代表大会常务委员会"), Some("河南省"));
        assert_eq!(of("浙江省景宁畲族自治县自治条例", "景宁畲族自治县人民代表大会"), Some("景宁畲族自治县"));
        assert_eq!(of("北京经济技术开发区条例", "北京市人民代表大会常务委员会"), Some("北京市"));
        assert_eq!(of("上海市关于印发浦东新区规定的通知", "上海市人民政府"), Some("上海市"));
    }

    #[test]
    fn the_number_tells_where_no_issuer_is_named() {
        let facts =
            Facts {
                title: "关于促进苏州工业园区发展的意见", number: Some("苏政发〔2023〕1号"), ..Facts::default()
            };
        assert_eq!(name(facts), Some("江苏省"));
        assert_eq!(name(Facts { number: None, ..facts }), Some("苏州工业园区"));
    }

    #[test]
    fn what_all_provinces_are_told_is_the_nations() {
        let of = |text| name(Facts { title: "关于调整税率的通知", text, ..Facts::default() });
        assert_eq!(
            of("关于调整税率的通知\n各省、自治区、直辖市财政厅（局）：\n现将江苏省、江苏省的做法通知如下"),
            Some("国家")
        );
        assert_eq!(of("请遵照执行。　财政部 税务总局2018年4月4日"), Some("国家"));
        assert_eq!(of("《财政部 税务总局2018年第3号公告》有效。"), None);
        assert_eq!(of("按照国家税务总局2014年公告执行"), None);
    }

    #[test]
    fn the_text_decides_where_nothing_else_does() {
        let facts = Facts {
            title: "关于有关工作的通知", text: "江苏省加快发展。江苏省印发。", ..Facts::default()
        };
        assert_eq!(name(facts), Some("江苏省"));
    }

    proptest! {
        #[test]
        fn any_document_is_given_a_known_division_or_none(
            title in "(关于|印发|上海市|财政部|、|《|条例|（|\\PC){0,12}",
            text in "(各省、自治区、直辖市|：|\n|年|月|日|2024|财政部|江苏省|\\PC){0,40}",
            issuer in prop::option::of("(南京市|人民政府|国务院|、|\\PC){0,6}"),
        ) {
            let facts = Facts { issuer: issuer.as_deref(), title: &title, number: Some(&title), text: &text };
            prop_assert!(division_of_document(facts).is_none_or(|code| division(code).is_some()));
        }
    }
}
