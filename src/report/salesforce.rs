//! How a Salesforce check is told: a checklist, then the verdict as a probe's is.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::catalogue::Code;
use crate::diagnose::salesforce::{Conclusion, Layers, Status, Step, Taken};
use crate::diagnose::{Finding, Verdict};
use crate::salesforce::Api;

use super::diagnosis;

/// A check that was made.
pub struct Told<'a> {
    pub api: Api,
    pub steps: &'a [Taken],
    pub conclusion: &'a Conclusion,
}

/// `fullcert.salesforce/1`
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    api: &'static str,
    verdict: &'a Verdict,
    findings: &'a [Finding],
    layers: Layers,
    steps: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    taken: &'a Taken,
    /// What the step comes to, in a sentence.
    shows: String,
}

/// One JSON object.
///
/// # Errors
/// What the stream says.
pub fn json(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    let diagnosis = &told.conclusion.diagnosis;
    super::json(
        &Json {
            schema: "fullcert.salesforce/1",
            api: match told.api {
                Api::Soap => "soap",
                Api::Rest => "rest",
                Api::Bulk => "bulk",
            },
            verdict: &diagnosis.verdict,
            findings: &diagnosis.findings,
            layers: told.conclusion.layers,
            steps: told
                .steps
                .iter()
                .map(|taken| Line {
                    taken,
                    shows: shows(taken),
                })
                .collect(),
        },
        out,
    )
}

/// For a person.
///
/// # Errors
/// What the stream says.
pub fn text(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for taken in told.steps {
        let sign = match taken.status {
            Status::Passed => "✓".green(),
            Status::Failed => "✗".red(),
            Status::Noted => "!".yellow(),
            Status::NotReached => "·".dimmed(),
        };
        writeln!(out, "{sign} {} — {}", name(taken, told.api), shows(taken))?;
    }
    writeln!(out)?;
    diagnosis::text(&told.conclusion.diagnosis, None, out)
}

fn name(taken: &Taken, api: Api) -> String {
    let target = taken.evidence.as_ref().map(|evidence| &evidence.target);
    let port = target.map_or_else(String::new, |target| format!(" on port {}", target.port));
    let call = match api {
        Api::Soap => "getUserInfo",
        Api::Rest => "the limits resource",
        Api::Bulk => "a Bulk job",
    };
    match taken.name {
        Step::Identity => "the certificate".to_owned(),
        Step::Login => format!("login{port}, without a certificate"),
        Step::ServerUrl => "the server URL".to_owned(),
        Step::Call => {
            let with = match &taken.evidence {
                Some(evidence) if evidence.offered.is_none() => " without a certificate",
                _ => " with the certificate",
            };
            format!("{call}{port}{with}")
        }
        Step::Abort => format!("the job aborted{port}"),
        Step::WithoutCertificate => format!("the same{port} without the certificate"),
        Step::PlainPort => format!("the same{port}"),
    }
}

fn shows(taken: &Taken) -> String {
    let Some(diagnosis) = &taken.diagnosis else {
        return match taken.status {
            Status::NotReached => "not reached".to_owned(),
            _ => format!(
                "the session goes to {}",
                taken.url.as_deref().unwrap_or("it")
            ),
        };
    };
    let verdict = &diagnosis.verdict;
    if taken.status == Status::Failed {
        return verdict.summary.clone();
    }
    match (taken.name, verdict.code) {
        (Step::Identity, _) => "issued by a CA, for clients, and sent with its chain".to_owned(),
        (Step::Login, _) => "user and password are right".to_owned(),
        (Step::Call, Code::ClientCertNotRequired) => {
            "the session is answered, with a certificate that should not be accepted".to_owned()
        }
        (Step::Call, _) => "the session is answered".to_owned(),
        (Step::Abort, _) => "nothing is left behind".to_owned(),
        (_, Code::ClientCertMissing) => "refused: the port looks at certificates".to_owned(),
        (_, Code::SalesforceMutualAuthenticationFailed) => {
            "refused: the session's user is held to mutual TLS".to_owned()
        }
        (_, code) if code.is_fine() => "answered all the same".to_owned(),
        (_, code) => format!("{code}: {}", verdict.summary),
    }
}
