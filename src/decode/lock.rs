//! Owns password-based encryption of keys (RFC 8018, RFC 7292 appendix C): what it is called and what it costs.
//!
//! Costs are counted before anything is derived, in iterations of PBKDF2 with SHA-256.

use openssl::asn1::Asn1Object;
use openssl::nid::Nid;

use crate::material::{Encryption, Malformed};

use super::legacy;
use super::oid;
use super::tlv::{self, Element};

/// The most memory scrypt may take, in bytes (128 MiB; libcrypto's own command stops at 32).
pub const MAX_SCRYPT_MEMORY: u64 = 128 * 1024 * 1024;

/// A scheme as an `AlgorithmIdentifier` describes it.
pub(super) struct Scheme<'a> {
    /// The whole identifier, as libcrypto wants it.
    pub raw: &'a [u8],
    pub encryption: Encryption,
    pub way: Way<'a>,
    /// In iterations of PBKDF2 with SHA-256.
    pub cost: u64,
}

/// How it is undone.
pub(super) enum Way<'a> {
    /// libcrypto does it whole.
    Libcrypto,
    Scrypt(Scrypt<'a>),
    /// Nobody here can.
    Unsupported,
}

pub(super) struct Scrypt<'a> {
    pub salt: &'a [u8],
    pub n: u64,
    pub r: u64,
    pub p: u64,
    pub cipher: Nid,
    pub iv: &'a [u8],
}

impl Scrypt<'_> {
    /// Bytes it needs (RFC 7914, section 2).
    pub fn memory(&self) -> u64 {
        self.n
            .saturating_add(self.p)
            .saturating_mul(self.r)
            .saturating_mul(128)
    }
}

/// Reads an `AlgorithmIdentifier`.
pub(super) fn scheme<'a>(algorithm: &Element<'a>) -> Result<Scheme<'a>, Malformed> {
    let (oid, parameters) = identifier(algorithm)?;
    if oid == oid::PBES2 {
        return pbes2(
            algorithm.raw,
            &parameters.ok_or_else(|| missing("PBES2 parameters"))?,
        );
    }
    let Some((name, kdf, cipher, weight)) = ONE_PIECE
        .iter()
        .find(|(known, ..)| *known == oid)
        .map(|(_, name, kdf, cipher, weight)| (*name, *kdf, *cipher, *weight))
    else {
        let name = name(&oid);
        return Ok(Scheme {
            raw: algorithm.raw,
            encryption: Encryption {
                scheme: "unknown".to_owned(),
                kdf: "unknown".to_owned(),
                iterations: None,
                memory: None,
                cipher: name.clone(),
            },
            way: Way::Unsupported,
            cost: 0,
        });
    };
    let parameters = parameters.ok_or_else(|| missing("salt and iteration count"))?;
    let mut fields = tlv::children(parameters.content);
    fields
        .one(tlv::OCTET_STRING)
        .ok_or_else(|| missing("salt"))?;
    let iterations = number(&mut fields, "iteration count")?;
    if legacy::is_needed(cipher) {
        legacy::load();
    }
    Ok(Scheme {
        raw: algorithm.raw,
        encryption: Encryption {
            scheme: name.to_owned(),
            kdf: kdf.to_owned(),
            iterations: Some(iterations),
            memory: None,
            cipher: cipher.to_owned(),
        },
        way: if kdf.contains("MD2") {
            Way::Unsupported
        } else {
            Way::Libcrypto
        },
        cost: iterations.saturating_mul(weight),
    })
}

/// Schemes whose identifier names key derivation and cipher at once; the last figure is the cost of an iteration,
/// which is a third of PBKDF2's for each of the up to three blocks.
const ONE_PIECE: &[(&str, &str, &str, &str, u64)] = &[
    (
        "1.2.840.113549.1.5.1",
        "PBES1",
        "PBKDF1 with MD2",
        "DES-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.5.3",
        "PBES1",
        "PBKDF1 with MD5",
        "DES-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.5.4",
        "PBES1",
        "PBKDF1 with MD2",
        "RC2-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.5.6",
        "PBES1",
        "PBKDF1 with MD5",
        "RC2-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.5.10",
        "PBES1",
        "PBKDF1 with SHA-1",
        "DES-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.5.11",
        "PBES1",
        "PBKDF1 with SHA-1",
        "RC2-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.1",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "RC4-128",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.2",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "RC4-40",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.3",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "DES-EDE3-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.4",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "DES-EDE-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.5",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "RC2-128-CBC",
        1,
    ),
    (
        "1.2.840.113549.1.12.1.6",
        "PKCS#12",
        "PKCS#12 KDF with SHA-1",
        "RC2-40-CBC",
        1,
    ),
];

/// Pseudo-random functions of PBKDF2: identifier, octets they give, cost of an iteration.
const PRFS: &[(&str, u64, u64)] = &[
    (oid::HMAC_SHA1, 20, 1),
    ("1.2.840.113549.2.8", 28, 1),
    (oid::HMAC_SHA256, 32, 1),
    ("1.2.840.113549.2.10", 48, 3),
    ("1.2.840.113549.2.11", 64, 3),
    ("1.2.840.113549.2.12", 28, 3),
    ("1.2.840.113549.2.13", 32, 3),
    ("2.16.840.1.101.3.4.2.13", 28, 4),
    ("2.16.840.1.101.3.4.2.14", 32, 4),
    ("2.16.840.1.101.3.4.2.15", 48, 4),
    ("2.16.840.1.101.3.4.2.16", 64, 4),
];

/// The longest key any cipher here takes, in octets.
const LONGEST_KEY: u64 = 32;

fn pbes2<'a>(raw: &'a [u8], parameters: &Element<'a>) -> Result<Scheme<'a>, Malformed> {
    let mut fields = tlv::children(parameters.content);
    let mut next = |what| fields.one(tlv::SEQUENCE).ok_or_else(|| missing(what));
    let derivation = next("key derivation")?;
    let cipher = next("cipher")?;
    let (cipher_oid, cipher_parameters) = identifier(&cipher)?;
    let cipher = name(&cipher_oid);
    if legacy::is_needed(&cipher) {
        legacy::load();
    }
    let (kdf_oid, kdf_parameters) = identifier(&derivation)?;
    let mut encryption = Encryption {
        scheme: "PBES2".to_owned(),
        kdf: name(&kdf_oid),
        iterations: None,
        memory: None,
        cipher,
    };
    let (way, cost) = match (kdf_oid.as_str(), kdf_parameters) {
        (oid::PBKDF2, Some(parameters)) => {
            let pbkdf2 = Pbkdf2::read(&parameters)?;
            encryption.kdf = pbkdf2.name();
            encryption.iterations = Some(pbkdf2.iterations);
            match pbkdf2.cost(LONGEST_KEY) {
                Some(cost) => (Way::Libcrypto, cost),
                None => (Way::Unsupported, 0),
            }
        }
        (oid::SCRYPT, Some(parameters)) => {
            let mut fields = tlv::children(parameters.content);
            let salt = fields
                .one(tlv::OCTET_STRING)
                .ok_or_else(|| missing("salt"))?;
            let [n, r, p] = [
                number(&mut fields, "scrypt parameter N")?,
                number(&mut fields, "scrypt parameter r")?,
                number(&mut fields, "scrypt parameter p")?,
            ];
            let scrypt = Scrypt {
                salt: salt.content,
                n,
                r,
                p,
                cipher: nid(&cipher_oid),
                iv: cipher_parameters.map_or(&[], |iv| iv.content),
            };
            encryption.kdf = format!("scrypt (N={n}, r={r}, p={p})");
            encryption.memory = Some(scrypt.memory());
            let blocks = n.saturating_mul(r).saturating_mul(p);
            (Way::Scrypt(scrypt), blocks.saturating_add(blocks / 2))
        }
        (oid::PBKDF2 | oid::SCRYPT, None) => return Err(missing("key derivation parameters")),
        _ => (Way::Unsupported, 0),
    };
    Ok(Scheme {
        raw,
        encryption,
        way,
        cost,
    })
}

/// PBKDF2's parameters (RFC 8018, appendix A.2).
pub(super) struct Pbkdf2 {
    pub iterations: u64,
    pub key_length: Option<u64>,
    prf: String,
}

impl Pbkdf2 {
    pub fn read(parameters: &Element<'_>) -> Result<Self, Malformed> {
        let mut fields = tlv::children(parameters.content);
        fields
            .one(tlv::OCTET_STRING)
            .ok_or_else(|| missing("salt"))?;
        let iterations = number(&mut fields, "iteration count")?;
        // One that does not fit is above every limit.
        let key_length = fields
            .one(tlv::INTEGER)
            .map(|length| tlv::unsigned(length.content).unwrap_or(u64::MAX));
        let prf = match fields.one(tlv::SEQUENCE) {
            Some(prf) => identifier(&prf)?.0,
            None => oid::HMAC_SHA1.to_owned(),
        };
        Ok(Self {
            iterations,
            key_length,
            prf,
        })
    }

    pub fn name(&self) -> String {
        format!("PBKDF2 with {}", name(&self.prf))
    }

    /// What a key of so many octets costs; `None` where the pseudo-random function is unknown.
    pub fn cost(&self, octets: u64) -> Option<u64> {
        PRFS.iter()
            .find(|(known, ..)| *known == self.prf)
            .map(|(_, block, weight)| {
                self.iterations
                    .saturating_mul(*weight)
                    .saturating_mul(octets.div_ceil(*block))
            })
    }
}

/// An `AlgorithmIdentifier`'s identifier and parameters.
pub(super) fn identifier<'a>(
    algorithm: &Element<'a>,
) -> Result<(String, Option<Element<'a>>), Malformed> {
    let mut fields = tlv::children(algorithm.content);
    let oid = fields
        .one(tlv::OID)
        .and_then(|oid| tlv::dotted(oid.content))
        .ok_or_else(|| missing("algorithm identifier"))?;
    Ok((oid, fields.next().and_then(Result::ok)))
}

/// libcrypto's name for an algorithm, or the dotted identifier.
pub(super) fn name(oid: &str) -> String {
    // The arc of AES, which Java gives keys that are for no mode yet.
    if oid == "2.16.840.1.101.3.4.1" {
        return "AES".to_owned();
    }
    nid(oid)
        .short_name()
        .ok()
        .filter(|_| nid(oid) != Nid::UNDEF)
        .map_or_else(|| oid.to_owned(), str::to_owned)
}

fn nid(oid: &str) -> Nid {
    Asn1Object::from_str(oid).map_or(Nid::UNDEF, |object| object.nid())
}

fn number(fields: &mut tlv::Children<'_>, what: &str) -> Result<u64, Malformed> {
    fields
        .one(tlv::INTEGER)
        .and_then(|number| tlv::unsigned(number.content))
        .ok_or_else(|| missing(what))
}

fn missing(what: &str) -> Malformed {
    Malformed(format!("its {what} is missing or damaged"))
}
