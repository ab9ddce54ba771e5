//! Whether a certificate would be accepted, from what was found in its file: the verdict without a call.

use crate::catalogue::{Code, Confidence, entry};
use crate::evidence::{CertificateFacts, Revocation, RevocationAnswer, VerifyFault};

use super::examined::{Examined, From, Side};
use super::names::{self, Rank};
use super::server::{ago, codes, rank};
use super::verdict::Verdict;
use super::{Diagnosis, lint};

impl Examined {
    fn verdict(&self, code: Code, confidence: Confidence) -> Verdict {
        let entry = entry(code);
        Verdict {
            code,
            culprit: entry.culprit,
            stage: entry.stage,
            confidence,
            summary: entry.meaning.to_owned(),
            because: Vec::new(),
            fix: entry
                .fix
                .iter()
                // Nothing was called.
                .filter(|fix| !fix.contains("{url}") && !fix.contains("{host}"))
                .map(|fix| (*fix).to_owned())
                .collect(),
        }
        .with("cert", Some(&self.file))
    }

    fn step_of(&self, fault: &VerifyFault) -> Option<&CertificateFacts> {
        let subject = fault.subject.as_ref()?;
        self.path
            .iter()
            .map(|step| &step.facts)
            .find(|one| one.subject == *subject && Some(&one.issuer) == fault.issuer.as_ref())
    }
}

/// Reaches the verdict and lists what else is worth knowing.
#[must_use]
pub fn examine(examined: &Examined) -> Diagnosis {
    let verdict = judge(examined);
    let findings = lint::list(examined, &verdict);
    Diagnosis { verdict, findings }
}

fn judge(examined: &Examined) -> Verdict {
    if let Some(verdict) = key(examined) {
        return verdict;
    }
    if let Some(status) = examined
        .ocsp
        .iter()
        .find(|status| matches!(status.answer, RevocationAnswer::Revoked { .. }))
    {
        return revoked(examined, status);
    }
    if !lacks_only_a_root(examined)
        && let Some(fault) = examined.faults.iter().min_by_key(|fault| rank(fault))
    {
        return of_fault(examined, fault);
    }
    if let Some(verdict) = fetched(examined) {
        return verdict;
    }
    let end = examined.path.last().map(|step| &step.facts);
    let name = end.map_or_else(String::new, |end| {
        if examined.gap.is_some() {
            end.issuer.clone()
        } else {
            end.subject.clone()
        }
    });
    let purpose = match (&examined.host, examined.side) {
        (Some(host), _) => format!("as a server's at {host}"),
        (None, Side::Client) => "as a client's".to_owned(),
        (None, Side::Server) => "as a server's".to_owned(),
        (None, Side::Any) => "for whatever it was made for".to_owned(),
    };
    if examined.assumed || lacks_only_a_root(examined) {
        return examined
            .verdict(Code::Ok, Confidence::Possible)
            .summary(format!(
                "it would be accepted {purpose} by whoever trusts {name}"
            ))
            .because("nothing here says whom the other side trusts: --cacert FILE names its CAs");
    }
    examined
        .verdict(Code::Ok, Confidence::Proven)
        .summary(format!("it would be accepted {purpose}"))
        .because(format!(
            "the path is valid up to {name}, which is trusted by {}",
            examined.trust
        ))
}

/// Whether nothing is missing but, by its name, a root, which is not sent and nobody was asked to trust.
pub(super) fn lacks_only_a_root(examined: &Examined) -> bool {
    examined.unsaid
        && examined.faults.iter().all(is_absence)
        && examined
            .gap
            .as_ref()
            .is_some_and(|gap| !gap.namesake && names::rank(&gap.issuer) == Rank::Root)
}

/// Whether a fault is that an issuer is not there.
pub(super) fn is_absence(fault: &VerifyFault) -> bool {
    matches!(
        fault.code,
        codes::NO_ISSUER | codes::NO_LOCAL_ISSUER | codes::FIRST_CERTIFICATE
    )
}

fn key(examined: &Examined) -> Option<Verdict> {
    let held = examined.key.as_ref()?;
    let leaf = examined.leaf()?;
    let first = examined.sent.first()?;
    match held.belongs_to {
        Some(0) => None,
        Some(_) if !examined.ordered => None,
        Some(index) => {
            let owner = examined
                .sent
                .get(index)
                .map_or("another", |one| one.subject.as_str());
            Some(
                examined
                    .verdict(Code::ClientKeyMismatch, Confidence::Proven)
                    .summary(format!(
                        "the first certificate, which is the one that is used, is {}, but the key belongs to {owner}",
                        first.subject
                    ))
                    .because(format!("{} holds its certificates in the wrong order", examined.file))
                    .fix_first(format!("fullcert bundle {} -o fullcert.pem puts them in order", examined.file)),
            )
        }
        None => Some(
            examined
                .verdict(Code::ClientKeyMismatch, Confidence::Proven)
                .summary(format!(
                    "the private key does not belong to the certificate {}",
                    leaf.subject
                ))
                .because(format!("the key is {}", held.info)),
        ),
    }
}

fn revoked(examined: &Examined, status: &Revocation) -> Verdict {
    let code = examined.code(Code::ClientCertRevoked, Code::ServerCertRevoked);
    let when = match &status.answer {
        RevocationAnswer::Revoked { at: Some(at) } => format!(" on {at}"),
        _ => String::new(),
    };
    examined
        .verdict(code, Confidence::Proven)
        .summary(format!("{} has been revoked{when}", status.subject))
        .because(format!(
            "its OCSP responder {} says so",
            status.responder.escape_debug()
        ))
}

/// Complete only with what had to be fetched: few programs fetch.
fn fetched(examined: &Examined) -> Option<Verdict> {
    let (subject, url) = examined.path.iter().find_map(|step| match &step.from {
        // A root need not be sent.
        From::Fetched(url) if !step.facts.self_signed => Some((&step.facts.subject, url)),
        From::Given | From::Pool(_) | From::Fetched(_) => None,
    })?;
    let code = examined.code(Code::ClientChainIncomplete, Code::ServerChainIncomplete);
    Some(
        examined
            .verdict(code, Confidence::Proven)
            .summary(format!("the file lacks the certificate of {subject}"))
            .because(format!(
                "with the one from {} the chain is complete",
                url.escape_debug()
            ))
            .because("most programs do not fetch what a chain lacks")
            .fix_first(format!(
                "fullcert bundle {} --fetch -o fullcert.pem adds it",
                examined.file
            ))
            .with("issuer", Some(subject)),
    )
}

/// The code a fault is told as.
pub(super) fn code_of(examined: &Examined, fault: &VerifyFault) -> Code {
    let (client, server) = match fault.code {
        codes::EXPIRED => (Code::ClientCertExpired, Code::ServerCertExpired),
        codes::NOT_YET_VALID => (Code::ClientCertNotYetValid, Code::ServerCertNotYetValid),
        codes::SELF_SIGNED_LEAF => (Code::ClientCertSelfSigned, Code::ServerCertSelfSigned),
        codes::SELF_SIGNED_IN_CHAIN | codes::SIGNATURE | codes::UNTRUSTED => {
            (Code::ClientIssuerUnknown, Code::ServerIssuerUnknown)
        }
        codes::NO_ISSUER | codes::NO_LOCAL_ISSUER | codes::FIRST_CERTIFICATE => {
            return missing(examined).0;
        }
        codes::PURPOSE => (Code::ClientCertWrongPurpose, Code::ServerCertWrongPurpose),
        codes::HOST | codes::EMAIL | codes::ADDRESS => {
            (Code::ClientCertRejected, Code::ServerNameMismatch)
        }
        codes::REVOKED => (Code::ClientCertRevoked, Code::ServerCertRevoked),
        codes::WEAK_LEAF | codes::WEAK_CA | codes::WEAK_DIGEST => {
            (Code::ClientCertWeak, Code::ServerCertWeak)
        }
        _ => (Code::ClientCertRejected, Code::ServerCertRejected),
    };
    examined.code(client, server)
}

/// A sentence about a fault, for a verdict or a finding.
pub(super) fn told(examined: &Examined, fault: &VerifyFault) -> String {
    let certificate = examined.step_of(fault);
    let who = match (&fault.subject, fault.depth) {
        (Some(subject), 0) => format!("the certificate {subject}"),
        (Some(subject), _) => format!("the CA certificate {subject}"),
        (None, _) => "the certificate".to_owned(),
    };
    match (fault.code, certificate) {
        (codes::EXPIRED, Some(one)) => format!(
            "{who} expired on {} ({})",
            one.not_after.date(),
            ago(examined.at, one.not_after)
        ),
        (codes::NOT_YET_VALID, Some(one)) => {
            format!("{who} is valid only from {}", one.not_before)
        }
        (codes::PURPOSE, Some(one)) => {
            let what = match examined.side {
                Side::Server => "servers",
                Side::Client | Side::Any => "clients",
            };
            match (&one.eku, &one.key_usage) {
                (Some(eku), _) if !one.allows(examined.purpose_name()) => {
                    format!(
                        "{who} is not meant for {what}: its extended key usage is {}",
                        eku.join(", ")
                    )
                }
                (_, Some(usage)) if fault.depth == 0 => {
                    format!(
                        "{who} cannot serve {what}: its key usage is {}",
                        usage.join(", ")
                    )
                }
                _ => format!("{who} is not meant for {what}"),
            }
        }
        (codes::SELF_SIGNED_LEAF, _) => format!("{who} is signed by itself, and not trusted"),
        (codes::SELF_SIGNED_IN_CHAIN, _) => {
            format!(
                "the chain ends in {}, which is not trusted",
                fault.subject.as_deref().unwrap_or("a root")
            )
        }
        (codes::HOST | codes::EMAIL | codes::ADDRESS, _) => {
            let names = examined.leaf().map_or(&[][..], |leaf| &leaf.sans);
            format!(
                "{who} is for {}, not for {}",
                if names.is_empty() {
                    "no name at all".to_owned()
                } else {
                    names.join(", ")
                },
                examined.host.as_deref().unwrap_or_default()
            )
        }
        (codes::REVOKED, _) => format!("{who} is on its CA's revocation list"),
        (codes::WEAK_LEAF | codes::WEAK_CA | codes::WEAK_DIGEST, Some(one)) => format!(
            "{who} is too weak: key {}, signature {}",
            one.key
                .as_ref()
                .map_or_else(|| "unknown".to_owned(), ToString::to_string),
            one.signature_algorithm
        ),
        _ => format!("{who} does not pass: {}", fault.text),
    }
}

fn of_fault(examined: &Examined, fault: &VerifyFault) -> Verdict {
    let absent = is_absence(fault);
    let verdict = if absent {
        of_gap(examined)
    } else {
        let mut verdict = examined
            .verdict(code_of(examined, fault), Confidence::Proven)
            .summary(told(examined, fault));
        if fault.code == codes::SIGNATURE {
            verdict = verdict.because("a CA of the same name with another key is trusted");
        }
        verdict
            .with("issuer", fault.issuer.as_deref())
            .because(match fault.code {
                codes::OWN => "OpenSSL does not look at this by itself".to_owned(),
                _ => format!(
                    "OpenSSL says: {} (verify error {}) at depth {}",
                    fault.text, fault.code, fault.depth
                ),
            })
    };
    verdict
        .because(format!(
            "judged by {} as of {}",
            examined.trust, examined.at
        ))
        .done()
}

/// Whether an intermediate was left out, or the CA is not known to the other side; and how much speaks for the first.
fn missing(examined: &Examined) -> (Code, Confidence) {
    let incomplete = examined.code(Code::ClientChainIncomplete, Code::ServerChainIncomplete);
    let unknown = examined.code(Code::ClientIssuerUnknown, Code::ServerIssuerUnknown);
    let Some(gap) = &examined.gap else {
        return (unknown, Confidence::Likely);
    };
    if gap.namesake {
        return (unknown, Confidence::Proven);
    }
    let mut weight = if examined.path.len() <= 1 { 50 } else { 20 };
    weight += match names::rank(&gap.issuer) {
        Rank::Intermediate => 35,
        Rank::Root => -35,
        Rank::Unclear => 0,
    };
    if gap.url.is_some() {
        weight += 15;
    }
    let kin = examined
        .anchors
        .iter()
        .any(|anchor| names::akin(&gap.issuer, anchor));
    if kin {
        weight += 25;
    } else if !examined.anchors.is_empty() {
        weight -= 15;
    }
    if weight >= 50 {
        (incomplete, Confidence::Likely)
    } else {
        (unknown, Confidence::Likely)
    }
}

fn of_gap(examined: &Examined) -> Verdict {
    let (code, confidence) = missing(examined);
    let verdict = examined.verdict(code, confidence);
    let Some(gap) = &examined.gap else {
        return verdict;
    };
    let issuer = &gap.issuer;
    let incomplete = matches!(
        code,
        Code::ClientChainIncomplete | Code::ServerChainIncomplete
    );
    let count = examined.path.len();
    let mut verdict = if gap.namesake {
        verdict
            .summary(format!("no {issuer} at hand made the signature that the chain needs"))
            .because(format!("a certificate of the name {issuer} is there, with another key: the CA has a new one, or the certificate was altered"))
    } else if incomplete {
        verdict
            .summary(format!("the certificate of {issuer} is missing"))
            .because(format!(
                "not ruled out: {issuer} is itself a CA that the other side does not trust"
            ))
    } else {
        verdict
            .summary(format!("{issuer}, the CA behind it, is not trusted"))
            .because("not ruled out: an intermediate certificate is missing")
    };
    verdict = verdict.because(match count {
        0 | 1 => "the file holds the certificate alone".to_owned(),
        many => format!("the chain has {many} certificates; the last is issued by {issuer}"),
    });
    match (&gap.url, &gap.failure) {
        (Some(url), None) => {
            verdict = verdict.because(format!(
                "that certificate is published at {}",
                url.escape_debug()
            ));
            // It came from the certificate, and no honest address ends a shell's quotes.
            if url
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\'')
            {
                verdict = verdict.fix_first(format!("curl -o issuer.crt '{url}', then: fullcert bundle {} issuer.crt -o fullcert.pem", examined.file));
            }
        }
        (Some(url), Some(failure)) => {
            verdict = verdict.because(format!(
                "it could not be fetched from {}: {failure}",
                url.escape_debug()
            ));
        }
        (None, _) => {}
    }
    verdict.with("issuer", Some(issuer))
}
