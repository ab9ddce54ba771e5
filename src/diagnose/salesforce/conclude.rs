//! The verdict over all steps of a Salesforce check, and which of the two layers they prove.

use std::collections::HashSet;

use crate::catalogue::{Code, Confidence, Stage};

use super::super::Diagnosis;
use super::super::lint::finding;
use super::super::verdict::{Finding, Severity, Verdict};
use super::advice;
use super::{Conclusion, Layers, Proof, Status, Step, Taken};

/// Reaches the verdict over all steps.
#[must_use]
pub fn conclude(steps: &[Taken]) -> Conclusion {
    let find = |name| steps.iter().find(|taken| taken.name == name);
    let call = find(Step::Call);
    let layers = layers(call, find(Step::WithoutCertificate), find(Step::PlainPort));
    let mut findings = gathered(steps, layers);
    let verdict = match (first_to_mend(steps), call) {
        (Some((taken, verdict)), _) => advice::mend(taken, verdict, steps),
        (None, Some(call)) => fine(call, layers, find(Step::WithoutCertificate), &mut findings),
        (None, None) => advice::nothing_called(),
    };
    if verdict.code.is_fine() {
        beside(find(Step::PlainPort), &mut findings);
    }
    findings.retain(|one| one.code != verdict.code.as_str() || one.summary != verdict.summary);
    findings.sort_by_key(|one| one.severity);
    Conclusion {
        diagnosis: Diagnosis { verdict, findings },
        layers,
    }
}

/// The first step that failed; of the certificate, the word of who judged it counts more than the rule.
fn first_to_mend(steps: &[Taken]) -> Option<(&Taken, &Verdict)> {
    let judged = steps
        .iter()
        .any(|taken| taken.name == Step::Call && certificate_judged(taken));
    steps
        .iter()
        .filter(|taken| taken.status == Status::Failed)
        .filter(|taken| !(judged && taken.name == Step::Identity))
        .find_map(|taken| Some((taken, &taken.diagnosis.as_ref()?.verdict)))
}

/// Whether the port of mutual TLS has said yes or no to the certificate itself.
fn certificate_judged(call: &Taken) -> bool {
    let verdict = call.diagnosis.as_ref().map(|one| &one.verdict);
    call.presented()
        && verdict.is_some_and(|verdict| {
            verdict.code.is_fine()
                || verdict.code == Code::SalesforceMutualAuthenticationFailed
                || verdict.stage == Stage::ClientAuthentication
        })
}

fn layers(call: Option<&Taken>, bare: Option<&Taken>, plain: Option<&Taken>) -> Layers {
    let code = call.and_then(Taken::code);
    let presented = call.is_some_and(Taken::presented);
    let bare_code = bare.and_then(Taken::code);
    let enforced = plain.is_some_and(|taken| taken.status == Status::Passed)
        || bare_code == Some(Code::SalesforceMutualAuthenticationFailed);
    let through = call.is_some_and(|taken| taken.status == Status::Passed);
    let identity = match code {
        _ if !presented => Proof::Unproven,
        _ if through && enforced => Proof::Proven,
        Some(Code::SalesforceMutualAuthenticationFailed) => Proof::Refused,
        _ => Proof::Unproven,
    };
    let refused = call
        .and_then(|taken| taken.diagnosis.as_ref())
        .is_some_and(|one| {
            one.verdict.stage == Stage::ClientAuthentication && !one.verdict.code.is_fine()
        });
    let looked_at = bare_code == Some(Code::ClientCertMissing);
    let reached = call.is_some_and(Taken::reached_application);
    let chain = if !presented {
        Proof::Unproven
    } else if identity == Proof::Proven || reached && looked_at {
        Proof::Proven
    } else if refused {
        Proof::Refused
    } else {
        Proof::Unproven
    };
    Layers { chain, identity }
}

fn fine(
    call: &Taken,
    layers: Layers,
    bare: Option<&Taken>,
    findings: &mut Vec<Finding>,
) -> Verdict {
    let Some(evidence) = &call.evidence else {
        return advice::nothing_called();
    };
    let let_in = bare.is_some_and(|taken| taken.code().is_some_and(Code::is_fine));
    let (code, summary) = match (layers.identity, layers.chain) {
        (Proof::Proven, _) => (
            Code::Ok,
            "the certificate opens the API to this session, and nothing else does",
        ),
        (_, Proof::Proven) => (
            Code::Ok,
            "Salesforce takes the certificate's chain; whose certificate it is was not looked at",
        ),
        _ if let_in => (
            Code::ClientCertNotRequired,
            "the API answers this session with the certificate and without it",
        ),
        _ => (
            Code::Ok,
            "the API answers this session; nothing shows that the certificate was looked at",
        ),
    };
    if let_in {
        findings.push(finding(
            "salesforce-certificate-not-looked-at",
            Severity::Warning,
            format!(
                "port {} answers the same call without a certificate: that the chain is good is not proven",
                evidence.target.port
            ),
        ));
    }
    let sure = if layers.identity == Proof::Proven {
        Confidence::Proven
    } else {
        Confidence::Likely
    };
    Verdict::new(code, sure, evidence)
        .summary(summary)
        .because_all(advice::layers(layers))
}

/// What the plain port says of the session's user.
fn beside(plain: Option<&Taken>, findings: &mut Vec<Finding>) {
    let Some((taken, code)) = plain.and_then(|taken| Some((taken, taken.code()?))) else {
        return;
    };
    let port = taken
        .evidence
        .as_ref()
        .map_or(443, |evidence| evidence.target.port);
    if taken.status == Status::Passed {
        return;
    }
    findings.push(if code.is_fine() {
        finding(
            "salesforce-not-enforced",
            Severity::Warning,
            format!(
                "the session works on port {port} without a certificate: its user lacks Enforce SSL/TLS Mutual Authentication, and any certificate of a listed CA would do for it; nothing shows that this one is uploaded"
            ),
        )
    } else {
        finding(
            "salesforce-enforcement-unknown",
            Severity::Info,
            format!("on port {port} the session met {code}: whether its user is held to mutual TLS was not seen"),
        )
    });
}

/// The findings of the steps that are about the certificate and the port it goes to.
fn gathered(steps: &[Taken], layers: Layers) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for taken in steps {
        let Some(diagnosis) = &taken.diagnosis else {
            continue;
        };
        if taken.name == Step::Identity && taken.status == Status::Failed {
            findings.push(finding(
                diagnosis.verdict.code.as_str(),
                Severity::Error,
                diagnosis.verdict.summary.clone(),
            ));
        }
        if matches!(taken.name, Step::Identity | Step::Call) {
            findings.extend(diagnosis.findings.iter().cloned());
        }
    }
    // Salesforce has shown that it takes the chain.
    findings.retain(|one| layers.chain != Proof::Proven || one.code != "for-salesforce");
    let mut seen = HashSet::new();
    findings.retain(|one| seen.insert((one.code.clone(), one.summary.clone())));
    findings
}
