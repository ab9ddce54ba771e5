//! Where judges differ: the same file before OpenSSL as most programs call it, and before rustls.

use crate::evidence::VerifyFault;

use super::examined::{Examined, Side};
use super::lint::finding;
use super::offline::told;
use super::server::codes;
use super::verdict::{Finding, Severity};

pub(super) fn opinions(examined: &Examined) -> Vec<Finding> {
    let mut findings = Vec::new();
    let accepted = examined.faults.is_empty();
    if accepted && let Some(fault) = examined.plain.first() {
        findings.push(finding(
            "another-path-is-built",
            Severity::Warning,
            format!(
                "a good path is there, but OpenSSL, left to choose, takes another and says: {} ({}) at depth {}; leave the other issuers out: fullcert bundle does",
                fault.text, fault.code, fault.depth
            ),
        ));
    }
    findings.extend(
        examined
            .lapses
            .iter()
            .map(|fault| strictly(examined, fault)),
    );
    if examined.unsaid {
        return findings;
    }
    match (&examined.rustls, accepted) {
        (Some(error), true) => findings.push(finding(
            "rustls-refuses",
            Severity::Warning,
            format!(
                "OpenSSL accepts it, and so does curl; rustls refuses it ({error}): {}",
                why(error, examined.side)
            ),
        )),
        (None, false) => findings.push(finding(
            "rustls-accepts",
            Severity::Info,
            "OpenSSL refuses it for this; rustls would accept it, so who is asked matters"
                .to_owned(),
        )),
        (Some(_), false) | (None, true) => {}
    }
    findings
}

/// A rule that `--strict` would hold it to, and who else does.
fn strictly(examined: &Examined, fault: &VerifyFault) -> Finding {
    let ours = fault.code == codes::OWN;
    let web = fault.text.contains("Baseline Requirements");
    let who = match (web, ours) {
        (true, _) if examined.public => "and public CAs are bound to it",
        (true, _) => "and it binds public CAs alone",
        (false, true) => "and few programs look",
        (false, false) => "and Python 3.13 and later do",
    };
    let severity = if web && !examined.public {
        Severity::Info
    } else {
        Severity::Warning
    };
    finding(
        "strict-refuses",
        severity,
        format!("{}; --strict refuses it, {who}", told(examined, fault)),
    )
}

/// What stands behind webpki's error, by its name.
pub(super) fn why(error: &str, side: Side) -> &'static str {
    match error {
        "UnknownIssuer" => {
            "it found no path, or one only through a certificate that it does not take for a CA"
        }
        "RequiredEkuNotFound" | "RequiredEkuNotFoundContext" | "EmptyEkuExtension" => match side {
            Side::Server => {
                "it wants serverAuth itself in every extended key usage of the path; anyExtendedKeyUsage is not enough"
            }
            Side::Client | Side::Any => {
                "it wants clientAuth itself in every extended key usage of the path; anyExtendedKeyUsage is not enough"
            }
        },
        "CertNotValidForName" => {
            "it looks at the alternative names only, never at the common name; Go and browsers do the same"
        }
        "UnsupportedCertVersion" => "it takes X.509 version 3 only",
        "CaUsedAsEndEntity" => {
            "it takes no CA's certificate as a client's or server's own; Go does"
        }
        "UnsupportedCriticalExtension" => "it does not know a critical extension in the path",
        "UnsupportedSignatureAlgorithm"
        | "UnsupportedSignatureAlgorithmContext"
        | "UnsupportedSignatureAlgorithmForPublicKey"
        | "UnsupportedSignatureAlgorithmForPublicKeyContext" => {
            "it does not know a key type, curve or signature algorithm of the path (P-521, DSA, Ed448, RSA under 2048 or over 8192 bits)"
        }
        "MaximumPathDepthExceeded" => "it follows six intermediates at the most",
        "NameConstraintViolation" | "MalformedNameConstraint" | "InvalidNetworkMaskConstraint" => {
            "it reads the name constraints more strictly"
        }
        "MalformedExtensions"
        | "ExtensionValueInvalid"
        | "BadDer"
        | "BadDerTime"
        | "TrailingData"
        | "InvalidSerialNumber"
        | "InvalidCertValidity" => {
            "it reads DER strictly, and a certificate of the path bends the rules"
        }
        _ => "it applies a rule that OpenSSL does not",
    }
}
