//! By what a sentence or clause is known to hold the kind of answer that a question wants (`signs.toml`).

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::quantity::quantities;
use super::wording::{Pattern, any, data};
use super::{asks, measure};
use crate::document::{is_closer, is_opener};
use crate::question::AnswerKind;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signs {
    numbered: Pattern,
    date_line: Pattern,
    day: Pattern,
    date: Pattern,
    when: Pattern,
    sent: Pattern,
    by_year: Pattern,
    target: Vec<String>,
    body: Pattern,
    department: Pattern,
    departments_in_general: Vec<String>,
    body_in_clause: Pattern,
    bodies_in_general: Vec<String>,
    duty: Vec<String>,
    duty_brackets: Pattern,
    duty_told: Pattern,
    explains: Pattern,
    list: Vec<String>,
    definition: Vec<String>,
    /// Verbs that stand behind what they define.
    defining: Vec<String>,
    telephone: Pattern,
    salutation: Pattern,
    copies: Pattern,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| data(include_str!("signs.toml")));

/// Whether `sentence` is the date line under a document.
pub fn is_date_line(sentence: &str) -> bool {
    SIGNS.date_line.is_match(sentence)
}

/// Whether `sentence` defines `word`: it begins a clause, and a verb that defines follows.
pub fn defines(word: &str, sentence: &str) -> bool {
    let clauses = sentence
        .match_indices(word)
        .filter(|(at, _)| !word.is_empty() && !sentence[..*at].ends_with(|c: char| c.is_alphanumeric()));
    clauses
        .map(|(at, _)| sentence[at + word.len()..].trim_start_matches(['”', '》', '」', '(', '（']))
        .any(|rest| SIGNS.defining.iter().any(|verb| rest.trim_start_matches([',', '，']).starts_with(verb.as_str())))
}

/// How surely `sentence` holds the kind of answer asked for: 1 for a sure sign, up to 3 for a target in full form.
pub fn of_sentence(kind: AnswerKind, asks_for_issue: bool, sentence: &str) -> f32 {
    let has_digit = || sentence.contains(|c: char| c.is_ascii_digit());
    let holds = match kind {
        AnswerKind::Target => return target(sentence),
        AnswerKind::Number => has_digit(),
        // The date line under a document answers when that was issued.
        AnswerKind::Date if asks_for_issue && is_date_line(sentence) => return 3.0,
        AnswerKind::Date => has_digit() && without_sent(sentence).contains(['年', '月', '日']),
        AnswerKind::Organisation => return organisation(&SIGNS.explains.replace_all(sentence, "")),
        AnswerKind::List => any(&SIGNS.list, sentence),
        AnswerKind::Definition => any(&SIGNS.definition, sentence),
        AnswerKind::Regions | AnswerKind::Comparison | AnswerKind::Document | AnswerKind::Open => false,
    };
    f32::from(holds)
}

/// The bytes at the beginning of `sentence` that tell to whom the document goes.
pub fn addresses(sentence: &str) -> usize {
    match SIGNS.copies.is_match(sentence) {
        true => sentence.len(),
        false => SIGNS.salutation.find(sentence).map_or(0, |found| found.end()),
    }
}

/// `text` without the date under which a news story was sent.
fn without_sent(text: &str) -> Cow<'_, str> {
    SIGNS.sent.replace_all(text, "")
}

/// How surely `sentence` sets a target 目标. Policy does so in so fixed a form, a number by a year, that it is surer than
/// any other sign of an answer.
fn target(sentence: &str) -> f32 {
    let rest = SIGNS.by_year.replace_all(sentence, "");
    let (by_year, number) = (rest.len() < sentence.len(), rest.contains(|c: char| c.is_ascii_digit()));
    match (by_year, number, any(&SIGNS.target, sentence)) {
        (true, true, _) => 3.0,
        (false, true, true) => 2.0,
        (true, false, _) => 1.2,
        (false, false, true) => 0.3,
        (false, _, false) => 0.0,
    }
}

/// How surely `sentence` names who does it: a body with a duty, or just a body.
fn organisation(sentence: &str) -> f32 {
    let without =
        |words: &[String]| words.iter().fold(sentence.to_owned(), |rest, word| rest.replace(word.as_str(), ""));
    let named = SIGNS.body.is_match(&without(&SIGNS.bodies_in_general))
        || SIGNS.department.is_match(&without(&SIGNS.departments_in_general));
    match (named, any(&SIGNS.duty, sentence)) {
        (true, true) => 1.5,
        (true, false) => 0.3,
        (false, _) => 0.0,
    }
}

/// Whether `quote` can answer a question of `kind` at all: who is charged with something is told by no sentence without a body
/// that has a duty, how much by none without a number, when by none without a date.
pub fn can_answer(kind: AnswerKind, question: &str, quote: &str) -> bool {
    let dutiful = || match asks::for_explanation(question) {
        true => organisation(quote),
        false => organisation(&SIGNS.explains.replace_all(quote, "")),
    };
    match kind {
        _ if asks::for_document_number(question) => SIGNS.numbered.is_match(quote),
        _ if asks::for_telephone(question) => SIGNS.telephone.is_match(quote),
        _ if asks::how_much(kind, question) => measure::is_told(question, quote),
        AnswerKind::Date if asks::for_issue(question) => SIGNS.date.is_match(quote) || quote.contains('〇'),
        AnswerKind::Date => SIGNS.when.is_match(&without_sent(quote)),
        AnswerKind::Target => quote.contains(is_numeral),
        AnswerKind::Organisation if any(&SIGNS.duty, question) => dutiful() > 1.0,
        AnswerKind::Organisation if asks::for_body(question) => dutiful() > 0.0,
        _ => true,
    }
}

/// What a question of `kind` asks for, in Chinese and English.
pub fn names(kind: AnswerKind) -> (&'static str, &'static str) {
    match kind {
        AnswerKind::Number | AnswerKind::Target => ("数字", "number"),
        AnswerKind::Date => ("日期", "date"),
        AnswerKind::Organisation => ("负责单位", "body"),
        _ => ("内容", "matter"),
    }
}

/// Whether `c` is a digit or numeral.
pub fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二两三四五六七八九十百千万亿半".contains(c)
}

/// How surely a clause holds what is asked for: 0 for not at all. The names of documents count for nothing.
pub fn of_clause(kind: AnswerKind, clause: &str) -> f32 {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new("《[^》]*》").expect("a constant pattern"));
    let clause = &*NAME.replace_all(clause, "");
    match kind {
        AnswerKind::Number | AnswerKind::Target => f32::from(quantities(clause).next().is_some()),
        AnswerKind::Date if SIGNS.day.is_match(clause) => 1.3,
        AnswerKind::Date if SIGNS.by_year.is_match(clause) => 0.7,
        AnswerKind::Date => f32::from(SIGNS.date.is_match(clause)),
        AnswerKind::Organisation => f32::from(SIGNS.body_in_clause.is_match(clause)),
        AnswerKind::List => f32::from(clause.matches('、').count() >= 2),
        _ => 0.0,
    }
}

/// The brackets of `sentence` that say who is responsible.
pub fn duty(sentence: &str) -> Option<Range<usize>> {
    SIGNS.duty_brackets.find(sentence).map(|found| found.range())
}

/// The bodies that the brackets of `sentence` make responsible: 市科技局、商务局 of 〔市科技局、商务局按职责分工负责〕.
pub fn bodies_on_duty(sentence: &str) -> Option<Range<usize>> {
    let brackets = duty(sentence)?;
    let inside = sentence[brackets.clone()].trim_matches(|c| is_opener(c) || is_closer(c));
    let start = brackets.start + sentence[brackets].find(inside)?;
    let bodies = &inside[..SIGNS.duty_told.find(inside).map_or(inside.len(), |told| told.start())];
    (!bodies.is_empty()).then_some(start..start + bodies.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_question_is_answered_by_a_sentence_with_a_number() {
        assert_eq!(of_sentence(AnswerKind::Number, false, "建设加氢站70座"), 1.0);
        assert_eq!(of_sentence(AnswerKind::Number, false, "建设一批加氢站"), 0.0);
    }

    #[test]
    fn how_much_is_told_by_a_quantity_and_a_target_in_words_by_any_numeral() {
        let can = |kind, question, quote| can_answer(kind, question, quote);
        assert!(can(AnswerKind::Number, "基金规模多大？", "基金认缴规模超50亿元"));
        assert!(can(AnswerKind::Number, "有几个集群？", "培育三个集群"));
        assert!(can(AnswerKind::Number, "电话是多少？", "咨询电话：0523-86391105"));
        for quote in ["(五)设立一批未来产业基金", "2023年2月16日", "一、总体要求", "发展5G", "通政发〔2024〕23号"]
        {
            assert!(!can(AnswerKind::Number, "基金规模多大？", quote), "{quote}");
        }
        assert!(!can(AnswerKind::Target, "目标是多少？", "到2030年,形成一批重大成果"));
        assert!(can(AnswerKind::Target, "目标是什么？", "到2030年,形成一批重大成果"));
    }

    #[test]
    fn a_sentence_defines_what_it_begins_a_clause_with() {
        assert!(defines("未来产业", "盛朝迅说,未来产业是指由重大科技创新推动的产业"));
        assert!(defines("低空经济", "“低空经济”是一种综合性经济形态"));
        assert!(!defines("未来产业", "发展未来产业是南京的目标"));
        assert!(!defines("", "是指"));
    }

    #[test]
    fn a_number_by_a_year_is_the_surest_target() {
        let strengths =
            ["到2030年,产值达到5000亿元左右", "比重超过42%", "到2025年,水平显著提升", "力争走在前列", "现有130家企业"];
        let strengths = strengths.map(|s| of_sentence(AnswerKind::Target, false, s));
        assert!(strengths.is_sorted_by(|a, b| a > b), "{strengths:?}");
    }

    #[test]
    fn a_duty_answers_who_better_than_a_mere_name() {
        let duty = of_sentence(AnswerKind::Organisation, false, "〔市科技局、工信局按职责分工负责〕");
        assert!(duty > of_sentence(AnswerKind::Organisation, false, "市科技局举办大赛") && duty > 1.0);
    }

    #[test]
    fn a_date_line_answers_when_a_document_was_issued() {
        assert_eq!(of_sentence(AnswerKind::Date, true, "2023年2月16日"), 3.0);
        assert!(of_sentence(AnswerKind::Date, false, "2023年2月16日") < 3.0);
        assert!(of_sentence(AnswerKind::Date, true, "2021年5月,山西省政府印发规划") < 3.0);
    }

    #[test]
    fn the_date_of_a_news_story_tells_no_when() {
        let told = |quote| can_answer(AnswerKind::Date, "医院哪天完工？", quote);
        assert!(!told("新华社南宁2月4日电（记者 何伟）记者获悉，医院正加紧扩建"));
        assert!(told("新华社南宁2月4日电，医院力争2月7日建成"));
    }

    #[test]
    fn to_whom_a_document_goes_is_no_part_of_what_it_says() {
        let said = |sentence: &'static str| &sentence[addresses(sentence)..];
        assert_eq!(
            said("关于稳岗工作的通知 各县（市、区）人民政府，市直有关单位： 为做好稳岗工作，现通知如下："),
            "为做好稳岗工作，现通知如下："
        );
        assert_eq!(said("各区、县人民政府，市属企业："), "");
        assert_eq!(said("抄送：省委各部门，省法院。"), "");
        for sentence in ["各地要抓好以下工作：一是稳岗", "重点支持各类企业：工业企业", "各部门负责人：张三"]
        {
            assert_eq!(said(sentence), sentence);
        }
    }

    #[test]
    fn a_telephone_number_is_told_by_one() {
        let told = |quote| can_answer(AnswerKind::Number, "心理援助热线电话是多少？", quote);
        assert!(!told("联系电话 1 程兆明 主治医师 三级") && told("热线0791-88330120") && told("拨打12366"));
    }

    #[test]
    fn what_the_name_of_a_document_counts_or_dates_is_no_answer() {
        assert_eq!(of_clause(AnswerKind::Target, "《建设强省三年行动计划(2023—2025年)》也作了规划"), 0.0);
        assert_eq!(of_clause(AnswerKind::Target, "力争产业规模达到1000亿元"), 1.0);
        let dates = ["2023年9月8日", "2023年", "到2030年"].map(|clause| of_clause(AnswerKind::Date, clause));
        assert!(dates.is_sorted_by(|a, b| a > b), "{dates:?}");
    }

    #[test]
    fn a_quote_without_body_or_number_answers_neither_who_nor_how_much() {
        let asked = "未来产业的牵头部门是谁？";
        assert!(!can_answer(AnswerKind::Organisation, asked, "就是打造五大未来产业集群"));
        assert!(!can_answer(AnswerKind::Organisation, asked, "市经济信息化委总工程师表示"));
        assert!(can_answer(AnswerKind::Organisation, asked, "由市科技局牵头"));
        assert!(can_answer(AnswerKind::Organisation, "谁写了这本书？", "作者是张三"));
        let marks = "停车泊位由哪些部门来划？";
        assert!(can_answer(AnswerKind::Organisation, marks, "由公安机关交通管理、城市建设管理主管部门划定"));
        assert!(!can_answer(AnswerKind::Organisation, marks, "由有关主管部门划定"));
        let explained = "第二十六条 本细则由市数据局负责解释。";
        assert!(!can_answer(AnswerKind::Organisation, "数据登记由哪个部门负责？", explained));
        assert!(can_answer(AnswerKind::Organisation, "细则由哪个部门负责解释？", explained));
        assert!(can_answer(AnswerKind::Number, "", "建成三百座") && !can_answer(AnswerKind::Number, "", "建成若干"));
    }

    #[test]
    fn the_brackets_of_a_duty_are_found() {
        for (sentence, expected) in [
            (
                "加快建设园区。〔市科技局、工信局,各县(市、区)人民政府按职责分工负责〕",
                "〔市科技局、工信局,各县(市、区)人民政府按职责分工负责〕",
            ),
            ("推进改造（责任单位：市住建局）。", "（责任单位：市住建局）"),
        ] {
            assert_eq!(duty(sentence).map(|bytes| &sentence[bytes]), Some(expected));
        }
        let sentence = "健全机制。〔市科技局、商务局,各县(市、区)政府按职责分工负责〕";
        assert_eq!(bodies_on_duty(sentence).map(|bytes| &sentence[bytes]), Some("市科技局、商务局,各县(市、区)政府"));
        assert_eq!(duty("加强负责任的投资（绿色金融）。"), None);
    }
}
