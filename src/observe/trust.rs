//! What a server is judged by: the certificates of a file, or the machine's own.

use openssl::x509::X509;
use openssl::x509::store::{X509Store, X509StoreBuilder};

use crate::error::TrustError;
use crate::evidence;
use crate::material::Certificate;

/// How many subjects of a trust file are written into the evidence.
const MAX_SUBJECTS: usize = 20;

/// A set of trust anchors.
pub struct Trust {
    source: String,
    certificates: Vec<Certificate>,
    /// The machine's, which need not be looked into one by one.
    system: Vec<X509>,
}

impl Trust {
    /// The certificates of a file, all of them trusted, as curl does.
    #[must_use]
    pub fn of(source: String, certificates: Vec<Certificate>) -> Self {
        Self {
            source,
            certificates,
            system: Vec::new(),
        }
    }

    /// The machine's own.
    ///
    /// # Errors
    /// [`TrustError::NoSystemRoots`] where none are found.
    pub fn system() -> Result<Self, TrustError> {
        let found = rustls_native_certs::load_native_certs();
        let system: Vec<X509> = found
            .certs
            .iter()
            .filter_map(|der| X509::from_der(der).ok())
            .collect();
        if system.is_empty() {
            return Err(TrustError::NoSystemRoots);
        }
        Ok(Self {
            source: "the system's certificates".to_owned(),
            certificates: Vec::new(),
            system,
        })
    }

    /// The certificates of the file; empty for the machine's own.
    #[must_use]
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub(super) fn store(&self) -> Result<X509Store, openssl::error::ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        for certificate in &self.certificates {
            if let Ok(x509) = certificate.x509() {
                store.add_cert(x509.to_owned())?;
            }
        }
        for x509 in &self.system {
            store.add_cert(x509.clone())?;
        }
        Ok(store.build())
    }

    pub(super) fn facts(&self, insecure: bool) -> evidence::Trust {
        evidence::Trust {
            source: self.source.clone(),
            anchors: self.certificates.len() + self.system.len(),
            subjects: self
                .certificates
                .iter()
                .take(MAX_SUBJECTS)
                .map(|certificate| certificate.subject().to_string())
                .collect(),
            insecure,
        }
    }
}
