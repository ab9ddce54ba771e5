//! Before any certificate is judged: names, addresses, and whether TLS came about at all.

use crate::catalogue::{Code, Confidence, Stage};
use crate::evidence::{Attempt, Connection, Ending, Phase, Tls};

use super::alert::spelled;
use super::experiments;
use super::{Case, Verdict};

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    if let Some(error) = &case.call.resolution.error {
        return Some(
            Verdict::new(Code::DnsFailure, Confidence::Proven, case.evidence)
                .summary(format!("{} does not resolve", case.evidence.target.host))
                .because(format!("the resolver said: {error}"))
                .done(),
        );
    }
    if !case.call.connected() {
        return Some(unconnected(case));
    }
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

fn unconnected(case: &Case<'_>) -> Verdict {
    let attempts = &case.call.attempts;
    let any = |outcome| attempts.iter().any(|attempt| attempt.outcome == outcome);
    let code = if any(Connection::Refused) {
        Code::TcpRefused
    } else if any(Connection::TimedOut) {
        Code::TcpTimeout
    } else {
        Code::TcpUnreachable
    };
    let target = &case.evidence.target;
    let verdict = Verdict::new(code, Confidence::Proven, case.evidence);
    let verdict = match code {
        Code::TcpRefused => verdict.summary(format!(
            "{} accepts no connections on port {}",
            target.host, target.port
        )),
        Code::TcpTimeout => verdict.summary(format!(
            "{} does not answer on port {}",
            target.host, target.port
        )),
        _ => verdict.summary(format!("{} cannot be reached from here", target.host)),
    };
    verdict
        .because_all(attempts.iter().map(attempt_line))
        .done()
}

fn attempt_line(attempt: &Attempt) -> String {
    let words = match attempt.outcome {
        Connection::Connected => "connected",
        Connection::Refused => "connection refused",
        Connection::TimedOut => "no answer",
        Connection::Unreachable => "unreachable",
        Connection::Failed => attempt.error.as_deref().unwrap_or("failed"),
    };
    format!(
        "{}: {words} after {:.0} ms",
        attempt.address, attempt.took_ms
    )
}

fn not_tls(case: &Case<'_>, tls: &Tls) -> Option<Verdict> {
    let head = tls.not_tls.as_ref()?;
    let (what, fix) = recognise(head);
    let port = case.evidence.target.port;
    let mut verdict = Verdict::new(Code::NotTls, Confidence::Proven, case.evidence)
        .summary(match what {
            Some(what) => format!("port {port} speaks {what}, not TLS"),
            None => format!("port {port} does not speak TLS"),
        })
        .because(format!("the server's first bytes are \"{}\"", short(head)));
    if let Some(fix) = fix {
        verdict = verdict.fix_first(fix);
    }
    Some(verdict.done())
}

/// Names a protocol by how its servers greet (RFC 4253, 5321, 959, 9051, 1939, 9112).
fn recognise(head: &str) -> (Option<&'static str>, Option<&'static str>) {
    let upper = head.to_ascii_uppercase();
    let greets = |start: &str| upper.starts_with(start);
    if greets("HTTP/") || greets("<!DOCTYPE") || greets("<HTML") {
        (
            Some("plain HTTP"),
            Some("use the HTTPS port, or put TLS in front of this one"),
        )
    } else if greets("SSH-") {
        (
            Some("SSH"),
            Some("this is the SSH port: use the service's TLS port"),
        )
    } else if greets("220") && (upper.contains("FTP") && !upper.contains("SMTP")) {
        (
            Some("FTP"),
            Some(
                "FTP over TLS begins with AUTH TLS on this port, or use the implicit-TLS port 990",
            ),
        )
    } else if greets("220") {
        (
            Some("SMTP, which wants STARTTLS"),
            Some("use the implicit-TLS port (465), or STARTTLS on this one"),
        )
    } else if greets("* OK") || greets("* PREAUTH") || greets("* BYE") {
        (
            Some("IMAP, which wants STARTTLS"),
            Some("use the implicit-TLS port (993), or STARTTLS on this one"),
        )
    } else if greets("+OK") {
        (
            Some("POP3, which wants STLS"),
            Some("use the implicit-TLS port (995), or STLS on this one"),
        )
    } else if greets("-ERR") || greets("-NOAUTH") {
        (Some("Redis without TLS"), Some("use the server's tls-port"))
    } else if greets("<?XML") || greets("<STREAM") {
        (
            Some("XMPP, which wants STARTTLS"),
            Some("use the direct-TLS port (5223), or STARTTLS on this one"),
        )
    } else if upper.contains("MYSQL") || upper.contains("MARIADB") || upper.contains("CACHING_SHA2")
    {
        (Some("MySQL, which asks for TLS in its own protocol"), None)
    } else {
        (None, None)
    }
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
        112 => server_name(case, make(Code::ServerNameUnrecognized, Confidence::Proven)),
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

fn server_name(case: &Case<'_>, verdict: Verdict) -> Verdict {
    verdict
        .summary(format!(
            "the server does not know the name {}",
            case.evidence.target.host
        ))
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
            case,
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
