//! Owns what is said to Salesforce and what it answers, as text: SOAP, REST and the Bulk API. Nothing here is sent.

pub mod answer;
pub mod host;
pub mod message;
pub mod xml;

use std::fmt;
use std::str::FromStr;

use crate::secret::Secret;

/// The longest session id that is believed, in bytes; real ones have some 110.
const MAX_SESSION: usize = 4096;

/// One of the ways to call an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// The partner API: getUserInfo.
    Soap,
    /// The limits resource.
    Rest,
    /// The first Bulk API: a job is opened and aborted.
    Bulk,
}

/// A version of the API, such as 62.0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

/// The text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an API version is a number such as 62.0")]
pub struct NotAVersion;

impl FromStr for Version {
    type Err = NotAVersion;

    /// Takes `62.0`, `62` and `v62.0`.
    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let number = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
        let sound = |part: &str| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if sound(major) && sound(minor) {
            Ok(Self(format!("{major}.{minor}")))
        } else {
            Err(NotAVersion)
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A session id: it may stand in a header or an element, and is never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session(Secret);

impl Session {
    /// None where the text can be no session id: empty, too long, or not printable ASCII in one word.
    #[must_use]
    pub fn new(secret: &Secret) -> Option<Self> {
        let text = secret.expose().trim();
        let sound = !text.is_empty()
            && text.len() <= MAX_SESSION
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        sound.then(|| Self(Secret::new(text.to_owned())))
    }

    /// The id itself, for the request that needs it.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_sessions_are_held_to_their_form() {
        for text in ["62", "62.0", "v62.0"] {
            assert_eq!(text.parse::<Version>().unwrap().to_string(), "62.0");
        }
        for text in ["", "62.", "latest", "62.0/../..", "6 2", "1234.0"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
        let session = |text: &str| Session::new(&Secret::new(text.to_owned()));
        assert_eq!(session(" 00D!AQ \t").unwrap().secret().expose(), "00D!AQ");
        for text in ["", "a b", "a\r\nX: y", "é", &"a".repeat(5000)] {
            assert_eq!(session(text), None);
        }
        assert!(!format!("{:?}", session("00D!AQ")).contains("00D"));
    }
}
