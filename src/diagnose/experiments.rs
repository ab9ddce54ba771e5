//! Which further call would tell apart what the evidence leaves open, and what the answers so far say.
//!
//! Pure as the rest: it names the experiment, others run it and hand back the evidence.

use crate::catalogue::http::Meaning;
use crate::catalogue::reactions::{self, Cause};
use crate::catalogue::stacks::{self, Stack};
use crate::catalogue::{Code, Confidence};
use crate::evidence::{Evidence, Experiment, Presented, Tls, Variation};
use crate::material::Time;

use super::answer;
use super::reaction::Reaction;

/// The most experiments of one probe.
const MOST: usize = 8;
/// How often a reset is met again, reading first.
const READINGS: usize = 3;

/// The next experiment worth making, with its question; none where the case is settled.
#[must_use]
pub fn next(evidence: &Evidence, at: Time) -> Option<(Variation, &'static str)> {
    let call = evidence.call.as_ref()?;
    let tls = call.tls.as_ref()?;
    let untrusted = !tls.server_faults.is_empty() && !evidence.trust.insecure;
    let verdict = super::judge(evidence, at);
    if untrusted
        || verdict.code.is_fine()
        || verdict.confidence == Confidence::Proven
        || evidence.experiments.len() >= MOST
    {
        return None;
    }
    let candidates = if tls.agreed() {
        about_certificates(evidence)
    } else {
        about_the_first_flight(evidence)
    };
    candidates
        .into_iter()
        .find(|variation| runs(evidence, *variation) < wanted(*variation))
        .map(|variation| (variation, question(variation)))
}

fn wanted(variation: Variation) -> usize {
    if variation == Variation::ReadFirst {
        READINGS
    } else {
        1
    }
}

fn runs(evidence: &Evidence, variation: Variation) -> usize {
    evidence
        .experiments
        .iter()
        .filter(|experiment| experiment.variation == variation)
        .count()
}

/// The server gave up on the `ClientHello`: which part of it does it not like?
fn about_the_first_flight(evidence: &Evidence) -> Vec<Variation> {
    let Some(call) = &evidence.call else {
        return Vec::new();
    };
    let Some(tls) = &call.tls else {
        return Vec::new();
    };
    if tls.not_tls.is_some() {
        return Vec::new();
    }
    let mut wanted = Vec::new();
    if tls.received_alert().is_none() {
        wanted.push(Variation::WithoutPostQuantum);
    }
    if tls.offered_versions.0 > 0x0301 {
        wanted.push(Variation::OldVersions);
    }
    if tls.sni.is_some() {
        wanted.push(Variation::WithoutServerName);
    }
    if tls.received_alert().is_none() {
        wanted.push(Variation::Rustls);
    }
    wanted
}

/// The server gave up on our certificate, or answered as if it had.
fn about_certificates(evidence: &Evidence) -> Vec<Variation> {
    let Some(call) = &evidence.call else {
        return Vec::new();
    };
    let reaction = Reaction::of(call);
    let asked = call
        .tls
        .as_ref()
        .is_some_and(|tls| tls.certificate_request.is_some());
    if call.presented != Presented::Identity || !asked || !reaction.is_refusal() {
        return Vec::new();
    }
    let is_13 = call.tls.as_ref().is_some_and(Tls::is_13);
    let mut wanted = Vec::new();
    if reaction == Reaction::Closed && is_13 {
        wanted.extend([Variation::ReadFirst, Variation::Tls12Only]);
        // One reading that brings an alert is enough.
        if evidence
            .experiments
            .iter()
            .any(|experiment| matches!(Reaction::of(&experiment.call), Reaction::Alert(_)))
        {
            wanted.clear();
        }
    }
    wanted.push(Variation::WithoutCertificate);
    wanted.push(Variation::ThrowAwaySelfSigned);
    let sends_chain = evidence
        .offered
        .as_ref()
        .is_some_and(|offered| offered.chain.len() > 1);
    if sends_chain {
        wanted.push(Variation::LeafAlone);
    }
    wanted
}

/// What an experiment of this kind asks.
#[must_use]
pub const fn question(variation: Variation) -> &'static str {
    match variation {
        Variation::WithoutCertificate => "does the server say the same without any certificate?",
        Variation::ThrowAwaySelfSigned => {
            "does it say the same to a throw-away certificate that nobody can trust?"
        }
        Variation::LeafAlone => "does it take the certificate alone, without its chain?",
        Variation::Tls12Only => {
            "what does it say in TLS 1.2, where alerts come inside the handshake?"
        }
        Variation::ReadFirst => "does a reason arrive when we only listen?",
        Variation::WithoutPostQuantum => {
            "does it answer a ClientHello that fits one packet (without the post-quantum group)?"
        }
        Variation::WithoutServerName => "does it answer without a server name (SNI)?",
        Variation::OldVersions => "does it speak TLS 1.0 or 1.1?",
        Variation::Rustls => "does rustls, a strict modern client, get through?",
    }
}

/// What an experiment showed, in one sentence.
#[must_use]
pub fn answer(experiment: &Experiment) -> String {
    let reaction = Reaction::of(&experiment.call);
    let tls = experiment.call.tls.as_ref();
    match experiment.variation {
        Variation::WithoutPostQuantum | Variation::WithoutServerName | Variation::OldVersions => {
            match tls.filter(|tls| tls.agreed()) {
                Some(tls) => format!(
                    "yes: it answers with {}",
                    tls.version.as_deref().unwrap_or("a ServerHello")
                ),
                None => format!("no: it {}", reaction.words()),
            }
        }
        Variation::Rustls => match tls {
            Some(tls) if !reaction.is_refusal() && tls.completed => format!(
                "yes: {}",
                tls.version.as_deref().unwrap_or("the handshake is made")
            ),
            Some(tls) => format!(
                "no: {}",
                tls.error.as_deref().unwrap_or("the connection ended")
            ),
            None => "no: there was no connection".to_owned(),
        },
        _ => format!("it {}", reaction.words()),
    }
}

/// The reaction in the first experiment of this kind.
pub(super) fn reaction_to(evidence: &Evidence, variation: Variation) -> Option<Reaction> {
    evidence
        .experiments
        .iter()
        .find(|experiment| experiment.variation == variation)
        .map(|experiment| Reaction::of(&experiment.call))
}

/// Whether the server agreed on parameters in an experiment of this kind.
pub(super) fn agreed(evidence: &Evidence, variation: Variation) -> bool {
    evidence
        .experiments
        .iter()
        .filter(|experiment| experiment.variation == variation)
        .any(|experiment| experiment.call.tls.as_ref().is_some_and(Tls::agreed))
}

/// An alert that an experiment brought out where the call itself only met a closed connection.
pub(super) fn recovered_alert(evidence: &Evidence) -> Option<(u8, bool)> {
    evidence
        .experiments
        .iter()
        .filter(|experiment| {
            matches!(
                experiment.variation,
                Variation::ReadFirst | Variation::Tls12Only
            )
        })
        .find_map(|experiment| match Reaction::of(&experiment.call) {
            Reaction::Alert(number) => {
                let is_13 = experiment.call.tls.as_ref().is_some_and(Tls::is_13);
                Some((number, is_13))
            }
            _ => None,
        })
}

/// The stacks the server may run: by its demand, and by what it says to no certificate and to a throw-away one.
///
/// The flag says whether anything narrowed them down at all.
pub(super) fn columns(evidence: &Evidence) -> (Vec<Stack>, bool) {
    let Some(tls) = evidence.call.as_ref().and_then(|call| call.tls.as_ref()) else {
        return (stacks::ALL.to_vec(), false);
    };
    let schemes = tls
        .certificate_request
        .as_ref()
        .map_or(&[][..], |request| &request.signature_algorithms);
    let mut columns = stacks::identify(schemes, tls.is_13());
    let mut narrowed = !columns.is_empty();
    if !narrowed {
        columns = stacks::ALL.to_vec();
    }
    for (variation, cause) in [
        (Variation::WithoutCertificate, Cause::Missing),
        (Variation::ThrowAwaySelfSigned, Cause::SelfSigned),
    ] {
        let Some(Reaction::Alert(number)) = reaction_to(evidence, variation) else {
            continue;
        };
        let fitting: Vec<Stack> = columns
            .iter()
            .copied()
            .filter(|stack| reactions::explains(*stack, cause, tls.is_13(), number))
            .collect();
        // A program with alerts of its own fits no column: then nothing is known after all.
        if !fitting.is_empty() {
            columns = fitting;
            narrowed = true;
        }
    }
    (columns, narrowed)
}

/// Whether the throw-away certificate shows that the server does trust the CA of the real one: it was refused
/// otherwise, by a server whose column tells the two apart.
pub(super) fn trusts_our_ca(evidence: &Evidence, ours: &Reaction) -> bool {
    let Some(throw_away) = reaction_to(evidence, Variation::ThrowAwaySelfSigned) else {
        return false;
    };
    match (&throw_away, ours) {
        (Reaction::Alert(theirs), Reaction::Alert(ours)) if theirs != ours => {
            let is_13 = evidence
                .call
                .as_ref()
                .and_then(|call| call.tls.as_ref())
                .is_some_and(Tls::is_13);
            let (columns, _) = columns(evidence);
            !columns
                .iter()
                .any(|stack| reactions::explains(*stack, Cause::UnknownIssuer, is_13, *ours))
        }
        // TLS turns the throw-away one away and lets ours through to the application.
        (
            Reaction::Alert(_) | Reaction::Closed,
            Reaction::Answered { .. }
            | Reaction::Told {
                meaning: Meaning::OwnerNotAllowed,
                ..
            },
        ) => true,
        (
            Reaction::Told { meaning, .. },
            Reaction::Answered { .. }
            | Reaction::Told {
                meaning: Meaning::OwnerNotAllowed,
                ..
            },
        ) => answer::refuses_certificate(*meaning),
        _ => false,
    }
}

/// The experiments' outcomes as facts for a verdict.
pub(super) fn facts(evidence: &Evidence) -> Vec<String> {
    evidence
        .experiments
        .iter()
        .filter_map(|experiment| {
            let reaction = Reaction::of(&experiment.call).words();
            let with = match experiment.variation {
                Variation::WithoutCertificate => "without a certificate",
                Variation::ThrowAwaySelfSigned => "with a throw-away self-signed certificate",
                Variation::LeafAlone => "with the certificate alone, without its chain,",
                Variation::Tls12Only => "in TLS 1.2",
                Variation::ReadFirst
                | Variation::WithoutPostQuantum
                | Variation::WithoutServerName
                | Variation::OldVersions
                | Variation::Rustls => return None,
            };
            Some(format!("{with} the server {reaction}"))
        })
        .collect()
}

/// What the first flight's experiments make of a server that gave no reason.
pub(super) fn first_flight(evidence: &Evidence) -> Option<(Code, &'static str)> {
    if agreed(evidence, Variation::OldVersions) {
        return Some((
            Code::ProtocolVersionUnsupported,
            "it does answer when TLS 1.0 and 1.1 are offered",
        ));
    }
    if agreed(evidence, Variation::WithoutServerName) {
        return Some((
            Code::ServerNameUnrecognized,
            "it does answer when no server name is asked for (SNI)",
        ));
    }
    if agreed(evidence, Variation::WithoutPostQuantum) {
        return Some((
            Code::HandshakeClosed,
            "it does answer a ClientHello that fits one packet: a middlebox drops the larger, post-quantum one",
        ));
    }
    if agreed(evidence, Variation::Rustls) {
        return Some((
            Code::HandshakeClosed,
            "it does answer rustls, whose ClientHello is shorter and offers less: a middlebox may look into it",
        ));
    }
    None
}
