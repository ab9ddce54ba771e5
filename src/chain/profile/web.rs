//! What the Web PKI demands of servers' certificates beyond RFC 5280: the CA/Browser Forum's Baseline Requirements.
//!
//! They bind public CAs alone, so they are reasons only where strictness is asked for.

use x509_parser::extensions::{AuthorityKeyIdentifier, ParsedExtension};
use x509_parser::prelude::X509Version;

use crate::material::{Certificate, KeyKind, San};

use super::{Breach, Link, Weight};

pub(super) fn broken(link: &Link<'_>) -> Vec<Breach> {
    let mut broken = Vec::new();
    if link.parsed.version() != X509Version::V3 {
        broken.push("it is not of X.509 version 3 (Baseline Requirements, section 7.1.1)");
    }
    broken.extend(key(link.certificate));
    for extension in link.parsed.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                broken.extend(authority_key_id(link.certificate, id, link.root));
            }
            ParsedExtension::ExtendedKeyUsage(_) if link.root => {
                broken.push(
                    "it is a root and has an extended key usage (Baseline Requirements, section 7.1.2.1.2)",
                );
            }
            ParsedExtension::ExtendedKeyUsage(_) if link.is_leaf() && extension.critical => {
                broken.push(
                    "its extended key usage is critical (Baseline Requirements, section 7.1.2.7.6)",
                );
            }
            ParsedExtension::SubjectAlternativeName(_)
                if extension.critical && link.parsed.subject().iter().next().is_some() =>
            {
                broken.push(
                    "it has a subject, and its alternative names are critical all the same (Baseline Requirements, section 7.1.2.7.12)",
                );
            }
            _ => {}
        }
    }
    if link.is_leaf() {
        subscriber(link, &mut broken);
    }
    broken
        .into_iter()
        .map(|text| link.breach(Weight::Strict, text))
        .collect()
}

fn key(certificate: &Certificate) -> Option<&'static str> {
    let key = certificate.key().ok()?;
    match (&key.kind, key.curve.as_deref()) {
        (KeyKind::Rsa, _) if key.bits < 2048 || key.bits % 8 != 0 => Some(
            "its RSA key has not 2048 bits or more in whole octets (Baseline Requirements, section 6.1.5)",
        ),
        (KeyKind::Rsa, _) | (KeyKind::Ec, Some("prime256v1" | "secp384r1" | "secp521r1")) => None,
        _ => Some(
            "its key is neither RSA nor on P-256, P-384 or P-521 (Baseline Requirements, section 7.1.3.1)",
        ),
    }
}

fn authority_key_id(
    certificate: &Certificate,
    id: &AuthorityKeyIdentifier<'_>,
    root: bool,
) -> Option<&'static str> {
    if id.authority_cert_issuer.is_some() || id.authority_cert_serial.is_some() {
        Some(
            "its authority key identifier names a certificate (Baseline Requirements, section 7.1.2.11.1)",
        )
    } else if id.key_identifier.is_none() {
        Some(
            "its authority key identifier names no key (Baseline Requirements, section 7.1.2.11.1)",
        )
    } else if root && certificate.authority_key_id() != certificate.subject_key_id() {
        Some(
            "it is a root and names another key as its issuer's (Baseline Requirements, section 7.1.2.1.3)",
        )
    } else {
        None
    }
}

/// What holds for the server's own certificate.
fn subscriber(link: &Link<'_>, broken: &mut Vec<&'static str>) {
    let certificate = link.certificate;
    if certificate.is_ca() {
        broken.push("it is a CA's (Baseline Requirements, section 7.1.2.7.8)");
    }
    match certificate.eku() {
        None => {
            broken.push("it has no extended key usage (Baseline Requirements, section 7.1.2.7.6)");
        }
        Some(usages) if usages.iter().any(|usage| usage == "anyExtendedKeyUsage") => {
            broken
                .push("its extended key usage is any (Baseline Requirements, section 7.1.2.7.10)");
        }
        Some(_) => {}
    }
    if certificate.sans().is_empty() {
        broken.push("it has no alternative names (Baseline Requirements, section 7.1.2.7.12)");
    }
    let mut names = link.parsed.subject().iter_common_name();
    let (name, second) = (names.next(), names.next());
    if second.is_some() {
        broken.push("it has several common names (Baseline Requirements, section 7.1.4.3)");
    } else if let Some(name) = name
        && !name
            .as_str()
            .is_ok_and(|name| is_repeated(certificate, name))
    {
        broken.push(
            "its common name is none of its alternative names, letter by letter (Baseline Requirements, section 7.1.4.3)",
        );
    }
}

/// Whether the common name repeats an alternative name, addresses as RFC 3986 and RFC 5952 write them.
fn is_repeated(certificate: &Certificate, name: &str) -> bool {
    certificate.sans().iter().any(|san| match san {
        San::Dns(dns) => dns == name,
        San::Ip(address) => address.to_string() == name,
        _ => false,
    })
}
