//! Owns what libcrypto reads and a strict parser does not: BER (X.690, section 8) becomes DER, so that every field is
//! read; what no strict reader takes is named.

use super::Time;
use super::time::lenient;

/// How deep elements may nest; certificates stay below fifteen.
const MAX_DEPTH: u32 = 40;

const BOOLEAN: u8 = 0x01;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const CONSTRUCTED: u8 = 0x20;

/// A certificate in the form a strict parser takes.
pub(super) struct Readable {
    pub der: Vec<u8>,
    /// The moments that stand in `der` as 1970 because they are written in no valid way: notBefore, notAfter.
    pub moments: [Option<Time>; 2],
    /// What was not as it should be: the end of a sentence each.
    pub oddities: Vec<String>,
}

/// Rewrites one whole certificate; `None` where it has not a certificate's shape.
pub(super) fn certificate(bytes: &[u8]) -> Option<Readable> {
    let mut der = Vec::with_capacity(bytes.len());
    let rest = rewrite(bytes, &mut der, 0)?;
    if !rest.is_empty() {
        return None;
    }
    let mut oddities = Vec::new();
    if der != bytes {
        oddities.push("is encoded as BER where DER is prescribed".to_owned());
    }
    let (SEQUENCE, content, []) = split(&der)? else {
        return None;
    };
    let (SEQUENCE, body, after) = split(content)? else {
        return None;
    };
    let (_, _, signature) = split(after)?;
    let algorithm = after.strip_suffix(signature)?;
    let (BIT_STRING, signature, []) = split(signature)? else {
        return None;
    };
    let mut moments = [None; 2];
    let mut whole = Vec::with_capacity(der.len());
    let body = fields(body, &mut moments, &mut oddities)?;
    write(SEQUENCE, &body, &mut whole);
    whole.extend_from_slice(algorithm);
    let (unused, octets) = signature.split_first()?;
    if *unused != 0 {
        oddities.push(format!("has a signature with {unused} unused bits"));
    }
    write(BIT_STRING, &[&[0], octets].concat(), &mut whole);
    let mut der = Vec::with_capacity(whole.len() + 6);
    write(SEQUENCE, &whole, &mut der);
    Some(Readable {
        der,
        moments,
        oddities,
    })
}

/// The fields of a `TBSCertificate` (RFC 5280, section 4.1.2), with valid times and with extensions in DER.
fn fields(
    body: &[u8],
    moments: &mut [Option<Time>; 2],
    oddities: &mut Vec<String>,
) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    // Version, serial number, algorithm and issuer come before the validity.
    let mut place = if body.first() == Some(&0xa0) { -4 } else { -3 };
    let mut rest = body;
    while !rest.is_empty() {
        let (tag, content, after) = split(rest)?;
        match (place, tag) {
            (0, SEQUENCE) => {
                let mut times = Vec::new();
                let mut left = content;
                for (moment, name) in moments.iter_mut().zip(["notBefore", "notAfter"]) {
                    let (tag, written, after) = split(left)?;
                    left = after;
                    let (read, valid) = lenient(tag == GENERALIZED_TIME, written);
                    if valid {
                        write(tag, written, &mut times);
                        continue;
                    }
                    let shown = String::from_utf8_lossy(written.get(..40).unwrap_or(written));
                    oddities.push(format!(
                        "has a {name} that is no valid time, \"{}\", taken for {read}",
                        shown.escape_debug()
                    ));
                    *moment = Some(read);
                    write(GENERALIZED_TIME, b"19700101000000Z", &mut times);
                }
                write(tag, &times, &mut out);
            }
            (3.., 0xa3) => write(tag, &extensions(content)?, &mut out),
            _ => out.extend_from_slice(rest.strip_suffix(after)?),
        }
        place += 1;
        rest = after;
    }
    Some(out)
}

/// `[3] Extensions`, each one's value in DER where it is one whole element.
fn extensions(content: &[u8]) -> Option<Vec<u8>> {
    let (tag, mut rest, _) = split(content)?;
    let mut list = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (tag, mut parts, after) = split(rest)?;
        let mut extension = Vec::with_capacity(parts.len());
        while !parts.is_empty() {
            let (tag, value, after) = split(parts)?;
            let mut der = Vec::new();
            let whole =
                tag == OCTET_STRING && rewrite(value, &mut der, 0).is_some_and(<[u8]>::is_empty);
            write(tag, if whole { &der } else { value }, &mut extension);
            parts = after;
        }
        write(tag, &extension, &mut list);
        rest = after;
    }
    let mut out = Vec::with_capacity(list.len() + 6);
    write(tag, &list, &mut out);
    Some(out)
}

/// Appends the first element in DER's lengths, strings and booleans; returns what follows it.
fn rewrite<'a>(bytes: &'a [u8], out: &mut Vec<u8>, depth: u32) -> Option<&'a [u8]> {
    if depth > MAX_DEPTH {
        return None;
    }
    let (tag, length, value) = header(bytes)?;
    let (mut inside, mut after) = match length {
        Some(length) => value.split_at_checked(length)?,
        None => (value, value),
    };
    if tag & CONSTRUCTED == 0 {
        match (tag, inside) {
            (BOOLEAN, [1..=0xff]) => write(tag, &[0xff], out),
            _ => write(tag, inside, out),
        }
        return Some(after);
    }
    let mut content = Vec::new();
    loop {
        if length.is_none() {
            after = inside;
            if let Some(rest) = inside.strip_prefix(&[0, 0]) {
                after = rest;
                break;
            }
        } else if inside.is_empty() {
            break;
        }
        inside = rewrite(inside, &mut content, depth + 1)?;
    }
    match tag {
        // Strings of the universal class, cut into segments; sequence, set and what is tagged keep their elements.
        0x23 => write(BIT_STRING, &join(&content, true)?, out),
        0x24 | 0x2c | 0x32..=0x3e => write(tag & !CONSTRUCTED, &join(&content, false)?, out),
        _ => write(tag, &content, out),
    }
    Some(after)
}

/// The value of a string from its segments; those of a bit string say each how many bits are unused.
fn join(mut segments: &[u8], bits: bool) -> Option<Vec<u8>> {
    let mut joined = Vec::with_capacity(segments.len());
    let mut unused = 0;
    while !segments.is_empty() {
        let (_, segment, after) = split(segments)?;
        if bits {
            let (count, octets) = segment.split_first()?;
            unused = *count;
            joined.extend_from_slice(octets);
        } else {
            joined.extend_from_slice(segment);
        }
        segments = after;
    }
    if bits {
        joined.insert(0, unused);
    }
    Some(joined)
}

/// Tag, value and what follows of an element with a definite length.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, value) = header(bytes)?;
    let (content, after) = value.split_at_checked(length?)?;
    Some((tag, content, after))
}

/// Tag, length (`None`: indefinite) and what follows them.
fn header(bytes: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let [tag, first, rest @ ..] = bytes else {
        return None;
    };
    // Tag numbers above 30 occur in no certificate.
    if tag & 0x1f == 0x1f {
        return None;
    }
    match first {
        0..=0x7f => Some((*tag, Some(usize::from(*first)), rest)),
        0x80 => (tag & CONSTRUCTED != 0).then_some((*tag, None, rest)),
        _ => {
            let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = octets.iter().try_fold(0_usize, |length, octet| {
                length.checked_mul(256)?.checked_add(usize::from(*octet))
            })?;
            Some((*tag, Some(length), rest))
        }
    }
}

fn write(tag: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    if let Ok(short @ 0..=0x7f) = u8::try_from(content.len()) {
        out.push(short);
    } else {
        let octets = content.len().to_be_bytes();
        let skip = octets.iter().take_while(|octet| **octet == 0).count();
        let octets = octets.get(skip..).unwrap_or_default();
        out.push(0x80 | u8::try_from(octets.len()).unwrap_or(8));
        out.extend_from_slice(octets);
    }
    out.extend_from_slice(content);
}
