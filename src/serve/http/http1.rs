//! HTTP/1.1 as a server speaks it (RFC 9112): one request read within limits, one answer written.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

use super::{KEPT_BODY, MAX_BODY, MAX_HEAD, MAX_HEADERS, Request, Response, Version, reason};

/// Why there is no request.
#[derive(Debug)]
pub(in crate::serve) enum Fault {
    /// The client closed, or its time was up, before a request began.
    Nothing,
    /// It closed, or its time was up, in the middle of one.
    CutShort,
    /// Not HTTP/1: the status that says so.
    Refused(u16),
}

/// Reads requests from a stream, one after another.
pub(in crate::serve) struct Requests {
    buffer: Vec<u8>,
}

impl Requests {
    /// With what has been read already.
    pub(in crate::serve) fn new(buffer: Vec<u8>) -> Self {
        Self { buffer }
    }

    /// The next request, and whether the client would stay for another.
    pub(in crate::serve) fn next<S: Read + Write>(
        &mut self,
        stream: &mut S,
    ) -> Result<(Request, bool), Fault> {
        let (mut request, length) = loop {
            if let Some(parsed) = parse_head(&self.buffer)? {
                break parsed;
            }
            if self.buffer.len() >= MAX_HEAD {
                return Err(Fault::Refused(431));
            }
            self.fill(stream)?;
        };
        self.buffer.drain(..length);
        let stay = request.wants_to_stay();
        let body = self.body(&request, stream)?;
        request.body = body.kept;
        request.body_bytes = body.length;
        Ok((request, stay))
    }

    fn body<S: Read + Write>(&mut self, request: &Request, stream: &mut S) -> Result<Body, Fault> {
        let mut body = Body::default();
        let framing = Framing::of(request)?;
        if framing == Framing::None {
            return Ok(body);
        }
        let waits = request
            .header("expect")
            .is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
        if waits && self.buffer.is_empty() {
            stream
                .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                .map_err(|_| Fault::CutShort)?;
        }
        match framing {
            Framing::None => {}
            Framing::Length(length) => self.exactly(length, &mut body, stream)?,
            Framing::Chunked => self.chunks(&mut body, stream)?,
        }
        Ok(body)
    }

    fn chunks<S: Read>(&mut self, body: &mut Body, stream: &mut S) -> Result<(), Fault> {
        loop {
            let line = self.line(stream)?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(Fault::Refused(400));
            }
            let size = usize::from_str_radix(digits, 16).map_err(|_| Fault::Refused(400))?;
            if size == 0 {
                break;
            }
            if size > MAX_BODY - body.length {
                return Err(Fault::Refused(413));
            }
            self.exactly(size, body, stream)?;
            if !self.line(stream)?.is_empty() {
                return Err(Fault::Refused(400));
            }
        }
        for _ in 0..=MAX_HEADERS {
            if self.line(stream)?.is_empty() {
                return Ok(());
            }
        }
        Err(Fault::Refused(431))
    }

    fn exactly<S: Read>(
        &mut self,
        length: usize,
        body: &mut Body,
        stream: &mut S,
    ) -> Result<(), Fault> {
        let mut missing = length;
        while missing > 0 {
            if self.buffer.is_empty() {
                self.fill(stream).map_err(midway)?;
            }
            let count = missing.min(self.buffer.len());
            let room = KEPT_BODY.saturating_sub(body.kept.len());
            body.kept.extend(self.buffer.drain(..count).take(room));
            body.length += count;
            missing -= count;
        }
        Ok(())
    }

    /// One line without its end.
    fn line<S: Read>(&mut self, stream: &mut S) -> Result<String, Fault> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                line.pop();
                if line.last() == Some(&b'\r') {
                    line.pop();
                }
                return String::from_utf8(line).map_err(|_| Fault::Refused(400));
            }
            if self.buffer.len() >= MAX_HEAD {
                return Err(Fault::Refused(400));
            }
            self.fill(stream).map_err(midway)?;
        }
    }

    fn fill<S: Read>(&mut self, stream: &mut S) -> Result<(), Fault> {
        let mut chunk = [0; 4096];
        let begun = !self.buffer.is_empty();
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) if !begun => Err(Fault::Nothing),
            Ok(0) | Err(_) => Err(Fault::CutShort),
            Ok(count) => {
                self.buffer.extend(chunk.iter().take(count));
                Ok(())
            }
        }
    }
}

/// A body as far as it is read.
#[derive(Default)]
struct Body {
    kept: Vec<u8>,
    length: usize,
}

fn midway(fault: Fault) -> Fault {
    match fault {
        Fault::Nothing => Fault::CutShort,
        other => other,
    }
}

fn parse_head(bytes: &[u8]) -> Result<Option<(Request, usize)>, Fault> {
    let mut lines = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut lines);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Fault::Refused(431)),
        Err(httparse::Error::Version) => return Err(Fault::Refused(505)),
        Err(_) => return Err(Fault::Refused(400)),
    };
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        target: head.path.unwrap_or_default().to_owned(),
        version: match head.version {
            Some(0) => Version::Http10,
            _ => Version::Http11,
        },
        headers: head
            .headers
            .iter()
            .map(|line| {
                let value = String::from_utf8_lossy(line.value).into_owned();
                (line.name.to_owned(), value)
            })
            .collect(),
        body: Vec::new(),
        body_bytes: 0,
    };
    if request.version == Version::Http11 && request.header("host").is_none() {
        return Err(Fault::Refused(400));
    }
    Ok(Some((request, length)))
}

#[derive(Debug, PartialEq, Eq)]
enum Framing {
    None,
    Length(usize),
    Chunked,
}

impl Framing {
    fn of(request: &Request) -> Result<Self, Fault> {
        let lengths: Vec<&str> = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .map(|(_, value)| value.trim())
            .collect();
        match (request.header("transfer-encoding"), lengths.as_slice()) {
            (None, []) => Ok(Self::None),
            (Some(coding), []) if coding.trim().eq_ignore_ascii_case("chunked") => {
                Ok(Self::Chunked)
            }
            (None, [first, rest @ ..]) if rest.iter().all(|other| other == first) => {
                if !first.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(Fault::Refused(400));
                }
                match first.parse() {
                    Ok(0) => Ok(Self::None),
                    Ok(length) if length <= MAX_BODY => Ok(Self::Length(length)),
                    Err(_) if first.is_empty() => Err(Fault::Refused(400)),
                    Ok(_) | Err(_) => Err(Fault::Refused(413)),
                }
            }
            // Two ways to say how long it is: the shape of a smuggled request.
            _ => Err(Fault::Refused(400)),
        }
    }
}

/// Writes an answer; `head` leaves the body out, `stay` keeps the connection.
pub(in crate::serve) fn write(
    response: &Response,
    head: bool,
    stay: bool,
    stream: &mut impl Write,
) -> io::Result<()> {
    let mut text = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n",
        response.status,
        reason(response.status),
        response.content_type,
        response.body.len(),
        if stay { "keep-alive" } else { "close" },
    );
    for (name, value) in response.lines() {
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("\r\n");
    let mut bytes = text.into_bytes();
    if !head {
        bytes.extend_from_slice(&response.body);
    }
    stream.write_all(&bytes)?;
    stream.flush()
}

#[cfg(test)]
mod tests;
