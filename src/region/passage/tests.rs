use proptest::prelude::*;

use super::*;

const JIANGSU: Scope = Scope::Own("320000");

/// The regions of a passage, whose sentences stand between `|` and whose paragraphs between `¶`.
fn names(passage: &str, section: &[&str], scope: Scope) -> Vec<&'static str> {
    let section: Vec<String> = section.iter().map(ToString::to_string).collect();
    named(Attribution::new(scope).passage(sentences(passage), &section))
}

fn sentences(passage: &str) -> impl Iterator<Item = Sentence<'_>> {
    passage.split('¶').flat_map(|paragraph| {
        paragraph.split('|').enumerate().map(|(i, text)| Sentence { text, starts_paragraph: i == 0 })
    })
}

fn named(codes: Vec<&'static str>) -> Vec<&'static str> {
    codes.into_iter().filter_map(division).map(|division| division.name).collect()
}

#[test]
fn a_document_of_a_region_speaks_of_it() {
    assert_eq!(names("加快发展未来产业。|到2025年建成10个平台。", &["一、总体要求"], JIANGSU), ["江苏省"]);
    assert_eq!(names("加快发展未来产业。", &[], Scope::Own(NATION)), ["国家"]);
    assert_eq!(names("加强与上海合作，对标深圳。|在北京召开大会。", &[], JIANGSU), ["江苏省"]);
    assert_eq!(names("学习借鉴浙江经验，例如杭州、宁波的做法。", &[], JIANGSU), ["江苏省"]);
}

#[test]
fn a_division_that_it_gives_a_task_to_comes_after_it() {
    assert_eq!(names("支持南京、苏州打造高地。|加快建设。", &[], JIANGSU), ["江苏省", "南京市", "苏州市"]);
    assert_eq!(names("南京重点发展元宇宙。|苏州重点发展纳米。", &[], JIANGSU), ["江苏省", "南京市", "苏州市"]);
    assert_eq!(names("加快建设。", &["二、支持南京建设引领性国家创新型城市"], JIANGSU), ["江苏省", "南京市"]);
    assert_eq!(names("支持上海建设科技创新中心。", &[], Scope::Own(NATION)), ["国家", "上海市"]);
}

#[test]
fn a_sentence_about_another_region_speaks_of_that() {
    assert_eq!(names("浙江省印发行动方案。|提出建设先导区。", &[], JIANGSU), ["浙江省"]);
    assert_eq!(names("浙江省印发行动方案。¶加快建设。", &[], JIANGSU), ["江苏省", "浙江省"]);
    assert_eq!(names("浙江省印发行动方案。|我省加快建设。|形成优势。", &[], JIANGSU), ["江苏省", "浙江省"]);
}

#[test]
fn a_passage_of_an_overview_speaks_of_its_own_regions() {
    let overview = |passage, section: &[&str]| names(passage, section, Scope::Overview);
    assert_eq!(overview("上海提出打造五大集群。|力争2030年产值5000亿元。", &[]), ["上海市"]);
    assert_eq!(overview("上海提出打造集群。¶北京聚焦六大领域。", &[]), ["上海市", "北京市"]);
    assert_eq!(overview("上海提出打造集群。|北京聚焦六大领域。|设立基金。", &[]), ["北京市", "上海市"]);
    assert_eq!(overview("未来产业是新质生产力。", &["一、概述"]), Vec::<&str>::new());
}

#[test]
fn headings_and_lead_ins_of_an_overview_tell_its_regions() {
    let overview = |passage, section: &[&str]| names(passage, section, Scope::Overview);
    assert_eq!(overview("打造五大集群。", &["各地动态", "上海：先行先试"]), ["上海市"]);
    assert_eq!(overview("打造五大集群。", &["未来产业的深圳样本"]), ["深圳市"]);
    assert_eq!(overview("打造五大集群。", &["从北京到上海的比较"]), Vec::<&str>::new());
    assert_eq!(overview("深圳：先行先试¶设立百亿元基金。¶建设先导区。¶结语¶各地差异不大。", &[]), ["深圳市"]);
}

#[test]
fn a_paragraph_that_refers_back_goes_on_about_the_region_before_it() {
    let overview = |passage| names(passage, &[], Scope::Overview);
    assert_eq!(overview("浙江印发行动方案。¶根据方案，到2025年建成三个先导区。"), ["浙江省"]);
    let mut attribution = Attribution::new(Scope::Overview);
    let first = Sentence { text: "浙江印发行动方案。", starts_paragraph: true };
    let next = Sentence { text: "专家认为前景广阔。", starts_paragraph: true };
    assert_eq!(named(attribution.sentence(first, &[])), ["浙江省"]);
    assert!(attribution.sentence(next, &[]).is_empty());
}

#[test]
fn the_scope_follows_from_the_documents_region() {
    assert_eq!(Scope::of(Some("320000")), Scope::Own("320000"));
    assert_eq!(Scope::of(None), Scope::Overview);
    assert_eq!(Scope::of(Some("nowhere")), Scope::Overview);
}

proptest! {
    #[test]
    fn any_passage_has_known_regions_each_once(
        passage in "(南京|上海市|、|,|等地|2024年|支持|由|例如|《|：|提出|该市|¶|\\||。|\\PC){0,60}",
        heading in "(南京|、|支持|\\PC){0,9}",
        own in prop::option::of(prop::sample::select(vec!["320000", "000000", "310104"])),
    ) {
        let section = [heading];
        let scope = Scope::of(own);
        let codes = Attribution::new(scope).passage(sentences(&passage), &section);
        prop_assert!(codes.iter().all(|code| division(code).is_some()));
        prop_assert!((1..codes.len()).all(|i| !codes[..i].contains(&codes[i])));
        prop_assert_eq!(Attribution::new(scope).passage(sentences(&passage), &section), codes);
    }
}
