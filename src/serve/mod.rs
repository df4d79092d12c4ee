//! A face over the library for browsers and programs: questions and citations over HTTP, from this machine alone.
//!
//! [`respond`] turns a request into a response and knows no socket; [`http`] knows sockets and nothing of questions.
//!
//! | route | response |
//! |---|---|
//! | `GET /` | the page |
//! | `GET /api/ask?question=…&top_k=…` | an [`Answer`](crate::answer::Answer); `region`, `since`, `until`, `issuer` and `number` filter |
//! | `GET /api/cite/<id>` | `{"citations": […]}`: the passage that `id` names |
//! | `GET /api/quote?text=…` | `{"places": n, "citations": […]}`, each citation with `exact` |
//! | `GET /api/health` | version, documents, passages |
//!
//! Whatever fails is `{"error": "…"}` with its status.

pub mod http;

use std::sync::LazyLock;

use base64::prelude::{BASE64_STANDARD, Engine};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::answer::citation::{self, CitationId};
use crate::answer::locate::locate;
use crate::answer::{AnswerError, DEFAULT_TOP_K, Evidence, MAX_TOP_K, Scope, answer};
use crate::index::{Index, IndexError};
use crate::model::Model;
use crate::question::{Question, Vocabulary};
use crate::retrieve::{Filter, FilterText};

/// The longest URL that is read, in bytes: the longest question, percent-encoded, fits.
pub const MAX_URL: usize = 32 * 1024;
/// The most places of a quote that are shown: each costs a look at its file, and "发展" stands everywhere.
const MAX_PLACES: usize = 100;

const JSON: &str = "application/json; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

const PAGE: &str = include_str!("page.html");

/// The page's own script and style, known by their hashes, and nothing else from anywhere: no text of a document can
/// become code, whatever the page does with it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let (script, style) = (source_hash("script"), source_hash("style"));
    format!(
        "default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    )
});

/// The index and the model that answer.
pub struct Service {
    index: Index,
    model: Model,
    vocabulary: Vocabulary,
    reader: bool,
}

impl Service {
    /// Loads what the first question would load, so that it is not slower than the others, and so that the index may be
    /// rebuilt meanwhile: this service goes on answering from the one it has opened.
    ///
    /// # Errors
    /// The index was built with another model, or is damaged.
    pub fn new(index: Index, model: Model) -> Result<Self, AnswerError> {
        index.check_model(&model)?;
        let query = model.embed_query("知策")?;
        index.nearest(&query, 1, None)?;
        index.terms()?;
        Ok(Self { index, model, vocabulary: Vocabulary::default(), reader: true })
    }

    /// The same service, with other topics than the built-in ones.
    pub fn with_vocabulary(self, vocabulary: Vocabulary) -> Self {
        Self { vocabulary, ..self }
    }

    /// The same service, without the reader.
    pub fn without_reader(self) -> Self {
        Self { reader: false, ..self }
    }

    pub fn index(&self) -> &Index {
        &self.index
    }
}

/// What goes back to the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: &'static str,
    pub body: String,
}

impl Response {
    /// A failure that tells why.
    pub fn error(status: u16, reason: impl ToString) -> Self {
        Self::json(status, &json!({ "error": reason.to_string() }))
    }

    fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(body) => Self { status, content_type: JSON, body },
            Err(_) => Self { status: 500, content_type: JSON, body: r#"{"error":"the answer is no JSON"}"#.to_owned() },
        }
    }

    /// Headers besides the length.
    pub fn headers(&self) -> Vec<(&'static str, &str)> {
        let mut headers = vec![
            ("Content-Type", self.content_type),
            ("Content-Security-Policy", POLICY.as_str()),
            ("X-Content-Type-Options", "nosniff"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            // An answer holds for the index of the moment.
            ("Cache-Control", "no-store"),
        ];
        if self.status == 405 {
            headers.push(("Allow", "GET, HEAD"));
        }
        headers
    }
}

/// Why there is no answer; becomes a response.
impl From<AnswerError> for Response {
    fn from(e: AnswerError) -> Self {
        Self::error(500, e)
    }
}

impl From<IndexError> for Response {
    fn from(e: IndexError) -> Self {
        Self::error(500, e)
    }
}

/// Answers one request. `url` is the request target, path and query; `host` the header of that name.
pub fn respond(service: &Service, method: &str, url: &str, host: Option<&str>) -> Response {
    route(service, method, url, host).unwrap_or_else(|failure| failure)
}

fn route(service: &Service, method: &str, url: &str, host: Option<&str>) -> Result<Response, Response> {
    // A page of another site may have its own name resolve to 127.0.0.1 and would then read the answers as its own.
    if !host.is_some_and(is_this_machine) {
        return Err(Response::error(403, "the Host header does not name 127.0.0.1 or localhost"));
    }
    if url.len() > MAX_URL {
        return Err(Response::error(414, format!("the URL has more than {MAX_URL} bytes")));
    }
    if !matches!(method, "GET" | "HEAD") {
        return Err(Response::error(405, "only GET and HEAD are answered"));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    match path {
        "/" => Ok(Response { status: 200, content_type: HTML, body: PAGE.to_owned() }),
        "/api/health" => Ok(health(service)),
        "/api/ask" => ask(service, query),
        "/api/quote" => quote(service, query),
        _ => match path.strip_prefix("/api/cite/") {
            Some(id) => cite(service, id),
            None => Err(Response::error(404, "no such page")),
        },
    }
}

/// Whether a Host header names this machine, with any port.
fn is_this_machine(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    (name == "127.0.0.1" || name.eq_ignore_ascii_case("localhost")) && port.bytes().all(|b| b.is_ascii_digit())
}

fn health(service: &Service) -> Response {
    let manifest = service.index.manifest();
    let health = json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "documents": service.index.documents().len(),
        "passages": manifest.passages,
    });
    Response::json(200, &health)
}

fn ask(service: &Service, query: &str) -> Result<Response, Response> {
    let question = parameter(query, "question")?.unwrap_or_default();
    let question = Question::parse_with(&question, &service.vocabulary).map_err(|e| Response::error(400, e))?;
    let top_k = match parameter(query, "top_k")? {
        None => DEFAULT_TOP_K,
        Some(number) => number
            .parse()
            .ok()
            .filter(|k| (1..=MAX_TOP_K).contains(k))
            .ok_or_else(|| Response::error(400, format!("top_k is no number from 1 to {MAX_TOP_K}")))?,
    };
    let scope = Scope { filter: filter(query)?, top_k, vocabulary: service.vocabulary.clone(), reader: service.reader };
    Ok(Response::json(200, &answer(&service.index, &service.model, &question, &scope)?))
}

fn filter(query: &str) -> Result<Filter, Response> {
    let parameter = |name| parameter(query, name);
    let (region, since, until) = (parameter("region")?, parameter("since")?, parameter("until")?);
    let (issuer, number) = (parameter("issuer")?, parameter("number")?);
    let text = FilterText {
        region: region.as_deref(),
        since: since.as_deref(),
        until: until.as_deref(),
        issuer: issuer.as_deref(),
        number: number.as_deref(),
    };
    Filter::parse(&text).map_err(|e| Response::error(400, e))
}

fn cite(service: &Service, id: &str) -> Result<Response, Response> {
    let id: CitationId = id.parse().map_err(|e| Response::error(400, e))?;
    let mut citations = Vec::new();
    for (n, (row, passage)) in (1..).zip(citation::resolve(&service.index, &id)?) {
        let evidence = Evidence::located(row, passage.bytes.0..passage.bytes.1, 1.0);
        citations.push(citation::cite(&service.index, n, &evidence)?);
    }
    if citations.is_empty() {
        return Err(Response::error(404, format!("no citation {id}")));
    }
    Ok(Response::json(200, &json!({ "citations": citations })))
}

fn quote(service: &Service, query: &str) -> Result<Response, Response> {
    let text = parameter(query, "text")?.unwrap_or_default();
    if text.chars().filter(|c| c.is_alphanumeric()).count() < 2 {
        return Err(Response::error(400, "text needs a few words"));
    }
    let places = locate(&service.index, &text)?;
    if places.is_empty() {
        return Err(Response::error(404, "this text stands in no document"));
    }
    let mut citations = Vec::new();
    for (n, place) in (1..).zip(places.iter().take(MAX_PLACES)) {
        let citation = citation::cite(&service.index, n, &place.evidence)?;
        let mut value = serde_json::to_value(&citation).map_err(|e| Response::error(500, e))?;
        value["exact"] = Value::Bool(place.exact);
        citations.push(value);
    }
    Ok(Response::json(200, &json!({ "places": places.len(), "citations": citations })))
}

/// The first parameter called `name`. Decoding puts U+FFFD where bytes are no UTF-8; asking for something else than was
/// meant is worse than refusing.
fn parameter(query: &str, name: &str) -> Result<Option<String>, Response> {
    match form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name) {
        Some((_, value)) if value.contains(char::REPLACEMENT_CHARACTER) => {
            Err(Response::error(400, format!("{name} is not percent-encoded UTF-8")))
        }
        found => Ok(found.map(|(_, value)| value.into_owned())),
    }
}

/// The source expression of the page's one element `name`, as a policy names it: the hash of all between its tags.
fn source_hash(name: &str) -> String {
    let inside = PAGE.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
    let source = inside.map_or("", |(source, _)| source);
    format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(source)))
}

#[cfg(test)]
mod tests;
