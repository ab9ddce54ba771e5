//! Owns the reading of other programs' error texts: text in, verdict codes out. Pure: no file, no socket, no clock.
//!
//! Words are compared, not characters, so quotes, case, line breaks and colours do not matter. Every phrase of the
//! catalogue that is found says what it says; the most specific wins, and who printed it decides whose certificate
//! it is about.

mod addresses;
mod causes;
mod faults;
mod files;
mod fragments;
mod loose;
mod pattern;
mod place;
mod prose;
mod rank;
mod sayings;
mod secrets;
mod setting;
mod sides;
mod text;
mod words;

use crate::catalogue::phrases::Side;
use crate::catalogue::{Code, Confidence, entry};

pub use files::Files;
pub use place::Place;

/// The longest text that is read, in bytes; of a longer one the end is.
pub const MAX_BYTES: usize = 1024 * 1024;

/// What a text may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The likeliest first; empty where the text is not about this.
    pub candidates: Vec<Candidate>,
    /// The endpoint that the text names.
    pub place: Option<Place>,
    pub files: Files,
}

/// One meaning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub code: Code,
    pub confidence: Confidence,
    pub because: Vec<Reading>,
}

/// A phrase that was found, and how it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Whose phrase it is; empty where it is anybody's.
    pub program: &'static str,
    /// As it stands in the text, without credentials.
    pub quote: String,
    /// Counted from 1.
    pub line: usize,
    /// Who printed it, where that decides what it means.
    pub by: Option<Side>,
    /// Nothing in the text says who printed it: a client, as most who ask are.
    pub assumed: bool,
}

/// Reads a text.
#[must_use]
pub fn explain(text: &str) -> Explanation {
    let text = tail(text);
    let words = words::read(text).mended(pattern::knows);
    let hits = pattern::find(&words);
    let candidates = rank::rank(text, &words, &hits);
    let error = candidates
        .first()
        .and_then(|best| best.because.first())
        .map_or(1, |reading| reading.line);
    Explanation {
        candidates,
        place: place::find(text),
        files: files::find(text, error),
    }
}

/// The text's end, as much of it as is read.
fn tail(text: &str) -> &str {
    let mut start = text.len().saturating_sub(MAX_BYTES);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// Words by which a program says this, and who prints them where it says so only from one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saying {
    /// Empty where it is anybody's.
    pub program: &'static str,
    /// Which versions; empty where all do.
    pub versions: &'static str,
    pub text: String,
    pub by: Option<Side>,
}

/// The phrases that lead to a code before any other.
#[must_use]
pub fn sayings(code: Code) -> Vec<Saying> {
    sayings::of(code)
}

/// What settles the question: commands of this program, with `{url}` and files left open.
#[must_use]
pub fn settle(code: Code) -> &'static [&'static str] {
    use crate::catalogue::Stage;
    match code {
        Code::ClientKeyMismatch => &["fullcert inspect {key} {cert}"],
        // What a program sends is seen only from the other side.
        Code::ClientCertMissing | Code::ClientCertNotSent => &[
            "fullcert probe {url} -E {cert}",
            "fullcert serve --cacert client-ca.pem",
        ],
        Code::ClientIssuerUnknown
        | Code::ClientChainIncomplete
        | Code::ClientCertSelfSigned
        | Code::ClientCertExpired
        | Code::ClientCertNotYetValid
        | Code::ClientCertWrongPurpose
        | Code::ClientCertRevoked
        | Code::ClientCertWeak
        | Code::ClientCertRejected => &[
            "fullcert verify {cert} --purpose client",
            "fullcert probe {url} -E {cert}",
        ],
        _ => match entry(code).stage {
            Stage::Preparation => match code {
                Code::KeyPassphraseWrong | Code::KeyFormatUnsupported => {
                    &["fullcert inspect {key}"]
                }
                Code::PemMalformed => &["fullcert inspect {file}"],
                _ => &["fullcert inspect {store}"],
            },
            Stage::Connection | Stage::Handshake | Stage::ServerAuthentication => {
                &["fullcert probe {url}"]
            }
            Stage::ClientAuthentication | Stage::Application => &["fullcert probe {url} -E {cert}"],
        },
    }
}
