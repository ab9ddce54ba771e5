//! The frontend/backend protocol 3.0 of `PostgreSQL`, as far as the question for a password.

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, reply};

/// `SSLRequest`: length 8, code 80877103.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// `Terminate`
const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];
/// Protocol 3.0.
const VERSION: [u8; 4] = [0, 3, 0, 0];
/// The longest message that is read.
const MAX: usize = 16 * 1024;

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    talk.send(&SSL_REQUEST, "SSLRequest")?;
    let answer = talk.exactly(1)?;
    match answer.as_slice() {
        // Whoever says more than this one byte says something else: an SSH server begins with S, too.
        b"S" if !talk.has_bytes() => {
            talk.heard("S");
            Ok(Answer::Agreed)
        }
        b"N" if !talk.has_bytes() => {
            talk.heard("N");
            Ok(Answer::Refused("N: no TLS here".to_owned()))
        }
        b"E" => {
            let error = fault(&body(talk)?);
            talk.heard(&error.text());
            Ok(Answer::Refused(error.text()))
        }
        [0x15 | 0x16] => Err(Stop::Tls),
        other => Err(talk.foreign(other)),
    }
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    let user = scene.user.map_or("fullcert", |user| &user.name);
    let database = scene.database.unwrap_or("postgres");
    let mut startup = VERSION.to_vec();
    for (name, value) in [
        ("user", user),
        ("database", database),
        ("application_name", "fullcert"),
    ] {
        for text in [name, value] {
            // A zero byte would end the value early.
            startup.extend(text.bytes().filter(|byte| *byte != 0));
            startup.push(0);
        }
    }
    startup.push(0);
    let length = u32::try_from(startup.len() + 4).unwrap_or_default();
    let message = [&length.to_be_bytes()[..], &startup].concat();
    talk.send(
        &message,
        &format!("startup as user {user}, database {database}"),
    )?;
    loop {
        let kind = talk.exactly(1)?;
        let body = body(talk)?;
        match kind.as_slice() {
            b"R" => return Ok(authentication(talk, &body, scene)),
            b"E" => {
                let error = fault(&body);
                talk.heard(&error.text());
                return Ok(Reply {
                    routine: Some(error.routine.clone()).filter(|routine| !routine.is_empty()),
                    user: scene.user.cloned(),
                    ..reply(
                        Dialect::Postgres,
                        error.sqlstate.clone(),
                        &error.text(),
                        Stance::Refuses,
                    )
                });
            }
            // NoticeResponse, NegotiateProtocolVersion
            b"N" | b"v" => {}
            other => {
                let kind = String::from_utf8_lossy(other);
                return Err(Stop::Foreign(format!("a message of type {kind}")));
            }
        }
    }
}

fn authentication(talk: &mut Talk<'_>, body: &[u8], scene: &Scene<'_>) -> Reply {
    let number = match body {
        [a, b, c, d, ..] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => u32::MAX,
    };
    let (words, stance) = match number {
        0 => ("AuthenticationOk", Stance::Accepts),
        3 => ("AuthenticationCleartextPassword", Stance::AsksForPassword),
        5 => ("AuthenticationMD5Password", Stance::AsksForPassword),
        10 => ("AuthenticationSASL", Stance::AsksForPassword),
        _ => ("another authentication request", Stance::AsksForPassword),
    };
    talk.heard(words);
    if stance == Stance::Accepts {
        let _ = talk.send(&TERMINATE, "terminate");
    }
    Reply {
        user: scene.user.cloned(),
        ..reply(Dialect::Postgres, number.to_string(), words, stance)
    }
}

/// What follows a message's type.
fn body(talk: &mut Talk<'_>) -> Result<Vec<u8>, Stop> {
    let header = talk.exactly(4)?;
    let length = match header.as_slice() {
        [a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]) as usize,
        _ => 0,
    };
    match length.checked_sub(4) {
        Some(rest) if rest <= MAX => talk.exactly(rest),
        _ => Err(Stop::Foreign(format!("a message of {length} bytes"))),
    }
}

/// The fields of an `ErrorResponse` that matter.
#[derive(Debug, Default, PartialEq, Eq)]
struct Fault {
    severity: String,
    sqlstate: String,
    message: String,
    routine: String,
}

impl Fault {
    fn text(&self) -> String {
        format!("{}: {}", self.severity, self.message)
    }
}

fn fault(body: &[u8]) -> Fault {
    let mut fault = Fault::default();
    for field in body.split(|byte| *byte == 0) {
        let Some((kind, value)) = field.split_first() else {
            continue;
        };
        let place = match kind {
            b'V' => &mut fault.severity,
            b'C' => &mut fault.sqlstate,
            b'M' => &mut fault.message,
            b'R' => &mut fault.routine,
            // The severity in the server's language, where it has no other.
            b'S' if fault.severity.is_empty() => &mut fault.severity,
            _ => continue,
        };
        *place = String::from_utf8_lossy(value).into_owned();
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_field_by_field() {
        let body = b"SFATAL\0VFATAL\0C28000\0Mconnection requires a valid client certificate\0Fauth.c\0L370\0RClientAuthentication\0\0";
        let error = fault(body);
        assert_eq!(error.sqlstate, "28000");
        assert_eq!(error.routine, "ClientAuthentication");
        assert_eq!(
            error.text(),
            "FATAL: connection requires a valid client certificate"
        );
        assert_eq!(fault(b""), Fault::default());
    }
}
