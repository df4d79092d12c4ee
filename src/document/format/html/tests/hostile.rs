//! Pages that are broken, endless or made to do harm.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::super::{MAX_NODES, MAX_PAGE, declared_encoding, extract};
use super::check;
use crate::document::format::extracted::{ExtractError, Extracted};

const DEPTH: usize = 100_000;
/// Unoptimised and beside other tests; alone and optimised it is a tenth of this.
const PATIENCE: Duration = Duration::from_secs(20);

fn in_time(name: &str, page: &str) -> Result<Extracted, ExtractError> {
    let start = Instant::now();
    let extracted = extract(page);
    let taken = start.elapsed();
    assert!(taken < PATIENCE, "{name} took {taken:?}");
    extracted
}

#[test]
fn deep_nesting_takes_neither_stack_nor_time() {
    for name in [
        "div",
        "b",
        "table",
        "a",
        "font",
        "p",
        "span",
        "ul><li",
        "table><tr><td",
        "form",
        "blockquote",
        "dl><dt",
        "section",
        "h1",
        "pre",
        "em",
    ] {
        let page = format!(
            "<p>前文说明如下。</p>{}正文在此，不会丢失。{}",
            format!("<{name}>").repeat(DEPTH),
            "</x>".repeat(10)
        );
        let extracted = in_time(name, &page).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(extracted.text.contains("正文在此，不会丢失。"), "{name}: {:.300}", extracted.text);
        check(&extracted);
    }
    // What stands in a drawing is not shown as text.
    assert_eq!(in_time("svg", &format!("<p>前文。{}字", "<svg>".repeat(DEPTH))).unwrap().text, "前文。\n");
}

#[test]
fn what_follows_nesting_that_is_closed_again_stands_where_it_belongs() {
    let page = format!("{}深处的文字。{}<p id=after>之后的文字。</p>", "<div>".repeat(DEPTH), "</div>".repeat(DEPTH));
    let extracted = in_time("closed", &page).unwrap();
    assert_eq!(extracted.text, "深处的文字。\n之后的文字。\n");
    let last = extracted.anchors.last().map(|anchor| format!("{:?}", anchor.place));
    assert_eq!(last.as_deref(), Some("Element(\"#after\")"));
}

#[test]
fn unclosed_formatting_does_not_multiply() {
    let fonts: String = (0..DEPTH).map(|i| format!("<font color={i}>")).collect();
    let page = format!("<p>{fonts}{}", "<p>一段文字。".repeat(1000));
    let extracted = in_time("fonts", &page).unwrap();
    assert_eq!(extracted.text.matches("一段文字。").count(), 1000);
    let endless = format!("<p>{fonts}{}", "<p>字".repeat(100_000));
    assert!(matches!(in_time("endless", &endless), Err(ExtractError::TooLarge { .. })));
}

#[test]
fn wide_pages_take_linear_time() {
    for (name, unit) in [
        ("paragraphs", "<p>关于某事项的规定。</p>"),
        ("items", "<li>关于某事项的规定。"),
        ("rows", "<tr><td>甲<td>乙"),
        ("breaks", "关于某事项的规定。<br>"),
        ("entities", "&amp;&nbsp;&#x4e00;"),
        ("misnested", "<b><i><p>甲</b>乙</i>丙</p>"),
        ("foster", "<table>甲<tr>乙"),
        ("bodies", "<body class=a>甲"),
    ] {
        let page = if name == "rows" { format!("<table>{}", unit.repeat(DEPTH)) } else { unit.repeat(DEPTH) };
        let extracted = in_time(name, &page).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(extracted.text.len() >= DEPTH, "{name}: {}", extracted.text.len());
    }
    let attributes: String = (0..20_000).map(|i| format!(" a{i}=b")).collect();
    assert_eq!(in_time("attributes", &format!("<p{attributes}>甲</p>")).unwrap().text, "甲\n");
}

#[test]
fn cells_over_many_rows_do_not_multiply_long_texts() {
    let cell = format!("<td rowspan=65534 colspan=1000>{}", "长".repeat(10_000));
    let page = format!("<table><tr><td>甲<td>乙<tr>{cell}<td>丙{}</table>", "<tr><td>丁<td>戊".repeat(5000));
    let extracted = in_time("rowspan", &page).unwrap();
    assert_eq!(extracted.text.matches("长").count(), 10_000);
}

#[test]
fn a_page_of_20_megabytes_is_read() {
    let paragraph =
        "<p class=MsoNormal><span lang=EN-US>为推动产业高质量发展，</span>制定本措施，自公布之日起施行。</p>\n";
    let page = paragraph.repeat((20 << 20) / paragraph.len());
    let extracted = in_time("20 MB", &page).unwrap();
    assert_eq!(extracted.text.lines().count(), (20 << 20) / paragraph.len());
}

#[test]
fn limits_are_named() {
    let error = in_time("nodes", &"<br>".repeat(MAX_NODES + 1)).unwrap_err();
    assert_eq!(error.to_string(), format!("HTML file is too large: more than {MAX_NODES} elements and runs of text"));
    let bytes = " ".repeat(MAX_PAGE + 1);
    assert!(matches!(extract(&bytes), Err(ExtractError::TooLarge { .. })));
}

#[test]
fn pages_without_text_are_empty() {
    for page in [
        "",
        " \n\u{a0}",
        "<html><body></body></html>",
        "<script>var a = '正文';</script>",
        "<!-- 正文 -->",
        "<frameset><frame src=a.htm></frameset>",
        "<img alt=图>",
        "<p hidden>",
        "\u{feff}",
        "<",
        "&",
    ] {
        let extracted = extract(page);
        if matches!(page, "<" | "&") {
            assert!(extracted.is_ok());
        } else {
            assert_eq!(extracted, Err(ExtractError::Empty { format: "HTML" }), "{page:?}");
        }
    }
}

fn holds(page: &str) {
    let first = extract(page);
    if let Ok(extracted) = &first {
        check(extracted);
    }
    assert_eq!(first, extract(page));
}

const PAGE: &str = include_str!("page.html");

proptest! {
    #[test]
    fn any_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(declared_encoding(&bytes).is_none_or(|label| !label.is_empty() && label.is_ascii()));
        holds(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_mixture_of_markup_does_no_harm(parts in prop::collection::vec(prop::sample::select(vec![
        "<p>", "</p>", "<div class=nav>", "<div id=x>", "</div>", "<table>", "<tr>", "<td rowspan=3>", "<td colspan=2>", "</td>", "</table>", "<th>", "<caption>",
        "<ol start=5>", "<ul>", "<li>", "<br>", "<pre>", "<h1>", "<h2>", "</h2>", "<a href=x>", "</a>", "<b>", "<font>", "</b>", "<svg>", "<math>", "<template>",
        "<select>", "<form>", "<frameset>", "<textarea>", "<title>", "<!--", "-->", "<script>", "</script>", "<style>", "&nbsp;", "&#0;", "&#x85;", "\n", "　", " ",
        "来源：", "发文机关：", "国务院", "当前位置：", "打印", "关闭", "正文第一条。", "a", "附件：", "<meta name=ArticleTitle content=题>", "<dt>", "<dd>", "\u{2028}", "\u{200b}",
        "<annotation-xml encoding=text/html>", "<o:p>", "<p hidden>", "<span style='display: none'>", "</body>", "</html>", "<body>", "<plaintext>",
    ]), 0..80)) {
        holds(&parts.concat());
    }

    #[test]
    fn a_damaged_page_does_no_harm(cut in 0..PAGE.len(), end in 0..PAGE.len(), put in "[<>/&\"'a-z 一]{0,8}") {
        let (cut, end) = (PAGE.floor_char_boundary(cut.min(end)), PAGE.floor_char_boundary(cut.max(end)));
        holds(&format!("{}{put}{}", &PAGE[..cut], &PAGE[end..]));
    }
}
