use super::*;

fn grade(subject: &str, sentence: &str, section: &[&str]) -> Strength {
    let section: Vec<String> = section.iter().map(|heading| (*heading).to_owned()).collect();
    Grader::new(&[subject.to_owned()], true).strength(sentence, &section, None)
}

#[test]
fn a_cue_that_governs_the_subject_gives_it_priority() {
    for (subject, sentence) in [
        ("第三代半导体", "优先发展低空经济、深远海装备、新型储能、第三代半导体等若干细分赛道"),
        ("氢能", "重点发展风电、光伏和氢能。"),
        ("人工智能", "着力突破人工智能芯片瓶颈"),
        ("量子科技", "聚焦量子科技、生物制造等前沿领域"),
        ("生物医药", "以生物医药为主导产业,完善园区配套"),
        ("生物医药", "做强集成电路、生物医药、人工智能三大先导产业"),
        ("元宇宙", "发布六大专项行动计划,共包含新一代人工智能、元宇宙、储能等领域"),
        ("新材料", "把新材料作为主攻方向"),
        ("文化旅游", "将文化旅游产业列为支柱产业"),
        ("智能网联汽车", "打造具有国际竞争力的智能网联汽车产业集群"),
        ("人工智能", "高水平建设国家人工智能创新应用先导区"),
        ("氢能", "编制氢能产业专项规划"),
        ("人工智能", "深入实施“人工智能+”行动"),
        ("低空经济", "出台低空经济发展三年行动方案"),
        ("工业母机", "加快突破集成电路、工业母机等领域关键核心技术"),
        ("人工智能", "布局实施人工智能、高端装备等9个重大科技专项"),
        ("脑机接口", "抢占脑机接口新赛道"),
        ("生物制造", "重点领域包括：生物制造、绿色化工"),
        ("量子信息", "重点布局以下方向：6G、量子信息。"),
        ("教育", "坚持教育优先发展"),
        ("绿色建筑", "加快绿色建筑等重点领域发展"),
        ("康养", "培育康养、体育、会展等五个千亿产业"),
    ] {
        assert_eq!(grade(subject, sentence, &[]), Strength::Priority, "{subject}: {sentence}");
    }
}

#[test]
fn a_cue_for_another_matter_gives_none() {
    for (subject, sentence) in [
        ("新质生产力", "着力抓科技兴产业,推动新质生产力加快培育"),
        ("新质生产力", "扩大消费与发展新质生产力相结合,实施提振消费专项行动"),
        ("人工智能", "建成人工智能重点实验室"),
        ("人工智能", "运用人工智能加强重点人群健康管理"),
        ("人工智能", "创建3个人工智能中试基地,28个平台入选全国重点培育名单"),
        ("氢能", "发行专项债券支持氢能基础设施"),
        ("养老", "开展养老服务领域专项整治"),
        ("低空经济", "拓展低空经济应用场景,推动商业航天全链条发展"),
        ("低空经济", "发展壮大低空经济;重点推进城市更新"),
        ("生物医药", "修正生物医药产业园等项目加快推进"),
        ("银发经济", "发展银发经济、首发经济,培育打造20个消费新场景"),
        ("实体经济", "把发展经济的着力点放在实体经济上"),
        ("电解铝", "严格控制重点区域电解铝产能"),
        ("氢能", "坚持生态优先、绿色发展,有序发展氢能"),
        ("量子科技", "建设10个未来产业先导区,量子科技企业数居全国首位"),
        ("人工智能", "推动人工智能在重点行业应用"),
        ("旅游", "旅游收入增长10%,建成6个集群"),
    ] {
        assert_eq!(grade(subject, sentence, &[]), Strength::Mention, "{subject}: {sentence}");
    }
}

#[test]
fn an_item_below_a_heading_of_priorities_is_a_priority() {
    let body = "加强碳化硅衬底研发，第三代半导体器件自主可控。";
    assert_eq!(grade("第三代半导体", body, &["二、发展重点", "3.第三代半导体"]), Strength::Priority);
    assert_eq!(grade("第三代半导体", "3.第三代半导体。", &["二、发展重点"]), Strength::Priority);
    assert_eq!(grade("第三代半导体", body, &["（一）打造第三代半导体产业集群"]), Strength::Priority);
    assert_eq!(grade("第三代半导体", body, &["二、发展重点", "4.未来通信"]), Strength::Mention);
    assert_eq!(grade("第三代半导体", body, &["三、2026年重点工作", "（二）扩大开放"]), Strength::Mention);
    assert_eq!(grade("第三代半导体", body, &["（一）着力扩大内需"]), Strength::Mention);
}

#[test]
fn a_list_has_the_priority_of_its_lead_in() {
    let grader = Grader::new(&["量子计算".to_owned()], true);
    let mut lead_in = LeadIn::default();
    let mut grade = |sentence: &str| {
        let above = lead_in.of(sentence, true).map(str::to_owned);
        grader.strength(sentence, &[], above.as_deref())
    };
    assert_eq!(grade("重点支持以下领域："), Strength::Mention);
    grade("1.集成电路");
    assert_eq!(grade("2.量子计算"), Strength::Priority);
    assert_eq!(grade("量子计算企业已有20家。"), Strength::Mention);
}

#[test]
fn an_unknown_subject_is_judged_where_most_of_its_words_stand() {
    let grader = Grader::new(&["未来产业先导区".to_owned()], false);
    assert_eq!(grader.strength("重点建设一批未来产业先导试验区", &[], None), Strength::Priority);
    assert_eq!(grader.strength("设立未来产业先导试验区，重点抓好招商", &[], None), Strength::Mention);
}
