//! Java's own keystores, JKS and JCEKS, as `sun.security.provider.JavaKeyStore` reads them.
//!
//! Both are the same file but for the magic and the protection of the keys: JKS has the JDK's SHA-1 key
//! stream, JCEKS `PBEWithMD5AndTripleDES`. A SHA-1 over password and content closes the file.

use openssl::symm::{Cipher, encrypt};

use crate::decode::jks::protection::{self, Password};
use crate::decode::oid;
use crate::error::EncodeError;
use crate::identity::Identity;
use crate::material::{Certificate, Time};
use crate::secret::Secret;

use super::{Entry, crypto, der, names, pbe, pkcs8, reread};

/// Version 2 names the type of every certificate.
const VERSION: u32 = 2;
const PRIVATE_KEY: u32 = 1;
const TRUSTED_CERTIFICATE: u32 = 2;
/// The JDK's own choice since 8u301 (`jdk.jceks.iterationCount`).
const JCEKS_ITERATIONS: u32 = 200_000;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Jks,
    Jceks,
}

impl Kind {
    const fn magic(self) -> u32 {
        match self {
            Self::Jks => 0xfeed_feed,
            Self::Jceks => 0xcece_cece,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Jks => "JKS keystore",
            Self::Jceks => "JCEKS keystore",
        }
    }
}

/// Writes a keystore. Keys are locked with `key_password`, or with the store's where there is none.
///
/// Aliases are written in lower case, since Java looks them up so. Holds a secret.
///
/// # Errors
/// No entries, an alias that Java would not tell from another, a JCEKS key password outside ASCII, or a
/// file that did not read back as what was meant.
pub fn write(
    kind: Kind,
    entries: &[Entry<'_>],
    password: &Secret,
    key_password: Option<&Secret>,
    now: Time,
) -> Result<Vec<u8>, EncodeError> {
    names::check(entries, kind.name(), str::to_lowercase)?;
    let locking = Password::of(key_password.unwrap_or(password));
    let mut writer = Writer {
        kind,
        bytes: Vec::new(),
    };
    writer.number(kind.magic());
    writer.number(VERSION);
    writer.count("number of entries", entries.len())?;
    for entry in entries {
        match entry {
            Entry::Identity { alias, identity } => {
                writer.number(PRIVATE_KEY);
                writer.header(alias, now)?;
                writer.identity(identity, &locking)?;
            }
            Entry::Trusted { alias, certificate } => {
                writer.number(TRUSTED_CERTIFICATE);
                writer.header(alias, now)?;
                writer.certificate(certificate)?;
            }
        }
    }
    let mut bytes = writer.bytes;
    let digest = protection::digest(&Password::of(password), &bytes);
    bytes.extend_from_slice(&digest);
    reread::keystore(kind.name(), &bytes, entries, password, key_password)?;
    Ok(bytes)
}

struct Writer {
    kind: Kind,
    bytes: Vec<u8>,
}

impl Writer {
    fn number(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_be_bytes());
    }

    fn count(&mut self, what: &'static str, value: usize) -> Result<(), EncodeError> {
        // Java's counts are signed.
        let value = i32::try_from(value).map_err(|_| EncodeError::TooLarge {
            format: self.kind.name(),
            what,
        })?;
        self.bytes.extend_from_slice(&value.to_be_bytes());
        Ok(())
    }

    fn header(&mut self, alias: &str, now: Time) -> Result<(), EncodeError> {
        self.text(&alias.to_lowercase())?;
        let milliseconds = now.unix().saturating_mul(1000);
        self.bytes.extend_from_slice(&milliseconds.to_be_bytes());
        Ok(())
    }

    /// Java's modified UTF-8 (`DataOutput.writeUTF`): each UTF-16 unit by itself, and NUL in two bytes.
    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        let mut encoded = Vec::with_capacity(text.len());
        for unit in text.encode_utf16() {
            let [high, low] = unit.to_be_bytes();
            match unit {
                0x0001..=0x007f => encoded.push(low),
                0x0000 | 0x0080..=0x07ff => {
                    encoded.extend([0xc0 | high << 2 | low >> 6, 0x80 | low & 0x3f]);
                }
                0x0800.. => encoded.extend([
                    0xe0 | high >> 4,
                    0x80 | (high & 0x0f) << 2 | low >> 6,
                    0x80 | low & 0x3f,
                ]),
            }
        }
        let length = u16::try_from(encoded.len()).map_err(|_| EncodeError::TooLarge {
            format: self.kind.name(),
            what: "alias",
        })?;
        self.bytes.extend_from_slice(&length.to_be_bytes());
        self.bytes.extend_from_slice(&encoded);
        Ok(())
    }

    fn identity(&mut self, identity: &Identity, password: &Password) -> Result<(), EncodeError> {
        let plain = pkcs8::der(identity.key())?;
        let locked = match self.kind {
            Kind::Jks => key_stream(&plain, password)?,
            Kind::Jceks => md5_triple_des(&plain, password)?,
        };
        self.count("private key", locked.len())?;
        self.bytes.extend_from_slice(&locked);
        self.count("number of certificates", identity.chain().count())?;
        for certificate in identity.chain() {
            self.certificate(certificate)?;
        }
        Ok(())
    }

    fn certificate(&mut self, certificate: &Certificate) -> Result<(), EncodeError> {
        self.text("X.509")?;
        self.count("certificate", certificate.der().len())?;
        self.bytes.extend_from_slice(certificate.der());
        Ok(())
    }
}

/// JKS: salt, the key under the key stream, and a check.
fn key_stream(plain: &[u8], password: &Password) -> Result<Vec<u8>, EncodeError> {
    let salt = pbe::random::<20>()?;
    let locked = [
        &salt[..],
        &protection::mask(password, &salt, plain),
        &protection::key_check(password, plain),
    ]
    .concat();
    Ok(der::sequence(&[
        &der::sequence(&[&der::oid(oid::JKS_KEY_PROTECTOR), &der::null()]),
        &der::octets(&locked),
    ]))
}

/// JCEKS: triple DES under a key from MD5.
fn md5_triple_des(plain: &[u8], password: &Password) -> Result<Vec<u8>, EncodeError> {
    let salt = loop {
        let salt = pbe::random::<8>()?;
        // Java treats two equal halves in a way of its own; such a salt is not worth it.
        if salt[..4] != salt[4..] {
            break salt;
        }
    };
    let derived = protection::derive_md5(password, salt, JCEKS_ITERATIONS.into()).ok_or(
        EncodeError::PasswordNotAscii {
            format: Kind::Jceks.name(),
        },
    )?;
    let (key, iv) = derived.split_at(24);
    let ciphertext =
        encrypt(Cipher::des_ede3_cbc(), key, Some(iv), plain).map_err(crypto("encrypt"))?;
    Ok(der::sequence(&[
        &der::sequence(&[
            &der::oid(oid::JCEKS_KEY_PROTECTOR),
            &der::sequence(&[&der::octets(&salt), &der::integer(JCEKS_ITERATIONS)]),
        ]),
        &der::octets(&ciphertext),
    ]))
}
