//! Which key and which certificate the identity is made of.

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::error::IdentityError;
use crate::material::{Certificate, PrivateKey, Time};

use super::{Parts, Pile, flaw};

/// A decision between certificates that all fit, which the user should hear of.
#[derive(Debug, Clone)]
pub enum Choice {
    /// Several certificates for the same key and name: a renewal, or a placeholder beside the CA's answer.
    Renewal {
        chosen: Certificate,
        passed_over: Vec<Certificate>,
    },
    /// Keys of CAs are here as well; the end entity's was taken.
    EndEntity {
        chosen: Certificate,
        passed_over: Vec<Certificate>,
    },
}

pub(super) struct Chosen {
    pub key: PrivateKey,
    pub leaf: Certificate,
    pub choices: Vec<Choice>,
}

/// A private key with all certificates that carry its public half.
struct Pair<'a> {
    key: &'a PrivateKey,
    certificates: Vec<Certificate>,
}

pub(super) fn choose(parts: &Parts<'_>, pile: &Pile) -> Result<Chosen, IdentityError> {
    if parts.keys.is_empty() {
        return Err(IdentityError::NoKey {
            files: parts.files.to_vec(),
        });
    }
    if parts.certificates.is_empty() {
        return Err(IdentityError::NoCertificate {
            files: parts.files.to_vec(),
        });
    }
    let mut choices = Vec::new();
    let mut pairs = pairs(parts.keys, pile);
    if !parts.leaves.is_empty() {
        for pair in &mut pairs {
            pair.certificates
                .retain(|certificate| parts.leaves.contains(certificate));
        }
        pairs.retain(|pair| !pair.certificates.is_empty());
    }
    if pairs.is_empty() {
        return Err(mismatch(parts, pile));
    }
    if pairs.len() > 1 {
        narrow(&mut pairs, &mut choices);
    }
    if pairs.len() > 1 || names(&pairs[0].certificates) > 1 {
        return Err(IdentityError::SeveralLeaves {
            candidates: described(&pairs),
        });
    }
    let pair = pairs.remove(0);
    let leaf = latest(pair.certificates, pile, parts.now, &mut choices);
    Ok(Chosen {
        key: pair.key.clone(),
        leaf,
        choices,
    })
}

fn pairs<'a>(keys: &'a [PrivateKey], pile: &Pile) -> Vec<Pair<'a>> {
    let mut seen = HashSet::new();
    keys.iter()
        .filter(|key| seen.insert(key.info().spki_sha256.clone()))
        .map(|key| Pair {
            key,
            certificates: of_key(key, pile),
        })
        .filter(|pair| !pair.certificates.is_empty())
        .collect()
}

fn of_key(key: &PrivateKey, pile: &Pile) -> Vec<Certificate> {
    let spki = key.pkey().public_key_to_der().unwrap_or_default();
    let same: Vec<Certificate> = pile
        .given()
        .filter(|certificate| certificate.spki() == spki && certificate.belongs_to(key))
        .cloned()
        .collect();
    if !same.is_empty() {
        return same;
    }
    // The same key may be written otherwise, a compressed point for one; libcrypto compares the key itself.
    pile.given()
        .filter(|certificate| certificate.belongs_to(key))
        .cloned()
        .collect()
}

/// A CA's key in the pile is not what an identity is wanted for.
fn narrow(pairs: &mut Vec<Pair<'_>>, choices: &mut Vec<Choice>) {
    let is_ca = |pair: &Pair<'_>| pair.certificates.iter().all(Certificate::is_ca);
    if pairs.iter().filter(|pair| !is_ca(pair)).count() != 1 {
        return;
    }
    let (authorities, ends): (Vec<_>, Vec<_>) = std::mem::take(pairs).into_iter().partition(is_ca);
    if let Some(chosen) = ends.first().and_then(|pair| pair.certificates.first()) {
        choices.push(Choice::EndEntity {
            chosen: chosen.clone(),
            passed_over: authorities
                .into_iter()
                .flat_map(|pair| pair.certificates)
                .collect(),
        });
    }
    *pairs = ends;
}

fn names(certificates: &[Certificate]) -> usize {
    certificates
        .iter()
        .map(|certificate| certificate.subject().canonical())
        .collect::<HashSet<_>>()
        .len()
}

/// Of several for one key: issued by a CA before self-signed, valid now before not, then the newest.
fn latest(
    mut certificates: Vec<Certificate>,
    pile: &Pile,
    now: Time,
    choices: &mut Vec<Choice>,
) -> Certificate {
    certificates.sort_by_cached_key(|certificate| {
        (
            certificate.is_self_signed(),
            flaw::of_validity(certificate, now).is_some(),
            !pile.has_issuer(certificate),
            Reverse(certificate.not_before()),
            Reverse(certificate.not_after()),
            certificate.sha256().to_owned(),
        )
    });
    let chosen = certificates.remove(0);
    if !certificates.is_empty() {
        choices.push(Choice::Renewal {
            chosen: chosen.clone(),
            passed_over: certificates,
        });
    }
    chosen
}

fn described(pairs: &[Pair<'_>]) -> Vec<String> {
    let mut candidates: Vec<String> = pairs
        .iter()
        .flat_map(|pair| {
            pair.certificates.iter().map(move |certificate| {
                format!(
                    "{} in {} (valid {} to {}, key in {})",
                    certificate.subject(),
                    certificate.origin(),
                    certificate.not_before().date(),
                    certificate.not_after().date(),
                    pair.key.origin()
                )
            })
        })
        .collect();
    candidates.sort_unstable();
    candidates
}

/// Names the certificate that was most likely meant: an end entity, valid, and the newest.
fn mismatch(parts: &Parts<'_>, pile: &Pile) -> IdentityError {
    let wanted =
        |certificate: &&Certificate| parts.leaves.is_empty() || parts.leaves.contains(*certificate);
    let likeliest = pile
        .given()
        .filter(wanted)
        .min_by_key(|certificate| {
            (
                certificate.is_ca(),
                flaw::of_validity(certificate, parts.now).is_some(),
                certificate.is_self_issued(),
                Reverse(certificate.not_before()),
                certificate.sha256().to_owned(),
            )
        })
        .cloned();
    match (parts.keys.first(), likeliest) {
        (Some(key), Some(leaf)) => IdentityError::KeyMismatch {
            key: key.origin().clone(),
            leaf: leaf.origin().clone(),
            subject: leaf.subject().to_string(),
        },
        _ => IdentityError::NoCertificate {
            files: parts.files.to_vec(),
        },
    }
}
