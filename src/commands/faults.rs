//! What path validation found, as evidence.

use crate::chain::Fault;
use crate::evidence::VerifyFault;

/// The facts of each fault.
pub fn told(faults: &[Fault]) -> Vec<VerifyFault> {
    faults
        .iter()
        .map(|fault| VerifyFault {
            depth: fault.depth,
            code: fault.code,
            text: fault.text.to_owned(),
            subject: fault
                .certificate
                .as_ref()
                .map(|one| one.subject().to_string()),
            issuer: fault
                .certificate
                .as_ref()
                .map(|one| one.issuer().to_string()),
        })
        .collect()
}
