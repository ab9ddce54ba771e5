//! What matters of a certificate.

use serde::{Deserialize, Serialize};

use crate::material::{Certificate, KeyInfo, Time};

/// What matters of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    pub sha256: String,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: Time,
    pub not_after: Time,
    pub sans: Vec<String>,
    /// None where the extension is absent.
    pub eku: Option<Vec<String>>,
    pub key_usage: Option<Vec<String>>,
    pub ca: bool,
    pub self_signed: bool,
    /// Whether the next certificate of the chain made the signature on this one; none for the last.
    pub signed_by_next: Option<bool>,
    pub signature_algorithm: String,
    pub key: Option<KeyInfo>,
    pub authority_key_id: Option<String>,
    pub subject_key_id: Option<String>,
    /// Where the issuer's certificate may be fetched.
    pub ca_issuers: Vec<String>,
    /// Critical extensions that path validation does not know, by dotted identifier.
    #[serde(default)]
    pub unknown_critical: Vec<String>,
}

impl CertificateFacts {
    /// The facts of one certificate on its own.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            sha256: certificate.sha256().to_owned(),
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial().to_owned(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sans: certificate.sans().iter().map(ToString::to_string).collect(),
            eku: certificate.eku().map(<[String]>::to_vec),
            key_usage: certificate.key_usage().map(<[String]>::to_vec),
            ca: certificate.is_ca(),
            self_signed: certificate.is_self_signed(),
            signed_by_next: None,
            signature_algorithm: certificate.signature_algorithm().to_owned(),
            key: certificate.key().ok().cloned(),
            authority_key_id: certificate.authority_key_id().map(str::to_owned),
            subject_key_id: certificate.subject_key_id().map(str::to_owned),
            ca_issuers: certificate.ca_issuers().to_vec(),
            unknown_critical: certificate.unknown_critical().to_vec(),
        }
    }

    /// The facts of a chain, with what each link shows.
    #[must_use]
    pub fn of_chain(chain: &[Certificate]) -> Vec<Self> {
        chain
            .iter()
            .enumerate()
            .map(|(index, certificate)| Self {
                signed_by_next: chain
                    .get(index + 1)
                    .map(|issuer| certificate.is_signed_by(issuer)),
                ..Self::of(certificate)
            })
            .collect()
    }

    /// Whether it may serve `purpose` (`clientAuth`, `serverAuth`); an absent extension allows all.
    #[must_use]
    pub fn allows(&self, purpose: &str) -> bool {
        self.eku.as_ref().is_none_or(|usages| {
            usages
                .iter()
                .any(|usage| usage == purpose || usage == "anyExtendedKeyUsage")
        })
    }
}
