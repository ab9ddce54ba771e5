//! The last step of every writer: what was made is read again and compared with what it was made of.

use openssl::pkcs7::Pkcs7;
use openssl::pkey::PKey;
use openssl::x509::X509;

use crate::decode::{self, Decoded, Integrity, NoPasswords, Passwords, Wanted};
use crate::error::{DecodeError, EncodeError, ReadBackFault, SecretError};
use crate::material::{Certificate, Item, Object, PrivateKey};
use crate::secret::Secret;
use crate::source::{Origin, Source};

use super::pem::Part;
use super::{Entry, pkcs8};

const PEM: &str = "PEM file";
const PKCS7: &str = "PKCS#7 file";

/// The certificates of a PEM file, as libcrypto finds them.
pub(super) fn pem_certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, EncodeError> {
    X509::stack_from_pem(bytes)
        .and_then(|stack| stack.iter().map(|x509| x509.to_der()).collect())
        .map_err(|_| unreadable(PEM))
}

/// The certificates of a PKCS#7 file, as libcrypto finds them.
pub(super) fn pkcs7_certificates(der: &[u8]) -> Result<Vec<Vec<u8>>, EncodeError> {
    let read = || {
        let pkcs7 = Pkcs7::from_der(der).ok()?;
        pkcs7
            .signed()?
            .certificates()?
            .iter()
            .map(|x509| x509.to_der().ok())
            .collect::<Option<Vec<_>>>()
    };
    read().ok_or(unreadable(PKCS7))
}

/// Whether the same certificates came back, in the same order.
pub(super) fn certificates<'a>(
    format: &'static str,
    meant: impl IntoIterator<Item = &'a Certificate>,
    read: &[Vec<u8>],
) -> Result<(), EncodeError> {
    let meant: Vec<&[u8]> = meant.into_iter().map(Certificate::der).collect();
    if meant == read {
        return Ok(());
    }
    Err(EncodeError::ReadBack {
        format,
        fault: ReadBackFault::Count {
            have: read.len(),
            want: meant.len(),
        },
    })
}

/// Whether a PEM block opens as the same key.
pub(super) fn pem_key(
    meant: &PrivateKey,
    bytes: &[u8],
    passphrase: Option<&Secret>,
) -> Result<(), EncodeError> {
    let read = match passphrase {
        None => PKey::private_key_from_pem(bytes)
            .and_then(|key| key.private_key_to_pkcs8().map(zeroize::Zeroizing::new))
            .map_err(|_| unreadable(PEM))?,
        // libcrypto's PEM reader ends a passphrase at NUL, and at 1,024 bytes.
        Some(secret) => {
            let decoded = decode(bytes, &mut Known::both(secret)).map_err(|_| unreadable(PEM))?;
            match decoded.objects.as_slice() {
                [
                    Object {
                        item: Item::Key(key),
                        ..
                    },
                ] => pkcs8::der(key)?,
                _ => return Err(unreadable(PEM)),
            }
        }
    };
    if *read == *pkcs8::der(meant)? {
        return Ok(());
    }
    Err(EncodeError::ReadBack {
        format: PEM,
        fault: ReadBackFault::KeyDiffers {
            alias: meant.origin().to_string(),
        },
    })
}

/// Whether the same objects come back, in the same order.
pub(super) fn pem_objects(
    parts: &[Part<'_>],
    bytes: &[u8],
    passphrase: Option<&Secret>,
) -> Result<(), EncodeError> {
    let decoded = match passphrase {
        None => decode(bytes, &mut NoPasswords),
        Some(secret) => decode(bytes, &mut Known::both(secret)),
    }
    .map_err(|_| unreadable(PEM))?;
    let differs = || EncodeError::ReadBack {
        format: PEM,
        fault: ReadBackFault::Count {
            have: decoded.objects.len(),
            want: parts.len(),
        },
    };
    if decoded.objects.len() != parts.len() {
        return Err(differs());
    }
    for (part, object) in parts.iter().zip(&decoded.objects) {
        let same = match (part, &object.item) {
            (Part::Key(meant), Item::Key(read)) => self::same(read, meant)?,
            (Part::Certificate(meant), Item::Certificate(read)) => *meant == read,
            (Part::Crl(meant), Item::Crl(read)) => meant.der() == read.der(),
            (Part::Request(meant), Item::Request(read)) => meant.der() == read.der(),
            (Part::PublicKey(meant), Item::PublicKey(read)) => meant.spki() == read.spki(),
            _ => false,
        };
        if !same {
            return Err(differs());
        }
    }
    Ok(())
}

fn decode(bytes: &[u8], passwords: &mut dyn Passwords) -> Result<Decoded, DecodeError> {
    let source = Source {
        origin: Origin::file("what was just made"),
        bytes: zeroize::Zeroizing::new(bytes.to_vec()),
    };
    decode::decode(&source, passwords)
}

/// Whether a keystore opens with its passwords and holds every entry, whole and under its name.
pub(super) fn keystore(
    format: &'static str,
    bytes: &[u8],
    entries: &[Entry<'_>],
    password: &Secret,
    key_password: Option<&Secret>,
) -> Result<(), EncodeError> {
    let mut known = Known {
        store: password,
        key: key_password.unwrap_or(password),
    };
    let decoded = decode(bytes, &mut known).map_err(|error| match error {
        DecodeError::LimitExceeded { .. } => EncodeError::OverLimit {
            format,
            cause: Box::new(error),
        },
        _ => unreadable(format),
    })?;
    if decoded.integrity != Integrity::Verified {
        return Err(unreadable(format));
    }
    let mut read = Read {
        format,
        certificates: Vec::new(),
        keys: Vec::new(),
    };
    for object in &decoded.objects {
        let alias = object.alias.as_deref().unwrap_or_default();
        match &object.item {
            Item::Certificate(certificate) => read.certificates.push((alias, certificate)),
            Item::Key(key) => read.keys.push((alias, key)),
            _ => return Err(unreadable(format)),
        }
    }
    read.compare(entries)
}

/// What came back, in the order of the file; every writer keeps the order of its entries.
struct Read<'a> {
    format: &'static str,
    certificates: Vec<(&'a str, &'a Certificate)>,
    keys: Vec<(&'a str, &'a PrivateKey)>,
}

impl Read<'_> {
    fn compare(self, entries: &[Entry<'_>]) -> Result<(), EncodeError> {
        let format = self.format;
        let have = self.certificates.len() + self.keys.len();
        let mut want = 0;
        let mut certificates = self.certificates.into_iter();
        let mut keys = self.keys.into_iter();
        let fault = |fault| EncodeError::ReadBack { format, fault };
        for entry in entries {
            // Java's keystores hold names in lower case.
            let named = |alias: &str| alias.to_lowercase() == entry.alias().to_lowercase();
            let alias = entry.alias().to_owned();
            if let Entry::Identity { identity, .. } = entry {
                want += 1;
                match keys.next() {
                    Some((name, key)) if named(name) && same(key, identity.key())? => {}
                    _ => return Err(fault(ReadBackFault::KeyDiffers { alias })),
                }
            }
            for (index, meant) in entry.chain().enumerate() {
                want += 1;
                match certificates.next() {
                    Some((name, read)) if (index > 0 || named(name)) && read == meant => {}
                    _ => return Err(fault(ReadBackFault::ChainDiffers { alias })),
                }
            }
        }
        if have == want {
            Ok(())
        } else {
            Err(fault(ReadBackFault::Count { have, want }))
        }
    }
}

fn same(one: &PrivateKey, other: &PrivateKey) -> Result<bool, EncodeError> {
    Ok(*pkcs8::der(one)? == *pkcs8::der(other)?)
}

/// The passwords that were just used.
struct Known<'a> {
    store: &'a Secret,
    key: &'a Secret,
}

impl<'a> Known<'a> {
    fn both(secret: &'a Secret) -> Self {
        Self {
            store: secret,
            key: secret,
        }
    }
}

impl Passwords for Known<'_> {
    fn password(&mut self, wanted: Wanted, _: &Origin) -> Result<Option<Secret>, SecretError> {
        Ok(Some(match wanted {
            Wanted::Store => self.store.clone(),
            Wanted::Key => self.key.clone(),
        }))
    }
}

fn unreadable(format: &'static str) -> EncodeError {
    EncodeError::ReadBack {
        format,
        fault: ReadBackFault::Unreadable,
    }
}
