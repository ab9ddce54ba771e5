//! What is worth knowing of a certificate and its file beside the verdict.

use std::collections::HashSet;

use crate::evidence::{CertificateFacts, RevocationAnswer};
use crate::material::KeyKind;

use super::examined::{Examined, From, Side};
use super::offline::{code_of, is_absence, lacks_only_a_root, told};
use super::verdict::{Finding, Severity, Verdict};
use super::{consumers, lifetimes, second};

/// All findings, the most severe first.
pub(super) fn list(examined: &Examined, verdict: &Verdict) -> Vec<Finding> {
    let mut findings = Vec::new();
    faults(examined, verdict, &mut findings);
    lifetimes::lifetime(examined, &mut findings);
    if let Some(leaf) = examined.leaf() {
        of_leaf(examined, leaf, &mut findings);
    }
    of_path(examined, &mut findings);
    of_file(examined, &mut findings);
    revocation(examined, &mut findings);
    findings.extend(second::opinions(examined));
    findings.extend(consumers::rules(examined));
    // The verdict itself is not said twice.
    findings.retain(|finding| {
        finding.code != verdict.code.as_str() || finding.summary != verdict.summary
    });
    let mut seen = HashSet::new();
    findings.retain(|finding| seen.insert((finding.code.clone(), finding.summary.clone())));
    findings.sort_by_key(|finding| finding.severity);
    findings
}

pub(super) fn finding(code: &str, severity: Severity, summary: String) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        summary,
    }
}

/// Every other reason for which the path is refused.
fn faults(examined: &Examined, verdict: &Verdict, findings: &mut Vec<Finding>) {
    for fault in &examined.faults {
        let code = code_of(examined, fault);
        let summary = told(examined, fault);
        let told_already = code == verdict.code || lacks_only_a_root(examined);
        if (is_absence(fault) && told_already) || summary == verdict.summary {
            continue;
        }
        findings.push(finding(code.as_str(), Severity::Error, summary));
    }
}

fn of_leaf(examined: &Examined, leaf: &CertificateFacts, findings: &mut Vec<Finding>) {
    let name = &leaf.subject;
    let usages = leaf.eku.as_deref().unwrap_or_default();
    if examined.side != Side::Server && !leaf.allows("clientAuth") && leaf.allows("serverAuth") {
        findings.push(finding(
            "server-auth-only",
            Severity::Error,
            format!("{name} is for servers only: public CAs have stopped adding clientAuth, so a renewal will not mend it; ask a private CA"),
        ));
    }
    if examined.public
        && examined.side != Side::Server
        && usages.iter().any(|one| one == "clientAuth")
    {
        findings.push(finding(
            "client-auth-ends",
            Severity::Warning,
            format!(
                "{name} comes from a public CA, and its renewal will be without clientAuth: {}, and from 2027-03-15 Chrome allows it in no new certificate; plan for a private CA",
                lifetimes::sunset(examined)
            ),
        ));
    }
    let days = leaf.not_before.days_until(leaf.not_after);
    if examined.public {
        let most = lifetimes::longest(leaf.not_before);
        if days > most {
            findings.push(finding(
                "validity-too-long",
                Severity::Warning,
                format!(
                    "{name} is valid for {days} days; a public certificate of {} may be for {most}",
                    leaf.not_before.date()
                ),
            ));
        } else if days > lifetimes::longest(leaf.not_after) {
            findings.push(finding(
                "validity-will-shrink",
                Severity::Info,
                format!("{name} is valid for {days} days; its renewal will be for {} at most: automate it", lifetimes::longest(leaf.not_after)),
            ));
        }
    }
    if leaf.ca {
        findings.push(finding(
            "leaf-is-a-ca",
            Severity::Warning,
            format!(
                "{name} is a CA's certificate: rustls refuses it as a client's or server's own"
            ),
        ));
    }
    if examined.side == Side::Server
        && !leaf
            .sans
            .iter()
            .any(|san| san.starts_with("dns:") || san.starts_with("ip:"))
    {
        findings.push(finding(
            "name-in-common-name-only",
            Severity::Warning,
            format!("{name} has no alternative names: curl and OpenSSL fall back to the common name; browsers, Go, rustls and Python do not"),
        ));
    }
    if examined.side == Side::Client && leaf.eku.is_none() && !leaf.ca {
        findings.push(finding(
            "no-extended-key-usage",
            Severity::Info,
            format!("{name} names no extended key usage, which is any use to most servers; Salesforce and Google's load balancers want clientAuth by name"),
        ));
    }
    findings.extend(key_type(leaf));
}

/// A key that part of the world cannot use.
fn key_type(leaf: &CertificateFacts) -> Option<Finding> {
    let name = &leaf.subject;
    let key = leaf.key.as_ref()?;
    let limited = match (&key.kind, key.curve.as_deref()) {
        (KeyKind::Ed25519 | KeyKind::Ed448, _) => Some(
            "Java before 15, Windows (SChannel), and servers on BoringSSL or NSS cannot use it",
        ),
        (KeyKind::Ec, Some("prime256v1" | "secp384r1")) => None,
        (KeyKind::Ec, Some("secp521r1")) => {
            Some("rustls with ring, and BoringSSL in TLS 1.3, do not take this curve")
        }
        (KeyKind::Ec, _) => Some("TLS 1.3 has no signature for this curve"),
        (KeyKind::Dsa, _) => Some("TLS 1.3 has no DSA, and most servers refuse it in TLS 1.2"),
        (KeyKind::RsaPss, _) => Some("few programs take a key that is limited to PSS"),
        (KeyKind::Rsa, _) if key.bits > 8192 => Some("Go refuses RSA keys of more than 8192 bits"),
        (KeyKind::Rsa, _) => None,
        (KeyKind::Other(_), _) => Some("hardly any program can use it yet"),
    };
    limited.map(|why| {
        finding(
            "key-type-limited",
            Severity::Warning,
            format!("{name} has the key type {key}: {why}"),
        )
    })
}

/// What is worth knowing of a certificate that a probe sends.
pub(super) fn of_sent(leaf: &CertificateFacts) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(key_type(leaf));
    serial(leaf, &mut findings);
    findings.retain(|finding| finding.severity < Severity::Info);
    findings
}

fn of_path(examined: &Examined, findings: &mut Vec<Finding>) {
    for step in &examined.path {
        let one = &step.facts;
        serial(one, findings);
        if let From::Pool(place) = &step.from {
            findings.push(finding(
                "chain-incomplete",
                Severity::Warning,
                format!(
                    "the file lacks {}, which is in {place}: whoever has not got it refuses the file; fullcert bundle {} {place} -o fullcert.pem adds it",
                    one.subject, examined.file
                ),
            ));
        }
    }
}

/// RFC 5280, section 4.1.2.2: positive, and at most 20 octets.
fn serial(one: &CertificateFacts, findings: &mut Vec<Finding>) {
    let digits = one.serial.as_str();
    let negative = digits
        .get(..1)
        .and_then(|first| u8::from_str_radix(first, 16).ok())
        .is_some_and(|first| first >= 8);
    let mut add = |code, severity, what: &str| {
        findings.push(finding(
            code,
            severity,
            format!("the serial number of {} {what}", one.subject),
        ));
    };
    if negative {
        add(
            "serial-negative",
            Severity::Warning,
            "is negative: Go 1.23 and later refuse the certificate",
        );
    } else if digits.bytes().all(|digit| digit == b'0') {
        add(
            "serial-zero",
            Severity::Warning,
            "is zero, which RFC 5280 rules out",
        );
    } else if digits.trim_start_matches("00").len() > 40 {
        add(
            "serial-long",
            Severity::Warning,
            "is longer than 20 octets, which RFC 5280 rules out",
        );
    } else if digits.trim_start_matches("00").len() < 16 && !one.self_signed {
        add(
            "serial-short",
            Severity::Info,
            "has fewer than 64 bits, which public CAs must give it",
        );
    }
}

/// The file as such: what is in it, and in which order.
fn of_file(examined: &Examined, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    let path: Vec<&str> = examined
        .path
        .iter()
        .map(|step| step.facts.sha256.as_str())
        .collect();
    let mut places = Vec::new();
    for (index, one) in examined.sent.iter().enumerate() {
        if !seen.insert(one.sha256.as_str()) {
            findings.push(finding(
                "duplicate-in-file",
                Severity::Info,
                format!("{} is in the file more than once", one.subject),
            ));
            continue;
        }
        if index != examined.leaf && one.self_signed {
            findings.push(finding(
                "root-in-chain",
                Severity::Info,
                format!("the root {} is in the file: whoever trusts it has it, and nobody needs it sent", one.subject),
            ));
            continue;
        }
        match path.iter().position(|digest| *digest == one.sha256) {
            Some(place) => places.push(place),
            None => findings.push(finding(
                "stranger-in-file",
                Severity::Warning,
                format!(
                    "{} is in the file and has no part in the chain",
                    one.subject
                ),
            )),
        }
    }
    if examined.unseen > 0 {
        findings.push(finding(
            "many-certificates",
            Severity::Warning,
            format!(
                "the file holds {} certificates, far more than can be sent: fullcert bundle {} -o fullcert.pem takes the ones that are needed",
                examined.sent.len() + examined.unseen,
                examined.file
            ),
        ));
    }
    if examined.ordered && !places.is_sorted() {
        let severity = if places.first() == Some(&0) {
            Severity::Warning
        } else {
            Severity::Error
        };
        findings.push(finding(
            "chain-out-of-order",
            severity,
            format!(
                "the certificates do not stand in the order in which TLS sends them, the leaf first and then each one's issuer: fullcert bundle {} -o fullcert.pem mends it",
                examined.file
            ),
        ));
    }
}

fn revocation(examined: &Examined, findings: &mut Vec<Finding>) {
    for status in &examined.ocsp {
        let (severity, what) = match &status.answer {
            RevocationAnswer::Good => (Severity::Info, "says that it is not revoked".to_owned()),
            RevocationAnswer::Revoked { .. } => {
                (Severity::Error, "says that it is revoked".to_owned())
            }
            RevocationAnswer::Unknown => (Severity::Warning, "does not know it".to_owned()),
            RevocationAnswer::Failed(why) => {
                (Severity::Warning, format!("gave no answer to trust: {why}"))
            }
        };
        findings.push(finding(
            "ocsp",
            severity,
            format!(
                "{}: the OCSP responder {} {what}",
                status.subject,
                status.responder.escape_debug()
            ),
        ));
    }
}
