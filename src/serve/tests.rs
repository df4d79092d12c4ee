//! Requests and their responses, without a socket.

use std::fs;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::*;
use crate::answer::{Answer, Citation, Status};
use crate::index::{self, Options};
use crate::question::MAX_CHARACTERS;

const HOST: Option<&str> = Some("127.0.0.1:7878");
const SENTENCE: &str = "全市重点支持电解水制氢装备研发，到2026年建成加氢站三十座，推广燃料电池汽车两千辆";

/// One short document, indexed once.
fn service() -> &'static Service {
    static SERVICE: OnceLock<(Service, TempDir)> = OnceLock::new();
    let (service, _) = SERVICE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let docs = folder.path().join("docs");
        fs::create_dir(&docs).unwrap();
        let text = format!("关于推进氢能产业发展的实施方案\n\n为推进氢能产业发展，{SENTENCE}。\n");
        fs::write(docs.join("hydrogen.txt"), text).unwrap();
        let dir = folder.path().join("index");
        let model = Model::embedded().unwrap();
        index::build(&Options { roots: vec![docs], dir: dir.clone(), ..Default::default() }, &model, |_| ()).unwrap();
        (Service::new(Index::open(&dir).unwrap(), model).unwrap(), folder)
    });
    service
}

fn get(url: &str) -> Response {
    respond(service(), "GET", url, HOST)
}

fn with(path: &str, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{path}?{query}")
}

#[track_caller]
fn fails(response: &Response, status: u16) {
    assert_eq!((response.status, response.content_type), (status, JSON), "{response:?}");
    let body: Value = serde_json::from_str(&response.body).unwrap();
    assert!(body["error"].as_str().is_some_and(|e| !e.is_empty()), "{body}");
}

#[test]
fn a_question_is_answered_and_its_citations_are_found_again() {
    let response = get(&with("/api/ask", &[("question", "到2026年建成加氢站多少座？"), ("top_k", "1")]));
    assert_eq!((response.status, response.content_type), (200, JSON), "{response:?}");
    let answer: Answer = serde_json::from_str(&response.body).unwrap();
    assert_eq!((answer.status, answer.citations.len()), (Status::Answered, 1));
    let quote = &answer.citations[0].quote;
    assert!(quote.contains("加氢站三十座"), "{quote}");

    let by_id = get(&format!("/api/cite/{}", answer.citations[0].id));
    let by_id: Value = serde_json::from_str(&by_id.body).unwrap();
    let passage: Citation = serde_json::from_value(by_id["citations"][0].clone()).unwrap();
    assert!(passage.quote.contains(quote.as_str()) && passage.id == answer.citations[0].id, "{passage:?}");

    let by_text: Value = serde_json::from_str(&get(&with("/api/quote", &[("text", SENTENCE)])).body).unwrap();
    assert_eq!((&by_text["places"], &by_text["citations"][0]["exact"]), (&json!(1), &json!(true)));
    assert_eq!(by_text["citations"][0]["quote"], SENTENCE);
    let wrong = SENTENCE.replace("三十", "九十");
    let nearest: Value = serde_json::from_str(&get(&with("/api/quote", &[("text", &wrong)])).body).unwrap();
    assert_eq!(nearest["citations"][0]["exact"], false);
}

#[test]
fn what_cannot_be_used_is_refused() {
    fails(&get("/api/ask"), 400);
    fails(&get("/api/ask?question=%20%20"), 400);
    fails(&get("/api/ask?question=%B5%CD%BF%D5"), 400);
    fails(&get(&with("/api/ask", &[("question", &"氢".repeat(MAX_CHARACTERS + 1))])), 400);
    for top_k in ["0", "101", "-1", "x", "", "99999999999999999999999"] {
        fails(&get(&with("/api/ask", &[("question", "氢能"), ("top_k", top_k)])), 400);
    }
    fails(&get("/api/quote?text=a"), 400);
    fails(&get("/api/cite/x"), 400);
    fails(&get(&with("/api/ask", &[("question", &"氢".repeat(MAX_URL / 9 + 1))])), 414);
}

#[test]
fn the_longest_question_fits_into_a_url() {
    assert!(with("/api/ask", &[("question", &"𠮷".repeat(MAX_CHARACTERS)), ("top_k", "100")]).len() <= MAX_URL);
}

#[test]
fn what_is_not_there_is_not_found() {
    fails(&get("/api/cite/00000000-0"), 404);
    fails(&get("/api/cite/"), 400);
    fails(&get(&with("/api/quote", &[("text", "今天天气很好，适合去公园散步。")])), 404);
    for path in ["", "/index.html", "/api", "/api/ask/", "/../Cargo.toml", "http://evil.example/", "*"] {
        fails(&get(path), 404);
    }
}

#[test]
fn other_methods_are_named_what_is_allowed() {
    let response = respond(service(), "POST", "/api/ask", HOST);
    fails(&response, 405);
    assert!(response.headers().contains(&("Allow", "GET, HEAD")));
    assert_eq!(respond(service(), "HEAD", "/", HOST), get("/"));
}

#[test]
fn another_host_is_refused() {
    for host in ["evil.example", "evil.example:7878", "127.0.0.1.evil.example", "localhost:7878@evil", "", "[::1]"] {
        fails(&respond(service(), "GET", "/api/health", Some(host)), 403);
    }
    fails(&respond(service(), "GET", "/", None), 403);
    for host in ["127.0.0.1", "localhost:7878", "LOCALHOST"] {
        assert_eq!(respond(service(), "GET", "/api/health", Some(host)).status, 200);
    }
}

#[test]
fn health_tells_what_is_served() {
    let health: Value = serde_json::from_str(&get("/api/health").body).unwrap();
    assert_eq!((&health["status"], &health["documents"], &health["passages"]), (&json!("ok"), &json!(1), &json!(1)));
}

#[test]
fn the_page_needs_nothing_from_elsewhere_and_allows_nothing_else() {
    let page = get("/");
    assert_eq!((page.status, page.content_type), (200, HTML));
    for outside in ["http:", "https:", "src=", "<link", "@import", "url(", "innerHTML", "style=", "onclick"] {
        assert!(!page.body.contains(outside), "{outside}");
    }
    assert_eq!((page.body.matches("<script").count(), page.body.matches("<style").count()), (1, 1));
    assert_ne!(source_hash("script"), source_hash("nothing"));
    assert_ne!(source_hash("style"), source_hash("nothing"));
    let headers = page.headers();
    let policy = headers.iter().find(|(name, _)| *name == "Content-Security-Policy").unwrap().1;
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
}
