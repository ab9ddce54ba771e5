//! New private keys.

use openssl::ec::{Asn1Flag, EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::error::GenerateError;
use crate::material::PrivateKey;

use super::fresh;

/// The kinds of key that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// RSA with a modulus of this many bits.
    Rsa(u32),
    P256,
    P384,
    P521,
    Ed25519,
}

/// Makes a private key; curves are named ones (RFC 5480, section 2.1.1.1).
///
/// # Errors
/// [`GenerateError::Crypto`] where libcrypto has no randomness, or refuses the size.
pub fn key(kind: KeyType) -> Result<PrivateKey, GenerateError> {
    let pkey = match kind {
        KeyType::Rsa(bits) => Rsa::generate(bits).and_then(PKey::from_rsa),
        KeyType::P256 => on_curve(Nid::X9_62_PRIME256V1),
        KeyType::P384 => on_curve(Nid::SECP384R1),
        KeyType::P521 => on_curve(Nid::SECP521R1),
        KeyType::Ed25519 => PKey::generate_ed25519(),
    }
    .map_err(GenerateError::crypto("make a private key"))?;
    PrivateKey::new(pkey, fresh("private key")).map_err(GenerateError::NotReadBack)
}

fn on_curve(curve: Nid) -> Result<PKey<Private>, ErrorStack> {
    let mut group = EcGroup::from_curve_name(curve)?;
    group.set_asn1_flag(Asn1Flag::NAMED_CURVE);
    PKey::from_ec_key(EcKey::generate(&group)?)
}
