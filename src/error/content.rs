//! A file that reads well and holds something else than was wanted.

use crate::source::Origin;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error("{file}: {wanted} is wanted here, and this is {}", found.join(" and "))]
    Other {
        file: Origin,
        wanted: Wanted,
        /// What is in it, with an article each; never empty.
        found: Vec<&'static str>,
    },
    #[error("{file}: {wanted} is wanted here, and there are {}: {}", found.len(), found.join("; "))]
    Several {
        file: Origin,
        wanted: Wanted,
        /// Each with where it stands.
        found: Vec<String>,
    },
}

/// What a file is to hold, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Key,
    Request,
    Certificate,
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key => "one private key",
            Self::Request => "one signing request",
            Self::Certificate => "one certificate",
        })
    }
}

impl Hint for ContentError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Other {
                wanted: Wanted::Key,
                ..
            } => "name the private key's own file; fullcert key makes one, and no CA ever has it".to_owned(),
            Self::Other {
                wanted: Wanted::Request,
                ..
            } => "name the file that fullcert csr wrote".to_owned(),
            Self::Other {
                wanted: Wanted::Certificate,
                ..
            } => "name the certificate's own file".to_owned(),
            Self::Several { .. } => {
                "copy the block that is meant, from its BEGIN line to its END line, into a file of its own".to_owned()
            }
        })
    }
}
