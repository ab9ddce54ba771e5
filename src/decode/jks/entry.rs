//! The entries of a Java keystore as they lie in the file, nothing opened.

use crate::error::DecodeError;

use super::cursor::{Cursor, Short};
use super::protection::Lock;
use super::{Place, stream};

pub(super) const JCEKS_MAGIC: [u8; 4] = [0xce; 4];

/// The most entries of one keystore.
const MAX_ENTRIES: usize = 20_000;
/// The longest chain of one key.
const MAX_CHAIN: usize = 1_000;
/// The least an entry can take: its kind, an empty alias, its date.
const LEAST_ENTRY: usize = 4 + 2 + 8;
/// The least a certificate can take: its length.
const LEAST_CERTIFICATE: usize = 4;
/// The SHA-1 at the end.
const DIGEST: usize = 20;

pub(super) struct Store<'a> {
    pub entries: Vec<Entry<'a>>,
    /// All that the digest is over.
    pub checked: &'a [u8],
    pub digest: &'a [u8],
    /// Bytes after its end.
    pub trailing: usize,
}

pub(super) struct Entry<'a> {
    pub number: usize,
    pub alias: String,
    pub body: Body<'a>,
}

pub(super) enum Body<'a> {
    Key {
        /// An `EncryptedPrivateKeyInfo`.
        locked: &'a [u8],
        chain: Vec<&'a [u8]>,
    },
    Trusted(&'a [u8]),
    Secret(Sealed<'a>),
    /// A trusted certificate that is not X.509.
    OtherCertificate(String),
}

/// A `javax.crypto.SealedObject`, as its serial form shows it.
pub(super) struct Sealed<'a> {
    pub algorithm: String,
    parameters: Option<&'a [u8]>,
    content: Option<&'a [u8]>,
}

impl<'a> Sealed<'a> {
    /// The lock, where it is the JDK's usual one.
    pub fn lock(&self) -> Option<Lock<'a>> {
        if self.algorithm != "PBEWithMD5AndTripleDES" {
            return None;
        }
        Lock::md5_triple_des(self.parameters?, self.content?).ok()
    }
}

impl<'a> Store<'a> {
    pub fn read(bytes: &'a [u8], place: Place<'_>) -> Result<Self, DecodeError> {
        let short = |short| place.truncated(short);
        let mut cursor = Cursor::new(bytes);
        let jceks = cursor.take(4).map_err(short)? == JCEKS_MAGIC;
        let version = cursor.number().map_err(short)?;
        if !matches!(version, 1 | 2) {
            return Err(place.malformed(format!("its version is {version}, not 1 or 2")));
        }
        let count = cursor.count().map_err(short)?;
        if count > MAX_ENTRIES {
            return Err(place.limit("the number of a keystore's entries", MAX_ENTRIES));
        }
        room(&cursor, count * LEAST_ENTRY + DIGEST).map_err(short)?;
        let mut entries = Vec::with_capacity(count);
        for number in 1..=count {
            let kind = cursor.number().map_err(short)?;
            let alias = cursor.text().map_err(short)?;
            let _created = cursor.take(8).map_err(short)?;
            let body = match kind {
                1 => key(&mut cursor, version, place)?,
                2 => match certificate(&mut cursor, version).map_err(short)? {
                    Ok(der) => Body::Trusted(der),
                    Err(kind) => Body::OtherCertificate(kind),
                },
                3 if jceks => Body::Secret(sealed(&mut cursor, place)?),
                _ => {
                    return Err(
                        place.malformed(format!("entry {number} is of unknown kind {kind}"))
                    );
                }
            };
            entries.push(Entry {
                number,
                alias,
                body,
            });
        }
        let checked = bytes.get(..cursor.position()).unwrap_or_default();
        let digest = cursor.take(DIGEST).map_err(short)?;
        Ok(Self {
            entries,
            checked,
            digest,
            trailing: cursor.left(),
        })
    }
}

/// Whether so many bytes can still come; asked before room is made for what they would hold.
fn room(cursor: &Cursor<'_>, bytes: usize) -> Result<(), Short> {
    let mut ahead = *cursor;
    ahead.take(bytes).map(|_| ())
}

fn key<'a>(
    cursor: &mut Cursor<'a>,
    version: u32,
    place: Place<'_>,
) -> Result<Body<'a>, DecodeError> {
    let short = |short| place.truncated(short);
    let locked = cursor.counted().map_err(short)?;
    let count = cursor.count().map_err(short)?;
    if count > MAX_CHAIN {
        return Err(place.limit("the number of a key's certificates", MAX_CHAIN));
    }
    room(cursor, count * LEAST_CERTIFICATE).map_err(short)?;
    let mut chain = Vec::with_capacity(count);
    for _ in 0..count {
        match certificate(cursor, version).map_err(short)? {
            Ok(der) => chain.push(der),
            Err(kind) => {
                return Err(place.malformed(format!(
                    "a key's certificate is of type {}",
                    kind.escape_debug()
                )));
            }
        }
    }
    Ok(Body::Key { locked, chain })
}

/// A certificate's bytes, or its type where that is not X.509. Version 1 knows no types.
fn certificate<'a>(
    cursor: &mut Cursor<'a>,
    version: u32,
) -> Result<Result<&'a [u8], String>, Short> {
    let kind = match version {
        1 => None,
        _ => Some(cursor.text()?),
    };
    let der = cursor.counted()?;
    Ok(match kind {
        Some(kind) if kind != "X.509" && kind != "X509" => Err(kind),
        _ => Ok(der),
    })
}

fn sealed<'a>(cursor: &mut Cursor<'a>, place: Place<'_>) -> Result<Sealed<'a>, DecodeError> {
    let object = stream::object(cursor).map_err(|fault| match fault {
        stream::Fault::Short(short) => place.truncated(short),
        stream::Fault::Unexpected(what) => {
            place.malformed(format!("a secret key's serial form: {what}"))
        }
    })?;
    Ok(Sealed {
        algorithm: object.text("sealAlg").unwrap_or_default().to_owned(),
        parameters: object.bytes("encodedParams"),
        content: object.bytes("encryptedContent"),
    })
}
