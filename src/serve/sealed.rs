//! An alert of our own choosing, sealed as TLS 1.3 seals one (RFC 8446, sections 5.2 and 7.3).
//!
//! OpenSSL chooses the alert by its own table; a persona has another. In TLS 1.2 the alert that refuses a client
//! crosses in the clear and can be rewritten, in TLS 1.3 it is sealed: here is the same record with another number.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use openssl::symm::{Cipher, encrypt_aead};
use zeroize::Zeroizing;

const APPLICATION_DATA: u8 = 23;
const ALERT: u8 = 21;
const FATAL: u8 = 2;
const TAG: usize = 16;

/// How long the record of an alert is behind its header: level, number, content type, tag.
pub(super) const ALERT_LENGTH: usize = 3 + TAG;

/// The first record under `secret`, which is a fatal alert; `None` for a suite that is not one of TLS 1.3's three.
pub(super) fn alert(suite: u16, secret: &[u8], number: u8) -> Result<Option<Vec<u8>>, ErrorStack> {
    let (digest, cipher) = match suite {
        0x1301 => (MessageDigest::sha256(), Cipher::aes_128_gcm()),
        0x1302 => (MessageDigest::sha384(), Cipher::aes_256_gcm()),
        0x1303 => (MessageDigest::sha256(), Cipher::chacha20_poly1305()),
        _ => return Ok(None),
    };
    let key = expand(digest, secret, b"key", cipher.key_len())?;
    // The nonce is this with the record's number mixed in, and ours is number 0.
    let nonce = expand(digest, secret, b"iv", 12)?;
    let length = u8::try_from(ALERT_LENGTH).unwrap_or(u8::MAX);
    let header = [APPLICATION_DATA, 3, 3, 0, length];
    let mut tag = [0; TAG];
    let sealed = encrypt_aead(
        cipher,
        &key,
        Some(&nonce),
        &header,
        &[FATAL, number, ALERT],
        &mut tag,
    )?;
    Ok(Some([&header[..], &sealed, &tag].concat()))
}

/// HKDF-Expand-Label with an empty context, for less than one digest's length (RFC 8446, section 7.1).
fn expand(
    digest: MessageDigest,
    secret: &[u8],
    label: &[u8],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let low = |length: usize| u8::try_from(length).unwrap_or(u8::MAX);
    let key = PKey::hmac(secret)?;
    let mut signer = Signer::new(digest, &key)?;
    signer.update(&[0, low(length), low(b"tls13 ".len() + label.len())])?;
    signer.update(b"tls13 ")?;
    signer.update(label)?;
    signer.update(&[0, 1])?;
    let mut block = Zeroizing::new(signer.sign_to_vec()?);
    block.truncate(length);
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8448, section 3: the server's application traffic secret with its key and nonce.
    #[test]
    fn keys_are_derived_as_rfc_8448_shows() {
        let bytes = |hex: &str| -> Vec<u8> {
            (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("hex"))
                .collect()
        };
        let secret = bytes("a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
        let sha256 = MessageDigest::sha256();
        assert_eq!(
            *expand(sha256, &secret, b"key", 16).expect("libcrypto"),
            bytes("9f02283b6c9c07efc26bb9f2ac92e356")
        );
        assert_eq!(
            *expand(sha256, &secret, b"iv", 12).expect("libcrypto"),
            bytes("cf782b88dd83549aadf1e984")
        );
    }
}
