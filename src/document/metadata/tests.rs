//! What documents say of themselves, as a whole.

use proptest::prelude::*;

use super::*;
use crate::document::date::first_date;
use crate::document::declared::with_declared;
use crate::document::format::extracted::Declared;
use crate::document::parse_text;

const BODY: &str = "各区人民政府，各有关单位：\n经市政府同意，现将《某市产业发展方案》印发给你们，请结合实际认真贯彻执行，重大情况及时报告，并做好宣传解读工作，营造良好氛围。";

#[test]
fn a_notice_states_its_number_issuer_and_date() {
    let found = parse_text(&format!("某市人民政府办公厅关于印发《某市产业发展方案》的通知\n2023-01-06\n\n某府办规［2023］ 1 号\n{BODY}\n某市人民政府办公厅\n2023 年1 月4 日\n某市产业发展方案\n一、要求")).metadata;
    assert_eq!(found.title, "某市人民政府办公厅关于印发《某市产业发展方案》的通知");
    assert_eq!(found.issuer.as_deref(), Some("某市人民政府办公厅"));
    assert_eq!(found.number.as_deref(), Some("某府办规〔2023〕1号"));
    assert_eq!(found.published.as_deref(), Some("2023-01-04"), "the signature's date comes before the page's");
    assert_eq!(found.kind.as_deref(), Some("通知"));
}

#[test]
fn bodies_that_sign_together_are_all_issuers_by_their_short_names_too() {
    let text =
        format!("某部等四部门关于做好工作的通知\n{BODY}\n某某部\n中央网信办\n银保监会\n国务院国资委\n2025年12月25日");
    assert_eq!(parse_text(&text).metadata.issuer.as_deref(), Some("某某部、中央网信办、银保监会、国务院国资委"));
}

#[test]
fn a_number_that_is_only_cited_is_not_the_documents_own() {
    let found =
        parse_text("某市关于发展产业的意见\n根据《省政府意见》（苏政发〔2023〕104号），制定本意见，请认真执行。")
            .metadata;
    assert_eq!(found.number, None);
    let found = parse_text("某市关于发展产业的意见\n根据《省政府意见》（苏政发〔2023〕104号），制定本意见，请认真执行。\n附件下载\n通政发〔2024〕23号.pdf(点击下载)").metadata;
    assert_eq!(found.number.as_deref(), Some("通政发〔2024〕23号"));
}

#[test]
fn a_saved_page_states_its_date_and_issuer() {
    let found =
        parse_text(&format!("某市产业政策\n发布时间:2024年08月09日 14:09:22 发布部门:某市人民政府 收藏\n{BODY}"))
            .metadata;
    assert_eq!(found.published.as_deref(), Some("2024-08-09"));
    assert_eq!(found.issuer.as_deref(), Some("某市人民政府"));
}

#[test]
fn a_statute_is_dated_by_its_last_amendment() {
    let found = parse_text("# 某市条例\n\n2011年11月17日 某市第十三届人民代表大会常务委员会第三十次会议通过\n\n2020年5月14日 某市第十五届人民代表大会常务委员会第二十一次会议修正\n\n2021年1月1日 施行\n\n第一条 为了规范，制定本条例。").metadata;
    assert_eq!(found.published.as_deref(), Some("2020-05-14"));
    assert_eq!(found.issuer.as_deref(), Some("某市人民代表大会常务委员会"));
    assert_eq!(found.kind.as_deref(), Some("条例"));
}

#[test]
fn a_signature_younger_than_the_page_belongs_to_another_document() {
    let found =
        parse_text(&format!("某市财政局关于采购的通知\n2023-04-13\n{BODY}\n附：另一文件\n某市教育局\n2023年5月6日"))
            .metadata;
    assert_eq!(found.published.as_deref(), Some("2023-04-13"));
}

#[test]
fn a_story_is_news() {
    let found = parse_text("各地争相下好先手棋\n近日，记者从发布会获悉，某市发布了计划，各地纷纷布局。").metadata;
    assert_eq!(found.kind.as_deref(), Some("新闻"));
}

#[test]
fn a_notice_states_its_term_and_what_it_abolishes() {
    let text = format!(
        "某市人民政府办公室关于印发《某市产业扶持办法》的通知\n{BODY}\n某市人民政府办公室\n2024年3月1日\n某市产业扶持办法\n第一条 为了扶持产业，制定本办法。\n第二条 许可证有效期3年。\n第三条 本办法自2024年4月1日起施行，有效期5年。《某市产业扶持暂行办法》（某政办发〔2019〕5号）同时废止。"
    );
    let found = parse_text(&text).metadata;
    assert_eq!(found.effective.as_deref(), Some("2024-04-01"));
    assert_eq!(found.expires.as_deref(), Some("2029-03-31"));
    assert_eq!(found.repeals.len(), 1);
    assert_eq!(found.repeals[0].title.as_deref(), Some("某市产业扶持暂行办法"));
    assert_eq!(found.repeals[0].number.as_deref(), Some("某政办发〔2019〕5号"));
    assert_eq!(found.validity, None, "it abolishes another document, not itself");
}

#[test]
fn a_page_states_terms_force_and_address_as_facts() {
    let found = parse_text(&format!(
        "某市产业政策\n成文日期：2024-03-01\n实施日期：2024-04-01\n失效日期：2027-03-31\n有效性：失效\n{BODY}\n原文链接：https://www.example.gov.cn/a.html"
    ))
    .metadata;
    assert_eq!(found.effective.as_deref(), Some("2024-04-01"));
    assert_eq!(found.expires.as_deref(), Some("2027-03-31"));
    assert_eq!(found.validity, Some(Validity::Expired));
    assert_eq!(found.url.as_deref(), Some("https://www.example.gov.cn/a.html"));
}

#[test]
fn what_a_story_reports_is_not_its_own_term() {
    let found = parse_text(
        "某市出台新规\n近日，记者从某局获悉，《某市条例》现予公布，自2024年9月1日起施行，《某市办法》同时废止。",
    )
    .metadata;
    assert_eq!(found.kind.as_deref(), Some("新闻"));
    assert_eq!((found.effective, found.repeals.len()), (None, 0));
}

#[test]
fn the_first_publication_of_an_amended_statute_is_not_known() {
    let head = "# 某市条例\n\n2011年11月17日 某市第十三届人民代表大会常务委员会第三十次会议通过\n\n";
    let amended = "2020年5月14日 某市第十五届人民代表大会常务委员会第二十一次会议修正\n\n";
    let body = "第一条 为了规范，制定本条例。\n第二条 本条例自公布之日起施行。";
    assert_eq!(parse_text(&format!("{head}{body}")).metadata.effective.as_deref(), Some("2011-11-17"));
    assert_eq!(parse_text(&format!("{head}{amended}{body}")).metadata.effective, None);
}

#[test]
fn a_letter_without_line_breaks_is_signed_within_its_line() {
    let text = format!(
        "某市财政局关于印发某方案的通知\n某市财政局 2022-04-07\n\n{BODY}现印发给你们，请认真贯彻落实。某市财政局2022年4月2日某市方案为做好工作，制定本方案。2018年9月13日发布的旧方案停止执行。"
    );
    assert_eq!(parse_text(&text).metadata.published.as_deref(), Some("2022-04-02"));
}

fn is_iso(date: &str) -> bool {
    first_date(date).is_some_and(|(read, _)| read.to_string() == date)
}

proptest! {
    #[test]
    fn dates_of_any_mixture_are_valid_and_in_order(parts in prop::collection::vec(prop::sample::select(vec![
        "某市产业扶持办法", "关于印发", "的通知", "\n", "。", "，", "《", "》", "（", "）", "“", "本办法", "本通知", "自", "2024年9月1日", "2023年2月30日",
        "二〇二四年九月一日", "2099-12-31", "起施行", "起", "施行", "有效期", "5年", "九十九年", "999个月", "至", "止", "自发布之日起", "30日后", "999日后",
        "试行期两年", "同时废止", "废止以下文件：", "某政发〔2019〕5号", "第三条", "【失效】", "有效性：废止", "发布日期：", "失效日期：", "来源：",
        "https://www.example.gov.cn/", "记者", "某市财政局", "\u{e003}", " ", "1.",
    ]), 0..80), declared in "\\PC{0,40}", date in "[0-9年月日/T:+-]{0,24}") {
        let text = parts.concat();
        let declared = Declared {
            title: Some(declared.clone()),
            issuer: Some(declared.clone()),
            number: Some(declared.clone()),
            published: Some(date),
            url: Some(declared),
            curated: false,
        };
        let of_text = parse_text(&text).metadata;
        let joined = with_declared(of_text.clone(), &declared);
        for found in [of_text, joined] {
            for date in [&found.published, &found.effective, &found.expires].into_iter().flatten() {
                prop_assert!(is_iso(date), "{date}");
            }
            if let (Some(first), Some(last)) = (&found.effective, &found.expires) {
                prop_assert!(first <= last, "{first} {last}");
            }
            for repeal in &found.repeals {
                prop_assert!(repeal.title.is_some() || repeal.number.is_some());
            }
        }
    }
}

#[test]
fn an_order_names_its_issuer_and_its_number() {
    let found = parse_text(&format!("中华人民共和国民政部令（第83号） 儿童福利机构管理办法\n{BODY}")).metadata;
    assert_eq!(found.issuer.as_deref(), Some("民政部"));
    assert_eq!(found.number.as_deref(), Some("民政部令第83号"));
    let found = parse_text(&format!("中华人民共和国交通运输部令（2026年第10号） 经营许可规定\n{BODY}")).metadata;
    assert_eq!(found.number.as_deref(), Some("交通运输部令2026年第10号"));
    let text = format!(
        "儿童福利机构管理办法\n（2026年1月26日经民政部部务会议审议通过 2026年2月2日民政部令第83号公布 自2026年4月1日起施行）\n第一章 总则\n第一条 {BODY}"
    );
    let found = parse_text(&text).metadata;
    assert_eq!((found.issuer.as_deref(), found.number.as_deref()), (Some("民政部"), Some("民政部令第83号")));
    assert_eq!(found.published.as_deref(), Some("2026-02-02"));
}

#[test]
fn an_old_document_keeps_its_own_date_on_a_new_page() {
    let text = "国务院关于同意迁址的批复\n成文日期：1996年11月05日\n标题：国务院关于同意迁址的批复\n发布日期：2018年12月03日\n武警总部：\n\
                关于部分直属单位迁址新建的请示收悉，现批复如下：同意迁址新建，所需建设资金由你们自筹解决。\n国务院\n一九九六年十一月五日";
    assert_eq!(parse_text(text).metadata.published.as_deref(), Some("1996-11-05"));
}
