//! The endpoint that a text names.

/// A host and a port, as far as the text has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub host: String,
    pub port: u16,
}

impl Place {
    /// What `fullcert probe` takes.
    #[must_use]
    pub fn url(&self) -> String {
        if self.port == 443 {
            format!("https://{}/", self.host)
        } else {
            format!("https://{}:{}/", self.host, self.port)
        }
    }
}

/// Pages that programs refer to in their errors.
const REFERENCES: &[&str] = &[
    "curl.se",
    "curl.haxx.se",
    "github.com",
    "nodejs.org",
    "openssl.org",
    "docs.",
    "go.dev",
    "golang.org",
    "npmjs.com",
    "bit.ly",
    "aka.ms",
    "w3.org",
    "stackoverflow.com",
    "letsencrypt.org",
    "readthedocs",
    "python.org",
    "microsoft.com",
    "kubernetes.io",
];

/// What an address begins with, and the port where none is named.
const SCHEMES: &[(&str, u16)] = &[
    ("https://", 443),
    ("wss://", 443),
    ("ldaps://", 636),
    ("amqps://", 5671),
    ("mqtts://", 8883),
    ("rediss://", 6380),
    ("imaps://", 993),
    ("smtps://", 465),
    ("ssl://", 0),
    ("sasl_ssl://", 0),
    ("tls://", 0),
    ("tcps://", 0),
    ("grpcs://", 443),
];
/// What stands before `host:port`, or curl's `host (address) port 8443`.
const LEADS: &[&str] = &[
    "Connected to ",
    "Failed to connect to ",
    "connect to ",
    "connection to ",
    "connection with ",
    "connecting to host [",
    "connect to server ",
    "from the host [",
    "dial tcp ",
    "-connect ",
    "connect ECONNREFUSED ",
    "connect ETIMEDOUT ",
    "Couldn't connect to ",
    "established to ",
];

/// The first address in the text that is not a page to read; one that is called with `https` before any other.
pub(super) fn find(text: &str) -> Option<Place> {
    let after = |lead: &'static str| {
        text.match_indices(lead)
            .map(move |(at, _)| &text[at + lead.len()..])
    };
    let urls = SCHEMES
        .iter()
        .flat_map(|(scheme, port)| after(scheme).filter_map(|rest| authority(rest, *port)));
    let pools = after("HTTPSConnectionPool(host='").filter_map(pool);
    let places = LEADS.iter().flat_map(|lead| after(lead).filter_map(named));
    urls.chain(pools).chain(places).find(|place| {
        !REFERENCES
            .iter()
            .any(|reference| place.host.contains(reference))
    })
}

/// `host`, `host:port`, `[::1]:port`, each with `user:password@` before it or not.
fn authority(rest: &str, usual: u16) -> Option<Place> {
    let end = rest
        .find(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '/' | '"' | '\'' | '?' | '#' | '<' | '>' | '\\' | ',' | ';' | ')'
                )
        })
        .unwrap_or(rest.len());
    let rest = rest[..end].rsplit('@').next()?;
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')))
        .unwrap_or(rest.len());
    // A host that goes on with what no host has is not the one that was read so far.
    if rest[end..].starts_with(['_', '%', '$', '{', '*']) {
        return None;
    }
    let text = rest[..end].trim_end_matches(['.', ':', '-']);
    // The end of what the address stands in.
    let text = match text.split_once(']') {
        Some((inner, _)) if !inner.contains('[') => inner,
        _ => text,
    };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (text, usual),
    };
    let host = host.trim_end_matches('.');
    (port != 0 && plausible(host)).then(|| Place {
        host: host.to_owned(),
        port,
    })
}

/// urllib3: `HTTPSConnectionPool(host='api.example', port=8443)`.
fn pool(rest: &str) -> Option<Place> {
    let (host, rest) = rest.split_once('\'')?;
    let port = rest.strip_prefix(", port=")?;
    let end = port.find(|c: char| !c.is_ascii_digit())?;
    let port = port[..end].parse().ok()?;
    plausible(host).then(|| Place {
        host: host.to_owned(),
        port,
    })
}

/// `host:port`, and curl's `host (address) port 8443` and `host port 8443`.
fn named(rest: &str) -> Option<Place> {
    if let Some(place) = authority(rest, 0) {
        return Some(place);
    }
    let mut words = rest.split_whitespace();
    let host = words.next()?;
    let mut next = words.next()?;
    if next.starts_with('(') {
        next = words.next()?;
    }
    if next != "port" {
        return None;
    }
    let digits = words.next()?;
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    let port = digits[..end].parse().ok()?;
    (port != 0 && plausible(host)).then(|| Place {
        host: host.to_owned(),
        port,
    })
}

fn plausible(host: &str) -> bool {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let named = inner.is_none()
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-')
        && host.contains(|c: char| c.is_ascii_alphanumeric());
    let numbered = inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    (named || numbered) && (1..=253).contains(&host.len()) && !host.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn places_are_read_from_many_forms() {
        for (text, place) in [
            (
                "Get \"https://api.example:8443/v1\": x",
                Some("https://api.example:8443/"),
            ),
            (
                "see https://curl.se/docs/ and https://api.example",
                Some("https://api.example/"),
            ),
            (
                "https://ann:s3cret@api.example:444/x",
                Some("https://api.example:444/"),
            ),
            (
                "HTTPSConnectionPool(host='a.example', port=443): Max",
                Some("https://a.example/"),
            ),
            (
                "Failed to connect to a.example port 8443 after 3 ms",
                Some("https://a.example:8443/"),
            ),
            (
                "* Connected to a.example (192.0.2.1) port 8443 (#0)",
                Some("https://a.example:8443/"),
            ),
            (
                "SSL_ERROR_SYSCALL in connection to a.example:9443",
                Some("https://a.example:9443/"),
            ),
            (
                "dial tcp 192.0.2.1:6443: connect: refused",
                Some("https://192.0.2.1:6443/"),
            ),
            (
                "ssl://b1.example:9093/bootstrap: x",
                Some("https://b1.example:9093/"),
            ),
            (
                "server 'ldaps://ldap.example'",
                Some("https://ldap.example:636/"),
            ),
            (
                "sent from the host [a.example:443]. x",
                Some("https://a.example/"),
            ),
            ("https://my_host/x", None),
            ("connect to the server: no", None),
            ("https://", None),
            ("https://{{host}}/", None),
            ("https://$(reboot)/", None),
            ("https://[::1]:8443/", Some("https://[::1]:8443/")),
            ("tls://x", None),
        ] {
            assert_eq!(
                find(text).map(|place| place.url()).as_deref(),
                place,
                "{text}"
            );
        }
    }
}
