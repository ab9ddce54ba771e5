//! Rules of RFC 5280 for certificates that OpenSSL does not hold them to, not even when told to be strict.

use x509_parser::extensions::{GeneralName, NameConstraints, ParsedExtension};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::material::Certificate;

use super::judge::Fault;

/// `X509_V_ERR_APPLICATION_VERIFICATION`: the reason is not OpenSSL's.
pub const OWN: i32 = 50;

/// Every rule that a certificate of the path breaks; the root is judged by whoever trusts it.
pub(super) fn faults(path: &[Certificate]) -> Vec<Fault> {
    path.iter()
        .enumerate()
        .flat_map(|(depth, certificate)| {
            broken(certificate).into_iter().map(move |text| Fault {
                depth: u32::try_from(depth).unwrap_or(u32::MAX),
                code: OWN,
                text,
                certificate: Some(certificate.clone()),
            })
        })
        .collect()
}

fn broken(certificate: &Certificate) -> Vec<&'static str> {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate.der()) else {
        return vec!["it cannot be read"];
    };
    let mut broken = Vec::new();
    let serial = parsed.raw_serial();
    if serial.first().is_some_and(|first| first & 0x80 != 0) {
        broken.push("its serial number is negative (section 4.1.2.2)");
    } else if serial.iter().all(|byte| *byte == 0) {
        broken.push("its serial number is zero (section 4.1.2.2)");
    } else if serial.iter().skip_while(|byte| **byte == 0).count() > 20 {
        broken.push("its serial number is longer than 20 octets (section 4.1.2.2)");
    }
    for extension in parsed.extensions() {
        match (extension.parsed_extension(), extension.critical) {
            (ParsedExtension::NameConstraints(_), false) => {
                broken.push("its name constraints are not critical (section 4.2.1.10)");
            }
            (ParsedExtension::PolicyConstraints(_), false) => {
                broken.push("its policy constraints are not critical (section 4.2.1.11)");
            }
            (ParsedExtension::InhibitAnyPolicy(_), false) => {
                broken.push("its inhibitAnyPolicy is not critical (section 4.2.1.14)");
            }
            (ParsedExtension::AuthorityInfoAccess(_), true) => {
                broken.push("its authority information access is critical (section 4.2.2.1)");
            }
            _ => {}
        }
        match extension.parsed_extension() {
            ParsedExtension::NameConstraints(constraints) => {
                if !certificate.is_ca() {
                    broken.push("it is no CA and has name constraints (section 4.2.1.10)");
                }
                broken.extend(of_constraints(constraints));
            }
            ParsedExtension::SubjectAlternativeName(names)
                if names.general_names.iter().any(is_no_host_name) =>
            {
                broken.push("an alternative name of it is no host name (section 4.2.1.6)");
            }
            ParsedExtension::ParseError { .. } => {
                broken.push("an extension of it cannot be read");
            }
            _ => {}
        }
    }
    broken
}

fn of_constraints(constraints: &NameConstraints<'_>) -> Option<&'static str> {
    let subtrees = || {
        constraints
            .permitted_subtrees
            .iter()
            .chain(&constraints.excluded_subtrees)
            .flatten()
    };
    if subtrees().next().is_none() {
        return Some("its name constraints are empty (section 4.2.1.10)");
    }
    subtrees()
        .any(|subtree| matches!(&subtree.base, GeneralName::DNSName(name) if name.starts_with('.')))
        .then_some(
            "its name constraints hold a host name that begins with a full stop (section 4.2.1.10)",
        )
}

/// Whether it is a `dNSName` outside the preferred name syntax (RFC 1034, section 3.5); a wildcard is let pass.
fn is_no_host_name(name: &GeneralName<'_>) -> bool {
    let GeneralName::DNSName(name) = name else {
        return false;
    };
    let labels = name.strip_prefix("*.").unwrap_or(name);
    name.len() > 253
        || labels.split('.').any(|label| {
            label.is_empty()
                || label.len() > 63
                || label.starts_with('-')
                || label.ends_with('-')
                || !label
                    .chars()
                    .all(|character| character.is_ascii_alphanumeric() || character == '-')
        })
}
