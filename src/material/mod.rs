//! Owns parsed values: certificates, keys, requests, revocation lists, names and times.
//!
//! Everything here is immutable and knows the file it came from. Nothing here reads files or concludes.

mod ber;
mod certificate;
mod crl;
mod encryption;
mod key;
mod name;
mod request;
mod san;
mod soundness;
mod time;
mod usage;

pub use certificate::Certificate;
pub use crl::Crl;
pub use encryption::{EncryptedKey, Encryption};
pub use key::{KeyInfo, KeyKind, PrivateKey, PublicKey};
pub use name::{Attribute, Name};
pub use request::Request;
pub use san::San;
pub use time::Time;

use x509_parser::asn1_rs::Error as BerError;
use x509_parser::error::X509Error;
use x509_parser::nom;

use crate::source::Origin;

/// One thing found in a file.
#[derive(Debug, Clone)]
pub enum Item {
    Certificate(Certificate),
    Key(PrivateKey),
    /// A private key that no passphrase was given for.
    EncryptedKey(EncryptedKey),
    PublicKey(PublicKey),
    Request(Request),
    Crl(Crl),
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
    /// Whether its container marks it as a certificate to trust (JKS, or Oracle's attribute in PKCS#12).
    pub trusted: bool,
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

    /// What the X.509 parser says.
    pub(crate) fn parser(cause: nom::Err<X509Error>) -> Self {
        Self(match X509Error::from(cause) {
            X509Error::Der(BerError::Incomplete(_)) => "an element inside is cut short".to_owned(),
            X509Error::Generic | X509Error::NomError(_) => "its structure is damaged".to_owned(),
            other => other.to_string(),
        })
    }

    /// What libcrypto says first, without its file names and numbers.
    pub(crate) fn libcrypto(cause: &openssl::error::ErrorStack) -> Self {
        Self(
            cause
                .errors()
                .iter()
                .find_map(openssl::error::Error::reason)
                .unwrap_or("libcrypto refuses it")
                .to_owned(),
        )
    }
}

/// Lower-case hexadecimal without separators.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut text = Vec::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 0xf));
        text.extend_from_slice(&[DIGITS[high], DIGITS[low]]);
    }
    String::from_utf8(text).unwrap_or_default()
}

/// SHA-256, as [`hex`].
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    // `openssl::sha::sha256` would look its algorithm up every time.
    let mut digest = openssl::sha::Sha256::new();
    digest.update(bytes);
    hex(&digest.finish())
}
