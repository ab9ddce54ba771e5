//! One HTTP exchange over the recorded stream: as much of the answer as a diagnosis needs.

mod answer;
mod http1;
mod http2;
mod request;

use crate::endpoint::Endpoint;
use crate::evidence::{Call, Direction, End, Ending, Http, Reply};
use crate::secret::Secret;

use super::tls::{Read, Session};
use answer::Parsed;

pub(super) use http1::{Head, dechunk, head};
pub use request::Request;

/// How much of a body is kept, in bytes.
pub const MAX_BODY: usize = 8 * 1024;
/// How much of an answer is read at all.
const MAX_ANSWER: usize = 256 * 1024;

/// Sends the request in the version of HTTP that was agreed on, reads the answer, and says how the connection ended.
///
/// Whatever becomes of the writing, what the server said before it closed is read.
pub(super) fn exchange(
    session: &mut Session,
    request: &Request,
    endpoint: &Endpoint,
    call: &mut Call,
) -> (End, Option<Secret>) {
    let (written, received) = if session.speaks_http2() {
        let exchanged = http2::exchange(session, request, endpoint);
        call.stream_error = exchanged.error;
        (exchanged.written, exchanged.received)
    } else {
        let written = session.send(&request.bytes(endpoint));
        (written, http1::read(session, request))
    };
    call.http = received.answer;
    call.reply = received.reply;
    let later = received.end;
    let end = match written {
        Some(earlier) if call.http.is_none() && later.how != Ending::Alert => earlier,
        _ => later,
    };
    (end, received.body)
}

/// What came back: what may become evidence, the body as it was, and how the connection ended.
struct Received {
    answer: Option<Http>,
    /// An answer in another protocol.
    reply: Option<Reply>,
    body: Option<Secret>,
    end: End,
}

impl Received {
    /// What may be known of an answer to `request` that came in these bytes, before the connection's `end`.
    fn of(
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
