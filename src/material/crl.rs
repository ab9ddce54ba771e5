//! Certificate revocation lists (RFC 5280, section 5).

use x509_parser::prelude::{CertificateRevocationList, FromDer as _};

use crate::source::Origin;

use super::{Malformed, Name, Time, sha256};

/// A revocation list.
#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    revoked: usize,
    origin: Origin,
}

impl Crl {
    /// Reads one DER list.
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not one.
    pub fn from_der(der: &[u8], origin: Origin) -> Result<Self, Malformed> {
        let (_, parsed) = CertificateRevocationList::from_der(der).map_err(Malformed::parser)?;
        Ok(Self {
            issuer: Name::from_parsed(parsed.issuer()),
            this_update: Time::from_unix(parsed.last_update().timestamp()),
            next_update: parsed
                .next_update()
                .map(|moment| Time::from_unix(moment.timestamp())),
            revoked: parsed.iter_revoked_certificates().count(),
            der: der.to_owned(),
            origin,
        })
    }

    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    #[must_use]
    pub fn this_update(&self) -> Time {
        self.this_update
    }

    #[must_use]
    pub fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// How many serial numbers are on it.
    #[must_use]
    pub fn revoked(&self) -> usize {
        self.revoked
    }

    #[must_use]
    pub fn sha256(&self) -> String {
        sha256(&self.der)
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}
