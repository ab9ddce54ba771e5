//! Owns the opening of what a password locks, once its cost has been counted.

use openssl::pkcs5;
use openssl::symm::{self, Cipher, Crypter, Mode};
use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::ffi::pkcs12::{self as libcrypto, Failure};
use crate::source::Origin;

use super::lock::{MAX_SCRYPT_MEMORY, Scheme, Scrypt, Way};

/// scrypt's own overhead is not held against it.
const SCRYPT_MEMORY: u64 = MAX_SCRYPT_MEMORY + MAX_SCRYPT_MEMORY / 8;

/// Why something stays locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The padding is wrong: another password, or other bytes.
    Password,
    /// libcrypto does not have the algorithm, or not with these parameters.
    Algorithm,
    /// scrypt would take more than [`MAX_SCRYPT_MEMORY`].
    Memory,
}

/// Derives the key from one form of a password and decrypts. `None` is no password at all.
pub(super) fn open(
    scheme: &Scheme<'_>,
    password: Option<&[u8]>,
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    match &scheme.way {
        Way::Unsupported => Err(Refusal::Algorithm),
        Way::Scrypt(scrypt) => scrypted(scrypt, password.unwrap_or_default(), data),
        Way::Libcrypto => {
            libcrypto::open(scheme.raw, password, data).map_err(|failure| match failure {
                Failure::Algorithm => Refusal::Algorithm,
                Failure::Ciphertext => Refusal::Password,
            })
        }
    }
}

/// Whether a password fits though what it opens is damaged: it comes out with an identifier in it that no other
/// password's garbage has.
pub(super) fn fits(scheme: &Scheme<'_>, password: Option<&[u8]>, data: &[u8]) -> bool {
    let looked_at = data.get(..LOOKED_AT).unwrap_or(data);
    let plain = match &scheme.way {
        Way::Unsupported => None,
        Way::Scrypt(scrypt) => peek_scrypted(scrypt, password.unwrap_or_default(), looked_at),
        Way::Libcrypto => libcrypto::peek(scheme.raw, password, looked_at),
    };
    plain.is_some_and(|plain| {
        IDENTIFIERS
            .iter()
            .any(|oid| plain.windows(oid.len()).any(|part| part == *oid))
    })
}

/// The error where a password [`fits`].
pub(super) fn damaged(origin: &Origin, what: &'static str) -> DecodeError {
    DecodeError::Malformed {
        origin: origin.clone(),
        what,
        reason: "the password fits, and what it opens is damaged".to_owned(),
    }
}

/// Bytes, a multiple of every block's.
const LOOKED_AT: usize = 4096;

/// How the identifiers begin that stand in every bag and every private key: RSA Data Security's with those of
/// PKCS#12, ANSI's with its elliptic curves and DSA, and the Edwards curves'.
const IDENTIFIERS: &[&[u8]] = &[
    &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01],
    &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce],
    &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65],
];

/// The error that [`Refusal::Memory`] is.
pub(super) fn too_much_memory(origin: &Origin) -> DecodeError {
    DecodeError::LimitExceeded {
        origin: origin.clone(),
        what: "the memory that scrypt would take, in bytes,",
        limit: MAX_SCRYPT_MEMORY,
    }
}

fn scrypted(
    scrypt: &Scrypt<'_>,
    password: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    let (cipher, secret) = derive(scrypt, password)?;
    symm::decrypt(cipher, &secret, Some(scrypt.iv), data)
        .map(Zeroizing::new)
        .map_err(|_| Refusal::Password)
}

fn peek_scrypted(scrypt: &Scrypt<'_>, password: &[u8], data: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (cipher, secret) = derive(scrypt, password).ok()?;
    let mut crypter = Crypter::new(cipher, Mode::Decrypt, &secret, Some(scrypt.iv)).ok()?;
    crypter.pad(false);
    let mut plain = Zeroizing::new(vec![0; data.len() + cipher.block_size()]);
    let written = crypter.update(data, &mut plain).ok()?;
    plain.truncate(written);
    Some(plain)
}

fn derive(scrypt: &Scrypt<'_>, password: &[u8]) -> Result<(Cipher, Zeroizing<Vec<u8>>), Refusal> {
    if scrypt.memory() > SCRYPT_MEMORY {
        return Err(Refusal::Memory);
    }
    let cipher = Cipher::from_nid(scrypt.cipher).ok_or(Refusal::Algorithm)?;
    if cipher.iv_len() != Some(scrypt.iv.len()) {
        return Err(Refusal::Algorithm);
    }
    let mut secret = Zeroizing::new(vec![0; cipher.key_len()]);
    pkcs5::scrypt(
        password,
        scrypt.salt,
        scrypt.n,
        scrypt.r,
        scrypt.p,
        SCRYPT_MEMORY,
        &mut secret,
    )
    .map_err(|_| Refusal::Algorithm)?;
    Ok((cipher, secret))
}
