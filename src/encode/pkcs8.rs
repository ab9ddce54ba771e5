//! PKCS#8 private keys (RFC 5208), plain and encrypted (PBES2, RFC 8018).

use zeroize::Zeroizing;

use crate::error::EncodeError;
use crate::material::PrivateKey;
use crate::secret::Secret;

use super::pbe::{self, Scheme};
use super::{crypto, der};

/// PBKDF2 iterations of an encrypted key: about a tenth of a second to open.
pub const ITERATIONS: u32 = 200_000;

/// `PrivateKeyInfo`, DER: the key in the clear.
pub fn der(key: &PrivateKey) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
    key.pkey()
        .private_key_to_pkcs8()
        .map(Zeroizing::new)
        .map_err(crypto("encode the private key"))
}

/// `EncryptedPrivateKeyInfo`, DER: PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-256.
pub fn encrypted_der(
    key: &PrivateKey,
    passphrase: &Secret,
    iterations: u32,
) -> Result<Vec<u8>, EncodeError> {
    shrouded(&der(key)?, Scheme::Pbes2, passphrase, iterations)
}

/// `EncryptedPrivateKeyInfo` around a `PrivateKeyInfo`.
pub(super) fn shrouded(
    plain: &[u8],
    scheme: Scheme,
    password: &Secret,
    iterations: u32,
) -> Result<Vec<u8>, EncodeError> {
    let sealed = pbe::seal(scheme, password, iterations, plain)?;
    Ok(der::sequence(&[
        &sealed.algorithm,
        &der::octets(&sealed.ciphertext),
    ]))
}
