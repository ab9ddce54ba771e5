//! What is taken out of an answer before it becomes evidence: credentials it hands out, and those it echoes.

/// XML elements and JSON fields whose text lets its holder in.
const TELLING: &[&str] = &[
    "sessionId",
    "session_id",
    "access_token",
    "refresh_token",
    "id_token",
    "token",
    "password",
    "client_secret",
    "api_key",
];

/// The shortest request value that is looked for: anything shorter stands in every page.
const SHORTEST: usize = 8;

/// Puts `…` in the place of credentials. `sent` are the request's own values.
pub(super) fn redact(body: &str, sent: &[&str]) -> String {
    let mut text = body.to_owned();
    for value in sent.iter().filter(|value| value.len() >= SHORTEST) {
        text = text.replace(value, "…");
    }
    for name in TELLING {
        text = blank(&text, &format!("{name}>"), "<", '<');
        text = blank(&text, &format!("\"{name}\""), "\"", '"');
    }
    text
}

/// Blanks what follows each `opening` (and, for JSON, the colon and quote after it) up to `closing`.
fn blank(text: &str, opening: &str, closing: &str, quote: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(opening) {
        let (before, after) = rest.split_at(at + opening.len());
        out.push_str(before);
        let skipped = if quote == '"' {
            let start = after.trim_start();
            let Some(value) = start
                .strip_prefix(':')
                .map(str::trim_start)
                .and_then(|value| value.strip_prefix('"'))
            else {
                rest = after;
                continue;
            };
            out.push_str(&after[..after.len() - value.len()]);
            value
        } else {
            after
        };
        let end = skipped.find(closing).unwrap_or(skipped.len());
        // A closing tag has the same ending as an opening one, and nothing behind it to hide.
        let closes = quote == '<'
            && before
                .rfind('<')
                .is_some_and(|tag| before[tag..].starts_with("</"));
        if end > 0 && !closes {
            out.push('…');
            rest = &skipped[end..];
        } else {
            rest = skipped;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_become_evidence() {
        let soap = "<result><sessionId>00D!AQ</sessionId><sf:sessionId>x</sf:sessionId> <userId>7</userId></result>";
        assert_eq!(
            redact(soap, &[]),
            "<result><sessionId>…</sessionId><sf:sessionId>…</sf:sessionId> <userId>7</userId></result>"
        );
        let json = r#"{"access_token" : "abc", "expires_in":3, "token":"t", "note":"token"}"#;
        assert_eq!(
            redact(json, &[]),
            r#"{"access_token" : "…", "expires_in":3, "token":"…", "note":"token"}"#
        );
        assert_eq!(
            redact("you sent Bearer s3cr3t-value", &["s3cr3t-value"]),
            "you sent Bearer …"
        );
        assert_eq!(redact("\"token\"", &[]), "\"token\"");
    }
}
