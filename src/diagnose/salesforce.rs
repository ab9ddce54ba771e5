//! The Salesforce check: what each of its steps shows, and what all of them come to.
//!
//! Salesforce judges twice: the chain on the port of mutual TLS, and whose certificate it is in the application. A
//! call that goes through proves as much as the calls beside it rule out.

mod advice;
mod conclude;

pub use conclude::conclude;

use serde::Serialize;

use crate::catalogue::{Code, Confidence, Stage, entry};
use crate::evidence::{Evidence, Presented};
use crate::salesforce::answer;
use crate::salesforce::host::Refusal;

use super::examined::Examined;
use super::verdict::{Severity, Verdict};
use super::{Diagnosis, Expectation, diagnose, examine};

/// A step, in the order in which they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The certificate by Salesforce's rules, before anything is called.
    Identity,
    /// User and password, where no certificate is asked for.
    Login,
    /// Whether the session may go where the login says.
    ServerUrl,
    /// The API on the port of mutual TLS, with the certificate.
    Call,
    /// The Bulk job is taken back.
    Abort,
    /// The same port without the certificate.
    WithoutCertificate,
    /// The session on the plain port.
    PlainPort,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Passed,
    Failed,
    /// Not as it should be, though nothing that keeps the call from working.
    Noted,
    NotReached,
}

/// A step that was taken, or was not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Taken {
    pub name: Step,
    pub status: Status,
    pub url: Option<String>,
    #[serde(flatten)]
    pub diagnosis: Option<Diagnosis>,
    pub evidence: Option<Evidence>,
}

/// What is known of one of the two layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    Proven,
    /// Nothing that was seen depends on it.
    Unproven,
    Refused,
}

/// Salesforce's two judgements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Layers {
    /// The chain leads to a root on Salesforce's list.
    pub chain: Proof,
    /// The leaf is the one uploaded for the session's user.
    pub identity: Proof,
}

/// What all steps come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conclusion {
    pub diagnosis: Diagnosis,
    pub layers: Layers,
}

impl Taken {
    /// A step that the ones before it kept from being taken.
    #[must_use]
    pub fn not_reached(name: Step) -> Self {
        Self {
            name,
            status: Status::NotReached,
            url: None,
            diagnosis: None,
            evidence: None,
        }
    }

    /// The certificate by Salesforce's rules.
    #[must_use]
    pub fn identity(examined: &Examined) -> Self {
        let mut diagnosis = examine(examined);
        let broken = diagnosis
            .findings
            .iter()
            .position(|one| one.severity == Severity::Error && one.code == "for-salesforce");
        if let (true, Some(index)) = (diagnosis.verdict.code.is_fine(), broken) {
            let rule = diagnosis.findings.remove(index);
            let code = broken_rule(examined);
            let entry = entry(code);
            diagnosis.verdict = Verdict {
                code,
                culprit: entry.culprit,
                stage: entry.stage,
                confidence: Confidence::Proven,
                summary: rule.summary,
                because: vec![format!(
                    "{} was looked at, and nothing called",
                    examined.file
                )],
                fix: Vec::new(),
            };
        }
        // What is for other uses of a certificate at Salesforce is not said here.
        diagnosis
            .findings
            .retain(|one| one.severity != Severity::Info);
        Self {
            name: Step::Identity,
            status: passed(diagnosis.verdict.code.is_fine()),
            url: None,
            diagnosis: Some(diagnosis),
            evidence: None,
        }
    }

    /// A call. `expected`: the answer reads as the API's own, and not as a refusal or anything else.
    #[must_use]
    pub fn call(name: Step, evidence: Evidence, expected: bool) -> Self {
        let mut diagnosis = diagnose(&evidence, &Expectation::of(&evidence));
        let verdict = &mut diagnosis.verdict;
        if verdict.code.is_fine() && !expected {
            *verdict = unreadable(&evidence);
        } else if verdict.code == Code::HttpError {
            verdict.because.extend(fault(&evidence));
        }
        let code = verdict.code;
        let refused = code == Code::SalesforceMutualAuthenticationFailed
            || code == Code::ClientCertMissing && name == Step::WithoutCertificate;
        let status = match name {
            // Here it is the refusal that is as it should be.
            Step::WithoutCertificate | Step::PlainPort if refused => Status::Passed,
            Step::WithoutCertificate | Step::PlainPort => Status::Noted,
            _ => passed(code.is_fine()),
        };
        Self {
            name,
            status,
            url: Some(evidence.target.url.clone()),
            diagnosis: Some(diagnosis),
            evidence: Some(evidence),
        }
    }

    /// The server that the login names, and whether the session goes there.
    #[must_use]
    pub fn server_url(login: &Evidence, server: Result<&str, &Refusal>) -> Self {
        let refusal = match server {
            Ok(url) => {
                return Self {
                    status: Status::Passed,
                    url: Some(url.to_owned()),
                    ..Self::not_reached(Step::ServerUrl)
                };
            }
            Err(refusal) => refusal,
        };
        let home = &login.target.host;
        let verdict =
            Verdict::new(Code::SalesforceServerUrlForeign, Confidence::Proven, login).because(
                format!("the login was at {home}, and a session goes nowhere but there or to Salesforce's own hosts"),
            );
        let mut verdict = match refusal {
            Refusal::Foreign { host } => verdict
                .summary(format!(
                    "the login at {home} names a server on {host}, and the session was not sent there"
                ))
                .fix_first(format!(
                    "where {host} is known to be right: --allow-host {host}"
                )),
            Refusal::NotAUrl => verdict
                .summary("the login names a server that is no https:// URL, and the session was not sent"),
        };
        verdict.fix.retain(|fix| !fix.contains('{'));
        Self {
            status: Status::Failed,
            diagnosis: Some(Diagnosis {
                verdict,
                findings: Vec::new(),
            }),
            ..Self::not_reached(Step::ServerUrl)
        }
    }

    /// The verdict's code, where the step came to one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.diagnosis
            .as_ref()
            .map(|diagnosis| diagnosis.verdict.code)
    }

    fn presented(&self) -> bool {
        self.evidence
            .as_ref()
            .and_then(|evidence| evidence.call.as_ref())
            .is_some_and(|call| call.presented != Presented::Nothing)
    }

    /// Whether the application had its say, so that nobody before it refused the certificate.
    #[must_use]
    pub fn reached_application(&self) -> bool {
        let answered = self
            .evidence
            .as_ref()
            .and_then(|evidence| evidence.call.as_ref())
            .is_some_and(|call| call.http.is_some());
        let judged = self
            .diagnosis
            .as_ref()
            .is_some_and(|one| one.verdict.stage == Stage::ClientAuthentication);
        answered && (!judged || self.code().is_some_and(Code::is_fine))
    }
}

/// Which of Salesforce's rules it is that the certificate breaks.
fn broken_rule(examined: &Examined) -> Code {
    let leaf = examined.leaf();
    if leaf.is_some_and(|leaf| leaf.self_signed) {
        Code::ClientCertSelfSigned
    } else if leaf.is_some_and(|leaf| leaf.eku.is_none() || !leaf.allows("clientAuth")) {
        Code::ClientCertWrongPurpose
    } else {
        Code::ClientChainIncomplete
    }
}

/// An answer with which nothing is wrong, but that is not the API's.
fn unreadable(evidence: &Evidence) -> Verdict {
    let verdict = Verdict::new(Code::HttpError, Confidence::Likely, evidence)
        .summary("the answer is not that of a Salesforce API");
    let Some(http) = evidence.call.as_ref().and_then(|call| call.http.as_ref()) else {
        return verdict;
    };
    let mut verdict = verdict.because(format!(
        "it is HTTP {} {}",
        http.status,
        http.reason.escape_debug()
    ));
    if let Some(place) = http.header("location") {
        verdict = verdict.because(format!(
            "it leads to {}, which is not followed: what was sent here is meant for nobody else",
            place.escape_debug()
        ));
    }
    verdict.because_all(fault(evidence))
}

/// The fault in the answer, as a fact.
fn fault(evidence: &Evidence) -> Option<String> {
    let http = evidence.call.as_ref()?.http.as_ref()?;
    let fault = answer::fault(&http.body)?;
    Some(format!(
        "the fault is {}: {}",
        fault.code.escape_debug(),
        fault.message.escape_debug()
    ))
}

const fn passed(fine: bool) -> Status {
    if fine { Status::Passed } else { Status::Failed }
}
