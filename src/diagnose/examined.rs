//! What is known of a file of certificates before a verdict is reached: plain facts, no conclusion.

use crate::catalogue::Code;
use crate::evidence::{CertificateFacts, Revocation, VerifyFault};
use crate::material::{KeyInfo, Time};

/// A file of certificates, what its best path is, and what judges said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Examined {
    /// As typed.
    pub file: String,
    pub at: Time,
    pub side: Side,
    /// The name it was to be for.
    pub host: Option<String>,
    /// What it was judged by: a file's name, `the system's certificates`.
    pub trust: String,
    /// Subjects of the anchors, where files were named and hold a handful.
    pub anchors: Vec<String>,
    /// Nobody said whom the other side trusts.
    pub unsaid: bool,
    /// The path's end was taken to be trusted for that.
    pub assumed: bool,
    /// The file keeps its certificates in the order in which they would be sent.
    pub ordered: bool,
    /// The file's certificates, in its own order.
    pub sent: Vec<CertificateFacts>,
    /// How many more there are behind them.
    pub unseen: usize,
    /// Which of them the rest is about.
    pub leaf: usize,
    pub key: Option<Held>,
    /// Leaf first, the root last where it is known.
    pub path: Vec<Step>,
    /// A missing issuer.
    pub gap: Option<Missing>,
    /// The path ends at a certificate this machine trusts: a public CA's.
    pub public: bool,
    pub faults: Vec<VerifyFault>,
    /// Rules that are broken and count only where strictness is asked for.
    pub lapses: Vec<VerifyFault>,
    /// What OpenSSL finds when it builds the path itself out of the file as it is.
    pub plain: Vec<VerifyFault>,
    /// What rustls says of the file as it is: its error, or none where it accepts it.
    pub rustls: Option<String>,
    pub ocsp: Vec<Revocation>,
    /// Days before its end at which a certificate is worth a warning.
    pub warn_days: i64,
    /// Consumers whose rules are asked for, by their names.
    pub consumers: Vec<String>,
}

/// Which end of a connection the certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
    /// Not said; told as a client's.
    Any,
}

/// A private key that came with the certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub info: KeyInfo,
    /// Which of the file's certificates it belongs to.
    pub belongs_to: Option<usize>,
}

/// One certificate of the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub facts: CertificateFacts,
    pub from: From,
}

/// Where a certificate of the path came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// The file itself, or the trusted ones.
    Given,
    /// What the other side is said to have as well; the place.
    Pool(String),
    /// The address it was fetched from.
    Fetched(String),
}

/// An issuer that is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub issuer: String,
    /// A certificate of that name is there, with another key.
    pub namesake: bool,
    /// Where it may be fetched.
    pub url: Option<String>,
    /// Why it was not.
    pub failure: Option<String>,
}

impl Examined {
    /// The certificate the rest is about.
    #[must_use]
    pub fn leaf(&self) -> Option<&CertificateFacts> {
        self.sent.get(self.leaf)
    }

    /// The extended key usage that is wanted.
    pub(super) fn purpose_name(&self) -> &'static str {
        match self.side {
            Side::Server => "serverAuth",
            Side::Client | Side::Any => "clientAuth",
        }
    }

    /// A code for this side.
    pub(super) fn code(&self, client: Code, server: Code) -> Code {
        match self.side {
            Side::Server => server,
            Side::Client | Side::Any => client,
        }
    }
}
