//! Owns where a probe goes and how it gets there: scheme, host, port, path, the name asked for in TLS, the protocol
//! in which TLS is asked for, and proxies.

mod dialect;
mod proxy;

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::EndpointError;

pub use dialect::Dialect;
pub use proxy::{Proxy, ProxyKind, exempts};

/// What is spoken once TLS stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// An HTTP/1.1 request is sent.
    Https,
    /// No request is sent; the server may still refuse while we listen.
    Tls,
}

/// Whether TLS is asked for in another protocol first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartTls {
    /// Where the port is known for one.
    #[default]
    Guess,
    Never,
    In(Dialect),
}

/// The name asked for in TLS (server name indication).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ServerName {
    /// The host's, where it has one.
    #[default]
    Host,
    Other(String),
    Absent,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub scheme: Scheme,
    /// A DNS name in ASCII form, or an address without brackets.
    pub host: String,
    pub port: u16,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// The protocol around TLS, where it is known and not HTTP.
    pub dialect: Option<Dialect>,
    /// TLS is asked for in that protocol; otherwise it is spoken at once.
    pub starttls: bool,
    /// Who a database is asked for, where the URL says so.
    pub user: Option<String>,
    pub server_name: ServerName,
}

impl Endpoint {
    /// Reads `https://host:port/path`, `tls://host:port`, a bare `host:port/path`, or a protocol with STARTTLS
    /// (`smtp://host`, `postgres://user@host/database`).
    ///
    /// # Errors
    /// What is missing or not understood.
    pub fn parse(text: &str, starttls: StartTls) -> Result<Self, EndpointError> {
        let (typed, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
            None => (None, text),
        };
        let of_scheme = typed.as_deref().and_then(Dialect::of_scheme);
        if !matches!(typed.as_deref(), None | Some("https" | "tls")) && of_scheme.is_none() {
            return Err(EndpointError::Scheme {
                text: text.to_owned(),
                scheme: typed.unwrap_or_default(),
            });
        }
        // The parser knows hosts and ports of special schemes alone.
        let url =
            Url::parse(&format!("https://{rest}")).map_err(|cause| EndpointError::NotAUrl {
                text: text.to_owned(),
                cause: cause.to_string(),
            })?;
        let given = port_of(&url, rest);
        let (dialect, at_once) = around(typed.as_deref(), of_scheme, given, starttls)?;
        let scheme = match (typed.as_deref(), dialect) {
            (None | Some("https"), None) => Scheme::Https,
            _ => Scheme::Tls,
        };
        let user = user(&url, of_scheme.map(|(dialect, _)| dialect))?;
        let host = match url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => address.to_string(),
            Some(Host::Ipv6(address)) => address.to_string(),
            None => {
                return Err(EndpointError::NoHost {
                    text: text.to_owned(),
                });
            }
        };
        let standard = match (dialect, at_once) {
            (Some(dialect), true) => dialect.tls_port(),
            (Some(dialect), false) => Some(dialect.port()),
            (None, _) => (scheme == Scheme::Https).then_some(443),
        };
        let port = given.or(standard).ok_or_else(|| EndpointError::NoPort {
            text: text.to_owned(),
        })?;
        let mut path = url.path().to_owned();
        if let Some(query) = url.query() {
            path.push('?');
            path.push_str(query);
        }
        Ok(Self {
            scheme,
            host,
            port,
            path,
            dialect,
            starttls: dialect.is_some() && !at_once,
            user,
            server_name: ServerName::Host,
        })
    }

    /// Asks for another name in TLS than the host's; for none where `name` is empty.
    ///
    /// # Errors
    /// [`EndpointError::ServerName`] where it is not a DNS name (RFC 6066, section 3).
    pub fn asking_for(mut self, name: &str) -> Result<Self, EndpointError> {
        self.server_name = if name.is_empty() {
            ServerName::Absent
        } else {
            match Host::parse(name) {
                Ok(Host::Domain(ascii)) => {
                    ServerName::Other(ascii.trim_end_matches('.').to_owned())
                }
                _ => {
                    return Err(EndpointError::ServerName {
                        text: name.to_owned(),
                    });
                }
            }
        };
        Ok(self)
    }

    /// The host as an address, where it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// The name for server name indication: DNS names only (RFC 6066, section 3).
    #[must_use]
    pub fn sni(&self) -> Option<&str> {
        match &self.server_name {
            ServerName::Host => self.ip().is_none().then(|| self.name()),
            ServerName::Other(name) => Some(name),
            ServerName::Absent => None,
        }
    }

    /// The name the server's certificate must be for, whatever name it was asked for.
    #[must_use]
    pub fn name(&self) -> &str {
        self.host.trim_end_matches('.')
    }

    /// The database a URL's path names.
    #[must_use]
    pub fn database(&self) -> Option<&str> {
        let name = self.path.split('?').next().unwrap_or_default();
        Some(name.trim_start_matches('/')).filter(|name| !name.is_empty())
    }

    /// `host:port`, with brackets around an IPv6 address.
    #[must_use]
    pub fn authority(&self) -> String {
        match self.ip() {
            Some(IpAddr::V6(address)) => format!("[{address}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    /// The Host header's value: the port is left out where it is HTTPS's own.
    #[must_use]
    pub fn host_header(&self) -> String {
        let authority = self.authority();
        if self.port == 443 {
            authority.trim_end_matches(":443").to_owned()
        } else {
            authority
        }
    }
}

/// The port as it was typed: the parser drops one that is HTTPS's own.
fn port_of(url: &Url, rest: &str) -> Option<u16> {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    url.port()
        .or_else(|| authority.ends_with(":443").then_some(443))
}

/// The protocol around TLS, and whether TLS begins at once there.
fn around(
    typed: Option<&str>,
    of_scheme: Option<(Dialect, bool)>,
    port: Option<u16>,
    starttls: StartTls,
) -> Result<(Option<Dialect>, bool), EndpointError> {
    let asked = match starttls {
        StartTls::In(dialect) => Some(dialect),
        StartTls::Guess | StartTls::Never => None,
    };
    match (of_scheme, asked) {
        (Some((dialect, _)), Some(asked)) if dialect != asked => {
            Err(EndpointError::DialectsDiffer {
                scheme: dialect.name(),
                starttls: asked.name(),
            })
        }
        (Some((dialect, _)), Some(_)) => Ok((Some(dialect), false)),
        // Without STARTTLS these have no TLS that we could go on speaking them in.
        (Some((dialect, _)), None)
            if starttls == StartTls::Never && dialect.tls_port().is_none() =>
        {
            Ok((None, true))
        }
        (Some((dialect, at_once)), None) => {
            Ok((Some(dialect), at_once || starttls == StartTls::Never))
        }
        (None, Some(asked)) if typed == Some("https") => Err(EndpointError::StartTlsInHttps {
            starttls: asked.name(),
        }),
        (None, Some(asked)) => Ok((Some(asked), false)),
        (None, None) if starttls == StartTls::Guess && typed != Some("https") => {
            Ok((port.and_then(Dialect::of_port), false))
        }
        (None, None) => Ok((None, false)),
    }
}

/// The user of a URL, where one is asked for; a password has no place there.
fn user(url: &Url, scheme: Option<Dialect>) -> Result<Option<String>, EndpointError> {
    let typed = url.password().is_some() || !url.username().is_empty();
    match scheme {
        None if typed => return Err(EndpointError::Credentials),
        Some(_) if url.password().is_some() => return Err(EndpointError::Password),
        Some(dialect) if typed && !dialect.asks_who() => {
            return Err(EndpointError::User {
                scheme: dialect.name(),
            });
        }
        _ => {}
    }
    Ok(Some(url.username())
        .filter(|user| !user.is_empty())
        .map(proxy::decoded))
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.authority();
        match (self.scheme, self.dialect) {
            (Scheme::Https, _) => write!(f, "https://{}{}", self.host_header(), self.path),
            (Scheme::Tls, None) => write!(f, "tls://{authority}"),
            (Scheme::Tls, Some(dialect)) if self.starttls => {
                write!(f, "{dialect}://")?;
                if let Some(user) = &self.user {
                    write!(f, "{}@", proxy::encoded(user))?;
                }
                write!(f, "{authority}")?;
                self.database()
                    .map_or(Ok(()), |database| write!(f, "/{database}"))
            }
            (Scheme::Tls, Some(dialect)) => write!(f, "{dialect}s://{authority}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::parse(text, StartTls::Guess)
    }

    #[test]
    fn what_people_type_is_understood() {
        let cases = [
            ("https://a.example/x?y=1", "https://a.example/x?y=1"),
            ("localhost:8443/x", "https://localhost:8443/x"),
            ("a.example", "https://a.example/"),
            ("tls://redis:6380", "tls://redis:6380"),
            ("tls://a.example:443", "tls://a.example:443"),
            ("https://[::1]:8443", "https://[::1]:8443/"),
            ("https://MÜNCHEN.example", "https://xn--mnchen-3ya.example/"),
        ];
        for (typed, meant) in cases {
            assert_eq!(
                Endpoint::parse(typed, StartTls::Guess).unwrap().to_string(),
                meant,
                "{typed}"
            );
        }
    }

    #[test]
    fn what_cannot_be_probed_is_said() {
        assert!(matches!(
            parse("http://a/"),
            Err(EndpointError::Scheme { .. })
        ));
        assert!(matches!(
            parse("tls://a"),
            Err(EndpointError::NoPort { .. })
        ));
        assert!(matches!(
            parse("https://u:p@a/"),
            Err(EndpointError::Credentials)
        ));
        assert!(matches!(
            parse("https://a:99999/"),
            Err(EndpointError::NotAUrl { .. })
        ));
    }

    #[test]
    fn addresses_have_no_sni() {
        assert_eq!(parse("https://127.0.0.1:1/").unwrap().sni(), None);
        assert_eq!(
            parse("https://a.example./").unwrap().sni(),
            Some("a.example")
        );
    }

    #[test]
    fn protocols_with_starttls_are_named_or_guessed() {
        let cases = [
            ("smtp://mx.example", "smtp://mx.example:25"),
            ("mx.example:587", "smtp://mx.example:587"),
            ("tls://mx.example:143", "imap://mx.example:143"),
            ("imaps://mx.example", "imaps://mx.example:993"),
            ("https://mx.example:25", "https://mx.example:25/"),
            (
                "postgresql://app@db.example/orders",
                "postgres://app@db.example:5432/orders",
            ),
            ("db.example:3306", "mysql://db.example:3306"),
        ];
        for (typed, meant) in cases {
            assert_eq!(parse(typed).unwrap().to_string(), meant, "{typed}");
        }
        let never = |text| Endpoint::parse(text, StartTls::Never).unwrap().to_string();
        assert_eq!(never("mx.example:25"), "https://mx.example:25/");
        assert_eq!(never("tls://mx.example:25"), "tls://mx.example:25");
        assert_eq!(never("smtp://mx.example"), "smtps://mx.example:465");
        assert_eq!(never("postgres://db:5432"), "tls://db:5432");
        let ldap = |text| Endpoint::parse(text, StartTls::In(Dialect::Ldap));
        assert_eq!(ldap("dir:1389").unwrap().to_string(), "ldap://dir:1389");
        assert_eq!(ldap("tls://dir").unwrap().to_string(), "ldap://dir:389");
        assert!(matches!(
            ldap("https://dir"),
            Err(EndpointError::StartTlsInHttps { .. })
        ));
        assert!(matches!(
            ldap("smtp://dir"),
            Err(EndpointError::DialectsDiffer { .. })
        ));
        assert!(matches!(
            parse("postgres://u:p@db"),
            Err(EndpointError::Password)
        ));
        assert!(matches!(
            parse("imap://u@mx"),
            Err(EndpointError::User { .. })
        ));
        let odd = "mysql://a%40b%20c@db:3306";
        assert_eq!(parse(odd).unwrap().to_string(), odd);
    }

    #[test]
    fn the_name_asked_for_can_differ_from_the_one_checked() {
        let here = || parse("https://a.example/").unwrap();
        let other = here().asking_for("B.example.").unwrap();
        assert_eq!(
            (other.sni(), other.name()),
            (Some("b.example"), "a.example")
        );
        assert_eq!(here().asking_for("").unwrap().sni(), None);
        assert!(here().asking_for("192.0.2.1").is_err());
    }
}
