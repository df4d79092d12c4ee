//! The one region that a text without issuer is about.

use std::collections::BTreeMap;

use super::gazetteer::{Division, Level, division, prefecture_of, province_of};
use super::issuer::{ACTED_UPON, regions};
use super::matching::Mention;

/// Part of the weight of its level that a region must have to lead.
const LEAD: f64 = 0.6;
/// Fewest mentions of a region that leads.
const FEWEST: usize = 2;
/// A region that a text is about is named at least once in so many characters.
const CHARACTERS_PER_MENTION: usize = 2_000;

/// The code of the province or city that clearly dominates a text: the only one in its headline, or the one with most of
/// the mentions, those near the beginning counting up to twice. Counties and zones count for their city. A text that
/// speaks of many regions has none.
pub fn dominant(headline: &str, text: &str) -> Option<&'static str> {
    of_headline(headline).or_else(|| of_text(text))
}

fn of_headline(headline: &str) -> Option<&'static str> {
    let mentions = regions(headline);
    let acts = |mention: &&Mention| {
        let before = headline.get(..mention.start).unwrap_or_default();
        !ACTED_UPON.iter().any(|word| before.ends_with(word))
    };
    // 重庆急调血液支援湖北 is about Chongqing; where nobody else is named, the region acted upon is meant.
    let mut codes: Vec<_> = mentions.iter().filter(acts).filter_map(|mention| place(mention.code()?)).collect();
    if codes.is_empty() {
        codes = mentions.iter().filter_map(|mention| place(mention.code()?)).collect();
    }
    let (first, rest) = codes.split_first()?;
    // 江苏南京 names a province and its city: the city is meant.
    let finest = codes.iter().copied().find(|division| division.level == Level::City).unwrap_or(first);
    let agree = |other: &&Division| province_of(other.code) == province_of(finest.code);
    let one_city = codes.iter().all(|other| other.level != Level::City || other.code == finest.code);
    (rest.iter().all(agree) && one_city).then_some(finest.code)
}

#[derive(Clone, Copy, Default)]
struct Tally {
    mentions: usize,
    weight: f64,
}

fn of_text(text: &str) -> Option<&'static str> {
    let mut cities: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut provinces: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let length = text.len().max(1) as f64;
    for mention in regions(text) {
        let Some(place) = mention.code().and_then(place) else { continue };
        let weight = 2.0 - mention.start as f64 / length;
        let count = |table: &mut BTreeMap<_, Tally>, code| {
            let tally = table.entry(code).or_default();
            tally.mentions += 1;
            tally.weight += weight;
        };
        if place.level != Level::Province {
            count(&mut cities, place.code);
        }
        if let Some(province) = province_of(place.code) {
            count(&mut provinces, province.code);
        }
    }
    let enough = FEWEST.max(text.chars().count() / CHARACTERS_PER_MENTION);
    let leader = |table: &BTreeMap<&'static str, Tally>| {
        let total: f64 = table.values().map(|tally| tally.weight).sum();
        let (code, tally) = table.iter().max_by(|a, b| a.1.weight.total_cmp(&b.1.weight))?;
        (tally.mentions >= enough && tally.weight >= LEAD * total).then_some((*code, *tally))
    };
    let (province, whole) = leader(&provinces)?;
    // The city is meant where it makes up most of what is said of its province.
    match leader(&cities) {
        Some((city, part))
            if province_of(city).is_some_and(|above| above.code == province) && part.weight >= whole.weight / 2.0 =>
        {
            Some(city)
        }
        _ => Some(province),
    }
}

/// The province or city that a division counts for.
fn place(code: &str) -> Option<&'static Division> {
    prefecture_of(code)
        .or_else(|| province_of(code))
        .or_else(|| division(code).filter(|this| this.level != Level::Nation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(headline: &str, text: &str) -> Option<&'static str> {
        dominant(headline, text).and_then(division).map(|division| division.name)
    }

    #[test]
    fn the_only_region_of_the_headline_dominates() {
        assert_eq!(name("布局脑机接口、6G技术……上海打造五大未来产业集群", "北京、北京、北京。"), Some("上海市"));
        assert_eq!(name("江苏南京发布行动计划", ""), Some("南京市"));
        assert_eq!(name("北京、上海的比较", ""), None);
        assert_eq!(name("重庆急调26万毫升血液支援湖北", "湖北、湖北、湖北。"), Some("重庆市"));
    }

    #[test]
    fn most_of_the_mentions_decide_where_the_headline_is_silent() {
        assert_eq!(name("", "南京市发布计划。南京加快发展,南京江北新区先行,对标上海。"), Some("南京市"));
        assert_eq!(name("", "江苏省印发方案。江苏将支持苏州、南京、无锡建设,全面推进江苏发展。"), Some("江苏省"));
    }

    #[test]
    fn counties_count_for_their_city() {
        assert_eq!(name("", "南京市鼓楼区和南京市玄武区、江宁区联合行动。"), Some("南京市"));
    }

    #[test]
    fn a_text_about_many_regions_has_none() {
        let overview = "北京、上海、浙江、江西、山西、深圳等地陆续出台规划。上海提出。浙江提出。北京提出。";
        assert_eq!(name("各地争相布局未来产业", overview), None);
        assert_eq!(name("", "全国一盘棋。"), None);
        assert_eq!(name("", "在上海召开会议。"), None, "one mention is not enough");
    }
}
