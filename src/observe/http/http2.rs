//! One HTTP/2 exchange (RFC 9113) over the recorded stream, for servers that speak nothing older, as gRPC's do.

use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::evidence::{Direction, End, Ending, Phase, http2_error as error_name};
use crate::http2::fields::{self, Reader};
use crate::http2::frame::{
    self, ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, PING,
    RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use crate::http2::{MAX_FRAME, PREFACE, WINDOW};

use super::answer::Parsed;
use super::{MAX_ANSWER, Read, Received, Request, Session, http1};

/// The most that is kept of an answer's header fields, in bytes.
const MAX_FIELDS: usize = 64 * 1024;
/// The only stream there is.
const STREAM: u32 = 1;

/// What became of the request.
pub(super) struct Exchanged {
    /// How the connection ended, if before all of it was written.
    pub(super) written: Option<End>,
    pub(super) received: Received,
    /// The error with which it was turned away (section 7).
    pub(super) error: Option<u32>,
}

/// Sends the request and reads the answer.
pub(super) fn exchange(session: &mut Session, request: &Request, endpoint: &Endpoint) -> Exchanged {
    let mut talk = Talk {
        body: request.body().unwrap_or_default(),
        room: [WINDOW; 2],
        window: WINDOW,
        buffer: Zeroizing::new(Vec::new()),
        read: 0,
        block: Vec::new(),
        last: false,
        answer: Parsed::default(),
        reader: Reader::default(),
        error: None,
    };
    let written = talk.begin(session, request, endpoint);
    let end = loop {
        match talk.step(session) {
            Ok(()) => {}
            Err(Stop::Ended(end)) => break end,
            Err(Stop::Done) => {
                break End {
                    how: Ending::Ours,
                    phase: Phase::Response,
                };
            }
        }
    };
    let Talk {
        answer,
        buffer,
        error,
        ..
    } = talk;
    // A server that agreed to HTTP/2 and answers in HTTP/1.1 all the same.
    let parsed = match answer.status {
        0 => http1::parse(&buffer),
        _ => Some(answer),
    };
    Exchanged {
        written,
        received: Received::of(session, request, parsed, &buffer, end),
        error,
    }
}

/// Why no more is read.
enum Stop {
    /// The answer is whole, or there will be none.
    Done,
    Ended(End),
}

impl From<End> for Stop {
    fn from(end: End) -> Self {
        Self::Ended(end)
    }
}

struct Talk<'a> {
    /// What is still to be sent of the request's body.
    body: &'a [u8],
    /// How much of it the connection and the stream still take, in bytes.
    room: [i64; 2],
    /// What a stream takes at first, as the server has it.
    window: i64,
    /// What has arrived and is not yet a frame.
    buffer: Zeroizing<Vec<u8>>,
    read: usize,
    /// Header fields whose last frame has not come yet.
    block: Vec<u8>,
    /// Whether nothing follows them.
    last: bool,
    answer: Parsed,
    reader: Reader,
    error: Option<u32>,
}

impl Talk<'_> {
    fn begin(
        &mut self,
        session: &mut Session,
        request: &Request,
        endpoint: &Endpoint,
    ) -> Option<End> {
        let mut bytes = Zeroizing::new(PREFACE.to_vec());
        // No pushes, and room for all that will be read (section 6.5.2).
        let room = u32::try_from(MAX_ANSWER).unwrap_or(u32::MAX);
        let mut settings = vec![0, 2, 0, 0, 0, 0, 0, 4];
        settings.extend(room.to_be_bytes());
        frame::write(&mut bytes, SETTINGS, 0, 0, &settings);
        frame::write(&mut bytes, WINDOW_UPDATE, 0, 0, &room.to_be_bytes());
        let block = head(request, endpoint);
        frame::write_head(&mut bytes, STREAM, self.body.is_empty(), &block);
        let end = session.write(&bytes);
        if end.is_none() {
            let note = format!(
                "request, {} bytes and a body of {}",
                bytes.len(),
                self.body.len()
            );
            session.note(Direction::Sent, note);
        }
        end.or_else(|| self.go_on(session))
    }

    /// Sends as much of the body as the server takes now.
    fn go_on(&mut self, session: &mut Session) -> Option<End> {
        while !self.body.is_empty() {
            let room = usize::try_from(self.room[0].min(self.room[1])).unwrap_or(0);
            let count = self.body.len().min(room).min(MAX_FRAME);
            if count == 0 {
                return None;
            }
            let (part, rest) = self.body.split_at(count);
            let flags = if rest.is_empty() { END_STREAM } else { 0 };
            let mut bytes = Zeroizing::new(Vec::with_capacity(count + 9));
            frame::write(&mut bytes, DATA, flags, STREAM, part);
            if let Some(end) = session.write(&bytes) {
                return Some(end);
            }
            self.body = rest;
            for room in &mut self.room {
                *room -= i64::try_from(count).unwrap_or(i64::MAX);
            }
        }
        None
    }

    /// Reads a frame and does what it asks for.
    fn step(&mut self, session: &mut Session) -> Result<(), Stop> {
        let frame = self.next(session)?;
        let ours = frame.stream == STREAM;
        match frame.kind {
            SETTINGS if !frame.has(ACK) => {
                for setting in frame.payload.chunks_exact(6) {
                    if let [0, 4, value @ ..] = setting
                        && let Ok(value) = <[u8; 4]>::try_from(value)
                    {
                        let window = i64::from(u32::from_be_bytes(value));
                        self.room[1] += window - std::mem::replace(&mut self.window, window);
                    }
                }
                reply(session, SETTINGS, &[])?;
            }
            PING if !frame.has(ACK) => reply(session, PING, &frame.payload)?,
            WINDOW_UPDATE => {
                let more = i64::from(frame.number(0).unwrap_or(0) & 0x7fff_ffff);
                self.room[usize::from(ours)] += more;
            }
            HEADERS | CONTINUATION if ours => {
                self.block
                    .extend_from_slice(frame.content().unwrap_or_default());
                self.last |= frame.kind == HEADERS && frame.has(END_STREAM);
                if frame.has(END_HEADERS) {
                    self.headers()?;
                    if self.last {
                        return Err(Stop::Done);
                    }
                }
            }
            DATA if ours => {
                self.answer
                    .body
                    .extend_from_slice(frame.content().unwrap_or_default());
                if frame.has(END_STREAM) {
                    return Err(Stop::Done);
                }
            }
            RST_STREAM if ours => {
                let code = frame.number(0).unwrap_or(0);
                let note = format!("HTTP/2 RST_STREAM, {}", error_name(code));
                session.note(Direction::Received, note);
                self.error = Some(code);
                return Err(Stop::Done);
            }
            GOAWAY => {
                let code = frame.number(4).unwrap_or(0);
                let note = format!("HTTP/2 GOAWAY, {}", error_name(code));
                session.note(Direction::Received, note);
                if code != 0 {
                    self.error = Some(code);
                }
                if code != 0 || frame.number(0).unwrap_or(0) & 0x7fff_ffff < STREAM {
                    return Err(Stop::Done);
                }
            }
            _ => {}
        }
        match self.go_on(session) {
            Some(end) => Err(end.into()),
            None => Ok(()),
        }
    }

    /// Decodes a whole block: the head of an answer, an interim one, or its trailers.
    fn headers(&mut self) -> Result<(), Stop> {
        let block = std::mem::take(&mut self.block);
        let Ok(section) = self.reader.read(&block, usize::MAX, MAX_FIELDS) else {
            return Err(Stop::Done);
        };
        for (name, value) in section.fields {
            let name = name.to_ascii_lowercase();
            let value = value.trim().to_owned();
            if name == ":status" {
                self.answer.status = value.parse().unwrap_or(0);
                self.answer.headers.clear();
            } else if !name.starts_with(':') {
                self.answer.headers.push((name, value));
            }
        }
        // Interim answers are followed by another.
        if (100..200).contains(&self.answer.status) {
            self.answer = Parsed::default();
        }
        Ok(())
    }

    fn next(&mut self, session: &mut Session) -> Result<Frame, Stop> {
        let mut chunk = Zeroizing::new(vec![0; MAX_FRAME]);
        loop {
            match Frame::take(&mut self.buffer) {
                Ok(Some(frame)) => return Ok(frame),
                Ok(None) => {}
                Err(_) => {
                    // No frame of a server that keeps to what it was told.
                    self.rest(session);
                    return Err(Stop::Done);
                }
            }
            if self.read >= MAX_ANSWER {
                return Err(Stop::Done);
            }
            match session.read(&mut chunk) {
                Read::Data(count) => {
                    self.read += count;
                    self.buffer.extend_from_slice(&chunk[..count]);
                }
                Read::End(end) => return Err(end.into()),
            }
        }
    }

    /// Reads what is there of an answer that is not HTTP/2, until it is enough or ends.
    fn rest(&mut self, session: &mut Session) {
        let mut chunk = Zeroizing::new(vec![0; MAX_FRAME]);
        while self.buffer.starts_with(b"HTTP/1") && self.read < MAX_FRAME {
            match session.read(&mut chunk) {
                Read::Data(count) => {
                    self.read += count;
                    self.buffer.extend_from_slice(&chunk[..count]);
                }
                Read::End(_) => break,
            }
        }
    }
}

fn reply(session: &mut Session, kind: u8, payload: &[u8]) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    frame::write(&mut bytes, kind, ACK, 0, payload);
    match session.write(&bytes) {
        Some(end) => Err(end.into()),
        None => Ok(()),
    }
}

/// The request's head.
fn head(request: &Request, endpoint: &Endpoint) -> Zeroizing<Vec<u8>> {
    let given = request.fields(endpoint);
    let host = given
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let mut block = Zeroizing::new(Vec::new());
    fields::write(&mut block, ":method", request.method());
    fields::write(&mut block, ":scheme", "https");
    if let Some((_, authority)) = host {
        fields::write(&mut block, ":authority", authority);
    }
    fields::write(&mut block, ":path", &endpoint.path);
    for (name, value) in &given {
        let name = name.to_ascii_lowercase();
        // What belongs to one connection has no place here (RFC 9113, section 8.2.2).
        let connections = matches!(
            name.as_str(),
            "host"
                | "connection"
                | "keep-alive"
                | "proxy-connection"
                | "transfer-encoding"
                | "upgrade"
        );
        if !connections {
            fields::write(&mut block, &name, value);
        }
    }
    block
}
