//! Certificate signing requests (PKCS#10, RFC 2986).

use std::fmt;
use std::sync::Arc;

use openssl::x509::{X509Req, X509ReqRef};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::prelude::{FromDer as _, ParsedExtension};

use crate::source::Origin;

use super::{KeyInfo, Malformed, Name, San, sha256};

/// A signing request. Cheap to clone.
#[derive(Clone)]
pub struct Request(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    req: X509Req,
    subject: Name,
    sans: Vec<San>,
    eku: Option<Vec<String>>,
    key: KeyInfo,
    origin: Origin,
}

impl Request {
    /// Reads one DER request.
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not one, or its key is unknown to libcrypto.
    pub fn from_der(der: &[u8], origin: Origin) -> Result<Self, Malformed> {
        let (rest, parsed) = X509CertificationRequest::from_der(der).map_err(Malformed::parser)?;
        if !rest.is_empty() {
            return Err(Malformed(format!(
                "{} bytes follow the request",
                rest.len()
            )));
        }
        let req = X509Req::from_der(der).map_err(|cause| Malformed::libcrypto(&cause))?;
        let key = KeyInfo::from_spki(parsed.certification_request_info.subject_pki.raw)?;
        let mut sans = Vec::new();
        let mut eku = None;
        for extension in parsed.requested_extensions().into_iter().flatten() {
            match extension {
                ParsedExtension::SubjectAlternativeName(names) => {
                    sans.extend(names.general_names.iter().map(San::from_general_name));
                }
                ParsedExtension::ExtendedKeyUsage(usage) => {
                    eku = Some(super::usage::eku_names(usage));
                }
                _ => {}
            }
        }
        Ok(Self(Arc::new(Inner {
            der: der.to_owned(),
            subject: Name::from_parsed(&parsed.certification_request_info.subject),
            req,
            sans,
            eku,
            key,
            origin,
        })))
    }

    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    #[must_use]
    pub fn req(&self) -> &X509ReqRef {
        &self.0.req
    }

    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    #[must_use]
    pub fn sans(&self) -> &[San] {
        &self.0.sans
    }

    /// The extended key usages asked for; `None` where the extension is absent.
    #[must_use]
    pub fn eku(&self) -> Option<&[String]> {
        self.0.eku.as_deref()
    }

    #[must_use]
    pub fn key(&self) -> &KeyInfo {
        &self.0.key
    }

    #[must_use]
    pub fn sha256(&self) -> String {
        sha256(&self.0.der)
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// Whether the request is signed by the key it carries (proof of possession).
    #[must_use]
    pub fn is_self_consistent(&self) -> bool {
        self.0
            .req
            .public_key()
            .and_then(|key| self.0.req.verify(&key))
            .unwrap_or(false)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {})", self.subject(), self.origin())
    }
}
