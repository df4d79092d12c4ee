//! `zhice serve`: over a real socket.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::support::{ASK_HYDROGEN, HYDROGEN, check_contract, cited_paths, command, folder, indexed_folder, zhice};

/// A running `zhice serve`, killed when it goes out of scope.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = command(folder).args(["serve", "--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let address = stderr.lines().map_while(Result::ok).find_map(|line| {
            let (_, rest) = line.split_once("http://")?;
            rest.split_once('/')?.0.parse().ok()
        });
        let Some(address) = address else {
            let _ = child.kill();
            panic!("no address on stderr: {:?}", child.wait());
        };
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).unwrap()
    }

    /// Sends `request` and reads status, head and body.
    fn send(&self, request: &str) -> (u16, String, String) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        let (head, body) = response.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_owned(), body.to_owned())
    }

    fn get(&self, url: &str) -> (u16, String, String) {
        self.send(&format!("GET {url} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

#[test]
fn a_question_is_answered_over_the_loopback_whatever_other_clients_do() {
    let folder = indexed_folder();
    let server = Server::start(folder.path());
    assert!(server.address.ip().is_loopback());

    // Clients that send nothing, or half a request, or a body that never comes.
    let mut slow: Vec<_> = (0..8).map(|_| server.connect()).collect();
    for stream in &mut slow[2..5] {
        stream.write_all(b"GET /api/ask?question=").unwrap();
    }
    for stream in &mut slow[5..] {
        stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n").unwrap();
    }

    let url = format!("/api/ask?top_k=1&question={}", percent_encoded(ASK_HYDROGEN));
    let (status, head, body) = server.get(&url);
    assert_eq!(status, 200, "{head}\n{body}");
    assert!(head.contains("content-type: application/json") && head.contains("content-security-policy: "), "{head}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    check_contract(&answer, &folder.path().join("docs"));
    assert_eq!(cited_paths(&answer), [HYDROGEN.0]);

    let (status, head, body) = server.get("/");
    assert!(status == 200 && head.contains("content-type: text/html") && body.contains("</html>"), "{head}");
    let (status, head, body) = server.send("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(status == 200 && !head.contains("content-length: 0") && body.is_empty(), "{head}");
    assert_eq!(server.send("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").0, 403);
    assert_eq!(server.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").0, 403);
    assert_eq!(server.get(&format!("/{}", "a".repeat(100_000))).0, 414);
    assert_eq!(server.send("\x16\x03\x01 hello\r\n\r\n").0, 400);
    assert_eq!(server.send("DELETE / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").0, 405);

    // The index may be rebuilt meanwhile.
    zhice(folder.path(), &["index", "docs", "--rebuild"]).exits(0);
    assert_eq!(server.get(&url).0, 200);
}

#[test]
fn what_cannot_be_served_is_told_in_one_line() {
    let folder = folder(&[]);
    zhice(folder.path(), &["serve", "--port", "0"]).fails(4, &["no index", "zhice index FOLDER"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    zhice(folder.path(), &["serve", "--port", &port]).fails(3, &[&port, "--port"]);
    zhice(folder.path(), &["serve", "--port", "70000"]).exits(2);
}
