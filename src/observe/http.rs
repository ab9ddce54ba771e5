//! One HTTP/1.1 exchange over the recorded stream: as much of the answer as a diagnosis needs.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::evidence::{Direction, End, Ending, HTTP2, Http, Phase, Reply, Stance};
use crate::secret::Secret;

use super::redact::{conceal, redact};
use super::tls::{Read, Session};

/// How much of a body is kept, in bytes.
pub const MAX_BODY: usize = 8 * 1024;
/// How much of an answer is read at all.
pub(super) const MAX_ANSWER: usize = 256 * 1024;
const MAX_HEADERS: usize = 100;
/// The shortest header value that is looked for in the answer: anything shorter stands in every page.
const SHORTEST: usize = 8;

/// A request as the user wants it sent. Its headers and body never become evidence.
pub struct Request {
    method: String,
    headers: Vec<(String, String)>,
    body: Option<Zeroizing<Vec<u8>>>,
    secrets: Vec<Secret>,
    repeat: bool,
}

impl Request {
    #[must_use]
    pub fn new(
        method: String,
        headers: Vec<(String, String)>,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Self {
        Self {
            method,
            headers,
            body,
            secrets: Vec::new(),
            repeat: false,
        }
    }

    /// Names what stands in it that must not become evidence, should the server echo it.
    #[must_use]
    pub fn concealing(mut self, secrets: Vec<Secret>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Lets experiments send it again though it may change something.
    #[must_use]
    pub fn repeated(mut self, repeat: bool) -> Self {
        self.repeat = repeat;
        self
    }

    /// Whether sending it again is harmless (RFC 9110, section 9.2.1), or allowed by the user.
    #[must_use]
    pub fn may_repeat(&self) -> bool {
        let safe =
            self.body.is_none() && matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        safe || self.repeat
    }

    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The values that only the user and the server should know.
    fn values(&self) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(name, _)| {
                let name = name.to_ascii_lowercase();
                ["auth", "cookie", "token", "session", "key", "secret"]
                    .iter()
                    .any(|part| name.contains(part))
            })
            .flat_map(|(_, value)| {
                // `Bearer …`: the scheme itself is no secret.
                std::iter::once(value.as_str()).chain(value.split_once(' ').map(|(_, rest)| rest))
            })
            .filter(|value| value.len() >= SHORTEST)
            .chain(self.secrets.iter().map(Secret::expose))
            .collect()
    }

    pub(super) fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(|body| body.as_slice())
    }

    /// The header fields to send: the user's, and what is missing of the usual ones.
    pub(super) fn fields(&self, endpoint: &Endpoint) -> Vec<(String, Zeroizing<String>)> {
        let mut usual = vec![
            ("Host", endpoint.host_header()),
            (
                "User-Agent",
                concat!("fullcert/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("Accept", "*/*".to_owned()),
            ("Connection", "close".to_owned()),
        ];
        if let Some(body) = &self.body {
            let form = "application/x-www-form-urlencoded".to_owned();
            usual.push(("Content-Type", form));
            usual.push(("Content-Length", body.len().to_string()));
        }
        let given = |name: &str| {
            self.headers
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        usual
            .into_iter()
            .filter(|(name, _)| !given(name))
            .map(|(name, value)| (name.to_owned(), value))
            .chain(self.headers.iter().cloned())
            .map(|(name, value)| (name, Zeroizing::new(value)))
            .collect()
    }

    pub(super) fn bytes(&self, endpoint: &Endpoint) -> Zeroizing<Vec<u8>> {
        let mut head = Zeroizing::new(format!("{} {} HTTP/1.1\r\n", self.method, endpoint.path));
        for (name, value) in self.fields(endpoint) {
            let _ = write!(head, "{name}: {}\r\n", *value);
        }
        head.push_str("\r\n");
        let mut bytes = Zeroizing::new(head.as_bytes().to_vec());
        bytes.extend_from_slice(self.body().unwrap_or_default());
        bytes
    }
}

/// What came back: what may become evidence, the body as it was, and how the connection ended.
pub(super) struct Received {
    pub(super) answer: Option<Http>,
    /// An answer in another protocol.
    pub(super) reply: Option<Reply>,
    pub(super) body: Option<Secret>,
    pub(super) end: End,
}

/// Reads until the answer is whole, long enough, or the connection ends.
pub(super) fn read(session: &mut Session, request: &Request) -> Received {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BODY));
    let mut buffer = Zeroizing::new(vec![0; 16 * 1024]);
    let end = loop {
        match session.read(&mut buffer) {
            Read::Data(count) => {
                bytes.extend_from_slice(&buffer[..count]);
                if bytes.len() >= MAX_ANSWER || is_whole(&bytes, &request.method) {
                    break End {
                        how: Ending::Ours,
                        phase: Phase::Response,
                    };
                }
            }
            Read::End(end) => break end,
        }
    };
    let received = Received::of(session, request, parse(&bytes), &bytes, end);
    let reply = received.answer.is_none().then(|| frame(&bytes)).flatten();
    Received { reply, ..received }
}

impl Received {
    /// What may be known of an answer to `request` that came in these bytes, before the connection's `end`.
    pub(super) fn of(
        session: &Session,
        request: &Request,
        parsed: Option<Parsed>,
        bytes: &[u8],
        mut end: End,
    ) -> Self {
        let shown = parsed.map(|parsed| parsed.shown(&request.values()));
        if let Some((answer, _)) = &shown {
            let line = format!("HTTP {} {}", answer.status, answer.reason);
            session.note(Direction::Received, line.trim_end().to_owned());
            if end.how == Ending::CloseNotify {
                end.how = Ending::Ours;
            }
        } else if !bytes.is_empty() {
            session.note(
                Direction::Received,
                format!("{} bytes that are not HTTP", bytes.len()),
            );
        }
        let (answer, body) = shown.unzip();
        Self {
            answer,
            reply: None,
            body,
            end,
        }
    }
}

/// The first frame of a server that speaks HTTP/2 whatever it is asked (RFC 9113, section 4.1): settings, or its leave.
fn frame(bytes: &[u8]) -> Option<Reply> {
    let head: &[u8; 9] = bytes.first_chunk()?;
    let name = match head[3] {
        4 => "SETTINGS",
        7 => "GOAWAY",
        _ => return None,
    };
    (head[0] == 0 && head[5..] == [0; 4]).then(|| Reply {
        dialect: None,
        code: HTTP2.to_owned(),
        text: format!("a frame of HTTP/2 ({name})"),
        routine: None,
        stance: Stance::Accepts,
        user: None,
    })
}

/// Where the head of the last, non-interim answer lies, and what it says.
pub(super) struct Head {
    pub(super) length: usize,
    pub(super) status: u16,
    reason: String,
    headers: Vec<(String, String)>,
}

pub(super) fn head(bytes: &[u8]) -> Option<Head> {
    let mut start = 0;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(length) = response.parse(bytes.get(start..)?).ok()? else {
            return None;
        };
        start += length;
        let status = response.code?;
        if (100..200).contains(&status) && status != 101 {
            continue;
        }
        return Some(Head {
            length: start,
            status,
            reason: response.reason.unwrap_or_default().to_owned(),
            headers: response
                .headers
                .iter()
                .map(|header| {
                    (
                        header.name.to_ascii_lowercase(),
                        String::from_utf8_lossy(header.value).trim().to_owned(),
                    )
                })
                .collect(),
        });
    }
}

impl Head {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn is_chunked(&self) -> bool {
        self.header("transfer-encoding")
            .is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
    }
}

fn is_whole(bytes: &[u8], method: &str) -> bool {
    let Some(head) = head(bytes) else {
        return false;
    };
    if method.eq_ignore_ascii_case("HEAD") || matches!(head.status, 204 | 304) {
        return true;
    }
    let body = bytes.get(head.length..).unwrap_or_default();
    if head.is_chunked() {
        return dechunk(body).1;
    }
    head.header("content-length")
        .and_then(|value| value.parse::<usize>().ok())
        .is_some_and(|length| body.len() >= length)
}

/// An answer as it came.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) status: u16,
    pub(super) reason: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

pub(super) fn parse(bytes: &[u8]) -> Option<Parsed> {
    let head = head(bytes)?;
    let raw = bytes.get(head.length..).unwrap_or_default();
    let body = Zeroizing::new(if head.is_chunked() {
        dechunk(raw).0
    } else {
        raw.to_vec()
    });
    Some(Parsed {
        status: head.status,
        reason: head.reason,
        headers: head.headers,
        body,
    })
}

impl Parsed {
    /// The answer without what is nobody's business, of `sent` among others; and its body as it was.
    fn shown(self, sent: &[&str]) -> (Http, Secret) {
        let whole = Secret::new(String::from_utf8_lossy(&self.body).into_owned());
        // Redacted before it is cut: half a credential is one too.
        let mut shown = redact(whole.expose(), sent);
        let mut kept = shown.len().min(MAX_BODY);
        while !shown.is_char_boundary(kept) {
            kept -= 1;
        }
        shown.truncate(kept);
        let answer = Http {
            status: self.status,
            body: shown,
            headers: self
                .headers
                .into_iter()
                .map(|(name, value)| {
                    let value = match name.as_str() {
                        "set-cookie" => {
                            format!("{}=…", value.split('=').next().unwrap_or_default())
                        }
                        "location" => without_values(&value),
                        _ => value,
                    };
                    (name, conceal(&value, sent))
                })
                .collect(),
            reason: conceal(&self.reason, sent),
        };
        (answer, whole)
    }
}

/// An address whose parameters have lost their values: a redirection may carry a session.
fn without_values(url: &str) -> String {
    let Some((place, parameters)) = url.split_once('?') else {
        return url.to_owned();
    };
    let names: Vec<String> = parameters
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some((name, _)) => format!("{name}=…"),
            None => parameter.to_owned(),
        })
        .collect();
    format!("{place}?{}", names.join("&"))
}

/// The body without its chunk framing, and whether its last chunk is there (RFC 9112, section 7.1).
pub(super) fn dechunk(mut raw: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(raw) {
            Ok(httparse::Status::Complete((_, 0))) => return (body, true),
            Ok(httparse::Status::Complete((start, size))) => {
                let Ok(size) = usize::try_from(size) else {
                    return (body, false);
                };
                let rest = raw.get(start..).unwrap_or_default();
                let chunk = &rest[..rest.len().min(size)];
                body.extend_from_slice(chunk);
                match rest.get(size..).and_then(|after| after.get(2..)) {
                    Some(after) => raw = after,
                    None => return (body, false),
                }
            }
            _ => return (body, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_and_interim_answers_are_taken_apart() {
        let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert!(is_whole(bytes, "GET"));
        let (answer, body) = parse(bytes).unwrap().shown(&[]);
        assert_eq!((answer.status, answer.body.as_str()), (403, "abcde"));
        assert_eq!(body.expose(), "abcde");
        for end in 0..bytes.len() {
            let _ = is_whole(&bytes[..end], "GET");
            let _ = parse(&bytes[..end]);
        }
    }

    #[test]
    fn frames_of_http_2_are_known_from_their_head() {
        let settings = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100];
        assert_eq!(frame(&settings).unwrap().code, HTTP2);
        assert!(frame(&[0, 0, 8, 7, 0, 0, 0, 0, 0]).is_some());
        for other in [
            &settings[..8],
            b"HTTP/1.1 200 OK",
            &[0, 0, 6, 4, 0, 0, 0, 0, 1],
        ] {
            assert!(frame(other).is_none());
        }
    }

    #[test]
    fn cookies_and_redirections_lose_their_values() {
        let bytes = b"HTTP/1.1 302 s3cr3t-word\r\nSet-Cookie: sid=secret; Path=/\r\nLocation: https://a/b?sid=secret&x\r\n\r\n";
        let (answer, _) = parse(bytes).unwrap().shown(&["s3cr3t-word"]);
        assert_eq!(answer.header("set-cookie"), Some("sid=…"));
        assert_eq!(answer.header("location"), Some("https://a/b?sid=…&x"));
        assert_eq!(answer.reason, "…");
    }
}
