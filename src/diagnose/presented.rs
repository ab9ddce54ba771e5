//! A certificate was asked for and sent: whether the server refused it, and why.

use crate::catalogue::http::Meaning;
use crate::catalogue::{Code, Confidence, Stage};
use crate::evidence::{Offered, Phase, Tls, Variation};

use super::alert::spelled;
use super::answer::{Recognised, refuses_certificate};
use super::causes::{self, Candidate, Signal};
use super::client::{not_required, or_else, refusal};
use super::experiments;
use super::reaction::Reaction;
use super::refusal::refused;
use super::telling::{asked, ending, quoted, status};
use super::{Case, Verdict};

/// Asked for and sent.
pub(super) fn with(case: &Case<'_>, tls: &Tls, said: Option<&Recognised>) -> Option<Verdict> {
    let offered = case.evidence.offered.as_ref()?;
    if let Some(said) = said
        && let Some(verdict) = told(case, tls, offered, said)
    {
        return Some(verdict);
    }
    let Some(http) = &case.call.http else {
        let mut signal = refusal(case, tls)?;
        let mut tls13 = tls.is_13();
        let mut fact = match signal {
            Signal::Alert(number) => {
                format!("the server refused with the alert {}", spelled(number))
            }
            _ => ending(case),
        };
        if signal == Signal::Closed
            && let Some(verdict) = unanswered(case, offered)
        {
            return Some(verdict);
        }
        if signal == Signal::Closed
            && let Some((number, version13)) = experiments::recovered_alert(case.evidence)
        {
            fact = format!(
                "{fact}; called again, it sent the alert {}",
                spelled(number)
            );
            signal = Signal::Alert(number);
            tls13 = version13;
        }
        return Some(refused(case, offered, &signal, tls13, fact));
    };
    let answered = format!(
        "TLS let the certificate through, and the answer was HTTP {}",
        status(http.status, &http.reason)
    );
    let rule = said.and_then(Recognised::rule);
    let ranked = causes::rank(
        case.evidence,
        offered,
        &Signal::Answer,
        tls.is_13(),
        case.at,
    );
    let condemned = ranked.iter().find(|candidate| candidate.certain);
    match http.status {
        401 | 403 => Some(
            forbidden(case, tls, offered, &ranked, answered, http.status).because_all(rule),
        ),
        200..=399 => condemned.map(|bad| {
            not_required(case, asked(tls), http.status)
                .summary("the server let the call through with a certificate that should not be accepted")
                .because_all(bad.fact.clone())
        }),
        _ => None,
    }
}

/// Sent, and the answer says what became of it.
fn told(case: &Case<'_>, tls: &Tls, offered: &Offered, said: &Recognised) -> Option<Verdict> {
    let signal = match said.meaning {
        Meaning::CertificateRefused | Meaning::NoneValid | Meaning::CertificateRefusedBecause => {
            Signal::told(&said.quote)
        }
        Meaning::CertificateRefusedFor(causes) => Signal::Named(causes),
        Meaning::NoCertificate => {
            return Some(
                Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence)
                    .summary("a certificate was sent, and the server says it got none")
                    .because(quoted(case, said))
                    .because("something between here and the application ends TLS and does not pass the certificate on")
                    .because_all(or_else(said))
                    .done(),
            );
        }
        Meaning::OwnerNotAllowed => {
            return Some(
                Verdict::new(Code::ClientCertForbidden, Confidence::Likely, case.evidence)
                    .because("the certificate was asked for, sent, and accepted by TLS")
                    .because(quoted(case, said))
                    .because_all(experiments::facts(case.evidence))
                    .because_all(or_else(said))
                    .done(),
            );
        }
        _ => return None,
    };
    let mut verdict =
        refused(case, offered, &signal, tls.is_13(), quoted(case, said)).because_all(or_else(said));
    if said.or.is_some() && verdict.confidence == Confidence::Proven {
        verdict.confidence = Confidence::Likely;
    }
    Some(verdict)
}

/// The connection was closed instead of an answer, by a server that has words for certificates it does not like.
fn unanswered(case: &Case<'_>, offered: &Offered) -> Option<Verdict> {
    let later = case
        .call
        .end
        .is_some_and(|end| matches!(end.phase, Phase::Request | Phase::Response));
    // Where nothing is asked nothing may be wrong, or the certificate would be.
    let patient = experiments::reaction_to(case.evidence, Variation::ReadFirst);
    if !later
        || patient.is_some_and(|reaction| reaction != Reaction::Quiet)
        || experiments::recovered_alert(case.evidence).is_some()
    {
        return None;
    }
    let taken = match experiments::reaction_to(case.evidence, Variation::ThrowAwaySelfSigned)? {
        // TLS turned that one away, and let ours through.
        Reaction::Alert(_) => true,
        // An application may stumble over one that it would have refused.
        Reaction::Told { meaning, .. } => {
            refuses_certificate(meaning)
                && causes::rank(
                    case.evidence,
                    offered,
                    &Signal::Closed,
                    case.call.tls.as_ref().is_some_and(Tls::is_13),
                    case.at,
                )
                .first()
                .is_none_or(|best| best.weight < 20)
        }
        _ => false,
    };
    taken.then(|| {
        Verdict::new(Code::HttpError, Confidence::Likely, case.evidence)
            .summary("the server took the certificate, and closed the connection without answering the request")
            .stage(Stage::Application)
            .because(ending(case))
            .because_all(experiments::facts(case.evidence))
            .done()
    })
}

/// TLS let the certificate through and the application said no: to the certificate, to its owner, or to anyone?
fn forbidden(
    case: &Case<'_>,
    tls: &Tls,
    offered: &Offered,
    ranked: &[Candidate],
    answered: String,
    number: u16,
) -> Verdict {
    let ours = Reaction::of(case.call);
    let condemned = ranked
        .first()
        .is_some_and(|best| best.certain || best.weight >= 20);
    // An application that looks at the certificate itself can refuse a bad one as it refuses none.
    if condemned && !experiments::trusts_our_ca(case.evidence, &ours) {
        return refused(case, offered, &Signal::Answer, tls.is_13(), answered);
    }
    let without = experiments::reaction_to(case.evidence, Variation::WithoutCertificate);
    let same = without.as_ref() == Some(&ours);
    if number == 401 && (same || without.is_none()) {
        let verdict =
            super::application::judge(case).because_all(experiments::facts(case.evidence));
        let challenges = case
            .call
            .http
            .as_ref()
            .is_some_and(|http| http.header("www-authenticate").is_some());
        return if challenges || !same {
            verdict
        } else {
            alike(verdict)
        };
    }
    Verdict::new(Code::ClientCertForbidden, Confidence::Likely, case.evidence)
        .because(answered)
        .because_all(experiments::facts(case.evidence))
        .because(if same {
            "the answer is the same without a certificate: this one counts for nothing there, or everyone is forbidden"
        } else if without.is_some() {
            "the answer is another one without the certificate, so it was looked at"
        } else {
            "not ruled out: the application forbids this request to everyone"
        })
        .done()
}

/// A 401 that asks for nothing else, and is the same whatever is sent: two readings, and nothing between them.
fn alike(mut verdict: Verdict) -> Verdict {
    verdict.confidence = Confidence::Possible;
    verdict
        .summary("the application answered 401, with this certificate as without one")
        .because("it names no other way to log in (WWW-Authenticate)")
        .because("not ruled out: it wants a certificate, and takes this one for none")
}
