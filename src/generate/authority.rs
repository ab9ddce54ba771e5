//! The local CA: a root, an issuing intermediate, and what they sign.

use openssl::asn1::{Asn1Object, Asn1OctetString};
use openssl::error::ErrorStack;
use openssl::x509::X509Extension;
use x509_parser::prelude::{FromDer as _, X509Extension as ParsedExtension};

use crate::error::GenerateError;
use crate::identity::Identity;
use crate::material::{Certificate, Malformed, Name, PrivateKey, Request, Time};

use super::certificate::{Draft, read_back};
use super::{KeyType, Purpose, Validity, key, subject};

const ROOT_DAYS: u32 = 3652;
const ISSUING_DAYS: u32 = 1826;

/// `subjectAltName`, the one requested extension that is kept.
const SUBJECT_ALT_NAME: &str = "2.5.29.17";
const SUBJECT_KEY_ID: &str = "2.5.29.14";
const EXTENDED_KEY_USAGE: &str = "2.5.29.37";

/// A root, and the intermediate that issues in its name.
#[derive(Debug, Clone)]
pub struct Authority {
    root: Certificate,
    /// Only there when the authority was made just now: signing needs no more than the issuing key.
    root_key: Option<PrivateKey>,
    issuing: Identity,
}

/// A certificate that was issued, and what of the request it left out.
#[derive(Debug, Clone)]
pub struct Issued {
    pub certificate: Certificate,
    /// Requested extensions that were not copied, by name or dotted identifier; those that would have said
    /// what the certificate says anyway are not among them.
    pub dropped: Vec<String>,
}

impl Authority {
    /// Makes both: `NAME Root CA`, valid ten years, and `NAME Issuing CA`, five, which may sign no further CA.
    ///
    /// # Errors
    /// [`GenerateError::Crypto`]; [`GenerateError::Naming`] where `name` does not fit into a common name.
    pub fn new(name: &str, kind: KeyType, now: Time) -> Result<Self, GenerateError> {
        let root_name = subject::common_name(&format!("{name} Root CA"))?;
        let issuing_name = subject::common_name(&format!("{name} Issuing CA"))?;
        let root_key = key(kind)?;
        let issuing_key = key(kind)?;
        let root = ca(&root_name, &root_key, None, Validity::days(now, ROOT_DAYS))?;
        let root = identity(root_key, root)?;
        let issuing = ca(
            &issuing_name,
            &issuing_key,
            Some(&root),
            Validity::days(now, ISSUING_DAYS),
        )?;
        Ok(Self {
            issuing: identity(issuing_key, issuing)?,
            root: root.leaf().clone(),
            root_key: Some(root.key().clone()),
        })
    }

    /// An authority made earlier; its root's key may be anywhere, for signing does not need it.
    ///
    /// # Errors
    /// [`GenerateError::NotIssuer`] where one of the two is no CA, or was not signed by `root`.
    pub fn of(root: Certificate, issuing: Identity) -> Result<Self, GenerateError> {
        for certificate in [&root, issuing.leaf()] {
            if !certificate.is_ca() || !certificate.is_signed_by(&root) {
                return Err(GenerateError::NotIssuer {
                    certificate: certificate.origin().whole(),
                    subject: certificate.subject().to_string(),
                    root: root.origin().whole(),
                });
            }
        }
        Ok(Self {
            root,
            root_key: None,
            issuing,
        })
    }

    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.root
    }

    /// The root's key, where the authority was made just now.
    #[must_use]
    pub fn root_key(&self) -> Option<&PrivateKey> {
        self.root_key.as_ref()
    }

    #[must_use]
    pub fn issuing(&self) -> &Certificate {
        self.issuing.leaf()
    }

    #[must_use]
    pub fn issuing_key(&self) -> &PrivateKey {
        self.issuing.key()
    }

    /// Signs a request with the issuing key: its subject and alternative names are kept octet for octet,
    /// everything else it asks for is dropped. The validity is cut to the issuer's own.
    ///
    /// # Errors
    /// [`GenerateError::RequestSignature`] where the requester did not prove to hold the key;
    /// [`GenerateError::IssuerExpired`] where nothing of `validity` lies within the issuer's own;
    /// [`GenerateError::RequestExtensions`] where the extensions asked for cannot be read.
    pub fn issue(
        &self,
        request: &Request,
        purposes: &[Purpose],
        validity: Validity,
    ) -> Result<Issued, GenerateError> {
        if !request.is_self_consistent() {
            return Err(GenerateError::RequestSignature {
                request: request.origin().whole(),
            });
        }
        let issuer = self.issuing();
        let validity = validity.within(issuer);
        if validity.not_after <= validity.not_before {
            return Err(GenerateError::IssuerExpired {
                issuer: issuer.origin().whole(),
                not_after: issuer.not_after(),
            });
        }
        let wishes = Wishes::of(request)?;
        let issuer_x509 = issuer.x509().map_err(GenerateError::NotReadBack)?;
        let made = request
            .req()
            .public_key()
            .and_then(|public| {
                let mut draft = Draft::new(request.subject(), issuer.subject(), &public, validity)?;
                draft.end_entity(&public, purposes)?;
                if let Some(names) = &wishes.names {
                    draft.0.append_extension2(names)?;
                }
                draft.identifiers(Some(issuer_x509))?;
                draft.sign(self.issuing_key().pkey())
            })
            .map_err(GenerateError::crypto("sign the certificate"))?;
        let certificate = read_back(&made)?;
        let mut dropped = wishes.dropped;
        if same(request.eku(), certificate.eku()) {
            dropped.retain(|name| name != EXTENDED_KEY_USAGE);
        }
        Ok(Issued {
            certificate,
            dropped: dropped.iter().map(|oid| extension_name(oid)).collect(),
        })
    }
}

/// A CA certificate: the root where there is no issuer.
fn ca(
    subject: &Name,
    key: &PrivateKey,
    issuer: Option<&Identity>,
    validity: Validity,
) -> Result<Certificate, GenerateError> {
    let issuer_x509 = match issuer {
        Some(issuer) => Some(issuer.leaf().x509().map_err(GenerateError::NotReadBack)?),
        None => None,
    };
    let issuer_name = issuer.map_or(subject, |issuer| issuer.leaf().subject());
    let signer = issuer.map_or(key, Identity::key);
    let made = Draft::new(subject, issuer_name, key.pkey(), validity)
        .and_then(|mut draft| {
            draft.authority(issuer.map(|_| 0))?;
            draft.identifiers(issuer_x509)?;
            draft.sign(signer.pkey())
        })
        .map_err(GenerateError::crypto("make a CA certificate"))?;
    read_back(&made)
}

fn identity(key: PrivateKey, certificate: Certificate) -> Result<Identity, GenerateError> {
    Identity::new(key, certificate, Vec::new())
        .map_err(|error| GenerateError::NotReadBack(Malformed::because(error)))
}

/// Whether two lists of usages hold the same ones.
fn same(asked: Option<&[String]>, granted: Option<&[String]>) -> bool {
    let sorted = |usages: Option<&[String]>| {
        usages.map(|usages| {
            let mut usages = usages.to_owned();
            usages.sort();
            usages
        })
    };
    sorted(asked) == sorted(granted)
}

/// The extensions a request asks for.
struct Wishes {
    names: Option<X509Extension>,
    /// The others, by dotted identifier.
    dropped: Vec<String>,
}

impl Wishes {
    fn of(request: &Request) -> Result<Self, GenerateError> {
        let unreadable = |reason: String| GenerateError::RequestExtensions {
            request: request.origin().whole(),
            reason,
        };
        let asked = match request.req().extensions() {
            Ok(asked) => asked,
            // Older libcryptos say "none" as a failure without a reason.
            Err(cause) if cause.errors().is_empty() => {
                return Ok(Self {
                    names: None,
                    dropped: Vec::new(),
                });
            }
            Err(cause) => return Err(unreadable(cause.to_string())),
        };
        let mut names = None;
        let mut dropped = Vec::new();
        for extension in &asked {
            let der = extension
                .to_der()
                .map_err(|cause| unreadable(cause.to_string()))?;
            let (_, parsed) =
                ParsedExtension::from_der(&der).map_err(|cause| unreadable(cause.to_string()))?;
            let oid = parsed.oid.to_id_string();
            if oid == SUBJECT_KEY_ID {
                // Every certificate gets one.
                continue;
            }
            if oid != SUBJECT_ALT_NAME {
                dropped.push(oid);
                continue;
            }
            if let Some(error) = parsed.parsed_extension().error() {
                return Err(unreadable(format!("subjectAltName: {error}")));
            }
            if names.is_some() {
                return Err(unreadable("subjectAltName is there twice".to_owned()));
            }
            let critical = parsed.critical || request.subject().is_empty();
            names = Some(
                copy(&oid, critical, parsed.value)
                    .map_err(GenerateError::crypto("copy the alternative names"))?,
            );
        }
        Ok(Self { names, dropped })
    }
}

fn copy(oid: &str, critical: bool, value: &[u8]) -> Result<X509Extension, ErrorStack> {
    X509Extension::new_from_der(
        &*Asn1Object::from_str(oid)?,
        critical,
        &*Asn1OctetString::new_from_bytes(value)?,
    )
}

fn extension_name(oid: &str) -> String {
    Asn1Object::from_str(oid)
        .ok()
        .and_then(|object| object.nid().short_name().ok())
        .filter(|name| *name != "UNDEF")
        .map_or_else(|| oid.to_owned(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::{dns, request, self_signed};

    const EVERY: [KeyType; 5] = [
        KeyType::Rsa(2048),
        KeyType::P256,
        KeyType::P384,
        KeyType::P521,
        KeyType::Ed25519,
    ];

    #[test]
    fn every_kind_of_authority_signs_every_kind_of_request() {
        let now = Time::now();
        for kind in EVERY {
            let authority = Authority::new("Test", kind, now).expect("an authority");
            assert!(authority.issuing().is_signed_by(authority.root()));
            for of_request in EVERY {
                let key = key(of_request).expect("a key");
                let subject = subject::subject("CN=api,OU=a,OU=b").expect("a subject");
                let sans = [dns("api.example").expect("a name")];
                let request = request(&key, &subject, &sans).expect("a request");
                let issued = authority
                    .issue(&request, &[Purpose::Client], Validity::days(now, 1))
                    .expect("a certificate");
                let leaf = issued.certificate;
                assert!(leaf.belongs_to(&key));
                assert!(leaf.is_signed_by(authority.issuing()));
                assert_eq!(leaf.subject(), &subject);
                assert_eq!(leaf.sans(), sans);
                assert_eq!(leaf.eku(), Some(&["clientAuth".to_owned()][..]));
                assert_eq!(leaf.serial().len(), 32);
            }
        }
    }

    #[test]
    fn a_leaf_never_outlives_its_issuer() {
        let now = Time::now();
        let authority = Authority::new("Test", KeyType::P256, now).expect("an authority");
        let key = key(KeyType::P256).expect("a key");
        let subject = subject::subject("CN=api").expect("a subject");
        let request = request(&key, &subject, &[]).expect("a request");
        let long = Validity::days(now, 36500);
        let issued = authority.issue(&request, &[], long).expect("a certificate");
        assert_eq!(
            issued.certificate.not_after(),
            authority.issuing().not_after()
        );
        assert_eq!(issued.certificate.eku(), None);
        let late = Validity::days(now.plus_days(4000), 1);
        assert!(matches!(
            authority.issue(&request, &[], late),
            Err(GenerateError::IssuerExpired { .. })
        ));
    }

    #[test]
    fn a_self_signed_certificate_says_what_it_is_told() {
        let now = Time::now();
        let key = key(KeyType::P256).expect("a key");
        let subject = subject::subject("CN=old").expect("a subject");
        let past = Validity {
            not_before: now.plus_days(-30),
            not_after: now.plus_days(-1),
        };
        let made =
            self_signed(&key, &subject, &[], &[Purpose::Server], past).expect("a certificate");
        assert!(made.is_self_signed() && !made.is_ca());
        assert_eq!(made.not_after(), past.not_after);
    }
}
