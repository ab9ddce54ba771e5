//! Trust anchors that could not be had.

use std::path::PathBuf;

use super::Hint;

/// The anchors cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("this machine has no trusted certificates where they are usually kept")]
    NoSystemRoots,
    #[error("no Java truststore{}", place.as_ref().map_or(" is found on this machine".to_owned(), |place| format!(" is below {}", place.display())))]
    NoJava { place: Option<PathBuf> },
}

impl Hint for TrustError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoSystemRoots => {
                "install the ca-certificates package, or name a file: --cacert roots.pem".to_owned()
            }
            Self::NoJava { .. } => {
                "set JAVA_HOME, or name the file: --from-java=/path/to/cacerts".to_owned()
            }
        })
    }
}
