use serde_json::json;

use super::*;
use crate::answer::{AnsweredRegion, CitedDocument, Examined, Strength, Timing};

/// A citation of `quote` at `start` in the document of this path (and digest).
pub fn citation(path: &str, quote: &str, start: usize) -> Citation {
    let document = CitedDocument {
        id: "00000000".to_owned(),
        title: String::new(),
        path: path.to_owned(),
        issuer: None,
        number: None,
        published: None,
        sha256: path.to_owned(),
        url: None,
        text_sha256: None,
    };
    serde_json::from_value(json!({
        "n": 1, "id": "00000000-0", "score": 1.0, "quote": quote, "bytes": [start, start + quote.len()],
        "lines": [1, 1], "page": null, "section": [], "region": null, "document": document,
    }))
    .unwrap()
}

fn answer(status: Status, text: &str, citations: Vec<Citation>) -> Answer {
    Answer {
        id: None,
        question: "问".to_owned(),
        status,
        answer: text.to_owned(),
        regions: Vec::new(),
        citations,
        examined: Examined { documents: 1, matched: 1 },
        timing_ms: Timing { total: 2.0, embed: 0.0, search: 0.0, answer: 0.0 },
    }
}

fn answered(text: &str, citations: Vec<Citation>) -> Answer {
    answer(Status::Answered, text, citations)
}

fn question(line: serde_json::Value) -> TestQuestion {
    let mut line = line;
    line["id"] = "q".into();
    line["question"] = "问".into();
    TestQuestion::parse(line.to_string().as_bytes()).unwrap()
}

fn asking(kind: &str, answers: &[&str]) -> TestQuestion {
    question(json!({"type": kind, "gold": [{"doc": "a.txt", "quote": "甲乙"}], "answers": answers}))
}

/// The passage 甲乙 at byte 30 of `path`.
fn place(path: &str) -> Place {
    Place { sha256: path.to_owned(), quote: "甲乙".to_owned(), bytes: 30..36 }
}

fn regions(names: &[&str], citations: Vec<Citation>) -> Answer {
    let region = |name: &&str| AnsweredRegion {
        name: (*name).to_owned(),
        code: "000000".to_owned(),
        level: "city".to_owned(),
        strength: Strength::Mention,
        citations: vec![1],
    };
    Answer { regions: names.iter().map(region).collect(), ..answered("", citations) }
}

#[test]
fn verbatim_counts_citations_and_not_questions() {
    let mut scorer = Scorer::default();
    let two = answered("甲乙", vec![citation("a.txt", "甲乙", 30), citation("a.txt", "丙", 0)]);
    scorer.add(&asking("fact", &["甲"]), &[place("a.txt")], Some(&two), &[true, false]);
    let one = answer(Status::NoEvidence, "无", vec![citation("a.txt", "丁", 0)]);
    scorer.add(&question(json!({"type": "unanswerable"})), &[], Some(&one), &[true]);
    assert_eq!(scorer.report().verbatim, Some(0.6667));
    assert_eq!(scorer.misses().iter().map(|m| m.kind).collect::<Vec<_>>(), [MissKind::NotVerbatim]);
}

#[test]
fn a_fact_is_cited_first_or_among_five_and_holds_every_string() {
    let mut scorer = Scorer::default();
    let other = || citation("b.txt", "丙", 0);
    let places = [place("a.txt"), place("c.txt")];
    // Cited first; both strings; 5 characters.
    let first = answered("甲乙丙丁戊", vec![citation("c.txt", "甲乙", 30), other()]);
    scorer.add(&asking("fact", &["甲", "乙"]), &places, Some(&first), &[]);
    // Cited second; one string of two; 2 characters.
    let second = answered("甲。", vec![other(), citation("a.txt", "甲乙", 30)]);
    scorer.add(&asking("fact", &["甲", "乙"]), &places, Some(&second), &[]);
    // Cited sixth.
    let sixth: Vec<_> = (0..5).map(|_| other()).chain([citation("a.txt", "甲乙", 30)]).collect();
    scorer.add(&asking("fact", &["丙"]), &places, Some(&answered("丙丙丙", sixth)), &[]);
    let report = scorer.report();
    assert_eq!((report.cite_1, report.cite_5), (Some(0.3333), Some(0.6667)));
    assert_eq!((report.answer, report.answer_len), (Some(0.6667), Some(3.0)));
    assert_eq!((report.false_abs, report.questions), (Some(0.0), 3));
    assert_eq!(scorer.misses().iter().map(|m| m.kind).collect::<Vec<_>>(), [MissKind::Answer, MissKind::Missed]);
}

#[test]
fn a_comparison_is_cited_from_every_side_and_has_no_cite_1() {
    let mut scorer = Scorer::default();
    let places = [place("a.txt"), place("b.txt")];
    let both = vec![citation("a.txt", "甲乙", 30), citation("b.txt", "甲乙", 30)];
    scorer.add(&asking("compare", &["甲"]), &places, Some(&answered("甲", both)), &[]);
    let one = vec![citation("a.txt", "甲乙", 30)];
    scorer.add(&asking("compare", &["甲"]), &places, Some(&answered("甲", one)), &[]);
    let report = scorer.report();
    assert_eq!((report.cite_1, report.cite_5, report.answer), (None, Some(0.5), Some(1.0)));
    assert_eq!(report.answer_len, None, "only facts are measured");
}

#[test]
fn a_span_is_scored_by_the_best_accepted_answer() {
    let mut scorer = Scorer::default();
    // Against 甲乙: common 2 of 3 and 2, F1 = 0.8; against 丁: 0.
    scorer.add(&asking("span", &["丁", "甲乙"]), &[place("a.txt")], Some(&answered("甲乙丙", vec![])), &[]);
    let report = scorer.report();
    assert_eq!((report.span_f1, report.answer, report.cite_5), (Some(0.8), None, Some(0.0)));
}

#[test]
fn regions_are_counted_with_the_optional_ones_neither_missed_nor_wrong() {
    let set = question(json!({
        "type": "regions", "regions": ["南京市", "南通市"], "regions_optional": ["上海市"],
        "evidence": {
            "南京市": {"docs": ["a.txt"], "terms": ["氢能"]},
            "南通市": {"docs": ["b.txt"], "terms": ["氢能", "储能"]},
        },
    }));
    let own = |region: &str, path: &str, quote: &str| {
        let mut citation = citation(path, quote, 0);
        citation.region = Some(region.to_owned());
        citation
    };
    let mut scorer = Scorer::default();
    // p = 2/3 (苏州市 is wrong), r = 1/2, f = 2·(2/3)·(1/2) / (7/6) = 4/7; 南通市 is proved though it is not named.
    let found = regions(
        &["南京市", "上海市", "苏州市"],
        vec![own("南京市", "x/a.txt", "元宇宙"), own("南通市", "x/b.txt", "新型储能")],
    );
    scorer.add(&set, &[], Some(&found), &[]);
    let report = scorer.report();
    assert_eq!((report.region_p, report.region_r, report.region_f), (Some(0.6667), Some(0.5), Some(0.5714)));
    assert_eq!(report.evidence, Some(0.5));
    assert_eq!(scorer.misses()[0].found, "missing [南通市], extra [苏州市]");
    // Another region's citation, or another document's, proves nothing.
    let mut scorer = Scorer::default();
    let unproved = vec![own("南通市", "a.txt", "氢能"), own("南京市", "b.txt", "氢能")];
    scorer.add(&set, &[], Some(&regions(&["南京市", "南通市"], unproved)), &[]);
    let report = scorer.report();
    assert_eq!((report.region_f, report.evidence), (Some(1.0), Some(0.0)));
    assert_eq!(scorer.misses(), []);
}

#[test]
fn no_regions_at_all_are_no_precision() {
    let set = question(json!({"type": "regions", "regions": ["南京市"], "evidence": {}}));
    let mut scorer = Scorer::default();
    scorer.add(&set, &[], Some(&answer(Status::NoEvidence, "无", vec![])), &[]);
    let report = scorer.report();
    assert_eq!((report.region_p, report.region_r, report.region_f), (Some(0.0), Some(0.0), Some(0.0)));
    assert_eq!(report.false_abs, Some(1.0));
}

#[test]
fn silence_is_right_where_there_is_no_answer_and_wrong_elsewhere() {
    let mut scorer = Scorer::default();
    let absent = question(json!({"type": "unanswerable", "gold": []}));
    let silent = answer(Status::NoEvidence, "无", vec![]);
    scorer.add(&absent, &[], Some(&silent), &[]);
    scorer.add(&absent, &[], Some(&answered("甲", vec![])), &[]);
    scorer.add(&asking("span", &["甲"]), &[place("a.txt")], Some(&silent), &[]);
    let report = scorer.report();
    assert_eq!((report.abstain, report.false_abs), (Some(0.5), Some(1.0)));
    let kinds: Vec<_> = scorer.misses().iter().map(|m| m.kind).collect();
    assert_eq!(kinds, [MissKind::ShouldAbstain, MissKind::Missed]);
}

#[test]
fn a_question_that_could_not_be_asked_counts_as_not_answered() {
    let mut scorer = Scorer::default();
    scorer.add(&asking("fact", &["甲"]), &[place("a.txt")], None, &[]);
    let report = scorer.report();
    assert_eq!((report.questions, report.missing, report.false_abs), (1, 1, Some(1.0)));
    assert_eq!((report.answer, report.answer_len, report.latency_ms), (Some(0.0), Some(0.0), None));
    assert_eq!(report.verbatim, None);
}
