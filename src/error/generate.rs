//! Material that could not be made.

use std::path::PathBuf;

use openssl::error::ErrorStack;

use crate::material::{Malformed, San, Time};
use crate::source::Origin;

use super::{Hint, NamingError};

#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("libcrypto could not {what}")]
    Crypto {
        what: &'static str,
        #[source]
        cause: ErrorStack,
    },
    /// What was made does not read back: a defect here, never the user's.
    #[error("what was made does not read back")]
    NotReadBack(#[source] Malformed),
    /// A subject or an alternative name that cannot be meant.
    #[error(transparent)]
    Naming(#[from] NamingError),
    #[error("the alternative name {san} is of a kind that is only read")]
    San { san: San },
    #[error("{key}: a key of the kind {kind} cannot sign")]
    KeyCannotSign { key: Origin, kind: String },
    #[error("{request}: the request is not signed by the key it carries")]
    RequestSignature { request: Origin },
    #[error("{request}: the extensions it asks for cannot be read: {reason}")]
    RequestExtensions { request: Origin, reason: String },
    #[error("{}: not empty; an authority gets a folder of its own", folder.display())]
    FolderTaken { folder: PathBuf },
    #[error("{}: no authority is in this folder", folder.display())]
    NoAuthority { folder: PathBuf },
    #[error("{issuer}: the issuing CA itself ends on {not_after}")]
    IssuerExpired { issuer: Origin, not_after: Time },
    #[error("{certificate}: {subject} is not a CA that {root} has signed")]
    NotIssuer {
        certificate: Origin,
        subject: String,
        root: Origin,
    },
}

impl GenerateError {
    /// For `map_err`: `what` completes "libcrypto could not …".
    pub(crate) fn crypto(what: &'static str) -> impl FnOnce(ErrorStack) -> Self {
        move |cause| Self::Crypto { what, cause }
    }
}

impl Hint for GenerateError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Crypto { .. } | Self::NotReadBack(_) => None,
            Self::Naming(error) => error.hint(),
            Self::San { .. } => Some("name a DNS name, an address, an e-mail or a URI".to_owned()),
            Self::KeyCannotSign { .. } => {
                Some("make one that can: fullcert key -t rsa:2048".to_owned())
            }
            Self::RequestSignature { .. } | Self::RequestExtensions { .. } => {
                Some("ask for the request to be made again: fullcert csr".to_owned())
            }
            Self::FolderTaken { .. } => Some(
                "choose a folder that does not exist: fullcert ca init --dir other-ca".to_owned(),
            ),
            Self::NoAuthority { folder } => Some(format!(
                "make one, fullcert ca init --dir {}, or name the folder it is in with --dir",
                folder.display()
            )),
            Self::IssuerExpired { .. } | Self::NotIssuer { .. } => {
                Some("make a new authority in another folder: fullcert ca init --dir".to_owned())
            }
        }
    }
}
