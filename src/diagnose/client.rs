//! Whether the server refused our certificate, or the lack of one, and why.

use crate::catalogue::http::{self, Meaning};
use crate::catalogue::reactions::{self, Cause};
use crate::catalogue::{Code, Confidence};
use crate::clients::{Client, Withheld};
use crate::evidence::{CertificateRequest, Ending, Evidence, Presented, Tls};

use super::alert::spelled;
use super::answer::{self, Recognised};
use super::causes::Signal;
use super::experiments;
use super::presented;
use super::telling::{asked, asked_of, ending, quoted, status};
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
    if let Some(verdict) = super::application::in_http2(case) {
        return Some(verdict);
    }
    let Some(request) = &tls.certificate_request else {
        return not_asked(case, tls, said.as_ref());
    };
    if let Some(said) = &said
        && let Some(verdict) = super::application::beside(case, said)
    {
        return Some(verdict);
    }
    let presented = case.call.presented != Presented::Nothing;
    let sent = tls.sent.as_ref().is_some_and(|sent| !sent.is_empty());
    match (presented, sent) {
        (false, _) => without(case, tls, said.as_ref()),
        (true, false) if tls.sent.is_some() => Some(withheld(case, request)),
        (true, false) => undecided(case, tls),
        (true, true) => presented::with(case, tls, said.as_ref()),
    }
}

fn salesforce(case: &Case<'_>, said: &Recognised) -> Option<Verdict> {
    let code = match said.meaning {
        Meaning::SalesforceMutual => Code::SalesforceMutualAuthenticationFailed,
        Meaning::SalesforceSession => Code::SalesforceSessionInvalid,
        Meaning::SalesforceLogin => Code::SalesforceLoginFailed,
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
    let no_certificate = said.filter(|said| match said.meaning {
        Meaning::NoCertificate => true,
        // Whoever never asked for a certificate may well mean other credentials.
        Meaning::NoneValid => said.or.is_none(),
        _ => false,
    });
    if case.call.presented == Presented::Nothing {
        return no_certificate.map(|said| {
            let late = tls.is_13().then(|| {
                format!(
                    "fullcert probe {} --tls-max 1.2: a server that asks for some paths only (Tomcat, IIS) asks by renegotiation, which TLS 1.3 does not have",
                    case.evidence.target.url
                )
            });
            let confidence = if said.or.is_some() {
                Confidence::Possible
            } else {
                Confidence::Likely
            };
            Verdict::new(Code::ClientCertMissing, confidence, case.evidence)
                .because(quoted(case, said))
                .because("the TLS handshake itself did not ask for a certificate: something in front of the server may end TLS")
                .because_all(or_else(said))
                .fix_also(late)
                .done()
        });
    }
    let answered = case.call.http.is_some() || case.call.stream_error.is_some();
    if case.evidence.target.request && !answered {
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
    if let Some(said) = said {
        // What is refused where nothing was sent is the nothing.
        if said.no_good_certificate() {
            let confidence = if said.or.is_some() {
                Confidence::Likely
            } else {
                Confidence::Proven
            };
            return Some(
                missing(confidence)
                    .because(asked)
                    .because(quoted(case, said))
                    .because_all(or_else(said))
                    .done(),
            );
        }
        // Somebody was recognised, by other credentials than a certificate.
        if said.meaning == Meaning::OwnerNotAllowed && said.product != http::OWN {
            return Some(super::application::judge(case).because(quoted(case, said)));
        }
    }
    if let Some(http) = &case.call.http {
        return match http.status {
            401 | 403 => Some(
                missing(Confidence::Likely)
                    .summary("the server asked for a client certificate, got none, and refused the request")
                    .because(asked)
                    .because(format!("then it answered HTTP {}", status(http.status, &http.reason)))
                    .because_all(said.and_then(Recognised::rule))
                    .because(format!("not ruled out: the application answers {} whatever the certificate", http.status))
                    .done(),
            ),
            200..=399 => Some(not_required(case, asked, http.status)),
            _ => None,
        };
    }
    match refusal(case, tls)? {
        Signal::Alert(number) => {
            let (columns, identified) = experiments::columns(case.evidence);
            let own = identified
                && columns
                    .iter()
                    .any(|stack| reactions::explains(*stack, Cause::Missing, tls.is_13(), number));
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
                .because("not ruled out: it closes the connection for another reason")
                .done(),
        ),
    }
}

/// Asked for, given, and an empty list was sent.
fn withheld(case: &Case<'_>, request: &CertificateRequest) -> Verdict {
    let verdict = Verdict::new(Code::ClientCertNotSent, Confidence::Proven, case.evidence)
        .because(asked_of(request))
        .because("the Certificate message sent in answer was empty");
    let Some(offered) = &case.evidence.offered else {
        return verdict.done();
    };
    let tls13 = case.call.tls.as_ref().is_some_and(Tls::is_13);
    let client = case.call.acted_as.unwrap_or(Client::Curl);
    let reason = client.withholds(&offered.chain, &offered.key, request, tls13);
    let who = if case.call.acted_as.is_some() {
        client.name()
    } else {
        "the TLS stack"
    };
    let leaf = offered
        .chain
        .first()
        .map_or("the certificate", |leaf| &leaf.subject);
    match reason {
        Some(Withheld::IssuerNotNamed) => verdict
            .summary(format!("{who} sends nothing: no CA that the server names stands in the chain of {leaf}"))
            .fix_first("put the intermediates into the client's file (fullcert bundle), so that it sees the link to a CA the server names")
            .fix_first("have the server's owner add your CA to the list it sends"),
        Some(Withheld::NotForClients) => verdict.summary(format!(
            "{who} sends nothing: {leaf} is not meant for clients by its extended key usage or key usage"
        )),
        _ => {
            let schemes: Vec<String> = request
                .signature_algorithms
                .iter()
                .map(|one| format!("0x{one:04x}"))
                .collect();
            verdict
                .summary(format!(
                    "the server takes no signature that a key of type {} can make, so no certificate was sent",
                    offered.key
                ))
                .because(format!("its signature algorithms are {}", schemes.join(" ")))
        }
    }
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

/// What an answer may mean besides.
pub(super) fn or_else(said: &Recognised) -> Option<String> {
    said.or.map(|other| format!("not ruled out: {other}"))
}

pub(super) fn not_required(case: &Case<'_>, asked: String, status: u16) -> Verdict {
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
pub(super) fn refusal(case: &Case<'_>, tls: &Tls) -> Option<Signal> {
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
