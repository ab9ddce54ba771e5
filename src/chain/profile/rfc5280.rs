//! The certificate and CRL profile of RFC 5280.

use x509_parser::extensions::{GeneralName, NameConstraints, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Version};
use x509_parser::revocation_list::CertificateRevocationList;

use crate::material::Crl;

use super::names::{is_absolute, is_host_name, is_mailbox};
use super::{Breach, Link, Weight};

pub(super) fn broken(link: &Link<'_>) -> Vec<Breach> {
    let mut broken = Vec::new();
    // A root's number is nobody's concern, and well-known ones have zero.
    if !link.root {
        broken.extend(serial(link).map(|text| (Weight::Known, text)));
    }
    authority(link, &mut broken);
    for extension in link.parsed.extensions() {
        let critical = extension.critical;
        broken.extend(criticality(extension.parsed_extension(), critical).map(strictly));
        match extension.parsed_extension() {
            ParsedExtension::NameConstraints(constraints) => {
                of_constraints(link, constraints, &mut broken);
            }
            ParsedExtension::SubjectAlternativeName(names) => {
                if !critical && is_nameless(link) {
                    broken.push((
                        Weight::Always,
                        "its subject is empty and its alternative names are not critical (RFC 5280, section 4.1.2.6)",
                    ));
                }
                broken.extend(names.general_names.iter().find_map(malformed).map(strictly));
            }
            ParsedExtension::ParseError { .. } => {
                broken.push(strictly(
                    "an extension of it cannot be read (RFC 5280, section 4.2)",
                ));
            }
            _ => {}
        }
    }
    broken
        .into_iter()
        .map(|(weight, text)| link.breach(weight, text))
        .collect()
}

/// What is wrong with revocation lists.
pub(super) fn of_lists(lists: &[Crl]) -> Option<&'static str> {
    lists
        .iter()
        .any(|list| {
            CertificateRevocationList::from_der(list.der())
                .is_ok_and(|(_, list)| list.crl_number().is_none())
        })
        .then_some("a revocation list has no number (RFC 5280, section 5.2.3)")
}

fn strictly(text: &'static str) -> (Weight, &'static str) {
    (Weight::Strict, text)
}

fn serial(link: &Link<'_>) -> Option<&'static str> {
    let serial = link.parsed.raw_serial();
    if serial.first().is_some_and(|first| first & 0x80 != 0) {
        Some("its serial number is negative (RFC 5280, section 4.1.2.2)")
    } else if serial.iter().all(|byte| *byte == 0) {
        Some("its serial number is zero (RFC 5280, section 4.1.2.2)")
    } else if serial.iter().skip_while(|byte| **byte == 0).count() > 20 {
        Some("its serial number is longer than 20 octets (RFC 5280, section 4.1.2.2)")
    } else {
        None
    }
}

/// Whether it is said as it must be that it is a CA, or none.
fn authority(link: &Link<'_>, broken: &mut Vec<(Weight, &'static str)>) {
    let certificate = link.certificate;
    let signs = certificate
        .key_usage()
        .is_some_and(|usages| usages.iter().any(|usage| usage == "keyCertSign"));
    if signs && !certificate.is_ca() && link.is_leaf() {
        broken.push((
            Weight::Always,
            "its key usage lets it sign certificates, and it is no CA (RFC 5280, section 4.2.1.9)",
        ));
    }
    if link.is_leaf() {
        return;
    }
    let has_constraints = link
        .parsed
        .extensions()
        .iter()
        .any(|one| matches!(one.parsed_extension(), ParsedExtension::BasicConstraints(_)));
    // Version 1 knows no extensions; such roots are left.
    if link.parsed.version() == X509Version::V3 && !has_constraints {
        broken.push((
            Weight::Always,
            "it issues certificates and has no basic constraints (RFC 5280, section 4.2.1.9)",
        ));
    }
    if is_nameless(link) {
        broken.push((
            Weight::Always,
            "it issues certificates and its subject is empty (RFC 5280, section 4.1.2.6)",
        ));
    }
}

fn is_nameless(link: &Link<'_>) -> bool {
    link.parsed.subject().iter().next().is_none()
}

fn criticality(extension: &ParsedExtension<'_>, critical: bool) -> Option<&'static str> {
    match (extension, critical) {
        (ParsedExtension::NameConstraints(_), false) => {
            Some("its name constraints are not critical (RFC 5280, section 4.2.1.10)")
        }
        (ParsedExtension::PolicyConstraints(_), false) => {
            Some("its policy constraints are not critical (RFC 5280, section 4.2.1.11)")
        }
        (ParsedExtension::InhibitAnyPolicy(_), false) => {
            Some("its inhibitAnyPolicy is not critical (RFC 5280, section 4.2.1.14)")
        }
        (ParsedExtension::AuthorityInfoAccess(_), true) => {
            Some("its authority information access is critical (RFC 5280, section 4.2.2.1)")
        }
        (ParsedExtension::AuthorityKeyIdentifier(_), true) => {
            Some("its authority key identifier is critical (RFC 5280, section 4.2.1.1)")
        }
        (ParsedExtension::SubjectKeyIdentifier(_), true) => {
            Some("its subject key identifier is critical (RFC 5280, section 4.2.1.2)")
        }
        _ => None,
    }
}

fn of_constraints(
    link: &Link<'_>,
    constraints: &NameConstraints<'_>,
    broken: &mut Vec<(Weight, &'static str)>,
) {
    if !link.certificate.is_ca() {
        broken.push((
            Weight::Always,
            "it is no CA and has name constraints (RFC 5280, section 4.2.1.10)",
        ));
    }
    let subtrees = || {
        constraints
            .permitted_subtrees
            .iter()
            .chain(&constraints.excluded_subtrees)
            .flatten()
    };
    if subtrees().next().is_none() {
        broken.push((
            Weight::Always,
            "its name constraints are empty (RFC 5280, section 4.2.1.10)",
        ));
    }
    if subtrees()
        .any(|subtree| matches!(&subtree.base, GeneralName::DNSName(name) if name.starts_with('.')))
    {
        broken.push(strictly(
            "its name constraints hold a host name that begins with a full stop (RFC 5280, section 4.2.1.10)",
        ));
    }
}

fn malformed(name: &GeneralName<'_>) -> Option<&'static str> {
    match name {
        GeneralName::DNSName(name) if !is_host_name(name) => {
            Some("an alternative name of it is no host name (RFC 5280, section 4.2.1.6)")
        }
        GeneralName::RFC822Name(name) if !is_mailbox(name) => {
            Some("an alternative name of it is no e-mail address (RFC 5280, section 4.2.1.6)")
        }
        GeneralName::URI(uri) if !is_absolute(uri) => {
            Some("an alternative name of it is no absolute URI (RFC 5280, section 4.2.1.6)")
        }
        _ => None,
    }
}
