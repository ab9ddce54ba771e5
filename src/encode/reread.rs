//! The last step of every writer: what was made is read again and compared with what it was made of.

use openssl::pkcs7::Pkcs7;
use openssl::pkey::PKey;
use openssl::x509::X509;

use crate::error::{EncodeError, ReadBackFault};
use crate::material::{Certificate, PrivateKey};
use crate::secret::Secret;

use super::pkcs8;

const PEM: &str = "PEM file";
const PKCS7: &str = "PKCS#7 file";

/// The certificates of a PEM file, as libcrypto finds them.
pub(super) fn pem_certificates(bytes: &[u8]) -> Result<Vec<Vec<u8>>, EncodeError> {
    X509::stack_from_pem(bytes)
        .and_then(|stack| stack.iter().map(|x509| x509.to_der()).collect())
        .map_err(|_| unreadable(PEM))
}

/// The certificates of a PKCS#7 file, as libcrypto finds them.
pub(super) fn pkcs7_certificates(der: &[u8]) -> Result<Vec<Vec<u8>>, EncodeError> {
    let read = || {
        let pkcs7 = Pkcs7::from_der(der).ok()?;
        pkcs7
            .signed()?
            .certificates()?
            .iter()
            .map(|x509| x509.to_der().ok())
            .collect::<Option<Vec<_>>>()
    };
    read().ok_or(unreadable(PKCS7))
}

/// Whether the same certificates came back, in the same order.
pub(super) fn certificates<'a>(
    format: &'static str,
    meant: impl IntoIterator<Item = &'a Certificate>,
    read: &[Vec<u8>],
) -> Result<(), EncodeError> {
    let meant: Vec<&[u8]> = meant.into_iter().map(Certificate::der).collect();
    if meant == read {
        return Ok(());
    }
    Err(EncodeError::ReadBack {
        format,
        fault: ReadBackFault::Count {
            have: read.len(),
            want: meant.len(),
        },
    })
}

/// Whether a PEM block opens as the same key.
pub(super) fn pem_key(
    meant: &PrivateKey,
    bytes: &[u8],
    passphrase: Option<&Secret>,
) -> Result<(), EncodeError> {
    let read = match passphrase {
        None => PKey::private_key_from_pem(bytes),
        Some(secret) => PKey::private_key_from_pem_passphrase(bytes, secret.expose().as_bytes()),
    }
    .and_then(|key| key.private_key_to_pkcs8().map(zeroize::Zeroizing::new))
    .map_err(|_| unreadable(PEM))?;
    if *read == *pkcs8::der(meant)? {
        return Ok(());
    }
    Err(EncodeError::ReadBack {
        format: PEM,
        fault: ReadBackFault::KeyDiffers {
            alias: meant.origin().to_string(),
        },
    })
}

fn unreadable(format: &'static str) -> EncodeError {
    EncodeError::ReadBack {
        format,
        fault: ReadBackFault::Unreadable,
    }
}
