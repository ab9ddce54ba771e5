//! Owns the one thing everything else works towards: a private key, its certificate, and the issuers to send with it.

use crate::error::IdentityError;
use crate::material::{Certificate, PrivateKey};

/// A key with its certificate and the intermediates in sending order (leaf's issuer first), without the root.
///
/// A mismatched identity cannot exist: [`Identity::new`] is the only way to make one.
#[derive(Debug, Clone)]
pub struct Identity {
    key: PrivateKey,
    leaf: Certificate,
    issuers: Vec<Certificate>,
}

impl Identity {
    /// # Errors
    /// [`IdentityError::KeyMismatch`] where `key` is not the private half of `leaf`'s public key.
    pub fn new(
        key: PrivateKey,
        leaf: Certificate,
        issuers: Vec<Certificate>,
    ) -> Result<Self, IdentityError> {
        if !leaf.belongs_to(&key) {
            return Err(IdentityError::KeyMismatch {
                key: key.origin().clone(),
                leaf: leaf.origin().clone(),
                subject: leaf.subject().to_string(),
            });
        }
        Ok(Self { key, leaf, issuers })
    }

    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    #[must_use]
    pub fn leaf(&self) -> &Certificate {
        &self.leaf
    }

    /// Intermediates, the leaf's issuer first.
    #[must_use]
    pub fn issuers(&self) -> &[Certificate] {
        &self.issuers
    }

    /// The leaf, then its issuers: the order in which TLS sends them (RFC 8446, section 4.4.2).
    pub fn chain(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.leaf).chain(&self.issuers)
    }

    /// The same key and leaf with other issuers.
    #[must_use]
    pub fn with_issuers(&self, issuers: Vec<Certificate>) -> Self {
        Self {
            key: self.key.clone(),
            leaf: self.leaf.clone(),
            issuers,
        }
    }
}
