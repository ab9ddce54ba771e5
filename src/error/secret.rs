//! A password that could not be had.

use std::io;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("cannot read a password from {place}")]
    Unreadable {
        place: String,
        #[source]
        cause: io::Error,
    },
    #[error("the environment variable {name} is not set")]
    NoVariable { name: String },
    #[error("the password in {place} is not UTF-8")]
    NotUtf8 { place: String },
    #[error("the password in {place} is longer than 4096 bytes")]
    TooLong { place: String },
    #[error("a password is needed ({what}), and there is no terminal to ask at")]
    NobodyToAsk { what: String, flag: &'static str },
    #[error("the two passwords differ")]
    Differ,
    #[error("the {what} is empty")]
    EmptyPassword { what: String },
}

impl Hint for SecretError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NobodyToAsk { flag, .. } => Some(format!(
                "give --{flag}-file FILE, --{flag}-env VARIABLE or --{flag}-fd NUMBER"
            )),
            Self::NoVariable { name } => Some(format!("export {name}=…, or name another variable")),
            Self::NotUtf8 { .. } => Some("save it as UTF-8".to_owned()),
            Self::TooLong { .. } => Some("name a file that holds the password alone".to_owned()),
            Self::Differ => Some("run the command again".to_owned()),
            Self::EmptyPassword { .. } => Some(
                "choose one of at least six characters: keytool refuses shorter ones".to_owned(),
            ),
            Self::Unreadable { .. } => None,
        }
    }
}
