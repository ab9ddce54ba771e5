//! Proxies: how one is written, and for which hosts it is not used.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::error::EndpointError;

/// How a proxy is asked for a tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProxyKind {
    /// CONNECT in the clear (RFC 9110, section 9.3.6).
    Http,
    /// CONNECT within TLS.
    Https,
    /// RFC 1928; names are resolved here.
    Socks5,
    /// RFC 1928; names are resolved by the proxy.
    Socks5h,
}

impl ProxyKind {
    /// As its URLs begin.
    #[must_use]
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
            Self::Socks5h => "socks5h",
        }
    }
}

/// A proxy, without what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    pub kind: ProxyKind,
    /// A DNS name in ASCII form, or an address without brackets.
    pub host: String,
    pub port: u16,
}

/// `user:password`, as a proxy's URL holds it.
pub type Userinfo = String;

impl Proxy {
    /// Reads `http://host:port` and its kin; a bare `host:port` is an HTTP proxy, as curl has it.
    ///
    /// # Errors
    /// What is missing or not understood; whatever stands before an `@` is not repeated.
    pub fn parse(text: &str) -> Result<(Self, Option<Userinfo>), EndpointError> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let shown = || {
            let host = rest.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}")
        };
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "http" => ProxyKind::Http,
            "https" => ProxyKind::Https,
            "socks5" => ProxyKind::Socks5,
            "socks5h" => ProxyKind::Socks5h,
            _ => return Err(EndpointError::ProxyKind { text: shown() }),
        };
        let wrong = || EndpointError::ProxyUrl { text: shown() };
        // The parser knows hosts and ports of special schemes alone.
        let url = Url::parse(&format!("https://{rest}")).map_err(|_| wrong())?;
        let host = match url.host().ok_or_else(wrong)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let standard = if kind == ProxyKind::Https { 443 } else { 1080 };
        let port = super::port_of(&url, rest).unwrap_or(standard);
        let userinfo = (!url.username().is_empty() || url.password().is_some()).then(|| {
            let password = url.password().unwrap_or_default();
            format!("{}:{}", decoded(url.username()), decoded(password))
        });
        Ok((Self { kind, host, port }, userinfo))
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, port) = (self.kind.scheme(), self.port);
        if self.host.contains(':') {
            write!(f, "{scheme}://[{}]:{port}", self.host)
        } else {
            write!(f, "{scheme}://{}:{port}", self.host)
        }
    }
}

/// Whether a list of hosts, as `NO_PROXY` holds it, names this one.
///
/// As curl reads it: names and their subdomains (a leading dot changes nothing), addresses and networks, apart by commas
/// or spaces; `*` alone names all.
#[must_use]
pub fn exempts(list: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let address: Option<IpAddr> = host.parse().ok();
    let entries = || list.split([',', ' ']).filter(|entry| !entry.is_empty());
    if list.trim() == "*" {
        return true;
    }
    entries().any(|entry| match address {
        Some(address) => covers(entry, address),
        None => is_within(&host, entry),
    })
}

/// Whether a name is this one or below it.
fn is_within(host: &str, entry: &str) -> bool {
    let entry = entry
        .trim_start_matches('.')
        .trim_end_matches('.')
        .to_ascii_lowercase();
    !entry.is_empty()
        && host
            .strip_suffix(&entry)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Whether an address or a network (`192.0.2.0/24`) holds this address.
fn covers(entry: &str, address: IpAddr) -> bool {
    let (network, bits) = match entry.split_once('/') {
        Some((network, bits)) => (network, Some(bits)),
        None => (entry, None),
    };
    let network = network.trim_start_matches('[').trim_end_matches(']');
    let Ok(network) = network.parse::<IpAddr>() else {
        return false;
    };
    let (ours, theirs, width): (u128, u128, u32) = match (address, network) {
        (IpAddr::V4(ours), IpAddr::V4(theirs)) => (
            u128::from(u32::from(ours)),
            u128::from(u32::from(theirs)),
            32,
        ),
        (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.into(), theirs.into(), 128),
        _ => return false,
    };
    let bits = match bits.map(str::parse::<u32>) {
        None => width,
        Some(Ok(bits)) if bits <= width => bits,
        Some(_) => return false,
    };
    (ours ^ theirs).checked_shr(width - bits).unwrap_or(0) == 0
}

/// Text with its percent-encoding undone (RFC 3986, section 2.1).
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = (*first == b'%').then(|| after.get(..2)).flatten();
        let value = pair
            .and_then(|pair| std::str::from_utf8(pair).ok())
            .and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(value.unwrap_or(*first));
        rest = match value {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The other way round.
pub(super) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_as_curl_reads_them() {
        let cases = [
            ("http://proxy:3128", "http://proxy:3128"),
            ("proxy:3128/", "http://proxy:3128"),
            ("proxy", "http://proxy:1080"),
            ("https://proxy", "https://proxy:443"),
            ("SOCKS5h://[::1]:9050", "socks5h://[::1]:9050"),
        ];
        for (typed, meant) in cases {
            let (proxy, userinfo) = Proxy::parse(typed).unwrap();
            assert_eq!(
                (proxy.to_string().as_str(), userinfo),
                (meant, None),
                "{typed}"
            );
        }
        let (_, userinfo) = Proxy::parse("http://me:a%3Ab%zz@proxy:1").unwrap();
        assert_eq!(userinfo.as_deref(), Some("me:a:b%zz"));
        for wrong in ["socks4://me:secret@proxy:1", "http://me:secret@:x"] {
            let error = Proxy::parse(wrong).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn exempt_hosts_are_found_as_curl_finds_them() {
        let cases = [
            ("*", "a.example", true),
            ("example", "a.example", true),
            (".a.example", "a.example", true),
            ("A.example.,b", "a.example", true),
            ("b a.example", "x.a.example.", true),
            ("a.example", "ba.example", false),
            ("", "a.example", false),
            (",. ,", "a.example", false),
            ("127.0.0.0/8", "127.1.2.3", true),
            ("127.0.0.1/32, 10.0.0.0/33", "127.0.0.2", false),
            ("0.0.0.0/0", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.1", true),
            ("[::1]", "::1", true),
            ("::/0", "2001:db8::1", true),
            ("fe80::/10", "::1", false),
        ];
        for (list, host, expected) in cases {
            assert_eq!(exempts(list, host), expected, "{list:?} {host}");
        }
    }
}
