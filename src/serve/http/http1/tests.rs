//! Requests as they come off a slow wire, good and bad.

use std::io::Cursor;

use super::*;

struct Talk(Cursor<Vec<u8>>, Vec<u8>);

impl Read for Talk {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // A few bytes at a time, as a network would.
        let size = buffer.len().min(7);
        self.0.read(&mut buffer[..size])
    }
}

impl Write for Talk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn read(text: &str) -> (Vec<Request>, Fault) {
    let mut talk = Talk(Cursor::new(text.as_bytes().to_vec()), Vec::new());
    let mut requests = Requests::new(Vec::new());
    let mut seen = Vec::new();
    loop {
        match requests.next(&mut talk) {
            Ok((request, _)) => seen.push(request),
            Err(fault) => return (seen, fault),
        }
    }
}

fn refused(text: &str) -> u16 {
    match read(text) {
        (seen, Fault::Refused(status)) if seen.is_empty() => status,
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn requests_follow_one_another_with_either_kind_of_body() {
    let (seen, end) = read(concat!(
        "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
        "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: t\r\n\r\n",
        "GET /d HTTP/1.0\r\n\r\n"
    ));
    assert!(matches!(end, Fault::Nothing));
    let bodies: Vec<&[u8]> = seen.iter().map(|request| request.body.as_slice()).collect();
    assert_eq!(bodies, [&b"hello"[..], b"abc", b""]);
    assert_eq!(seen[0].path(), "/a");
}

#[test]
fn what_is_not_http_is_refused_by_its_number() {
    assert_eq!(refused("\x01\x02garbage\r\n\r\n"), 400);
    assert_eq!(refused("GET / HTTP/1.1\r\n\r\n"), 400);
    assert_eq!(refused("GET / HTTP/3.7\r\nHost: x\r\n\r\n"), 505);
    let post = "POST / HTTP/1.1\r\nHost: x\r\n";
    assert_eq!(refused(&format!("{post}Content-Length: -1\r\n\r\n")), 400);
    assert_eq!(
        refused(&format!(
            "{post}Content-Length: 99999999999999999999\r\n\r\n"
        )),
        413
    );
    assert_eq!(
        refused(&format!(
            "{post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n"
        )),
        400
    );
    assert_eq!(
        refused(&format!(
            "{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        )),
        400
    );
    assert_eq!(
        refused(&format!(
            "{post}Transfer-Encoding: chunked\r\n\r\nffffffff\r\n"
        )),
        413
    );
    assert_eq!(
        refused(&format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
        400
    );
    assert_eq!(
        refused(&format!("GET /{} HTTP/1.1\r\n", "a".repeat(MAX_HEAD))),
        431
    );
    assert_eq!(
        refused(&format!("{post}{}\r\n", "A: b\r\n".repeat(MAX_HEADERS))),
        431
    );
}

#[test]
fn a_header_value_never_begins_a_line_of_its_own() {
    let mut response = Response::new(200, "text/plain", "hello");
    response
        .headers
        .push(("X", "a\r\nSet-Cookie: b".to_owned()));
    let mut written = Vec::new();
    write(&response, true, false, &mut written).expect("writing to memory");
    let text = String::from_utf8(written).expect("text");
    assert!(!text.contains("\nSet-Cookie"), "{text}");
    assert!(text.ends_with("\r\n\r\n"), "{text}");
}

#[test]
fn of_a_large_body_the_beginning_is_kept_and_the_rest_counted() {
    let length = KEPT_BODY * 2;
    let (seen, end) = read(&format!(
        "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{}GET / HTTP/1.0\r\n\r\n",
        "x".repeat(length)
    ));
    assert!(matches!(end, Fault::Nothing));
    assert_eq!(
        (seen[0].body.len(), seen[0].body_bytes),
        (KEPT_BODY, length)
    );
    assert_eq!(seen[1].method, "GET");
}
