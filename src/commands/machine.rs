//! The certificates this machine trusts.

use crate::material::Certificate;
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
