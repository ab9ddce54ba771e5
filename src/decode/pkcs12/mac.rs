//! The check over a PKCS#12 file: HMAC under PKCS#12's own derivation (RFC 7292, appendix B), or PBMAC1 (RFC 9579).

use crate::error::DecodeError;
use crate::ffi::pkcs12 as libcrypto;
use crate::oid;

use super::super::ber::{Element, Fault, INTEGER, OCTETS, SEQUENCE};
use super::super::container::{Container, long_name, short_name};
use super::super::pbe::{Pbkdf2, parts};
use super::super::{Part, Protection};

/// The longest key PBMAC1 may ask for, in bytes: that of HMAC-SHA-512.
const MAX_PBMAC1_KEY: u64 = 64;

pub(super) struct Mac {
    protection: Protection,
    cost: u64,
}

impl Mac {
    /// Reads a `MacData`.
    pub fn read(data: Element<'_>, container: &Container<'_>) -> Result<Self, DecodeError> {
        let fault = |fault| container.fault(fault);
        let mut inside = data.inside();
        let info = inside
            .expect(SEQUENCE, "the MAC has no digest")
            .map_err(fault)?;
        let identifier = info
            .inside()
            .expect(SEQUENCE, "the MAC has no algorithm")
            .map_err(fault)?;
        let (algorithm, parameters) = parts(identifier).map_err(fault)?;
        if algorithm == oid::PBMAC1 {
            let mut inner = parameters.ok_or_else(|| container.malformed("PBMAC1 has no parameters"))?;
            let kdf = inner
                .expect(SEQUENCE, "PBMAC1 has no key derivation")
                .map_err(fault)?;
            let scheme = inner
                .expect(SEQUENCE, "PBMAC1 has no MAC algorithm")
                .map_err(fault)?;
            return Self::pbmac1(kdf, scheme, container);
        }
        inside
            .expect(OCTETS, "the MAC has no salt")
            .map_err(fault)?;
        let iterations = match inside.optional(INTEGER).map_err(fault)? {
            Some(iterations) => iterations.unsigned().map_err(fault)?,
            None => 1,
        };
        let weight = match algorithm.as_str() {
            oid::SHA1 | oid::SHA256 => 1,
            _ => 4,
        };
        Ok(Self {
            cost: iterations.saturating_mul(weight),
            protection: Protection {
                part: Part::Integrity,
                scheme: "HMAC".to_owned(),
                kdf: None,
                cipher: None,
                digest: Some(short_name(&algorithm)),
                iterations: Some(iterations),
            },
        })
    }

    fn pbmac1(
        kdf: Element<'_>,
        scheme: Element<'_>,
        container: &Container<'_>,
    ) -> Result<Self, DecodeError> {
        let read = || -> Result<_, Fault> {
            let (algorithm, parameters) = parts(kdf)?;
            let pbkdf2 = if algorithm == oid::PBKDF2 {
                Some(Pbkdf2::read(parameters)?)
            } else {
                None
            };
            Ok((algorithm, pbkdf2, parts(scheme)?.0))
        };
        let (algorithm, pbkdf2, digest) = read().map_err(|fault| container.fault(fault))?;
        let Some(pbkdf2) = pbkdf2 else {
            return Err(container.unsupported(format!("PBMAC1 with {}", long_name(&algorithm))));
        };
        // RFC 9579, section 4: the key's length must be stated.
        let Some(key_length) = pbkdf2.key_length else {
            return Err(container.malformed("PBMAC1 does not state its key's length"));
        };
        if key_length > MAX_PBMAC1_KEY {
            return Err(container.limit("PBMAC1's key length", MAX_PBMAC1_KEY));
        }
        Ok(Self {
            cost: pbkdf2.cost(key_length.max(1)),
            protection: Protection {
                part: Part::Integrity,
                scheme: "PBMAC1".to_owned(),
                kdf: Some(long_name(&algorithm)),
                cipher: None,
                digest: Some(short_name(&digest)),
                iterations: Some(pbkdf2.iterations),
            },
        })
    }

    pub fn protection(&self) -> Protection {
        self.protection.clone()
    }

    /// What one attempt costs.
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// Whether it fits one form of the password.
    pub fn verify(
        &self,
        file: &[u8],
        form: Option<&[u8]>,
        container: &Container<'_>,
    ) -> Result<bool, DecodeError> {
        libcrypto::verify_mac(file, form).map_err(|_| {
            let Protection { scheme, digest, .. } = &self.protection;
            container.unsupported(format!("{scheme} with {}", digest.as_deref().unwrap_or("?")))
        })
    }
}
