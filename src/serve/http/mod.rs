//! HTTP as a server speaks it: requests and answers, whatever the version they cross the wire in.

pub(super) mod http1;
pub(super) mod http2;

use std::fmt::{self, Write as _};
use std::io::Read;

use crate::http2::PREFACE;

/// The largest request line and header section, in bytes.
pub const MAX_HEAD: usize = 16 * 1024;
/// The most header lines.
pub const MAX_HEADERS: usize = 100;
/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 64 * 1024 * 1024;
/// More requests than this on one connection are of a client that never ends.
pub const MAX_REQUESTS: usize = 1000;
/// How much of a body is kept; the rest is counted, so that many clients at once stay small.
pub const KEPT_BODY: usize = 64 * 1024;

/// The version a request came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Version {
    Http10,
    #[default]
    Http11,
    Http2,
}

impl Version {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http10 => "HTTP/1.0",
            Self::Http11 => "HTTP/1.1",
            Self::Http2 => "HTTP/2",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A request, as sent: nothing in it is escaped yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub version: Version,
    pub headers: Vec<(String, String)>,
    /// The first [`KEPT_BODY`] bytes.
    pub body: Vec<u8>,
    /// The length of the whole body.
    pub body_bytes: usize,
}

impl Request {
    /// The first header of this name, whatever its case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The target without its query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Whether it is a call of gRPC, which understands nothing but a status of its own.
    #[must_use]
    pub fn is_grpc(&self) -> bool {
        let kind = self
            .header("content-type")
            .and_then(|kind| kind.trim().strip_prefix("application/grpc"));
        self.version == Version::Http2
            && kind.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';', ' ']))
    }

    fn wants_to_stay(&self) -> bool {
        let says = |word: &str| {
            self.header("connection").is_some_and(|value| {
                value
                    .split(',')
                    .any(|part| part.trim().eq_ignore_ascii_case(word))
            })
        };
        if self.version == Version::Http10 {
            says("keep-alive")
        } else {
            !says("close")
        }
    }
}

/// An answer, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    pub status: u16,
    pub content_type: &'static str,
    /// Beyond those every answer has.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// Close the connection after it, whatever the client would like.
    pub close: bool,
}

impl Response {
    #[must_use]
    pub fn new(status: u16, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: body.into(),
            close: false,
        }
    }

    /// What a call of gRPC is turned away with: a status and a message, and no body.
    #[must_use]
    pub fn grpc(status: u8, message: &str) -> Self {
        let mut response = Self::new(200, GRPC, Vec::new());
        response.headers = vec![
            ("grpc-status", status.to_string()),
            ("grpc-message", percent_encoded(message)),
        ];
        response
    }

    /// In a few words, by the status alone.
    pub(super) fn bare(status: u16) -> Self {
        let text = format!("{status} {}\n", reason(status));
        Self::new(status, "text/plain", text)
    }

    /// The further headers; a value cannot end its line: whatever it came from, it never becomes a header of its own.
    fn lines(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.headers.iter().map(|(name, value)| {
            let value = value.chars().filter(|c| !c.is_control()).collect();
            (*name, value)
        })
    }
}

/// The media type of gRPC's calls.
const GRPC: &str = "application/grpc";

/// As gRPC writes a message into a header field: printable ASCII as it is, every other byte in hexadecimal.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'%' | ..b' ' | 0x7f.. => {
                let _ = write!(encoded, "%{byte:02X}");
            }
            _ => encoded.push(char::from(byte)),
        }
    }
    encoded
}

/// Reads until it is plain whether the client says what begins HTTP/2 (RFC 9113, section 3.4); true where it does.
/// What was read belongs to the conversation.
pub(super) fn begins_http2(stream: &mut impl Read) -> (bool, Vec<u8>) {
    let mut read = Vec::new();
    let mut chunk = [0; 4096];
    while read.len() < PREFACE.len() && PREFACE.starts_with(&read) {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(count) => read.extend(chunk.iter().take(count)),
        }
    }
    (read.starts_with(PREFACE), read)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        505 => "HTTP Version Not Supported",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_grpc_is_percent_encoded() {
        assert_eq!(
            percent_encoded("a b\n100 % \u{e9}~\u{7f}"),
            "a b%0A100 %25 %C3%A9~%7F"
        );
    }

    #[test]
    fn grpc_is_told_from_its_neighbours() {
        let call = |version, kind: &str| {
            let headers = vec![("content-type".to_owned(), kind.to_owned())];
            let request = Request {
                version,
                headers,
                ..Request::default()
            };
            request.is_grpc()
        };
        assert!(call(Version::Http2, "application/grpc"));
        assert!(call(Version::Http2, "application/grpc+proto"));
        assert!(!call(Version::Http2, "application/grpc-web"));
        assert!(!call(Version::Http11, "application/grpc"));
    }
}
