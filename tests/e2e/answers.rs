//! What an answer says, on small documents of the tests' own.

use serde_json::Value;

use crate::support::{folder, seeds, zhice};

fn answers(documents: &[(&str, &str)], questions: &[&str]) -> Vec<Value> {
    let folder = folder(documents);
    zhice(folder.path(), &["index", "docs"]).exits(0);
    questions.iter().map(|q| zhice(folder.path(), &["ask", q, "--json"]).exits(0).json()).collect()
}

const PLAN: (&str, &str) = (
    "plan.txt",
    "云湖市人民政府关于印发低空经济行动计划的通知

云政发〔2024〕7号

一、总体目标

坚持创新驱动，到2027年，全市低空经济产业规模达到三百亿元，建成起降点120个，产业生态更加完善。

二、打造五大低空产业集群

1.整机制造。支持电动垂直起降航空器研发，推动整机企业集聚发展，完善配套体系。

2.空管装备。发展低空监视、通信、导航装备，建设低空智联网，提升管控能力。

3.飞行服务。建设飞行服务站，提供计划申报、气象情报、告警救援等服务。

三、保障措施

设立低空经济发展专班，统筹推进各项任务。〔市发展改革委、市交通运输局按职责分工负责〕

云湖市人民政府

2024年5月6日
",
);

#[test]
fn the_answer_is_the_clause_that_holds_what_is_asked_for() {
    let questions = ["云湖市低空经济产业规模到2027年达到多少？", "低空经济发展专班由哪些部门负责？"];
    let answers = answers(&[PLAN], &questions);
    assert_eq!(answers[0]["answer"], "三百亿元[1]");
    assert_eq!(answers[1]["answer"], "市发展改革委、市交通运输局[1]");
}

#[test]
fn a_list_is_put_together_from_sibling_headings() {
    let answer = &answers(&[PLAN], &["五大低空产业集群是哪些？"])[0];
    assert_eq!(answer["answer"], "整机制造[1]、空管装备[2]、飞行服务[3]");
    assert!(answer["citations"][1]["quote"].as_str().unwrap().starts_with("2.空管装备"));
}

#[test]
fn the_tasks_of_a_plan_without_a_part_for_them_are_what_stands_at_its_top_and_its_number_is_its_own() {
    let plan = "云湖市人民政府关于发展低空经济的实施意见\n云府发〔2024〕7号\n各县人民政府：\n\n根据《省政府意见》（省府发〔2023〕9号），提出如下意见。\n\n\
                一、总体要求\n\n坚持创新引领，统筹推进低空经济发展。\n\n二、建设起降设施\n\n各县规划建设起降点，形成网络。\n\n\
                三、培育骨干企业\n\n支持企业扩大规模，引进整机项目。\n\n四、保障措施\n\n加强组织领导，落实经费。\n\n云湖市人民政府\n2024年3月1日\n";
    let questions = [
        "云湖市发展低空经济的重点任务有哪些？",
        "云湖市低空经济实施意见的发文字号是什么？",
        "云湖市低空经济实施意见是谁印发的？",
    ];
    let told: Vec<String> =
        answers(&[("plan.txt", plan)], &questions).iter().map(|a| a["answer"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, ["建设起降设施[1]、培育骨干企业[2]", "云府发〔2024〕7号[1]", "云湖市人民政府[1]"]);
}

#[test]
fn lists_under_headings_beside_one_another_are_told_together() {
    let question = "江苏省重点发展哪些战略性新兴产业集群？";
    let answer = zhice(&seeds().folder, &["ask", question, "--json"]).exits(0).json();
    let lines: Vec<&str> = answer["answer"].as_str().unwrap().lines().collect();
    assert!(lines.len() == 2 && lines[0].starts_with("(一)打造5个"), "{lines:?}");
    assert!(lines[0].ends_with("新能源产业集群[5]") && lines[1].contains("人工智能产业集群[6]"), "{lines:?}");
    assert_eq!(answer["citations"].as_array().unwrap().len(), 15);
}

#[test]
fn a_list_is_told_whole_and_an_announcement_with_what_follows() {
    let notice = "云湖市停征污水处理费办事指南\n\n一、受理条件\n\n注册在云湖市的小微企业可以申请。\n\n二、申请材料\n\n\
                  申请停征污水处理费需提交如下材料：\n\n1.审批表。\n\n2.营业执照复印件。\n\n3.用水证明。\n";
    let answer = &answers(&[("notice.txt", notice)], &["云湖市申请停征污水处理费需要提交哪些材料？"])[0];
    assert_eq!(answer["answer"], "1.审批表。 2.营业执照复印件。 3.用水证明。[1]");
    assert!(answer["citations"][0]["quote"].as_str().unwrap().contains("如下材料"));
}

#[test]
fn who_is_charged_is_not_answered_from_another_city_or_by_a_sentence_without_a_body() {
    let news =
        ("news.txt", "南京市发布低空经济方案\n\n记者获悉，南京市低空经济方案就是打造五大低空产业集群，前景广阔。\n");
    let plan = (
        "plan.txt",
        "苏州市人民政府关于低空经济的实施意见\n\n一、保障措施\n\n发挥市科技创新委员会统筹协调作用，\
         融入南京都市圈，推进低空经济发展。\n\n苏州市人民政府\n\n2024年5月6日\n",
    );
    let answer = &answers(&[news, plan], &["南京市低空经济方案的牵头部门是谁？"])[0];
    assert_eq!(answer["status"], "no_evidence", "{answer}");
}

#[test]
fn documents_that_agree_are_cited_together_and_one_that_does_not_stands_beside() {
    let story = |number: &str| {
        format!("南京市低空经济迎来新机遇\n\n记者获悉，到2027年，南京市低空经济产业规模达到{number}，前景广阔。\n")
    };
    let plan = PLAN.1.replace("云湖市", "南京市").replace("云政发", "宁政发");
    let plan = ("plan.txt", plan.as_str());
    let question = "南京市低空经济产业规模到2027年达到多少？";
    let agreeing = &answers(&[plan, ("story.txt", &story("300亿元"))], &[question])[0];
    assert!(agreeing["answer"].as_str().unwrap().ends_with("[1][2]"), "{agreeing}");
    let other = &answers(&[plan, ("story.txt", &story("500亿元"))], &[question])[0];
    let lines: Vec<&str> = other["answer"].as_str().unwrap().lines().collect();
    assert!(lines.len() == 2 && lines[0].contains("三百亿元") && lines[1].contains("500亿元"), "{lines:?}");
}

#[test]
fn how_far_two_cities_are_apart_is_computed_and_said_to_be() {
    let city = |name: &str, number: &str| {
        format!(
            "{name}人民政府关于促进低空经济发展的意见\n\n到2027年，全市低空经济产业规模达到{number}。\n\n{name}人民政府\n\n2024年5月6日\n"
        )
    };
    let documents = [("a.txt", &*city("南京市", "500亿元")), ("b.txt", &*city("苏州市", "380亿元"))];
    let answer = &answers(&documents, &["南京和苏州到2027年低空经济产业规模相差多少？"])[0];
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains("南京市：") && text.contains("500亿元") && text.contains("苏州市："), "{text}");
    assert!(text.ends_with("相差120亿元（由[1][2]计算）"), "{text}");
}

#[test]
fn what_is_known_of_a_place_does_not_answer_another_matter_nor_a_city_for_its_province() {
    let fees = ("fees.txt", "淮安市停征污水处理费\n\n淮安市对小微企业停征污水处理费三个月，其余收费下调20%。\n");
    let pension =
        ("pension.txt", "养老保险缴费比例调整办法\n\n灵活就业人员基本养老保险缴费比例由20%降至18%，从下月起执行。\n");
    let city = (
        "city.txt",
        "苏州市人民政府关于低空经济的意见\n\n到2027年，全市低空经济产业规模达到500亿元。\n\n苏州市人民政府\n\n2024年5月6日\n",
    );
    let questions = ["淮安市灵活就业人员养老保险缴费比例降到多少？", "江苏省低空经济产业规模到2027年达到多少？"];
    let answers = answers(&[fees, pension, city], &questions);
    assert_eq!(answers[0]["answer"], "没有一段内容同时涉及淮安市和所问的事项。");
    assert_eq!(answers[1]["status"], "no_evidence", "{}", answers[1]);
}

#[test]
fn one_place_that_does_something_to_another_is_asked_about_alone() {
    let news = "苏州市支援武汉市\n\n苏州市对驰援武汉市的医务人员每人每天补助300元，由市财政局发放。\n";
    let answer = &answers(&[("news.txt", news)], &["苏州市对驰援武汉市的医务人员每天补助多少？"])[0];
    assert_eq!(answer["answer"], "300元[1]");
}

#[test]
fn two_things_asked_at_once_are_told_together() {
    let plan = "云湖市产业基金办法\n\n到2027年，引育股权投资基金10支以上，认缴规模超50亿元，支持企业发展。\n";
    let answer = &answers(&[("plan.txt", plan)], &["云湖市要引育多少支股权投资基金，认缴规模多大？"])[0];
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains("10支以上") && text.contains("50亿元"), "{text}");
}
