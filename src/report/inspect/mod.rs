//! What `fullcert inspect` tells: the facts of every object, as JSON and as text.

mod text;

use serde::Serialize;

use crate::decode::{Decoded, Format, Integrity};
use crate::error::{Error, Hint as _};
use crate::material::{
    Certificate, Crl, Encryption, Item, KeyInfo, Object, PrivateKey, PublicKey, Request, San, Time,
};

pub use text::print;

/// All that was inspected.
#[derive(Debug, Serialize)]
pub struct Listing {
    pub schema: &'static str,
    pub files: Vec<File>,
}

impl Listing {
    #[must_use]
    pub fn new(files: Vec<File>) -> Self {
        Self {
            schema: "fullcert.inspect/1",
            files,
        }
    }
}

/// One file, read or not.
#[derive(Debug, Serialize)]
pub struct File {
    pub path: String,
    pub format: Option<&'static str>,
    pub integrity: Option<&'static str>,
    pub objects: Vec<Listed>,
    pub notes: Vec<String>,
    pub error: Option<Failure>,
}

/// Why a file could not be read.
#[derive(Debug, Serialize)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

/// One object; what does not apply to its kind is null.
#[derive(Debug, Default, Serialize)]
pub struct Listed {
    pub kind: &'static str,
    pub alias: Option<String>,
    /// Where it begins: the block's number and line in a text file, counted from 1.
    pub block: Option<usize>,
    pub line: Option<usize>,
    /// Of the DER; null for private keys.
    pub sha256: Option<String>,
    pub serial: Option<String>,
    pub subject: Option<String>,
    pub issuer: Option<String>,
    pub not_before: Option<Time>,
    pub not_after: Option<Time>,
    pub sans: Vec<String>,
    pub eku: Option<Vec<String>>,
    pub key_usage: Option<Vec<String>>,
    pub ca: Option<bool>,
    pub path_length: Option<u32>,
    pub self_signed: Option<bool>,
    pub signature_algorithm: Option<String>,
    pub key: Option<KeyInfo>,
    /// How a private key is locked where it was found.
    pub encryption: Option<Encryption>,
    /// Whether a private key stayed locked.
    pub locked: Option<bool>,
    /// Of a secret key.
    pub algorithm: Option<String>,
    /// Of a request: whether its own key signed it.
    pub signature_valid: Option<bool>,
    /// Of a revocation list: when it was issued, when the next is due, and how many serial numbers are on it.
    pub this_update: Option<Time>,
    pub next_update: Option<Time>,
    pub revoked: Option<usize>,
    /// Objects of the same file with the same key: a key and its certificate, request or public key.
    pub pairs_with: Vec<usize>,
    /// The same in the other files.
    pub pairs_with_files: Vec<Partner>,
}

/// An object of another file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partner {
    pub path: String,
    pub object: usize,
    /// The file's place among those inspected.
    #[serde(skip)]
    pub file: usize,
}

impl File {
    #[must_use]
    pub fn decoded(path: String, decoded: &Decoded) -> Self {
        Self {
            path,
            format: Some(format(decoded.format)),
            integrity: Some(integrity(decoded.integrity)),
            objects: decoded.objects.iter().map(Listed::of).collect(),
            notes: decoded.notes.clone(),
            error: None,
        }
    }

    #[must_use]
    pub fn unreadable(path: String, code: &'static str, error: &Error) -> Self {
        Self {
            path,
            format: None,
            integrity: None,
            objects: Vec::new(),
            notes: Vec::new(),
            error: Some(Failure {
                code,
                message: error.to_string(),
                hint: error.hint(),
            }),
        }
    }
}

impl Listed {
    fn of(object: &Object) -> Self {
        let listed = match &object.item {
            Item::Certificate(certificate) => Self::certificate(certificate),
            Item::Key(key) => Self::key(key),
            Item::EncryptedKey(key) => Self {
                kind: "key",
                encryption: Some(key.encryption.clone()),
                locked: Some(true),
                ..Self::default()
            },
            Item::PublicKey(key) => Self::public_key(key),
            Item::Request(request) => Self::request(request),
            Item::Crl(crl) => Self::crl(crl),
            Item::SecretKey { algorithm } => Self {
                kind: "secret-key",
                algorithm: Some(algorithm.clone()),
                ..Self::default()
            },
        };
        Self {
            alias: object.alias.clone(),
            block: object.origin.block,
            line: object.origin.line,
            ..listed
        }
    }

    fn certificate(certificate: &Certificate) -> Self {
        Self {
            kind: "certificate",
            sha256: Some(certificate.sha256().to_owned()),
            serial: Some(certificate.serial().to_owned()),
            subject: Some(certificate.subject().to_string()),
            issuer: Some(certificate.issuer().to_string()),
            not_before: Some(certificate.not_before()),
            not_after: Some(certificate.not_after()),
            sans: names(certificate.sans()),
            eku: certificate.eku().map(<[String]>::to_vec),
            key_usage: certificate.key_usage().map(<[String]>::to_vec),
            ca: Some(certificate.is_ca()),
            path_length: certificate.path_len(),
            self_signed: Some(certificate.is_self_signed()),
            signature_algorithm: Some(certificate.signature_algorithm().to_owned()),
            key: certificate.key().ok().cloned(),
            ..Self::default()
        }
    }

    fn key(key: &PrivateKey) -> Self {
        Self {
            kind: "key",
            key: Some(key.info().clone()),
            encryption: key.encryption().cloned(),
            locked: Some(false),
            ..Self::default()
        }
    }

    fn public_key(key: &PublicKey) -> Self {
        Self {
            kind: "public-key",
            sha256: Some(key.info.spki_sha256.clone()),
            key: Some(key.info.clone()),
            ..Self::default()
        }
    }

    fn request(request: &Request) -> Self {
        Self {
            kind: "request",
            sha256: Some(request.sha256()),
            subject: Some(request.subject().to_string()),
            sans: names(request.sans()),
            eku: request.eku().map(<[String]>::to_vec),
            key: Some(request.key().clone()),
            signature_valid: Some(request.is_self_consistent()),
            ..Self::default()
        }
    }

    fn crl(crl: &Crl) -> Self {
        Self {
            kind: "crl",
            sha256: Some(crl.sha256()),
            issuer: Some(crl.issuer().to_string()),
            this_update: Some(crl.this_update()),
            next_update: crl.next_update(),
            revoked: Some(crl.revoked()),
            ..Self::default()
        }
    }
}

fn names(sans: &[San]) -> Vec<String> {
    sans.iter().map(ToString::to_string).collect()
}

fn format(format: Format) -> &'static str {
    match format {
        Format::Pem => "pem",
        Format::Der => "der",
        Format::Pkcs7 => "pkcs7",
        Format::Pkcs12 => "pkcs12",
        Format::Jks => "jks",
        Format::Jceks => "jceks",
    }
}

fn integrity(integrity: Integrity) -> &'static str {
    match integrity {
        Integrity::Verified => "verified",
        Integrity::Unchecked => "unchecked",
        Integrity::None => "none",
    }
}
