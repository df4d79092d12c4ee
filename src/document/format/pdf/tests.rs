//! Whole files: what is kept of them and what is left out, and that no bytes do harm.

use super::extract;
use crate::document::format::extracted::{ExtractError, Extracted, Place};
use proptest::prelude::*;
use serde::Deserialize;
use std::path::{Path, PathBuf};

const NOTICE: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/notice.pdf");
const COLUMNS: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/columns.pdf");
const ENGLISH: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/english.pdf");
const SCAN: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/scan.pdf");
const OWNER_PASSWORD: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/owner-password.pdf");
const NEEDS_PASSWORD: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/needs-password.pdf");
const UNKNOWN_CHARACTERS: &[u8] = include_bytes!("../../../../tests/fixtures/pdf/unknown-characters.pdf");

#[derive(Deserialize)]
struct Expectations {
    file: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    name: String,
    pages: u32,
    kept: Vec<String>,
    residue: Vec<String>,
}

fn path_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf").join(name)
}

fn check(extracted: &Extracted) {
    let text = &extracted.text;
    assert!(text.ends_with('\n') && !text.contains("\n\n") && !text.starts_with('\n'));
    assert!(text.lines().all(|line| line.trim() == line));
    assert_eq!(extracted.anchors.first().map(|anchor| anchor.start), Some(0));
    assert!(extracted.anchors.is_sorted_by_key(|anchor| anchor.start));
    assert!(extracted.anchors.windows(2).all(|pair| pair[0].start < pair[1].start));
    assert!(extracted.anchors.iter().all(|anchor| text.is_char_boundary(anchor.start) && anchor.start < text.len()));
    assert!(extracted.headings.windows(2).all(|pair| pair[0].start < pair[1].start));
    for heading in &extracted.headings {
        assert!(heading.start == 0 || text[..heading.start].ends_with('\n'));
        assert!((1..=6).contains(&heading.level));
    }
}

/// The text from where a page begins.
fn from_page(extracted: &Extracted, page: u32) -> &str {
    let anchor = extracted.anchors.iter().find(|anchor| anchor.place == Place::Page(page)).unwrap();
    &extracted.text[anchor.start..]
}

#[test]
fn sentences_are_whole_and_what_frames_the_page_is_gone() {
    let expectations: Expectations = toml::from_str(include_str!("expectations.toml")).unwrap();
    let (mut kept, mut asked) = (0, 0);
    for file in &expectations.file {
        let extracted = extract(&std::fs::read(path_of(&file.name)).unwrap()).unwrap();
        check(&extracted);
        assert_eq!(extracted.anchors.last().map(|anchor| &anchor.place), Some(&Place::Page(file.pages)));
        let lost: Vec<&String> =
            file.kept.iter().filter(|kept| !extracted.text.lines().any(|line| line.contains(*kept))).collect();
        let left: Vec<&String> = file.residue.iter().filter(|residue| extracted.text.contains(*residue)).collect();
        assert!(lost.is_empty() && left.is_empty(), "{}: lost {lost:#?}, left {left:#?}", file.name);
        kept += file.kept.len() - lost.len();
        asked += file.kept.len();
    }
    assert!(asked > 0 && kept == asked);
}

#[test]
fn a_page_is_anchored_at_its_first_character_within_a_joined_paragraph() {
    let extracted = extract(NOTICE).unwrap();
    let second = from_page(&extracted, 2);
    let before = &extracted.text[..extracted.text.len() - second.len()];
    // The paragraph goes on over the page's end.
    assert!(!before.ends_with('\n'), "{second}");
    assert!(from_page(&extracted, 3).starts_with("附件\n"));
}

#[test]
fn large_letters_are_headings() {
    let extracted = extract(NOTICE).unwrap();
    let line = |start: usize| extracted.text[start..].lines().next().unwrap();
    let headings: Vec<(&str, u8)> =
        extracted.headings.iter().map(|heading| (line(heading.start), heading.level)).collect();
    let expected =
        [("江州市人民政府文件", 1), ("江州市人民政府关于促进新型储能发展的通知", 2), ("江州市新型储能重点项目表", 2)];
    assert_eq!(headings, expected);
    assert!(extract(ENGLISH).unwrap().headings.is_empty());
}

#[test]
fn the_title_in_the_properties_is_declared() {
    assert_eq!(extract(NOTICE).unwrap().declared.title.as_deref(), Some("关于促进新型储能发展的通知"));
    assert_eq!(extract(include_bytes!("../../../../tests/fixtures/pdf/gbk.pdf")).unwrap().declared.title, None);
}

#[test]
fn an_owner_s_password_alone_locks_nobody_out() {
    assert_eq!(extract(OWNER_PASSWORD), extract(NOTICE));
    assert_eq!(extract(NEEDS_PASSWORD), Err(ExtractError::Encrypted { format: "PDF" }));
}

#[test]
fn a_scan_says_so() {
    assert_eq!(extract(SCAN), Err(ExtractError::Scanned { format: "PDF", pages: 2 }));
}

#[test]
fn text_in_private_codes_is_refused() {
    let reason = "its fonts do not say which characters they show".to_owned();
    assert_eq!(extract(UNKNOWN_CHARACTERS), Err(ExtractError::Damaged { format: "PDF", reason }));
}

#[test]
fn a_file_that_is_cut_short_or_no_pdf_is_damaged() {
    assert_eq!(extract(b""), Err(ExtractError::Empty { format: "PDF" }));
    for bytes in [&NOTICE[..NOTICE.len() * 6 / 10], b"%PDF-1.7\n", b"hello", b"%PDF-1.4\n%%EOF"] {
        assert!(matches!(extract(bytes), Err(ExtractError::Damaged { .. })));
    }
}

/// A file of these objects, numbered from 1; the first is the catalogue.
fn file_of(objects: &[String]) -> Vec<u8> {
    let mut file = "%PDF-1.4\n".to_owned();
    for (i, object) in objects.iter().enumerate() {
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", i + 1));
    }
    file.push_str("trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
    file.into_bytes()
}

fn stream_of(dict: &str, data: &str) -> String {
    format!("<<{dict}/Length {}>>\nstream\n{data}\nendstream", data.len())
}

fn page_of(content: &str, resources: &str, more: &[String]) -> Vec<u8> {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<{resources}>>>>"),
        stream_of("", content),
    ];
    objects.extend_from_slice(more);
    file_of(&objects)
}

const HELVETICA: &str = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

#[test]
fn text_is_read_in_forms_and_turned_pages_and_not_across_the_page() {
    let form = stream_of(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Matrix[1 0 0 1 72 300]/Resources<<{HELVETICA}>>"),
        "BT /F 12 Tf (in a form) Tj ET",
    );
    let text = "BT /F 12 Tf 72 700 Td (above) Tj ET /X Do BT .7 .7 -.7 .7 200 200 Tm /F 60 Tf (DRAFT) Tj ET";
    let resources = format!("{HELVETICA}/XObject<</X 5 0 R>>");
    assert_eq!(extract(&page_of(text, &resources, &[form])).unwrap().text, "above\nin a form\n");
    let turned = "BT /F 12 Tf 0 1 -1 0 300 100 Tm (turned) Tj 0 -100 Td (below) Tj ET";
    assert_eq!(extract(&page_of(turned, HELVETICA, &[])).unwrap().text, "turned\nbelow\n");
}

#[test]
fn forms_that_draw_themselves_or_one_another_many_times_come_to_an_end() {
    let form = |next: usize| {
        let twice = format!("/X Do /X Do {}", " q Q".repeat(100));
        stream_of(&format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>"), &twice)
    };
    let resources = format!("{HELVETICA}/XObject<</X 5 0 R>>");
    let itself = page_of("/X Do BT /F 12 Tf 72 700 Td (text) Tj ET", &resources, &[form(5)]);
    assert_eq!(extract(&itself).unwrap().text, "text\n");
}

#[test]
fn objects_nested_a_hundred_thousand_deep_do_no_harm() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = "BT /F 12 Tf 72 700 Td (text) Tj ET";
    let _ = extract(&page_of(&format!("{deep} TJ {text}"), HELVETICA, &[]));
    let _ = extract(&page_of(text, &format!("{HELVETICA}/Deep {deep}"), &[deep]));
    let saved = format!("{}{text}{}", "q ".repeat(100_000), "Q ".repeat(100_000));
    assert_eq!(extract(&page_of(&saved, HELVETICA, &[])).unwrap().text, "text\n");
}

#[test]
fn width_tables_of_four_thousand_million_entries_take_no_room() {
    let font = "/Font<</F<</Type/Font/Subtype/Type0/BaseFont/S/Encoding/GBK-EUC-H/DescendantFonts[<</Subtype/CIDFontType0\
                /CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)>>/W[0 4294967295 500]>>]>>\
                /G<</Subtype/TrueType/BaseFont/G/FirstChar 0/LastChar 99999999999/Widths[1]>>\
                /H<</Subtype/TrueType/BaseFont/H/FirstChar 99999999998/LastChar 99999999999/Widths[1]>>>>";
    let text = "BT /F 12 Tf 72 700 Td <D2C0B7A8D0D0D5FED2C0B7A8D0D0D5FE> Tj /G 12 Tf (a) Tj /H 12 Tf (a) Tj ET";
    assert!(extract(&page_of(text, font, &[])).unwrap().text.starts_with("依法行政"));
}

#[test]
fn a_stream_that_unpacks_to_gigabytes_is_refused() {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..=(super::limit::MAX_STREAM_BYTES >> 20) {
        packer.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let packed: String = packer.finish().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R>>".to_owned(),
        stream_of("/Filter[/AHx/Fl]", &packed),
    ];
    assert!(matches!(extract(&file_of(&objects)), Err(ExtractError::TooLarge { .. })));
}

fn check_any(bytes: &[u8]) {
    let read = extract(bytes);
    if let Ok(extracted) = &read {
        check(extracted);
    }
    // A panic of the parser is told as this; none is known.
    let panicked = matches!(&read, Err(ExtractError::Damaged { reason, .. }) if reason.contains("contradict"));
    assert!(!panicked);
    assert_eq!(extract(bytes), read);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check_any(&bytes);
        check_any(&[b"%PDF-1.7\n", bytes.as_slice(), b"%%EOF"].concat());
    }

    #[test]
    fn any_change_to_a_file_is_read_or_refused(
        file in prop::sample::select(vec![NOTICE, COLUMNS, ENGLISH, SCAN, OWNER_PASSWORD]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
        cuts in any::<bool>(),
    ) {
        let mut bytes = file.to_vec();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if cuts {
            let at = cut.index(bytes.len() - 200);
            bytes.drain(at..at + 200);
        }
        check_any(&bytes);
    }

    #[test]
    fn any_operators_are_followed(operators in prop::collection::vec(prop::sample::select(vec![
        "BT", "ET", "q", "Q", "1 0 0 1 9 9 cm", "0 0 0 0 0 0 cm", "1e30 0 0 1e30 0 0 cm", "/F 12 Tf", "/F -9 Tf", "(text) Tj",
        "[(a) -9999 (b)] TJ", "(x) '", "1 2 (y) \"", "T*", "72 700 Td", "0 -14 TD", "0 1 -1 0 5 5 Tm", "50 Tz", "9 Tc", "3 Tr",
        "/Artifact BMC", "EMC", "10 10 200 20 re", "S", "f", "n", "0 0 m", "0 300 l", "h", "/X Do", "Tj", "1 cm", "<< >> [",
    ]), 0..80)) {
        check_any(&page_of(&operators.join(" "), &format!("{HELVETICA}/XObject<</X 4 0 R>>"), &[]));
    }
}
