//! From header fields to a request, or to nothing where they make none (RFC 9113, sections 8.2 and 8.3).

use super::super::{Request, Version};

/// A request without its body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) request: Request,
    /// The length its body is said to have.
    pub(super) length: Option<usize>,
}

/// What belongs to one connection (section 8.2.2).
const CONNECTION: [&str; 5] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "transfer-encoding",
    "upgrade",
];

/// The request in these fields; none where they are malformed.
pub(super) fn head(fields: Vec<(String, String)>) -> Option<Head> {
    let [mut method, mut scheme, mut path, mut authority] = [const { None::<String> }; 4];
    let mut headers: Vec<(String, String)> = Vec::new();
    for (name, value) in fields {
        if let Some(pseudo) = name.strip_prefix(':') {
            let slot = match pseudo {
                "method" => &mut method,
                "scheme" => &mut scheme,
                "path" => &mut path,
                "authority" => &mut authority,
                _ => return None,
            };
            if !headers.is_empty() || !is_value(&value) || slot.replace(value).is_some() {
                return None;
            }
        } else {
            if !is_field(&name, &value) {
                return None;
            }
            match headers.iter_mut().find(|(known, _)| *known == name) {
                // They may be cut into crumbs (section 8.2.3).
                Some((_, cookies)) if name == "cookie" => {
                    cookies.push_str("; ");
                    cookies.push_str(&value);
                }
                _ => headers.push((name, value)),
            }
        }
    }
    let method = method.filter(|method| !method.is_empty())?;
    let target = if method == "CONNECT" {
        // Only whom to call (section 8.5).
        authority
            .clone()
            .filter(|_| scheme.is_none() && path.is_none())?
    } else {
        scheme?;
        path.filter(|path| !path.is_empty())?
    };
    if let Some(authority) = authority
        && !headers.iter().any(|(name, _)| name == "host")
    {
        headers.insert(0, ("host".to_owned(), authority));
    }
    let mut lengths = headers
        .iter()
        .filter(|(name, _)| name == "content-length")
        .map(|(_, value)| length(value));
    let length = match (lengths.next(), lengths.next()) {
        (None, _) => None,
        (Some(length), None) => Some(length?),
        _ => return None,
    };
    let request = Request {
        method,
        target,
        version: Version::Http2,
        headers,
        body: Vec::new(),
        body_bytes: 0,
    };
    Some(Head { request, length })
}

/// Whether these fields may follow a body.
pub(super) fn are_trailers(fields: &[(String, String)]) -> bool {
    fields.iter().all(|(name, value)| is_field(name, value))
}

fn is_field(name: &str, value: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && byte != b':';
    !name.is_empty()
        && name.bytes().all(token)
        && is_value(value)
        && !CONNECTION.contains(&name)
        && (name != "te" || value.eq_ignore_ascii_case("trailers"))
}

fn is_value(value: &str) -> bool {
    !value.contains(['\0', '\r', '\n'])
}

fn length(value: &str) -> Option<usize> {
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Beyond what can be counted is beyond what is read.
    (!value.is_empty()).then(|| value.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(fields: &[(&str, &str)]) -> Option<Head> {
        let owned = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        head(owned.collect())
    }

    const GET: [(&str, &str); 3] = [(":method", "GET"), (":scheme", "https"), (":path", "/a?b")];

    #[test]
    fn a_request_looks_as_it_would_in_http_1() {
        let fields = [
            &GET[..],
            &[
                (":authority", "host:1"),
                ("cookie", "a=b"),
                ("content-length", "3"),
                ("cookie", "c=d"),
            ],
        ];
        let head = of(&fields.concat()).expect("a request");
        assert_eq!((head.request.path(), head.length), ("/a", Some(3)));
        assert_eq!(head.request.header("Host"), Some("host:1"));
        assert_eq!(head.request.header("cookie"), Some("a=b; c=d"));
        let connect = of(&[(":method", "CONNECT"), (":authority", "h:1")]).expect("a request");
        assert_eq!(connect.request.target, "h:1");
    }

    #[test]
    fn what_is_malformed_is_no_request() {
        for more in [
            ("X-Upper", "a"),
            ("", "a"),
            ("a b", "a"),
            ("a", "b\r\nc: d"),
            ("connection", "close"),
            ("transfer-encoding", "chunked"),
            ("te", "gzip"),
            ("content-length", "-1"),
            ("content-length", ""),
            (":path", "/twice"),
            (":status", "200"),
            (":protocol", "websocket"),
        ] {
            assert_eq!(of(&[&GET[..], &[more]].concat()), None, "{more:?}");
        }
        for missing in 0..GET.len() {
            let mut fields = GET.to_vec();
            fields.remove(missing);
            assert_eq!(of(&fields), None, "{missing}");
        }
        assert_eq!(of(&[&[("a", "b")], &GET[..]].concat()), None);
        assert_eq!(
            of(&[(":method", "GET"), (":scheme", "https"), (":path", "")]),
            None
        );
        assert_eq!(of(&[(":method", "CONNECT"), (":path", "/")]), None);
        assert_eq!(
            of(&[
                &GET[..],
                &[("content-length", "1"), ("content-length", "2")]
            ]
            .concat()),
            None
        );
    }
}
