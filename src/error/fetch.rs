//! Something on the web that could not be had.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error(
        "only http:// addresses are fetched, for a certificate's signature protects it by itself"
    )]
    NotPlain,
    #[error("the address cannot be read")]
    BadAddress,
    #[error("the proxy's address cannot be read")]
    BadProxy,
    #[error("the host does not resolve")]
    NoHost,
    #[error("no connection: {0}")]
    NoConnection(String),
    #[error("no answer in time")]
    TimedOut,
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("the answer is not HTTP")]
    NotHttp,
    #[error("the answer was HTTP {0}")]
    Status(u16),
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    #[error("the answer ends early")]
    CutShort,
    #[error("redirected more than {0} times")]
    TooManyRedirects(usize),
    #[error("the answer holds no certificate")]
    NoCertificate,
    #[error("the certificate there did not make the signature")]
    WrongIssuer,
}
