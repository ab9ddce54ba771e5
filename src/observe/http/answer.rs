//! An answer as it came, and what of it may become evidence.

use zeroize::Zeroizing;

use crate::evidence::Http;
use crate::secret::Secret;

use super::super::redact::{conceal, redact};
use super::MAX_BODY;

/// An answer as it came.
#[derive(Default)]
pub(super) struct Parsed {
    pub(super) status: u16,
    pub(super) reason: String,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Parsed {
    /// The answer without what is nobody's business, of `sent` among others; and its body as it was.
    pub(super) fn shown(self, sent: &[&str]) -> (Http, Secret) {
        let whole = Secret::new(String::from_utf8_lossy(&self.body).into_owned());
        // Redacted before it is cut: half a credential is one too.
        let mut shown = redact(whole.expose(), sent);
        let mut kept = shown.len().min(MAX_BODY);
        while !shown.is_char_boundary(kept) {
            kept -= 1;
        }
        shown.truncate(kept);
        let answer = Http {
            status: self.status,
            body: shown,
            headers: self
                .headers
                .into_iter()
                .map(|(name, value)| {
                    let value = match name.as_str() {
                        "set-cookie" => {
                            format!("{}=…", value.split('=').next().unwrap_or_default())
                        }
                        "location" => without_values(&value),
                        _ => value,
                    };
                    (name, conceal(&value, sent))
                })
                .collect(),
            reason: conceal(&self.reason, sent),
        };
        (answer, whole)
    }
}

/// An address whose parameters have lost their values: a redirection may carry a session.
fn without_values(url: &str) -> String {
    let Some((place, parameters)) = url.split_once('?') else {
        return url.to_owned();
    };
    let names: Vec<String> = parameters
        .split('&')
        .map(|parameter| match parameter.split_once('=') {
            Some((name, _)) => format!("{name}=…"),
            None => parameter.to_owned(),
        })
        .collect();
    format!("{place}?{}", names.join("&"))
}

#[cfg(test)]
mod tests {
    use super::super::http1::parse;

    #[test]
    fn cookies_and_redirections_lose_their_values() {
        let bytes = b"HTTP/1.1 302 s3cr3t-word\r\nSet-Cookie: sid=secret; Path=/\r\nLocation: https://a/b?sid=secret&x\r\n\r\n";
        let (answer, _) = parse(bytes).unwrap().shown(&["s3cr3t-word"]);
        assert_eq!(answer.header("set-cookie"), Some("sid=…"));
        assert_eq!(answer.header("location"), Some("https://a/b?sid=…&x"));
        assert_eq!(answer.reason, "…");
    }
}
