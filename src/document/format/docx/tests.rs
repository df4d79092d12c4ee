use std::io::Write;

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::document::format::extracted::{Anchor, MarkedHeading, Place};

const ROOT: &str = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' \
    xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' xmlns:v='urn:schemas-microsoft-com:vml'";
const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A package of the given body and parts (`styles`, `numbering`, `footnotes`, `core-properties`).
fn package(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let mut add = |name: &str, text: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    };
    let (mut of_root, mut of_document) = (relation("officeDocument", "word/document.xml"), String::new());
    for (kind, text) in parts {
        if *kind == "core-properties" {
            add("docProps/core.xml", text);
            of_root += &relation(kind, "docProps/core.xml");
        } else {
            add(&format!("word/{kind}.xml"), &format!("<w:{kind} {ROOT}>{text}</w:{kind}>"));
            of_document += &relation(kind, &format!("{kind}.xml"));
        }
    }
    add("_rels/.rels", &format!("<Relationships>{of_root}</Relationships>"));
    add("word/_rels/document.xml.rels", &format!("<Relationships>{of_document}</Relationships>"));
    add("word/document.xml", &format!("<w:document {ROOT}><w:body>{body}</w:body></w:document>"));
    zip.finish().unwrap().into_inner()
}

fn relation(kind: &str, target: &str) -> String {
    format!("<Relationship Type='{TYPES}/{kind}' Target='{target}'/>")
}

fn p(inner: &str) -> String {
    format!("<w:p>{inner}</w:p>")
}

fn r(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

fn tc(properties: &str, inner: &str) -> String {
    format!("<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>")
}

fn tr(cells: &[&str]) -> String {
    format!("<w:tr>{}</w:tr>", cells.iter().map(|text| tc("", &p(&r(text)))).collect::<String>())
}

fn extracted(body: &str, parts: &[(&str, &str)]) -> Extracted {
    let bytes = package(body, parts);
    let extracted = extract(&bytes).unwrap();
    check(&extracted);
    assert_eq!(extract(&bytes).unwrap(), extracted);
    extracted
}

fn text(body: &str) -> String {
    extracted(body, &[]).text
}

fn places(extracted: &Extracted) -> Vec<&str> {
    let places = extracted.anchors.iter().map(|anchor| match &anchor.place {
        Place::Element(place) => place.as_str(),
        Place::Page(_) => "page",
    });
    places.collect()
}

/// What every result promises.
fn check(extracted: &Extracted) {
    let Extracted { text, anchors, headings, .. } = extracted;
    assert!(text.ends_with('\n'));
    assert!(text.lines().all(|line| !line.is_empty() && line.trim() == line));
    let starts_line = |at: usize| at == 0 || text.as_bytes()[at - 1] == b'\n';
    assert_eq!(anchors[0].start, 0);
    assert!(anchors.is_sorted_by(|a: &Anchor, b: &Anchor| a.start < b.start));
    assert!(headings.is_sorted_by(|a: &MarkedHeading, b: &MarkedHeading| a.start < b.start));
    let starts = anchors.iter().map(|anchor| anchor.start).chain(headings.iter().map(|heading| heading.start));
    assert!(starts.into_iter().all(|at| at < text.len() && starts_line(at)));
}

#[test]
fn paragraphs_are_lines_at_their_places() {
    let body = p(&(r("关于") + &r("通知 &amp; &#x529e;法")))
        + &p("")
        + &p("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t xml:space='preserve'>　丙 </w:t></w:r>")
        + &p("<w:hyperlink>链<w:r><w:t>接</w:t><w:noBreakHyphen/></w:r></w:hyperlink>");
    let extracted = extracted(&body, &[]);
    assert_eq!(extracted.text, "关于通知 & 办法\n甲 乙\n丙\n接-\n");
    assert_eq!(places(&extracted), ["paragraph 1", "paragraph 3", "paragraph 4"]);
}

#[test]
fn tracked_changes_are_accepted_and_hidden_text_is_dropped() {
    let body = p(&format!(
        "<w:ins>{}</w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom>{}</w:moveFrom><w:moveTo>{}</w:moveTo>\
         <w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>显</w:t></w:r>",
        r("新"),
        r("此"),
        r("彼")
    )) + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        + &p(&r("后半"))
        + "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>表前</w:t></w:r></w:p>"
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删行</w:t></w:r></w:p></w:tc></w:tr>"
        + &tr(&["甲", "乙"])
        + "</w:tbl>"
        + &p(&r("表后"));
    assert_eq!(text(&body), "新彼显\n前半后半\n表前\n甲 | 乙\n表后\n");
}

#[test]
fn fields_keep_their_results_only() {
    let field = |kind: &str| format!("<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>");
    let body = p(&format!(
        "{}{}<w:r><w:instrText>PAGE</w:instrText></w:r>{}{}{}{}",
        field("begin"),
        r("指令"),
        field("separate"),
        r("结果"),
        field("end"),
        r("其后")
    )) + &p(&(field("begin") + &r("坏")))
        + &p(&r("下一段"));
    assert_eq!(text(&body), "结果其后\n下一段\n");
}

#[test]
fn the_table_of_contents_is_dropped() {
    let styles = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='toc 1'/></w:style>";
    let body = "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr><w:sdtContent>"
        .to_owned()
        + &p(&r("目录"))
        + "</w:sdtContent></w:sdt><w:p><w:pPr><w:pStyle w:val='T'/></w:pPr><w:r><w:t>总则 1</w:t></w:r></w:p>"
        + &format!("<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", p(&r("总则")));
    assert_eq!(extracted(&body, &[("styles", styles)]).text, "总则\n");
}

#[test]
fn text_boxes_follow_their_paragraph_once() {
    let content = format!("<w:txbxContent>{}{}</w:txbxContent>", p(&r("框一")), p(&r("框二")));
    let body = p(&format!(
        "{}<w:r><mc:AlternateContent><mc:Choice><w:drawing>{content}</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>{}",
        r("前"),
        r("后")
    ));
    let extracted = extracted(&body, &[]);
    assert_eq!(extracted.text, "前后\n框一\n框二\n");
    assert_eq!(places(&extracted), ["paragraph 1", "paragraph 1 text box"]);
}

#[test]
fn rows_are_lines_and_merged_cells_are_repeated() {
    let row = |cells: &[String]| format!("<w:tr>{}</w:tr>", cells.concat());
    let cell = |properties: &str, text: &str| tc(properties, &p(&r(text)));
    let body = format!(
        "{}<w:tbl>{}{}{}{}{}</w:tbl>{}",
        p(&r("表")),
        row(&[cell("<w:gridSpan w:val='3'/>", "任务分工")]),
        row(&[cell("<w:vMerge w:val='restart'/>", "产业"), cell("", "项目甲"), cell("", "发改委")]),
        row(&[cell("<w:vMerge/>", ""), cell("", "项目乙"), cell("", "")]),
        row(&[cell("<w:gridSpan w:val='2'/>", "合计"), tc("", &(p(&r("二")) + &p(&r("项"))))]),
        tr(&["", "", ""]),
        p(&r("完")),
    );
    let extracted = extracted(&body, &[]);
    assert_eq!(extracted.text, "表\n任务分工\n产业 | 项目甲 | 发改委\n产业 | 项目乙\n合计 | 二 项\n完\n");
    assert_eq!(
        places(&extracted),
        ["paragraph 1", "table 1 row 1", "table 1 row 2", "table 1 row 3", "table 1 row 4", "paragraph 2"]
    );
}

#[test]
fn a_table_in_a_layout_table_keeps_its_rows() {
    let inner = format!("<w:tbl>{}{}</w:tbl>", tr(&["甲", "乙"]), tr(&["丙", "丁"]));
    let body = format!("<w:tbl><w:tr>{}</w:tr></w:tbl>", tc("", &(p(&r("通知")) + &inner + &p(&r("正文")))));
    assert_eq!(text(&body), "通知\n甲 | 乙\n丙 | 丁\n正文\n");
    let beside = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", tc("", &p(&r("左"))), tc("", &inner));
    assert_eq!(text(&beside), "左 | 甲 | 乙 丙 | 丁\n");
}

#[test]
fn headings_and_their_automatic_numbers_are_written_out() {
    let styles = "<w:style w:type='paragraph' w:styleId='1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>\
         <w:style w:type='paragraph' w:styleId='2'><w:name w:val='标题 2'/><w:basedOn w:val='1'/></w:style>";
    let numbering = "<w:abstractNum w:abstractNumId='0'>\
         <w:lvl w:ilvl='0'><w:numFmt w:val='chineseCountingThousand'/><w:lvlText w:val='%1、'/></w:lvl>\
         <w:lvl w:ilvl='1'><w:numFmt w:val='chineseCountingThousand'/><w:pStyle w:val='2'/><w:lvlText w:val='（%2）'/></w:lvl>\
         <w:lvl w:ilvl='2'><w:numFmt w:val='decimal'/><w:lvlText w:val='%3.'/></w:lvl></w:abstractNum>\
         <w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>";
    let heading = |style: &str, text: &str| {
        format!("<w:p><w:pPr><w:pStyle w:val='{style}'/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
    };
    let item = |text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val='2'/><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = heading("1", "总体要求")
        + &heading("2", "目标")
        + &item("芯片")
        + &item("材料")
        + &heading("2", "原则")
        + &item("有序")
        + &heading("1", "保障措施")
        + "<w:p><w:pPr><w:pStyle w:val='1'/><w:numPr><w:numId w:val='0'/></w:numPr><w:outlineLvl w:val='9'/></w:pPr><w:r><w:t>正文</w:t></w:r></w:p>";
    let extracted = extracted(&body, &[("styles", styles), ("numbering", numbering)]);
    assert_eq!(extracted.text, "一、总体要求\n（一）目标\n1. 芯片\n2. 材料\n（二）原则\n1. 有序\n二、保障措施\n正文\n");
    let headings: Vec<_> = extracted
        .headings
        .iter()
        .map(|marked| (marked.level, extracted.text[marked.start..].lines().next().unwrap()))
        .collect();
    assert_eq!(headings, [(1, "一、总体要求"), (2, "（一）目标"), (2, "（二）原则"), (1, "二、保障措施")]);
}

#[test]
fn notes_stand_at_the_end_with_their_marks() {
    let footnotes = format!(
        "<w:footnote w:type='separator' w:id='-1'>{}</w:footnote><w:footnote w:id='7'>{}</w:footnote><w:footnote w:id='2'>{}</w:footnote>",
        p("<w:r><w:separator/></w:r>"),
        p(&("<w:r><w:footnoteRef/></w:r>".to_owned() + &r("注七"))),
        p(&r("注二"))
    );
    let body = p(&(r("甲")
        + "<w:r><w:footnoteReference w:id='2'/></w:r>"
        + &r("乙")
        + "<w:r><w:footnoteReference w:id='7'/></w:r>"));
    let extracted = extracted(&body, &[("footnotes", &footnotes)]);
    assert_eq!(extracted.text, "甲［注1］乙［注2］\n［注1］注二\n［注2］注七\n");
    assert_eq!(places(&extracted), ["paragraph 1", "footnote 1", "footnote 2"]);
}

#[test]
fn a_title_is_declared_unless_a_program_filled_it_in() {
    let core = |title: &str| format!("<c:coreProperties xmlns:dc='d'><dc:title>{title}</dc:title></c:coreProperties>");
    let styles = "<w:style w:type='paragraph' w:styleId='T'><w:name w:val='Title'/></w:style>";
    let body =
        "<w:p><w:pPr><w:pStyle w:val='T'/></w:pPr><w:r><w:t>关于印发</w:t><w:br/><w:t>方案的通知</w:t></w:r></w:p>";
    for (declared, title) in [("南通市 实施方案", "南通市 实施方案"), ("Microsoft Word - a.doc", "关于印发方案的通知")]
    {
        let extracted = extracted(body, &[("styles", styles), ("core-properties", &core(declared))]);
        assert_eq!(extracted.declared.title.as_deref(), Some(title));
    }
}

#[test]
fn what_has_no_text_says_why() {
    assert_eq!(extract(b""), Err(ExtractError::Empty { format: FORMAT }));
    assert_eq!(extract(&package(&p(""), &[])), Err(ExtractError::Empty { format: FORMAT }));
    let scan = p("<w:r><w:drawing/></w:r>") + &p("<w:r><w:drawing/></w:r>");
    assert_eq!(extract(&package(&scan, &[])), Err(ExtractError::Scanned { format: FORMAT, pages: 2 }));
    assert!(matches!(extract(b"PK\x03\x04 cut off"), Err(ExtractError::Damaged { .. })));
    assert!(matches!(extract(&package("<w:p>", &[])), Err(ExtractError::Damaged { .. })));
}

#[test]
fn parts_in_utf_16_are_read() {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    let part = format!("\u{feff}<?xml version='1.0'?><w:document {ROOT}>{}</w:document>", p(&r("通知")));
    zip.write_all(&part.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()).unwrap();
    assert_eq!(extract(&zip.finish().unwrap().into_inner()).unwrap().text, "通知\n");
}

#[test]
fn a_part_that_unpacks_to_more_than_the_limit_is_refused() {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..=MAX_PART_BYTES >> 20 {
        zip.write_all(&zeros).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert!(matches!(extract(&bytes), Err(ExtractError::TooLarge { .. })));
}

#[test]
fn deep_nesting_costs_neither_stack_nor_quadratic_time() {
    const DEPTH: usize = 100_000;
    let nested = |open: &str, inner: &str, close: &str| open.repeat(DEPTH) + inner + &close.repeat(DEPTH);
    let start = std::time::Instant::now();
    let row = nested("<w:tbl><w:tr><w:tc>", &p(&r("底")), "</w:tc></w:tr></w:tbl>");
    assert_eq!(text(&row), "底\n");
    let rows = nested("<w:tbl><w:tr><w:tc><w:p><w:r><w:t>层</w:t></w:r></w:p>", "", "</w:tc></w:tr></w:tbl>");
    assert_eq!(text(&rows).lines().count(), DEPTH);
    assert_eq!(text(&(nested("<w:p>", &r("底"), "</w:p>") + &p(&r("完")))), "底\n完\n");
    let boxes = nested("<w:p><w:r><w:txbxContent>", "", "</w:txbxContent></w:r></w:p>");
    assert_eq!(text(&(boxes + &p(&r("完")))), "完\n");
    let fields = "<w:r><w:fldChar w:fldCharType='begin'/><w:t>域</w:t></w:r>".repeat(DEPTH);
    assert_eq!(text(&(p(&fields) + &p(&r("完")))), "完\n");
    let notes =
        (0..DEPTH).map(|id| format!("<w:r><w:footnoteReference w:id='{id}'/></w:r>")).collect::<Vec<_>>().concat();
    assert!(text(&p(&notes)).contains("［注100000］"));
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(extract(&bytes), extract(&bytes));
    }

    #[test]
    fn any_order_of_elements_is_read_or_refused(parts in prop::collection::vec(prop::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>字</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>",
        "<w:txbxContent>", "</w:txbxContent>", "<w:br/>", "<w:del/>", "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", "<w:tcPr><w:vMerge/></w:tcPr>",
        "<w:fldChar w:fldCharType='begin'/>", "<w:fldChar w:fldCharType='end'/>", "<w:footnoteReference w:id='1'/>", "&#10;", "<w:footnote w:id='1'>", "</w:footnote>",
    ]), 0..40)) {
        // Ends are put where they belong, so that most orders are read.
        let (mut body, mut open) = (String::new(), Vec::new());
        for part in parts {
            if let Some(name) = part.strip_prefix("</") {
                if open.last() == Some(&name) {
                    open.pop();
                    body.push_str(part);
                }
                continue;
            }
            body.push_str(part);
            if !part.contains('/') && let Some(name) = part.strip_prefix('<') {
                open.push(if name.starts_with("w:footnote") { "w:footnote>" } else { name });
            }
        }
        for name in open.iter().rev() {
            body.push_str("</");
            body.push_str(name);
        }
        match extract(&package(&body, &[])) {
            Ok(extracted) => check(&extracted),
            Err(error) => prop_assert_eq!(error, ExtractError::Empty { format: FORMAT }),
        }
    }

    #[test]
    fn a_mutated_file_is_read_or_refused(at in 0usize..4000, byte in any::<u8>()) {
        let mut bytes = package(&(p(&r("通知")) + &format!("<w:tbl>{}</w:tbl>", tr(&["甲", "乙"]))), &[("styles", "<w:style/>")]);
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(extracted) = extract(&bytes) {
            check(&extracted);
        }
    }
}
