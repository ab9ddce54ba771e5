//! Ranks the causes for which a server may have refused our certificate.
//!
//! Each cause has a weight from what is known of the identity here, and a factor from how well it explains the
//! signal the server gave, read in the column of its TLS stack where that is known.

use crate::catalogue::Code;
use crate::catalogue::reactions::{self, Cause};
use crate::catalogue::stacks::Stack;
use crate::evidence::{Evidence, Offered, Variation};
use crate::material::Time;

use super::experiments;
use super::reaction::Reaction;
use super::weights::weigh;

/// How a refusal showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Signal {
    Alert(u8),
    /// Closed or reset without an alert.
    Closed,
    /// An HTTP answer that says "bad certificate" and nothing more.
    Refused,
    /// An HTTP answer whose text names one of these, in the words of a TLS library.
    Named(&'static [Cause]),
    /// An HTTP answer that refuses without saying it is for the certificate.
    Answer,
}

impl Signal {
    /// A refusal in words: a library's own, or none that say why.
    pub(super) fn told(words: &str) -> Self {
        meant_by(words).map_or(Self::Refused, Self::Named)
    }
}

/// A cause with its weight, from 0 (ruled out) to 100.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) cause: Cause,
    pub(super) weight: u32,
    /// The fact that speaks for it, where there is one.
    pub(super) fact: Option<String>,
    /// The fact alone condemns the identity, whoever the server is.
    pub(super) certain: bool,
}

/// The code a cause is told as.
pub(super) fn code(cause: Cause) -> Code {
    match cause {
        Cause::Missing => Code::ClientCertMissing,
        Cause::UnknownIssuer => Code::ClientIssuerUnknown,
        Cause::MissingIntermediate => Code::ClientChainIncomplete,
        Cause::SelfSigned => Code::ClientCertSelfSigned,
        Cause::Expired => Code::ClientCertExpired,
        Cause::NotYetValid => Code::ClientCertNotYetValid,
        Cause::WrongPurpose => Code::ClientCertWrongPurpose,
        Cause::Revoked => Code::ClientCertRevoked,
        Cause::Weak => Code::ClientCertWeak,
        Cause::KeyMismatch => Code::ClientKeyMismatch,
        Cause::Constraint | Cause::BrokenChain | Cause::ServerCrl | Cause::TooLong => {
            Code::ClientCertRejected
        }
    }
}

/// How a cause is named among others.
pub(super) fn words(cause: Cause) -> &'static str {
    match cause {
        Cause::Missing => "no certificate arrived",
        Cause::UnknownIssuer => "the server does not trust the CA",
        Cause::MissingIntermediate => "an intermediate certificate is missing",
        Cause::SelfSigned => "the certificate is self-signed",
        Cause::Expired => "a certificate has expired",
        Cause::NotYetValid => "a certificate is not valid yet",
        Cause::WrongPurpose => "the certificate is not meant for clients",
        Cause::Revoked => "the certificate is revoked",
        Cause::Weak => "a key or signature is too weak",
        Cause::KeyMismatch => "the key does not match",
        Cause::Constraint => "a name, policy or critical extension is not accepted",
        Cause::BrokenChain => "a certificate of the chain may not issue others",
        Cause::ServerCrl => "the server's own revocation list is missing or out of date",
        Cause::TooLong => "the chain is longer than the server allows",
    }
}

/// All causes that are not ruled out, best first.
///
/// `tls13` is the version in which the signal came.
pub(super) fn rank(
    evidence: &Evidence,
    offered: &Offered,
    signal: &Signal,
    tls13: bool,
    at: Time,
) -> Vec<Candidate> {
    let call = evidence.call.as_ref();
    let tls = call.and_then(|call| call.tls.as_ref());
    let (columns, identified) = experiments::columns(evidence);
    let mut candidates = weigh(offered, tls, at);
    if call.is_some_and(|call| experiments::trusts_our_ca(evidence, &Reaction::of(call))) {
        candidates.retain(|candidate| {
            !matches!(
                candidate.cause,
                Cause::UnknownIssuer | Cause::MissingIntermediate
            )
        });
    }
    let fits: Vec<u32> = candidates
        .iter()
        .map(|candidate| fit(candidate.cause, signal, &columns, identified, tls13))
        .collect();
    let explanations = candidates
        .iter()
        .zip(&fits)
        .filter(|(candidate, fit)| candidate.weight > 0 && **fit == 100)
        .count();
    // What a server says to no certificate as well is not about what stands in ours; "revoked" has one meaning.
    let none = experiments::reaction_to(evidence, Variation::WithoutCertificate);
    let alike =
        matches!((signal, none), (Signal::Alert(ours), Some(Reaction::Alert(its))) if *ours == its);
    for (candidate, fit) in candidates.iter_mut().zip(fits) {
        let conceivable = candidate.weight > 0;
        candidate.weight = candidate.weight * fit / 100;
        // What cannot be seen from here is believed where the signal names it and nothing else.
        if fit == 100
            && explanations == 1
            && conceivable
            && (!alike || candidate.cause == Cause::Revoked)
        {
            candidate.weight = candidate.weight.max(60);
        }
    }
    candidates.retain(|candidate| candidate.weight > 0);
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.weight));
    candidates
}

/// How well a cause explains a signal, in percent.
fn fit(cause: Cause, signal: &Signal, columns: &[Stack], identified: bool, tls13: bool) -> u32 {
    match signal {
        Signal::Alert(number) => {
            let explains = columns
                .iter()
                .any(|stack| reactions::explains(*stack, cause, tls13, *number));
            match (explains, identified) {
                (true, _) => 100,
                // The program on top of a stack may choose another alert: unlikely, not impossible.
                (false, true) => 4,
                (false, false) => 1,
            }
        }
        // Some programs hang up on every bad certificate, whatever their TLS stack would have said.
        Signal::Closed => 70,
        Signal::Refused => 100,
        Signal::Answer => 50,
        Signal::Named(causes) => {
            if causes.contains(&cause) {
                100
            } else {
                0
            }
        }
    }
}

/// The causes behind the words of OpenSSL (`X509_verify_cert_error_string`, 1.0 to 4.0), Node.js, Go and Java.
const WORDS: &[(&str, &[Cause])] = &[
    ("unable to get local issuer", NO_PATH),
    ("unable to get issuer", NO_PATH),
    ("unable to verify the first", NO_PATH),
    ("unable to verify leaf signature", NO_PATH),
    (
        "self signed certificate in certificate chain",
        &[Cause::UnknownIssuer],
    ),
    ("self signed cert in chain", &[Cause::UnknownIssuer]),
    ("self signed cert", &[Cause::SelfSigned]),
    ("signed by unknown authority", ANY_PATH),
    ("pkix path building failed", ANY_PATH),
    (
        "expired or is not yet valid",
        &[Cause::Expired, Cause::NotYetValid],
    ),
    ("crl has expired", &[Cause::ServerCrl]),
    ("crl is not yet valid", &[Cause::ServerCrl]),
    ("unable to get certificate crl", NO_LIST),
    ("unable to get crl", NO_LIST),
    ("has expired", &[Cause::Expired]),
    ("not yet valid", &[Cause::NotYetValid]),
    ("certificate purpose", &[Cause::WrongPurpose]),
    ("invalid purpose", &[Cause::WrongPurpose]),
    ("incompatible key usage", &[Cause::WrongPurpose]),
    ("revoked", &[Cause::Revoked]),
    ("too weak", &[Cause::Weak]),
    ("chain too long", &[Cause::TooLong]),
    ("path length", &[Cause::BrokenChain, Cause::TooLong]),
    ("signature failure", &[Cause::UnknownIssuer]),
    ("critical extension", &[Cause::Constraint]),
    ("invalid ca", &[Cause::BrokenChain]),
    ("subtree violation", &[Cause::Constraint]),
];
const NO_PATH: &[Cause] = &[Cause::MissingIntermediate, Cause::UnknownIssuer];
/// Whoever goes on after a first fault meets this one next: nobody's list covers a stranger.
const NO_LIST: &[Cause] = &[
    Cause::ServerCrl,
    Cause::MissingIntermediate,
    Cause::UnknownIssuer,
    Cause::SelfSigned,
];
const ANY_PATH: &[Cause] = &[
    Cause::MissingIntermediate,
    Cause::UnknownIssuer,
    Cause::SelfSigned,
];

/// The causes a text names; none where it names none.
fn meant_by(text: &str) -> Option<&'static [Cause]> {
    let text = text.to_ascii_lowercase().replace(['-', '_'], " ");
    WORDS
        .iter()
        .find(|(words, _)| text.contains(words))
        .map(|(_, causes)| *causes)
}
