//! A server that could not be started.

use std::io;
use std::net::SocketAddr;

use super::Hint;

#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("{address}: the address is in use")]
    InUse { address: SocketAddr },
    #[error("{address}: this machine does not have that address")]
    NoSuchAddress { address: SocketAddr },
    #[error("{address}: not allowed to listen there")]
    Denied { address: SocketAddr },
    #[error("{address}: cannot listen there")]
    Listen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("cannot start a thread")]
    Thread {
        #[source]
        cause: io::Error,
    },
    #[error("cannot watch for Ctrl-C")]
    Signal {
        #[source]
        cause: io::Error,
    },
    #[error("libcrypto could not {what}")]
    Crypto {
        what: &'static str,
        #[source]
        cause: openssl::error::ErrorStack,
    },
}

impl ServeError {
    /// The variant that fits what the operating system said of listening.
    #[must_use]
    pub fn from_listen(address: SocketAddr, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::AddrInUse => Self::InUse { address },
            io::ErrorKind::AddrNotAvailable => Self::NoSuchAddress { address },
            io::ErrorKind::PermissionDenied => Self::Denied { address },
            _ => Self::Listen { address, cause },
        }
    }
}

impl Hint for ServeError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::InUse { .. } => Some(
                "stop the other program, or take another port; port 0 takes any free one"
                    .to_owned(),
            ),
            Self::NoSuchAddress { .. } => {
                Some("127.0.0.1 is this machine alone, 0.0.0.0 every address it has".to_owned())
            }
            Self::Denied { .. } => {
                Some("ports below 1024 need privileges: take a higher one".to_owned())
            }
            Self::Thread { .. } => Some(
                "raise the limit on processes (ulimit -u), or allow fewer connections".to_owned(),
            ),
            Self::Listen { .. } | Self::Signal { .. } | Self::Crypto { .. } => None,
        }
    }
}
