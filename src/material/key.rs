//! Private and public keys, and what may be said of one in public.

use std::fmt;

use openssl::asn1::Asn1Object;
use openssl::ec::EcGroup;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, PKey, PKeyRef, Private};
use serde::{Deserialize, Serialize};
use x509_parser::der_parser::asn1_rs::{Any, Tag};
use x509_parser::prelude::{FromDer as _, SubjectPublicKeyInfo};

use crate::source::Origin;

use super::{Encryption, Malformed, soundness};

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
    /// Any other: `x25519`, `ml-dsa-65`, or the dotted identifier where there is no name.
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
    /// Size in bits: the modulus of RSA, the prime of DSA, the field of a curve, the public key's length of any other.
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
        let spki = key
            .public_key_to_der()
            .map_err(|cause| Malformed::libcrypto(&cause))?;
        Self::from_spki(&spki)
    }

    /// Describes a DER `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7) by its own words.
    ///
    /// # Errors
    /// [`Malformed`] where it is none, or its key is not of the shape its algorithm has.
    pub fn from_spki(der: &[u8]) -> Result<Self, Malformed> {
        let (_, spki) = SubjectPublicKeyInfo::from_der(der).map_err(|_| damaged())?;
        let oid = spki.algorithm.algorithm.to_id_string();
        let parameters = spki.algorithm.parameters.as_ref();
        let key: &[u8] = &spki.subject_public_key.data;
        let (kind, bits, curve) = match oid.as_str() {
            "1.2.840.113549.1.1.1" => (KeyKind::Rsa, modulus_bits(key)?, None),
            "1.2.840.113549.1.1.10" => (KeyKind::RsaPss, modulus_bits(key)?, None),
            "1.2.840.10040.4.1" => {
                let prime = parameters.and_then(|parameters| first_integer(parameters.data));
                (KeyKind::Dsa, prime.map_or(0, integer_bits), None)
            }
            "1.2.840.10045.2.1" => {
                let curve = parameters
                    .filter(|parameters| parameters.tag() == Tag::Oid)
                    .and_then(|parameters| parameters.as_oid().ok())
                    .map(|oid| oid.to_id_string());
                let bits = curve.as_deref().and_then(curve_bits);
                // Curves spelled out, or unheard of: a point is a form octet and two coordinates.
                let bits = bits.unwrap_or_else(|| octets(key.len().saturating_sub(1) / 2));
                (KeyKind::Ec, bits, curve.map(|oid| short_name(&oid)))
            }
            "1.3.101.112" => (KeyKind::Ed25519, 256, None),
            "1.3.101.113" => (KeyKind::Ed448, 456, None),
            other => (KeyKind::Other(long_name(other)), octets(key.len()), None),
        };
        Ok(Self {
            kind,
            bits,
            curve,
            spki_sha256: super::sha256(der),
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
            (KeyKind::Other(name), _) => f.write_str(&name.to_ascii_uppercase()),
        }
    }
}

fn damaged() -> Malformed {
    Malformed("its public key is damaged".to_owned())
}

fn modulus_bits(rsa: &[u8]) -> Result<u32, Malformed> {
    Any::from_der(rsa)
        .ok()
        .and_then(|(_, sequence)| first_integer(sequence.data).map(integer_bits))
        .ok_or_else(damaged)
}

fn first_integer(content: &[u8]) -> Option<&[u8]> {
    let (_, first) = Any::from_der(content).ok()?;
    (first.tag() == Tag::Integer).then_some(first.data)
}

fn integer_bits(octets_of: &[u8]) -> u32 {
    let significant = octets_of.iter().skip_while(|octet| **octet == 0);
    let leading = significant
        .clone()
        .next()
        .map_or(0, |octet| octet.leading_zeros());
    octets(significant.count()).saturating_sub(leading)
}

fn octets(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(8)
}

fn curve_bits(oid: &str) -> Option<u32> {
    // The usual ones without asking libcrypto, which would set the whole curve up to answer.
    match oid {
        "1.2.840.10045.3.1.7" | "1.3.132.0.10" => Some(256),
        "1.3.132.0.34" => Some(384),
        "1.3.132.0.35" => Some(521),
        _ => EcGroup::from_curve_name(nid(oid))
            .ok()
            .map(|group| group.degree()),
    }
}

/// libcrypto's short name for an object identifier, or the dotted form.
fn short_name(oid: &str) -> String {
    // The usual ones without asking: a pile of certificates has few of them, many times.
    let usual = match oid {
        "1.2.840.10045.3.1.7" => Some("prime256v1"),
        "1.3.132.0.34" => Some("secp384r1"),
        "1.3.132.0.35" => Some("secp521r1"),
        _ => None,
    };
    if let Some(usual) = usual {
        return usual.to_owned();
    }
    known(oid)
        .map_or(oid, |nid| nid.short_name().unwrap_or(oid))
        .to_owned()
}

/// libcrypto's long name as one word in lower case, `ml-dsa-65`, or the dotted form.
fn long_name(oid: &str) -> String {
    known(oid)
        .map_or(oid, |nid| nid.long_name().unwrap_or(oid))
        .replace(' ', "-")
        .to_ascii_lowercase()
}

fn known(oid: &str) -> Option<Nid> {
    Some(nid(oid)).filter(|nid| *nid != Nid::UNDEF)
}

fn nid(oid: &str) -> Nid {
    Asn1Object::from_str(oid).map_or(Nid::UNDEF, |object| object.nid())
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
    /// [`Malformed`] where its numbers contradict each other, or libcrypto cannot derive the public half.
    pub fn new(pkey: PKey<Private>, origin: Origin) -> Result<Self, Malformed> {
        soundness::check(&pkey)?;
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
    spki: Vec<u8>,
    info: KeyInfo,
    origin: Origin,
}

impl PublicKey {
    /// Reads a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`Malformed`] where it is none.
    pub fn from_spki(der: &[u8], origin: Origin) -> Result<Self, Malformed> {
        Ok(Self {
            info: KeyInfo::from_spki(der)?,
            spki: der.to_owned(),
            origin,
        })
    }

    /// The `SubjectPublicKeyInfo`, DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A `SubjectPublicKeyInfo` without parameters, for keys shorter than 100 bytes.
    fn spki(oid: &[u8], key: &[u8]) -> Vec<u8> {
        let length = |bytes: &[u8]| u8::try_from(bytes.len()).expect("short");
        let oid = [&[6, length(oid)], oid].concat();
        let algorithm = [&[0x30, length(&oid)], &oid[..]].concat();
        let key = [&[3, length(key) + 1, 0], key].concat();
        let content = [algorithm, key].concat();
        [&[0x30, length(&content)], &content[..]].concat()
    }

    #[test]
    fn algorithms_libcrypto_has_no_type_for_are_named() {
        let ml_dsa_65 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 18];
        let info = KeyInfo::from_spki(&spki(&ml_dsa_65, &[7; 40])).expect("a key");
        let name = if nid("2.16.840.1.101.3.4.3.18") == Nid::UNDEF {
            "2.16.840.1.101.3.4.3.18"
        } else {
            "ml-dsa-65"
        };
        assert_eq!(info.kind, KeyKind::Other(name.to_owned()));
        assert_eq!(info.to_string(), name.to_ascii_uppercase());
        let nobody = KeyInfo::from_spki(&spki(&[0x2a, 3, 4], &[7; 4])).expect("a key");
        assert_eq!(nobody.kind, KeyKind::Other("1.2.3.4".to_owned()));
    }

    #[test]
    fn a_key_of_another_shape_than_its_algorithm_is_refused() {
        let rsa = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
        assert!(KeyInfo::from_spki(&spki(&rsa, &[7; 4])).is_err());
        assert!(KeyInfo::from_spki(&[0x30, 0]).is_err());
    }
}
