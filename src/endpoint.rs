//! Owns where a probe goes: scheme, host, port, path, and the name asked for in TLS.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::EndpointError;

/// What is spoken once TLS stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// An HTTP/1.1 request is sent.
    Https,
    /// Nothing is sent; the server may still refuse while we listen.
    Tls,
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
}

impl Endpoint {
    /// Reads `https://host:port/path`, `tls://host:port`, or a bare `host:port/path`.
    ///
    /// # Errors
    /// What is missing or not understood.
    pub fn parse(text: &str) -> Result<Self, EndpointError> {
        let whole = if text.contains("://") {
            text.to_owned()
        } else {
            format!("https://{text}")
        };
        let (scheme, standard) = match whole.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tls") => {
                // The parser knows hosts and ports of special schemes alone.
                (Scheme::Tls, format!("https://{rest}"))
            }
            Some((scheme, _)) if scheme.eq_ignore_ascii_case("https") => {
                (Scheme::Https, whole.clone())
            }
            other => {
                return Err(EndpointError::Scheme {
                    text: text.to_owned(),
                    scheme: other.map_or("", |(scheme, _)| scheme).to_owned(),
                });
            }
        };
        let url = Url::parse(&standard).map_err(|cause| EndpointError::NotAUrl {
            text: text.to_owned(),
            cause: cause.to_string(),
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials);
        }
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
        // The parser drops a port that is the scheme's own; for tls:// none is.
        let explicit_443 = standard.contains(":443");
        let port = match (url.port(), scheme) {
            (Some(port), _) => port,
            (None, Scheme::Https) => 443,
            (None, Scheme::Tls) if explicit_443 => 443,
            (None, Scheme::Tls) => {
                return Err(EndpointError::NoPort {
                    text: text.to_owned(),
                });
            }
        };
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
        })
    }

    /// The host as an address, where it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// The name for server name indication: DNS names only (RFC 6066, section 3).
    #[must_use]
    pub fn sni(&self) -> Option<&str> {
        self.ip().is_none().then(|| self.host.trim_end_matches('.'))
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

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scheme {
            Scheme::Https => write!(f, "https://{}{}", self.host_header(), self.path),
            Scheme::Tls => write!(f, "tls://{}", self.authority()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
                Endpoint::parse(typed).unwrap().to_string(),
                meant,
                "{typed}"
            );
        }
    }

    #[test]
    fn what_cannot_be_probed_is_said() {
        assert!(matches!(
            Endpoint::parse("http://a/"),
            Err(EndpointError::Scheme { .. })
        ));
        assert!(matches!(
            Endpoint::parse("tls://a"),
            Err(EndpointError::NoPort { .. })
        ));
        assert!(matches!(
            Endpoint::parse("https://u:p@a/"),
            Err(EndpointError::Credentials)
        ));
        assert!(matches!(
            Endpoint::parse("https://a:99999/"),
            Err(EndpointError::NotAUrl { .. })
        ));
    }

    #[test]
    fn addresses_have_no_sni() {
        assert_eq!(Endpoint::parse("https://127.0.0.1:1/").unwrap().sni(), None);
        assert_eq!(
            Endpoint::parse("https://a.example./").unwrap().sni(),
            Some("a.example")
        );
    }
}
