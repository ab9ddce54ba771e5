//! What a server did with one call, as far as a client certificate is concerned.

use crate::catalogue::http::Meaning;
use crate::evidence::{Call, Ending, Presented, Tls};

use super::alert::spelled;
use super::{answer, reply};

/// The way a server reacted to what it was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reaction {
    /// A fatal alert, after it had our Certificate message.
    Alert(u8),
    /// Closed or reset without an alert.
    Closed,
    /// A fatal alert or an end before it could judge any certificate.
    Early(Option<u8>),
    /// An HTTP answer that is known to be about the certificate.
    Told { status: u16, meaning: Meaning },
    /// Any other HTTP answer; the digest stands for its body.
    Answered { status: u16, body: String },
    /// A refusal in another protocol's words that is known to be about the certificate.
    Said { code: String, none: bool },
    /// Nothing against us until we left (`tls://`, or an experiment that sends no request).
    Quiet,
    /// Nothing until the deadline, or never connected.
    Silent,
}

impl Reaction {
    /// Reads it out of a call.
    pub(super) fn of(call: &Call) -> Self {
        if let Some(http) = &call.http {
            return match answer::recognise(http).filter(answer::Recognised::about_certificate) {
                Some(said) => Self::Told {
                    status: http.status,
                    meaning: said.meaning,
                },
                None => Self::Answered {
                    status: http.status,
                    body: crate::material::sha256(steady(&http.body).as_bytes()),
                },
            };
        }
        if let Some((code, none)) = call.reply.as_ref().and_then(reply::about_certificate) {
            return Self::Said {
                code: code.to_owned(),
                none,
            };
        }
        let (Some(end), Some(tls)) = (call.end, &call.tls) else {
            return Self::Silent;
        };
        if let Some(number) = tls.received_alert() {
            return if judged(tls, call) {
                Self::Alert(number)
            } else {
                Self::Early(Some(number))
            };
        }
        match end.how {
            Ending::Ours | Ending::Silence if tls.completed => Self::Quiet,
            Ending::Fin | Ending::Reset | Ending::CloseNotify if judged(tls, call) => Self::Closed,
            Ending::Silence => Self::Silent,
            _ => Self::Early(None),
        }
    }

    /// Whether the server turned this call away at all.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            Self::Alert(_) | Self::Closed | Self::Early(_) | Self::Said { .. } => true,
            Self::Told { meaning, .. } => {
                matches!(meaning, Meaning::NoCertificate | Meaning::OwnerNotAllowed)
                    || answer::refuses_certificate(*meaning)
            }
            Self::Answered { status, .. } => matches!(status, 401 | 403),
            Self::Quiet | Self::Silent => false,
        }
    }

    /// In words, to stand after "the server".
    pub(super) fn words(&self) -> String {
        match self {
            Self::Alert(number) | Self::Early(Some(number)) => {
                format!("sends the alert {}", spelled(*number))
            }
            Self::Closed | Self::Early(None) => "closes the connection without a word".to_owned(),
            Self::Told { status, meaning } => {
                let what = match meaning {
                    Meaning::NoCertificate => "no certificate arrived",
                    Meaning::NoneValid => "no valid certificate arrived",
                    Meaning::OwnerNotAllowed => "the certificate's owner is not let in",
                    meaning if answer::refuses_certificate(*meaning) => {
                        "the certificate is refused"
                    }
                    _ => "something else is wrong",
                };
                format!("answers HTTP {status} and says that {what}")
            }
            Self::Answered { status, .. } => format!("answers HTTP {status}"),
            Self::Said { code, none } => {
                let what = if *none {
                    "no valid certificate arrived"
                } else {
                    "the certificate is refused"
                };
                format!("answers {code} and says that {what}")
            }
            Self::Quiet => "raises no objection".to_owned(),
            Self::Silent => "stays silent".to_owned(),
        }
    }
}

/// Whether the server had what it needed to judge a certificate, or the lack of one.
fn judged(tls: &Tls, call: &Call) -> bool {
    tls.certificate_was_judged()
        || tls.completed && tls.certificate_request.is_some()
        || call.presented == Presented::Nothing && tls.sent.is_some()
}

/// A body without what changes from answer to answer: digits, as in times and request numbers.
fn steady(body: &str) -> String {
    body.chars()
        .filter(|character| !character.is_ascii_digit())
        .collect()
}
