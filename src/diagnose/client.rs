//! Whether the server refused our certificate, or the lack of one, and why.

use crate::catalogue::http::Meaning;
use crate::catalogue::stacks;
use crate::catalogue::{Code, Confidence};
use crate::evidence::{Ending, Evidence, Moment, Offered, Phase, Presented, Tls};

use super::alert::spelled;
use super::answer::{self, Recognised};
use super::causes::{self, Candidate, Signal};
use super::{Case, Verdict};

/// What is wrong before anything is sent.
pub(super) fn before_calling(evidence: &Evidence) -> Option<Verdict> {
    let offered = evidence.offered.as_ref()?;
    let leaf = offered.chain.first()?;
    match offered.key_belongs_to {
        Some(0) => None,
        Some(index) => {
            let owner = offered
                .chain
                .get(index)
                .map_or("another", |one| one.subject.as_str());
            Some(
                Verdict::new(Code::ClientKeyMismatch, Confidence::Proven, evidence)
                    .summary(format!("the certificate to be sent is {}, but the key belongs to {owner}", leaf.subject))
                    .because(format!("{} holds its certificates in the wrong order: the key's own must come first", offered.file))
                    .fix_first(format!("fullcert bundle {} -o fullcert.pem puts them in order", offered.file))
                    .done(),
            )
        }
        None => Some(
            Verdict::new(Code::ClientKeyMismatch, Confidence::Proven, evidence)
                .summary(format!(
                    "the private key does not belong to the certificate {}",
                    leaf.subject
                ))
                .because(format!(
                    "the key's public half has the SHA-256 {}…, the certificate's {}…",
                    offered.key.spki_sha256.get(..16).unwrap_or_default(),
                    leaf.key
                        .as_ref()
                        .and_then(|key| key.spki_sha256.get(..16))
                        .unwrap_or("unknown"),
                ))
                .because("nothing was sent")
                .done(),
        ),
    }
}

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    let tls = case.call.tls.as_ref()?;
    let said = case.call.http.as_ref().and_then(answer::recognise);
    if let Some(said) = &said
        && let Some(verdict) = salesforce(case, said)
    {
        return Some(verdict);
    }
    let Some(request) = &tls.certificate_request else {
        return not_asked(case, tls, said.as_ref());
    };
    let presented = case.call.presented != Presented::Nothing;
    let sent = tls.sent.as_ref().is_some_and(|sent| !sent.is_empty());
    match (presented, sent) {
        (false, _) => without(case, tls, said.as_ref()),
        (true, false) if tls.sent.is_some() => Some(withheld(case, request)),
        (true, false) => undecided(case, tls),
        (true, true) => with(case, tls, said.as_ref()),
    }
}

fn salesforce(case: &Case<'_>, said: &Recognised) -> Option<Verdict> {
    let code = match said.meaning {
        Meaning::SalesforceMutual => Code::SalesforceMutualAuthenticationFailed,
        Meaning::SalesforceSession => Code::SalesforceSessionInvalid,
        _ => return None,
    };
    let tls = case.call.tls.as_ref()?;
    let mut verdict =
        Verdict::new(code, Confidence::Proven, case.evidence).because(quoted(case, said));
    if code == Code::SalesforceMutualAuthenticationFailed {
        verdict = verdict.because(match (&tls.certificate_request, &tls.sent) {
            (None, _) => format!(
                "port {} never asked for a certificate",
                case.evidence.target.port
            ),
            (Some(_), Some(sent)) if !sent.is_empty() => {
                "a certificate was sent; it is not the one uploaded for this user".to_owned()
            }
            _ => "no certificate was sent on this connection".to_owned(),
        });
    }
    Some(verdict.done())
}

/// The server never asked. Without an identity that is as it should be; with one it is the finding.
fn not_asked(case: &Case<'_>, tls: &Tls, said: Option<&Recognised>) -> Option<Verdict> {
    if !tls.completed {
        return None;
    }
    if let Some(said) = said.filter(|said| said.meaning == Meaning::CannotAskLate) {
        return Some(
            Verdict::new(Code::ClientCertNotRequested, Confidence::Proven, case.evidence)
                .summary("the server wants a certificate for this path, and could not ask for it on this connection")
                .because(quoted(case, said))
                .fix_first("on the server, demand the certificate for the whole virtual host rather than for one location")
                .done(),
        );
    }
    let no_certificate = said.filter(|said| matches!(said.meaning, Meaning::NoCertificate));
    if case.call.presented == Presented::Nothing {
        return no_certificate.map(|said| {
            Verdict::new(Code::ClientCertMissing, Confidence::Likely, case.evidence)
                .because(quoted(case, said))
                .because("the TLS handshake itself did not ask for a certificate: something in front of the server may end TLS")
                .done()
        });
    }
    if case.call.http.is_none() && case.evidence.target.request {
        return None;
    }
    let mut verdict = Verdict::new(
        Code::ClientCertNotRequested,
        Confidence::Proven,
        case.evidence,
    )
    .because("the handshake completed without a CertificateRequest from the server");
    if let Some(http) = &case.call.http {
        verdict = verdict.because(format!("it answered the request with HTTP {}", http.status));
    }
    if let Some(said) = no_certificate {
        verdict = verdict.because(quoted(case, said));
    }
    Some(verdict.done())
}

/// Asked for, and nothing to send.
fn without(case: &Case<'_>, tls: &Tls, said: Option<&Recognised>) -> Option<Verdict> {
    let missing = |confidence| Verdict::new(Code::ClientCertMissing, confidence, case.evidence);
    let asked = asked(tls);
    if let Some(said) = said.filter(|said| said.meaning == Meaning::NoCertificate) {
        return Some(
            missing(Confidence::Proven)
                .because(asked)
                .because(quoted(case, said))
                .done(),
        );
    }
    if let Some(http) = &case.call.http {
        return match http.status {
            401 | 403 => Some(
                missing(Confidence::Likely)
                    .summary("the server asked for a client certificate, got none, and refused the request")
                    .because(asked)
                    .because(format!("then it answered HTTP {}", status(http.status, &http.reason)))
                    .because(format!("not ruled out: the application answers {} whatever the certificate", http.status))
                    .done(),
            ),
            200..=399 => Some(not_required(case, asked, http.status)),
            _ => None,
        };
    }
    match refusal(case, tls)? {
        Signal::Alert(number) => {
            let schemes = tls
                .certificate_request
                .as_ref()
                .map_or(&[][..], |request| &request.signature_algorithms);
            let known = stacks::identify(schemes, tls.is_13());
            let own = known.iter().any(|stack| {
                stacks::alerts(*stack, stacks::Cause::Missing, tls.is_13()).contains(&number)
            });
            // After a demand and an empty answer, the alert this very stack has for "none" leaves no other reading.
            let confidence = if own || number == 116 {
                Confidence::Proven
            } else {
                Confidence::Likely
            };
            Some(
                missing(confidence)
                    .because(asked)
                    .because("none was sent")
                    .because(format!(
                        "the server then ended the connection with the alert {}",
                        spelled(number)
                    ))
                    .done(),
            )
        }
        _ => Some(
            missing(Confidence::Likely)
                .because(asked)
                .because("none was sent")
                .because(ending(case))
                .done(),
        ),
    }
}

/// Asked for, given, and the engine sent an empty list.
fn withheld(case: &Case<'_>, request: &crate::evidence::CertificateRequest) -> Verdict {
    let key = case
        .evidence
        .offered
        .as_ref()
        .map_or_else(String::new, |offered| offered.key.to_string());
    let schemes: Vec<String> = request
        .signature_algorithms
        .iter()
        .map(|one| format!("0x{one:04x}"))
        .collect();
    Verdict::new(Code::ClientCertNotSent, Confidence::Proven, case.evidence)
        .summary(format!("the server takes no signature that a key of type {key} can make, so no certificate was sent"))
        .because("the server asked for a certificate, and the Certificate message sent was empty")
        .because(format!("its signature algorithms are {}", schemes.join(" ")))
        .done()
}

/// The connection ended between the demand and our answer to it.
fn undecided(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    if tls.completed {
        return None;
    }
    let mut verdict =
        super::transport::closed(case, "the handshake ended before a certificate was sent");
    if let Some(number) = tls.received_alert() {
        verdict = verdict.because(format!("the server's alert is {}", spelled(number)));
    }
    Some(verdict)
}

/// Asked for and sent.
fn with(case: &Case<'_>, tls: &Tls, said: Option<&Recognised>) -> Option<Verdict> {
    let offered = case.evidence.offered.as_ref()?;
    if let Some(said) = said {
        let signal = match said.meaning {
            Meaning::CertificateRefused => Some(Signal::Refused),
            Meaning::CertificateRefusedBecause => Some(Signal::Text(said.quote.clone())),
            _ => None,
        };
        if let Some(signal) = signal {
            return Some(refused(case, tls, offered, &signal, quoted(case, said)));
        }
        if said.meaning == Meaning::NoCertificate {
            return Some(
                Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence)
                    .summary("a certificate was sent, and the server says it got none")
                    .because(quoted(case, said))
                    .because("something between here and the application ends TLS and does not pass the certificate on")
                    .done(),
            );
        }
    }
    let Some(http) = &case.call.http else {
        let signal = refusal(case, tls)?;
        let fact = match signal {
            Signal::Alert(number) => {
                format!("the server refused with the alert {}", spelled(number))
            }
            _ => ending(case),
        };
        return Some(refused(case, tls, offered, &signal, fact));
    };
    // TLS let it through. What the application says is about the certificate only where there is something to say.
    let request = tls.certificate_request.as_ref();
    let ranked = causes::rank(offered, request, tls.is_13(), &Signal::Answer, case.at);
    let condemned = ranked.iter().find(|candidate| candidate.certain);
    match (http.status, condemned) {
        (401 | 403, Some(_)) => Some(refused(
            case,
            tls,
            offered,
            &Signal::Answer,
            format!("TLS let the certificate through, and the answer was HTTP {}", status(http.status, &http.reason)),
        )),
        (403, None) => Some(
            Verdict::new(Code::ClientCertForbidden, Confidence::Likely, case.evidence)
                .because("the certificate was asked for, sent, and accepted by TLS")
                .because(format!("the application answered HTTP {}", status(http.status, &http.reason)))
                .because("not ruled out: the application forbids this request to everyone")
                .done(),
        ),
        (200..=399, Some(bad)) => Some(
            not_required(case, asked(tls), http.status)
                .summary("the server let the call through with a certificate that should not be accepted")
                .because_all(bad.fact.clone()),
        ),
        _ => None,
    }
}

fn not_required(case: &Case<'_>, asked: String, status: u16) -> Verdict {
    let mut verdict = Verdict::new(
        Code::ClientCertNotRequired,
        Confidence::Proven,
        case.evidence,
    )
    .because(asked)
    .because(format!("it answered HTTP {status} all the same"));
    if case.call.presented == Presented::Nothing {
        verdict = verdict.because("none was sent");
    }
    verdict.done()
}

/// How the server turned us away without an HTTP answer; none where it did not.
fn refusal(case: &Case<'_>, tls: &Tls) -> Option<Signal> {
    let end = case.call.end?;
    if let Some(number) = tls.received_alert() {
        return tls
            .certificate_was_judged()
            .then_some(Signal::Alert(number));
    }
    match end.how {
        Ending::Fin | Ending::Reset | Ending::CloseNotify => Some(Signal::Closed),
        Ending::Alert | Ending::Silence | Ending::Ours => None,
    }
}

/// The best cause for a refusal, told with the confidence it deserves.
pub(super) fn refused(
    case: &Case<'_>,
    tls: &Tls,
    offered: &Offered,
    signal: &Signal,
    fact: String,
) -> Verdict {
    let request = tls.certificate_request.as_ref();
    let ranked = causes::rank(offered, request, tls.is_13(), signal, case.at);
    let best = ranked.first();
    let second = ranked.get(1).map_or(0, |next| next.weight);
    let Some(best) = best.filter(|best| best.weight >= 20 && best.weight > second) else {
        return unexplained(case, tls, &ranked, fact);
    };
    let specific = matches!(signal, Signal::Alert(_) | Signal::Text(_));
    let confidence = if best.certain && specific && best.weight >= 90 && second < 20 {
        Confidence::Proven
    } else if best.weight >= 40 {
        Confidence::Likely
    } else {
        Confidence::Possible
    };
    let leaf = offered.chain.first();
    let top = causes::path(&offered.chain)
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
    if let Some(stack) = stack(tls) {
        verdict = verdict.because(stack);
    }
    if confidence != Confidence::Proven {
        verdict = verdict.because_all(others(&ranked[1..]));
    }
    verdict.done()
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
        Code::ClientCertExpired
        | Code::ClientCertNotYetValid
        | Code::ClientCertSelfSigned
        | Code::ClientCertWrongPurpose => best
            .fact
            .as_ref()
            .map(|fact| format!("the server refused: {fact}")),
        _ => None,
    }
}

fn unexplained(case: &Case<'_>, tls: &Tls, ranked: &[Candidate], fact: String) -> Verdict {
    let mut verdict =
        Verdict::new(Code::ClientCertRejected, Confidence::Likely, case.evidence).because(fact);
    if let Some(stack) = stack(tls) {
        verdict = verdict.because(stack);
    }
    verdict
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

/// The server's TLS stack, where its demand gives it away.
fn stack(tls: &Tls) -> Option<String> {
    let request = tls.certificate_request.as_ref()?;
    let known = stacks::identify(&request.signature_algorithms, tls.is_13());
    let names: Vec<&str> = known.iter().map(|stack| stack.name()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "the server's CertificateRequest looks like {}",
            names.join(" or ")
        )
    })
}

/// The demand in one line.
pub(super) fn asked(tls: &Tls) -> String {
    let Some(request) = &tls.certificate_request else {
        return "the server did not ask for a certificate".to_owned();
    };
    let when = match request.moment {
        Moment::Handshake => "",
        Moment::Renegotiation => " by renegotiation, once it saw the request",
        Moment::PostHandshake => " after the handshake, once it saw the request",
    };
    if request.ca_names.is_empty() {
        format!("the server asked for a certificate{when}, and named no CA")
    } else {
        format!(
            "the server asked for a certificate{when}, from: {}",
            causes::list(&request.ca_names)
        )
    }
}

fn quoted(case: &Case<'_>, said: &Recognised) -> String {
    let status = case.call.http.as_ref().map_or(0, |http| http.status);
    format!(
        "the answer is HTTP {status} as {} gives it: \"{}\"",
        said.product,
        said.quote.escape_debug()
    )
}

fn ending(case: &Case<'_>) -> String {
    let Some(end) = case.call.end else {
        return "the connection did not end".to_owned();
    };
    let how = match end.how {
        Ending::Reset => "the connection was reset",
        Ending::CloseNotify => "the server closed TLS",
        _ => "the server closed the connection",
    };
    let when = match end.phase {
        Phase::Proxy => "before the tunnel stood",
        Phase::StartTls => "before TLS was agreed on",
        Phase::Handshake => "during the handshake, after our certificate message",
        Phase::Listening => "right after the handshake",
        Phase::Request => "while the request was sent",
        Phase::Response => "instead of answering",
    };
    format!("{how} {when}, without saying why")
}

fn status(number: u16, reason: &str) -> String {
    format!("{number} {}", reason.escape_debug())
        .trim_end()
        .to_owned()
}
