use proptest::prelude::*;

use super::super::gazetteer::division;
use super::*;

fn names(sentence: &str, context: Option<&str>) -> Vec<&'static str> {
    actor(sentence, context).into_iter().filter_map(division).map(|division| division.name).collect()
}

#[test]
fn the_region_at_the_beginning_acts() {
    assert_eq!(names("浙江提出优先发展未来网络、元宇宙9个产业。", None), ["浙江省"]);
    assert_eq!(names("深圳产业发展已具备较好基础", None), ["深圳市"]);
    assert_eq!(names("北京市的未来产业聚焦未来信息等六大领域", None), ["北京市"]);
    assert_eq!(names("《河南省建设制造强省三年行动计划》也对未来产业进行了规划", None), ["河南省"]);
    assert_eq!(names("（一）上海市徐汇区印发措施", None), ["徐汇区"]);
}

#[test]
fn time_and_connectives_before_the_subject_are_passed_over() {
    assert_eq!(names("2022年9月,上海发布了《行动方案》", None), ["上海市"]);
    assert_eq!(names("到2025年,深圳实施五大工程", None), ["深圳市"]);
    assert_eq!(names("目前南京市共有企业130家左右", None), ["南京市"]);
    assert_eq!(names("在全市动员会上,《南京市加快发展行动计划》发布", None), ["南京市"]);
    assert_eq!(names("值得一提的是,江西将发挥先发优势", None), ["江西省"]);
    assert_eq!(names("In 2023, Shanghai released a plan", None), ["上海市"]);
}

#[test]
fn a_list_of_regions_acts_together() {
    let all = ["北京市", "上海市", "浙江省", "江西省", "山西省", "深圳市"];
    assert_eq!(names("北京、上海、浙江、江西、山西、深圳等地陆续出台相关意见", None), all);
    assert_eq!(names("南京将打造集群;苏州侧重医药;无锡聚焦物联网", None), ["南京市", "苏州市", "无锡市"]);
}

#[test]
fn objects_locations_and_partners_do_not_act() {
    assert!(names("建设济南、青岛未来产业先导区。", Some("370000")).is_empty());
    assert!(names("深化与香港科技大学、深圳市的合作", Some("320100")).is_empty());
    assert!(names("支持在波士顿、上海设立中心", None).is_empty());
    assert!(names("共建上海大都市圈", None).is_empty());
    assert!(names("根据《江苏省意见》(苏政发〔2023〕104号)", Some("320600")).is_empty());
    assert!(names("比如临港新片区、嘉定区吸引了企业", Some("310000")).is_empty());
}

#[test]
fn a_division_inside_the_documents_region_acts_only_by_issuing() {
    assert!(names("济南、青岛建设先导区", Some("370000")).is_empty());
    assert_eq!(names("济南市印发实施方案", Some("370000")), ["济南市"]);
}

#[test]
fn companies_and_people_of_a_region_are_not_the_region() {
    assert!(names("南京传奇生物科技有限公司正式宣布", None).is_empty());
    assert!(names("北京、上海等地企业纷纷入驻", None).is_empty());
    assert!(names("香港、澳门居民可以申请", Some("440000")).is_empty());
}

#[test]
fn a_congress_above_that_approves_a_statute_does_not_act_in_it() {
    let approval = "2015年7月30日 浙江省第十二届人民代表大会常务委员会第二十一次会议批准";
    assert!(names(approval, Some("330100")).is_empty());
    assert_eq!(names(approval, None), ["浙江省"]);
    assert_eq!(names("浙江省提出加快发展", Some("330100")), ["浙江省"]);
}

#[test]
fn a_central_body_acts_for_the_nation_in_a_text_of_no_region() {
    assert_eq!(names("9月13日,工信部发布了通知", None), ["国家"]);
    assert!(names("国务院印发意见", Some("320000")).is_empty());
}

proptest! {
    #[test]
    fn any_sentence_is_read_without_panic(sentence in "(南京|、|,|等地|2024年|到|例如|《|（一）|提出|\\PC){0,40}") {
        for code in actor(&sentence, Some("320000")) {
            prop_assert!(division(code).is_some());
        }
    }
}
