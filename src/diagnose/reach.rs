//! Before anything is said to the server: names, addresses, and the proxy on the way.

use crate::catalogue::{Code, Confidence};
use crate::evidence::{Attempt, Connection, Evidence, Outcome, ProxyKind, Resolution, Tunnel};

use super::verdict::{Finding, Severity};
use super::{Case, Verdict};

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    let tunnel = case.call.tunnel.as_ref();
    let host = &case.evidence.target.host;
    if let Some(resolution) = tunnel.and_then(|tunnel| tunnel.resolution.as_ref())
        && resolution.error.is_some()
    {
        return Some(unresolved(case, host, resolution));
    }
    if case.call.resolution.error.is_some() {
        return Some(match tunnel {
            None => unresolved(case, host, &case.call.resolution),
            Some(tunnel) => named(
                unresolved(
                    case,
                    &format!("the proxy {}", tunnel.host),
                    &case.call.resolution,
                ),
                tunnel,
            ),
        });
    }
    if !case.call.connected() {
        return Some(unconnected(case, tunnel));
    }
    refused_tunnel(case, tunnel?)
}

fn unresolved(case: &Case<'_>, who: &str, resolution: &Resolution) -> Verdict {
    let words = resolution.error.as_deref().unwrap_or_default();
    let verdict = Verdict::new(Code::DnsFailure, Confidence::Proven, case.evidence);
    let verdict = match resolution.only {
        _ if resolution.late => verdict.summary(format!(
            "{who} was not resolved: DNS did not answer within {:.1} s",
            resolution.took_ms / 1000.0
        )),
        Some(family) if words.starts_with("no IPv") => verdict
            .summary(format!("{who} has no {} address", family.name()))
            .fix_first(format!(
                "{} was asked for: without it, what there is will be used",
                if family.name() == "IPv4" { "-4" } else { "-6" }
            )),
        _ => verdict.summary(format!("{who} does not resolve")),
    };
    verdict
        .because(format!("the resolver said: {words}"))
        .done()
}

fn unconnected(case: &Case<'_>, tunnel: Option<&Tunnel>) -> Verdict {
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
    let (who, port) = match tunnel {
        None => (target.host.clone(), target.port),
        Some(tunnel) => (format!("the proxy {}", tunnel.host), tunnel.port),
    };
    let verdict = Verdict::new(code, Confidence::Proven, case.evidence)
        .summary(match code {
            Code::TcpRefused => format!("{who} accepts no connections on port {port}"),
            Code::TcpTimeout => format!("{who} does not answer on port {port}"),
            _ => format!("{who} cannot be reached from here"),
        })
        .because_all(attempts.iter().map(attempt_line))
        .done();
    match tunnel {
        None => verdict,
        Some(tunnel) => named(verdict, tunnel),
    }
}

fn attempt_line(attempt: &Attempt) -> String {
    let words = match attempt.outcome {
        Connection::Connected => "connected",
        Connection::Refused => "connection refused",
        Connection::TimedOut => "no answer",
        Connection::Unreachable => "unreachable",
        Connection::Abandoned => "no answer yet when another address answered",
        Connection::Failed => attempt.error.as_deref().unwrap_or("failed"),
    };
    format!(
        "{}: {words} after {:.0} ms",
        attempt.address, attempt.took_ms
    )
}

/// It is the proxy that has to be looked at, not the server.
fn named(verdict: Verdict, tunnel: &Tunnel) -> Verdict {
    verdict
        .because(format!(
            "the proxy is named by {}; {} was not tried",
            tunnel.named_by, tunnel.destination
        ))
        .fix_only([
            format!(
                "check that {} is the proxy to use here, and that it runs",
                tunnel.proxy
            ),
            "--noproxy '*' calls the server without a proxy".to_owned(),
        ])
}

/// Whether the proxy may let in somebody who has a user and password and speaks Basic (RFC 7617).
fn takes_passwords(tunnel: &Tunnel) -> bool {
    tunnel.schemes.is_empty()
        || tunnel
            .schemes
            .iter()
            .any(|scheme| scheme.eq_ignore_ascii_case("Basic"))
}

/// The proxy was reached, and there is no tunnel.
fn refused_tunnel(case: &Case<'_>, tunnel: &Tunnel) -> Option<Verdict> {
    let Tunnel {
        proxy, destination, ..
    } = tunnel;
    let outcome = tunnel.talk.as_ref().map(|talk| talk.outcome);
    if outcome == Some(Outcome::Agreed) {
        return None;
    }
    let words = tunnel.talk.as_ref().and_then(|talk| talk.words.as_deref());
    let url = &case.evidence.target.url;
    let (summary, fix) = match outcome {
        Some(Outcome::Unauthenticated) if !takes_passwords(tunnel) => (
            format!(
                "the proxy {proxy} takes only {}, and what is spoken here is Basic",
                tunnel.schemes.join(", ").escape_debug()
            ),
            format!(
                "run a local proxy that logs in to {proxy} with that, and name it with -x; or ask its owner to allow {destination} without a login"
            ),
        ),
        Some(Outcome::Unauthenticated) if tunnel.credentials => (
            format!("the proxy {proxy} refuses the user and password it was given"),
            "check the user and password for the proxy: USER:PASSWORD on one line".to_owned(),
        ),
        Some(Outcome::Unauthenticated) => (
            format!("the proxy {proxy} wants a user and password"),
            format!("fullcert probe {url} -x {proxy} --proxy-user-file FILE, with USER:PASSWORD on its first line"),
        ),
        Some(Outcome::Refused) => (
            format!("the proxy {proxy} would not open a tunnel to {destination}"),
            if could_not(tunnel) {
                format!("the proxy tried and failed: check that {destination} can be reached from where it stands")
            } else {
                format!("ask the proxy's owner to allow connections to {destination}")
            },
        ),
        Some(Outcome::Tls) => (
            format!("the proxy {proxy} speaks TLS itself"),
            format!("write -x https://{}:{}", tunnel.host, tunnel.port),
        ),
        Some(Outcome::Foreign) => (
            format!("{proxy} does not answer as {} proxy does", kind(tunnel.kind)),
            "check the proxy's kind and port: http, https, socks5 or socks5h".to_owned(),
        ),
        Some(Outcome::Ended | Outcome::Agreed) => (
            format!("the proxy {proxy} ended the connection instead of opening a tunnel to {destination}"),
            format!("check the proxy's kind and port, and whether it allows connections to {destination}"),
        ),
        Some(Outcome::Silent) => (
            format!("the proxy {proxy} did not answer the request for a tunnel to {destination}"),
            format!("check that {destination} can be reached from where the proxy stands: it may be waiting for it"),
        ),
        None => (
            format!("TLS with the proxy {proxy} itself failed"),
            "check the proxy's kind and port; --proxy-cacert FILE names the certificates to trust it by".to_owned(),
        ),
    };
    let mut verdict = Verdict::new(Code::ProxyRefused, Confidence::Proven, case.evidence)
        .summary(summary)
        .because_all(words.map(|words| format!("the proxy said: {words}")))
        .because_all(
            tunnel
                .tls_error
                .as_ref()
                .map(|words| format!("TLS with it: {words}")),
        )
        .fix_only([
            fix,
            "--noproxy '*' calls the server without a proxy".to_owned(),
        ]);
    if outcome == Some(Outcome::Silent) {
        verdict = verdict.because(format!("waited {:.1} s", case.call.took_ms / 1000.0));
    }
    Some(
        verdict
            .because(format!("the proxy is named by {}", tunnel.named_by))
            .done(),
    )
}

/// Whether the proxy was willing, and could not.
fn could_not(tunnel: &Tunnel) -> bool {
    match tunnel.kind {
        ProxyKind::Http | ProxyKind::Https => matches!(tunnel.code, Some(500 | 502..=504)),
        ProxyKind::Socks5 | ProxyKind::Socks5h => matches!(tunnel.code, Some(1 | 3..=6)),
    }
}

const fn kind(kind: ProxyKind) -> &'static str {
    match kind {
        ProxyKind::Http => "an HTTP",
        ProxyKind::Https => "an HTTPS",
        ProxyKind::Socks5 | ProxyKind::Socks5h => "a SOCKS 5",
    }
}

/// What is worth knowing of the way, though it led there.
pub(super) fn findings(evidence: &Evidence, findings: &mut Vec<Finding>) {
    let Some(call) = &evidence.call else { return };
    let mut add = |code: &str, severity, summary: String| {
        findings.push(Finding {
            code: code.to_owned(),
            severity,
            summary,
        });
    };
    if call.connected() {
        let others = call
            .attempts
            .iter()
            .filter(|attempt| attempt.outcome != Connection::Connected);
        for attempt in others {
            add(
                "address-not-answering",
                Severity::Warning,
                format!("{}; another address did answer", attempt_line(attempt)),
            );
        }
    }
    let stood = |tunnel: &&Tunnel| {
        let outcome = tunnel.talk.as_ref().map(|talk| talk.outcome);
        outcome == Some(Outcome::Agreed)
    };
    if let Some(tunnel) = call.tunnel.as_ref().filter(stood) {
        add(
            "proxy-used",
            Severity::Info,
            format!(
                "the call went through the proxy {}, named by {}",
                tunnel.proxy, tunnel.named_by
            ),
        );
    }
    let Some(tls) = &call.tls else { return };
    let host = evidence.target.host.trim_end_matches('.');
    let is_name = host.parse::<std::net::IpAddr>().is_err();
    if tls.sni.as_deref() != is_name.then_some(host) {
        let asked = tls.sni.as_deref().unwrap_or("no name");
        add(
            "sni-overridden",
            Severity::Info,
            format!("TLS was asked for {asked} (SNI); the certificate was checked against {host}"),
        );
    }
}
