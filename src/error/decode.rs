//! Bytes that could not be read as key material.

use crate::source::Origin;

use super::{Hint, SecretError};

/// What is wrong with a PEM block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PemFault {
    #[error("the line -----END {0}----- is missing")]
    MissingEnd(String),
    #[error("it begins as {begin} and ends as {end}")]
    LabelsDiffer { begin: String, end: String },
    #[error("the line -----BEGIN {0}----- is missing")]
    MissingBegin(String),
    #[error("its body is not base64 (line {line})")]
    BadBase64 { line: usize },
    #[error("its base64 breaks off: characters are missing")]
    CutBase64,
    #[error("the header {0} is missing or makes no sense")]
    BadHeader(String),
    #[error("its body is empty")]
    EmptyBody,
}

/// Five families: not this format, malformed or truncated, wrong password, unsupported, tampered with.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("{origin}: nothing known is in it{}", looks_like.as_ref().map(|what| format!("; it looks like {what}")).unwrap_or_default())]
    Unrecognised {
        origin: Origin,
        looks_like: Option<String>,
    },
    #[error("{origin}: the PEM block is damaged: {fault}")]
    Pem { origin: Origin, fault: PemFault },
    #[error("{origin}: not a valid {what}: {reason}")]
    Malformed {
        origin: Origin,
        what: &'static str,
        reason: String,
    },
    #[error("{origin}: the {what} is cut short: {have} bytes of {want}")]
    Truncated {
        origin: Origin,
        what: &'static str,
        have: u64,
        want: u64,
    },
    #[error("{origin}: the {what} needs a password")]
    PasswordMissing { origin: Origin, what: &'static str },
    #[error("{origin}: the password does not open this {what}")]
    KeystorePasswordWrong { origin: Origin, what: &'static str },
    #[error("{origin}: the passphrase does not open this private key")]
    KeyPassphraseWrong { origin: Origin },
    #[error(
        "{origin}: the {what} was altered after it was written: its integrity check fails though the password opens it"
    )]
    Tampered { origin: Origin, what: &'static str },
    #[error("{origin}: the {what} uses {algorithm}, which is not supported")]
    AlgorithmUnsupported {
        origin: Origin,
        what: &'static str,
        algorithm: String,
    },
    #[error("{origin}: this is {} {format}, which is not read", article(format))]
    FormatUnsupported {
        origin: Origin,
        format: &'static str,
        instead: &'static str,
    },
    #[error("{origin}: {what} exceeds the limit of {limit}")]
    LimitExceeded {
        origin: Origin,
        what: &'static str,
        limit: u64,
    },
    /// The password could not be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl DecodeError {
    /// The stable code of this error in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unrecognised { .. } => "format-unknown",
            Self::Pem { .. } => "pem-malformed",
            Self::Malformed { .. } => "malformed",
            Self::Truncated { .. } => "truncated",
            Self::PasswordMissing { .. } => "password-missing",
            Self::KeystorePasswordWrong { .. } => "keystore-password-wrong",
            Self::KeyPassphraseWrong { .. } => "key-passphrase-wrong",
            Self::Tampered { .. } => "keystore-tampered",
            Self::AlgorithmUnsupported { .. } => "keystore-algorithm-unsupported",
            Self::FormatUnsupported { .. } => "keystore-format-wrong",
            Self::LimitExceeded { .. } => "limit-exceeded",
            Self::Secret(_) => "password-unreadable",
        }
    }
}

impl Hint for DecodeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Secret(error) => return error.hint(),
            Self::Unrecognised { .. } => {
                "expected PEM, DER, PKCS#7, PKCS#8, PKCS#12 or JKS: export it again in one of these".to_owned()
            }
            Self::Pem { .. } => "copy the block again, whole, from its BEGIN line to its END line".to_owned(),
            Self::Malformed { .. } => "export the file again; a transfer as text damages binary files".to_owned(),
            Self::Truncated { .. } => "the transfer stopped early: fetch the file again, in binary mode".to_owned(),
            Self::PasswordMissing { .. } => {
                "give --password-file FILE, --password-env VARIABLE or --password-fd NUMBER".to_owned()
            }
            Self::KeystorePasswordWrong { .. } | Self::KeyPassphraseWrong { .. } => {
                "check for a trailing space or another keyboard layout; whoever made the file knows the password".to_owned()
            }
            Self::Tampered { .. } => "fetch the file again from whoever made it".to_owned(),
            Self::AlgorithmUnsupported { .. } => "export it again with a common algorithm, such as AES-256".to_owned(),
            Self::FormatUnsupported { instead, .. } => (*instead).to_owned(),
            Self::LimitExceeded { .. } => "the limits are far above any honest file: check where it came from".to_owned(),
        })
    }
}

/// `an` before a vowel's sound, `a` otherwise.
fn article(noun: &str) -> &'static str {
    const VOWELS: &[&str] = &[
        "A", "E", "I", "O", "a", "e", "i", "o", "HTML", "XML", "RTF", "SSH", "SQLite",
    ];
    if VOWELS.iter().any(|start| noun.starts_with(start)) {
        "an"
    } else {
        "a"
    }
}
