//! The client/server protocol, of `MySQL` and `MariaDB`, as far as the answer to a login without a password.

use crate::evidence::{Dialect, Reply, Stance};
use crate::observe::talk::{Stop, Talk};

use super::{Answer, Scene, reply};

/// `CLIENT_LONG_PASSWORD`, `CLIENT_PROTOCOL_41`, `CLIENT_SSL`, `CLIENT_SECURE_CONNECTION`, `CLIENT_PLUGIN_AUTH`
const CAPABILITIES: u32 = 0x1 | 0x200 | CLIENT_SSL | 0x8000 | 0x8_0000;
const CLIENT_SSL: u32 = 0x800;
/// utf8mb4
const CHARSET: u8 = 45;
/// The longest packet that is read.
const MAX: usize = 16 * 1024;
/// The plugin that takes no password for an empty one in no bytes.
const NATIVE: &str = "mysql_native_password";

pub(super) fn begin(talk: &mut Talk<'_>) -> Result<Answer, Stop> {
    let (_, greeting) = packet(talk)?;
    if let Some(error) = fault(&greeting) {
        talk.heard(&error.text());
        return Ok(Answer::Refused(error.text()));
    }
    let greeting = Greeting::read(&greeting)
        .ok_or_else(|| Stop::Foreign("a packet that is no greeting".to_owned()))?;
    talk.heard(&format!("greeting of version {}", greeting.version));
    if greeting.capabilities & CLIENT_SSL == 0 {
        return Ok(Answer::Refused(
            "its greeting is without the capability CLIENT_SSL".to_owned(),
        ));
    }
    talk.send(&framed(1, &hello()), "SSLRequest")?;
    Ok(Answer::Agreed)
}

pub(super) fn ask(talk: &mut Talk<'_>, scene: &Scene<'_>) -> Result<Reply, Stop> {
    let user = scene.user.map_or("fullcert", |user| &user.name);
    let mut login = hello();
    login.extend(user.bytes().filter(|byte| *byte != 0));
    // The name's end, an empty password, the plugin it is empty for.
    login.extend([0, 0]);
    login.extend(NATIVE.bytes());
    login.push(0);
    talk.send(
        &framed(2, &login),
        &format!("login as user {user} without a password"),
    )?;
    let (number, mut answer) = packet(talk)?;
    if let [0xfe, plugin @ ..] = answer.as_slice() {
        let plugin = plugin.split(|byte| *byte == 0).next().unwrap_or_default();
        let plugin = String::from_utf8_lossy(plugin).into_owned();
        talk.heard(&format!("switch to {plugin}"));
        // Others than the native one take an empty password as a string.
        let empty: &[u8] = if plugin == NATIVE { &[] } else { &[0] };
        talk.send(&framed(number.wrapping_add(1), empty), "an empty password")?;
        answer = packet(talk)?.1;
    }
    let told = |code: &str, text: &str, stance| Reply {
        user: scene.user.cloned(),
        ..reply(Dialect::Mysql, code, text, stance)
    };
    if let Some(error) = fault(&answer) {
        talk.heard(&error.text());
        return Ok(told(
            &error.number.to_string(),
            &error.text(),
            Stance::Refuses,
        ));
    }
    match answer.first() {
        Some(0) => {
            talk.heard("OK");
            let _ = talk.send(&framed(0, &[1]), "quit");
            Ok(told("0", "OK", Stance::Accepts))
        }
        Some(1 | 0xfe) => {
            talk.heard("more authentication data");
            Ok(told(
                "1",
                "more authentication data",
                Stance::AsksForPassword,
            ))
        }
        _ => Err(Stop::Foreign("a packet that is no answer".to_owned())),
    }
}

/// `SSLRequest`, with which a `HandshakeResponse` begins as well.
fn hello() -> Vec<u8> {
    let mut hello = CAPABILITIES.to_le_bytes().to_vec();
    hello.extend(0x0100_0000_u32.to_le_bytes());
    hello.push(CHARSET);
    hello.extend([0; 23]);
    hello
}

fn framed(number: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap_or_default();
    let [a, b, c, _] = length.to_le_bytes();
    [&[a, b, c, number], payload].concat()
}

/// A packet's number and payload.
fn packet(talk: &mut Talk<'_>) -> Result<(u8, Vec<u8>), Stop> {
    let header = talk.exactly(4)?;
    let [a, b, c, number] = header.as_slice() else {
        return Err(Stop::Foreign("no header".to_owned()));
    };
    let length = u32::from_le_bytes([*a, *b, *c, 0]) as usize;
    if length > MAX || length == 0 {
        // Words where a length should be.
        return Err(talk.foreign(&header));
    }
    Ok((*number, talk.exactly(length)?))
}

struct Greeting {
    version: String,
    capabilities: u32,
}

impl Greeting {
    /// Protocol version 10: version string, thread, eight bytes of scramble, a filler, the lower capabilities, charset,
    /// status, the upper ones.
    fn read(payload: &[u8]) -> Option<Self> {
        let (10, rest) = payload.split_first()? else {
            return None;
        };
        let end = rest.iter().position(|byte| *byte == 0)?;
        let (version, rest) = rest.split_at_checked(end)?;
        let fixed = rest.get(1 + 4 + 8 + 1..)?;
        let low = u16::from_le_bytes([*fixed.first()?, *fixed.get(1)?]);
        let high = match (fixed.get(5), fixed.get(6)) {
            (Some(a), Some(b)) => u16::from_le_bytes([*a, *b]),
            _ => 0,
        };
        Some(Self {
            version: String::from_utf8_lossy(version).into_owned(),
            capabilities: u32::from(low) | u32::from(high) << 16,
        })
    }
}

/// `ERR_Packet`
struct Fault {
    number: u16,
    message: String,
}

impl Fault {
    fn text(&self) -> String {
        format!("{} {}", self.number, self.message)
    }
}

fn fault(payload: &[u8]) -> Option<Fault> {
    let [0xff, low, high, rest @ ..] = payload else {
        return None;
    };
    // An SQLSTATE stands before the words once the capabilities are known.
    let words = match rest {
        [b'#', state @ ..] => state.get(5..).unwrap_or_default(),
        words => words,
    };
    Some(Fault {
        number: u16::from_le_bytes([*low, *high]),
        message: String::from_utf8_lossy(words).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_and_errors_are_read() {
        let mut payload = b"\x0a8.0.36\0".to_vec();
        payload.extend([1, 0, 0, 0]);
        payload.extend(*b"abcdefgh\0");
        payload.extend([0xff, 0xff, 45, 2, 0, 0xff, 0xdf]);
        let greeting = Greeting::read(&payload).unwrap();
        assert_eq!(greeting.version, "8.0.36");
        assert!(greeting.capabilities & CLIENT_SSL != 0);
        for end in 0..payload.len() {
            let _ = Greeting::read(&payload[..end]);
        }
        let error = fault(b"\xff\x15\x04#28000Access denied").unwrap();
        assert_eq!(error.text(), "1045 Access denied");
        assert!(fault(b"\xff\x15").is_none());
    }
}
