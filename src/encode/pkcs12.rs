//! PKCS#12 (RFC 7292), written by ourselves over libcrypto's primitives and read back through libcrypto.
//!
//! One encrypted safe with every certificate, one plain safe with the shrouded keys, and a MAC over both.

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

use crate::decode::oid;
use crate::error::EncodeError;
use crate::ffi::pkcs12::{Purpose, derive};
use crate::material::Certificate;
use crate::secret::Secret;

use super::pbe::{self, Scheme};
use super::{Entry, crypto, der, names, pkcs8, reread};

const FORMAT: &str = "PKCS#12 keystore";
/// The first OpenSSL that reads PBMAC1, and so could tell whether what was written is right: 3.4.0.
const PBMAC1_SINCE: i64 = 0x3040_0000;

/// Which readers the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// AES-256-CBC and HMAC-SHA-256: OpenSSL 1.0.0, Java 8u301 and 11.0.12, Windows Server 2019, macOS 11 and later.
    #[default]
    Modern,
    /// Triple DES and HMAC-SHA-1: older Java, macOS and Windows.
    Legacy,
    /// AES-256-CBC and PBMAC1 (RFC 9579): OpenSSL 3.4, `GnuTLS` 3.8.4, NSS 3.103, Java 26 and later.
    Pbmac1,
}

impl Profile {
    /// Iterations where nobody asks for others.
    #[must_use]
    pub const fn iterations(self) -> u32 {
        match self {
            Self::Modern => 10_000,
            Self::Legacy => 2_048,
            Self::Pbmac1 => 100_000,
        }
    }

    const fn scheme(self) -> Scheme {
        match self {
            Self::Modern | Self::Pbmac1 => Scheme::Pbes2,
            Self::Legacy => Scheme::Sha1TripleDes,
        }
    }
}

/// Writes a keystore with one or more identities, anchors, or both. Holds a secret.
///
/// # Errors
/// No entries, an alias that Java would not tell from another, iterations out of range, or a file
/// that did not read back as what was meant.
pub fn write(
    entries: &[Entry<'_>],
    password: &Secret,
    profile: Profile,
    iterations: u32,
) -> Result<Vec<u8>, EncodeError> {
    pbe::check(iterations)?;
    names::check(entries, FORMAT, str::to_lowercase)?;
    if profile == Profile::Pbmac1 && openssl::version::number() < PBMAC1_SINCE {
        return Err(EncodeError::Unsupported {
            what: "PBMAC1",
            needs: "3.4",
        });
    }
    let scheme = profile.scheme();
    let mut certificates = Vec::new();
    let mut keys = Vec::new();
    for entry in entries {
        match entry {
            Entry::Identity { alias, identity } => {
                let pairing = pairing(alias, identity.leaf());
                let shrouded =
                    pkcs8::shrouded(&pkcs8::der(identity.key())?, scheme, password, iterations)?;
                keys.push(bag(oid::SHROUDED_KEY_BAG, &shrouded, &pairing));
                certificates.push(certificate_bag(identity.leaf(), &pairing));
                certificates.extend(
                    identity
                        .issuers()
                        .iter()
                        .map(|issuer| certificate_bag(issuer, &[])),
                );
            }
            Entry::Trusted { alias, certificate } => {
                let usage = attribute(
                    oid::ORACLE_TRUSTED_KEY_USAGE,
                    &der::oid(oid::ANY_EXTENDED_KEY_USAGE),
                );
                certificates.push(certificate_bag(certificate, &[friendly_name(alias), usage]));
            }
        }
    }
    let mut safes = vec![encrypted(
        &safe_contents(&certificates),
        scheme,
        password,
        iterations,
    )?];
    if !keys.is_empty() {
        safes.push(data(&safe_contents(&keys)));
    }
    let safes = safe_contents(&safes);
    let mac = match profile {
        Profile::Modern => mac(&safes, password, iterations, Digest::Sha256)?,
        Profile::Legacy => mac(&safes, password, iterations, Digest::Sha1)?,
        Profile::Pbmac1 => pbmac1(&safes, password, iterations)?,
    };
    let bytes = der::sequence(&[&der::integer(3), &data(&safes), &mac]);
    reread::keystore(FORMAT, &bytes, entries, password, None)?;

    Ok(bytes)
}

/// What ties a key to its certificate: the same name, and the certificate's SHA-1 as everyone uses it.
fn pairing(alias: &str, leaf: &Certificate) -> [Vec<u8>; 2] {
    let id = openssl::sha::sha1(leaf.der());
    [
        friendly_name(alias),
        attribute(oid::LOCAL_KEY_ID, &der::octets(&id)),
    ]
}

fn friendly_name(alias: &str) -> Vec<u8> {
    attribute(oid::FRIENDLY_NAME, &der::bmp(alias))
}

fn attribute(kind: &str, value: &[u8]) -> Vec<u8> {
    der::sequence(&[&der::oid(kind), &der::set(&[value])])
}

fn certificate_bag(certificate: &Certificate, attributes: &[Vec<u8>]) -> Vec<u8> {
    let value = der::sequence(&[
        &der::oid(oid::X509_CERTIFICATE),
        &der::context(0, &der::octets(certificate.der())),
    ]);
    bag(oid::CERTIFICATE_BAG, &value, attributes)
}

fn bag(kind: &str, value: &[u8], attributes: &[Vec<u8>]) -> Vec<u8> {
    let attributes = if attributes.is_empty() {
        Vec::new()
    } else {
        // DER orders a SET OF by its elements' encodings (X.690, section 11.6).
        let mut ordered: Vec<&[u8]> = attributes.iter().map(Vec::as_slice).collect();
        ordered.sort_unstable();
        der::set(&ordered)
    };
    der::sequence(&[&der::oid(kind), &der::context(0, value), &attributes])
}

fn safe_contents(bags: &[Vec<u8>]) -> Vec<u8> {
    let parts: Vec<&[u8]> = bags.iter().map(Vec::as_slice).collect();
    der::sequence(&parts)
}

fn data(contents: &[u8]) -> Vec<u8> {
    der::sequence(&[
        &der::oid(oid::DATA),
        &der::context(0, &der::octets(contents)),
    ])
}

fn encrypted(
    contents: &[u8],
    scheme: Scheme,
    password: &Secret,
    iterations: u32,
) -> Result<Vec<u8>, EncodeError> {
    let sealed = pbe::seal(scheme, password, iterations, contents)?;
    let content_info = der::sequence(&[
        &der::oid(oid::DATA),
        &sealed.algorithm,
        // [0] IMPLICIT OCTET STRING.
        &der::element(0x80, &sealed.ciphertext),
    ]);
    let encrypted_data = der::sequence(&[&der::integer(0), &content_info]);
    Ok(der::sequence(&[
        &der::oid(oid::ENCRYPTED_DATA),
        &der::context(0, &encrypted_data),
    ]))
}

#[derive(Clone, Copy)]
enum Digest {
    Sha1,
    Sha256,
}

fn mac(
    safes: &[u8],
    password: &Secret,
    iterations: u32,
    digest: Digest,
) -> Result<Vec<u8>, EncodeError> {
    let salt = pbe::random::<20>()?;
    let (identifier, hash, length) = match digest {
        Digest::Sha1 => (oid::SHA1, MessageDigest::sha1(), 20),
        Digest::Sha256 => (oid::SHA256, MessageDigest::sha256(), 32),
    };
    let key = derive(password, &salt, Purpose::Mac, iterations, length, hash)
        .map_err(crypto("derive a key from the password"))?;
    let algorithm = der::sequence(&[&der::oid(identifier), &der::null()]);
    Ok(der::sequence(&[
        &der::sequence(&[&algorithm, &der::octets(&hmac(&key, hash, safes)?)]),
        &der::octets(&salt),
        &der::integer(iterations),
    ]))
}

/// RFC 9579: the salt and the iterations of the old scheme stay, and mean nothing.
fn pbmac1(safes: &[u8], password: &Secret, iterations: u32) -> Result<Vec<u8>, EncodeError> {
    let salt = pbe::random::<16>()?;
    let key = pbe::pbkdf2(password, &salt, iterations)?;
    let algorithm = der::sequence(&[
        &der::oid(oid::PBMAC1),
        &der::sequence(&[
            &pbe::pbkdf2_algorithm(&salt, iterations, Some(32)),
            &der::sequence(&[&der::oid(oid::HMAC_SHA256), &der::null()]),
        ]),
    ]);
    let digest = hmac(&*key, MessageDigest::sha256(), safes)?;
    Ok(der::sequence(&[
        &der::sequence(&[&algorithm, &der::octets(&digest)]),
        &der::octets(b"NOT USED"),
    ]))
}

fn hmac(key: &[u8], hash: MessageDigest, bytes: &[u8]) -> Result<Vec<u8>, EncodeError> {
    let signing = crypto("make the MAC");
    let key = PKey::hmac(key).map_err(&signing)?;
    let mut signer = Signer::new(hash, &key).map_err(&signing)?;
    signer.sign_oneshot_to_vec(bytes).map_err(&signing)
}
