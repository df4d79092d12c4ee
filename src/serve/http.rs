//! Sockets, by axum: hands requests to [`respond`] and its responses back.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::HOST;
use axum::http::{HeaderMap, Method, Response as HttpResponse, StatusCode, Uri};
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Response, Service, respond};

/// Requests that are answered at the same time; each keeps a core busy, and others wait.
const WORKERS: usize = 2;

struct Shared {
    service: Arc<Service>,
    gate: Semaphore,
}

/// Listens on `port` of 127.0.0.1, 0 for any free one.
pub fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// Answers requests for as long as the process runs.
///
/// # Errors
/// The listener or the runtime cannot be set up.
pub fn serve(listener: TcpListener, service: Service) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let shared = Arc::new(Shared { service: Arc::new(service), gate: Semaphore::new(WORKERS) });
    Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, Router::new().fallback(handle).with_state(shared)).await
    })
}

async fn handle(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, headers: HeaderMap) -> HttpResponse<Body> {
    let _permit = shared.gate.acquire().await;
    let service = Arc::clone(&shared.service);
    let task = spawn_blocking(move || {
        let mut hosts = headers.get_all(HOST).iter();
        // Two Host headers may name two hosts to two readers: neither is believed.
        let host = hosts.next().filter(|_| hosts.next().is_none()).and_then(|host| host.to_str().ok());
        let url = uri.path_and_query().map_or("/", |target| target.as_str());
        respond(&service, method.as_str(), url, host)
    });
    // The library is not known to panic; should it, one question fails and not the service.
    into_http(task.await.unwrap_or_else(|_| Response::error(500, "the question could not be answered")))
}

fn into_http(response: Response) -> HttpResponse<Body> {
    let mut http = HttpResponse::builder().status(response.status);
    for (name, value) in response.headers() {
        http = http.header(name, value);
    }
    http.body(Body::from(response.body)).unwrap_or_else(|_| {
        let mut failed = HttpResponse::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}
