//! The codes themselves: a contract. A code that has shipped keeps its meaning.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Whose side must change; not who complained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Culprit {
    /// Nothing needs to change.
    None,
    Network,
    Server,
    Client,
    Either,
    Application,
}

/// Where on the way of a call it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// On the caller's own machine, before any connection: reading keys, certificates and keystores.
    Preparation,
    /// Name resolution, TCP, proxies.
    Connection,
    /// TLS parameters, before any certificate is judged.
    Handshake,
    /// The client judges the server's certificate.
    ServerAuthentication,
    /// The server judges the client's certificate.
    ClientAuthentication,
    /// The request and its answer.
    Application,
}

/// How much the evidence admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess, said to be one.
    Possible,
    /// The best of several causes; the others are named.
    Likely,
    /// The evidence admits no other cause.
    Proven,
}

macro_rules! display_as_serialised {
    ($($type:ty),*) => {$(
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.serialize(f)
            }
        }
    )*};
}
display_as_serialised!(Culprit, Stage, Confidence);

macro_rules! codes {
    ($($variant:ident = $text:literal),* $(,)?) => {
        /// A verdict code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum Code {
            $(#[serde(rename = $text)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the call's stages; the causes in local files last.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as it is printed.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    Ok = "ok",
    ClientCertNotRequired = "client-cert-not-required",
    DnsFailure = "dns-failure",
    TcpRefused = "tcp-refused",
    TcpTimeout = "tcp-timeout",
    TcpUnreachable = "tcp-unreachable",
    ProxyRefused = "proxy-refused",
    NotTls = "not-tls",
    HandshakeClosed = "handshake-closed",
    HandshakeTimeout = "handshake-timeout",
    ProtocolVersionUnsupported = "protocol-version-unsupported",
    NoSharedParameters = "no-shared-parameters",
    ServerNameUnrecognized = "server-name-unrecognized",
    ServerCertSelfSigned = "server-cert-self-signed",
    ServerIssuerUnknown = "server-issuer-unknown",
    ServerChainIncomplete = "server-chain-incomplete",
    ServerCertExpired = "server-cert-expired",
    ServerCertNotYetValid = "server-cert-not-yet-valid",
    ServerNameMismatch = "server-name-mismatch",
    ServerCertWrongPurpose = "server-cert-wrong-purpose",
    ServerCertRevoked = "server-cert-revoked",
    ServerCertWeak = "server-cert-weak",
    ServerCertRejected = "server-cert-rejected",
    ClientCertMissing = "client-cert-missing",
    ClientCertNotRequested = "client-cert-not-requested",
    ClientCertNotSent = "client-cert-not-sent",
    ClientIssuerUnknown = "client-issuer-unknown",
    ClientChainIncomplete = "client-chain-incomplete",
    ClientCertSelfSigned = "client-cert-self-signed",
    ClientCertExpired = "client-cert-expired",
    ClientCertNotYetValid = "client-cert-not-yet-valid",
    ClientCertWrongPurpose = "client-cert-wrong-purpose",
    ClientCertRevoked = "client-cert-revoked",
    ClientCertWeak = "client-cert-weak",
    ClientKeyMismatch = "client-key-mismatch",
    ClientCertRejected = "client-cert-rejected",
    ClientCertForbidden = "client-cert-forbidden",
    SalesforceLoginFailed = "salesforce-login-failed",
    SalesforceServerUrlForeign = "salesforce-server-url-foreign",
    SalesforceMutualAuthenticationFailed = "salesforce-mutual-authentication-failed",
    SalesforceSessionInvalid = "salesforce-session-invalid",
    HttpForbidden = "http-forbidden",
    HttpUnauthorized = "http-unauthorized",
    HttpError = "http-error",
    KeystorePasswordWrong = "keystore-password-wrong",
    KeystoreAlgorithmUnsupported = "keystore-algorithm-unsupported",
    KeystoreFormatWrong = "keystore-format-wrong",
    KeystoreTampered = "keystore-tampered",
    KeystoreEntryMissing = "keystore-entry-missing",
    KeyPassphraseWrong = "key-passphrase-wrong",
    KeyFormatUnsupported = "key-format-unsupported",
    PemMalformed = "pem-malformed",
    ApplicationRefused = "application-refused",
}

impl Code {
    /// Whether a call with this verdict counts as gone through (exit code 0).
    #[must_use]
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Ok | Self::ClientCertNotRequired)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no verdict code {0:?}")]
pub struct UnknownCode(pub String);

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == text)
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}
