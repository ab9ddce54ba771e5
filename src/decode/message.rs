//! Owns the shapes of messages about certificates that hold no material of their own: OCSP (RFC 6960, section 4) and
//! time-stamps (RFC 3161, section 2.4). They are named for what they are.

use crate::error::DecodeError;
use crate::source::Origin;

use super::tlv::{self, Element};

const ENUMERATED: u8 = 0x0a;
const UTF8_STRING: u8 = 0x0c;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Message {
    OcspRequest,
    OcspResponse,
    TimeStampQuery,
    TimeStampReply,
}

impl Message {
    pub fn name(self) -> &'static str {
        match self {
            Self::OcspRequest => "OCSP request",
            Self::OcspResponse => "OCSP response",
            Self::TimeStampQuery => "time-stamp query (RFC 3161)",
            Self::TimeStampReply => "time-stamp reply (RFC 3161)",
        }
    }

    pub fn error(self, origin: &Origin) -> DecodeError {
        DecodeError::FormatUnsupported {
            origin: origin.clone(),
            format: self.name(),
            instead: match self {
                Self::OcspRequest => {
                    "openssl ocsp -reqin FILE -req_text shows it; name the certificate that it asks about"
                }
                Self::OcspResponse => {
                    "openssl ocsp -respin FILE -noverify -resp_text shows it; name the certificate that it is about"
                }
                Self::TimeStampQuery => {
                    "openssl ts -query -in FILE -text shows it; it holds no certificate"
                }
                Self::TimeStampReply => {
                    "openssl ts -reply -in FILE -text shows it; -token_out -out token.p7b takes out the token with its certificates"
                }
            },
        }
    }
}

/// Recognises the content of a sequence by its shape.
pub(super) fn recognise(content: &[u8]) -> Option<Message> {
    let parts = list(content, 8)?;
    match parts.as_slice() {
        [status] | [status, _] if status.tag == ENUMERATED => {
            let body = parts.get(1);
            (status.content.len() == 1 && body.is_none_or(|body| body.tag == tlv::CONTEXT_0))
                .then_some(Message::OcspResponse)
        }
        [version, imprint, ..] if version.tag == tlv::INTEGER => {
            (tlv::unsigned(version.content) == Some(1) && is_imprint(imprint))
                .then_some(Message::TimeStampQuery)
        }
        [body] | [body, _] if body.tag == tlv::SEQUENCE => {
            let second = parts.get(1);
            if second.is_none_or(|second| second.tag == tlv::CONTEXT_0) && asks(body) {
                return Some(Message::OcspRequest);
            }
            (is_status(body) && second.is_none_or(is_token)).then_some(Message::TimeStampReply)
        }
        _ => None,
    }
}

/// The elements of a value, where all are whole and at most `most`.
fn list(content: &[u8], most: usize) -> Option<Vec<Element<'_>>> {
    let parts: Vec<_> = tlv::children(content)
        .take(most + 1)
        .collect::<Result<_, _>>()
        .ok()?;
    (!parts.is_empty() && parts.len() <= most).then_some(parts)
}

/// `MessageImprint`: an algorithm and a digest.
fn is_imprint(element: &Element<'_>) -> bool {
    element.tag == tlv::SEQUENCE
        && list(element.content, 2).is_some_and(|parts| {
            matches!(parts.as_slice(), [algorithm, digest]
                if is_algorithm(algorithm) && digest.tag == tlv::OCTET_STRING)
        })
}

fn is_algorithm(element: &Element<'_>) -> bool {
    element.tag == tlv::SEQUENCE && tlv::children(element.content).one(tlv::OID).is_some()
}

/// `TBSRequest`, whose list begins with a `CertID`.
fn asks(body: &Element<'_>) -> bool {
    let first = || {
        let mut fields = tlv::children(body.content);
        fields.one(tlv::CONTEXT_0);
        fields.one(0xa1);
        let requests = fields.one(tlv::SEQUENCE)?;
        let request = tlv::children(requests.content).one(tlv::SEQUENCE)?;
        tlv::children(request.content).one(tlv::SEQUENCE)
    };
    first()
        .and_then(|id| list(id.content, 4))
        .is_some_and(|parts| {
            matches!(parts.as_slice(), [algorithm, name, key, serial]
            if is_algorithm(algorithm)
                && (name.tag, key.tag, serial.tag)
                    == (tlv::OCTET_STRING, tlv::OCTET_STRING, tlv::INTEGER))
        })
}

/// `PKIStatusInfo`: a status from 0 to 5, and perhaps what went wrong.
fn is_status(body: &Element<'_>) -> bool {
    let Some(parts) = list(body.content, 3) else {
        return false;
    };
    let [status, reasons @ ..] = parts.as_slice() else {
        return false;
    };
    status.tag == tlv::INTEGER
        && matches!(status.content, [0..=5])
        && reasons.iter().all(|reason| match reason.tag {
            tlv::SEQUENCE => tlv::children(reason.content).one(UTF8_STRING).is_some(),
            other => other == tlv::BIT_STRING,
        })
}

/// A `ContentInfo`.
fn is_token(element: &Element<'_>) -> bool {
    let mut parts = tlv::children(element.content);
    element.tag == tlv::SEQUENCE
        && parts.one(tlv::OID).is_some()
        && parts.one(tlv::CONTEXT_0).is_some()
}
