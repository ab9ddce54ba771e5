//! Owns the way from an identity, or a set of anchors, to bytes. The sink writes them.

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
