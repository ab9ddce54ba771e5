//! Owns the opening of what a password locks, once its cost has been counted.

use openssl::pkcs5;
use openssl::symm::{self, Cipher};
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
    symm::decrypt(cipher, &secret, Some(scrypt.iv), data)
        .map(Zeroizing::new)
        .map_err(|_| Refusal::Password)
}
