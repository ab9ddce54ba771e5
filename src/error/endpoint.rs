//! A text that names no endpoint.

use super::Hint;

/// Why a text is not an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("{text:?} is not a URL: {cause}")]
    NotAUrl { text: String, cause: String },
    #[error("{text:?}: the scheme {scheme} is not probed")]
    Scheme { text: String, scheme: String },
    #[error("{text:?} names no host")]
    NoHost { text: String },
    #[error("{text:?} names no port")]
    NoPort { text: String },
    #[error("the URL carries a user name or password")]
    Credentials,
}

impl Hint for EndpointError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAUrl { .. } | Self::NoHost { .. } => {
                "write https://host:port/path, host:port, or tls://host:port".to_owned()
            }
            Self::Scheme { .. } => {
                "https://… sends a request over TLS, tls://host:port probes TLS alone".to_owned()
            }
            Self::NoPort { .. } => "tls:// needs a port: tls://host:6380".to_owned(),
            Self::Credentials => {
                "put them into a header file: -H @FILE with a line Authorization: …".to_owned()
            }
        })
    }
}
