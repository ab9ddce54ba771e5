//! Clients that break the rules, by mistake or on purpose.

use crate::http2::frame::{CONTINUATION, END_HEADERS, PRIORITY, PUSH_PROMISE};

use super::*;

/// Adds one more frame, or a few, to what a client sends.
type Flood = fn(Client, usize) -> Client;

#[test]
fn a_malformed_request_ends_its_stream_alone() {
    let bad: [(u32, Client); 7] = [
        (1, Client::with(&[]).head(1, true, &[(":method", "GET")])),
        (
            1,
            Client::with(&[]).head(1, true, &request("GET", &[("te", "gzip")])),
        ),
        (
            1,
            Client::with(&[]).head(1, true, &request("GET", &[("content-length", "1")])),
        ),
        (
            1,
            Client::with(&[])
                .head(1, false, &request("PUT", &[("content-length", "1")]))
                .frame(DATA, END_STREAM, 1, b"12"),
        ),
        (
            1,
            Client::with(&[])
                .head(1, false, &request("PUT", &[]))
                .head(1, false, &[("a", "b")]),
        ),
        (
            1,
            Client::with(&window(0))
                .get(1)
                .frame(WINDOW_UPDATE, 0, 1, &[0; 4]),
        ),
        (5, Client::with(&[]).get(1).frame(DATA, 0, 1, b"late")),
    ];
    for (at, (code, client)) in bad.into_iter().enumerate() {
        let more = window(9);
        let heard = client.get(3).frame(SETTINGS, 0, 0, &more).hears("fine");
        assert_eq!(heard.reset(1), Some(code), "{at}");
        assert_eq!(heard.fault(), None, "{at}");
        assert_eq!(heard.body(3), (b"fine".to_vec(), true), "{at}");
    }
}

#[test]
fn who_breaks_the_rules_is_told_which() {
    let start = || Client::with(&[]);
    let many = [("a", "v")].repeat(200);
    let cases: Vec<(&str, u32, Client)> = vec![
        ("no preface", 1, Client(b"GET / HTTP/1.1\r\n\r\n".to_vec())),
        ("no settings", 1, Client(PREFACE.to_vec()).get(1)),
        ("even stream", 1, start().get(2)),
        ("stream 0", 1, start().get(0)),
        ("stream again", 5, start().get(1).get(1)),
        ("lower stream", 5, start().get(5).get(3)),
        ("data on 0", 1, start().frame(DATA, 0, 0, b"x")),
        ("data on idle", 1, start().frame(DATA, 0, 1, b"x")),
        (
            "padding",
            1,
            start()
                .head(1, false, &request("PUT", &[]))
                .frame(DATA, 8, 1, &[9, 0]),
        ),
        ("reset idle", 1, start().frame(RST_STREAM, 0, 1, &[0; 4])),
        (
            "reset short",
            6,
            start().get(1).frame(RST_STREAM, 0, 1, &[0; 3]),
        ),
        ("priority on 0", 1, start().frame(PRIORITY, 0, 0, &[0; 5])),
        ("priority short", 6, start().frame(PRIORITY, 0, 1, &[0; 4])),
        ("settings odd", 6, start().frame(SETTINGS, 0, 0, &[0; 5])),
        ("settings on 1", 1, start().frame(SETTINGS, 0, 1, &[])),
        ("settings ack", 6, start().frame(SETTINGS, ACK, 0, &[0; 6])),
        (
            "push",
            1,
            start().frame(SETTINGS, 0, 0, &[0, 2, 0, 0, 0, 2]),
        ),
        ("window", 3, start().frame(SETTINGS, 0, 0, &window(1 << 31))),
        (
            "frame size",
            1,
            start().frame(SETTINGS, 0, 0, &[0, 5, 0, 0, 0, 1]),
        ),
        ("ping short", 6, start().frame(PING, 0, 0, &[0; 7])),
        ("ping on 1", 1, start().frame(PING, 0, 1, &[0; 8])),
        ("goaway on 1", 1, start().frame(GOAWAY, 0, 1, &[0; 8])),
        ("goaway short", 6, start().frame(GOAWAY, 0, 0, &[0; 7])),
        (
            "push promise",
            1,
            start().frame(PUSH_PROMISE, 0, 1, &[0; 4]),
        ),
        ("no opening", 1, start().frame(WINDOW_UPDATE, 0, 0, &[0; 4])),
        (
            "idle opening",
            1,
            start().frame(WINDOW_UPDATE, 0, 1, &[0, 0, 0, 1]),
        ),
        (
            "opening short",
            6,
            start().frame(WINDOW_UPDATE, 0, 0, &[0; 3]),
        ),
        (
            "too open",
            3,
            start().frame(WINDOW_UPDATE, 0, 0, &[0x7f, 0xff, 0xff, 0xff]),
        ),
        (
            "lone continuation",
            1,
            start().frame(CONTINUATION, END_HEADERS, 1, b""),
        ),
        (
            "interrupted",
            1,
            start().frame(HEADERS, 0, 1, b"").frame(PING, 0, 0, &[0; 8]),
        ),
        ("long frame", 6, start().frame(DATA, 0, 1, &[0; 16_385])),
        (
            "no fields",
            9,
            start().frame(HEADERS, END_HEADERS, 1, b"\xff\xff\xff"),
        ),
        (
            "table",
            9,
            start().frame(HEADERS, END_HEADERS, 1, b"\x3f\xff\x7f\x82"),
        ),
        ("many fields", 11, start().head(1, true, &many)),
        (
            "long fields",
            11,
            start().head(1, true, &[("a", &"b".repeat(17_000))]),
        ),
    ];
    for (what, code, client) in cases {
        assert_eq!(client.hears("x").fault(), Some(code), "{what}");
    }
}

#[test]
fn whoever_sends_too_much_for_nothing_is_sent_away() {
    const CALM: Option<u32> = Some(11);
    let floods: [(&str, Flood); 6] = [
        ("ping", |client, _| client.frame(PING, 0, 0, &[0; 8])),
        ("settings", |client, _| client.frame(SETTINGS, 0, 0, &[])),
        ("unknown", |client, _| client.frame(99, 0, 0, &[])),
        ("priority", |client, _| {
            client.frame(PRIORITY, 0, 1, &[0; 5])
        }),
        ("window", |client, _| {
            client.frame(WINDOW_UPDATE, 0, 0, &[0, 0, 0, 1])
        }),
        ("reset", |client, at| {
            let id = u32::try_from(2 * at + 1).unwrap();
            client.get(id).frame(RST_STREAM, 0, id, &[0, 0, 0, 8])
        }),
    ];
    for (what, flood) in floods {
        let heard = Client::with(&[]).times(MAX_IDLE + 1, flood).hears("x");
        assert_eq!(heard.fault(), CALM, "{what}");
        assert!(heard.asked.len() <= MAX_RESETS + 1, "{what}");
    }
    let posting = || Client::with(&[]).head(1, false, &request("POST", &[]));
    let empty = posting().times(MAX_IDLE + 1, |client, _| client.frame(DATA, 0, 1, b""));
    assert_eq!(empty.hears("x").fault(), CALM);
    let endless = Client::with(&[])
        .frame(HEADERS, 0, 1, b"")
        .times(MAX_IDLE + 1, |client, _| {
            client.frame(CONTINUATION, 0, 1, b"")
        });
    assert_eq!(endless.hears("x").fault(), CALM);
    // More streams than may be open are refused, and those that are open are served.
    let count = MAX_STREAMS as usize;
    let heard = Client::with(&window(0))
        .times(count + 1, |client, at| {
            client.get(u32::try_from(2 * at + 1).unwrap())
        })
        .frame(SETTINGS, 0, 0, &window(9))
        .hears("x");
    assert_eq!(heard.reset(2 * MAX_STREAMS + 1), Some(7));
    assert_eq!((heard.asked.len(), heard.fault()), (count, None));
}

/// Whatever comes, every frame that goes out is whole, and the conversation ends.
#[test]
fn mutated_conversations_end() {
    let whole = Client::with(&window(30))
        .get(1)
        .head(3, false, &request("POST", &[("content-length", "6")]))
        .frame(DATA, 0x8, 3, b"\x02abc\0\0")
        .frame(PRIORITY, 0, 5, &[0; 5])
        .frame(DATA, END_STREAM, 3, b"def")
        .frame(WINDOW_UPDATE, 0, 0, &[0, 1, 0, 0])
        .frame(
            HEADERS,
            0,
            5,
            b"\x82\x87\x41\x8c\xf1\xe3\xc2\xe5\xf2\x3a\x6b\xa0\xab",
        )
        .frame(CONTINUATION, END_HEADERS, 5, b"\x90\xf4\xff\x84\xbe")
        .frame(RST_STREAM, 0, 5, &[0, 0, 0, 8])
        .frame(PING, 0, 0, &[0; 8])
        .frame(GOAWAY, 0, 0, &[0; 8])
        .0;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below).unwrap()).unwrap()
    };
    for _ in 0..3000 {
        let mut bytes = whole.clone();
        for _ in 0..=random(4) {
            let at = PREFACE.len() + random(bytes.len() - PREFACE.len());
            match random(4) {
                0 => bytes[at] = u8::try_from(random(256)).unwrap(),
                1 => bytes[at] ^= 1 << random(8),
                2 => bytes.truncate(at.max(PREFACE.len() + 1)),
                _ => bytes.insert(at, u8::try_from(random(256)).unwrap()),
            }
        }
        Client(bytes).hears("an answer of more than thirty bytes, so that it has to wait");
    }
}
