//! Private and public keys, and what may be said of one in public.

use std::fmt;

use openssl::pkey::{HasPublic, Id, PKey, PKeyRef, Private, Public};
use serde::{Deserialize, Serialize};

use crate::source::Origin;

use super::{Encryption, Malformed};

/// The algorithm family of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    Rsa,
    RsaPss,
    Ec,
    Ed25519,
    Ed448,
    Dsa,
    /// Any other, by libcrypto's numeric identifier's short name.
    #[serde(untagged)]
    Other(String),
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "rsa",
            Self::RsaPss => "rsa-pss",
            Self::Ec => "ec",
            Self::Ed25519 => "ed25519",
            Self::Ed448 => "ed448",
            Self::Dsa => "dsa",
            Self::Other(name) => name,
        })
    }
}

/// What may be said of a key without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyInfo {
    #[serde(rename = "type")]
    pub kind: KeyKind,
    /// Size in bits: the modulus of RSA, the field of a curve.
    pub bits: u32,
    /// `prime256v1`, `secp384r1`, …; named curves only.
    pub curve: Option<String>,
    /// SHA-256 of the `SubjectPublicKeyInfo`, lower-case hexadecimal.
    pub spki_sha256: String,
}

impl KeyInfo {
    /// Describes the public half of a key.
    ///
    /// # Errors
    /// [`Malformed`] where libcrypto cannot encode the public key.
    pub fn of<T: HasPublic>(key: &PKeyRef<T>) -> Result<Self, Malformed> {
        let spki = key.public_key_to_der().map_err(Malformed::because)?;
        Ok(Self {
            kind: kind(key.id()),
            bits: key.bits(),
            curve: curve(key),
            spki_sha256: super::sha256(&spki),
        })
    }
}

impl fmt::Display for KeyInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.curve) {
            (KeyKind::Rsa, _) => write!(f, "RSA {}", self.bits),
            (KeyKind::RsaPss, _) => write!(f, "RSA-PSS {}", self.bits),
            (KeyKind::Ec, Some(curve)) => write!(
                f,
                "EC {}",
                match curve.as_str() {
                    "prime256v1" => "P-256",
                    "secp384r1" => "P-384",
                    "secp521r1" => "P-521",
                    other => other,
                }
            ),
            (KeyKind::Ec, None) => write!(f, "EC {} bits, curve without a name", self.bits),
            (KeyKind::Ed25519, _) => f.write_str("Ed25519"),
            (KeyKind::Ed448, _) => f.write_str("Ed448"),
            (KeyKind::Dsa, _) => write!(f, "DSA {}", self.bits),
            (KeyKind::Other(name), _) => f.write_str(name),
        }
    }
}

fn kind(id: Id) -> KeyKind {
    match id {
        Id::RSA => KeyKind::Rsa,
        Id::RSA_PSS => KeyKind::RsaPss,
        Id::EC => KeyKind::Ec,
        Id::ED25519 => KeyKind::Ed25519,
        Id::ED448 => KeyKind::Ed448,
        Id::DSA => KeyKind::Dsa,
        other => KeyKind::Other(
            openssl::nid::Nid::from_raw(other.as_raw())
                .long_name()
                .map_or_else(|_| "unknown".to_owned(), str::to_owned),
        ),
    }
}

fn curve<T: HasPublic>(key: &PKeyRef<T>) -> Option<String> {
    let ec = key.ec_key().ok()?;
    ec.group()
        .curve_name()?
        .short_name()
        .ok()
        .map(str::to_owned)
}

/// A private key. Its secret part stays in libcrypto, which wipes it; it neither prints nor serialises.
#[derive(Clone)]
pub struct PrivateKey {
    pkey: PKey<Private>,
    info: KeyInfo,
    encryption: Option<Encryption>,
    origin: Origin,
}

impl PrivateKey {
    /// # Errors
    /// [`Malformed`] where libcrypto cannot derive the public half.
    pub fn new(pkey: PKey<Private>, origin: Origin) -> Result<Self, Malformed> {
        let info = KeyInfo::of(&pkey)?;
        Ok(Self {
            pkey,
            info,
            encryption: None,
            origin,
        })
    }

    /// The same key, found locked by `encryption`.
    #[must_use]
    pub fn locked_by(mut self, encryption: Encryption) -> Self {
        self.encryption = Some(encryption);
        self
    }

    /// How it was locked where it was found; `None` where it lay open.
    #[must_use]
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    #[must_use]
    pub fn pkey(&self) -> &PKeyRef<Private> {
        &self.pkey
    }

    #[must_use]
    pub fn info(&self) -> &KeyInfo {
        &self.info
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({}, {})", self.info, self.origin)
    }
}

/// A public key on its own.
#[derive(Debug, Clone)]
pub struct PublicKey {
    pub pkey: PKey<Public>,
    pub info: KeyInfo,
    pub origin: Origin,
}

impl PublicKey {
    /// # Errors
    /// [`Malformed`] where libcrypto cannot encode it again.
    pub fn new(pkey: PKey<Public>, origin: Origin) -> Result<Self, Malformed> {
        let info = KeyInfo::of(&*pkey)?;
        Ok(Self { pkey, info, origin })
    }
}
