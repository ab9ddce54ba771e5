//! LDAP (RFC 4511): `StartTLS`, and a look at the root entry that everybody may read.

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, reply};

/// `StartTLS` (RFC 4511, section 4.14.1).
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";
/// The largest message that is read.
const MAX: usize = 16 * 1024;

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let request = message(1, &tlv(0x77, &tlv(0x80, START_TLS)));
    talk.send(&request, "StartTLS request")?;
    let answer = read(talk)?;
    Ok(match (answer.kind, &answer.result) {
        (0x78, Some(result)) if result.code == 0 => Answer::Agreed,
        (_, Some(result)) => Answer::Refused(result.spelled()),
        (_, None) => return Err(Stop::Foreign(answer.described())),
    })
}

pub(super) fn ask(talk: &mut Talk<'_>) -> Result<Reply, Stop> {
    // The root entry, no attributes of it (RFC 4511, sections 4.5.1 and 4.5.1.8).
    let search = [
        tlv(0x04, b""),
        tlv(0x0a, &[0]),
        tlv(0x0a, &[0]),
        tlv(0x02, &[1]),
        tlv(0x02, &[5]),
        tlv(0x01, &[0]),
        tlv(0x87, b"objectClass"),
        tlv(0x30, &tlv(0x04, b"1.1")),
    ]
    .concat();
    talk.send(
        &message(2, &tlv(0x63, &search)),
        "search for the root entry",
    )?;
    loop {
        let answer = read(talk)?;
        match (answer.kind, &answer.result) {
            // Entries and references come before the result.
            (0x64 | 0x73, _) => {}
            (0x65, Some(result)) => {
                let stance = match result.code {
                    8 | 13 | 48..=53 => Stance::Refuses,
                    _ => Stance::Accepts,
                };
                // UnbindRequest, which is not answered.
                let _ = talk.send(&message(3, &[0x42, 0]), "unbind");
                return Ok(told(result, stance));
            }
            // A notice of disconnection (RFC 4511, section 4.4.1).
            (0x78, Some(result)) => return Ok(told(result, Stance::Refuses)),
            _ => return Err(Stop::Foreign(answer.described())),
        }
    }
}

fn told(result: &Outcome, stance: Stance) -> Reply {
    reply(
        Dialect::Ldap,
        result.code.to_string(),
        &result.spelled(),
        stance,
    )
}

/// An `LDAPResult` (RFC 4511, section 4.1.9).
struct Outcome {
    code: u8,
    words: String,
}

impl Outcome {
    fn spelled(&self) -> String {
        let name = match self.code {
            0 => "success",
            1 => "operationsError",
            2 => "protocolError",
            7 => "authMethodNotSupported",
            8 => "strongerAuthRequired",
            13 => "confidentialityRequired",
            48 => "inappropriateAuthentication",
            49 => "invalidCredentials",
            50 => "insufficientAccessRights",
            51 => "busy",
            52 => "unavailable",
            53 => "unwillingToPerform",
            80 => "other",
            _ => "result",
        };
        let spelled = format!("{name} ({}) {}", self.code, self.words);
        spelled.trim_end().to_owned()
    }
}

struct Message {
    /// The operation's tag.
    kind: u8,
    result: Option<Outcome>,
}

impl Message {
    fn described(&self) -> String {
        format!("an LDAP message of kind 0x{:02x}", self.kind)
    }
}

fn read(talk: &mut Talk<'_>) -> Result<Message, Stop> {
    let first = talk.exactly(1)?;
    match first.as_slice() {
        [0x30] => {}
        [0x15 | 0x16] => return Err(Stop::Tls),
        other => return Err(talk.foreign(other)),
    }
    let short = talk.exactly(1)?.first().copied().unwrap_or_default();
    let length = if short < 0x80 {
        usize::from(short)
    } else {
        let bytes = talk.exactly(usize::from(short & 0x7f).min(4))?;
        bytes
            .iter()
            .fold(0usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    if length > MAX {
        return Err(Stop::Foreign(format!("an LDAP message of {length} bytes")));
    }
    let body = talk.exactly(length)?;
    let message =
        parse(&body).ok_or_else(|| Stop::Foreign("a malformed LDAP message".to_owned()))?;
    if let Some(result) = &message.result {
        talk.heard(&result.spelled());
    }
    Ok(message)
}

fn parse(body: &[u8]) -> Option<Message> {
    let (0x02, _, rest) = split(body)? else {
        return None;
    };
    let (kind, operation, _) = split(rest)?;
    let result = match kind {
        0x65 | 0x78 => {
            let (0x0a, code, rest) = split(operation)? else {
                return None;
            };
            let (0x04, _, rest) = split(rest)? else {
                return None;
            };
            let (0x04, words, _) = split(rest)? else {
                return None;
            };
            Some(Outcome {
                code: *code.last()?,
                words: String::from_utf8_lossy(words).into_owned(),
            })
        }
        _ => None,
    };
    Some(Message { kind, result })
}

/// Tag, content, and what follows.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (short, rest) = rest.split_first()?;
    let (length, rest) = if *short < 0x80 {
        (usize::from(*short), rest)
    } else {
        let count = usize::from(short & 0x7f);
        if count > 4 {
            return None;
        }
        let (bytes, rest) = rest.split_at_checked(count)?;
        let length = bytes
            .iter()
            .fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

fn message(number: u8, operation: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(0x02, &[number]), operation].concat())
}

/// Everything sent here is short.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or_default();
    debug_assert!(length < 0x80);
    [&[tag, length], content].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_as_ldapsearch_sends_it() {
        let request = message(1, &tlv(0x77, &tlv(0x80, START_TLS)));
        assert_eq!(request.len(), 31);
        assert_eq!(
            request[..9],
            [0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16]
        );
    }

    #[test]
    fn results_are_read_and_garbage_is_not() {
        let refusal = b"\x02\x01\x01\x78\x1f\x0a\x01\x34\x04\x00\x04\x18TLS not supported here..";
        let message = parse(refusal).unwrap();
        let result = message.result.unwrap();
        assert_eq!(
            result.spelled(),
            "unavailable (52) TLS not supported here.."
        );
        for end in 0..refusal.len() {
            assert!(parse(&refusal[..end]).is_none_or(|message| message.result.is_none()));
        }
        assert!(parse(&[0x02, 0x85, 1, 1, 1, 1, 1]).is_none());
    }
}
