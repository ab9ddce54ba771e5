//! Owns the facts of a probe: what was tried, what crossed the wire, what came back. No conclusion stands here.
//!
//! Everything is plain data that survives JSON, so a verdict can be reached again from a recording. Keys,
//! passwords and request headers are never part of it.

mod certificate;
mod tls;
mod way;

use serde::{Deserialize, Serialize};

use crate::material::{KeyInfo, Time};

pub use certificate::CertificateFacts;
pub use tls::{CertificateRequest, Direction, Event, Moment, Tls, VerifyFault, What};
pub use way::{
    Attempt, Connection, Dialect, Family, Line, Outcome, ProxyKind, Reply, Resolution, Stance,
    StartTls, Talk, Tunnel, User, UserFrom,
};

/// The layout of a recording.
pub const SCHEMA: &str = "fullcert.evidence/1";

/// The code of a reply in HTTP/2, where HTTP/1.1 was asked for.
pub const HTTP2: &str = "HTTP/2";

/// All that was seen of one probe.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    pub schema: String,
    pub started_at: Time,
    pub target: Target,
    pub trust: Trust,
    /// The identity the user gave; none where none was given.
    pub offered: Option<Offered>,
    /// The call as it was asked for; none where a local fault made it pointless.
    pub call: Option<Call>,
    /// Further calls, each with the question it answers.
    pub experiments: Vec<Experiment>,
}

/// Where the probe went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    pub url: String,
    pub host: String,
    pub port: u16,
    /// Whether a request was to be sent once TLS stood.
    pub request: bool,
    /// The protocol around TLS, where it is known and not HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
}

/// What the server was judged by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// A file, or `the system's certificates`.
    pub source: String,
    /// How many certificates it holds.
    pub anchors: usize,
    /// Subjects, where a file was named and holds a handful.
    pub subjects: Vec<String>,
    /// The call went on though the server was not trusted.
    pub insecure: bool,
}

/// An identity as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// The file it came from, as typed.
    pub file: String,
    /// In the order in which it is sent.
    pub chain: Vec<CertificateFacts>,
    pub key: KeyInfo,
    /// Which certificate of the chain the key belongs to; none where it belongs to none.
    pub key_belongs_to: Option<usize>,
    /// A certificate at hand that signed the last one of the chain, though it is not sent.
    pub issuer_at_hand: Option<CertificateFacts>,
    /// A certificate at hand that has the name of the last one's issuer, and did not sign it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namesake_at_hand: Option<CertificateFacts>,
    /// What OpenSSL finds amiss in the chain as it is sent, whomever its top is trusted by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain_faults: Vec<VerifyFault>,
}

/// An extra call and what it was for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// What the call is to tell apart, as a question.
    pub question: String,
    pub variation: Variation,
    pub call: Call,
}

/// How an experiment differs from the call it explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Variation {
    WithoutCertificate,
    ThrowAwaySelfSigned,
    LeafAlone,
    Tls12Only,
    ReadFirst,
    WithoutPostQuantum,
    WithoutServerName,
    OldVersions,
    /// By another TLS engine, as strict as a modern client is.
    Rustls,
}

/// What a call presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presented {
    Nothing,
    Identity,
    LeafAlone,
    ThrowAway,
}

/// A family of clients that choose alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Client {
    /// curl and whatever else hands the choice to OpenSSL (Python, Node, Ruby, psql): sends what it was given.
    Curl,
    /// Java's key managers: by CA names and key type.
    Java,
    /// Go's `tls.Config.Certificates`: by CA names and signature schemes.
    Go,
    /// .NET and `SChannel`: by CA names, schemes and what the certificate is for.
    DotNet,
    /// Browsers: as .NET.
    Browser,
}

/// One connection from name to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub presented: Presented,
    /// The client whose way of choosing a certificate was followed; none where it is sent whatever is asked.
    pub acted_as: Option<Client>,
    pub resolution: Resolution,
    /// Every address tried, in order.
    pub attempts: Vec<Attempt>,
    /// The proxy on the way; none where the call went straight.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tunnel: Option<Tunnel>,
    /// How TLS was asked for; none where it was spoken at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starttls: Option<StartTls>,
    pub tls: Option<Tls>,
    pub http: Option<Http>,
    /// What a protocol other than HTTP answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<Reply>,
    /// The error with which an HTTP/2 server turned the request away (RFC 9113, section 7); none where it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_error: Option<u32>,
    /// How the connection ended; none where none stood.
    pub end: Option<End>,
    /// Milliseconds from the start to the end.
    pub took_ms: f64,
}

impl Call {
    /// Whether a connection stood at all.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.attempts
            .iter()
            .any(|attempt| attempt.outcome == Connection::Connected)
    }

    /// Whether HTTP/2 was agreed on.
    #[must_use]
    pub fn speaks_http2(&self) -> bool {
        let tls = self.tls.as_ref();
        tls.is_some_and(|tls| tls.alpn.as_deref() == Some("h2"))
    }
}

/// The name of an HTTP/2 error, with its number (RFC 9113, section 7).
#[must_use]
pub fn http2_error(code: u32) -> String {
    const NAMES: [&str; 14] = [
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    ];
    let name = usize::try_from(code).ok().and_then(|at| NAMES.get(at));
    format!("{} ({code})", name.unwrap_or(&"an unknown error"))
}

/// The answer to the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Http {
    pub status: u16,
    pub reason: String,
    /// Names in lower case; cookies' values are left out.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body as text.
    pub body: String,
}

impl Http {
    /// A header's first value.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The way a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub how: Ending,
    pub phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The server closed TLS properly.
    CloseNotify,
    /// The server closed TCP without a word.
    Fin,
    /// The connection was reset.
    Reset,
    /// Nothing came until the deadline.
    Silence,
    /// A fatal alert, in either direction.
    Alert,
    /// We had all we came for.
    Ours,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before the tunnel stood.
    Proxy,
    /// While TLS was asked for in another protocol.
    #[serde(rename = "starttls")]
    StartTls,
    Handshake,
    /// After the handshake, before the request.
    Listening,
    /// While the request was written.
    Request,
    /// While the answer was awaited or read.
    Response,
}

/// What an OCSP responder said of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    pub subject: String,
    pub responder: String,
    pub answer: RevocationAnswer,
}

/// The state of a certificate as its responder tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevocationAnswer {
    Good,
    Revoked {
        at: Option<String>,
    },
    Unknown,
    /// No answer that can be believed, and why.
    Failed(String),
}
