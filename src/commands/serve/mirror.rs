//! The site of the mirror: every visitor is told what it presented, and so is whoever watches.

use std::sync::mpsc::SyncSender;
use std::time::Instant;

use crate::evidence::CertificateFacts;
use crate::material::Time;
use crate::report::serve as words;
use crate::report::serve::Visitor;
use crate::serve::{self, Presented, Request, Response, Site};

/// gRPC's status of a call of something that is not there.
const UNIMPLEMENTED: u8 = 12;
/// gRPC's status of a caller whose credentials are no good.
const UNAUTHENTICATED: u8 = 16;

/// A connection that is over.
pub struct Visit {
    pub at: Time,
    pub seen: Presented,
}

/// Tells visitors about themselves.
pub struct Mirror {
    /// The CAs whose clients are welcome.
    pub trusted: Vec<CertificateFacts>,
    pub clock: Running,
    pub events: SyncSender<Visit>,
    /// Answers in the mirror's place, where a persona has answers of its own.
    pub stand_in: Option<Box<dyn Site>>,
}

/// The run's clock, carried on by the machine's own, for threads that outlive a borrow.
#[derive(Clone, Copy)]
pub struct Running {
    pub began: Time,
    pub since: Instant,
}

impl Running {
    pub fn now(self) -> Time {
        let gone = i64::try_from(self.since.elapsed().as_secs()).unwrap_or(i64::MAX);
        Time::from_unix(self.began.unix().saturating_add(gone))
    }
}

impl Site for Mirror {
    fn answer(&self, seen: &Presented, request: &Request) -> Response {
        if let Some(stand_in) = &self.stand_in {
            return stand_in.answer(seen, request);
        }
        let at = self.clock.now();
        let diagnosis = serve::judge(seen, &self.trusted, at);
        let visitor = Visitor {
            number: None,
            at,
            seen,
            request: Some(request),
            diagnosis: &diagnosis,
        };
        let mut response = match Form::wanted(request.header("accept")) {
            _ if request.is_grpc() => {
                let status = if diagnosis.verdict.code.is_fine() {
                    UNIMPLEMENTED
                } else {
                    UNAUTHENTICATED
                };
                Response::grpc(status, &words::sentence(&visitor))
            }
            Form::Text => Response::new(200, "text/plain; charset=utf-8", words::plain(&visitor)),
            Form::Json => Response::new(200, "application/json", words::object(&visitor)),
            Form::Html => Response::new(200, "text/html; charset=utf-8", words::page(&visitor)),
        };
        response.headers.extend([
            ("Cache-Control", "no-store".to_owned()),
            ("X-Content-Type-Options", "nosniff".to_owned()),
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'".to_owned(),
            ),
        ]);
        // One request a connection: whoever watches is told at once, and every request shows its own handshake.
        response.close = true;
        response
    }

    fn plain_http(&self) -> Option<Response> {
        let mut response = Response::new(400, "text/plain; charset=utf-8", words::plain_http());
        response.close = true;
        Some(response)
    }

    fn over(&self, seen: &Presented) {
        // Nobody listens any more once the server is being stopped: then there is nobody to tell.
        let _ = self.events.send(Visit {
            at: self.clock.now(),
            seen: seen.clone(),
        });
    }
}

/// How a visitor would like its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Html,
}

impl Form {
    /// By the `Accept` header (RFC 9110, section 12.5.1): the highest weight wins, the first among equals.
    fn wanted(accept: Option<&str>) -> Self {
        let mut best = (Self::Text, 0.0);
        for range in accept.unwrap_or_default().split(',') {
            let mut parts = range.split(';').map(str::trim);
            let form = match parts
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
                .as_str()
            {
                "text/html" | "application/xhtml+xml" => Self::Html,
                "application/json" | "application/*" => Self::Json,
                "text/plain" | "text/*" | "*/*" => Self::Text,
                _ => continue,
            };
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if weight > best.1 {
                best = (form, weight);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn the_answer_takes_the_form_the_visitor_prefers() {
        assert_eq!(Form::wanted(None), Form::Text);
        assert_eq!(Form::wanted(Some("*/*")), Form::Text);
        assert_eq!(Form::wanted(Some("application/json")), Form::Json);
        assert_eq!(
            Form::wanted(Some(
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            )),
            Form::Html
        );
        assert_eq!(
            Form::wanted(Some("text/html;q=0.1, application/json;q=0.5")),
            Form::Json
        );
        assert_eq!(Form::wanted(Some("image/png")), Form::Text);
    }
}
