//! Where other clients would meet this endpoint otherwise than the first engine did, which takes what others shun.

use crate::evidence::{Call, Evidence, Experiment, Moment, Tls, Variation};

use super::examined::Side;
use super::lint::finding;
use super::reaction::Reaction;
use super::second;
use super::verdict::{Finding, Severity};

pub(super) fn findings(evidence: &Evidence, findings: &mut Vec<Finding>) {
    let Some(call) = &evidence.call else { return };
    let Some(tls) = &call.tls else { return };
    // A chain that nobody trusts ends a rustls call before it can show more.
    let asked = evidence
        .experiments
        .iter()
        .find(|experiment| experiment.variation == Variation::Rustls);
    match asked {
        Some(experiment) => findings.extend(compared(call, tls, experiment)),
        None => findings.extend(foreseen(tls)),
    }
    if tls.secure_renegotiation == Some(false) {
        findings.push(finding(
            "unsafe-legacy-renegotiation",
            Severity::Warning,
            "the server does not know secure renegotiation (RFC 5746): curl and whatever else has OpenSSL 3 with its \
             defaults does not call it (\"unsafe legacy renegotiation disabled\")"
                .to_owned(),
        ));
    }
    let moment = tls
        .certificate_request
        .as_ref()
        .map(|request| request.moment);
    if let Some(who) = moment.and_then(unanswered) {
        findings.push(finding(
            "asked-after-handshake",
            Severity::Info,
            format!("the server asks for the certificate only once it has seen the request: {who} do not answer that"),
        ));
    }
    if let Some(bits) = dhe_bits(tls).filter(|bits| *bits < 2048) {
        findings.push(finding(
            "weak-key-exchange",
            Severity::Warning,
            format!(
                "the server's Diffie-Hellman group has {bits} bits: clients on Debian, Ubuntu and Red Hat refuse it (\"dh key too small\")"
            ),
        ));
    }
}

/// What rustls made of the same endpoint.
fn compared(call: &Call, tls: &Tls, experiment: &Experiment) -> Option<Finding> {
    let other = experiment.call.tls.as_ref()?;
    let ours = gets_through(call);
    let theirs = gets_through(&experiment.call);
    let error = other
        .error
        .clone()
        .unwrap_or_else(|| Reaction::of(&experiment.call).words());
    match (ours, theirs) {
        (true, false) => {
            // The chain's own fault is explained; what else it minds is told in its words.
            let why = tls
                .rustls_refuses
                .as_deref()
                .map_or_else(String::new, |name| {
                    format!(": {}", second::why(name, Side::Server))
                });
            Some(finding(
                "rustls-refuses",
                Severity::Warning,
                format!(
                    "OpenSSL makes this connection, and so does curl; rustls does not ({}){why}",
                    error.escape_debug()
                ),
            ))
        }
        (false, true) => Some(finding(
            "rustls-accepts",
            Severity::Info,
            "OpenSSL does not get through here, and rustls does: who calls matters".to_owned(),
        )),
        _ => None,
    }
}

/// Whether TLS stood and the server raised no objection within it.
fn gets_through(call: &Call) -> bool {
    let completed = call.tls.as_ref().is_some_and(|tls| {
        tls.completed && tls.received_alert().is_none() && tls.server_faults.is_empty()
    });
    completed && !matches!(Reaction::of(call), Reaction::Closed | Reaction::Alert(_))
}

/// Clients that do not answer a demand made at this moment, unless they are told to.
const fn unanswered(moment: Moment) -> Option<&'static str> {
    match moment {
        Moment::Handshake => None,
        Moment::Renegotiation => Some("Go, rustls and clients that speak HTTP/2"),
        Moment::PostHandshake => Some("Go, rustls, Java, browsers and clients that speak HTTP/2"),
    }
}

/// What can be known of rustls without asking it.
fn foreseen(tls: &Tls) -> Option<Finding> {
    if let Some(error) = &tls.rustls_refuses {
        return Some(finding(
            "rustls-refuses",
            Severity::Warning,
            format!(
                "OpenSSL accepts the server's chain, and so does curl; rustls refuses it ({error}): {}",
                second::why(error, Side::Server)
            ),
        ));
    }
    if !tls.completed {
        return None;
    }
    let lacks = lacking(tls)?;
    Some(finding(
        "rustls-may-refuse",
        Severity::Info,
        format!("{lacks}; --engine rustls shows whether the server has another for it"),
    ))
}

/// What was agreed on that rustls does not have.
fn lacking(tls: &Tls) -> Option<String> {
    let version = tls.version.as_deref().unwrap_or_default();
    if matches!(version, "SSLv3" | "TLSv1" | "TLSv1.1") {
        return Some(format!(
            "the server chose {version}, and rustls begins with TLS 1.2"
        ));
    }
    let cipher = tls.cipher.as_deref().unwrap_or_default();
    let modern = cipher.starts_with("TLS_AES_")
        || cipher.starts_with("TLS_CHACHA20_")
        || cipher.contains("_ECDHE_") && (cipher.contains("_GCM_") || cipher.contains("POLY1305"));
    if version == "TLSv1.2" && !cipher.is_empty() && !modern {
        return Some(format!(
            "the server chose {cipher}; rustls has the suites with ECDHE and GCM or ChaCha20-Poly1305 alone"
        ));
    }
    None
}

/// The size of the group in a key exchange by finite fields.
fn dhe_bits(tls: &Tls) -> Option<u32> {
    tls.group.as_deref()?.strip_prefix("DHE ")?.parse().ok()
}
