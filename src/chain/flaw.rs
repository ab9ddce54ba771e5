//! What makes an issuer a poor choice on a path, as far as building one must know it.
//!
//! These only rank paths against each other; whether the best one holds is for validation to say.

use crate::material::{Certificate, Time};

/// A reason why a path through this issuer would be refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Expired,
    NotYetValid,
    /// Basic constraints do not say that it is a CA.
    NotCa,
    /// Its key usage leaves out certificate signing.
    NoCertSign,
    /// Its path length constraint allows fewer CAs below it.
    PathTooLong,
    /// Its name constraints exclude a name of the leaf.
    NameForbidden,
    /// Its extended key usage leaves out the purpose.
    WrongPurpose,
    /// Its own signature is over MD5 or SHA-1.
    WeakDigest,
}

/// What is the matter with `certificate` as an issuer, wherever on a path it stands.
pub(super) fn of_issuer(
    certificate: &Certificate,
    self_signed: bool,
    purpose: &str,
    now: Time,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    flaws.extend(of_validity(certificate, now));
    // Version 1 roots have no extensions at all, and are still trusted.
    let old_root = self_signed && certificate.key_usage().is_none() && certificate.eku().is_none();
    if !certificate.is_ca() && !old_root {
        flaws.push(Flaw::NotCa);
    }
    if certificate
        .key_usage()
        .is_some_and(|usages| !usages.iter().any(|usage| usage == "keyCertSign"))
    {
        flaws.push(Flaw::NoCertSign);
    }
    if !certificate.allows(purpose) {
        flaws.push(Flaw::WrongPurpose);
    }
    // Nobody looks at a root's signature on itself.
    if !self_signed && has_weak_digest(certificate) {
        flaws.push(Flaw::WeakDigest);
    }
    flaws
}

/// Whether its path length constraint is broken by `below` CAs between it and the leaf.
pub(super) fn is_too_long(certificate: &Certificate, below: usize) -> bool {
    certificate
        .path_len()
        .is_some_and(|limit| below > usize::try_from(limit).unwrap_or(usize::MAX))
}

/// Whether its name constraints exclude a name of the leaf.
pub(super) fn forbids(certificate: &Certificate, leaf: &Certificate) -> bool {
    /// nameConstraints (2.5.29.30), DER
    const OID: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x1e];
    // Most certificates have none, and need not be parsed a second time.
    if !certificate
        .der()
        .windows(OID.len())
        .any(|bytes| bytes == OID)
    {
        return false;
    }
    match (certificate.x509(), leaf.x509()) {
        (Ok(authority), Ok(leaf)) => !crate::ffi::verify::allows_names(authority, leaf),
        _ => false,
    }
}

pub(super) fn of_validity(certificate: &Certificate, now: Time) -> Option<Flaw> {
    if certificate.not_after() < now {
        Some(Flaw::Expired)
    } else if now < certificate.not_before() {
        Some(Flaw::NotYetValid)
    } else {
        None
    }
}

fn has_weak_digest(certificate: &Certificate) -> bool {
    let algorithm = certificate.signature_algorithm().to_ascii_lowercase();
    ["md2", "md4", "md5", "sha1"]
        .iter()
        .any(|weak| algorithm.contains(weak))
}
