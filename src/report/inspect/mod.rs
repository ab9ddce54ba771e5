//! What `fullcert inspect` tells: the facts of every object, as JSON and as text.

mod text;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::decode::{Decoded, Format, Integrity, Mac};
use crate::error::{Error, Hint as _};
use crate::material::{
    Certificate, Crl, Encryption, Item, KeyInfo, Object, PrivateKey, PublicKey, Request, San, Time,
};

pub use text::print;

/// All that was inspected. Objects are described one at a time, as they are printed.
#[derive(Debug)]
pub struct Listing {
    pub files: Vec<File>,
}

/// One file, read or not, with what its objects pair with.
#[derive(Debug)]
pub struct File {
    pub path: String,
    pub read: Result<Decoded, Failure>,
    pub pairs: HashMap<usize, Vec<Place>>,
}

/// Where an object is: its file's place on the command line, and its own in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub file: usize,
    pub object: usize,
}

/// Why a file could not be read.
#[derive(Debug, Clone, Serialize)]
pub struct Failure {
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

impl Failure {
    #[must_use]
    pub fn new(code: &'static str, error: &Error) -> Self {
        Self {
            code,
            message: error.to_string(),
            hint: error.hint(),
        }
    }
}

impl Listing {
    /// The object at a place.
    fn object(&self, place: Place) -> Option<&Object> {
        let read = self.files.get(place.file)?.read.as_ref().ok()?;
        read.objects.get(place.object)
    }
}

impl Serialize for Listing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let files = self.files.iter().enumerate();
        let signatures = Signatures::new(self);
        let mut json = serializer.serialize_struct("Listing", 2)?;
        json.serialize_field("schema", "fullcert.inspect/1")?;
        let files: Vec<FileJson<'_>> = files
            .map(|(index, file)| FileJson {
                path: &file.path,
                format: file.read.as_ref().ok().map(|read| format(read.format)),
                integrity: file
                    .read
                    .as_ref()
                    .ok()
                    .map(|read| integrity(read.integrity)),
                mac: file.read.as_ref().ok().and_then(|read| read.mac.as_ref()),
                safes: file.read.as_ref().map_or(&[], |read| &read.safes),
                objects: Objects {
                    listing: self,
                    file: index,
                    signatures: &signatures,
                },
                notes: file
                    .read
                    .iter()
                    .flat_map(|read| read.remarks.iter().chain(&read.notes))
                    .collect(),
                error: file.read.as_ref().err(),
            })
            .collect();
        json.serialize_field("files", &files)?;
        json.end()
    }
}

#[derive(Serialize)]
struct FileJson<'a> {
    path: &'a str,
    format: Option<&'static str>,
    integrity: Option<&'static str>,
    /// How a keystore's own check is made.
    mac: Option<&'a Mac>,
    /// How its safes are locked, each way once.
    safes: &'a [Encryption],
    objects: Objects<'a>,
    /// How it is written where that is unusual, then what was passed over.
    notes: Vec<&'a String>,
    error: Option<&'a Failure>,
}

struct Objects<'a> {
    listing: &'a Listing,
    file: usize,
    signatures: &'a Signatures,
}

impl Serialize for Objects<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let objects = self.listing.files.get(self.file).and_then(|file| {
            let read = file.read.as_ref().ok()?;
            Some((file, read))
        });
        let listed = objects.into_iter().flat_map(|(file, read)| {
            read.objects.iter().enumerate().map(|(index, object)| {
                let mut listed = Listed::of(object, read, self.signatures);
                for pair in file.pairs.get(&index).into_iter().flatten() {
                    if pair.file == self.file {
                        listed.pairs_with.push(pair.object);
                    } else if let Some(other) = self.listing.files.get(pair.file) {
                        listed.pairs_with_files.push(Partner {
                            path: &other.path,
                            object: pair.object,
                        });
                    }
                }
                listed
            })
        });
        serializer.collect_seq(listed)
    }
}

/// The most signatures that are checked in one listing; those of hostile keys take milliseconds each.
const MAX_SIGNATURES: u32 = 200;

/// From this many self-issued certificates on none is checked: what a few of them are says nothing of such a pile.
const PILE: usize = 1_000;

/// How many signatures may still be checked.
struct Signatures(Cell<u32>);

impl Signatures {
    fn new(listing: &Listing) -> Self {
        let self_issued = listing
            .files
            .iter()
            .flat_map(|file| &file.read)
            .flat_map(|read| &read.objects)
            .filter(|object| match &object.item {
                Item::Certificate(certificate) => certificate.is_self_issued(),
                _ => false,
            });
        let pile = self_issued.take(PILE).count() == PILE;
        Self(Cell::new(if pile { 0 } else { MAX_SIGNATURES }))
    }

    /// What a check says; `None` where there were too many before it.
    fn check(&self, holds: impl FnOnce() -> bool) -> Option<bool> {
        let left = self.0.get().checked_sub(1)?;
        self.0.set(left);
        Some(holds())
    }
}

/// One object; what does not apply to its kind is null.
#[derive(Debug, Default, Serialize)]
struct Listed<'a> {
    kind: &'static str,
    alias: Option<&'a str>,
    /// The file inside an archive that it comes from.
    member: Option<String>,
    /// Where it begins: the block's number and line in a text file, counted from 1.
    block: Option<usize>,
    line: Option<usize>,
    /// Of the DER; null for private keys.
    sha256: Option<Cow<'a, str>>,
    serial: Option<&'a str>,
    subject: Option<String>,
    issuer: Option<String>,
    not_before: Option<Time>,
    not_after: Option<Time>,
    sans: Vec<String>,
    eku: Option<&'a [String]>,
    key_usage: Option<&'a [String]>,
    ca: Option<bool>,
    path_length: Option<u32>,
    /// Null where the names agree and there are so many that its signature was not checked.
    self_signed: Option<bool>,
    /// Of a certificate: whether its keystore marks it as one to trust.
    trusted: Option<bool>,
    signature_algorithm: Option<&'a str>,
    key: Option<&'a KeyInfo>,
    /// How a private key is locked where it was found.
    encryption: Option<&'a Encryption>,
    /// Whether a private key stayed locked.
    locked: Option<bool>,
    /// Of a secret key.
    algorithm: Option<&'a str>,
    /// Of a request: whether its own key signed it.
    signature_valid: Option<bool>,
    /// Of a revocation list: when it was issued, when the next is due, and how many serial numbers are on it.
    this_update: Option<Time>,
    next_update: Option<Time>,
    revoked: Option<usize>,
    /// Objects of the same file with the same key: a key and its certificate, request or public key.
    pairs_with: Vec<usize>,
    /// The same in the other files.
    pairs_with_files: Vec<Partner<'a>>,
}

/// An object of another file.
#[derive(Debug, Serialize)]
struct Partner<'a> {
    path: &'a str,
    object: usize,
}

impl<'a> Listed<'a> {
    fn of(object: &'a Object, read: &Decoded, signatures: &Signatures) -> Self {
        let listed = match &object.item {
            Item::Certificate(certificate) => Self::certificate(certificate, signatures),
            Item::Key(key) => Self::key(key),
            Item::EncryptedKey(key) => Self {
                encryption: Some(&key.encryption),
                locked: Some(true),
                ..Self::default()
            },
            Item::PublicKey(key) => Self::public_key(key),
            Item::Request(request) => Self::request(request, signatures),
            Item::Crl(crl) => Self::crl(crl),
            Item::SecretKey { algorithm } => Self {
                algorithm: Some(algorithm),
                ..Self::default()
            },
        };
        Self {
            kind: kind(&object.item),
            alias: object.alias.as_deref(),
            trusted: matches!(object.item, Item::Certificate(_)).then_some(object.trusted),
            member: member(object, read),
            block: object.origin.block,
            line: object.origin.line,
            ..listed
        }
    }

    fn certificate(certificate: &'a Certificate, signatures: &Signatures) -> Self {
        let subject = certificate.subject().to_string();
        let issuer = if certificate.is_self_issued() {
            subject.clone()
        } else {
            certificate.issuer().to_string()
        };
        Self {
            sha256: Some(Cow::Borrowed(certificate.sha256())),
            serial: Some(certificate.serial()),
            subject: Some(subject),
            issuer: Some(issuer),
            not_before: Some(certificate.not_before()),
            not_after: Some(certificate.not_after()),
            sans: names(certificate.sans()),
            eku: certificate.eku(),
            key_usage: certificate.key_usage(),
            ca: Some(certificate.is_ca()),
            path_length: certificate.path_len(),
            self_signed: if certificate.is_self_issued() {
                signatures.check(|| certificate.is_self_signed())
            } else {
                Some(false)
            },
            signature_algorithm: Some(certificate.signature_algorithm()),
            key: certificate.key().ok(),
            ..Self::default()
        }
    }

    fn key(key: &'a PrivateKey) -> Self {
        Self {
            key: Some(key.info()),
            encryption: key.encryption(),
            locked: Some(false),
            ..Self::default()
        }
    }

    fn public_key(key: &'a PublicKey) -> Self {
        Self {
            sha256: Some(Cow::Borrowed(&key.info().spki_sha256)),
            key: Some(key.info()),
            ..Self::default()
        }
    }

    fn request(request: &'a Request, signatures: &Signatures) -> Self {
        Self {
            sha256: Some(Cow::Owned(request.sha256())),
            subject: Some(request.subject().to_string()),
            sans: names(request.sans()),
            eku: request.eku(),
            key: Some(request.key()),
            signature_valid: signatures.check(|| request.is_self_consistent()),
            ..Self::default()
        }
    }

    fn crl(crl: &'a Crl) -> Self {
        Self {
            sha256: Some(Cow::Owned(crl.sha256())),
            issuer: Some(crl.issuer().to_string()),
            this_update: Some(crl.this_update()),
            next_update: crl.next_update(),
            revoked: Some(crl.revoked()),
            ..Self::default()
        }
    }
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Certificate(_) => "certificate",
        Item::Key(_) | Item::EncryptedKey(_) => "key",
        Item::PublicKey(_) => "public-key",
        Item::Request(_) => "request",
        Item::Crl(_) => "crl",
        Item::SecretKey { .. } => "secret-key",
    }
}

/// The file inside an archive that an object comes from.
fn member(object: &Object, read: &Decoded) -> Option<String> {
    if object.origin.path() == read.origin.path() {
        return None;
    }
    let archive = read.origin.whole().to_string();
    let member = object.origin.path().strip_prefix(archive).ok()?;
    Some(member.display().to_string())
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
        Format::Jwk => "jwk",
        Format::Zip => "zip",
    }
}

fn integrity(integrity: Integrity) -> &'static str {
    match integrity {
        Integrity::Verified => "verified",
        Integrity::Unchecked => "unchecked",
        Integrity::None => "none",
    }
}
