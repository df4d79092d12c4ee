use proptest::prelude::*;

use super::*;

/// What is found, as 名称 or 名称|名称 where it is ambiguous.
fn found(text: &str) -> Vec<String> {
    found_in(text, None)
}

fn found_in(text: &str, context: Option<&str>) -> Vec<String> {
    let name = |code: &&str| division(code).map(|division| division.name).unwrap_or_default();
    find_in(text, context).iter().map(|mention| mention.codes.iter().map(name).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn full_and_short_names_are_found() {
    assert_eq!(found("南京、苏州、无锡三市"), ["南京市", "苏州市", "无锡市"]);
    assert_eq!(found("内蒙古自治区和延边州、甘孜州"), ["内蒙古自治区", "延边朝鲜族自治州", "甘孜藏族自治州"]);
    assert_eq!(found("支持雄安新区、浦东新区和两江新区"), ["河北雄安新区", "浦东新区", "两江新区"]);
    assert_eq!(found("吉林市与吉林省"), ["吉林市", "吉林省"]);
    assert_eq!(found("海南藏族自治州"), ["海南藏族自治州"]);
    assert_eq!(found("襄樊市"), ["襄阳市"], "former name");
}

#[test]
fn offsets_are_those_of_the_name() {
    let text = "支持南京市发展";
    let mention = &find(text)[0];
    assert_eq!(&text[mention.start..mention.end], "南京市");
}

#[test]
fn one_character_abbreviations_are_not_matched() {
    assert!(found("京沪高铁、苏浙皖").is_empty());
}

#[test]
fn roads_schools_and_companies_are_no_regions() {
    for text in [
        "河南大学",
        "南京路",
        "重庆路",
        "长春花",
        "北京时间",
        "中国科学院",
        "南京银行",
        "上海证券报",
        "中山大学",
        "中山路",
        "孙中山",
        "出海口",
        "南京邮电大学",
        "上海第二工业大学",
        "上海交通大学",
        "深圳机场",
        "杭州湾",
        "上海大都市圈",
        "香港科技大学",
        "上海合作组织",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
}

#[test]
fn names_across_the_border_of_two_words_are_not_matched() {
    for text in [
        "沿海城市",
        "新兴城市",
        "复合肥",
        "西南通道",
        "建成都市圈",
        "集中卫星",
        "集中山区力量",
        "合作市场",
        "经济南北走廊",
        "高平市场",
        "示范县",
    ] {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
    assert_eq!(found("南京市场广阔"), ["南京市"]);
}

#[test]
fn common_words_that_equal_short_names_need_support() {
    for text in ["朝阳产业", "东方明珠", "和平发展", "世界大同", "白银价格", "长治久安", "各位来宾", "市和县共建"]
    {
        assert!(found(text).is_empty(), "{text}: {:?}", found(text));
    }
    assert_eq!(found("安徽黄山"), ["安徽省", "黄山市"]);
    assert_eq!(found("芜湖、黄山、安庆"), ["芜湖市", "黄山市", "安庆市"]);
    assert_eq!(found("大同市、朝阳市"), ["大同市", "朝阳市"]);
    assert_eq!(found_in("朝阳加快转型", Some("211300")), ["朝阳市"]);
    assert_eq!(found("大同的煤炭政策有哪些？"), ["大同市"]);
    assert_eq!(found("朝阳有什么产业政策"), ["朝阳市"]);
    assert!(found("朝阳产业有哪些").is_empty());
    assert_eq!(found("山西省临县"), ["山西省", "临县"]);
}

#[test]
fn a_county_by_its_short_name_follows_its_region() {
    assert_eq!(found("北京海淀、上海浦东、江苏昆山"), ["北京市", "海淀区", "上海市", "浦东新区", "江苏省", "昆山市"]);
    assert!(found("徐州人和平凉").iter().all(|name| name != "和平区"));
    assert_eq!(found("天津河北等地"), ["天津市", "河北省"]);
}

#[test]
fn a_shared_county_name_means_the_one_in_the_region_named_before() {
    assert_eq!(found("朝阳区").len(), 1);
    assert!(found("朝阳区")[0].contains('|'), "stays ambiguous");
    assert_eq!(found("北京市朝阳区"), ["北京市", "朝阳区"]);
    let codes = |text| find(text).last().map(|mention| mention.codes.clone());
    assert_eq!(codes("南京市出台措施,鼓楼区先行"), Some(vec!["320106"]));
    assert_eq!(codes("福建省福州市鼓楼区"), Some(vec!["350102"]));
    assert_eq!(codes("南通市通州区"), Some(vec!["320612"]));
    assert_eq!(find_in("鼓楼区先行", Some("320300"))[0].codes, ["320302"]);
    assert_eq!(find_in("鼓楼区先行", Some("320104"))[0].codes, ["320106"], "a district of the same city");
}

#[test]
fn english_names_stand_between_word_boundaries() {
    assert_eq!(found("Nanjing and XI'AN, shaanxi vs Shanxi"), ["南京市", "西安市", "陕西省", "山西省"]);
    assert_eq!(found("Inner Mongolia, Hong Kong; Shanghai's plan"), ["内蒙古自治区", "香港特别行政区", "上海市"]);
    assert!(found("mobility, Chinatown").is_empty());
    assert_eq!(found("Suzhou"), ["苏州市"]);
}

#[test]
fn the_nation_is_found_unless_it_is_part_of_a_name() {
    assert_eq!(found("中国和China"), ["国家", "国家"]);
    assert!(found("中国银行、中国特色、国家级").is_empty());
}

/// What is found, in the notation of `matching_cases.tsv`.
fn notation(text: &str, context: Option<&str>) -> String {
    let name = |mention: &Mention| {
        let name = mention.codes.first().and_then(|code| division(code)).map(|division| division.name);
        format!("{}{}", if mention.codes.len() > 1 { "?" } else { "" }, name.unwrap_or_default())
    };
    let names: Vec<String> = find_in(text, context).iter().map(name).collect();
    if names.is_empty() { "-".to_owned() } else { names.join("、") }
}

#[test]
fn the_cases_of_the_table_hold() {
    let rows = include_str!("matching_cases.tsv").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let cases: Vec<Vec<&str>> = rows.map(|line| line.split('\t').collect()).collect();
    let wrong: Vec<String> = cases
        .iter()
        .map(|case| (case, notation(case[0], case.get(2).copied())))
        .filter(|(case, found)| case.get(1) != Some(&found.as_str()))
        .map(|(case, found)| format!("{}: expected {}, found {found}", case[0], case[1]))
        .collect();
    assert!(cases.len() > 150);
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

proptest! {
    #[test]
    fn find_never_panics_and_gives_ordered_character_boundaries(text in "(南京|市|和|县|、|朝阳|区|北京|海淀|中山|市场|有限公司|大学|China|Beijing|www\\.|@|//|[a-zX' ]|\\PC){0,40}") {
        let mut from = 0;
        for mention in find_in(&text, Some("320000")) {
            prop_assert!(mention.start >= from && mention.end > mention.start);
            prop_assert!(text.get(mention.start..mention.end).is_some() && !mention.codes.is_empty());
            from = mention.end;
        }
    }
}
