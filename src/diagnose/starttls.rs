//! Asking for TLS in another protocol: whether it came to a handshake at all.

use crate::catalogue::{Code, Confidence};
use crate::evidence::{Direction, Evidence, Outcome, StartTls};

use super::verdict::{Finding, Severity};
use super::{Case, Verdict, protocols, transport};

pub(super) fn judge(case: &Case<'_>) -> Option<Verdict> {
    let asked = case.call.starttls.as_ref()?;
    let spoken = case
        .call
        .tls
        .as_ref()
        .is_some_and(|tls| tls.answered() || tls.not_tls.is_some());
    // Whatever it said in the clear, it does speak TLS; or what it said to TLS tells more.
    if asked.talk.outcome == Outcome::Agreed || spoken {
        return None;
    }
    let title = asked.dialect.title();
    let port = case.evidence.target.port;
    let heard = heard(asked);
    let waited = format!("waited {:.1} s", case.call.took_ms / 1000.0);
    Some(match asked.talk.outcome {
        Outcome::Refused | Outcome::Foreign if other_protocol(asked).is_some() => {
            let known = other_protocol(asked)?;
            let verdict = Verdict::new(Code::NotTls, Confidence::Proven, case.evidence)
                .summary(format!("port {port} speaks {}, not {title}", known.name))
                .because_all(first_words(asked));
            match known.dialect {
                Some(dialect) => verdict.fix_first(format!(
                    "fullcert probe {}:{port} --starttls {dialect}",
                    case.evidence.target.host
                )),
                None => verdict.fix_first(known.advice(&case.evidence.target)),
            }
        }
        Outcome::Refused if turned_away(asked) => {
            transport::closed(case, &format!("the server's first words are \"{heard}\"")).summary("the server turned the connection away before TLS could be asked for")
        }
        Outcome::Refused | Outcome::Unauthenticated => {
            let words = asked.talk.words.as_deref().unwrap_or(&heard);
            let verdict = Verdict::new(Code::NotTls, Confidence::Proven, case.evidence)
                .summary(format!("the server on port {port} speaks {title} and does not begin TLS there"))
                .because(format!("asked for {}, it said: {words}", asked.dialect.command()))
                .fix_first(format!("switch TLS on in the {title} server: it needs a certificate and key of its own"));
            match asked.dialect.tls_port() {
                Some(other) => verdict.fix_first(format!("try the port where {title} begins with TLS, usually {other}")),
                None => verdict,
            }
        }
        Outcome::Foreign => Verdict::new(Code::NotTls, Confidence::Proven, case.evidence)
            .summary(format!("port {port} speaks neither {title} nor TLS"))
            .because_all(first_words(asked)),
        Outcome::Silent => {
            Verdict::new(Code::HandshakeTimeout, Confidence::Proven, case.evidence)
                .summary(if heard.is_empty() {
                    format!("connected, and not a word of {title} came")
                } else {
                    format!("the server fell silent in {title}, before TLS began")
                })
                .because(if heard.is_empty() && asked.dialect.greets() {
                    "neither a greeting came, nor an answer to a ClientHello".to_owned()
                } else if heard.is_empty() {
                    format!("the {} was sent, and nothing came back", asked.dialect.command())
                } else {
                    format!("its last words are \"{heard}\"")
                })
                .because(waited)
        }
        Outcome::Ended | Outcome::Tls | Outcome::Agreed => transport::closed(
            case,
            &if heard.is_empty() {
                format!("the connection was ended before a word of {title} came")
            } else {
                format!("the connection was ended after \"{heard}\"")
            },
        )
        .summary(format!("the server ended the connection in {title}, before TLS began")),
    }
    .done())
}

/// The last thing the server said.
fn heard(asked: &StartTls) -> String {
    asked
        .talk
        .lines
        .iter()
        .rev()
        .find(|line| line.direction == Direction::Received)
        .map(|line| line.text.clone())
        .unwrap_or_default()
}

/// What the server said first.
fn greeting(asked: &StartTls) -> Option<&String> {
    let talk = &asked.talk;
    let line = talk
        .lines
        .iter()
        .find(|line| line.direction == Direction::Received);
    line.map(|line| &line.text).or(talk.words.as_ref())
}

fn first_words(asked: &StartTls) -> Option<String> {
    greeting(asked).map(|words| format!("the server's first words are \"{words}\""))
}

/// The protocol the server's first words are of, where it is another one than was asked for.
fn other_protocol(asked: &StartTls) -> Option<protocols::Known> {
    protocols::recognise(greeting(asked)?).filter(|known| known.dialect != Some(asked.dialect))
}

/// The server declined in its greeting, before it was asked for anything.
fn turned_away(asked: &StartTls) -> bool {
    let silent = asked
        .talk
        .lines
        .iter()
        .all(|line| line.direction == Direction::Received);
    silent && asked.talk.words.as_deref() == Some(heard(asked).as_str())
}

pub(super) fn findings(evidence: &Evidence, findings: &mut Vec<Finding>) {
    let Some(call) = &evidence.call else { return };
    let (Some(asked), Some(tls)) = (&call.starttls, &call.tls) else {
        return;
    };
    if asked.talk.outcome != Outcome::Agreed && tls.answered() {
        findings.push(Finding {
            code: "tls-at-once".to_owned(),
            severity: Severity::Warning,
            summary: format!(
                "the port speaks TLS at once: clients that ask for {} in {} first do not get through",
                asked.dialect.command(),
                asked.dialect.title()
            ),
        });
    }
}
