//! PKCS#7 certs-only (RFC 2315, section 9; RFC 5652, section 5): the .p7b of Windows and of CAs.

use crate::decode::oid;
use crate::error::EncodeError;
use crate::material::Certificate;

use super::{der, pem, reread};

const FORMAT: &str = "PKCS#7 file";

/// Certificates as signed data without a signer, DER, in the order given.
///
/// BER in all but name: a SET OF in DER would be sorted, and readers take the first certificate for the leaf.
pub fn der<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Result<Vec<u8>, EncodeError> {
    let meant: Vec<_> = certificates.into_iter().collect();
    let parts: Vec<&[u8]> = meant.iter().map(|certificate| certificate.der()).collect();
    if parts.is_empty() {
        return Err(EncodeError::NoEntries { format: FORMAT });
    }
    let signed_data = der::sequence(&[
        &der::integer(1),
        &der::set(&[]),
        &der::sequence(&[&der::oid(oid::DATA)]),
        &der::context(0, &parts.concat()),
        &der::set(&[]),
    ]);
    let bytes = der::sequence(&[&der::oid(oid::SIGNED_DATA), &der::context(0, &signed_data)]);
    reread::certificates(FORMAT, meant, &reread::pkcs7_certificates(&bytes)?)?;
    Ok(bytes)
}

/// The same between `BEGIN PKCS7` and `END PKCS7`.
pub fn pem<'a>(
    certificates: impl IntoIterator<Item = &'a Certificate>,
) -> Result<Vec<u8>, EncodeError> {
    der(certificates).map(|der| pem::armour("PKCS7", &der))
}
