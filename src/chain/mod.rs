//! Owns the way from a pile of certificates and keys to one identity: which belongs to which, in what order,
//! what is missing and what is left over.
//!
//! Nothing here reads a file or the clock.

mod flaw;
mod judge;
mod leaf;
mod path;
mod pile;
mod profile;
mod search;
mod second;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::material::{Certificate, Name, PrivateKey, Time};
use crate::source::Origin;

pub use flaw::Flaw;
pub use judge::{Fault, Judged, MAX_PATHS, Peer, Purpose, Question, judge, paths, plainly};
pub use leaf::Choice;
pub use path::{Aim, End, Gap, Path};
pub use pile::Pile;
pub use search::{all, best, found};
pub use second::{MAX_INTERMEDIATES, second_opinion};

/// All that came in, and what is known of where it must lead.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    pub certificates: &'a [Certificate],
    pub keys: &'a [PrivateKey],
    /// Every file that was looked into, for the error that says in which ones nothing was found.
    pub files: &'a [Origin],
    /// CAs the peer is known to trust; may be empty.
    pub anchors: &'a [Certificate],
    /// Names of CAs the peer said it trusts; may be empty.
    pub names: &'a [Name],
    /// The leaf is to be one of these, which are in the pile too; empty where any will do.
    pub leaves: &'a [Certificate],
    pub now: Time,
}

/// An identity, and what became of the rest of the pile.
#[derive(Debug, Clone)]
pub struct Assembly {
    pub identity: Identity,
    pub path: Path,
    /// Decisions that were taken between certificates of the same standing.
    pub choices: Vec<Choice>,
    pub left_out: Vec<LeftOut>,
    /// Private keys that are not this identity's.
    pub spare_keys: Vec<PrivateKey>,
}

/// A certificate that is not part of the identity.
#[derive(Debug, Clone)]
pub struct LeftOut {
    pub certificate: Certificate,
    pub why: Why,
}

/// Why a certificate was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is the root this chain ends in: whoever trusts it has it.
    Root,
    /// The same certificate came before, from there.
    Duplicate(Origin),
    /// Another certificate for the identity's own key.
    OtherLeaf,
    /// It would lead on from this chain, by a way that is not needed.
    OtherWay,
    /// It has nothing to do with this chain.
    Stranger,
}

impl Assembly {
    /// The root or anchor the chain ends in, where it is known.
    #[must_use]
    pub fn root(&self) -> Option<&Certificate> {
        self.path.root()
    }

    /// The missing issuer, where one is.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        self.path.gap()
    }
}

/// Builds the one identity that is in a pile.
///
/// # Errors
/// [`IdentityError`] where there is no key, no certificate, none that belong together, or more than one pair.
pub fn assemble(parts: &Parts<'_>) -> Result<Assembly, IdentityError> {
    let pile = Pile::new(parts.certificates, parts.anchors);
    let leaf::Chosen { key, leaf, choices } = leaf::choose(parts, &pile)?;
    let aim = Aim {
        names: parts.names,
        purpose: purpose_of(&leaf),
        now: parts.now,
    };
    let path = best(&leaf, &pile, &aim);
    let issuers = path.certificates.iter().skip(1).cloned().collect();
    let left_out = left_out(&pile, &path, &leaf);
    let spare_keys = parts
        .keys
        .iter()
        .filter(|spare| spare.info().spki_sha256 != key.info().spki_sha256)
        .cloned()
        .collect();
    Ok(Assembly {
        identity: Identity::new(key, leaf, issuers)?,
        path,
        choices,
        left_out,
        spare_keys,
    })
}

/// Every path there is from `leaf`, best first, [`MAX_PATHS`] at the most, for showing.
#[must_use]
pub fn every(parts: &Parts<'_>, leaf: &Certificate) -> Vec<Path> {
    let pile = Pile::new(parts.certificates, parts.anchors);
    let aim = Aim {
        names: parts.names,
        purpose: purpose_of(leaf),
        now: parts.now,
    };
    found(leaf, &pile, &aim, MAX_PATHS)
}

/// What a certificate is meant for: a client, unless it can only be a server.
#[must_use]
pub fn purpose_of(leaf: &Certificate) -> &'static str {
    if !leaf.allows("clientAuth") && leaf.allows("serverAuth") {
        "serverAuth"
    } else {
        "clientAuth"
    }
}

fn left_out(pile: &Pile, path: &Path, leaf: &Certificate) -> Vec<LeftOut> {
    let sent: HashSet<&str> = path.certificates.iter().map(Certificate::sha256).collect();
    let related = pile.leading_on(path.certificates.iter().chain(path.root()));
    pile.given()
        .filter(|certificate| !sent.contains(certificate.sha256()))
        .map(|certificate| {
            let why = if path.root() == Some(certificate) {
                Why::Root
            } else if certificate.spki() == leaf.spki() {
                Why::OtherLeaf
            } else if pile
                .find(certificate)
                .is_some_and(|index| related.contains(&index))
            {
                Why::OtherWay
            } else {
                Why::Stranger
            };
            LeftOut {
                certificate: certificate.clone(),
                why,
            }
        })
        .chain(pile.repeated().map(|(later, first)| LeftOut {
            certificate: later.clone(),
            why: Why::Duplicate(first.origin().clone()),
        }))
        .collect()
}
