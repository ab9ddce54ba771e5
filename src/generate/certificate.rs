//! New certificates (RFC 5280): what every kind has in common, and the self-signed one.

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::pkey::{HasPublic, Id, PKeyRef, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509Ref};

use crate::error::GenerateError;
use crate::material::{Certificate, Name, PrivateKey, San, Time};

use super::{fresh, signing};

/// How far before the present moment a certificate begins, in seconds: a peer whose clock runs a little
/// behind must not see one that is not yet valid.
const CLOCK_SKEW: i64 = 5 * 60;

/// What a certificate may be used for (extended key usage).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Client,
    Server,
}

/// From when until when a certificate holds; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub not_before: Time,
    pub not_after: Time,
}

impl Validity {
    /// From five minutes before `now` until `days` days after it.
    #[must_use]
    pub fn days(now: Time, days: u32) -> Self {
        Self {
            not_before: Time::from_unix(now.unix() - CLOCK_SKEW),
            not_after: now.plus_days(days.into()),
        }
    }

    /// The part of it that lies within the issuer's own.
    #[must_use]
    pub fn within(self, issuer: &Certificate) -> Self {
        Self {
            not_before: self.not_before.max(issuer.not_before()),
            not_after: self.not_after.min(issuer.not_after()),
        }
    }
}

/// Makes a certificate for `key` signed by that same key; no purposes leave the extended key usage out.
///
/// # Errors
/// [`GenerateError::Crypto`]; [`GenerateError::San`] where `sans` holds a kind that is only ever read.
pub fn self_signed(
    key: &PrivateKey,
    subject: &Name,
    sans: &[San],
    purposes: &[Purpose],
    validity: Validity,
) -> Result<Certificate, GenerateError> {
    let san = alternative_names(subject, sans)?;
    let made = Draft::new(subject, subject, key.pkey(), validity)
        .and_then(|mut draft| {
            draft.end_entity(key.pkey(), purposes)?;
            if let Some(san) = san {
                draft.0.append_extension(san)?;
            }
            draft.identifiers(None)?;
            draft.sign(key.pkey())
        })
        .map_err(GenerateError::crypto("make a self-signed certificate"))?;
    read_back(&made)
}

/// The subject alternative names as an extension, critical where there is no subject (RFC 5280, section
/// 4.2.1.6); `None` where there are no names.
pub(super) fn alternative_names(
    subject: &Name,
    sans: &[San],
) -> Result<Option<X509Extension>, GenerateError> {
    if sans.is_empty() {
        return Ok(None);
    }
    let mut names = SubjectAlternativeName::new();
    for san in sans {
        match san {
            San::Dns(name) => names.dns(name),
            San::Ip(address) => names.ip(&address.to_string()),
            San::Email(address) => names.email(address),
            San::Uri(uri) => names.uri(uri),
            San::Other(_) => return Err(GenerateError::San { san: san.clone() }),
        };
    }
    if subject.is_empty() {
        names.critical();
    }
    X509::builder()
        .and_then(|builder| names.build(&builder.x509v3_context(None, None)))
        .map(Some)
        .map_err(GenerateError::crypto("write the alternative names"))
}

/// What libcrypto made, as material.
pub(super) fn read_back(made: &X509) -> Result<Certificate, GenerateError> {
    let der = made
        .to_der()
        .map_err(GenerateError::crypto("encode a certificate"))?;
    Certificate::from_der(&der, fresh("certificate")).map_err(GenerateError::NotReadBack)
}

/// A certificate that is not signed yet.
pub(super) struct Draft(pub(super) X509Builder);

impl Draft {
    pub(super) fn new<T: HasPublic>(
        subject: &Name,
        issuer: &Name,
        key: &PKeyRef<T>,
        validity: Validity,
    ) -> Result<Self, ErrorStack> {
        let mut builder = X509::builder()?;
        builder.set_version(2)?;
        builder.set_serial_number(&*serial()?)?;
        builder.set_subject_name(&*X509Name::from_der(subject.der())?)?;
        builder.set_issuer_name(&*X509Name::from_der(issuer.der())?)?;
        builder.set_not_before(&*Asn1Time::from_unix(validity.not_before.unix())?)?;
        builder.set_not_after(&*Asn1Time::from_unix(validity.not_after.unix())?)?;
        builder.set_pubkey(key)?;
        Ok(Self(builder))
    }

    /// The extensions of a CA certificate; `below` is how many CAs may follow it.
    pub(super) fn authority(&mut self, below: Option<u32>) -> Result<(), ErrorStack> {
        let mut constraints = BasicConstraints::new();
        constraints.critical().ca();
        if let Some(below) = below {
            constraints.pathlen(below);
        }
        let mut usage = KeyUsage::new();
        usage.critical().key_cert_sign().crl_sign();
        self.0.append_extension(constraints.build()?)?;
        self.0.append_extension(usage.build()?)
    }

    /// The extensions of a client's or server's certificate.
    pub(super) fn end_entity<T: HasPublic>(
        &mut self,
        key: &PKeyRef<T>,
        purposes: &[Purpose],
    ) -> Result<(), ErrorStack> {
        let mut usage = KeyUsage::new();
        usage.critical().digital_signature();
        // RSA key exchange, which TLS 1.2 servers of some age still choose, encrypts with the key.
        if key.id() == Id::RSA {
            usage.key_encipherment();
        }
        self.0
            .append_extension(BasicConstraints::new().critical().build()?)?;
        self.0.append_extension(usage.build()?)?;
        if purposes.is_empty() {
            return Ok(());
        }
        let mut extended = ExtendedKeyUsage::new();
        if purposes.contains(&Purpose::Client) {
            extended.client_auth();
        }
        if purposes.contains(&Purpose::Server) {
            extended.server_auth();
        }
        self.0.append_extension(extended.build()?)
    }

    /// The key identifiers by which a path is built; a self-signed certificate needs only its own.
    pub(super) fn identifiers(&mut self, issuer: Option<&X509Ref>) -> Result<(), ErrorStack> {
        let context = self.0.x509v3_context(issuer, None);
        let own = SubjectKeyIdentifier::new().build(&context)?;
        let authority = match issuer {
            Some(_) => Some(AuthorityKeyIdentifier::new().keyid(true).build(&context)?),
            None => None,
        };
        self.0.append_extension(own)?;
        match authority {
            Some(authority) => self.0.append_extension(authority),
            None => Ok(()),
        }
    }

    pub(super) fn sign(mut self, key: &PKeyRef<Private>) -> Result<X509, ErrorStack> {
        self.0.sign(key, signing::digest(key))?;
        Ok(self.0.build())
    }
}

/// Sixteen random octets, positive and never shortened (RFC 5280, section 4.1.2.2 allows twenty).
fn serial() -> Result<Asn1Integer, ErrorStack> {
    let mut octets = [0_u8; 16];
    openssl::rand::rand_bytes(&mut octets)?;
    octets[0] = octets[0] & 0x7f | 0x40;
    BigNum::from_slice(&octets)?.to_asn1_integer()
}
