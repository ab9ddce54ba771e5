//! Owns keys in every encoding: PKCS#8 open and locked (RFC 5958), PKCS#1, SEC 1, OpenSSL's DSA, public keys.

use openssl::asn1::Asn1Object;
use openssl::ec::EcGroup;
use openssl::pkey::{PKey, Private};
use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::material::{EncryptedKey, Item, Malformed, PrivateKey, PublicKey};
use crate::source::Origin;

use super::Wanted;
use super::der::Structure;
use super::lock;
use super::reader::Reader;
use super::tlv::{self, Element};
use super::unlock::{self, Refusal};

/// The longest private key that is given to libcrypto, in bytes; RSA with 16384 bits takes 9 KiB.
const MAX_KEY: usize = 64 * 1024;

/// The longest DSA prime, in bytes: deriving the public half takes time that grows with its cube.
const MAX_DSA_PRIME: usize = 10_000 / 8 + 1;

const DSA: &str = "1.2.840.10040.4.1";
const RSA: &str = "1.2.840.113549.1.1.1";
const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";

/// The work to read any key, in iterations.
const READING: u64 = 200;

/// The name of a `PrivateKeyInfo`'s algorithm.
pub(super) fn algorithm(der: &[u8]) -> Option<String> {
    key_parts(der).map(|parts| algorithm_name(&parts.oid))
}

/// What reading an open private key and checking its numbers takes, in iterations of PBKDF2 with SHA-256.
///
/// On a curve the public half is derived, and where it is missing from a DSA key, modulo a prime of the file's choosing.
pub(super) fn cost(structure: Structure, der: &[u8]) -> u64 {
    match structure {
        Structure::Sec1 => {
            let curve = tlv::read(der).ok().and_then(|(element, _)| {
                tlv::children(element.content)
                    .flatten()
                    .find(|field| field.tag == tlv::CONTEXT_0)
            });
            curve_cost(curve.map(|curve| curve.content))
        }
        Structure::Pkcs8 => match key_parts(der) {
            Some(KeyParts {
                oid, parameters, ..
            }) if oid == EC => curve_cost(parameters),
            Some(KeyParts {
                prime: Some(prime), ..
            }) => {
                let hundreds_of_bits = (prime.len() as u64).saturating_mul(8) / 100;
                hundreds_of_bits.saturating_pow(3).saturating_mul(2)
            }
            _ => rsa_cost(der),
        },
        Structure::Pkcs1 => rsa_cost(der),
        _ => READING,
    }
}

/// The slowest of the named curves take some milliseconds; `curve` is DER.
fn curve_cost(curve: Option<&[u8]>) -> u64 {
    if curve.is_some_and(|curve| tlv::encode_oid(P256).is_some_and(|usual| usual == curve)) {
        5 * READING
    } else {
        100 * READING
    }
}

/// Numbers are divided by each other: that grows with the square of their lengths.
fn rsa_cost(der: &[u8]) -> u64 {
    let words = der.len() as u64 / 64;
    READING + words.saturating_mul(words) / 2
}

/// What a `PrivateKeyInfo` is made of.
struct KeyParts<'a> {
    oid: String,
    /// The algorithm's parameters, DER.
    parameters: Option<&'a [u8]>,
    /// The first number of them.
    prime: Option<&'a [u8]>,
}

fn key_parts(der: &[u8]) -> Option<KeyParts<'_>> {
    let (element, _) = tlv::read(der).ok()?;
    let mut fields = tlv::children(element.content);
    fields.one(tlv::INTEGER)?;
    let (oid, parameters) = lock::identifier(&fields.one(tlv::SEQUENCE)?).ok()?;
    let prime = parameters
        .filter(|parameters| parameters.tag == tlv::SEQUENCE)
        .and_then(|parameters| tlv::children(parameters.content).one(tlv::INTEGER));
    fields.one(tlv::OCTET_STRING)?;
    Some(KeyParts {
        oid,
        parameters: parameters.map(|parameters| parameters.raw),
        prime: prime.map(|prime| prime.content),
    })
}

/// Reads one open private key of the given structure; `curve` serves a SEC 1 key that names none.
pub(super) fn key(
    structure: Structure,
    der: &[u8],
    curve: Option<&[u8]>,
    origin: &Origin,
) -> Result<PrivateKey, DecodeError> {
    if der.len() > MAX_KEY {
        return Err(DecodeError::LimitExceeded {
            origin: origin.clone(),
            what: "the length of a private key, in bytes,",
            limit: MAX_KEY as u64,
        });
    }
    let malformed = |reason: Malformed| DecodeError::Malformed {
        origin: origin.clone(),
        what: structure.name(),
        reason: reason.0,
    };
    let pkey = match structure {
        Structure::Pkcs8 => pkcs8(der, origin)?,
        Structure::Sec1 => sec1(der, curve).map_err(malformed)?,
        _ => PKey::private_key_from_der(der)
            .map_err(|cause| malformed(Malformed::libcrypto(&cause)))?,
    };
    PrivateKey::new(pkey, origin.clone()).map_err(malformed)
}

fn pkcs8(der: &[u8], origin: &Origin) -> Result<PKey<Private>, DecodeError> {
    const WHAT: &str = "PKCS#8 private key";
    let malformed = |reason: Malformed| DecodeError::Malformed {
        origin: origin.clone(),
        what: WHAT,
        reason: reason.0,
    };
    let algorithm = tlv::read(der).ok().and_then(|(element, _)| {
        let mut fields = tlv::children(element.content);
        fields.one(tlv::INTEGER)?;
        fields.one(tlv::SEQUENCE)
    });
    let (oid, parameters) = algorithm
        .ok_or_else(|| Malformed("its algorithm is missing".to_owned()))
        .and_then(|algorithm| lock::identifier(&algorithm))
        .map_err(malformed)?;
    let prime = parameters
        .as_ref()
        .and_then(|parameters| tlv::children(parameters.content).one(tlv::INTEGER))
        .map_or(0, |prime| prime.content.len());
    if oid == DSA && prime > MAX_DSA_PRIME {
        return Err(DecodeError::LimitExceeded {
            origin: origin.clone(),
            what: "the DSA prime, in bytes,",
            limit: MAX_DSA_PRIME as u64,
        });
    }
    PKey::private_key_from_pkcs8(der).map_err(|cause| {
        let reason = Malformed::libcrypto(&cause);
        if !reason.0.contains("unsupported") {
            malformed(reason)
        } else if is_known(&oid, parameters.as_ref()) {
            malformed(Malformed(
                "what its algorithm has inside is damaged".to_owned(),
            ))
        } else {
            DecodeError::AlgorithmUnsupported {
                origin: origin.clone(),
                what: WHAT,
                algorithm: algorithm_name(&oid),
            }
        }
    })
}

/// Whether libcrypto reads every sound key of this algorithm, so that "unsupported" can only mean damage.
fn is_known(oid: &str, parameters: Option<&Element<'_>>) -> bool {
    match oid {
        RSA | DSA => true,
        EC => parameters
            .filter(|curve| curve.tag == tlv::OID)
            .and_then(|curve| tlv::dotted(curve.content))
            .and_then(|curve| Asn1Object::from_str(&curve).ok())
            .is_some_and(|curve| EcGroup::from_curve_name(curve.nid()).is_ok()),
        // X25519, X448, Ed25519 and Ed448 (RFC 8410, section 3).
        _ => matches!(
            oid,
            "1.3.101.110" | "1.3.101.111" | "1.3.101.112" | "1.3.101.113"
        ),
    }
}

/// A SEC 1 key; one without a curve of its own is given `curve` by way of PKCS#8.
fn sec1(der: &[u8], curve: Option<&[u8]>) -> Result<PKey<Private>, Malformed> {
    let named = tlv::read(der).is_ok_and(|(element, _)| {
        tlv::children(element.content).any(|field| field.is_ok_and(|field| field.tag == 0xa0))
    });
    if named {
        return PKey::private_key_from_der(der).map_err(|cause| Malformed::libcrypto(&cause));
    }
    let curve = curve.ok_or_else(|| {
        Malformed("it names no curve, and no EC PARAMETERS block stands before it".to_owned())
    })?;
    let mut algorithm = tlv::encode_oid(EC).unwrap_or_default();
    algorithm.extend_from_slice(curve);
    let mut content = Zeroizing::new(Vec::with_capacity(der.len() + algorithm.len() + 32));
    tlv::write(tlv::INTEGER, &[0], &mut content);
    tlv::write(tlv::SEQUENCE, &algorithm, &mut content);
    tlv::write(tlv::OCTET_STRING, der, &mut content);
    let mut whole = Zeroizing::new(Vec::with_capacity(content.len() + 8));
    tlv::write(tlv::SEQUENCE, &content, &mut whole);
    PKey::private_key_from_pkcs8(&whole).map_err(|cause| Malformed::libcrypto(&cause))
}

/// Opens an `EncryptedPrivateKeyInfo`, or lists it where nobody gives the passphrase.
pub(super) fn encrypted(
    element: &Element<'_>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Item, DecodeError> {
    const WHAT: &str = "encrypted PKCS#8 private key";
    let mut fields = tlv::children(element.content);
    let algorithm = fields.one(tlv::SEQUENCE);
    let data = fields.octets("content").ok();
    let (scheme, data) = algorithm
        .zip(data)
        .ok_or_else(|| Malformed("its structure is damaged".to_owned()))
        .and_then(|(algorithm, data)| Ok((lock::scheme(&algorithm)?, data)))
        .map_err(|error| DecodeError::Malformed {
            origin: origin.clone(),
            what: WHAT,
            reason: error.0,
        })?;
    let Some(passphrase) = reader.passwords.password(Wanted::Key, origin)? else {
        return Ok(Item::EncryptedKey(EncryptedKey {
            encryption: scheme.encryption,
            origin: origin.clone(),
        }));
    };
    let unsupported = |algorithm: String| DecodeError::AlgorithmUnsupported {
        origin: origin.clone(),
        what: WHAT,
        algorithm,
    };
    reader.spend(scheme.cost, origin)?;
    let wrong = || DecodeError::KeyPassphraseWrong {
        origin: origin.clone(),
    };
    let form = Some(passphrase.expose().as_bytes());
    let plain = match unlock::open(&scheme, form, &data) {
        Ok(plain) => plain,
        Err(Refusal::Password) => {
            return Err(
                if reader.affords(scheme.cost) && unlock::fits(&scheme, form, &data) {
                    unlock::damaged(origin, WHAT)
                } else {
                    wrong()
                },
            );
        }
        Err(Refusal::Algorithm) => return Err(unsupported(scheme.encryption.to_string())),
        Err(Refusal::Memory) => return Err(unlock::too_much_memory(origin)),
    };
    // Another passphrase may leave the padding right by chance, and never a key's frame.
    if key_parts(&plain).is_none() {
        return Err(wrong());
    }
    reader.spend(cost(Structure::Pkcs8, &plain), origin)?;
    let key = key(Structure::Pkcs8, &plain, None, origin)?;
    Ok(Item::Key(key.locked_by(scheme.encryption)))
}

/// Reads one public key.
pub(super) fn public(
    structure: Structure,
    der: &[u8],
    origin: &Origin,
) -> Result<PublicKey, Malformed> {
    if structure != Structure::Pkcs1Public {
        return PublicKey::from_spki(der, origin.clone());
    }
    // PKCS#1 has no algorithm of its own: it is RSA.
    let mut algorithm = tlv::encode_oid(RSA).unwrap_or_default();
    tlv::write(tlv::NULL, &[], &mut algorithm);
    let mut content = Vec::new();
    tlv::write(tlv::SEQUENCE, &algorithm, &mut content);
    tlv::write(tlv::BIT_STRING, &[&[0], der].concat(), &mut content);
    let mut spki = Vec::new();
    tlv::write(tlv::SEQUENCE, &content, &mut spki);
    PublicKey::from_spki(&spki, origin.clone())
}

/// libcrypto's name for an algorithm, or the dotted identifier.
pub(super) fn algorithm_name(oid: &str) -> String {
    lock::name(oid)
}
