//! The sample pages in `tests/fixtures/html`, as a browser saved them: how much of the content is kept, and how much of
//! what surrounds it is left.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::read;
use crate::document::format::extracted::Place;

/// Shares over all strings of a page, by characters.
const KEPT_FLOOR: f64 = 1.0;
const LEFT_CEILING: f64 = 0.0;

#[derive(Deserialize)]
struct Expected {
    /// From the beginning, the middle and the end of the content.
    keep: Vec<String>,
    /// Where the body of the document stands, found by a person: a CSS selector.
    region: String,
    /// From menus, buttons and footers.
    drop: Vec<String>,
}

fn share(text: &str, strings: &[String]) -> f64 {
    let chars = |s: &String| s.chars().count();
    let found: usize = strings.iter().filter(|s| text.contains(s.as_str())).map(chars).sum();
    let all: usize = strings.iter().map(chars).sum();
    f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(all).unwrap())
}

fn samples() -> BTreeMap<String, (String, Expected)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/html");
    let expected: BTreeMap<String, Expected> = serde_json::from_str(include_str!("expect.json")).unwrap();
    expected
        .into_iter()
        .map(|(name, expected)| {
            let page = std::fs::read_to_string(folder.join(&name)).unwrap();
            (name, (page, expected))
        })
        .collect()
}

#[test]
fn sample_pages_keep_their_content_and_lose_the_rest() {
    let mut failures = Vec::new();
    for (name, (page, expected)) in samples() {
        let text = read(&page).text;
        let (kept, left) = (share(&text, &expected.keep), share(&text, &expected.drop));
        println!("{name}: kept {kept:.3}, left {left:.3}, {} of {} bytes", text.len(), page.len());
        if kept < KEPT_FLOOR || left > LEFT_CEILING {
            let lost: Vec<_> = expected.keep.iter().filter(|s| !text.contains(s.as_str())).collect();
            let still: Vec<_> = expected.drop.iter().filter(|s| text.contains(s.as_str())).collect();
            failures.push(format!("{name}: lost {lost:?}, left {still:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_paragraph_of_the_region_of_the_document_is_kept() {
    let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    for (name, (page, expected)) in samples() {
        let document = scraper::Html::parse_document(&page);
        let selector = scraper::Selector::parse(&format!("{} p", expected.region)).unwrap();
        let text = squeeze(&read(&page).text);
        let paragraphs: Vec<String> =
            document.select(&selector).map(|p| squeeze(&p.text().collect::<String>())).collect();
        assert!(!paragraphs.is_empty(), "{name}");
        let lost: Vec<_> = paragraphs.iter().filter(|paragraph| !text.contains(paragraph.as_str())).collect();
        println!("{name}: {} paragraphs, lost {}", paragraphs.len(), lost.len());
        assert!(lost.is_empty(), "{name}: {lost:?}");
    }
}

#[test]
fn each_selector_finds_one_element_with_the_text_of_its_line() {
    for (name, (page, _)) in samples() {
        let document = scraper::Html::parse_document(&page);
        let extracted = read(&page);
        for anchor in &extracted.anchors {
            let Place::Element(selector) = &anchor.place else { panic!("{anchor:?}") };
            let parsed = scraper::Selector::parse(selector).unwrap();
            let found: Vec<_> = document.select(&parsed).collect();
            assert_eq!(found.len(), 1, "{name}: {selector}");
            let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).take(20).collect::<String>();
            let element = found[0].text().collect::<String>();
            let line = extracted.text[anchor.start..].lines().next().unwrap();
            let element: String = element.chars().filter(|c| c.is_alphanumeric()).collect();
            // A cell that reaches over several rows is read in each of them, and stands in the first.
            let own = line.split(" | ").map(squeeze).any(|part| element.contains(&part));
            assert!(own, "{name}: {selector}: {line}");
        }
    }
}
