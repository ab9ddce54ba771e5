//! Material that could not be written in the form that was asked for.

use super::{DecodeError, Hint};

#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    #[error("two entries would be named {}", alias.escape_debug())]
    AliasTwice { alias: String },
    #[error("an entry of a keystore needs a name")]
    AliasEmpty,
    #[error("the alias {}… is {bytes} bytes long; a {format} holds {limit}", alias.chars().take(16).collect::<String>().escape_debug())]
    AliasTooLong {
        format: &'static str,
        alias: String,
        bytes: usize,
        limit: usize,
    },
    #[error("there is nothing to write in the {format}")]
    NoEntries { format: &'static str },
    #[error("a {format} protects its keys with ASCII passwords only")]
    PasswordNotAscii { format: &'static str },
    #[error("{iterations} iterations are outside of {least} to {most}")]
    Iterations {
        iterations: u32,
        least: u32,
        most: u32,
    },
    #[error("the {what} is larger than a {format} can hold")]
    TooLarge {
        format: &'static str,
        what: &'static str,
    },
    #[error("{what} takes OpenSSL {needs}, and this program was built with an older one")]
    Unsupported {
        what: &'static str,
        needs: &'static str,
    },
    #[error("libcrypto could not {what}")]
    Crypto {
        what: &'static str,
        #[source]
        cause: openssl::error::ErrorStack,
    },
    /// What was made is more than this program would read again.
    #[error("the {format} would be over a limit")]
    OverLimit {
        format: &'static str,
        #[source]
        cause: Box<DecodeError>,
    },
    /// What was written does not read back as what was meant; it is not handed out.
    #[error("the {format} just made does not read back: {fault}")]
    ReadBack {
        format: &'static str,
        fault: ReadBackFault,
    },
}

/// How the bytes that were made differ from the material they were made of.
#[derive(Debug, thiserror::Error)]
pub enum ReadBackFault {
    #[error("it cannot be opened")]
    Unreadable,
    #[error("the private key of {alias} differs")]
    KeyDiffers { alias: String },
    #[error("the certificates of {alias} differ")]
    ChainDiffers { alias: String },
    #[error("it holds {have} objects, not {want}")]
    Count { have: usize, want: usize },
}

impl Hint for EncodeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::AliasTwice { .. } => {
                "Java does not tell upper case from lower in aliases: choose names that differ in more".to_owned()
            }
            Self::AliasEmpty | Self::AliasTooLong { .. } => "choose a short name of letters and digits: --alias NAME".to_owned(),
            Self::NoEntries { .. } => "name a file with a key or a certificate in it".to_owned(),
            Self::PasswordNotAscii { .. } => {
                "choose a password of plain letters, digits and signs, or write PKCS#12".to_owned()
            }
            Self::Iterations { .. } => "10000 is what Java and others use for PKCS#12".to_owned(),
            Self::Unsupported { .. } => {
                "choose another profile, or a fullcert built with its own OpenSSL".to_owned()
            }
            Self::TooLarge { .. } => "write several files, or PEM".to_owned(),
            Self::OverLimit { .. } => {
                "write fewer entries, or with fewer iterations".to_owned()
            }
            Self::ReadBack { .. } => "nothing was written; this is a fault of fullcert: please report it".to_owned(),
            Self::Crypto { .. } => return None,
        })
    }
}
