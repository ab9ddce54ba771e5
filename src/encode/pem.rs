//! PEM (RFC 7468): fullcert.pem, and its parts alone.
//!
//! Blocks only, without a line of comment between them: every consumer reads that.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::EncodeError;
use crate::identity::Identity;
use crate::material::{Certificate, Crl, PrivateKey, PublicKey, Request};
use crate::secret::Secret;

use super::{pkcs8, reread};

const FORMAT: &str = "PEM file";
/// Characters of base64 on a line (RFC 7468, section 2).
const COLUMNS: usize = 64;

/// The key, the leaf and its issuers: all that a client needs, in one file. Holds a secret.
pub fn fullcert(identity: &Identity, passphrase: Option<&Secret>) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = key(identity.key(), passphrase)?;
    // One allocation for what follows, so that no outgrown buffer keeps a copy of the key.
    let certificates = armoured(identity.chain());
    let mut whole = Vec::with_capacity(bytes.len() + certificates.len());
    whole.extend_from_slice(&bytes);
    whole.extend_from_slice(&certificates);
    zeroize::Zeroize::zeroize(&mut bytes);
    reread::certificates(FORMAT, identity.chain(), &reread::pem_certificates(&whole)?)?;
    Ok(whole)
}

/// The private key alone: PKCS#8, encrypted where there is a passphrase. Holds a secret.
pub fn key(key: &PrivateKey, passphrase: Option<&Secret>) -> Result<Vec<u8>, EncodeError> {
    let (label, der) = match passphrase {
        None => ("PRIVATE KEY", pkcs8::der(key)?),
        Some(passphrase) => (
            "ENCRYPTED PRIVATE KEY",
            Zeroizing::new(pkcs8::encrypted_der(key, passphrase, pkcs8::ITERATIONS)?),
        ),
    };
    let bytes = armour(label, &der);
    reread::pem_key(key, &bytes, passphrase)?;
    Ok(bytes)
}

/// Certificates in the order given: a chain, one leaf, or the anchors of a truststore.
pub fn certificates<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Result<Vec<u8>, EncodeError> {
    let meant: Vec<_> = certificates.into_iter().collect();
    let bytes = armoured(meant.iter().copied());
    reread::certificates(FORMAT, meant, &reread::pem_certificates(&bytes)?)?;
    Ok(bytes)
}

/// One object of a PEM file.
#[derive(Debug, Clone, Copy)]
pub enum Part<'a> {
    Key(&'a PrivateKey),
    Certificate(&'a Certificate),
    Crl(&'a Crl),
    Request(&'a Request),
    PublicKey(&'a PublicKey),
}

/// Objects of any kind in the order given, keys encrypted where there is a passphrase.
pub fn objects(parts: &[Part<'_>], passphrase: Option<&Secret>) -> Result<Vec<u8>, EncodeError> {
    let mut blocks = Vec::with_capacity(parts.len());
    for part in parts {
        blocks.push(Zeroizing::new(match part {
            Part::Key(private) => key(private, passphrase)?,
            Part::Certificate(certificate) => armour("CERTIFICATE", certificate.der()),
            Part::Crl(crl) => armour("X509 CRL", crl.der()),
            Part::Request(request) => armour("CERTIFICATE REQUEST", request.der()),
            Part::PublicKey(public) => armour("PUBLIC KEY", public.spki()),
        }));
    }
    // In one piece, so that no outgrown buffer keeps a copy of a key.
    let mut whole = Vec::with_capacity(blocks.iter().map(|block| block.len()).sum());
    for block in &blocks {
        whole.extend_from_slice(block);
    }
    reread::pem_objects(parts, &whole, passphrase)?;
    Ok(whole)
}

fn armoured<'a>(certificates: impl IntoIterator<Item = &'a Certificate>) -> Vec<u8> {
    certificates
        .into_iter()
        .flat_map(|certificate| armour("CERTIFICATE", certificate.der()))
        .collect()
}

/// One block.
#[must_use]
pub fn armour(label: &str, der: &[u8]) -> Vec<u8> {
    let body = Zeroizing::new(STANDARD.encode(der));
    let lines = body.len().div_ceil(COLUMNS);
    let mut bytes = Vec::with_capacity(body.len() + lines + 2 * label.len() + 40);
    bytes.extend_from_slice(format!("-----BEGIN {label}-----\n").as_bytes());
    for line in body.as_bytes().chunks(COLUMNS) {
        bytes.extend_from_slice(line);
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(format!("-----END {label}-----\n").as_bytes());
    bytes
}
