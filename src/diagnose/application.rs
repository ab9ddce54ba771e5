//! What the application made of the request, once TLS stood and nobody refused a certificate.

use crate::catalogue::http::Meaning;
use crate::catalogue::{Code, Confidence, Culprit, Stage};
use crate::evidence::{Ending, HTTP2, Phase, Presented, http2_error};

use super::answer::Recognised;
use super::telling::quoted;
use super::{Case, Verdict, telling};

/// An answer that comes from something in front of the application, and is not about our certificate.
pub(super) fn beside(case: &Case<'_>, said: &Recognised) -> Option<Verdict> {
    let verdict = match said.meaning {
        Meaning::Elsewhere(note) => judge(case).because(format!(
            "that is how {} answers for itself: {note}",
            said.product
        )),
        Meaning::Behind(note) => Verdict::new(Code::HttpError, Confidence::Likely, case.evidence)
            .culprit(Culprit::Server)
            .summary(format!(
                "{} could not reach the server behind it; the call from here to {} is not the problem",
                said.product, case.evidence.target.host
            ))
            .because(quoted(case, said))
            .because(note)
            .fix_only(["have the server's owner look at the connection behind this one".to_owned()]),
        Meaning::PlainHttp => Verdict::new(Code::HttpError, Confidence::Likely, case.evidence)
            .culprit(Culprit::Server)
            .summary("what ends TLS here passes the request on without TLS, to a server that wants it")
            .because(quoted(case, said))
            .fix_only(["have the server's owner turn on TLS for the connection behind this one".to_owned()]),
        _ => return None,
    };
    Some(verdict.done())
}

pub(super) fn judge(case: &Case<'_>) -> Verdict {
    let make = |code, confidence| Verdict::new(code, confidence, case.evidence);
    if let Some(http) = &case.call.http {
        let fact = format!(
            "the answer is HTTP {}",
            telling::status(http.status, &http.reason)
        );
        return match http.status {
            401 => make(Code::HttpUnauthorized, Confidence::Likely)
                .because(fact)
                .done(),
            403 => make(Code::HttpForbidden, Confidence::Likely)
                .because(fact)
                .done(),
            421 => make(Code::HttpError, Confidence::Likely)
                .because(fact)
                .because("421 says that the name asked for in TLS (SNI) and the Host header differ, or that this server does not answer for it")
                .fix_first("call it by one name: the URL's host, the SNI and a Host header must be the same")
                .done(),
            400.. => make(Code::HttpError, Confidence::Likely)
                .because(fact)
                .done(),
            _ => fine(case).because(fact).done(),
        };
    }
    if let Some(code) = case.call.stream_error {
        return turned_away(case, code);
    }
    if let Some(verdict) = super::reply::stalled(case) {
        return verdict;
    }
    let end = case.call.end;
    match end.map(|end| end.how) {
        Some(Ending::Silence) if case.evidence.target.request => {
            make(Code::HandshakeTimeout, Confidence::Proven)
                .summary("TLS stood and the request was sent, and the server never answered")
                .stage(Stage::Application)
                .because(format!("waited {:.1} s", case.call.took_ms / 1000.0))
                .done()
        }
        Some(Ending::Silence | Ending::Ours)
            if !case.evidence.target.request
                || end.is_some_and(|end| end.phase == Phase::Listening) =>
        {
            let verdict = fine(case).because_all(super::reply::told(case));
            super::reply::tempered(case, verdict).done()
        }
        _ => {
            let fact = match end.map(|end| end.how) {
                Some(Ending::Reset) => {
                    "the connection was reset after the handshake, before any answer"
                }
                Some(Ending::Alert) => "the server sent an alert after the handshake",
                Some(Ending::Ours) => "the answer is not HTTP",
                _ => "the server closed the connection after the handshake, before any answer",
            };
            let mut verdict = super::transport::closed(case, fact);
            if let Some(number) = case
                .call
                .tls
                .as_ref()
                .and_then(crate::evidence::Tls::received_alert)
            {
                verdict =
                    verdict.because(format!("the alert is {}", super::alert::spelled(number)));
            }
            verdict
        }
    }
}

/// The server speaks HTTP/2 and wants no such request; whatever it thinks of certificates it had said before.
fn turned_away(case: &Case<'_>, code: u32) -> Verdict {
    let mut verdict = fine(case).because(format!(
        "it took the request in HTTP/2 and ended it with {}: a gRPC server does so to whatever is no call of its own",
        http2_error(code)
    ));
    verdict.confidence = verdict.confidence.min(Confidence::Likely);
    verdict.done()
}

/// An answer came, in HTTP/2: TLS is behind it, and what it says nobody here can read.
pub(super) fn in_http2(case: &Case<'_>) -> Option<Verdict> {
    let reply = case
        .call
        .reply
        .as_ref()
        .filter(|reply| reply.code == HTTP2)?;
    let refused = case
        .call
        .tls
        .as_ref()
        .is_some_and(|tls| tls.received_alert().is_some());
    (!refused).then(|| {
        Verdict::new(Code::HttpError, Confidence::Likely, case.evidence)
            .culprit(Culprit::Either)
            .summary("the server speaks HTTP/2 only, and was asked in HTTP/1.1; TLS went well")
            .because(format!("it answered with {}", reply.text))
            .fix_only([
                "use a client that speaks HTTP/2, or have the server offer HTTP/1.1 as well"
                    .to_owned(),
                format!(
                    "fullcert probe tls://{}:{} probes TLS and the certificate alone",
                    case.evidence.target.host, case.evidence.target.port
                ),
            ])
            .done()
    })
}

/// The call went through; what it shows about certificates is said exactly.
fn fine(case: &Case<'_>) -> Verdict {
    let asked = case
        .call
        .tls
        .as_ref()
        .is_some_and(|tls| tls.certificate_request.is_some());
    let sent = case.call.presented != Presented::Nothing;
    match (asked, sent) {
        (true, true) => Verdict::new(Code::Ok, Confidence::Proven, case.evidence)
            .summary("the server asked for a certificate, and accepted the one it was sent"),
        (true, false) => Verdict::new(
            Code::ClientCertNotRequired,
            Confidence::Likely,
            case.evidence,
        )
        .because("the server asked for a certificate, none was sent, and it did not object"),
        (false, _) => Verdict::new(Code::Ok, Confidence::Proven, case.evidence)
            .summary("the call went through; the server asked for no certificate"),
    }
}
