//! What is known here of the identity, as weights for the causes a server may refuse it for.

use crate::catalogue::reactions::Cause;
use crate::evidence::{CertificateFacts, Offered, Tls, VerifyFault};
use crate::material::{KeyKind, Time};

use super::causes::Candidate;
use super::names::{self, Rank};
use super::server::ago;
use super::telling;

/// What is known here of the identity, without regard to the signal.
pub(super) fn weigh(offered: &Offered, tls: Option<&Tls>, at: Time) -> Vec<Candidate> {
    let chain = &offered.chain;
    let mut candidates = Vec::new();
    let mut add = |cause, weight: u32, certain, fact: Option<String>| {
        candidates.push(Candidate {
            cause,
            weight,
            fact,
            certain,
        });
    };
    if let Some((index, one)) = find(chain, |one| one.not_after < at) {
        add(
            Cause::Expired,
            95,
            true,
            Some(format!(
                "{} expired on {} ({})",
                position(index, one),
                one.not_after.date(),
                ago(at, one.not_after)
            )),
        );
    } else {
        add(Cause::Expired, 1, false, None);
    }
    if let Some((index, one)) = find(chain, |one| one.not_before > at) {
        add(
            Cause::NotYetValid,
            95,
            true,
            Some(format!(
                "{} is valid only from {}",
                position(index, one),
                one.not_before
            )),
        );
    }
    if let Some(leaf) = chain.first().filter(|leaf| leaf.self_signed) {
        add(
            Cause::SelfSigned,
            97,
            false,
            Some(format!("{} is signed by itself", position(0, leaf))),
        );
    }
    if let Some((index, one)) = find(chain, |one| !one.allows("clientAuth")) {
        let usages = one
            .eku
            .as_ref()
            .map(|eku| eku.join(", "))
            .unwrap_or_default();
        add(
            Cause::WrongPurpose,
            93,
            true,
            Some(format!(
                "the extended key usage of {} is {usages}, without clientAuth",
                position(index, one)
            )),
        );
    } else if let Some((index, one)) = find(chain, |one| {
        // By RFC 5280 "any" is enough; OpenSSL and NSS want clientAuth itself.
        one.eku
            .as_ref()
            .is_some_and(|eku| !eku.iter().any(|usage| usage == "clientAuth"))
    }) {
        add(
            Cause::WrongPurpose,
            75,
            false,
            Some(format!(
                "the extended key usage of {} is anyExtendedKeyUsage, and not clientAuth itself",
                position(index, one)
            )),
        );
    } else if let Some(leaf) = chain.first().filter(|leaf| {
        leaf.key_usage
            .as_ref()
            .is_some_and(|usage| !usage.iter().any(|one| one == "digitalSignature"))
    }) {
        add(
            Cause::WrongPurpose,
            80,
            false,
            Some(format!(
                "the key usage of {} is without digitalSignature",
                position(0, leaf)
            )),
        );
    }
    if let Some((index, one)) = find(chain, is_weak) {
        add(
            Cause::Weak,
            85,
            false,
            Some(format!(
                "{} has the key {} and the signature {}",
                position(index, one),
                one.key
                    .as_ref()
                    .map_or_else(|| "unknown".to_owned(), ToString::to_string),
                one.signature_algorithm
            )),
        );
    }
    let (missing, unknown, trusted) = issuer(offered, tls);
    if chain.first().is_none_or(|leaf| !leaf.self_signed) {
        let (weight, fact) = unknown;
        add(Cause::UnknownIssuer, weight, false, fact);
        let (weight, fact) = missing;
        add(Cause::MissingIntermediate, weight, false, fact);
    }
    add(Cause::Revoked, if trusted { 15 } else { 10 }, false, None);
    add(Cause::ServerCrl, if trusted { 15 } else { 8 }, false, None);
    add(
        Cause::TooLong,
        if chain.len() > 1 { 12 } else { 2 },
        false,
        None,
    );
    if let Some(fault) = offered
        .chain_faults
        .iter()
        .find(|fault| may_not_issue(fault))
    {
        add(Cause::BrokenChain, 92, false, Some(told(fault)));
    }
    let broken = constraint(offered);
    add(
        Cause::Constraint,
        if broken.is_some() { 92 } else { 10 },
        false,
        broken,
    );
    candidates
}

/// A rule of path validation that the chain breaks, whomever its top is trusted by.
fn constraint(offered: &Offered) -> Option<String> {
    if let Some((index, one)) = find(&offered.chain, |one| !one.unknown_critical.is_empty()) {
        return Some(format!(
            "{} has a critical extension that most software does not know ({})",
            position(index, one),
            one.unknown_critical.join(", ")
        ));
    }
    offered
        .chain_faults
        .iter()
        .find(|fault| breaks_a_rule(fault))
        .map(told)
}

fn told(fault: &VerifyFault) -> String {
    format!(
        "of {} OpenSSL says here, too: {} ({})",
        fault.subject.as_deref().unwrap_or("the chain"),
        fault.text,
        fault.code
    )
}

/// No CA, a key that may not sign certificates, or a path longer than it allows. OpenSSL 1.1.1 counts "no CA" as 24.
fn may_not_issue(fault: &VerifyFault) -> bool {
    matches!(fault.code, 24 | 25 | 32 | 37 | 79)
}

/// Whether a fault of the chain is none of those that have a cause of their own: dates, purpose, strength, self-signed,
/// and whatever comes of a missing issuer.
fn breaks_a_rule(fault: &VerifyFault) -> bool {
    !may_not_issue(fault) && !matches!(fault.code, 0 | 2 | 9 | 10 | 18..=21 | 26 | 66..=68)
}

type Weighed = (u32, Option<String>);

/// Weighs "an intermediate is missing" against "the CA is unknown", and whether the server names a CA of ours.
fn issuer(offered: &Offered, tls: Option<&Tls>) -> (Weighed, Weighed, bool) {
    let none = Vec::new();
    let named = tls
        .and_then(|tls| tls.certificate_request.as_ref())
        .map_or(&none, |request| &request.ca_names);
    let path = path(&offered.chain);
    let Some(top) = path.last() else {
        return ((0, None), (50, None), false);
    };
    if let Some(fact) = namesake(offered, top, tls) {
        return ((5, None), (80, Some(fact)), false);
    }
    let known = path
        .iter()
        .any(|one| named.contains(&one.issuer) || named.contains(&one.subject));
    let beyond = offered.issuer_at_hand.as_ref();
    if known {
        let fact = "one of the CA names the server sent stands in the chain: if it does not trust that CA, its own has the same name and another key, or lacks the root above it";
        return ((0, None), (15, Some(fact.to_owned())), true);
    }
    let listed = (!named.is_empty()).then(|| {
        format!(
            "the server accepts certificates of: {}",
            telling::list(named)
        )
    });
    if top.self_signed {
        let fact = format!("the whole chain was sent, up to its root {}", top.subject);
        return (
            (0, None),
            (
                90,
                Some(listed.map_or(fact.clone(), |listed| format!("{fact}; {listed}"))),
            ),
            false,
        );
    }
    if let Some(issuer) = beyond {
        if issuer.self_signed {
            let fact = format!(
                "{} is issued by the root {}; nothing is missing in between",
                top.subject, issuer.subject
            );
            return (
                (0, None),
                (
                    90,
                    Some(listed.map_or(fact.clone(), |listed| format!("{fact}; {listed}"))),
                ),
                false,
            );
        }
        let fact = format!("the intermediate {} was not sent", issuer.subject);
        return ((90, Some(fact)), (8, None), false);
    }
    let alone = path.len() == 1;
    let mut weight: i32 = if alone { 50 } else { 15 };
    weight += match names::rank(&top.issuer) {
        Rank::Intermediate => 35,
        Rank::Root => -35,
        Rank::Unclear => 0,
    };
    if !top.ca_issuers.is_empty() && alone {
        weight += 15;
    }
    if named.iter().any(|name| names::akin(&top.issuer, name)) {
        // Of the house of a CA that is named, and not that CA: it stands in between.
        weight += if alone { 25 } else { 40 };
    } else if !named.is_empty() {
        weight -= 15;
    }
    let weight = u32::try_from(weight.clamp(4, 90)).unwrap_or(4);
    let sent = if alone {
        format!(
            "the certificate was sent alone; it is issued by {}",
            top.issuer
        )
    } else {
        format!("the last certificate sent is issued by {}", top.issuer)
    };
    // A server that names nobody has said nothing about this CA: what can be seen to be wrong comes first.
    let unknown = if named.is_empty() {
        (94 - weight).min(70)
    } else {
        94 - weight
    };
    let with_names = listed.map_or(sent.clone(), |listed| format!("{sent}; {listed}"));
    (
        (weight, Some(with_names.clone())),
        (unknown, Some(with_names)),
        false,
    )
}

/// Another CA of the same name, at hand or in the server's own chain: that is the one the server may know.
fn namesake(offered: &Offered, top: &CertificateFacts, tls: Option<&Tls>) -> Option<String> {
    if let Some(one) = &offered.namesake_at_hand {
        return Some(format!(
            "the certificate of {} at hand did not sign {}: there are two CAs of that name, or it was made anew with another key",
            one.subject, top.subject
        ));
    }
    let wanted = top.authority_key_id.as_ref()?;
    let other = tls?.server_chain.iter().find(|one| {
        one.ca
            && one.subject == top.issuer
            && one.subject_key_id.as_ref().is_some_and(|id| id != wanted)
    })?;
    Some(format!(
        "the {} in the server's own chain has another key than the one that signed {}",
        other.subject, top.subject
    ))
}

/// The certificates that follow from the leaf, each issuing the one before it.
pub(super) fn path(chain: &[CertificateFacts]) -> Vec<&CertificateFacts> {
    let mut path: Vec<&CertificateFacts> = chain.first().into_iter().collect();
    while let Some(last) = path.last() {
        if last.self_signed {
            break;
        }
        let issuer = last.issuer.clone();
        match chain.iter().find(|one| {
            one.subject == issuer && !path.iter().any(|there| there.sha256 == one.sha256)
        }) {
            Some(next) => path.push(next),
            None => break,
        }
    }
    path
}

/// A key or signature that today's servers refuse.
pub(super) fn is_weak(one: &CertificateFacts) -> bool {
    let small = one.key.as_ref().is_some_and(|key| match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa => key.bits < 2048,
        KeyKind::Ec => key.bits < 224,
        _ => false,
    });
    let signature = one.signature_algorithm.to_ascii_lowercase();
    // A root's own signature is never checked.
    let old = !one.self_signed
        && (signature.contains("sha1") || signature.contains("md5") || signature.contains("md2"));
    small || old
}

fn find(
    chain: &[CertificateFacts],
    wanted: impl Fn(&CertificateFacts) -> bool,
) -> Option<(usize, &CertificateFacts)> {
    chain.iter().enumerate().find(|(_, one)| wanted(one))
}

fn position(index: usize, one: &CertificateFacts) -> String {
    if index == 0 {
        format!("the certificate {}", one.subject)
    } else {
        format!("the CA certificate {}", one.subject)
    }
}
