//! Owns Java's keystores: JKS in versions 1 and 2, and JCEKS, which is JKS with stronger locks and secret keys.
//!
//! Magic, version, count, entries, and a SHA-1 keyed with the password over all of it. Every count and length
//! is held against the bytes that are left before anything is made of it.

mod cursor;
mod entry;
pub(crate) mod protection;
mod stream;

use crate::error::DecodeError;
use crate::material::{Certificate, EncryptedKey, Item, Malformed, Object};
use crate::secret::Secret;
use crate::source::Origin;

use super::der::Structure;
use super::pkcs8;
use super::reader::Reader;
use super::{Format, Integrity, Mac, Wanted};

use cursor::Short;
use entry::{Body, Entry, Store};
use protection::{Lock, Password};

/// The largest Java keystore that is opened, in bytes (16 MiB): over ten thousand certificates.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Reads every key and certificate of a Java keystore. Without a password, what needs none is listed.
///
/// # Errors
/// Not a version that is known, cut short, the wrong password, a lock that is not supported, altered after it
/// was written, or over a limit.
pub(super) fn read(
    bytes: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Format, DecodeError> {
    let jceks = bytes.starts_with(&entry::JCEKS_MAGIC);
    let place = Place {
        origin,
        what: if jceks {
            "JCEKS keystore"
        } else {
            "JKS keystore"
        },
    };
    if bytes.len() > MAX_BYTES {
        return Err(place.limit("the size of a Java keystore, in bytes,", MAX_BYTES));
    }
    let store = Store::read(bytes, place)?;
    if store.trailing > 0 {
        reader.note(format!(
            "{origin}: {} bytes after the keystore's end are passed over",
            store.trailing
        ));
    }
    reader.mac = Some(Mac {
        scheme: "JKS".to_owned(),
        digest: "SHA1".to_owned(),
        kdf: None,
        iterations: None,
    });
    let mut opening = Opening {
        place,
        password: reader.passwords.password(Wanted::Store, origin)?,
    };
    reader.integrity = opening.check(&store, reader)?;
    for entry in &store.entries {
        opening.entry(entry, reader)?;
    }
    Ok(if jceks { Format::Jceks } else { Format::Jks })
}

/// The file, for its errors.
#[derive(Clone, Copy)]
struct Place<'a> {
    origin: &'a Origin,
    what: &'static str,
}

impl Place<'_> {
    fn malformed(self, reason: impl Into<String>) -> DecodeError {
        DecodeError::Malformed {
            origin: self.origin.clone(),
            what: self.what,
            reason: reason.into(),
        }
    }

    fn truncated(self, short: Short) -> DecodeError {
        DecodeError::Truncated {
            origin: self.origin.clone(),
            what: self.what,
            have: short.have,
            want: short.want,
        }
    }

    fn limit(self, what: &'static str, limit: usize) -> DecodeError {
        DecodeError::LimitExceeded {
            origin: self.origin.clone(),
            what,
            limit: limit as u64,
        }
    }
}

struct Opening<'a> {
    place: Place<'a>,
    /// The store's password; dropped where it is empty and does not fit, as nobody chose it.
    password: Option<Secret>,
}

impl Opening<'_> {
    /// Makes the store's own check. Where it fails, a key that opens all the same tells of an altered file.
    fn check(
        &mut self,
        store: &Store<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<Integrity, DecodeError> {
        let Some(secret) = &self.password else {
            return Ok(Integrity::Unchecked);
        };
        let password = Password::of(secret);
        if protection::digest(&password, store.checked) == store.digest {
            return Ok(Integrity::Verified);
        }
        if secret.expose().is_empty() {
            self.password = None;
            return Ok(Integrity::Unchecked);
        }
        let first = store.entries.iter().find_map(|entry| match &entry.body {
            Body::Key { locked, .. } => Lock::read(locked).ok(),
            _ => None,
        });
        if let Some(lock) = first {
            reader.spend(lock.cost(&password), self.place.origin)?;
            if lock.open(&password).is_some() {
                return Err(DecodeError::Tampered {
                    origin: self.place.origin.clone(),
                    what: self.place.what,
                });
            }
        }
        Err(DecodeError::KeystorePasswordWrong {
            origin: self.place.origin.clone(),
            what: self.place.what,
        })
    }

    fn entry(&self, entry: &Entry<'_>, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let origin = self.place.origin.block(entry.number, None);
        let object = |item| Object {
            item,
            alias: Some(entry.alias.clone()),
            trusted: matches!(entry.body, Body::Trusted(_)),
            origin: origin.clone(),
        };
        match &entry.body {
            Body::Key { locked, chain } => {
                let item = self.key(locked, &origin, reader)?;
                reader.push_object(object(item))?;
                for der in chain {
                    reader.push_object(object(self.certificate(der, &entry.alias, &origin)?))?;
                }
            }
            Body::Trusted(der) => {
                reader.push_object(object(self.certificate(der, &entry.alias, &origin)?))?;
            }
            Body::Secret(sealed) => {
                let algorithm = self.secret_algorithm(sealed, &origin, reader)?;
                reader.push_object(object(Item::SecretKey { algorithm }))?;
            }
            Body::OtherCertificate(kind) => reader.note(format!(
                "{origin}: a certificate of type {} is passed over",
                kind.escape_debug()
            )),
        }
        Ok(())
    }

    fn certificate(&self, der: &[u8], alias: &str, origin: &Origin) -> Result<Item, DecodeError> {
        Certificate::from_der(der, origin.clone())
            .map(Item::Certificate)
            .map_err(|Malformed(reason)| {
                self.place.malformed(format!(
                    "the certificate of {}: {reason}",
                    alias.escape_debug()
                ))
            })
    }

    fn key(
        &self,
        locked: &[u8],
        origin: &Origin,
        reader: &mut Reader<'_>,
    ) -> Result<Item, DecodeError> {
        let lock = Lock::read(locked).map_err(|Malformed(reason)| self.place.malformed(reason))?;
        if let Lock::Unknown { algorithm } = &lock {
            return Err(DecodeError::AlgorithmUnsupported {
                origin: origin.clone(),
                what: self.place.what,
                algorithm: algorithm.clone(),
            });
        }
        let open = |secret: &Secret, reader: &mut Reader<'_>| {
            let password = Password::of(secret);
            reader.spend(lock.cost(&password), origin)?;
            Ok::<_, DecodeError>(lock.open(&password))
        };
        let mut plain = match &self.password {
            Some(secret) => open(secret, reader)?,
            None => None,
        };
        if plain.is_none() {
            // A key may have a password of its own.
            match reader.passwords.password(Wanted::Key, origin)? {
                Some(own) if Some(&own) != self.password.as_ref() => {
                    plain = open(&own, reader)?;
                    if plain.is_none() {
                        return Err(DecodeError::KeyPassphraseWrong {
                            origin: origin.clone(),
                        });
                    }
                }
                _ => {}
            }
        }
        let encryption = lock.encryption();
        let Some(plain) = plain else {
            return Ok(Item::EncryptedKey(EncryptedKey {
                encryption,
                origin: origin.clone(),
            }));
        };
        reader.spend(pkcs8::cost(Structure::Pkcs8, &plain), origin)?;
        let key = pkcs8::key(Structure::Pkcs8, &plain, None, origin)?;
        Ok(Item::Key(key.locked_by(encryption)))
    }

    /// The algorithm of a secret key: what is sealed is looked through for its name, and never made an object.
    fn secret_algorithm(
        &self,
        sealed: &entry::Sealed<'_>,
        origin: &Origin,
        reader: &mut Reader<'_>,
    ) -> Result<String, DecodeError> {
        let unknown = match sealed.algorithm.as_str() {
            "" => "unknown".to_owned(),
            named => format!("unknown, sealed with {}", named.escape_debug()),
        };
        let (Some(lock), Some(secret)) = (sealed.lock(), &self.password) else {
            return Ok(unknown);
        };
        let password = Password::of(secret);
        reader.spend(lock.cost(&password), origin)?;
        let name = lock
            .open(&password)
            .and_then(|plain| stream::text_field(&plain, "algorithm"));
        Ok(name.unwrap_or(unknown))
    }
}
