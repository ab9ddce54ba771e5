//! The mirror's events as JSON: one object a line on the terminal, and the body for a visitor that wants JSON.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

use crate::diagnose::{Finding, Verdict, alert_name};
use crate::evidence::CertificateFacts;
use crate::material::Time;
use crate::serve::{Ending, Opening, PathError, names};

use super::telling::shown_headers;
use super::{Setup, Visitor, printable, url};

const SCHEMA: &str = "fullcert.serve/1";

#[derive(Serialize)]
struct Started<'a> {
    schema: &'static str,
    event: &'static str,
    address: String,
    url: String,
    login_address: Option<String>,
    login_url: Option<String>,
    mode: &'static str,
    persona: Option<&'static str>,
    cacert: Option<String>,
    trusted: &'a [String],
}

#[derive(Serialize)]
struct Visit<'a> {
    schema: &'static str,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    at: Time,
    peer: String,
    /// `tls`, `plain-http`, `unknown` or `nothing`.
    opening: &'static str,
    offered: Option<Offered>,
    agreed: Option<Agreed<'a>>,
    asked: bool,
    certificates: Vec<CertificateFacts>,
    unreadable_certificates: usize,
    path_errors: Vec<PathFault<'a>>,
    /// `completed`, `failed`, `closed` or `timed-out`.
    handshake: &'static str,
    alert_sent: Option<Alert>,
    alert_received: Option<Alert>,
    verdict: &'a Verdict,
    findings: &'a [Finding],
    requests: Vec<Asked>,
}

#[derive(Serialize)]
struct Offered {
    versions: Vec<String>,
    suites: Vec<String>,
    server_name: Option<String>,
    alpn: Vec<String>,
    signature_algorithms: Vec<String>,
    groups: Vec<u16>,
    post_handshake_auth: bool,
}

#[derive(Serialize)]
struct Agreed<'a> {
    version: &'a str,
    suite: Option<&'a str>,
    alpn: Option<String>,
}

#[derive(Serialize)]
struct PathFault<'a> {
    depth: u32,
    code: i32,
    text: &'a str,
    subject: Option<&'a str>,
}

#[derive(Serialize)]
struct Alert {
    number: u8,
    name: String,
}

#[derive(Serialize)]
struct Asked {
    method: String,
    target: String,
    version: &'static str,
    headers: Vec<(String, String)>,
    body_bytes: usize,
    /// None while it is being answered.
    status: Option<u16>,
}

/// The first line.
///
/// # Errors
/// What the stream says.
pub fn started(setup: &Setup<'_>, out: &mut dyn Write) -> io::Result<()> {
    line(
        &Started {
            schema: SCHEMA,
            event: "listening",
            address: setup.address.to_string(),
            url: url(setup.address),
            login_address: setup.login.map(|login| login.to_string()),
            login_url: setup
                .login
                .map(|login| format!("{}services/Soap/u/62.0", url(login))),
            mode: setup.mode,
            persona: setup.persona.map(|persona| persona.name),
            cacert: setup.ca_file.map(|file| file.display().to_string()),
            trusted: setup.trusted,
        },
        out,
    )
}

/// One line for one visitor.
///
/// # Errors
/// What the stream says.
pub fn visit(visitor: &Visitor<'_>, out: &mut dyn Write) -> io::Result<()> {
    line(&event(visitor), out)
}

/// The last line.
///
/// # Errors
/// What the stream says.
pub fn stopped(connections: u64, out: &mut dyn Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Stopped {
        schema: &'static str,
        event: &'static str,
        connections: u64,
    }
    line(
        &Stopped {
            schema: SCHEMA,
            event: "stopped",
            connections,
        },
        out,
    )
}

/// The same object, indented, as the answer to the visitor itself.
#[must_use]
pub fn object(visitor: &Visitor<'_>) -> Vec<u8> {
    let mut text = safe(&serde_json::to_string_pretty(&event(visitor)).unwrap_or_default());
    text.push('\n');
    text.into_bytes()
}

fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", safe(&serde_json::to_string(value)?))?;
    out.flush()
}

/// JSON leaves the upper control characters as they are, and a terminal may obey them; inside a string, which is
/// the only place where they can stand, this says the same.
fn safe(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        let steers = character.is_control() && character != '\n'
            || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if steers {
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

fn event<'a>(visitor: &Visitor<'a>) -> Visit<'a> {
    let seen = visitor.seen;
    let mut requests: Vec<Asked> = seen
        .requests
        .iter()
        .map(|one| Asked {
            method: printable(&one.method),
            target: printable(&one.target),
            version: one.version.as_str(),
            headers: shown_headers(&one.headers),
            body_bytes: one.body_bytes,
            status: Some(one.status),
        })
        .collect();
    requests.extend(visitor.request.map(|one| Asked {
        method: printable(&one.method),
        target: printable(&one.target),
        version: one.version.as_str(),
        headers: shown_headers(&one.headers),
        body_bytes: one.body_bytes,
        status: None,
    }));
    Visit {
        schema: SCHEMA,
        event: "connection",
        number: visitor.number,
        at: visitor.at,
        peer: seen.peer.to_string(),
        opening: match seen.opening {
            Opening::Hello(_) => "tls",
            Opening::PlainHttp => "plain-http",
            Opening::Other => "unknown",
            Opening::Nothing => "nothing",
        },
        offered: offered(visitor),
        agreed: seen.version.as_deref().map(|version| Agreed {
            version,
            suite: seen.suite.as_deref(),
            alpn: seen.alpn.as_deref().map(printable),
        }),
        asked: seen.asked,
        certificates: CertificateFacts::of_chain(&seen.certificates),
        unreadable_certificates: seen.unreadable,
        path_errors: seen.path_errors.iter().map(fault).collect(),
        handshake: match seen.ending {
            Ending::Completed => "completed",
            Ending::Failed { .. } => "failed",
            Ending::Closed => "closed",
            Ending::TimedOut => "timed-out",
        },
        alert_sent: seen.alert_sent.map(alert),
        alert_received: seen.alert_received.map(alert),
        verdict: &visitor.diagnosis.verdict,
        findings: &visitor.diagnosis.findings,
        requests,
    }
}

fn offered(visitor: &Visitor<'_>) -> Option<Offered> {
    let Opening::Hello(hello) = &visitor.seen.opening else {
        return None;
    };
    let number = |one: &u16| format!("0x{one:04x}");
    Some(Offered {
        versions: hello
            .versions
            .iter()
            .map(|one| names::version(*one))
            .collect(),
        suites: visitor.seen.suites.clone(),
        server_name: hello.server_name.as_deref().map(printable),
        alpn: hello.alpn.iter().map(|one| printable(one)).collect(),
        signature_algorithms: hello
            .signature_schemes
            .iter()
            .map(|one| names::scheme(*one).map_or_else(|| number(one), str::to_owned))
            .collect(),
        groups: hello.groups.clone(),
        post_handshake_auth: hello.post_handshake_auth,
    })
}

fn fault(error: &PathError) -> PathFault<'_> {
    PathFault {
        depth: error.depth,
        code: error.code,
        text: &error.text,
        subject: error.subject.as_deref(),
    }
}

fn alert(number: u8) -> Alert {
    Alert {
        number,
        name: alert_name(number),
    }
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_that_steers_a_terminal_survives_and_the_json_means_the_same() {
        let value = serde_json::json!({"name": "a\u{9b}31m\u{202e}b\u{7f}\u{1b}c\u{e9}"});
        let text = safe(&value.to_string());
        assert!(
            text.chars().all(|c| !c.is_control() && c != '\u{202e}'),
            "{text}"
        );
        let back: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back, value);
    }
}
