//! A text that names no endpoint, or no way to one.

use super::Hint;

/// Why a text is not an endpoint or a proxy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    #[error("{text:?} is not a URL: {cause}")]
    NotAUrl { text: String, cause: String },
    #[error("{text:?}: the scheme {scheme} is not probed")]
    Scheme { text: String, scheme: String },
    #[error("{text:?} names no host")]
    NoHost { text: String },
    #[error("{text:?} names no port")]
    NoPort { text: String },
    #[error("the URL carries a user name or password")]
    Credentials,
    #[error("the URL carries a password")]
    Password,
    #[error("the URL names a user, and {scheme} is asked before anybody logs in")]
    User { scheme: &'static str },
    #[error("the URL is for {scheme}, and --starttls for {starttls}")]
    DialectsDiffer {
        scheme: &'static str,
        starttls: &'static str,
    },
    #[error("https:// begins with TLS, and --starttls {starttls} asks for it in the clear")]
    StartTlsInHttps { starttls: &'static str },
    #[error("{text:?} is not a DNS name, which is all that TLS can ask for")]
    ServerName { text: String },
    #[error("{text:?} is not the URL of a proxy")]
    ProxyUrl { text: String },
    #[error("{text:?} is a kind of proxy that is not spoken here")]
    ProxyKind { text: String },
}

impl Hint for EndpointError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotAUrl { .. } | Self::NoHost { .. } => {
                "write https://host:port/path, host:port, or tls://host:port".to_owned()
            }
            Self::Scheme { .. } => {
                "https://… sends a request over TLS, tls://host:port probes TLS alone, and smtp, imap, pop3, ftp, ldap, postgres, mysql and xmpp ask for TLS first".to_owned()
            }
            Self::NoPort { .. } => "tls:// needs a port: tls://host:6380".to_owned(),
            Self::Credentials => {
                "put them into a header file: -H @FILE with a line Authorization: …".to_owned()
            }
            Self::Password => {
                "leave it out: the probe goes as far as the question for it".to_owned()
            }
            Self::User { .. } => {
                "leave it out: only postgres and mysql ask for a user at once".to_owned()
            }
            Self::DialectsDiffer { .. } => "leave --starttls out".to_owned(),
            Self::StartTlsInHttps { starttls } => {
                format!("write {starttls}://host:port, or host:port with --starttls {starttls}")
            }
            Self::ServerName { .. } => "for example --sni api.example, or --sni '' for none".to_owned(),
            Self::ProxyUrl { .. } => "for example -x http://proxy.example:3128".to_owned(),
            Self::ProxyKind { .. } => {
                "proxies are written http://, https://, socks5:// or socks5h://host:port".to_owned()
            }
        })
    }
}
