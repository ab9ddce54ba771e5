//! Owns Java keystores: JKS and JCEKS.

use crate::error::DecodeError;
use crate::source::Source;

use super::{Decoded, Passwords};

pub fn decode(source: &Source, _: &mut dyn Passwords) -> Result<Decoded, DecodeError> {
    Err(DecodeError::FormatUnsupported {
        origin: source.origin.clone(),
        format: "Java keystore",
        instead: "keytool -importkeystore turns it into PKCS#12",
    })
}
