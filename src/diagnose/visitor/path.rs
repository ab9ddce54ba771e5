//! From OpenSSL's objections to a client's chain to the first thing to mend.

use crate::catalogue::{Code, Confidence, Culprit};
use crate::diagnose::names::{self, Rank};
use crate::diagnose::verdict::Verdict;
use crate::diagnose::weights;
use crate::evidence::{CertificateFacts, VerifyFault};

use super::{Visit, verdict};

/// Objections to who issued the chain, not to what is in it.
const ISSUER: [i32; 5] = [2, 18, 19, 20, 21];

/// The verdict on a chain that was objected to; `None` where nothing stands against it.
pub(super) fn judge(visit: &Visit<'_>, leaf: &CertificateFacts) -> Option<Verdict> {
    let fault = visit
        .faults
        .iter()
        .find(|fault| !(visit.trusted.is_empty() && ISSUER.contains(&fault.code)))?;
    let subject = fault.subject.as_deref().unwrap_or(&leaf.subject);
    let verdict = match fault.code {
        18 if fault.depth == 0 => verdict(Code::ClientCertSelfSigned, Confidence::Proven)
            .summary(format!("{subject} is signed by itself, and no CA of this server vouches for it"))
            .only_fix("have the request signed by a CA this server trusts, or make this very certificate one of its --cacert"),
        code if ISSUER.contains(&code) => issuer(visit, leaf),
        9 => verdict(Code::ClientCertNotYetValid, Confidence::Proven)
            .summary(format!("{subject} is not valid yet"))
            .only_fix("check the clocks of both machines (date -u); if they are right, wait or have it issued again"),
        10 => verdict(Code::ClientCertExpired, Confidence::Proven)
            .summary(format!("{subject} has expired"))
            .only_fix(if fault.depth == 0 {
                "renew the client's certificate, and put the new one into the client's file"
            } else {
                "put the CA's current intermediate into the client's file"
            }),
        23 => verdict(Code::ClientCertRevoked, Confidence::Proven)
            .summary(format!("{subject} has been revoked"))
            .only_fix("have a new certificate issued for a new key"),
        26 => verdict(Code::ClientCertWrongPurpose, Confidence::Proven)
            .summary(format!("{subject} may not be used by a client"))
            .because(purpose(visit, fault))
            .only_fix("have it issued with the extended key usage clientAuth and the key usage digitalSignature"),
        66..=68 => verdict(Code::ClientCertWeak, Confidence::Proven)
            .summary(format!("a key or signature in the client's chain is too weak: {subject}"))
            .only_fix("have it issued again with RSA 2048 or P-256 at least, signed with SHA-256 at least"),
        7 => verdict(Code::ClientIssuerUnknown, Confidence::Proven)
            .summary(format!("the signature on {subject} is not by the CA of that name known here"))
            .only_fix("compare the CA's certificates on both sides: the CA has another key under the same name"),
        _ => verdict(Code::ClientCertRejected, Confidence::Proven)
            .summary(format!("the path check refuses {subject}: {}", fault.text))
            .only_fix("have the certificate issued again without what is objected to"),
    };
    let verdict = verdict.because(fact(fault));
    Some(if fault.depth > 0 && verdict.culprit == Culprit::Client {
        verdict
            .because("it is not the client's own certificate that is objected to, but one above it")
    } else {
        verdict
    })
}

/// OpenSSL's objection as a fact.
pub(super) fn fact(fault: &VerifyFault) -> String {
    let whom = match (fault.depth, &fault.subject) {
        (0, _) => "the leaf".to_owned(),
        (depth, Some(subject)) => format!("{subject} (depth {depth})"),
        (depth, None) => format!("depth {depth}"),
    };
    format!(
        "the path check objects to {whom}: {} ({})",
        fault.text, fault.code
    )
}

fn purpose(visit: &Visit<'_>, fault: &VerifyFault) -> String {
    let one = visit
        .chain
        .iter()
        .find(|one| Some(&one.subject) == fault.subject.as_ref());
    match one.and_then(|one| one.eku.as_ref()) {
        Some(usages) => format!("its extended key usage is {}", usages.join(", ")),
        None => "its key usage does not allow it".to_owned(),
    }
}

/// The path does not lead to a CA that is trusted: is a link missing, or is the CA another one?
fn issuer(visit: &Visit<'_>, leaf: &CertificateFacts) -> Verdict {
    let path = weights::path(visit.chain);
    let top = path.last().copied().unwrap_or(leaf);
    let alone = visit.chain.len() == 1;
    let sent = if alone {
        "the client sent the leaf alone".to_owned()
    } else {
        format!("the client sent {} certificates", visit.chain.len())
    };
    let unknown = |confidence| {
        verdict(Code::ClientIssuerUnknown, confidence)
            .summary(format!(
                "this server does not trust {}, the CA behind {}",
                top.issuer, leaf.subject
            ))
            .because(sent.clone())
            .because(trusted(visit))
            .only_fix(format!(
                "trust the root of {} in the server, if its clients are to be let in",
                top.issuer
            ))
            .fix("or give the client a certificate of one of the CAs this server trusts")
    };
    if top.self_signed {
        return unknown(Confidence::Proven)
            .because(format!("the chain ends in the root {}", top.subject));
    }
    if visit.trusted.iter().any(|one| one.subject == top.issuer) {
        return unknown(Confidence::Proven).because(format!(
            "a CA named {} is trusted, but it did not sign {}: the name is the same and the key is not",
            top.issuer, top.subject
        ));
    }
    let ours = visit
        .trusted
        .iter()
        .any(|one| names::akin(&top.issuer, &one.subject));
    let rank = names::rank(&top.issuer);
    let incomplete = match rank {
        Rank::Root => ours && alone,
        Rank::Intermediate | Rank::Unclear => ours || alone,
    };
    if !incomplete {
        return unknown(Confidence::Likely).because(format!(
            "not ruled out: the certificate of {} is an intermediate that the client did not send",
            top.issuer
        ));
    }
    let verdict = verdict(Code::ClientChainIncomplete, Confidence::Likely)
        .summary(format!(
            "the client did not send the certificate of {}, which issued {}",
            top.issuer, top.subject
        ))
        .because(sent)
        .only_fix(format!(
            "put the certificate of {} into the client's file, after its own: fullcert bundle KEY CERTIFICATES -o fullcert.pem -o client.p12",
            top.issuer
        ))
        .fix("in Java: the key manager sends the chain of the key's own entry, so the keystore must be made with it (a PKCS#12 or JKS of the leaf alone sends the leaf alone)");
    if ours && rank == Rank::Intermediate {
        verdict.because(format!(
            "by its name {} belongs to a CA that is trusted here",
            top.issuer
        ))
    } else {
        verdict.because(format!(
            "not ruled out: {} is a CA that this server does not trust at all",
            top.issuer
        ))
    }
}

fn trusted(visit: &Visit<'_>) -> String {
    let names: Vec<&str> = visit
        .trusted
        .iter()
        .take(5)
        .map(|one| one.subject.as_str())
        .collect();
    let more = visit.trusted.len().saturating_sub(names.len());
    if more > 0 {
        format!("trusted here: {}; and {more} more", names.join("; "))
    } else {
        format!("trusted here: {}", names.join("; "))
    }
}
