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

/// The first address in the text that is not a page to read.
pub(super) fn find(text: &str) -> Option<Place> {
    let urls = text
        .match_indices("https://")
        .map(|(at, prefix)| authority(&text[at + prefix.len()..]));
    let connected = text
        .match_indices("Connected to ")
        .map(|(at, prefix)| connected(&text[at + prefix.len()..]));
    urls.chain(connected).flatten().find(|place| {
        !REFERENCES
            .iter()
            .any(|reference| place.host.contains(reference))
    })
}

/// `host`, `host:port`, `[::1]:port`.
fn authority(rest: &str) -> Option<Place> {
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']')))
        .unwrap_or(rest.len());
    let text = rest[..end].trim_end_matches(['.', ':', '-']);
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
        _ => (text, 443),
    };
    plausible(host).then(|| Place {
        host: host.to_owned(),
        port,
    })
}

/// curl: `Connected to host (address) port 8443`.
fn connected(rest: &str) -> Option<Place> {
    let mut words = rest.split_whitespace();
    let host = words.next()?;
    words.next()?;
    if words.next()? != "port" {
        return None;
    }
    let port = words.next()?.parse().ok()?;
    plausible(host).then(|| Place {
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
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let numbered = inner.is_some_and(|inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    (named || numbered) && (1..=253).contains(&host.len()) && !host.starts_with('-')
}
