//! Tells why a certificate that was sent was refused: the best of the ranked causes, and how sure it is.

use crate::catalogue::reactions::Cause;
use crate::catalogue::{Code, Confidence, Culprit};
use crate::evidence::{Evidence, Offered, Variation};

use super::causes::{self, Candidate, Signal};
use super::experiments;
use super::reaction::Reaction;
use super::{Case, Verdict, weights};

/// The best cause for a refusal, told with the confidence it deserves. `tls13`: where the signal came from.
pub(super) fn refused(
    case: &Case<'_>,
    offered: &Offered,
    signal: &Signal,
    tls13: bool,
    fact: String,
) -> Verdict {
    let ranked = causes::rank(case.evidence, offered, signal, tls13, case.at);
    let best = ranked.first();
    let second = ranked.get(1).map_or(0, |next| next.weight);
    if best.is_none_or(|best| !best.certain)
        && let Some(verdict) = chain_not_taken(case, &fact)
    {
        return verdict;
    }
    let Some(best) = best.filter(|best| best.weight >= 20 && best.weight > second) else {
        return unexplained(case, &ranked, fact);
    };
    let specific = matches!(signal, Signal::Alert(_) | Signal::Named(_));
    let confidence = if best.certain && specific && best.weight >= 90 && second < 20 {
        Confidence::Proven
    } else if best.weight >= 40 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let leaf = offered.chain.first();
    let top = weights::path(&offered.chain)
        .last()
        .map(|top| top.issuer.clone());
    let code = causes::code(best.cause);
    let mut verdict = Verdict::new(code, confidence, case.evidence)
        .with("issuer", top.as_deref())
        .because(fact)
        .because_all(best.fact.clone());
    if let Some(summary) = summary(
        code,
        best,
        leaf.map(|leaf| leaf.subject.as_str()),
        top.as_deref(),
    ) {
        verdict = verdict.summary(summary);
    }
    verdict = settings(best, verdict);
    if let Some(stack) = stack(case.evidence) {
        verdict = verdict.because(stack);
    }
    if best.cause == Cause::Expired && best.fact.is_none() {
        verdict = verdict.because(
            "by the clock here nothing that was sent has expired: the server's clock may be wrong, or a CA certificate of its own has expired",
        );
    }
    verdict = verdict.because_all(experiments::facts(case.evidence));
    if confidence != Confidence::Proven {
        verdict = verdict.because_all(others(&ranked[1..]));
    }
    verdict.done()
}

/// Causes that have no code of their own and are the server's own doing: it is its owner who can mend them.
fn settings(best: &Candidate, verdict: Verdict) -> Verdict {
    match best.cause {
        Cause::TooLong => verdict
            .culprit(Culprit::Server)
            .summary("the server allows no chain as long as the one it was sent")
            .because("nothing else is known to make a server say that")
            .fix_first(LONGER_CHAINS),
        Cause::ServerCrl => verdict
            .culprit(Culprit::Server)
            .summary("the server has no list of revoked certificates that is in force, and refuses everybody")
            .fix_first("on the server, renew the revocation lists, with one for every CA of the chain (nginx: ssl_crl, httpd: SSLCARevocationFile)"),
        _ => verdict,
    }
}

const LONGER_CHAINS: &str =
    "on the server, allow longer chains (httpd: SSLVerifyDepth, nginx: ssl_verify_depth)";

/// The leaf alone is taken where the whole chain is not: the chain's length or content is what the server minds.
fn chain_not_taken(case: &Case<'_>, fact: &str) -> Option<Verdict> {
    let alone = experiments::reaction_to(case.evidence, Variation::LeafAlone)?;
    // A server that takes anybody's certificate tolerates a missing chain too: that says nothing of its length.
    let anybodys = experiments::reaction_to(case.evidence, Variation::ThrowAwaySelfSigned)
        .is_some_and(|reaction| !reaction.is_refusal());
    if anybodys {
        return None;
    }
    let by_tls = matches!(
        Reaction::of(case.call),
        Reaction::Alert(_) | Reaction::Closed | Reaction::Said { .. }
    );
    let taken = match alone {
        Reaction::Answered { status, .. } => !matches!(status, 401 | 403),
        // Without a request only a server that judges in TLS has said anything.
        Reaction::Quiet => by_tls,
        _ => false,
    };
    taken.then(|| {
        Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence)
            .culprit(Culprit::Server)
            .summary("the server takes the certificate alone, and refuses it with its chain")
            .because(fact)
            .because_all(experiments::facts(case.evidence))
            .fix_first(LONGER_CHAINS)
            .done()
    })
}

fn summary(code: Code, best: &Candidate, leaf: Option<&str>, top: Option<&str>) -> Option<String> {
    let leaf = leaf.unwrap_or("the certificate");
    match code {
        Code::ClientIssuerUnknown => Some(format!(
            "the server does not trust {}, the CA behind {leaf}",
            top.unwrap_or("the CA")
        )),
        Code::ClientChainIncomplete => Some(format!(
            "{leaf} was sent without the certificate of its issuer {}, which the server needs",
            top.unwrap_or("")
        )),
        Code::ClientCertRejected
        | Code::ClientCertExpired
        | Code::ClientCertNotYetValid
        | Code::ClientCertSelfSigned
        | Code::ClientCertWrongPurpose => best
            .fact
            .as_ref()
            .map(|fact| format!("the server refused: {fact}")),
        _ => None,
    }
}

fn unexplained(case: &Case<'_>, ranked: &[Candidate], fact: String) -> Verdict {
    let mut verdict =
        Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence).because(fact);
    if let Some(stack) = stack(case.evidence) {
        verdict = verdict.because(stack);
    }
    verdict
        .because_all(experiments::facts(case.evidence))
        .because("nothing is wrong with the identity as far as can be seen from here")
        .because_all(others(ranked))
        .done()
}

/// The causes that remain, in one line.
fn others(ranked: &[Candidate]) -> Option<String> {
    let names: Vec<&str> = ranked
        .iter()
        .filter(|candidate| candidate.weight >= 4)
        .take(4)
        .map(|candidate| causes::words(candidate.cause))
        .collect();
    (!names.is_empty()).then(|| format!("not ruled out: {}", names.join("; ")))
}

/// The server's TLS stack, where its demand and its reactions give it away.
fn stack(evidence: &Evidence) -> Option<String> {
    let (columns, narrowed) = experiments::columns(evidence);
    let names: Vec<&str> = columns.iter().map(|stack| stack.name()).collect();
    (narrowed && names.len() <= 3).then(|| {
        format!(
            "the server's way of asking and refusing is that of {}",
            names.join(" or ")
        )
    })
}
