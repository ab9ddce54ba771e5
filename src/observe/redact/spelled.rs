//! The ways in which a value may be spelled in an answer: as it is, and as XML, JSON and URLs escape it.

/// What follows the value, where the text begins with it in whatever spelling.
pub(super) fn behind<'a>(text: &'a str, value: &str) -> Option<&'a str> {
    let mut ends = vec![text];
    for character in value.chars() {
        let mut next: Vec<&str> = ends
            .iter()
            .flat_map(|rest| without(rest, character))
            .collect();
        next.sort_unstable_by_key(|rest| rest.len());
        next.dedup_by_key(|rest| rest.len());
        if next.is_empty() {
            return None;
        }
        ends = next;
    }
    ends.into_iter().next()
}

/// What is left of the text behind one character, for each of its spellings that is there.
fn without(text: &str, character: char) -> impl Iterator<Item = &str> {
    let plus = (character == ' ').then(|| text.strip_prefix('+')).flatten();
    [
        text.strip_prefix(character),
        entity(text, character),
        json(text, character),
        percent(text, character),
        plus,
        lost(text, character),
    ]
    .into_iter()
    .flatten()
}

/// What is left of a character where an encoding had no room for it.
fn lost(text: &str, character: char) -> Option<&str> {
    if character.is_ascii() {
        return None;
    }
    text.strip_prefix([char::REPLACEMENT_CHARACTER, '?'])
}

/// `&amp;`, `&#38;`, `&#x26;`
fn entity(text: &str, character: char) -> Option<&str> {
    let inner = text.strip_prefix('&')?;
    // No entity is longer, and no text is searched to its end for each ampersand.
    let end = inner.bytes().take(12).position(|byte| byte == b';')?;
    let (name, rest) = (inner.get(..end)?, inner.get(end + 1..)?);
    let means = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    (means == character).then_some(rest)
}

/// `\"`, `\/`, `\u00f6`, and a pair of those
fn json(text: &str, character: char) -> Option<&str> {
    let inner = text.strip_prefix('\\')?;
    if matches!(character, '"' | '\\' | '/' | '\'') {
        return inner.strip_prefix(character);
    }
    let mut units = [0; 2];
    let mut rest = text;
    for unit in character.encode_utf16(&mut units) {
        let (hex, after) = rest.strip_prefix("\\u")?.split_at_checked(4)?;
        if u16::from_str_radix(hex, 16).ok()? != *unit {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

/// `%C3%B6`
fn percent(text: &str, character: char) -> Option<&str> {
    let mut bytes = [0; 4];
    let mut rest = text;
    for byte in character.encode_utf8(&mut bytes).bytes() {
        let (hex, after) = rest.strip_prefix('%')?.split_at_checked(2)?;
        if u8::from_str_radix(hex, 16).ok()? != byte {
            return None;
        }
        rest = after;
    }
    Some(rest)
}
