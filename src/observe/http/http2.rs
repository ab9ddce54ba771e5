//! One HTTP/2 exchange (RFC 9113) over the recorded stream, for servers that speak nothing older, as gRPC's do.

use loona_hpack::Decoder;
use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::evidence::{Direction, End, Ending, Phase, http2_error as error_name};

use super::answer::Parsed;
use super::frame::{
    self, ACK, CONTINUATION, DATA, END_HEADERS, END_STREAM, Frame, GOAWAY, HEADERS, PING,
    RST_STREAM, SETTINGS, WINDOW_UPDATE,
};
use super::{MAX_ANSWER, Read, Received, Request, Session, http1};

/// What a client says first (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The largest frame that may be sent to somebody who allowed no other (section 4.2); we allow no other.
const MAX_FRAME: usize = 16_384;
/// The window before anybody said otherwise (section 6.9.2).
const WINDOW: i64 = 65_535;
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
        decoder: Decoder::new(),
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
    decoder: Decoder<'static>,
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
        let block = fields(request, endpoint);
        let mut parts = block.chunks(MAX_FRAME).peekable();
        let mut kind = HEADERS;
        while let Some(part) = parts.next() {
            let mut flags = 0;
            if kind == HEADERS && self.body.is_empty() {
                flags |= END_STREAM;
            }
            if parts.peek().is_none() {
                flags |= END_HEADERS;
            }
            frame::write(&mut bytes, kind, flags, STREAM, part);
            kind = CONTINUATION;
        }
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
                self.block.extend_from_slice(frame.content());
                self.last |= frame.kind == HEADERS && frame.has(END_STREAM);
                if frame.has(END_HEADERS) {
                    self.headers()?;
                    if self.last {
                        return Err(Stop::Done);
                    }
                }
            }
            DATA if ours => {
                self.answer.body.extend_from_slice(frame.content());
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
        let mut fields = Vec::new();
        let mut size = 0;
        // One byte may stand for a long field that came before.
        let decoded = self.decoder.decode_with_cb(&block, |name, value| {
            size += name.len() + value.len();
            if size <= MAX_FIELDS {
                fields.push((lossy(&name), lossy(&value)));
            }
        });
        if decoded.is_err() {
            return Err(Stop::Done);
        }
        for (name, value) in fields {
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
            if let Some(head) = self.buffer.first_chunk::<9>() {
                let length =
                    usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
                let (kind, flags) = (head[3], head[4]);
                let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
                if length > MAX_FRAME {
                    // No frame of a server that keeps to what it was told.
                    self.rest(session);
                    return Err(Stop::Done);
                }
                if let Some(payload) = self.buffer.get(9..9 + length) {
                    let payload = Zeroizing::new(payload.to_vec());
                    self.buffer.drain(..9 + length);
                    return Ok(Frame {
                        kind,
                        flags,
                        stream,
                        payload,
                    });
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

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The request's head: every field as a literal that no hop may keep (RFC 7541, section 6.2.3), as some are secrets.
fn fields(request: &Request, endpoint: &Endpoint) -> Zeroizing<Vec<u8>> {
    let given = request.fields(endpoint);
    let host = given
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("host"));
    let mut block = Zeroizing::new(Vec::new());
    field(&mut block, ":method", request.method());
    field(&mut block, ":scheme", "https");
    if let Some((_, authority)) = host {
        field(&mut block, ":authority", authority);
    }
    field(&mut block, ":path", &endpoint.path);
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
            field(&mut block, &name, value);
        }
    }
    block
}

fn field(block: &mut Vec<u8>, name: &str, value: &str) {
    const NEVER_INDEXED: u8 = 0x10;
    block.push(NEVER_INDEXED);
    for text in [name, value] {
        // An integer with a prefix of seven bits (section 5.1), the eighth being clear: no Huffman code.
        let mut length = text.len();
        if length < 127 {
            block.push(length.to_le_bytes()[0]);
        } else {
            block.push(127);
            length -= 127;
            while length >= 128 {
                block.push(length.to_le_bytes()[0] | 0x80);
                length >>= 7;
            }
            block.push(length.to_le_bytes()[0]);
        }
        block.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_every_length_are_read_by_another_coder() {
        for length in [0, 1, 126, 127, 128, 254, 255, 256, 16_510, 16_511, 70_000] {
            let mut block = Vec::new();
            let value = "v".repeat(length);
            field(&mut block, "x-name", &value);
            let read = Decoder::new().decode(&block).unwrap();
            assert_eq!(read, [(b"x-name".to_vec(), value.into_bytes())]);
        }
    }
}
