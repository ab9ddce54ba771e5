//! What a connection presented, put before the rules that judge visits.

use crate::diagnose::{Diagnosis, Visit, VisitEnding, VisitOpening, visited};
use crate::evidence::{CertificateFacts, VerifyFault};
use crate::material::Time;

use super::hello::Opening;
use super::presented::{Ending, Presented};

/// The verdict on a client, as of `at`; `trusted` are the CAs whose clients are welcome.
#[must_use]
pub fn judge(seen: &Presented, trusted: &[CertificateFacts], at: Time) -> Diagnosis {
    let chain = CertificateFacts::of_chain(&seen.certificates);
    let faults: Vec<VerifyFault> = seen
        .path_errors
        .iter()
        .map(|error| VerifyFault {
            depth: error.depth,
            code: error.code,
            text: error.text.clone(),
            subject: error.subject.clone(),
            issuer: None,
        })
        .collect();
    visited(&Visit {
        opening: match seen.opening {
            Opening::Hello(_) => VisitOpening::Tls,
            Opening::PlainHttp => VisitOpening::PlainHttp,
            Opening::Other => VisitOpening::Unknown,
            Opening::Nothing => VisitOpening::Nothing,
        },
        ending: match &seen.ending {
            Ending::Completed => VisitEnding::Completed,
            Ending::Failed { reasons } => VisitEnding::Failed(reasons),
            Ending::Closed => VisitEnding::Closed,
            Ending::TimedOut => VisitEnding::TimedOut,
        },
        asked: seen.asked,
        answered: seen.answered,
        proved: seen.proved,
        chain: &chain,
        unreadable: seen.unreadable,
        faults: &faults,
        trusted,
        alert_received: seen.alert_received,
        at,
    })
}
