//! Trust anchors that could not be had.

use super::Hint;

/// The anchors cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("this machine has no trusted certificates where they are usually kept")]
    NoSystemRoots,
}

impl Hint for TrustError {
    fn hint(&self) -> Option<String> {
        Some("install the ca-certificates package, or name a file: --cacert roots.pem".to_owned())
    }
}
