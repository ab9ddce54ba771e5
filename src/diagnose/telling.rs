//! Sentences about a call's facts that several rules share: the demand, the answer, the end.

use crate::evidence::{CertificateRequest, Ending, Moment, Phase, Tls};

use super::Case;
use super::answer::Recognised;

/// The demand in one line.
pub(super) fn asked(tls: &Tls) -> String {
    tls.certificate_request.as_ref().map_or_else(
        || "the server did not ask for a certificate".to_owned(),
        asked_of,
    )
}

pub(super) fn asked_of(request: &CertificateRequest) -> String {
    let when = match request.moment {
        Moment::Handshake => "",
        Moment::Renegotiation => " by renegotiation, once it saw the request",
        Moment::PostHandshake => " after the handshake, once it saw the request",
    };
    if request.ca_names.is_empty() {
        format!("the server asked for a certificate{when}, and named no CA")
    } else {
        format!(
            "the server asked for a certificate{when}, from: {}",
            list(&request.ca_names)
        )
    }
}

pub(super) fn quoted(case: &Case<'_>, said: &Recognised) -> String {
    let status = case.call.http.as_ref().map_or(0, |http| http.status);
    if said.quote.is_empty() {
        return format!("the answer is HTTP {status} as {} gives it", said.product);
    }
    format!(
        "the answer is HTTP {status} as {} gives it: \"{}\"",
        said.product,
        said.quote.escape_debug()
    )
}

pub(super) fn ending(case: &Case<'_>) -> String {
    let Some(end) = case.call.end else {
        return "the connection did not end".to_owned();
    };
    let how = match end.how {
        Ending::Reset => "the connection was reset",
        Ending::CloseNotify => "the server closed TLS",
        _ => "the server closed the connection",
    };
    let when = match end.phase {
        Phase::Proxy => "before the tunnel stood",
        Phase::StartTls => "before TLS was agreed on",
        Phase::Handshake => "during the handshake, after our certificate message",
        Phase::Listening => "right after the handshake",
        Phase::Request => "while the request was sent",
        Phase::Response => "instead of answering",
    };
    format!("{how} {when}, without saying why")
}

pub(super) fn status(number: u16, reason: &str) -> String {
    format!("{number} {}", reason.escape_debug())
        .trim_end()
        .to_owned()
}

/// Names for a sentence, not all of a long list.
pub(super) fn list(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    let more = names.len().saturating_sub(shown.len());
    if more == 0 {
        shown.join("; ")
    } else {
        format!("{}; and {more} more", shown.join("; "))
    }
}
