//! Owns the rules: evidence in, one verdict and its findings out. Pure: no socket, no file, no clock.
//!
//! The layers are asked in the order of a call (transport, server, client, application); the first that has
//! something to mend gives the verdict, and everything else that is true becomes a finding.

mod alert;
mod answer;
mod application;
mod causes;
mod client;
mod consumers;
mod engines;
pub mod examined;
pub mod experiments;
mod findings;
mod lifetimes;
mod lint;
mod names;
mod offline;
mod presented;
mod protocols;
mod reach;
mod reaction;
mod refusal;
mod reply;
pub mod salesforce;
mod second;
mod server;
mod starttls;
mod telling;
mod transport;
mod verdict;
mod visitor;
mod weights;

pub use alert::alert_name;
pub use offline::examine;
pub use verdict::{Diagnosis, Finding, Severity, Verdict};
pub use visitor::{Ending as VisitEnding, Opening as VisitOpening, Visit, visited};

use crate::catalogue::{Code, Confidence};
use crate::evidence::{Call, Evidence};
use crate::material::Time;

/// What the judge has to know beyond what was seen.
#[derive(Debug, Clone, Copy)]
pub struct Expectation {
    /// The moment to judge validity at: when the evidence was recorded.
    pub at: Time,
}

impl Expectation {
    /// Judges as of the recording.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        Self {
            at: evidence.started_at,
        }
    }
}

/// One case: the evidence with the moment it is judged at.
#[derive(Clone, Copy)]
struct Case<'a> {
    evidence: &'a Evidence,
    call: &'a Call,
    at: Time,
}

/// Reaches the verdict.
#[must_use]
pub fn diagnose(evidence: &Evidence, expectation: &Expectation) -> Diagnosis {
    let verdict = judge(evidence, expectation.at);
    let findings = findings::list(evidence, expectation.at, &verdict);
    Diagnosis { verdict, findings }
}

fn judge(evidence: &Evidence, at: Time) -> Verdict {
    if let Some(verdict) = client::before_calling(evidence) {
        return verdict;
    }
    let Some(call) = &evidence.call else {
        return Verdict::new(Code::HandshakeClosed, Confidence::Possible, evidence)
            .summary("nothing was called, so nothing can be said");
    };
    let case = Case { evidence, call, at };
    transport::judge(&case)
        .or_else(|| server::judge(&case))
        .or_else(|| reply::judge(&case))
        .or_else(|| client::judge(&case))
        .unwrap_or_else(|| application::judge(&case))
}
