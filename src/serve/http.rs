//! Sockets: reads the head of a request, writes a response, closes.
//!
//! One thread a connection, so that a slow client keeps nobody waiting but itself; the connections that may be open and
//! the time each may take are bounded, and only [`WORKERS`] questions are answered at once. A connection serves one
//! request: on the loopback a new one costs nothing, and no state of one request can reach the next.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{MAX_URL, Response, Service, respond};

/// Requests that are answered at the same time.
const WORKERS: usize = 2;
/// Connections that may be open at the same time; more are closed.
const MAX_CONNECTIONS: usize = 64;
/// The longest head of a request.
const MAX_HEAD: usize = 2 * MAX_URL;
/// The most headers of a request.
const MAX_HEADERS: usize = 100;
/// The time in which a request must have arrived, and the time in which its response must have been taken.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The time in which a client may finish sending what is not read any more.
const LINGER: Duration = Duration::from_millis(500);

/// Listens on `port` of 127.0.0.1, 0 for any free one.
pub fn bind(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
}

/// Answers requests for ever.
pub fn serve(listener: &TcpListener, service: &Service) -> ! {
    let connections = AtomicUsize::new(0);
    let gate = Gate::new(WORKERS);
    thread::scope(|scope| {
        loop {
            let Ok((stream, _)) = listener.accept() else {
                // Out of file descriptors, or the client is gone already: neither ends the service.
                thread::sleep(Duration::from_millis(50));
                continue;
            };
            if connections.load(Ordering::Relaxed) >= MAX_CONNECTIONS {
                continue;
            }
            connections.fetch_add(1, Ordering::Relaxed);
            let (connections, gate) = (&connections, &gate);
            let task = move || {
                // A client that goes away is no error of ours.
                let _ = connection(stream, service, gate);
                connections.fetch_sub(1, Ordering::Relaxed);
            };
            if thread::Builder::new().spawn_scoped(scope, task).is_err() {
                connections.fetch_sub(1, Ordering::Relaxed);
            }
        }
    })
}

/// Serves the one request of a connection.
fn connection(mut stream: TcpStream, service: &Service, gate: &Gate) -> io::Result<()> {
    let (method, response) = match read_head(&mut stream)? {
        Head::Nothing => return Ok(()),
        Head::Bad(response) => (String::new(), response),
        Head::Request { method, url, host } => {
            let response = gate.pass(|| {
                // The library is not known to panic; should it, one question fails and not the service.
                catch_unwind(AssertUnwindSafe(|| respond(service, &method, &url, host.as_deref())))
                    .unwrap_or_else(|_| Response::error(500, "the question could not be answered"))
            });
            (method, response)
        }
    };
    let mut head = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in response.headers() {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\nConnection: close\r\n\r\n", response.body.len()));
    if method != "HEAD" {
        head.push_str(&response.body);
    }
    write_within(&mut stream, head.as_bytes(), TIMEOUT)?;
    // Closing over bytes that were not read would take the response back from a client that has not read it yet.
    stream.shutdown(Shutdown::Write)?;
    let end = Instant::now() + LINGER;
    let mut rest = [0; 4096];
    while matches!(read_before(&mut stream, &mut rest, end), Ok(n) if n > 0) {}
    Ok(())
}

/// What the beginning of a connection says.
enum Head {
    Request {
        method: String,
        url: String,
        host: Option<String>,
    },
    /// No request that can be answered, and what to say to it.
    Bad(Response),
    /// The client closed, or kept silent as the spare connections of browsers do.
    Nothing,
}

fn read_head(stream: &mut TcpStream) -> io::Result<Head> {
    let end = Instant::now() + TIMEOUT;
    let mut bytes = Vec::new();
    let mut chunk = [0; 8192];
    loop {
        match read_before(stream, &mut chunk, end) {
            Ok(0) => return Ok(Head::Nothing),
            Ok(n) => bytes.extend_from_slice(chunk.get(..n).unwrap_or_default()),
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) && !bytes.is_empty() => {
                return Ok(Head::Bad(Response::error(408, "the request did not arrive in time")));
            }
            Err(e) => return Err(e),
        }
        if let Some(head) = parse(&bytes) {
            return Ok(head);
        }
    }
}

/// The head of a request; `None` while it is not complete and may still become one.
fn parse(bytes: &[u8]) -> Option<Head> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let bad = |status, reason: &str| Some(Head::Bad(Response::error(status, reason)));
    match request.parse(bytes) {
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return None,
        Ok(httparse::Status::Partial) if !bytes.contains(&b'\n') => return bad(414, "the URL is too long"),
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return bad(431, "the headers are too long");
        }
        Err(_) => return bad(400, "this is no HTTP request"),
        Ok(httparse::Status::Complete(_)) => {}
    }
    let (Some(method), Some(url)) = (request.method, request.path) else {
        return bad(400, "this is no HTTP request");
    };
    let mut hosts = request.headers.iter().filter(|h| h.name.eq_ignore_ascii_case("host"));
    let host = hosts.next().and_then(|h| std::str::from_utf8(h.value).ok()).map(|h| h.trim().to_owned());
    if hosts.next().is_some() {
        return bad(400, "there are two Host headers");
    }
    Some(Head::Request { method: method.to_owned(), url: url.to_owned(), host })
}

/// Reads what is there, waiting until `end` at most.
fn read_before(stream: &mut TcpStream, bytes: &mut [u8], end: Instant) -> io::Result<usize> {
    loop {
        stream.set_read_timeout(Some(left(end)?))?;
        match stream.read(bytes) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Writes all of `bytes` within `time`, however slowly the client takes them.
fn write_within(stream: &mut TcpStream, mut bytes: &[u8], time: Duration) -> io::Result<()> {
    let end = Instant::now() + time;
    while !bytes.is_empty() {
        stream.set_write_timeout(Some(left(end)?))?;
        match stream.write(bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => bytes = bytes.get(n..).unwrap_or_default(),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// The time until `end`, which is never zero: a zero timeout would mean none.
fn left(end: Instant) -> io::Result<Duration> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        _ => "Internal Server Error",
    }
}

/// Lets so many threads pass at once.
struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Gate {
    fn new(places: usize) -> Self {
        Self { free: Mutex::new(places), freed: Condvar::new() }
    }

    /// Runs `work`, which does not panic, when there is a place.
    fn pass<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        drop(free);
        let result = work();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(bytes: &[u8]) -> Option<u16> {
        match parse(bytes)? {
            Head::Bad(response) => Some(response.status),
            Head::Request { .. } => Some(200),
            Head::Nothing => Some(0),
        }
    }

    #[test]
    fn a_head_is_read_when_it_is_whole() {
        let head = b"GET /?a=%E6%B0%A2 HTTP/1.1\r\nhost: localhost:1 \r\n\r\n";
        for end in 1..head.len() {
            assert_eq!(status(&head[..end]), None, "{end}");
        }
        let Some(Head::Request { method, url, host }) = parse(head) else { panic!("no request") };
        assert_eq!((method.as_str(), url.as_str(), host.as_deref()), ("GET", "/?a=%E6%B0%A2", Some("localhost:1")));
    }

    #[test]
    fn what_is_no_request_or_too_long_is_refused() {
        assert_eq!(status(b"\x16\x03\x01\x02\x00\x01"), Some(400));
        assert_eq!(status(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n"), Some(400));
        let long = format!("GET /{}", "a".repeat(MAX_HEAD));
        assert_eq!(status(long.as_bytes()), Some(414));
        let long = format!("GET / HTTP/1.1\r\nA: {}", "a".repeat(MAX_HEAD));
        assert_eq!(status(long.as_bytes()), Some(431));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: a\r\n".repeat(MAX_HEADERS + 1));
        assert_eq!(status(many.as_bytes()), Some(431));
    }

    #[test]
    fn no_more_pass_the_gate_than_it_has_places() {
        let (gate, inside, most) = (Gate::new(2), AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    gate.pass(|| {
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(5));
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                });
            }
        });
        assert!((1..=2).contains(&most.load(Ordering::SeqCst)));
    }
}
