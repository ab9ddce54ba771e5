//! Password-based encryption as it is written: PBES2 (RFC 8018) and PKCS#12's own SHA-1 scheme (RFC 7292, appendix C).

use openssl::hash::MessageDigest;
use openssl::pkcs5::pbkdf2_hmac;
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, encrypt};
use zeroize::Zeroizing;

use crate::decode::oid;
use crate::error::EncodeError;
use crate::ffi::pkcs12::{Purpose, derive};
use crate::secret::Secret;

use super::{crypto, der};

/// The fewest and the most iterations that are written: what is read back is limited too.
pub(super) const ITERATIONS: std::ops::RangeInclusive<u32> = 1_000..=1_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// AES-256-CBC under PBKDF2 with HMAC-SHA-256.
    Pbes2,
    /// pbeWithSHAAnd3-KeyTripleDES-CBC.
    Sha1TripleDes,
}

/// Ciphertext with the `AlgorithmIdentifier` that opens it.
pub(super) struct Sealed {
    pub algorithm: Vec<u8>,
    pub ciphertext: Vec<u8>,
}

pub(super) fn seal(
    scheme: Scheme,
    password: &Secret,
    iterations: u32,
    plain: &[u8],
) -> Result<Sealed, EncodeError> {
    check(iterations)?;
    match scheme {
        Scheme::Pbes2 => pbes2(password, iterations, plain),
        Scheme::Sha1TripleDes => sha1_triple_des(password, iterations, plain),
    }
}

pub(super) fn check(iterations: u32) -> Result<(), EncodeError> {
    if ITERATIONS.contains(&iterations) {
        return Ok(());
    }
    Err(EncodeError::Iterations {
        iterations,
        least: *ITERATIONS.start(),
        most: *ITERATIONS.end(),
    })
}

fn pbes2(password: &Secret, iterations: u32, plain: &[u8]) -> Result<Sealed, EncodeError> {
    let salt = random::<16>()?;
    let iv = random::<16>()?;
    let key = pbkdf2(password, &salt, iterations)?;
    let ciphertext =
        encrypt(Cipher::aes_256_cbc(), &*key, Some(&iv), plain).map_err(crypto("encrypt"))?;
    let algorithm = der::sequence(&[
        &der::oid(oid::PBES2),
        &der::sequence(&[
            &pbkdf2_algorithm(&salt, iterations, None),
            &der::sequence(&[&der::oid(oid::AES_256_CBC), &der::octets(&iv)]),
        ]),
    ]);
    Ok(Sealed {
        algorithm,
        ciphertext,
    })
}

/// 32 bytes from PBKDF2 with HMAC-SHA-256.
pub(super) fn pbkdf2(
    password: &Secret,
    salt: &[u8],
    iterations: u32,
) -> Result<Zeroizing<[u8; 32]>, EncodeError> {
    let mut key = Zeroizing::new([0; 32]);
    pbkdf2_hmac(
        password.expose().as_bytes(),
        salt,
        iterations as usize,
        MessageDigest::sha256(),
        &mut *key,
    )
    .map_err(crypto("derive a key from the password"))?;
    Ok(key)
}

/// PBKDF2's `AlgorithmIdentifier`; PBMAC1 must state the key's length (RFC 9579, section 4).
pub(super) fn pbkdf2_algorithm(salt: &[u8], iterations: u32, length: Option<u32>) -> Vec<u8> {
    der::sequence(&[
        &der::oid(oid::PBKDF2),
        &der::sequence(&[
            &der::octets(salt),
            &der::integer(iterations),
            &length.map(der::integer).unwrap_or_default(),
            &der::sequence(&[&der::oid(oid::HMAC_SHA256), &der::null()]),
        ]),
    ])
}

fn sha1_triple_des(
    password: &Secret,
    iterations: u32,
    plain: &[u8],
) -> Result<Sealed, EncodeError> {
    let salt = random::<8>()?;
    let sha1 = MessageDigest::sha1();
    let deriving = crypto("derive a key from the password");
    let key = derive(password, &salt, Purpose::Key, iterations, 24, sha1).map_err(&deriving)?;
    let iv = derive(password, &salt, Purpose::Iv, iterations, 8, sha1).map_err(&deriving)?;
    let ciphertext =
        encrypt(Cipher::des_ede3_cbc(), &key, Some(&iv), plain).map_err(crypto("encrypt"))?;
    let algorithm = der::sequence(&[
        &der::oid(oid::PBE_SHA1_TRIPLE_DES),
        &der::sequence(&[&der::octets(&salt), &der::integer(iterations)]),
    ]);
    Ok(Sealed {
        algorithm,
        ciphertext,
    })
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], EncodeError> {
    let mut bytes = [0; N];
    rand_bytes(&mut bytes).map_err(crypto("make random bytes"))?;
    Ok(bytes)
}
