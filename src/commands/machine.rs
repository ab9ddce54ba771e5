//! The certificates this machine trusts.

use std::collections::HashSet;

use crate::material::{Certificate, sha256};
use crate::source::Origin;

/// Every one that can be read; none where the machine keeps none.
pub fn roots() -> Vec<Certificate> {
    let origin = Origin::file("this machine's trust store");
    rustls_native_certs::load_native_certs()
        .certs
        .into_iter()
        .filter_map(|der| Certificate::from_der(&der, origin.clone()).ok())
        .collect()
}

/// Their SHA-256 digests, which take no parsing.
pub fn digests() -> HashSet<String> {
    rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|der| sha256(der))
        .collect()
}
