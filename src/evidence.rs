//! Owns the facts of a probe: what was tried, what crossed the wire, what came back. No conclusion stands here.
//!
//! Everything is plain data that survives JSON, so a verdict can be reached again from a recording. Keys,
//! passwords and request headers are never part of it.

mod way;

use serde::{Deserialize, Serialize};

use crate::clients::Client;
use crate::material::{Certificate, KeyInfo, Time};

pub use way::{
    Attempt, Connection, Dialect, Family, Line, Outcome, ProxyKind, Reply, Resolution, Stance,
    StartTls, Talk, Tunnel, User, UserFrom,
};

/// The layout of a recording.
pub const SCHEMA: &str = "fullcert.evidence/1";

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
}

/// What matters of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateFacts {
    pub sha256: String,
    pub subject: String,
    pub issuer: String,
    pub serial: String,
    pub not_before: Time,
    pub not_after: Time,
    pub sans: Vec<String>,
    /// None where the extension is absent.
    pub eku: Option<Vec<String>>,
    pub key_usage: Option<Vec<String>>,
    pub ca: bool,
    pub self_signed: bool,
    /// Whether the next certificate of the chain made the signature on this one; none for the last.
    pub signed_by_next: Option<bool>,
    pub signature_algorithm: String,
    pub key: Option<KeyInfo>,
    pub authority_key_id: Option<String>,
    pub subject_key_id: Option<String>,
    /// Where the issuer's certificate may be fetched.
    pub ca_issuers: Vec<String>,
    /// Critical extensions that path validation does not know, by dotted identifier.
    #[serde(default)]
    pub unknown_critical: Vec<String>,
}

impl CertificateFacts {
    /// The facts of one certificate on its own.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            sha256: certificate.sha256().to_owned(),
            subject: certificate.subject().to_string(),
            issuer: certificate.issuer().to_string(),
            serial: certificate.serial().to_owned(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sans: certificate.sans().iter().map(ToString::to_string).collect(),
            eku: certificate.eku().map(<[String]>::to_vec),
            key_usage: certificate.key_usage().map(<[String]>::to_vec),
            ca: certificate.is_ca(),
            self_signed: certificate.is_self_signed(),
            signed_by_next: None,
            signature_algorithm: certificate.signature_algorithm().to_owned(),
            key: certificate.key().ok().cloned(),
            authority_key_id: certificate.authority_key_id().map(str::to_owned),
            subject_key_id: certificate.subject_key_id().map(str::to_owned),
            ca_issuers: certificate.ca_issuers().to_vec(),
            unknown_critical: certificate.unknown_critical().to_vec(),
        }
    }

    /// The facts of a chain, with what each link shows.
    #[must_use]
    pub fn of_chain(chain: &[Certificate]) -> Vec<Self> {
        chain
            .iter()
            .enumerate()
            .map(|(index, certificate)| Self {
                signed_by_next: chain
                    .get(index + 1)
                    .map(|issuer| certificate.is_signed_by(issuer)),
                ..Self::of(certificate)
            })
            .collect()
    }

    /// Whether it may serve `purpose` (`clientAuth`, `serverAuth`); an absent extension allows all.
    #[must_use]
    pub fn allows(&self, purpose: &str) -> bool {
        self.eku.as_ref().is_none_or(|usages| {
            usages
                .iter()
                .any(|usage| usage == purpose || usage == "anyExtendedKeyUsage")
        })
    }
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
}

/// The TLS connection.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tls {
    /// Every handshake message and alert, in order.
    pub trace: Vec<Event>,
    /// `TLSv1.3`; none where no version was agreed on.
    pub version: Option<String>,
    /// The lowest and the highest version offered, as on the wire.
    pub offered_versions: (u16, u16),
    /// The version of the server's `ServerHello`, as on the wire.
    pub chosen_version: Option<u16>,
    pub cipher: Option<String>,
    pub group: Option<String>,
    pub alpn: Option<String>,
    /// The name asked for.
    pub sni: Option<String>,
    /// As the server sent it.
    pub server_chain: Vec<CertificateFacts>,
    /// Why it is not to be trusted; empty where it is, or where none was judged.
    pub server_faults: Vec<VerifyFault>,
    /// Why rustls would refuse a chain that OpenSSL accepts, by the name of webpki's error; none where it would not.
    pub rustls_refuses: Option<String>,
    /// The last demand for a certificate.
    pub certificate_request: Option<CertificateRequest>,
    /// The certificates of our last Certificate message, as SHA-256; none where no such message was sent.
    pub sent: Option<Vec<String>>,
    /// Whether the handshake completed on our side.
    pub completed: bool,
    /// The engine's words where it did not.
    pub error: Option<String>,
    /// The first bytes received where they are not TLS, as text with escapes.
    pub not_tls: Option<String>,
}

impl Tls {
    /// The fatal alert the server sent, by number, if it did.
    #[must_use]
    pub fn received_alert(&self) -> Option<u8> {
        self.alert(Direction::Received)
    }

    /// The fatal alert we sent, by number, if we did.
    #[must_use]
    pub fn sent_alert(&self) -> Option<u8> {
        self.alert(Direction::Sent)
    }

    fn alert(&self, direction: Direction) -> Option<u8> {
        self.trace
            .iter()
            .filter(|event| event.direction == direction)
            .find_map(|event| event.what.fatal_alert())
    }

    /// Whether we had sent our Certificate message before the server's fatal alert (or at all, without one).
    #[must_use]
    pub fn certificate_was_judged(&self) -> bool {
        let ours = self.trace.iter().position(|event| {
            event.direction == Direction::Sent
                && matches!(event.what, What::Message { number: 11, .. })
        });
        let alert = self.trace.iter().position(|event| {
            event.direction == Direction::Received && event.what.fatal_alert().is_some()
        });
        match (ours, alert) {
            (Some(ours), Some(alert)) => ours < alert,
            (ours, None) => ours.is_some(),
            (None, Some(_)) => false,
        }
    }

    /// Whether this is TLS 1.3.
    #[must_use]
    pub fn is_13(&self) -> bool {
        self.version.as_deref() == Some("TLSv1.3")
    }

    /// Whether anything that is TLS came back.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.trace
            .iter()
            .any(|event| event.direction == Direction::Received)
    }

    /// Whether the server's `ServerHello` was seen.
    #[must_use]
    pub fn agreed(&self) -> bool {
        self.trace.iter().any(|event| {
            event.direction == Direction::Received
                && matches!(event.what, What::Message { number: 2, .. })
        })
    }
}

/// Something that crossed the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Milliseconds since the connection stood.
    pub at_ms: f64,
    pub direction: Direction,
    #[serde(flatten)]
    pub what: What,
}

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Sent,
    Received,
}

/// What it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum What {
    Message {
        /// `ClientHello`, … (RFC 8446, section 4)
        message: String,
        number: u8,
        /// Bytes with the header.
        length: usize,
    },
    Alert {
        #[serde(rename = "alert_level")]
        level: u8,
        #[serde(rename = "alert")]
        number: u8,
    },
    /// Application data or a phase, so that the order can be read.
    Note { note: String },
}

impl What {
    /// The number of an alert that ends the connection. In TLS 1.3 the level says nothing
    /// (RFC 8446, section 6): all but `close_notify`, `user_canceled` and `no_renegotiation` end it.
    #[must_use]
    pub fn fatal_alert(&self) -> Option<u8> {
        match self {
            Self::Alert { level, number } => {
                (*level == 2 || !matches!(number, 0 | 90 | 100)).then_some(*number)
            }
            _ => None,
        }
    }
}

/// One fault of the server's chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerifyFault {
    pub depth: u32,
    /// `X509_V_ERR_…`
    pub code: i32,
    pub text: String,
    /// The certificate concerned.
    pub subject: Option<String>,
    pub issuer: Option<String>,
}

/// What the server asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRequest {
    pub moment: Moment,
    /// Names of the CAs it would accept; an empty list proves nothing.
    pub ca_names: Vec<String>,
    /// RFC 8446, section 4.2.3; empty in TLS 1.1 and earlier.
    pub signature_algorithms: Vec<u16>,
    /// TLS 1.2 and earlier.
    pub certificate_types: Vec<u8>,
}

/// When a certificate was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    Handshake,
    Renegotiation,
    PostHandshake,
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
