//! A small HTTP server on loopback, for the addresses that certificates name.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What is answered.
pub enum Reply {
    Content(Vec<u8>),
    Chunked(Vec<u8>),
    Moved(String),
    Status(u16),
    /// Content and no end: more than was announced never comes.
    CutShort(Vec<u8>),
    /// Nothing at all.
    Silence,
    /// Without end.
    Endless,
}

type Answer = Box<dyn Fn(&[u8]) -> Reply + Send>;

/// Answers by path until it is dropped.
pub struct Web {
    pub port: u16,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let web = Self {
            port,
            answers: Arc::clone(&answers),
            asked: Arc::clone(&asked),
        };
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, asked) = (Arc::clone(&answers), Arc::clone(&asked));
                std::thread::spawn(move || serve(stream, &answers, &asked));
            }
        });
        web
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn answer(&self, path: &str, answer: impl Fn(&[u8]) -> Reply + Send + 'static) {
        self.answers
            .lock()
            .expect("nobody panicked")
            .insert(path.to_owned(), Box::new(answer));
    }

    /// The request lines, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("nobody panicked").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    answers: &Mutex<HashMap<String, Answer>>,
    asked: &Mutex<Vec<String>>,
) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut first = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        if first.is_empty() {
            line.trim().clone_into(&mut first);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let target = first.split(' ').nth(1).unwrap_or_default();
    // A proxy is asked for the whole address.
    let path = target
        .strip_prefix("http://")
        .and_then(|rest| rest.find('/').map(|at| &rest[at..]))
        .unwrap_or(target)
        .to_owned();
    asked.lock().expect("nobody panicked").push(first);
    let reply = answers
        .lock()
        .expect("nobody panicked")
        .get(&path)
        .map_or(Reply::Status(404), |answer| answer(&body));
    let head = |status: u16, more: &str| format!("HTTP/1.1 {status} -\r\n{more}\r\n").into_bytes();
    let bytes = match reply {
        Reply::Content(content) => [
            head(200, &format!("Content-Length: {}\r\n", content.len())),
            content,
        ]
        .concat(),
        Reply::Chunked(content) => {
            let mut bytes = head(200, "Transfer-Encoding: chunked\r\n");
            for part in content.chunks(100) {
                bytes.extend(format!("{:x}\r\n", part.len()).into_bytes());
                bytes.extend(part);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\n\r\n");
            bytes
        }
        Reply::Moved(to) => head(302, &format!("Location: {to}\r\nContent-Length: 0\r\n")),
        Reply::Status(status) => head(status, "Content-Length: 0\r\n"),
        Reply::CutShort(content) => [
            head(200, &format!("Content-Length: {}\r\n", content.len() + 10)),
            content,
        ]
        .concat(),
        Reply::Silence => {
            // Until the other side gives up.
            let _ = stream.read(&mut [0]);
            return;
        }
        Reply::Endless => {
            let _ = stream.write_all(&head(200, ""));
            while stream.write_all(&[0x30; 4096]).is_ok() {}
            return;
        }
    };
    let _ = stream.write_all(&bytes);
}
