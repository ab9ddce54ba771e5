//! Which digest goes with which signing key.

use openssl::hash::MessageDigest;
use openssl::pkey::{HasPublic, Id, PKeyRef};

/// SHA-2 as strong as the curve; SHA-256 for RSA; none for algorithms that bring their own (Ed25519, ML-DSA).
pub(super) fn digest<T: HasPublic>(key: &PKeyRef<T>) -> MessageDigest {
    match key.id() {
        Id::RSA | Id::RSA_PSS | Id::DSA => MessageDigest::sha256(),
        Id::EC => match key.bits() {
            ..=256 => MessageDigest::sha256(),
            257..=384 => MessageDigest::sha384(),
            _ => MessageDigest::sha512(),
        },
        _ => MessageDigest::null(),
    }
}

/// Whether a key makes signatures at all: the keys of key agreement do not.
pub(super) fn can_sign<T: HasPublic>(key: &PKeyRef<T>) -> bool {
    !matches!(key.id(), Id::X25519 | Id::X448 | Id::DH | Id::DHX)
}
