//! X.509 certificates (RFC 5280).

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use openssl::x509::{X509, X509Ref};
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::source::Origin;

use super::ber::{self, Readable};
use super::usage::{eku_names, key_usage_names, signature_name};
use super::{KeyInfo, Malformed, Name, PrivateKey, San, Time, hex, sha256};

/// The longest certificate that is read, in bytes (1 MiB): a hundred times the longest in use.
const MAX_BYTES: usize = 1024 * 1024;

/// Attributes of a name, and extensions, that every certificate may have without their being counted.
const USUAL_PARTS: usize = 20;

/// The extensions that path validation knows (RFC 5280, section 4.2; RFC 3779; RFC 3820; RFC 7633; Netscape's type).
const KNOWN_EXTENSIONS: &[&str] = &[
    "2.5.29.9",
    "2.5.29.14",
    "2.5.29.15",
    "2.5.29.17",
    "2.5.29.18",
    "2.5.29.19",
    "2.5.29.30",
    "2.5.29.31",
    "2.5.29.32",
    "2.5.29.33",
    "2.5.29.35",
    "2.5.29.36",
    "2.5.29.37",
    "2.5.29.46",
    "2.5.29.54",
    "1.3.6.1.5.5.7.1.1",
    "1.3.6.1.5.5.7.1.7",
    "1.3.6.1.5.5.7.1.8",
    "1.3.6.1.5.5.7.1.11",
    "1.3.6.1.5.5.7.1.14",
    "1.3.6.1.5.5.7.1.24",
    "2.16.840.1.113730.1.1",
];

/// A certificate. Cheap to clone; equal where the DER is.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    sha256: String,
    subject: Name,
    issuer: Name,
    serial: String,
    not_before: Time,
    not_after: Time,
    sans: Vec<San>,
    eku: Option<Vec<String>>,
    key_usage: Option<Vec<String>>,
    ca: bool,
    path_len: Option<u32>,
    subject_key_id: Option<String>,
    authority_key_id: Option<String>,
    ca_issuers: Vec<String>,
    unknown_critical: Vec<String>,
    signature_algorithm: Cow<'static, str>,
    parts: usize,
    /// What the fields were read from, where `der` itself is not DER.
    readable: Option<Vec<u8>>,
    oddities: Vec<String>,
    /// Where it lies in `readable`, or else in `der`.
    spki: Range<usize>,
    x509: OnceLock<Result<X509, Malformed>>,
    key: OnceLock<Result<Box<KeyInfo>, Malformed>>,
    origin: Origin,
}

impl Certificate {
    /// Reads one DER certificate; one that libcrypto alone can read is held in libcrypto's encoding of it, which has
    /// the fingerprint that OpenSSL prints, and is told apart by its [`Certificate::oddities`].
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not one whole certificate.
    pub fn from_der(der: &[u8], origin: Origin) -> Result<Self, Malformed> {
        if der.len() > MAX_BYTES {
            return Err(Malformed(format!("it is longer than {MAX_BYTES} bytes")));
        }
        let (rest, parsed) = match X509Certificate::from_der(der) {
            Ok(read) => read,
            Err(cause) => {
                return Self::through_libcrypto(der, origin)
                    .ok_or_else(|| Malformed::parser(cause));
            }
        };
        if !rest.is_empty() {
            return Err(Malformed(format!(
                "{} bytes follow the certificate",
                rest.len()
            )));
        }
        Ok(Self(Arc::new(Inner::of(&parsed, der, origin))))
    }

    /// As [`Certificate::from_der`] where a strict parser refuses it; `None` where libcrypto does too.
    fn through_libcrypto(bytes: &[u8], origin: Origin) -> Option<Self> {
        // Strangers to a strict parser cost several times as much.
        const PARTS: usize = USUAL_PARTS;
        let der = X509::from_der(bytes).ok()?.to_der().ok()?;
        let Readable {
            der: readable,
            moments: [not_before, not_after],
            oddities,
        } = ber::certificate(bytes)?;
        let (_, parsed) = X509Certificate::from_der(&readable).ok()?;
        let mut inner = Inner::of(&parsed, &readable, origin);
        inner.not_before = not_before.unwrap_or(inner.not_before);
        inner.not_after = not_after.unwrap_or(inner.not_after);
        inner.sha256 = sha256(&der);
        inner.parts += PARTS;
        inner.oddities = oddities;
        inner.readable = Some(std::mem::replace(&mut inner.der, der));
        Some(Self(Arc::new(inner)))
    }

    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the DER, lower-case hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// The serial number's octets, lower-case hexadecimal.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.0.serial
    }

    #[must_use]
    pub fn not_before(&self) -> Time {
        self.0.not_before
    }

    #[must_use]
    pub fn not_after(&self) -> Time {
        self.0.not_after
    }

    #[must_use]
    pub fn sans(&self) -> &[San] {
        &self.0.sans
    }

    /// Extended key usages, `clientAuth` and the like; `None` where the extension is absent.
    #[must_use]
    pub fn eku(&self) -> Option<&[String]> {
        self.0.eku.as_deref()
    }

    /// Whether the extended key usage lets this certificate serve `purpose` (absent and any do).
    #[must_use]
    pub fn allows(&self, purpose: &str) -> bool {
        self.eku().is_none_or(|usages| {
            usages
                .iter()
                .any(|usage| usage == purpose || usage == "anyExtendedKeyUsage")
        })
    }

    /// Key usages, `digitalSignature` and the like; `None` where the extension is absent.
    #[must_use]
    pub fn key_usage(&self) -> Option<&[String]> {
        self.0.key_usage.as_deref()
    }

    /// Whether basic constraints say it is a CA.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.0.ca
    }

    #[must_use]
    pub fn path_len(&self) -> Option<u32> {
        self.0.path_len
    }

    /// Subject key identifier, hexadecimal.
    #[must_use]
    pub fn subject_key_id(&self) -> Option<&str> {
        self.0.subject_key_id.as_deref()
    }

    /// Authority key identifier, hexadecimal.
    #[must_use]
    pub fn authority_key_id(&self) -> Option<&str> {
        self.0.authority_key_id.as_deref()
    }

    /// Critical extensions that path validation does not know, by dotted identifier: whoever follows RFC 5280,
    /// section 4.2, refuses the certificate for them.
    #[must_use]
    pub fn unknown_critical(&self) -> &[String] {
        &self.0.unknown_critical
    }

    /// Where the issuer's certificate may be fetched (authority information access, caIssuers).
    #[must_use]
    pub fn ca_issuers(&self) -> &[String] {
        &self.0.ca_issuers
    }

    /// `sha256WithRSAEncryption` and the like, or the dotted identifier.
    #[must_use]
    pub fn signature_algorithm(&self) -> &str {
        &self.0.signature_algorithm
    }

    /// The `SubjectPublicKeyInfo`, DER.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        let read = self.0.readable.as_deref().unwrap_or(&self.0.der);
        read.get(self.0.spki.clone()).unwrap_or_default()
    }

    /// In what it differs from DER and RFC 5280 so that strict programs refuse it: the end of a sentence each.
    #[must_use]
    pub fn oddities(&self) -> &[String] {
        &self.0.oddities
    }

    /// How many small parts it has, names and usages, beyond what is usual: the work and memory it takes beside
    /// its length.
    pub(crate) fn parts(&self) -> usize {
        self.0.parts
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.0.origin
    }

    /// libcrypto's view of it, parsed at first use.
    ///
    /// # Errors
    /// [`Malformed`] where libcrypto refuses what the first parser accepted.
    pub fn x509(&self) -> Result<&X509Ref, Malformed> {
        match self.0.x509.get_or_init(|| {
            X509::from_der(&self.0.der).map_err(|cause| Malformed::libcrypto(&cause))
        }) {
            Ok(x509) => Ok(x509),
            Err(error) => Err(error.clone()),
        }
    }

    /// Its public key.
    ///
    /// # Errors
    /// [`Malformed`] where the key is not of the shape its algorithm has.
    pub fn key(&self) -> Result<&KeyInfo, Malformed> {
        let described = self
            .0
            .key
            .get_or_init(|| KeyInfo::from_spki(self.spki()).map(Box::new));
        described.as_deref().map_err(Clone::clone)
    }

    /// Whether `key` is the private half of this certificate's public key.
    #[must_use]
    pub fn belongs_to(&self, key: &PrivateKey) -> bool {
        self.x509()
            .ok()
            .and_then(|x509| x509.public_key().ok())
            .is_some_and(|public| key.pkey().public_eq(&public))
    }

    /// Whether subject and issuer are the same name.
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.subject() == self.issuer()
    }

    /// Whether it is self-issued *and* signed by its own key: a root, or a self-signed leaf.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        if !self.is_self_issued() {
            return false;
        }
        let signs = |x509: &X509Ref| {
            x509.public_key()
                .and_then(|key| x509.verify(&key))
                .unwrap_or(false)
        };
        // Not kept where it was not: a pile of roots is asked once each, and libcrypto's view takes kilobytes.
        match self.0.x509.get() {
            Some(kept) => kept.as_deref().is_ok_and(signs),
            None => X509::from_der(&self.0.der).is_ok_and(|x509| signs(&x509)),
        }
    }

    /// Whether `issuer`'s key made the signature on this certificate; names are not looked at.
    #[must_use]
    pub fn is_signed_by(&self, issuer: &Self) -> bool {
        let Ok(this) = self.x509() else { return false };
        issuer
            .x509()
            .ok()
            .and_then(|issuer| issuer.public_key().ok())
            .is_some_and(|key| this.verify(&key).unwrap_or(false))
    }
}

impl Inner {
    /// Its fields, as they stand in `der`.
    fn of(parsed: &X509Certificate<'_>, der: &[u8], origin: Origin) -> Self {
        let subject = Name::from_parsed(parsed.subject());
        let issuer = if parsed.issuer().as_raw() == subject.der() {
            subject.clone()
        } else {
            Name::from_parsed(parsed.issuer())
        };
        let mut inner = Inner {
            sha256: sha256(der),
            subject,
            issuer,
            serial: hex(parsed.raw_serial()),
            not_before: Time::from_unix(parsed.validity().not_before.timestamp()),
            not_after: Time::from_unix(parsed.validity().not_after.timestamp()),
            sans: Vec::new(),
            eku: None,
            key_usage: None,
            ca: false,
            path_len: None,
            subject_key_id: None,
            authority_key_id: None,
            ca_issuers: Vec::new(),
            unknown_critical: Vec::new(),
            signature_algorithm: signature_name(&parsed.signature_algorithm.algorithm),
            parts: 0,
            readable: None,
            oddities: Vec::new(),
            spki: place_of(parsed.public_key().raw, der),
            x509: OnceLock::new(),
            key: OnceLock::new(),
            der: der.to_owned(),
            origin,
        };
        for extension in parsed.extensions() {
            inner.note(extension.parsed_extension());
            if extension.critical {
                let oid = extension.oid.to_id_string();
                if !KNOWN_EXTENSIONS.contains(&oid.as_str()) {
                    inner.unknown_critical.push(oid);
                }
            }
        }
        let attributes = [parsed.subject(), parsed.issuer()]
            .iter()
            .map(|name| name.iter_attributes().count().saturating_sub(USUAL_PARTS))
            .sum::<usize>();
        inner.parts = inner.sans.len()
            + inner.ca_issuers.len()
            + inner.eku.as_ref().map_or(0, Vec::len)
            + parsed.extensions().len().saturating_sub(USUAL_PARTS)
            + attributes;
        inner
    }

    fn note(&mut self, extension: &ParsedExtension<'_>) {
        match extension {
            ParsedExtension::SubjectAlternativeName(names) => {
                self.sans = names
                    .general_names
                    .iter()
                    .map(San::from_general_name)
                    .collect();
            }
            ParsedExtension::ExtendedKeyUsage(usage) => self.eku = Some(eku_names(usage)),
            ParsedExtension::KeyUsage(usage) => self.key_usage = Some(key_usage_names(*usage)),
            ParsedExtension::BasicConstraints(constraints) => {
                self.ca = constraints.ca;
                self.path_len = constraints.path_len_constraint;
            }
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(hex(id.0)),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| hex(id.0));
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                self.ca_issuers = access
                    .iter()
                    .filter(|entry| entry.access_method.to_id_string() == "1.3.6.1.5.5.7.48.2")
                    .filter_map(|entry| match &entry.access_location {
                        GeneralName::URI(uri) => Some((*uri).to_owned()),
                        _ => None,
                    })
                    .collect();
            }
            _ => {}
        }
    }
}

/// Where `part`, which was borrowed from `whole`, lies in it.
fn place_of(part: &[u8], whole: &[u8]) -> Range<usize> {
    let start = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
    start..start.wrapping_add(part.len())
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.sha256.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, {})", self.subject(), self.origin())
    }
}
