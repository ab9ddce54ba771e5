//! Owns parsed values: certificates, keys, requests, revocation lists, names and times.
//!
//! Everything here is immutable and knows the file it came from. Nothing here reads files or concludes.

mod certificate;
mod crl;
mod key;
mod name;
mod request;
mod san;
mod time;

pub use certificate::Certificate;
pub use crl::Crl;
pub use key::{KeyInfo, KeyKind, PrivateKey, PublicKey};
pub use name::{Attribute, Name};
pub use request::Request;
pub use san::San;
pub use time::Time;

use crate::source::Origin;

/// One thing found in a file.
#[derive(Debug, Clone)]
pub enum Item {
    Certificate(Certificate),
    Key(PrivateKey),
    PublicKey(PublicKey),
    Request(Request),
    Crl(Crl),
    /// A private key that no password opened: named by what locks it.
    EncryptedKey {
        algorithm: String,
    },
    /// A secret-key entry of a keystore: named, never opened.
    SecretKey {
        algorithm: String,
    },
}

/// An item with what its container said about it.
#[derive(Debug, Clone)]
pub struct Object {
    pub item: Item,
    /// The entry's name in a keystore (PKCS#12 friendlyName, JKS alias).
    pub alias: Option<String>,
    pub origin: Origin,
}

/// Why bytes are not the material they were taken for; the decoder adds where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

impl Malformed {
    pub(crate) fn because(cause: impl std::fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

/// Lower-case hexadecimal without separators.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256, as [`hex`].
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&openssl::sha::sha256(bytes))
}
