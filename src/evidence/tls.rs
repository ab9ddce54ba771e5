//! What crossed the wire in TLS: every message and alert, and what the important ones say.

use serde::{Deserialize, Serialize};

use super::CertificateFacts;

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
    /// `X25519`, or `DHE` with the group's bits.
    pub group: Option<String>,
    /// Whether the server knows RFC 5746; none where the version has no renegotiation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secure_renegotiation: Option<bool>,
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
        /// Bytes with the header; 0 where the engine does not show them.
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
