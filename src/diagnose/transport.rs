//! Whether TLS came about at all, before any certificate is judged.

use crate::catalogue::{Code, Confidence, Stage};
use crate::evidence::{Ending, Phase, Tls};

use super::alert::spelled;
use super::experiments;
use super::{Case, Verdict, protocols, reach, starttls};

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    reach::judge(case)
        .or_else(|| starttls::judge(case))
        .or_else(|| handshake(case))
}

fn handshake(case: &Case<'_>) -> Option<Verdict> {
    let Some(tls) = &case.call.tls else {
        return Some(closed(
            case,
            "the connection stood, and nothing else was seen",
        ));
    };
    if tls.trace.is_empty() && tls.error.is_some() {
        let words = tls.error.clone().unwrap_or_default();
        return Some(
            Verdict::new(Code::ClientCertNotSent, Confidence::Proven, case.evidence)
                .summary("the TLS engine cannot use this identity")
                .because(format!("the engine said: {words}"))
                .done(),
        );
    }
    not_tls(case, tls)
        .or_else(|| settled_by_experiment(case, tls))
        .or_else(|| no_agreement(case, tls))
        .or_else(|| broken_off(case, tls))
}

fn not_tls(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    let head = tls.not_tls.as_ref()?;
    let known = protocols::recognise(head);
    let target = &case.evidence.target;
    let port = target.port;
    let mut verdict = Verdict::new(Code::NotTls, Confidence::Proven, case.evidence)
        .summary(match known {
            Some(known) => format!("port {port} speaks {}, not TLS", known.name),
            None => format!("port {port} does not speak TLS"),
        })
        .because(format!("the server's first bytes are \"{}\"", short(head)));
    if let Some(known) = known {
        verdict = verdict.fix_first(known.advice(target));
    }
    Some(verdict.done())
}

fn short(head: &str) -> String {
    head.chars().take(60).collect()
}

/// The server gave up on the `ClientHello`, and another one showed why.
fn settled_by_experiment(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    if tls.agreed() {
        return None;
    }
    let (code, fact) = experiments::first_flight(case.evidence)?;
    let verdict =
        Verdict::new(code, Confidence::Proven, case.evidence).because(match tls.received_alert() {
            Some(number) => format!(
                "the server answered the ClientHello with the alert {}",
                spelled(number)
            ),
            None => "the server did not answer the ClientHello".to_owned(),
        });
    Some(match code {
        Code::HandshakeClosed => verdict
            .fix_first("have the middlebox updated, or leave the post-quantum group out in the client (OpenSSL: -groups X25519:P-256)"),
        _ => verdict,
    }.because(fact).done())
}

/// The server answered in TLS and refused what the `ClientHello` offers.
fn no_agreement(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    let (lowest, highest) = tls.offered_versions;
    if let Some(chosen) = tls.chosen_version
        && !(lowest..=highest).contains(&chosen)
    {
        return Some(version(case).because(format!(
            "the server chose {}, which was not offered",
            version_name(chosen)
        )));
    }
    // We refused what the server chose.
    if let Some(40 | 71) = tls.sent_alert()
        && tls.server_chain.is_empty()
    {
        let words = tls.error.as_deref().unwrap_or("no reason");
        return Some(
            Verdict::new(Code::NoSharedParameters, Confidence::Likely, case.evidence)
                .because(format!("the server's choice was refused here: {words}"))
                .done(),
        );
    }
    if tls.agreed() {
        return None;
    }
    let number = tls.received_alert()?;
    let said = format!(
        "the server answered the ClientHello with the alert {}",
        spelled(number)
    );
    let make =
        |code, confidence| Verdict::new(code, confidence, case.evidence).because(said.clone());
    Some(match number {
        70 | 86 => version(case).because(said),
        71 => make(Code::NoSharedParameters, Confidence::Proven).done(),
        40 => make(Code::NoSharedParameters, Confidence::Likely)
            .because("servers say the same when they want another TLS version or another SNI name")
            .done(),
        120 => make(Code::NoSharedParameters, Confidence::Proven)
            .summary("the server speaks none of the application protocols offered (ALPN)")
            .done(),
        112 => server_name(tls, make(Code::ServerNameUnrecognized, Confidence::Proven)),
        _ => make(Code::HandshakeClosed, Confidence::Likely).done(),
    })
}

fn version_name(number: u16) -> String {
    match number {
        0x0300 => "SSL 3.0".to_owned(),
        0x0301..=0x0304 => format!("TLS 1.{}", number - 0x0301),
        other => format!("version 0x{other:04x}"),
    }
}

fn version(case: &Case<'_>) -> Verdict {
    Verdict::new(
        Code::ProtocolVersionUnsupported,
        Confidence::Proven,
        case.evidence,
    )
    .summary("the server speaks none of the TLS versions offered")
    .done()
}

fn server_name(tls: &Tls, verdict: Verdict) -> Verdict {
    verdict
        .summary(match &tls.sni {
            Some(name) => format!("the server does not know the name {name}"),
            None => "the server wants to be called by a name (SNI), and was given none".to_owned(),
        })
        .done()
}

/// The handshake ended before it was complete, and nothing about certificates explains it.
fn broken_off(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    let end = case.call.end?;
    if end.phase != Phase::Handshake {
        return None;
    }
    if end.how == Ending::Silence {
        let verdict = Verdict::new(Code::HandshakeTimeout, Confidence::Proven, case.evidence);
        return Some(
            verdict
                .because(if tls.answered() {
                    format!(
                        "the server stopped in the middle of the handshake, after its {}",
                        last_received(tls)
                    )
                } else {
                    "the connection stood, the ClientHello was sent, and nothing came back"
                        .to_owned()
                })
                .because(format!("waited {:.1} s", case.call.took_ms / 1000.0))
                .done(),
        );
    }
    if tls.received_alert() == Some(112) {
        let verdict = Verdict::new(
            Code::ServerNameUnrecognized,
            Confidence::Proven,
            case.evidence,
        );
        return Some(server_name(
            tls,
            verdict.because(format!("the server's alert is {}", spelled(112))),
        ));
    }
    // From here on the server may be refusing our certificate, or we its own: that is for the next layers.
    let ours = tls.sent.is_some() || !tls.server_faults.is_empty();
    if ours {
        return None;
    }
    let how = match end.how {
        Ending::Reset => "the connection was reset",
        Ending::Alert => "the server sent an alert",
        Ending::Ours => "the handshake could not go on",
        _ => "the server closed the connection",
    };
    let place = if tls.answered() {
        format!("after its {}", last_received(tls))
    } else {
        "before it answered the ClientHello".to_owned()
    };
    let mut verdict = closed(case, &format!("{how} {place}"));
    if let Some(number) = tls.received_alert() {
        verdict = verdict.because(format!("the alert is {}", spelled(number)));
    }
    if !tls.answered() && case.evidence.target.dialect.is_none() {
        let advice = "if the server speaks another protocol before TLS, name it: --starttls postgres, ldap, smtp, …";
        verdict.fix.push(advice.to_owned());
    }
    if end.how == Ending::Ours
        && let Some(words) = &tls.error
    {
        verdict = verdict.because(format!("the engine said: {words}"));
    }
    Some(verdict)
}

fn last_received(tls: &Tls) -> String {
    use crate::evidence::{Direction, What};
    tls.trace
        .iter()
        .rev()
        .find_map(|event| match &event.what {
            What::Message { message, .. } if event.direction == Direction::Received => {
                Some(message.clone())
            }
            _ => None,
        })
        .unwrap_or_else(|| "first record".to_owned())
}

pub(super) fn closed(case: &Case<'_>, fact: &str) -> Verdict {
    Verdict::new(Code::HandshakeClosed, Confidence::Likely, case.evidence)
        .stage(Stage::Handshake)
        .because(fact)
        .done()
}
