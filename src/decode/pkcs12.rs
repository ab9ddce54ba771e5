//! Owns PKCS#12 keystores (RFC 7292).

use crate::error::DecodeError;
use crate::source::Source;

use super::{Decoded, Passwords};

pub fn decode(source: &Source, _: &mut dyn Passwords) -> Result<Decoded, DecodeError> {
    Err(DecodeError::FormatUnsupported {
        origin: source.origin.clone(),
        format: "PKCS#12 keystore",
        instead: "openssl pkcs12 -in FILE -nodes turns it into PEM",
    })
}
