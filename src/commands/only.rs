//! The one thing of a kind in a file: the key to sign with, the request to sign, a CA's certificate.

use std::path::Path;

use crate::decode::{self, Decoded};
use crate::error::{ContentError, DecodeError, Error, SecretError, Wanted};
use crate::io::Io;
use crate::material::{Certificate, Item, PrivateKey, Request};
use crate::secret::Origins;
use crate::source::{Origin, Source};

use super::unlock::Unlock;

/// The private key in `path`, opened with the passphrase from `passphrase` where it is locked.
///
/// # Errors
/// The file cannot be read, or holds no key or several different ones.
pub fn key(path: &Path, passphrase: Origins, io: &mut Io<'_>) -> Result<PrivateKey, Error> {
    let decoded = read(path, passphrase, io)?;
    let mut keys: Vec<&PrivateKey> = Vec::new();
    for object in &decoded.objects {
        if let Item::Key(key) = &object.item
            && !keys
                .iter()
                .any(|other| other.info().spki_sha256 == key.info().spki_sha256)
        {
            keys.push(key);
        }
    }
    let describe = |key: &&PrivateKey| format!("{} in {}", key.info(), place(key.origin()));
    one(&decoded, Wanted::Key, &keys, describe).cloned()
}

/// The signing request in `path`.
///
/// # Errors
/// The file cannot be read, or holds no request or several.
pub fn request(path: &Path, io: &mut Io<'_>) -> Result<Request, Error> {
    let decoded = read(path, Origins::default(), io)?;
    let requests: Vec<&Request> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Request(request) => Some(request),
            _ => None,
        })
        .collect();
    let describe =
        |request: &&Request| format!("{} in {}", request.subject(), place(request.origin()));
    one(&decoded, Wanted::Request, &requests, describe).cloned()
}

/// The certificate in `path`.
///
/// # Errors
/// The file cannot be read, or holds no certificate or several.
pub fn certificate(path: &Path, io: &mut Io<'_>) -> Result<Certificate, Error> {
    let decoded = read(path, Origins::default(), io)?;
    let certificates: Vec<&Certificate> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    let describe =
        |found: &&Certificate| format!("{} in {}", found.subject(), place(found.origin()));
    one(&decoded, Wanted::Certificate, &certificates, describe).cloned()
}

fn read(path: &Path, passphrase: Origins, io: &mut Io<'_>) -> Result<Decoded, Error> {
    let source = Source::read(path, io.stdin)?;
    let flag = passphrase.flag;
    decode::decode(&source, &mut Unlock::new(passphrase, io)).map_err(|error| match error {
        // Said with the flags that this command has.
        DecodeError::PasswordMissing { origin, .. } if !flag.is_empty() => {
            SecretError::NobodyToAsk {
                what: format!("the passphrase of {origin}"),
                flag,
            }
            .into()
        }
        other => other.into(),
    })
}

fn one<'a, T>(
    decoded: &Decoded,
    wanted: Wanted,
    found: &[&'a T],
    describe: impl Fn(&&'a T) -> String,
) -> Result<&'a T, Error> {
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
            }
            .into())
        }
        several => Err(ContentError::Several {
            file: decoded.origin.clone(),
            wanted,
            found: several.iter().map(describe).collect(),
        }
        .into()),
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Certificate(_) => "a certificate",
        Item::Key(_) => "a private key",
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
