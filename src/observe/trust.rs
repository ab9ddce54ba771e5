//! What a server is judged by: the certificates of a file, or the machine's own.

use openssl::x509::store::{X509Store, X509StoreBuilder};

use crate::error::TrustError;
use crate::evidence;
use crate::material::Certificate;
use crate::source::Origin;

/// How many subjects of a trust file are written into the evidence.
const MAX_SUBJECTS: usize = 20;

/// A set of trust anchors.
pub struct Trust {
    source: String,
    anchors: Vec<Certificate>,
    is_system: bool,
}

impl Trust {
    /// The certificates of a file, all of them trusted, as curl does.
    #[must_use]
    pub fn of(source: String, certificates: Vec<Certificate>) -> Self {
        Self {
            source,
            anchors: certificates,
            is_system: false,
        }
    }

    /// The machine's own.
    ///
    /// # Errors
    /// [`TrustError::NoSystemRoots`] where none are found.
    pub fn system() -> Result<Self, TrustError> {
        let found = rustls_native_certs::load_native_certs();
        let origin = Origin::file("the system's certificates");
        let anchors: Vec<Certificate> = found
            .certs
            .iter()
            .filter_map(|der| Certificate::from_der(der, origin.clone()).ok())
            .collect();
        if anchors.is_empty() {
            return Err(TrustError::NoSystemRoots);
        }
        Ok(Self {
            source: "the system's certificates".to_owned(),
            anchors,
            is_system: true,
        })
    }

    /// The certificates of the file; empty for the machine's own.
    #[must_use]
    pub fn named(&self) -> &[Certificate] {
        if self.is_system { &[] } else { &self.anchors }
    }

    /// Every anchor.
    #[must_use]
    pub fn anchors(&self) -> &[Certificate] {
        &self.anchors
    }

    pub(super) fn store(&self) -> Result<X509Store, openssl::error::ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        for certificate in &self.anchors {
            if let Ok(x509) = certificate.x509() {
                store.add_cert(x509.to_owned())?;
            }
        }
        Ok(store.build())
    }

    pub(super) fn facts(&self, insecure: bool) -> evidence::Trust {
        evidence::Trust {
            source: self.source.clone(),
            anchors: self.anchors.len(),
            subjects: self
                .named()
                .iter()
                .take(MAX_SUBJECTS)
                .map(|certificate| certificate.subject().to_string())
                .collect(),
            insecure,
        }
    }
}
