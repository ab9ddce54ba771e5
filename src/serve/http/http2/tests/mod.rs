//! Conversations with clients good and bad, held in memory.

use std::io::Cursor;

use crate::http2::fields;
use crate::http2::frame::{DATA, END_STREAM, HEADERS, WINDOW_UPDATE};

use super::*;

mod rules;

/// What a client sends, in pieces as a network would, and what it is told.
struct Script(Cursor<Vec<u8>>, Vec<u8>);

impl Read for Script {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let size = buffer.len().min(1009);
        self.0.read(&mut buffer[..size])
    }
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Timed for Script {
    fn until(&mut self, _: Instant) {}
}

/// A client's side, frame by frame.
struct Client(Vec<u8>);

impl Client {
    /// The preface, and settings of this kind.
    fn with(settings: &[u8]) -> Self {
        Self(PREFACE.to_vec()).frame(SETTINGS, 0, 0, settings)
    }

    fn frame(mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Self {
        frame::write(&mut self.0, kind, flags, stream, payload);
        self
    }

    fn head(mut self, stream: u32, last: bool, fields: &[(&str, &str)]) -> Self {
        frame::write_head(&mut self.0, stream, last, &block(fields));
        self
    }

    fn get(self, stream: u32) -> Self {
        self.head(stream, true, &request("GET", &[]))
    }

    fn times(self, count: usize, more: impl Fn(Self, usize) -> Self) -> Self {
        (0..count).fold(self, more)
    }

    /// Everything the server says to all this; the body of its answers is `body`.
    fn hears(self, body: &str) -> Heard {
        let mut asked = Vec::new();
        let mut site = |request: &Request| {
            asked.push(request.clone());
            Response::new(200, "text/plain", body)
        };
        let mut script = Script(Cursor::new(self.0), Vec::new());
        let patience = Patience {
            request: Duration::from_secs(60),
            linger: Duration::from_secs(1),
        };
        converse(&mut script, Vec::new(), patience, &mut site);
        let mut bytes = script.1;
        let mut frames = Vec::new();
        while let Ok(Some(frame)) = Frame::take(&mut bytes) {
            frames.push(frame);
        }
        assert!(bytes.is_empty());
        Heard { asked, frames }
    }
}

struct Heard {
    asked: Vec<Request>,
    frames: Vec<Frame>,
}

impl Heard {
    fn all(&self, kind: u8) -> impl Iterator<Item = &Frame> {
        self.frames.iter().filter(move |frame| frame.kind == kind)
    }

    /// What was sent on a stream, and whether it was whole.
    fn body(&self, stream: u32) -> (Vec<u8>, bool) {
        let parts: Vec<&Frame> = self.all(DATA).filter(|it| it.stream == stream).collect();
        let whole = parts.last().is_some_and(|last| last.has(END_STREAM));
        (
            parts
                .iter()
                .flat_map(|part| part.payload.to_vec())
                .collect(),
            whole,
        )
    }

    /// The code with which the conversation was ended.
    fn fault(&self) -> Option<u32> {
        self.all(GOAWAY).last().and_then(|last| last.number(4))
    }

    fn reset(&self, stream: u32) -> Option<u32> {
        let mut resets = self.all(RST_STREAM);
        resets.find(|it| it.stream == stream)?.number(0)
    }

    fn statuses(&self) -> Vec<(u32, String)> {
        let mut reader = Reader::default();
        self.all(HEADERS)
            .map(|head| {
                let section = reader.read(&head.payload, 50, 9999).unwrap();
                (head.stream, section.fields[0].1.clone())
            })
            .collect()
    }
}

fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        fields::write(&mut block, name, value);
    }
    block
}

fn request<'a>(method: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [(":method", method), (":scheme", "https"), (":path", "/")];
    [&usual[..], more].concat()
}

/// A window of this size for each stream.
fn window(size: u32) -> Vec<u8> {
    [&[0, 4][..], &size.to_be_bytes()].concat()
}

/// No flag: more follows.
const OPEN: u8 = 0;

#[test]
fn requests_follow_one_another_and_interleave() {
    let heard = Client::with(&[])
        .get(1)
        .head(3, false, &request("POST", &[("content-length", "6")]))
        .head(5, false, &request("PUT", &[]))
        .frame(DATA, OPEN, 3, b"abc")
        .get(7)
        .frame(DATA, 0x8, 5, b"\x02xy\0\0")
        .frame(DATA, END_STREAM, 3, b"def")
        .head(5, true, &[("x-checksum", "1")])
        .frame(PING, 0, 0, b"12345678")
        .hears("hello");
    let told: Vec<(&str, &[u8])> = heard
        .asked
        .iter()
        .map(|one| (one.method.as_str(), one.body.as_slice()))
        .collect();
    let expected: [(&str, &[u8]); 4] = [
        ("GET", b""),
        ("GET", b""),
        ("POST", b"abcdef"),
        ("PUT", b"xy"),
    ];
    assert_eq!(told, expected);
    for stream in [1, 3, 5, 7] {
        assert_eq!(heard.body(stream), (b"hello".to_vec(), true), "{stream}");
    }
    let pong = heard.all(PING).next().unwrap();
    assert!(pong.has(ACK) && *pong.payload == *b"12345678");
    assert_eq!(heard.fault(), None);
}

#[test]
fn an_answer_fits_the_windows_and_the_frames() {
    let body = "x".repeat(40_000);
    // A window of three bytes, opened by two more; then by all the rest, which the connection has no room for.
    let client = Client::with(&window(3))
        .get(1)
        .frame(WINDOW_UPDATE, 0, 1, &2_u32.to_be_bytes());
    let heard = client.hears(&body);
    let sizes: Vec<usize> = heard.all(DATA).map(|part| part.payload.len()).collect();
    assert_eq!(sizes, [3, 2]);

    let heard = Client::with(&window(3))
        .get(1)
        .get(3)
        .frame(SETTINGS, 0, 0, &window(0x7fff_ffff))
        .hears(&body);
    let sizes: Vec<usize> = heard.all(DATA).map(|part| part.payload.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 65_535);
    assert!(sizes.iter().all(|size| *size <= MAX_FRAME), "{sizes:?}");

    let heard = Client::with(&window(3))
        .get(1)
        .get(3)
        .frame(WINDOW_UPDATE, 0, 0, &100_000_u32.to_be_bytes())
        .frame(SETTINGS, 0, 0, &window(100_000))
        .hears(&body);
    for stream in [1, 3] {
        assert_eq!(heard.body(stream), (body.clone().into_bytes(), true));
    }
    // No window is as large as this.
    let most = 0x7fff_ffff_u32.to_be_bytes();
    let heard = Client::with(&[])
        .get(1)
        .frame(WINDOW_UPDATE, 0, 1, &most)
        .frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes())
        .hears(&body.repeat(2));
    assert_eq!(heard.reset(1), Some(3));
    // One stream stands still, and the other is served.
    let heard = Client::with(&window(0))
        .get(1)
        .get(3)
        .frame(WINDOW_UPDATE, 0, 3, &9_u32.to_be_bytes())
        .hears("x");
    assert_eq!(heard.body(3), (b"x".to_vec(), true));
    assert_eq!(heard.body(1), (Vec::new(), false));
    // Byte by byte is slow and no flood.
    let body = "y".repeat(2 * MAX_IDLE);
    let heard = Client::with(&window(0))
        .get(1)
        .times(2 * MAX_IDLE, |client, _| {
            client.frame(WINDOW_UPDATE, 0, 1, &1_u32.to_be_bytes())
        })
        .hears(&body);
    assert_eq!(heard.body(1), (body.into_bytes(), true));
}

#[test]
fn of_a_body_the_beginning_is_kept_and_the_window_given_back() {
    let heard = Client::with(&[])
        .head(1, false, &request("POST", &[]))
        .times(20, |client, _| client.frame(DATA, 0, 1, &[b'x'; 16_000]))
        .frame(DATA, END_STREAM, 1, b"")
        .hears("ok");
    assert_eq!(heard.asked[0].body.len(), super::super::KEPT_BODY);
    assert_eq!(heard.asked[0].body_bytes, 320_000);
    for stream in [0, 1] {
        let opened: u32 = heard
            .all(WINDOW_UPDATE)
            .filter(|frame| frame.stream == stream)
            .filter_map(|frame| frame.number(0))
            .sum();
        assert!((280_000..=320_000).contains(&opened), "{opened}");
    }
    // What is sent in spite of the window.
    let greedy = Client::with(&[]).head(1, true, &request("POST", &[])).head(
        3,
        false,
        &request("POST", &[]),
    );
    let many = greedy.times(5, |client, _| client.frame(DATA, 0, 3, &[0; 16_384]));
    assert_eq!(many.hears("ok").fault(), None);
    let large = request("POST", &[("content-length", "99999999999999999999")]);
    let heard = Client::with(&[]).head(1, false, &large).hears("ok");
    assert_eq!(heard.statuses(), [(1, "413".to_owned())]);
    assert_eq!(heard.reset(1), Some(0));
    let waits = request("POST", &[("expect", "100-continue")]);
    let heard = Client::with(&[])
        .head(1, false, &waits)
        .frame(DATA, END_STREAM, 1, b"x")
        .hears("ok");
    let statuses = [(1, "100".to_owned()), (1, "200".to_owned())];
    assert_eq!(heard.statuses(), statuses);
}

#[test]
fn a_call_of_grpc_is_answered_before_it_is_whole() {
    let call = request(
        "POST",
        &[("content-type", "application/grpc"), ("te", "trailers")],
    );
    let heard = Client::with(&[])
        .head(1, false, &call)
        .frame(DATA, 0, 1, b"\0\0\0\0\0")
        .frame(DATA, END_STREAM, 1, b"")
        .get(3)
        .hears("");
    assert_eq!(heard.statuses().len(), 2);
    assert_eq!((heard.reset(1), heard.fault()), (Some(0), None));
    assert!(heard.all(HEADERS).all(|head| head.has(END_STREAM)));
}

#[test]
fn an_answer_that_closes_lets_what_is_under_way_finish() {
    let bytes = Client::with(&[])
        .get(1)
        .get(3)
        .frame(PING, ACK, 0, &LAST_PING)
        .get(5)
        .0;
    let mut site = |_: &Request| {
        let mut response = Response::new(200, "text/plain", "bye");
        response.close = true;
        response
    };
    let mut script = Script(Cursor::new(bytes), Vec::new());
    let patience = Patience {
        request: Duration::from_secs(60),
        linger: Duration::from_secs(1),
    };
    converse(&mut script, Vec::new(), patience, &mut site);
    let mut frames = Vec::new();
    while let Ok(Some(frame)) = Frame::take(&mut script.1) {
        frames.push(frame);
    }
    let heard = Heard {
        asked: Vec::new(),
        frames,
    };
    let last: Vec<Option<u32>> = heard.all(GOAWAY).map(|frame| frame.number(0)).collect();
    assert_eq!(last, [Some(0x7fff_ffff), Some(3)]);
    assert_eq!(heard.body(3), (b"bye".to_vec(), true));
    assert_eq!(heard.reset(5), Some(7));
}

#[test]
fn a_table_the_client_shrinks_is_said_to_be_empty() {
    let heard = Client::with(&[0, 1, 0, 0, 0, 0]).get(1).get(3).hears("x");
    let firsts: Vec<u8> = heard.all(HEADERS).map(|head| head.payload[0]).collect();
    assert_eq!(firsts, [0x20, 0x10]);
}
