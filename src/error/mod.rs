//! What can go wrong, one enum per stage; every error carries its facts and knows its hint.

mod content;
mod decode;
mod encode;
mod endpoint;
mod fetch;
mod generate;
mod identity;
mod naming;
mod secret;
mod serve;
mod sink;
mod source;
mod trust;
mod usage;

pub use content::{ContentError, Wanted};
pub use decode::{DecodeError, PemFault};
pub use encode::{EncodeError, ReadBackFault};
pub use endpoint::EndpointError;
pub use fetch::FetchError;
pub use generate::GenerateError;
pub use identity::IdentityError;
pub use naming::{NamingError, SyntaxFault};
pub use secret::SecretError;
pub use serve::ServeError;
pub use sink::SinkError;
pub use source::SourceError;
pub use trust::TrustError;
pub use usage::UsageError;

/// The next thing to do, in words a person can follow.
pub trait Hint {
    /// One sentence, without a full stop at its end; `None` where the error says it all.
    fn hint(&self) -> Option<String>;
}

/// Any stage's error, as a command returns it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Usage(#[from] UsageError),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Generate(#[from] GenerateError),
    #[error(transparent)]
    Identity(#[from] IdentityError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Standard output could not be written.
    #[error("cannot write to standard output")]
    Output(#[from] std::io::Error),
}

impl Hint for Error {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Usage(error) => error.hint(),
            Self::Source(error) => error.hint(),
            Self::Secret(error) => error.hint(),
            Self::Decode(error) => error.hint(),
            Self::Content(error) => error.hint(),
            Self::Generate(error) => error.hint(),
            Self::Identity(error) => error.hint(),
            Self::Encode(error) => error.hint(),
            Self::Endpoint(error) => error.hint(),
            Self::Trust(error) => error.hint(),
            Self::Sink(error) => error.hint(),
            Self::Serve(error) => error.hint(),
            Self::Output(_) => None,
        }
    }
}
