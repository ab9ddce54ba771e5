//! Owns the way from an identity, or a set of anchors, to bytes. The sink writes them.
//!
//! Every writer reads back what it made, and hands nothing out that differs from what was meant.

pub mod caution;
mod der;
pub mod jks;
mod names;
mod pbe;
pub mod pem;
pub mod pkcs12;
pub mod pkcs7;
pub mod pkcs8;
mod reread;

use crate::error::EncodeError;
use crate::identity::Identity;
use crate::material::Certificate;

/// One entry of a keystore.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// A private key with its chain.
    Identity {
        alias: &'a str,
        identity: &'a Identity,
    },
    /// A certificate to trust.
    Trusted {
        alias: &'a str,
        certificate: &'a Certificate,
    },
}

impl<'a> Entry<'a> {
    /// The entry's name.
    #[must_use]
    pub fn alias(&self) -> &'a str {
        match self {
            Self::Identity { alias, .. } | Self::Trusted { alias, .. } => alias,
        }
    }

    /// Its certificates, the leaf first.
    fn chain(&self) -> impl Iterator<Item = &'a Certificate> {
        let (leaf, issuers) = match self {
            Self::Identity { identity, .. } => (identity.leaf(), identity.issuers()),
            Self::Trusted { certificate, .. } => (*certificate, &[][..]),
        };
        std::iter::once(leaf).chain(issuers)
    }
}

fn crypto(what: &'static str) -> impl Fn(openssl::error::ErrorStack) -> EncodeError {
    move |cause| EncodeError::Crypto { what, cause }
}
