//! HTTP/1.1 on the wire (RFC 9112): reading until the answer is whole, its head and its chunks.

use zeroize::Zeroizing;

use crate::evidence::{End, Ending, HTTP2, Phase, Reply, Stance};

use super::answer::Parsed;
use super::{MAX_ANSWER, MAX_BODY, Read, Received, Request, Session};

const MAX_HEADERS: usize = 100;

/// Reads until the answer is whole, long enough, or the connection ends.
pub(super) fn read(session: &mut Session, request: &Request) -> Received {
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BODY));
    let mut buffer = Zeroizing::new(vec![0; 16 * 1024]);
    let end = loop {
        match session.read(&mut buffer) {
            Read::Data(count) => {
                bytes.extend_from_slice(&buffer[..count]);
                if bytes.len() >= MAX_ANSWER || is_whole(&bytes, request.method()) {
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
pub(in crate::observe) struct Head {
    pub(in crate::observe) length: usize,
    pub(in crate::observe) status: u16,
    reason: String,
    headers: Vec<(String, String)>,
}

pub(in crate::observe) fn head(bytes: &[u8]) -> Option<Head> {
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
    pub(in crate::observe) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(in crate::observe) fn is_chunked(&self) -> bool {
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

/// The body without its chunk framing, and whether its last chunk is there (RFC 9112, section 7.1).
pub(in crate::observe) fn dechunk(mut raw: &[u8]) -> (Vec<u8>, bool) {
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
}
