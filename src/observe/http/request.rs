//! The request as the user wants it sent, with what is missing of the usual header fields.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::endpoint::Endpoint;
use crate::secret::Secret;

/// The shortest header value that is looked for in the answer: anything shorter stands in every page.
const SHORTEST: usize = 8;

/// A request as the user wants it sent. Its headers and body never become evidence.
pub struct Request {
    method: String,
    headers: Vec<(String, String)>,
    body: Option<Zeroizing<Vec<u8>>>,
    secrets: Vec<Secret>,
    repeat: bool,
}

impl Request {
    #[must_use]
    pub fn new(
        method: String,
        headers: Vec<(String, String)>,
        body: Option<Zeroizing<Vec<u8>>>,
    ) -> Self {
        Self {
            method,
            headers,
            body,
            secrets: Vec::new(),
            repeat: false,
        }
    }

    /// Names what stands in it that must not become evidence, should the server echo it.
    #[must_use]
    pub fn concealing(mut self, secrets: Vec<Secret>) -> Self {
        self.secrets = secrets;
        self
    }

    /// Lets experiments send it again though it may change something.
    #[must_use]
    pub fn repeated(mut self, repeat: bool) -> Self {
        self.repeat = repeat;
        self
    }

    /// Whether sending it again is harmless (RFC 9110, section 9.2.1), or allowed by the user.
    #[must_use]
    pub fn may_repeat(&self) -> bool {
        let safe =
            self.body.is_none() && matches!(self.method.as_str(), "GET" | "HEAD" | "OPTIONS");
        safe || self.repeat
    }

    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The values that only the user and the server should know.
    pub(super) fn values(&self) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(name, _)| {
                let name = name.to_ascii_lowercase();
                ["auth", "cookie", "token", "session", "key", "secret"]
                    .iter()
                    .any(|part| name.contains(part))
            })
            .flat_map(|(_, value)| {
                // `Bearer …`: the scheme itself is no secret.
                std::iter::once(value.as_str()).chain(value.split_once(' ').map(|(_, rest)| rest))
            })
            .filter(|value| value.len() >= SHORTEST)
            .chain(self.secrets.iter().map(Secret::expose))
            .collect()
    }

    pub(super) fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(|body| body.as_slice())
    }

    /// The header fields to send: the user's, and what is missing of the usual ones.
    pub(super) fn fields(&self, endpoint: &Endpoint) -> Vec<(String, Zeroizing<String>)> {
        let mut usual = vec![
            ("Host", endpoint.host_header()),
            (
                "User-Agent",
                concat!("fullcert/", env!("CARGO_PKG_VERSION")).to_owned(),
            ),
            ("Accept", "*/*".to_owned()),
            ("Connection", "close".to_owned()),
        ];
        if let Some(body) = &self.body {
            let form = "application/x-www-form-urlencoded".to_owned();
            usual.push(("Content-Type", form));
            usual.push(("Content-Length", body.len().to_string()));
        }
        let given = |name: &str| {
            self.headers
                .iter()
                .any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        usual
            .into_iter()
            .filter(|(name, _)| !given(name))
            .map(|(name, value)| (name.to_owned(), value))
            .chain(self.headers.iter().cloned())
            .map(|(name, value)| (name, Zeroizing::new(value)))
            .collect()
    }

    pub(super) fn bytes(&self, endpoint: &Endpoint) -> Zeroizing<Vec<u8>> {
        let mut head = Zeroizing::new(format!("{} {} HTTP/1.1\r\n", self.method, endpoint.path));
        for (name, value) in self.fields(endpoint) {
            let _ = write!(head, "{name}: {}\r\n", *value);
        }
        head.push_str("\r\n");
        let mut bytes = Zeroizing::new(head.as_bytes().to_vec());
        bytes.extend_from_slice(self.body().unwrap_or_default());
        bytes
    }
}
