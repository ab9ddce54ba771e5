//! As much XML as these calls need: the text of an element by its local name, and text made safe to stand in one.

/// The text of the first element of this local name, whatever its prefix; entities are resolved.
#[must_use]
pub fn text(document: &str, name: &str) -> Option<String> {
    let mut rest = document;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, content) = after.split_once('>')?;
        rest = content;
        if local_name(tag) == Some(name) {
            if tag.ends_with('/') {
                return Some(String::new());
            }
            if let Some(data) = content.strip_prefix("<![CDATA[") {
                return data.split_once("]]>").map(|(data, _)| data.to_owned());
            }
            return content.split('<').next().map(|text| unescape(text.trim()));
        }
    }
    None
}

/// The local name of the first element inside the `Body`.
#[must_use]
pub fn operation(document: &str) -> Option<String> {
    let mut rest = document;
    let mut inside = false;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, content) = after.split_once('>')?;
        rest = content;
        match local_name(tag) {
            Some("Body") => inside = true,
            Some(name) if inside => return Some(name.to_owned()),
            _ => {}
        }
    }
    None
}

/// The local name of an opening tag; none for closing tags, comments and instructions.
fn local_name(tag: &str) -> Option<&str> {
    let name = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
    if name.is_empty() || name.starts_with(['!', '?']) {
        return None;
    }
    Some(name.rsplit(':').next().unwrap_or(name))
}

/// Text as it may stand in an element.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // A reader would turn it into a line feed (XML 1.0, section 2.11).
            '\r' => safe.push_str("&#13;"),
            _ if is_allowed(character) => safe.push(character),
            _ => safe.push('\u{fffd}'),
        }
    }
    safe
}

/// Whether XML 1.0 has this character at all (section 2.2).
#[must_use]
pub fn is_allowed(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        _ => character >= ' ',
    }
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let Some((entity, later)) = after.split_once(';') else {
            plain.push('&');
            rest = after;
            continue;
        };
        if let Some(character) = entity_of(entity) {
            plain.push(character);
        } else {
            plain.push('&');
            plain.push_str(entity);
            plain.push(';');
        }
        rest = later;
    }
    plain.push_str(rest);
    plain
}

fn entity_of(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGIN: &str = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"x\"><!-- c --><e:Header><a/></e:Header>\
        <e:Body><n1:login xmlns:n1=\"urn\"><n1:username>a&amp;b&#x20ac;@c</n1:username>\
        <n1:password><![CDATA[<p&>]]></n1:password></n1:login></e:Body></e:Envelope>";

    #[test]
    fn elements_are_found_by_their_local_name() {
        assert_eq!(text(LOGIN, "username").as_deref(), Some("a&b€@c"));
        assert_eq!(text(LOGIN, "password").as_deref(), Some("<p&>"));
        assert_eq!(text(LOGIN, "a").as_deref(), Some(""));
        assert_eq!(text(LOGIN, "sessionId"), None);
        assert_eq!(operation(LOGIN).as_deref(), Some("login"));
        for end in 0..LOGIN.len() {
            if let Some(cut) = LOGIN.get(..end) {
                let _ = (text(cut, "password"), operation(cut));
            }
        }
    }
}
