//! DER as seeds are built of it, and the same in BER with indefinite lengths.

/// One element.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    let length = u32::try_from(content.len())
        .expect("a small seed")
        .to_be_bytes();
    match length {
        [0, 0, 0, short @ 0..=127] => bytes.push(short),
        [0, 0, one, two] => bytes.extend([0x82, one, two]),
        [zero, one, two, three] => bytes.extend([0x84, zero, one, two, three]),
    }
    bytes.extend_from_slice(content);
    bytes
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

/// A dotted object identifier.
pub fn oid(dotted: &str) -> Vec<u8> {
    let object = openssl::asn1::Asn1Object::from_str(dotted).expect("an identifier");
    element(6, object.as_slice())
}

/// Every constructed element with an indefinite length, and octet strings in two segments: as streams are written.
pub fn indefinite(der: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = der;
    while let Some((tag, content, after)) = split(rest) {
        if tag & 0x20 != 0 {
            bytes.extend([tag, 0x80]);
            bytes.extend(indefinite(content));
            bytes.extend([0, 0]);
        } else if tag == 4 && content.len() > 32 {
            bytes.extend([0x24, 0x80]);
            let (first, second) = content.split_at(content.len() / 2);
            bytes.extend(element(4, first));
            bytes.extend(element(4, second));
            bytes.extend([0, 0]);
        } else {
            bytes.extend(element(tag, content));
        }
        rest = after;
    }
    bytes
}

/// Tag, content and what follows; `None` at the end.
pub fn split(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = der.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 128 {
        (usize::from(*first), rest)
    } else {
        let (digits, rest) = rest.split_at(usize::from(first & 0x7f));
        (
            digits
                .iter()
                .fold(0, |length, digit| length << 8 | usize::from(*digit)),
            rest,
        )
    };
    let (content, after) = rest.split_at(length);
    Some((*tag, content, after))
}
