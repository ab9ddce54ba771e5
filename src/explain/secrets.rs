//! What is taken out of a quotation: credentials that stand in or beside an error.

/// Names whose value lets its holder in.
const NAMES: &[&str] = &[
    "pass",
    "passin",
    "passout",
    "pwd",
    "sid",
    "apikey",
    "sessionid",
];
/// What such names end with: `srcstorepass`, `keyStorePassword`.
const ENDINGS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "storepass",
    "keypass",
    "secret",
    "token",
    "api_key",
    "api-key",
    "access_key",
    "session_id",
];
/// Header fields of which the whole value goes.
const FIELDS: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
];
/// What stands before a credential by itself.
const SCHEMES: &[&str] = &["bearer", "basic"];
/// A shorter word after `bearer` is a word of the sentence.
const SHORTEST: usize = 8;

/// The text with `…` in the place of credentials.
pub(super) fn hide(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(end) = user_info(rest) {
            out.push_str("://…@");
            at += end;
            continue;
        }
        let begins = !text[..at].ends_with(is_name);
        if begins && let Some((kept, hidden)) = credential(rest) {
            out.push_str(&rest[..kept]);
            out.push('…');
            at += kept + hidden;
            continue;
        }
        out.push(first);
        at += first.len_utf8();
    }
    out
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// How long `://user:password@` is.
fn user_info(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix("://")?;
    let end = after
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '?' | '#' | '<' | '>'))
        .unwrap_or(after.len());
    let at = after[..end].rfind('@')?;
    Some("://".len() + at + 1)
}

/// How much of a name and its credential may stay, and how much of it goes.
fn credential(rest: &str) -> Option<(usize, usize)> {
    let dash = rest.len() - rest.trim_start_matches('-').len();
    let length = rest[dash..]
        .find(|c: char| !is_name(c))
        .unwrap_or(rest.len() - dash);
    let name = rest[dash..dash + length].to_ascii_lowercase();
    let after = &rest[dash + length..];
    if name.starts_with("eyj") && length >= 16 {
        let token = after
            .find(|c: char| !(is_name(c) || c == '.'))
            .unwrap_or(after.len());
        return Some((0, dash + length + token));
    }
    let kept = dash + length + after.len();
    if SCHEMES.contains(&name.as_str()) {
        let value = after.trim_start_matches([' ', '\t']);
        let word = word(value);
        return (value.len() < after.len() && word >= SHORTEST).then(|| (kept - value.len(), word));
    }
    let field = FIELDS.contains(&name.as_str());
    let telling =
        NAMES.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending));
    if !field && !telling {
        return None;
    }
    let option = dash > 0 && after.starts_with([' ', '\t']);
    let value = after.trim_start_matches(['"', '\'', '\\', ' ', '\t']);
    let value = match value.strip_prefix([':', '=']) {
        Some(value) => value.trim_start_matches(['"', '\'', '\\', ' ', '\t']),
        None if option => value,
        None => return None,
    };
    let value = value.strip_prefix("pass:").unwrap_or(value);
    let hidden = if field {
        value.find(['\n', '\r']).unwrap_or(value.len())
    } else {
        word(value)
    };
    (hidden > 0).then(|| (kept - value.len(), hidden))
}

fn word(value: &str) -> usize {
    value
        .find(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '&' | ',' | ';' | '<' | ')' | '}' | ']')
        })
        .unwrap_or(value.len())
}

#[cfg(test)]
mod tests {
    use super::hide;

    #[test]
    fn credentials_are_not_repeated() {
        for (text, shown) in [
            (
                "https://ann:s3cret@api.example/ failed",
                "https://…@api.example/ failed",
            ),
            ("postgres://app:p@ss@db:5432/x", "postgres://…@db:5432/x"),
            ("Authorization: Basic YWxhZGRpbjpvcGVu", "Authorization: …"),
            (
                "> authorization: Bearer abc.def\n> Host: x",
                "> authorization: …\n> Host: x",
            ),
            ("sent Bearer abcdefghijkl to it", "sent Bearer … to it"),
            ("a bearer token", "a bearer token"),
            (
                "keytool -list -storepass changeit -v",
                "keytool -list -storepass … -v",
            ),
            (
                "openssl pkcs12 -passin pass:hunter2 -in x",
                "openssl pkcs12 -passin pass:… -in x",
            ),
            (
                "{\"password\":\"hunter2\",\"a\":1}",
                "{\"password\":\"…\",\"a\":1}",
            ),
            (
                "{\\\"client_secret\\\": \\\"x1\\\"}",
                "{\\\"client_secret\\\": \\\"…\"}",
            ),
            ("?token=abc&x=1", "?token=…&x=1"),
            (
                "got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIx.c2ln back",
                "got … back",
            ),
            (
                "keystore password was incorrect",
                "keystore password was incorrect",
            ),
            ("bad pass phrase", "bad pass phrase"),
            ("token expired", "token expired"),
            ("", ""),
            ("password=", "password="),
            ("x: pässword: é", "x: pässword: é"),
        ] {
            assert_eq!(hide(text), shown, "{text}");
        }
    }
}
