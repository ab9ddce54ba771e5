//! From OpenSSL's objection to the fault behind it, as finely as other stacks tell faults apart.

use crate::catalogue::reactions::Fault;
use crate::material::Certificate;

/// `code` is `X509_V_ERR_…`, `depth` 0 the leaf, `certificate` the one objected to.
pub(in crate::serve) fn of_objection(
    code: i32,
    depth: u32,
    certificate: Option<&Certificate>,
) -> Fault {
    match code {
        3 | 33 => Fault::CrlMissing,
        4 | 7 | 8 => Fault::BadSignature,
        9 => Fault::NotYetValid,
        10 if depth == 0 => Fault::ExpiredLeaf,
        10 => Fault::ExpiredIssuer,
        11 | 12 => Fault::CrlExpired,
        18 => Fault::SelfSignedLeaf,
        19 => Fault::UntrustedRootSent,
        22 => Fault::TooLong,
        23 => Fault::Revoked,
        24 | 32 | 37 | 79 => Fault::NotCa,
        25 => Fault::PathLength,
        26 => purpose(depth, certificate),
        34 => Fault::CriticalExtension,
        47..=53 => Fault::NameConstraint,
        66 | 67 => Fault::WeakKey,
        68 => digest(certificate),
        6 | 13..=16 => Fault::Malformed,
        _ => Fault::UnknownIssuer,
    }
}

fn purpose(depth: u32, certificate: Option<&Certificate>) -> Fault {
    let usages = certificate.and_then(Certificate::eku);
    match usages {
        Some(usages) if !usages.iter().any(|usage| usage == "clientAuth") => {
            if depth > 0 {
                Fault::IssuerPurpose
            } else if usages.iter().any(|usage| usage == "anyExtendedKeyUsage") {
                Fault::AnyPurpose
            } else {
                Fault::OtherPurpose
            }
        }
        _ if depth > 0 => Fault::NotCa,
        _ => Fault::KeyUsage,
    }
}

fn digest(certificate: Option<&Certificate>) -> Fault {
    let algorithm = certificate.map(Certificate::signature_algorithm);
    if algorithm.is_some_and(|name| name.to_ascii_lowercase().contains("sha1")) {
        Fault::Sha1
    } else {
        Fault::Md5
    }
}
