//! A pile that does not make one identity.

use crate::source::Origin;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("no private key in {}", list(files))]
    NoKey { files: Vec<Origin> },
    #[error("no certificate in {}", list(files))]
    NoCertificate { files: Vec<Origin> },
    #[error("the private key in {key} does not belong to the certificate of {subject} in {leaf}")]
    KeyMismatch {
        key: Origin,
        leaf: Origin,
        subject: String,
    },
    #[error("more than one certificate here has its private key: {}", candidates.join("; "))]
    SeveralLeaves { candidates: Vec<String> },
    #[error("libcrypto could not {what}")]
    Crypto {
        what: &'static str,
        #[source]
        cause: openssl::error::ErrorStack,
    },
}

impl Hint for IdentityError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoKey { .. } => {
                "add the key file that the signing request was made with (probe: --key FILE); a CA never has it"
                    .to_owned()
            }
            Self::NoCertificate { .. } => "add the certificate that the CA sent back; a signing request is not one".to_owned(),
            Self::KeyMismatch { .. } => {
                "fullcert inspect on all the files shows which key belongs to which certificate"
                    .to_owned()
            }
            Self::SeveralLeaves { .. } => "choose one: --leaf FILE or --key FILE".to_owned(),
            Self::Crypto { .. } => return None,
        })
    }
}

fn list(files: &[Origin]) -> String {
    files
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
