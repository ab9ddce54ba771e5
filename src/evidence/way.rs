//! The way to the TLS handshake: addresses, proxies, and the talk in the clear that asks for TLS; and what a protocol
//! other than HTTP answers once TLS stands.

use serde::{Deserialize, Serialize};

use super::Direction;

pub use crate::endpoint::{Dialect, ProxyKind};

/// What the resolver said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    pub addresses: Vec<String>,
    /// The resolver's words where it found none.
    pub error: Option<String>,
    pub took_ms: f64,
    /// The one address family that was allowed; none where both were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Family>,
    /// The resolver was still at it when its time was over.
    #[serde(default)]
    pub late: bool,
}

/// An address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Family {
    #[serde(rename = "IPv4")]
    V4,
    #[serde(rename = "IPv6")]
    V6,
}

impl Family {
    /// `IPv4` or `IPv6`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }
}

/// One attempt to connect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    pub address: String,
    pub outcome: Connection,
    /// The operating system's words where it failed.
    pub error: Option<String>,
    pub took_ms: f64,
}

/// How an attempt to connect ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connection {
    Connected,
    Refused,
    TimedOut,
    Unreachable,
    Failed,
    /// Another address answered first.
    Abandoned,
}

/// The proxy that was to lead to the server. Resolution and attempts of its call are the proxy's then.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tunnel {
    /// The proxy, without what opens it: `http://proxy:3128`.
    pub proxy: String,
    pub kind: ProxyKind,
    pub host: String,
    pub port: u16,
    /// Where the user named it: `--proxy`, or an environment variable.
    pub named_by: String,
    /// `host:port` as the proxy was asked for it.
    pub destination: String,
    /// What the resolver here said of the destination, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Whether a user and password were at hand.
    pub credentials: bool,
    /// The engine's words where TLS with the proxy itself failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_error: Option<String>,
    /// The proxy's status (HTTP) or reply code (SOCKS), where one came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// The ways to log in that an HTTP proxy named (RFC 9110, section 11.7.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<String>,
    /// None where the proxy was not reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talk: Option<Talk>,
}

/// How TLS was asked for in another protocol.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartTls {
    pub dialect: Dialect,
    #[serde(flatten)]
    pub talk: Talk,
}

/// A conversation in the clear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    /// Bounded and escaped; credentials are left out.
    pub lines: Vec<Line>,
    pub outcome: Outcome,
    /// The words that decided it, where there were some.
    pub words: Option<String>,
    pub took_ms: f64,
}

/// One line of a conversation; what is not text is described.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Milliseconds since the conversation began.
    pub at_ms: f64,
    pub direction: Direction,
    pub text: String,
}

/// How a conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The other side did what it was asked.
    Agreed,
    /// It understood, and would not.
    Refused,
    /// It wants credentials, or other ones.
    Unauthenticated,
    /// It speaks another protocol.
    Foreign,
    /// It answered in TLS.
    Tls,
    /// It ended the connection before it decided.
    Ended,
    /// It was silent until the deadline.
    Silent,
}

/// What a server other than HTTP's said once TLS stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// The protocol it was read as; none where it was only overheard.
    pub dialect: Option<Dialect>,
    /// As the protocol has it: `421`, `BYE`, `-ERR`, an SQLSTATE, a result code.
    pub code: String,
    /// Its words, bounded and escaped.
    pub text: String,
    /// The server's own name for the place that spoke, which no translation changes (a routine of `PostgreSQL`'s).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routine: Option<String>,
    /// Whether the server went on, and in which way.
    pub stance: Stance,
    /// Who asked to be let in, where the protocol wants a name at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
}

/// What a reply means for going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stance {
    /// It let us in, or went on as with everybody.
    Accepts,
    /// It wants a password next, so all that comes before was well.
    AsksForPassword,
    Refuses,
    /// It went on, and would not let a login begin.
    RefusesLogin,
}

/// A user name a server was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub name: String,
    pub from: UserFrom,
}

/// Where a user name came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserFrom {
    /// The user's own URL.
    Url,
    /// The certificate's common name.
    Certificate,
    /// Made up: nobody is expected to have it.
    MadeUp,
}
