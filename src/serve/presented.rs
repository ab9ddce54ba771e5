//! What one connection presented: facts alone, none of them escaped, none of them judged.

use std::net::SocketAddr;

use crate::material::Certificate;

use super::hello::Opening;
use super::http::Version;

/// One certificate of the path that OpenSSL objected to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathError {
    /// 0 is the leaf.
    pub depth: u32,
    /// OpenSSL's verify code, `X509_V_ERR_…`.
    pub code: i32,
    /// OpenSSL's text for it.
    pub text: String,
    /// Subject of the certificate at that depth.
    pub subject: Option<String>,
}

/// How the handshake ended, as the server sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It went through.
    Completed,
    /// OpenSSL gave up, or the client sent an alert: the reasons on its error stack, oldest first.
    Failed { reasons: Vec<String> },
    /// The client closed the connection in the middle.
    Closed,
    /// The client's time was up.
    TimedOut,
}

/// A request's first line and headers, bounded, as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub method: String,
    pub target: String,
    pub version: Version,
    pub headers: Vec<(String, String)>,
    pub body_bytes: usize,
    /// The status it was answered with.
    pub status: u16,
}

/// Everything one connection showed of itself.
#[derive(Debug, Clone)]
pub struct Presented {
    pub peer: SocketAddr,
    /// The first bytes: what was offered, or what came instead of TLS.
    pub opening: Opening,
    /// The offered cipher suites by name, in the client's order; numbers where there is no name.
    pub suites: Vec<String>,
    /// The protocol version agreed on, `TLSv1.3`.
    pub version: Option<String>,
    pub suite: Option<String>,
    pub alpn: Option<String>,
    /// Whether a certificate was asked for.
    pub asked: bool,
    /// Whether the client answered that, if only to say that it has none.
    pub answered: bool,
    /// Whether its proof that it has the key came, good or bad.
    pub proved: bool,
    /// The certificates sent, in the order of sending.
    pub certificates: Vec<Certificate>,
    /// Certificates that cannot be read are counted only.
    pub unreadable: usize,
    /// What the path check objected to, in the order it did.
    pub path_errors: Vec<PathError>,
    /// The client's last complaint (RFC 8446, section 6), such as one about this server's own certificate.
    pub alert_received: Option<u8>,
    /// The alert this client was refused with.
    pub alert_sent: Option<u8>,
    pub ending: Ending,
    pub requests: Vec<Asked>,
}
