//! What is taken out of an answer before it becomes evidence: credentials it hands out, and those it echoes.

mod spelled;

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

/// The shortest request value that is looked for wherever it stands: anything shorter is part of other words.
const SHORTEST: usize = 8;

/// Puts `…` in the place of credentials. `sent` are the request's own values.
pub(super) fn redact(body: &str, sent: &[&str]) -> String {
    let text = conceal(body, sent);
    elements(&fields(&text))
}

/// Puts `…` in the place of these values, however they are spelled; a short one has to stand alone.
pub(super) fn conceal(text: &str, values: &[&str]) -> String {
    let mut text = text.to_owned();
    for value in values.iter().filter(|value| !value.is_empty()) {
        text = conceal_one(&text, value);
    }
    text
}

fn conceal_one(text: &str, value: &str) -> String {
    let apart = |neighbour: Option<char>| !neighbour.is_some_and(char::is_alphanumeric);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after = spelled::behind(rest, value).filter(|after| {
            value.len() >= SHORTEST || apart(out.chars().next_back()) && apart(after.chars().next())
        });
        if let Some(after) = after {
            out.push('…');
            rest = after;
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

fn tells(name: &str) -> bool {
    TELLING.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Blanks the content of XML elements with a telling local name, attributes and CDATA or not.
fn elements(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        out.push('<');
        rest = after;
        let Some(at) = after.find(['<', '>']) else {
            break;
        };
        let (tag, content) = after.split_at(at);
        let Some(content) = content.strip_prefix('>') else {
            continue;
        };
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        let local = name.rsplit(':').next().unwrap_or_default();
        if !tells(local) || tag.ends_with('/') {
            continue;
        }
        let end = closing(content, local);
        out.push_str(tag);
        out.push('>');
        if end > 0 {
            out.push('…');
        }
        rest = content.get(end..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Where the closing tag of this local name begins; the end where there is none.
fn closing(content: &str, local: &str) -> usize {
    content
        .match_indices("</")
        .find(|(at, _)| {
            let tag = content[at + 2..].split('>').next().unwrap_or_default();
            let name = tag.trim_end().rsplit(':').next().unwrap_or_default();
            name.eq_ignore_ascii_case(local)
        })
        .map_or(content.len(), |(at, _)| at)
}

/// Blanks the string values of JSON fields with a telling name.
fn fields(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        out.push_str(before);
        out.push('"');
        rest = after;
        let Some((name, behind)) = after.split_once('"') else {
            break;
        };
        let value = behind
            .trim_start()
            .strip_prefix(':')
            .map(str::trim_start)
            .and_then(|value| value.strip_prefix('"'));
        if let (true, Some(value)) = (tells(name), value) {
            out.push_str(&after[..after.len() - value.len()]);
            let end = string_end(value);
            if end > 0 {
                out.push('…');
            }
            rest = &value[end..];
        }
    }
    out.push_str(rest);
    out
}

/// Where a JSON string ends: at the first quote that is not escaped.
fn string_end(value: &str) -> usize {
    let mut escaped = false;
    for (at, character) in value.char_indices() {
        match character {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    value.len()
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
        let odd = "<sessionId xsi:type=\"xsd:string\">00D!AQ</sessionId><a:Password><![CDATA[<p>]]></a:Password><sessionId/>\
                   <userId>7</userId><sessionId>cut";
        assert_eq!(
            redact(odd, &[]),
            "<sessionId xsi:type=\"xsd:string\">…</sessionId><a:Password>…</a:Password><sessionId/><userId>7</userId><sessionId>…"
        );
        let json = r#"{"access_token" : "a\"bc", "expires_in":3, "token":"t", "note":"token", "TOKEN":"cut"#;
        assert_eq!(
            redact(json, &[]),
            r#"{"access_token" : "…", "expires_in":3, "token":"…", "note":"token", "TOKEN":"…"#
        );
        assert_eq!(
            redact("you sent Bearer s3cr3t-value", &["s3cr3t-value"]),
            "you sent Bearer …"
        );
        assert_eq!(redact("\"token\"", &[]), "\"token\"");
        assert_eq!(redact("a pw, (a), aa", &["a"]), "… pw, (…), aa");
        let secret = "p&<ö\"/x y";
        for spelling in [
            "p&<ö\"/x y",
            "p&amp;&lt;ö&quot;/x y",
            "p&#38;<&#xF6;\"/x y",
            r#"p&<\u00f6\"\/x y"#,
            r#"p\u0026&lt;ö\"/x y"#,
            "p%26%3c%C3%B6%22%2Fx+y",
            "p%26<ö\"/x%20y",
            "p&<\u{fffd}\"/x y",
        ] {
            assert_eq!(redact(&format!("a {spelling} b"), &[secret]), "a … b");
        }
    }

    #[test]
    fn answers_cut_anywhere_are_redacted_all_the_same() {
        let whole = "<a><sessionId x='1'>00D!AQsecret</sessionId>é</a>{\"token\":\"00D!AQsecret\"}";
        for end in 0..whole.len() {
            if let Some(cut) = whole.get(..end) {
                let text = redact(cut, &[]);
                assert!(!text.contains("00D"), "{text}");
            }
        }
    }
}
