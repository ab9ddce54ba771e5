//! The check over a PKCS#12 file: HMAC under PKCS#12's own derivation (RFC 7292, appendix B), or PBMAC1 (RFC 9579).

use crate::decode::oid;
use crate::error::DecodeError;
use crate::ffi::pkcs12 as libcrypto;
use crate::material::Malformed;

use super::super::Mac;
use super::super::lock::{self, Pbkdf2};
use super::super::tlv::{self, Element};

use super::Place;

/// The longest key PBMAC1 may ask for, in bytes: that of HMAC-SHA-512.
const MAX_PBMAC1_KEY: u64 = 64;

/// How the check is made, and what one attempt costs.
pub(super) struct Check {
    pub mac: Mac,
    pub cost: u64,
}

impl Check {
    /// Reads a `MacData`.
    pub fn read(data: Element<'_>, place: Place<'_>) -> Result<Self, DecodeError> {
        let malformed = |fault| place.malformed(fault);
        let mut fields = tlv::children(data.content);
        let info = fields.need(tlv::SEQUENCE, "MAC").map_err(malformed)?;
        let identifier = tlv::children(info.content)
            .need(tlv::SEQUENCE, "MAC algorithm")
            .map_err(malformed)?;
        let (algorithm, parameters) = lock::identifier(&identifier).map_err(malformed)?;
        if algorithm == oid::PBMAC1 {
            let parameters = parameters.map_or(&[][..], |parameters| parameters.content);
            return Self::pbmac1(parameters, place);
        }
        fields.octets("MAC's salt").map_err(malformed)?;
        let iterations = match fields.one(tlv::INTEGER) {
            // One that does not fit is above every limit.
            Some(iterations) => tlv::unsigned(iterations.content).unwrap_or(u64::MAX),
            None => 1,
        };
        Ok(Self {
            mac: Mac {
                scheme: "HMAC".to_owned(),
                digest: lock::name(&algorithm),
                kdf: Some("PKCS#12 KDF".to_owned()),
                iterations: Some(iterations),
            },
            // One hash each, where PBKDF2 takes two and their framing.
            cost: iterations,
        })
    }

    fn pbmac1(parameters: &[u8], place: Place<'_>) -> Result<Self, DecodeError> {
        let read = || {
            let mut fields = tlv::children(parameters);
            let kdf = fields.need(tlv::SEQUENCE, "PBMAC1 key derivation")?;
            let scheme = fields.need(tlv::SEQUENCE, "PBMAC1 algorithm")?;
            let (kdf, parameters) = lock::identifier(&kdf)?;
            let pbkdf2 = match parameters {
                Some(parameters) if kdf == oid::PBKDF2 => Some(Pbkdf2::read(&parameters)?),
                _ => None,
            };
            Ok((kdf, pbkdf2, lock::identifier(&scheme)?.0))
        };
        let (kdf, pbkdf2, scheme) = read().map_err(|fault: Malformed| place.malformed(fault))?;
        let pbkdf2 =
            pbkdf2.ok_or_else(|| place.unsupported(format!("PBMAC1 with {}", lock::name(&kdf))))?;
        let key_length = pbkdf2.key_length.unwrap_or(0);
        if key_length > MAX_PBMAC1_KEY {
            return Err(DecodeError::LimitExceeded {
                origin: place.origin.clone(),
                what: "the length of PBMAC1's key, in bytes,",
                limit: MAX_PBMAC1_KEY,
            });
        }
        let cost = pbkdf2
            .cost(key_length)
            .ok_or_else(|| place.unsupported(format!("PBMAC1 with {}", pbkdf2.name())))?;
        Ok(Self {
            mac: Mac {
                scheme: "PBMAC1".to_owned(),
                digest: lock::name(&scheme),
                kdf: Some(pbkdf2.name()),
                iterations: Some(pbkdf2.iterations),
            },
            cost,
        })
    }

    /// Whether it fits one form of the password.
    pub fn verify(
        &self,
        file: &[u8],
        form: Option<&[u8]>,
        place: Place<'_>,
    ) -> Result<bool, DecodeError> {
        libcrypto::verify_mac(file, form)
            .map_err(|_| place.unsupported(format!("{} with {}", self.mac.scheme, self.mac.digest)))
    }
}
