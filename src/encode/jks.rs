//! Java's own keystores, JKS and JCEKS, as `sun.security.provider.JavaKeyStore` reads them.
//!
//! Both are the same file but for the magic and the protection of the keys: JKS has the JDK's SHA-1 key
//! stream, JCEKS `PBEWithMD5AndTripleDES`. A SHA-1 over password and content closes the file.

use openssl::hash::MessageDigest;
use openssl::sha::Sha1;
use openssl::symm::{Cipher, encrypt};
use zeroize::Zeroizing;

use crate::error::EncodeError;
use crate::identity::Identity;
use crate::material::{Certificate, Time};
use crate::oid;
use crate::secret::Secret;

use super::{Entry, crypto, der, names, pbe, pkcs8};

/// Version 2 names the type of every certificate.
const VERSION: u32 = 2;
const PRIVATE_KEY: u32 = 1;
const TRUSTED_CERTIFICATE: u32 = 2;
/// What `JavaKeyStore` puts between the password and the content.
const WHITENER: &[u8] = b"Mighty Aphrodite";
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
                writer.identity(identity, key_password.unwrap_or(password))?;
            }
            Entry::Trusted { alias, certificate } => {
                writer.number(TRUSTED_CERTIFICATE);
                writer.header(alias, now)?;
                writer.certificate(certificate)?;
            }
        }
    }
    let mut bytes = writer.bytes;
    let digest = digest(password, &bytes);
    bytes.extend_from_slice(&digest);

    Ok(bytes)
}

/// The keystore's own check: SHA-1 over the password in UTF-16, the whitener, and all that precedes it.
fn digest(password: &Secret, bytes: &[u8]) -> [u8; 20] {
    let mut sha1 = Sha1::new();
    sha1.update(&der::utf16_secret(password));
    sha1.update(WHITENER);
    sha1.update(bytes);
    sha1.finish()
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
        match i32::try_from(value) {
            Ok(value) => {
                self.bytes.extend_from_slice(&value.to_be_bytes());
                Ok(())
            }
            Err(_) => Err(EncodeError::TooLarge {
                format: self.kind.name(),
                what,
            }),
        }
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

    fn identity(&mut self, identity: &Identity, password: &Secret) -> Result<(), EncodeError> {
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

/// `sun.security.provider.KeyProtector`: a key stream of chained SHA-1, salt before and check after.
fn key_stream(plain: &[u8], password: &Secret) -> Result<Vec<u8>, EncodeError> {
    let password = der::utf16_secret(password);
    let salt = pbe::random::<20>()?;
    let mut locked = salt.to_vec();
    let mut block = salt;
    for chunk in plain.chunks(block.len()) {
        let mut sha1 = Sha1::new();
        sha1.update(&password);
        sha1.update(&block);
        block = sha1.finish();
        locked.extend(chunk.iter().zip(block).map(|(byte, mask)| byte ^ mask));
    }
    let mut check = Sha1::new();
    check.update(&password);
    check.update(plain);
    locked.extend_from_slice(&check.finish());
    Ok(der::sequence(&[
        &der::sequence(&[&der::oid(oid::JKS_KEY_PROTECTOR), &der::null()]),
        &der::octets(&locked),
    ]))
}

/// `com.sun.crypto.provider.PBES1Core`, `PBEWithMD5AndTripleDES`: each half of the salt hashed on its own.
fn md5_triple_des(plain: &[u8], password: &Secret) -> Result<Vec<u8>, EncodeError> {
    if !password
        .expose()
        .bytes()
        .all(|byte| (0x20..0x7f).contains(&byte))
    {
        return Err(EncodeError::PasswordNotAscii {
            format: "JCEKS keystore",
        });
    }
    let salt = loop {
        let salt = pbe::random::<8>()?;
        // Java inverts the first half where both are the same; such a salt is not worth the trouble.
        if salt[..4] != salt[4..] {
            break salt;
        }
    };
    let mut derived = Zeroizing::new(Vec::with_capacity(32));
    for half in [&salt[..4], &salt[4..]] {
        let mut block = Zeroizing::new(half.to_vec());
        for _ in 0..JCEKS_ITERATIONS {
            let mut input =
                Zeroizing::new(Vec::with_capacity(block.len() + password.expose().len()));
            input.extend_from_slice(&block);
            input.extend_from_slice(password.expose().as_bytes());
            let hash = openssl::hash::hash(MessageDigest::md5(), &input)
                .map_err(crypto("derive a key from the password"))?;
            block = Zeroizing::new(hash.to_vec());
        }
        derived.extend_from_slice(&block);
    }
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
