//! Whether the client has reason not to trust the server.

use crate::catalogue::{Code, Confidence, Culprit};
use crate::evidence::{CertificateFacts, Evidence, Tls, VerifyFault};
use crate::material::Time;

use super::names::{self, Rank};
use super::{Case, Verdict};

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    if case.evidence.trust.insecure {
        return None;
    }
    let tls = case.call.tls.as_ref()?;
    first_to_mend(case.evidence, tls, case.at)
}

/// The server's fault to mend first, if there is one, whether or not the call went on.
pub(super) fn first_to_mend(evidence: &Evidence, tls: &Tls, at: Time) -> Option<Verdict> {
    // A dead certificate first: it has to be replaced, and its successor may well have none of the other faults.
    let fault = tls.server_faults.iter().min_by_key(|fault| rank(fault))?;
    Some(verdict(evidence, tls, fault, at))
}

/// Which reason comes first; the lower, the sooner.
pub(super) fn rank(fault: &VerifyFault) -> u8 {
    match fault.code {
        codes::REVOKED => 0,
        codes::EXPIRED | codes::NOT_YET_VALID => 1,
        codes::SELF_SIGNED_LEAF | codes::SELF_SIGNED_IN_CHAIN => 2,
        // What is no CA is not fit for a CA's purpose either.
        codes::NO_ISSUER
        | codes::NO_LOCAL_ISSUER
        | codes::SIGNATURE
        | codes::NO_CA
        | codes::NOT_FOR_SIGNING => 3,
        codes::PURPOSE => 4,
        codes::HOST | codes::EMAIL | codes::ADDRESS => 5,
        codes::WEAK_LEAF | codes::WEAK_CA | codes::WEAK_DIGEST => 6,
        // Follows from the faults above it ("unable to verify the first certificate").
        codes::FIRST_CERTIFICATE => 9,
        _ => 7,
    }
}

/// `X509_V_ERR_…`, as `openssl/x509_vfy.h` numbers them.
pub(super) mod codes {
    pub(in super::super) const NO_ISSUER: i32 = 2;
    pub(in super::super) const SIGNATURE: i32 = 7;
    pub(in super::super) const NOT_YET_VALID: i32 = 9;
    pub(in super::super) const EXPIRED: i32 = 10;
    pub(in super::super) const SELF_SIGNED_LEAF: i32 = 18;
    pub(in super::super) const SELF_SIGNED_IN_CHAIN: i32 = 19;
    pub(in super::super) const NO_LOCAL_ISSUER: i32 = 20;
    pub(in super::super) const FIRST_CERTIFICATE: i32 = 21;
    pub(in super::super) const REVOKED: i32 = 23;
    /// Its name in OpenSSL 1.1 stands for another number.
    pub(in super::super) const NO_CA: i32 = 79;
    pub(in super::super) const NOT_FOR_SIGNING: i32 = 32;
    pub(in super::super) const UNTRUSTED: i32 = 27;
    pub(in super::super) const PURPOSE: i32 = 26;
    pub(in super::super) const OWN: i32 = 50;
    pub(in super::super) const HOST: i32 = 62;
    pub(in super::super) const EMAIL: i32 = 63;
    pub(in super::super) const ADDRESS: i32 = 64;
    pub(in super::super) const WEAK_LEAF: i32 = 66;
    pub(in super::super) const WEAK_CA: i32 = 67;
    pub(in super::super) const WEAK_DIGEST: i32 = 68;
}

fn verdict(evidence: &Evidence, tls: &Tls, fault: &VerifyFault, at: Time) -> Verdict {
    let who = fault
        .subject
        .clone()
        .unwrap_or_else(|| "the server's certificate".to_owned());
    let proven = |code| Verdict::new(code, Confidence::Proven, evidence);
    let certificate = certificate(tls, fault);
    let verdict = match fault.code {
        codes::EXPIRED => {
            let since = certificate.map(|one| one.not_after);
            proven(Code::ServerCertExpired).summary(match since {
                Some(since) => format!("{} expired on {} ({})", role(fault.depth, &who), since.date(), ago(at, since)),
                None => format!("{} has expired", role(fault.depth, &who)),
            })
        }
        codes::NOT_YET_VALID => proven(Code::ServerCertNotYetValid).summary(match certificate {
            Some(one) => format!("{} is valid only from {}", role(fault.depth, &who), one.not_before),
            None => format!("{} is not valid yet", role(fault.depth, &who)),
        }),
        codes::SELF_SIGNED_LEAF => proven(Code::ServerCertSelfSigned)
            .summary(format!("the server's certificate ({who}) is signed by itself and not trusted here")),
        codes::SELF_SIGNED_IN_CHAIN => proven(Code::ServerIssuerUnknown)
            .summary(format!("the server's chain ends in {who}, which is not trusted here"))
            .because("the server sent that root itself: its CA is private, or a TLS-inspecting proxy stands in between")
            .with("issuer", Some(&who)),
        codes::NO_ISSUER | codes::NO_LOCAL_ISSUER | codes::FIRST_CERTIFICATE => missing_issuer(evidence, tls, fault),
        codes::SIGNATURE => proven(Code::ServerIssuerUnknown)
            .summary(format!("the signature on {who} was not made by the trusted CA of that name"))
            .because("a CA of the same name with another key is trusted here")
            .with("issuer", fault.issuer.as_deref()),
        codes::PURPOSE => proven(Code::ServerCertWrongPurpose)
            .summary(format!("{} is not meant for servers", role(fault.depth, &who)))
            .because_all(certificate.and_then(|one| one.eku.as_ref()).map(|eku| {
                format!("its extended key usage is {}", eku.join(", "))
            })),
        codes::HOST | codes::EMAIL | codes::ADDRESS => name_mismatch(evidence, tls),
        codes::REVOKED => proven(Code::ServerCertRevoked).summary(format!("{} has been revoked", role(fault.depth, &who))),
        codes::WEAK_LEAF | codes::WEAK_CA | codes::WEAK_DIGEST => proven(Code::ServerCertWeak)
            .summary(format!("{} is too weak: {}", role(fault.depth, &who), fault.text))
            .because_all(certificate.map(|one| {
                format!("key {}, signature {}", one.key.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string), one.signature_algorithm)
            })),
        // A rule that the chain breaks, whoever is trusted.
        _ => proven(Code::ServerCertRejected)
            .summary(format!("{} does not pass verification: {}", role(fault.depth, &who), fault.text)),
    };
    verdict
        .because(format!(
            "OpenSSL says: {} (verify error {}) at depth {}",
            fault.text, fault.code, fault.depth
        ))
        .because(format!("judged by {}", evidence.trust.source))
        .done()
}

/// An issuer that is neither sent nor trusted: was an intermediate forgotten, or is the CA unknown?
fn missing_issuer(evidence: &Evidence, tls: &Tls, fault: &VerifyFault) -> Verdict {
    let issuer = fault
        .issuer
        .clone()
        .unwrap_or_else(|| "an unknown CA".to_owned());
    let sent = tls.server_chain.len();
    let alone = fault.depth == 0;
    let kin = evidence
        .trust
        .subjects
        .iter()
        .any(|anchor| names::akin(&issuer, anchor));
    let named = evidence.trust.subjects.len();
    let has_url = certificate(tls, fault).is_some_and(|one| !one.ca_issuers.is_empty());
    // A certificate at hand shows the issuer to be an intermediate: then nothing is left to guess.
    let shown = evidence
        .offered
        .iter()
        .flat_map(|offered| offered.chain.iter().chain(&offered.issuer_at_hand))
        .find(|one| one.subject == issuer);
    let weight = match (shown, names::rank(&issuer)) {
        (Some(one), _) if !one.self_signed => 100,
        (Some(_), _) => 0,
        (None, rank) => {
            let mut weight = if alone { 50 } else { 20 };
            weight += match rank {
                Rank::Intermediate => 35,
                Rank::Root => -35,
                Rank::Unclear => 0,
            };
            if has_url {
                weight += 15;
            }
            match (kin, named) {
                (true, _) => weight + 25,
                (false, 0) => weight,
                (false, _) => weight - 15,
            }
        }
    };
    let what_came = match sent {
        1 => "the server sent its own certificate alone".to_owned(),
        count => format!("the server sent {count} certificates; the last is issued by {issuer}"),
    };
    // A name alone ranks, and never proves.
    let confidence = if shown.is_some() {
        Confidence::Proven
    } else {
        Confidence::Likely
    };
    if weight >= 50 {
        let mut verdict = Verdict::new(Code::ServerChainIncomplete, confidence, evidence)
            .summary(format!(
                "the server does not send the certificate of {issuer}, which its clients need"
            ))
            .because(what_came)
            .with("issuer", Some(&issuer));
        if confidence != Confidence::Proven {
            verdict = verdict.because(format!(
                "not ruled out: {issuer} is itself a root that is not trusted here"
            ));
        }
        if let Some(url) = certificate(tls, fault).and_then(|one| one.ca_issuers.first()) {
            verdict = verdict.because(format!("that certificate is published at {url}"));
        }
        verdict
    } else {
        let mut verdict = Verdict::new(Code::ServerIssuerUnknown, confidence, evidence)
            .summary(format!(
                "{issuer}, the CA behind the server's certificate, is not trusted here"
            ))
            .because(what_came)
            .culprit(Culprit::Server)
            .with("issuer", Some(&issuer));
        if confidence != Confidence::Proven {
            verdict = verdict.because("not ruled out: the server forgets to send an intermediate");
        }
        verdict
    }
}

fn name_mismatch(evidence: &Evidence, tls: &Tls) -> Verdict {
    let names: Vec<String> = tls
        .server_chain
        .first()
        .map(|leaf| {
            leaf.sans
                .iter()
                .filter_map(|san| san.strip_prefix("dns:").or_else(|| san.strip_prefix("ip:")))
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default();
    let listed = if names.is_empty() {
        "no host name at all".to_owned()
    } else {
        let mut listed = names.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
        if names.len() > 6 {
            listed.push_str(", …");
        }
        listed
    };
    let mut verdict =
        Verdict::new(Code::ServerNameMismatch, Confidence::Proven, evidence).summary(format!(
            "the server's certificate is for {listed}, not for {}",
            evidence.target.host
        ));
    if let Some(sni) = &tls.sni {
        verdict = verdict.because(format!("the name asked for (SNI) was {sni}"));
    }
    verdict
}

/// The certificate a fault is about, as the server sent it.
fn certificate<'a>(tls: &'a Tls, fault: &VerifyFault) -> Option<&'a CertificateFacts> {
    let subject = fault.subject.as_ref()?;
    tls.server_chain
        .iter()
        .find(|one| one.subject == *subject && Some(&one.issuer) == fault.issuer.as_ref())
}

fn role(depth: u32, who: &str) -> String {
    if depth == 0 {
        format!("the server's certificate ({who})")
    } else {
        format!("a CA certificate of the server's chain ({who})")
    }
}

/// `3 days ago`, `in 5 hours`.
pub(super) fn ago(at: Time, moment: Time) -> String {
    let seconds = at.unix() - moment.unix();
    let (count, unit) = match seconds.abs() {
        0..=7_199 => (seconds.abs() / 60, "minute"),
        7_200..=172_799 => (seconds.abs() / 3600, "hour"),
        _ => (seconds.abs() / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds >= 0 {
        format!("{count} {unit}{plural} ago")
    } else {
        format!("in {count} {unit}{plural}")
    }
}
