//! The one thing of a kind in a file: the key to sign with, the request to sign, a CA's certificate.

use std::path::Path;

use crate::decode::{self, Decoded, NoPasswords};
use crate::error::{ContentError, DecodeError, Error, SecretError, Wanted};
use crate::io::Io;
use crate::material::{Certificate, EncryptedKey, Item, PrivateKey, Request};
use crate::secret::Origins;
use crate::source::{Origin, Source};

use super::passwords::Asked;

/// The private key in `path`, opened with the passphrase from `passphrase` where it is locked.
///
/// # Errors
/// The file cannot be read, or holds no key, or several different ones, or one that stays locked.
pub fn key(path: &Path, passphrase: Origins, io: &mut Io<'_>) -> Result<PrivateKey, Error> {
    let flag = passphrase.flag;
    let missing = |origin: Origin| SecretError::NobodyToAsk {
        what: format!("the passphrase of {origin}"),
        flag,
    };
    let mut asked = Asked::new(Origins::default(), passphrase, io);
    let source = Source::read(path, asked.io().stdin)?;
    let decoded = decode::decode(&source, &mut asked).map_err(|error| match error {
        // Said with the flags that this command has.
        DecodeError::PasswordMissing { origin, .. } => missing(origin).into(),
        other => Error::from(other),
    })?;
    let mut keys: Vec<Found<'_>> = Vec::new();
    for object in &decoded.objects {
        match &object.item {
            Item::Key(key) if !keys.iter().any(|found| found.is(key)) => {
                keys.push(Found::Open(key));
            }
            Item::EncryptedKey(key) => keys.push(Found::Locked(key)),
            _ => {}
        }
    }
    match one(&decoded, Wanted::Key, &keys)? {
        Found::Open(key) => Ok((*key).clone()),
        Found::Locked(key) => Err(missing(key.origin.clone()).into()),
    }
}

/// A key that may be the one that is meant.
enum Found<'a> {
    Open(&'a PrivateKey),
    Locked(&'a EncryptedKey),
}

impl Found<'_> {
    fn is(&self, key: &PrivateKey) -> bool {
        matches!(self, Self::Open(other) if other.info().spki_sha256 == key.info().spki_sha256)
    }
}

/// The signing request in `path`.
///
/// # Errors
/// The file cannot be read, or holds no request or several.
pub fn request(path: &Path, io: &mut Io<'_>) -> Result<Request, Error> {
    let decoded = open(path, io)?;
    let requests: Vec<&Request> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Request(request) => Some(request),
            _ => None,
        })
        .collect();
    Ok((*one(&decoded, Wanted::Request, &requests)?).clone())
}

/// The certificate in `path`.
///
/// # Errors
/// The file cannot be read, or holds no certificate or several.
pub fn certificate(path: &Path, io: &mut Io<'_>) -> Result<Certificate, Error> {
    let decoded = open(path, io)?;
    let certificates: Vec<&Certificate> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    Ok((*one(&decoded, Wanted::Certificate, &certificates)?).clone())
}

/// Reads a file whose secrets, if it has any, are not wanted.
fn open(path: &Path, io: &mut Io<'_>) -> Result<Decoded, Error> {
    let source = Source::read(path, io.stdin)?;
    Ok(decode::decode(&source, &mut NoPasswords)?)
}

/// What is said of one candidate among several.
trait Candidate {
    fn describe(&self) -> String;
}

impl Candidate for Found<'_> {
    fn describe(&self) -> String {
        match self {
            Self::Open(key) => format!("{} in {}", key.info(), place(key.origin())),
            Self::Locked(key) => format!("an encrypted one in {}", place(&key.origin)),
        }
    }
}

impl Candidate for &Request {
    fn describe(&self) -> String {
        format!("{} in {}", self.subject(), place(self.origin()))
    }
}

impl Candidate for &Certificate {
    fn describe(&self) -> String {
        format!("{} in {}", self.subject(), place(self.origin()))
    }
}

fn one<'a, T: Candidate>(
    decoded: &Decoded,
    wanted: Wanted,
    found: &'a [T],
) -> Result<&'a T, ContentError> {
    match found {
        [only] => Ok(only),
        [] => {
            let mut kinds: Vec<&'static str> = Vec::new();
            for object in &decoded.objects {
                let kind = kind(&object.item);
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
            if kinds.is_empty() {
                kinds.push("nothing of the sort");
            }
            Err(ContentError::Other {
                file: decoded.origin.clone(),
                wanted,
                found: kinds,
            })
        }
        several => Err(ContentError::Several {
            file: decoded.origin.clone(),
            wanted,
            found: several.iter().map(Candidate::describe).collect(),
        }),
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Certificate(_) => "a certificate",
        Item::Key(_) | Item::EncryptedKey(_) => "a private key",
        Item::PublicKey(_) => "a public key",
        Item::Request(_) => "a signing request",
        Item::Crl(_) => "a revocation list",
        Item::SecretKey { .. } => "a secret key",
    }
}

/// The place within a file that is named already.
fn place(origin: &Origin) -> String {
    let whole = origin.whole().to_string();
    let text = origin.to_string();
    text.strip_prefix(&whole)
        .map(|rest| rest.trim_start_matches(", "))
        .filter(|rest| !rest.is_empty())
        .map_or(whole, str::to_owned)
}
