//! Material that could not be made.

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("libcrypto could not {what}")]
    Crypto {
        what: &'static str,
        #[source]
        cause: openssl::error::ErrorStack,
    },
    #[error("the request is not signed by the key it carries")]
    RequestSignature,
}

impl Hint for GenerateError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Crypto { .. } => None,
            Self::RequestSignature => {
                Some("ask for the request to be made again: fullcert csr".to_owned())
            }
        }
    }
}
