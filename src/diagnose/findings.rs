//! All that is true and worth knowing beside the verdict.

use crate::catalogue::Code;
use crate::clients::{Client, Withheld};
use crate::evidence::{CertificateFacts, Evidence, Offered, Tls};
use crate::material::Time;

use super::lint;
use super::server::{self, ago};
use super::verdict::{Finding, Severity, Verdict};
use super::weights;

/// Days before its end at which a certificate is worth a warning.
const SOON: i64 = 30;

pub(super) fn list(evidence: &Evidence, at: Time, verdict: &Verdict) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(offered) = &evidence.offered {
        identity(&offered.chain, at, &mut findings);
        findings.extend(offered.chain.first().into_iter().flat_map(lint::of_sent));
    }
    if let Some(tls) = evidence.call.as_ref().and_then(|call| call.tls.as_ref()) {
        server_side(evidence, tls, at, &mut findings);
        if let Some(offered) = &evidence.offered {
            choosy_clients(tls, offered, &mut findings);
        }
    }
    super::engines::findings(evidence, &mut findings);
    super::reach::findings(evidence, &mut findings);
    super::starttls::findings(evidence, &mut findings);
    super::reply::findings(evidence, &mut findings);
    // The verdict itself is not said twice.
    findings.retain(|finding| finding.code != verdict.code.as_str());
    findings.sort_by_key(|finding| finding.severity);
    findings
}

pub(super) fn identity(chain: &[CertificateFacts], at: Time, findings: &mut Vec<Finding>) {
    let mut add = |code: &str, severity, summary: String| {
        findings.push(Finding {
            code: code.to_owned(),
            severity,
            summary,
        });
    };
    for (index, one) in chain.iter().enumerate() {
        let name = &one.subject;
        if one.not_after < at {
            add(
                Code::ClientCertExpired.as_str(),
                Severity::Error,
                format!(
                    "{name} expired on {} ({})",
                    one.not_after.date(),
                    ago(at, one.not_after)
                ),
            );
        } else if at.days_until(one.not_after) < SOON {
            add(
                "client-cert-expires-soon",
                Severity::Warning,
                format!(
                    "{name} expires on {} ({})",
                    one.not_after.date(),
                    ago(at, one.not_after)
                ),
            );
        }
        if one.not_before > at {
            add(
                Code::ClientCertNotYetValid.as_str(),
                Severity::Error,
                format!("{name} is valid only from {}", one.not_before),
            );
        }
        if !one.allows("clientAuth") {
            add(
                Code::ClientCertWrongPurpose.as_str(),
                Severity::Error,
                format!("the extended key usage of {name} is without clientAuth"),
            );
        }
        if weights::is_weak(one) {
            add(
                Code::ClientCertWeak.as_str(),
                Severity::Warning,
                format!("{name} has a key or signature that many servers refuse"),
            );
        }
        if index > 0 && one.self_signed {
            add(
                "root-in-chain",
                Severity::Info,
                format!("the root {name} is sent along, which no server needs"),
            );
        }
        if one.signed_by_next == Some(false) {
            add(
                "chain-out-of-order",
                Severity::Warning,
                format!(
                    "the certificate after {name} is not its issuer's: fullcert bundle puts them in order"
                ),
            );
        }
    }
    if chain.first().is_some_and(|leaf| leaf.self_signed) {
        add(
            Code::ClientCertSelfSigned.as_str(),
            Severity::Warning,
            "the certificate is self-signed: a server can only accept it by knowing it itself"
                .to_owned(),
        );
    }
}

fn server_side(evidence: &Evidence, tls: &Tls, at: Time, findings: &mut Vec<Finding>) {
    if let Some(fault) = server::first_to_mend(evidence, tls, at) {
        findings.push(Finding {
            code: fault.code.as_str().to_owned(),
            severity: Severity::Error,
            summary: fault.summary,
        });
    }
    for one in &tls.server_chain {
        let left = at.days_until(one.not_after);
        if (0..SOON).contains(&left) {
            findings.push(Finding {
                code: "server-cert-expires-soon".to_owned(),
                severity: Severity::Warning,
                summary: format!(
                    "the server's {} expires on {} ({})",
                    one.subject,
                    one.not_after.date(),
                    ago(at, one.not_after)
                ),
            });
        }
    }
    if let Some(version) = tls
        .version
        .as_deref()
        .filter(|version| matches!(*version, "TLSv1" | "TLSv1.1"))
    {
        findings.push(Finding {
            code: Code::ProtocolVersionUnsupported.as_str().to_owned(),
            severity: Severity::Warning,
            summary: format!("the connection used {version}, which is withdrawn (RFC 8996)"),
        });
    }
}

/// Clients that choose what they send, and would have sent nothing.
fn choosy_clients(tls: &Tls, offered: &Offered, findings: &mut Vec<Finding>) {
    let Some(request) = &tls.certificate_request else {
        return;
    };
    let reasons = [
        (
            Withheld::IssuerNotNamed,
            "issuer-not-among-ca-names",
            "no CA that the server names stands in the chain",
        ),
        (
            Withheld::NotForClients,
            "certificate-not-for-clients",
            "the certificate is not meant for clients",
        ),
        (
            Withheld::NoUsableScheme,
            "no-usable-signature-algorithm",
            "the key can make none of the signatures the server accepts",
        ),
    ];
    for (reason, code, words) in reasons {
        let who: Vec<&str> = Client::CHOOSY
            .iter()
            .filter(|client| {
                client.withholds(&offered.chain, &offered.key, request, tls.is_13()) == Some(reason)
            })
            .map(|client| client.name())
            .collect();
        if !who.is_empty() {
            findings.push(Finding {
                code: code.to_owned(),
                severity: Severity::Info,
                summary: format!("{words}: {} would send no certificate here", who.join(", ")),
            });
        }
    }
}
