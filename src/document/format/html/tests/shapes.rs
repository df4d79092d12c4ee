//! Shapes of pages, each with the lines that a reader of the page would copy.

use super::super::extract;
use super::{read, text};
use crate::document::format::extracted::{Declared, MarkedHeading, Place};

const BODY: &str =
    "<p>第一条　为规范资金管理，提高使用效益，制定本办法。</p><p>第二条　本办法自公布之日起施行，有效期三年。</p>";
const LINES: &str =
    "第一条　为规范资金管理，提高使用效益，制定本办法。\n第二条　本办法自公布之日起施行，有效期三年。\n";

#[test]
fn a_whole_page_is_reduced_to_its_document() {
    let extracted = read(include_str!("page.html"));
    let expected = "\
关于印发示例办法的通知
索引号：000014349/2024-1
发布机构：示例市科学技术局
发文字号：示科〔2024〕1号
发布时间：2024-03-05 来源：示例市科学技术局
各区人民政府：
为推动产业发展，制定本办法[1]，请遵照执行。
一、资助标准
资助标准表
项目 | 金额
认定 | 50万元
认定 | 20万元
1. 申请表；
2. 营业执照。
- 原件
核验后退回
第一行
第二行
[1] 以市财政局公布的为准。
示例市科学技术局
2024年3月1日
附件：1.申请表.docx
";
    assert_eq!(extracted.text, expected);
    let heading = expected.find("一、资助标准").unwrap();
    assert_eq!(extracted.headings, [MarkedHeading { start: 0, level: 1 }, MarkedHeading { start: heading, level: 3 }]);
    assert_eq!(
        extracted.declared,
        Declared {
            title: Some("关于印发示例办法的通知".into()),
            issuer: Some("示例市科学技术局".into()),
            number: Some("示科〔2024〕1号".into()),
            published: Some("2024-03-05 10:00".into()),
            url: Some("https://www.example.gov.cn/zc/1.html".into()),
            curated: false,
        }
    );
    let at = expected.find("为推动").unwrap();
    let anchor = extracted.anchors.iter().find(|anchor| anchor.start == at).unwrap();
    assert_eq!(anchor.place, Place::Element("#zoom > p:nth-of-type(2)".into()));
}

#[test]
fn a_fragment_is_a_page() {
    assert_eq!(text(BODY), LINES);
    assert_eq!(text("同意。"), "同意。\n");
    assert_eq!(text("<td>甲<td>乙"), "甲乙\n");
}

#[test]
fn tables_that_place_parts_of_a_page_are_no_tables() {
    let page = format!(
        "<table width=100%><tr><td><a href=/1>首页</a><td><a href=/2>新闻</a></table><table><tr><td width=200><a href=/3>栏目一</a><br><a href=/4>栏目二</a>\
         <td><table><tr><td align=center><font size=5>某某管理办法</font><tr><td>{BODY}</table></table><table><tr><td>版权所有 某某局</table>"
    );
    assert_eq!(text(&page), format!("某某管理办法\n{LINES}"));
}

#[test]
fn an_article_element_is_content_and_its_aside_is_not() {
    let page = format!(
        "<header><nav><a href=/>Home</a></nav></header><main><article><header><h1>管理办法</h1><time>2024-01-02</time></header>{BODY}<aside>延伸：别的文章，很有意思。</aside></article></main><footer>联系我们</footer>"
    );
    assert_eq!(text(&page), format!("管理办法\n2024-01-02\n{LINES}"));
}

#[test]
fn content_that_a_script_would_show_is_read() {
    let page = format!(
        "<h1 id=activity-name>\n 某某政策解读 \n</h1><div id=meta><span>某某发布</span> <em>2024-05-06</em></div><div id=js_content style='visibility: hidden; opacity: 0'><section><section>{BODY}</section></section></div><div class=qr_code>微信扫一扫</div>"
    );
    assert_eq!(text(&page), format!("某某政策解读\n某某发布 2024-05-06\n{LINES}"));
    let hidden = format!("<div style='display:none'>{BODY}</div><p>加载中</p>");
    assert!(text(&hidden).starts_with(LINES));
}

#[test]
fn comments_and_lists_of_other_pages_are_left_out() {
    let page = format!(
        "<div class=content><h1>管理办法</h1>{BODY}</div><div class=comments><p>网友甲：写得很好，受益匪浅。</p></div><div><h3>相关新闻</h3><ul><li><a href=/1>某某局召开工作会议部署今年工作</a><li><a href=/2>某某局发布通告</a></ul></div>"
    );
    assert_eq!(text(&page), format!("管理办法\n{LINES}"));
}

#[test]
fn a_form_around_the_whole_page_is_no_form() {
    let page = format!("<form id=aspnetForm><input type=hidden value=x><div>{BODY}</div></form>");
    assert_eq!(text(&page), LINES);
}

#[test]
fn many_short_questions_and_answers_survive() {
    let items: String =
        (1..=40).map(|i| format!("<div class=qa><div>问：第{i}项怎么办</div><div>答：到窗口办</div></div>")).collect();
    let text = text(&format!(
        "<div class=nav><a href=/>首页</a></div><h1>常见问答</h1><div class=list>{items}</div><div class=footer>版权所有</div>"
    ));
    assert!(text.starts_with("常见问答\n问：第1项怎么办\n答：到窗口办\n"));
    assert!(text.ends_with("问：第40项怎么办\n答：到窗口办\n"));
    assert_eq!(text.lines().count(), 81);
}

#[test]
fn a_long_table_survives() {
    let rows: String = (1..=60).map(|i| format!("<tr><td>{i}<td>企业{i}<td>南山区")).collect();
    let text = text(&format!(
        "<ul class=menu><li><a href=/>首页</a></ul><h2>名单公示</h2><table><tr><td>序号<td>名称<td>区{rows}</table><p class=copyright>版权所有</p>"
    ));
    assert!(text.starts_with("名单公示\n序号 | 名称 | 区\n1 | 企业1 | 南山区\n"));
    assert!(text.ends_with("60 | 企业60 | 南山区\n"));
}

#[test]
fn a_page_of_links_alone_keeps_them() {
    let items: String = (1..=20).map(|i| format!("<li><a href=/{i}.html>政策文件{i}</a>")).collect();
    assert_eq!(text(&format!("<div><ul>{items}</ul></div>")).lines().count(), 20);
}

#[test]
fn content_in_several_containers_stays_together() {
    let page = format!(
        "<div class=page><div class=nav><a href=/>首页</a> <a href=/b>公开</a></div><div class=main><div class=tit><h1>管理办法</h1></div><div class=info>发布日期：2024-01-02</div><div class=body1>{BODY}</div><div class=body2><p>第三条　由市财政局负责解释，另有规定的除外。</p></div><div class=luokuan>某某市财政局</div><div class=fj><p>附件：</p><p><a href=a.xls>1.申请表</a></p></div></div></div>"
    );
    assert_eq!(
        text(&page),
        format!(
            "管理办法\n发布日期：2024-01-02\n{LINES}第三条　由市财政局负责解释，另有规定的除外。\n某某市财政局\n附件：\n1.申请表\n"
        )
    );
}

#[test]
fn cells_over_rows_and_columns_are_read_in_each_row() {
    let page = "<table><tr><td rowspan=3>甲类<td>一<td>1<tr><td colspan=2>合计二<tr><td>三<td rowspan=2>3<tr><td>乙类<td>四</table>";
    assert_eq!(text(page), "甲类 | 一 | 1\n甲类 | 合计二\n甲类 | 三 | 3\n乙类 | 四 | 3\n");
}

#[test]
fn a_table_with_notes_below_keeps_both() {
    let page = "<p>各项指标如下，请遵照执行。</p><table><tr><th>指标<th>数值<tr><td>增速<sup>①</sup><td>5%</table><p>注：①按可比价格计算。</p>";
    assert_eq!(text(page), "各项指标如下，请遵照执行。\n指标 | 数值\n增速① | 5%\n注：①按可比价格计算。\n");
}

#[test]
fn labels_and_values_side_by_side_are_one_line() {
    let page = format!(
        "<h1>管理办法</h1><dl><dt>发文机关：</dt><dd>某某市人民政府</dd><dt>主题词：</dt><dt>文号：</dt><dd>某府〔2024〕3号</dd></dl>{BODY}"
    );
    assert_eq!(text(&page), format!("管理办法\n发文机关：某某市人民政府\n文号：某府〔2024〕3号\n{LINES}"));
}

#[test]
fn a_title_that_is_only_declared_comes_first() {
    let extracted = read(&format!("<title>管理办法-某某市政府网</title>{BODY}"));
    assert_eq!(extracted.text, format!("管理办法\n{LINES}"));
    assert_eq!(extracted.anchors[0].place, Place::Element("html > head > title".into()));
}

#[test]
fn a_heading_is_a_better_title_than_the_name_of_a_column() {
    let page = format!("<title>通知公告 - 某某网</title><h1>某某市人民政府网</h1><div><h1>管理办法</h1>{BODY}</div>");
    let extracted = read(&page);
    assert_eq!(extracted.declared.title.as_deref(), Some("管理办法"));
    assert!(extracted.text.starts_with("管理办法\n"));
}

#[test]
fn a_title_broken_into_lines_is_one_line() {
    let extracted = read(&format!(
        "<title>关于印发管理办法的通知</title><div><p align=center>关于印发<br>管理办法的通知</p>{BODY}</div>"
    ));
    assert_eq!(extracted.text, format!("关于印发管理办法的通知\n{LINES}"));
}

#[test]
fn broken_markup_is_read_as_a_browser_reads_it() {
    assert_eq!(
        text("<div><p>第一段。<p>第二段，<b>粗<i>斜</b>体</i>。<div>第三段。"),
        "第一段。\n第二段，粗斜体。\n第三段。\n"
    );
    assert_eq!(text("<ul><li>甲；<li>乙。</ul>"), "- 甲；\n- 乙。\n");
}

#[test]
fn data_for_search_engines_gives_the_date() {
    let page = format!(
        r#"<script type="application/ld+json">{{"@graph":[{{"@type":"Article","headline":"管理办法","datePublished":"2024-02-03"}}]}}</script>{BODY}"#
    );
    let extracted = read(&page);
    assert_eq!(extracted.declared.published.as_deref(), Some("2024-02-03"));
    assert_eq!(extracted.declared.title.as_deref(), Some("管理办法"));
    assert_eq!(extracted.text, LINES);
}

#[test]
fn the_name_of_the_site_is_no_issuer() {
    let page = format!(
        "<meta name=SiteName content=某某网><meta name=ContentSource content=本网><meta name=Author content=某某网>{BODY}"
    );
    assert_eq!(read(&page).declared.issuer, None);
}

#[test]
fn every_selector_finds_its_element() {
    let page = include_str!("page.html");
    let document = scraper::Html::parse_document(page);
    for anchor in read(page).anchors {
        let Place::Element(selector) = anchor.place else { panic!("a page of the Web has no page numbers") };
        let parsed = scraper::Selector::parse(&selector).unwrap();
        assert_eq!(document.select(&parsed).count(), 1, "{selector}");
    }
}

#[test]
fn frames_have_no_text_of_their_own() {
    assert!(extract("<html><frameset cols=20%,*><frame src=l.htm><frame src=r.htm><noframes>请升级浏览器</noframes></frameset></html>").is_err());
}
