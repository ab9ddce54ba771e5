//! Owns the tag-length-value walk of BER and DER (X.690, section 8.1): bounded, without recursion or copies.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::material::Malformed;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
/// A bit string that BER cuts into segments.
pub(super) const BIT_SEGMENTS: u8 = 0x23;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const NULL: u8 = 0x05;
pub(super) const OID: u8 = 0x06;
pub(super) const UTC_TIME: u8 = 0x17;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;

pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed: explicit tagging, as a rule.
pub(super) const CONTEXT_0: u8 = 0xa0;
/// Marks a value that is made of elements.
const CONSTRUCTED: u8 = 0x20;

/// How deep indefinite lengths may nest; honest files stay below ten.
pub(super) const MAX_DEPTH: u32 = 32;

/// One element, borrowed from the bytes it was read from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: u8,
    /// The value alone, without end-of-contents octets.
    pub content: &'a [u8],
    /// Tag, length and value, whole.
    pub raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The bytes of a string, joined where BER cuts it into segments (X.690, section 8.7).
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Malformed> {
        if self.tag & CONSTRUCTED == 0 {
            return Ok(Cow::Borrowed(self.content));
        }
        let mut joined = Vec::with_capacity(self.content.len());
        join(self.content, &mut joined, 0)?;
        Ok(Cow::Owned(joined))
    }
}

fn join(content: &[u8], joined: &mut Vec<u8>, depth: u32) -> Result<(), Malformed> {
    if depth > MAX_DEPTH {
        return Err(Malformed(
            "a string is cut into endless segments".to_owned(),
        ));
    }
    for segment in children(content) {
        match segment {
            Ok(segment) if segment.tag == OCTET_STRING => {
                joined.extend_from_slice(segment.content);
            }
            Ok(segment) if segment.tag == OCTET_STRING | CONSTRUCTED => {
                join(segment.content, joined, depth + 1)?;
            }
            _ => return Err(Malformed("a string's segment is not a string".to_owned())),
        }
    }
    Ok(())
}

/// Why bytes are no element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The element is longer than the bytes at hand; both counted from its own first byte.
    Short {
        have: u64,
        want: u64,
    },
    TooDeep,
    Invalid,
}

/// Reads the first element and returns it with what follows.
pub(super) fn read(bytes: &[u8]) -> Result<(Element<'_>, &[u8]), Fault> {
    let header = header(bytes)?;
    let (content, whole) = if let Some(length) = header.length {
        let whole = length
            .checked_add(header.size)
            .ok_or_else(|| short(bytes, u64::MAX))?;
        let content = bytes
            .get(header.size..whole)
            .ok_or_else(|| short(bytes, whole as u64))?;
        (content, whole)
    } else {
        let end = end_of_contents(bytes, header.size)?;
        (bytes.get(header.size..end).unwrap_or_default(), end + 2)
    };
    let (raw, rest) = bytes.split_at_checked(whole).ok_or(Fault::Invalid)?;
    Ok((
        Element {
            tag: header.tag,
            content,
            raw,
        },
        rest,
    ))
}

/// Where the value of the first element begins, however much of it is there; `None` without a valid header.
pub(super) fn value_begins(bytes: &[u8]) -> Option<&[u8]> {
    let header = header(bytes).ok()?;
    bytes.get(header.size..)
}

/// The elements of a constructed value, one after the other; ends after the first fault.
pub(super) fn children(content: &[u8]) -> Children<'_> {
    Children { rest: content }
}

pub(super) struct Children<'a> {
    rest: &'a [u8],
}

impl<'a> Children<'a> {
    /// The next element where its tag is `tag`; nothing is consumed otherwise.
    pub fn one(&mut self, tag: u8) -> Option<Element<'a>> {
        let (element, rest) = read(self.rest).ok()?;
        (element.tag == tag).then(|| {
            self.rest = rest;
            element
        })
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element, which must have this tag; `what` names it where it has not.
    pub fn need(&mut self, tag: u8, what: &str) -> Result<Element<'a>, Malformed> {
        self.one(tag)
            .ok_or_else(|| Malformed(format!("its {what} is missing or damaged")))
    }

    /// As [`Children::need`] for a string of bytes, in one piece or in segments.
    pub fn octets(&mut self, what: &str) -> Result<Cow<'a, [u8]>, Malformed> {
        match self.one(OCTET_STRING | CONSTRUCTED) {
            Some(element) => element.octets(),
            None => self.need(OCTET_STRING, what)?.octets(),
        }
    }

    /// As [`Children::need`] for an object identifier, dotted.
    pub fn oid(&mut self, what: &str) -> Result<String, Malformed> {
        self.one(OID)
            .and_then(|oid| dotted(oid.content))
            .ok_or_else(|| Malformed(format!("its {what} is missing or damaged")))
    }
}

impl<'a> Iterator for Children<'a> {
    type Item = Result<Element<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match read(self.rest) {
            Ok((element, rest)) => {
                self.rest = rest;
                Some(Ok(element))
            }
            Err(fault) => {
                self.rest = &[];
                Some(Err(fault))
            }
        }
    }
}

struct Header {
    tag: u8,
    /// Octets of tag and length.
    size: usize,
    /// `None` where the length is indefinite.
    length: Option<usize>,
}

fn header(bytes: &[u8]) -> Result<Header, Fault> {
    let tag = *bytes.first().ok_or_else(|| short(bytes, 2))?;
    // Tag numbers above 30 occur in none of the formats read here.
    if tag & 0x1f == 0x1f {
        return Err(Fault::Invalid);
    }
    let first = *bytes.get(1).ok_or_else(|| short(bytes, 2))?;
    match first {
        0..=0x7f => Ok(Header {
            tag,
            size: 2,
            length: Some(usize::from(first)),
        }),
        0x80 if tag & 0x20 != 0 => Ok(Header {
            tag,
            size: 2,
            length: None,
        }),
        0x81..=0x88 => {
            let count = usize::from(first & 0x7f);
            let octets = bytes
                .get(2..2 + count)
                .ok_or_else(|| short(bytes, 2 + count as u64))?;
            let length = octets
                .iter()
                .fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
            Ok(Header {
                tag,
                size: 2 + count,
                length: Some(usize::try_from(length).map_err(|_| Fault::Invalid)?),
            })
        }
        _ => Err(Fault::Invalid),
    }
}

/// Where the end-of-contents octets of an element begin whose value starts at `start`.
fn end_of_contents(bytes: &[u8], start: usize) -> Result<usize, Fault> {
    let mut depth = 1_u32;
    let mut at = start;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.starts_with(&[0, 0]) {
            depth -= 1;
            if depth == 0 {
                return Ok(at);
            }
            at += 2;
            continue;
        }
        // At the least, the end-of-contents octets of every open element are missing.
        let missing = || short(bytes, bytes.len() as u64 + 2 * u64::from(depth));
        if rest.len() < 2 {
            return Err(missing());
        }
        let header = header(rest).map_err(|fault| match fault {
            Fault::Short { .. } => missing(),
            other => other,
        })?;
        at += header.size;
        if let Some(length) = header.length {
            at = at.checked_add(length).ok_or(Fault::Invalid)?;
            if at > bytes.len() {
                return Err(short(
                    bytes,
                    (at as u64).saturating_add(2 * u64::from(depth)),
                ));
            }
        } else {
            depth += 1;
            if depth > MAX_DEPTH {
                return Err(Fault::TooDeep);
            }
        }
    }
}

fn short(bytes: &[u8], want: u64) -> Fault {
    Fault::Short {
        have: bytes.len() as u64,
        want,
    }
}

/// An object identifier's content in dotted form.
pub(super) fn dotted(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut value = 0_u64;
    for (index, octet) in content.iter().enumerate() {
        value = value
            .checked_mul(128)?
            .checked_add(u64::from(octet & 0x7f))?;
        if octet & 0x80 != 0 {
            if index + 1 == content.len() {
                return None;
            }
            continue;
        }
        if text.is_empty() {
            let root = (value / 40).min(2);
            let _ = write!(text, "{root}.{}", value - root * 40);
        } else {
            let _ = write!(text, ".{value}");
        }
        value = 0;
    }
    (!text.is_empty()).then_some(text)
}

/// A dotted object identifier as a DER element.
pub(super) fn encode_oid(dotted: &str) -> Option<Vec<u8>> {
    let mut arcs = dotted.split('.').map(str::parse::<u64>);
    let (first, second) = (arcs.next()?.ok()?, arcs.next()?.ok()?);
    let mut content = Vec::new();
    push_arc(first.checked_mul(40)?.checked_add(second)?, &mut content);
    for arc in arcs {
        push_arc(arc.ok()?, &mut content);
    }
    let mut out = Vec::new();
    write(OID, &content, &mut out);
    Some(out)
}

fn push_arc(arc: u64, content: &mut Vec<u8>) {
    let groups = (64 - arc.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let octet = u8::try_from(arc >> (7 * group) & 0x7f).unwrap_or(0);
        content.push(if group == 0 { octet } else { octet | 0x80 });
    }
}

/// A non-negative INTEGER's value where it fits.
pub(super) fn unsigned(content: &[u8]) -> Option<u64> {
    let significant = match content {
        [] => return None,
        [first, ..] if first & 0x80 != 0 => return None,
        _ => content
            .iter()
            .position(|octet| *octet != 0)
            .map_or(&[][..], |start| content.get(start..).unwrap_or_default()),
    };
    (significant.len() <= 8).then(|| {
        significant
            .iter()
            .fold(0, |value, octet| value << 8 | u64::from(*octet))
    })
}

/// Appends one DER element.
pub(super) fn write(tag: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(tag);
    match content.len() {
        short @ 0..=0x7f => out.push(u8::try_from(short).unwrap_or(0x7f)),
        long => {
            let octets = long.to_be_bytes();
            let skip = octets.iter().take_while(|octet| **octet == 0).count();
            let octets = octets.get(skip..).unwrap_or_default();
            out.push(0x80 | u8::try_from(octets.len()).unwrap_or(8));
            out.extend_from_slice(octets);
        }
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definite_and_indefinite_lengths_are_read_whole() {
        let (element, rest) = read(&[0x30, 3, 2, 1, 5, 9]).expect("definite");
        assert_eq!((element.content, rest), (&[2, 1, 5][..], &[9][..]));
        let nested = [0x30, 0x80, 0x31, 0x80, 2, 1, 5, 0, 0, 0, 0, 7];
        let (element, rest) = read(&nested).expect("indefinite");
        assert_eq!(element.content, &nested[2..9]);
        assert_eq!(rest, &[7]);
    }

    #[test]
    fn what_is_missing_is_counted() {
        let fault = read(&[0x30, 0x82, 1, 0, 2]).expect_err("cut short");
        assert_eq!(fault, Fault::Short { have: 5, want: 260 });
        let fault = read(&[0x30, 0x80, 2, 1, 5]).expect_err("no end");
        assert_eq!(fault, Fault::Short { have: 5, want: 7 });
        assert_eq!(
            read(&[0x30, 0x80].repeat(40)).expect_err("deep"),
            Fault::TooDeep
        );
        assert!(read(&[0x30, 0x88, 255, 255, 255, 255, 255, 255, 255, 255]).is_err());
        assert!(read(&[0x30, 0x89]).is_err());
    }

    #[test]
    fn a_string_in_segments_comes_out_whole() {
        let bytes = [0x24, 0x80, 4, 2, b'a', b'b', 0x24, 3, 4, 1, b'c', 0, 0, 9];
        let (element, rest) = read(&bytes).expect("segments");
        assert_eq!(element.octets().as_deref(), Ok(&b"abc"[..]));
        assert_eq!(rest, &[9]);
        let (element, _) = read(&[0x24, 3, 2, 1, 5]).expect("an element");
        assert!(element.octets().is_err());
    }

    #[test]
    fn identifiers_print_dotted() {
        assert_eq!(
            dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]).as_deref(),
            Some("1.2.840.113549")
        );
        assert_eq!(dotted(&[0x55, 4, 3]).as_deref(), Some("2.5.4.3"));
        assert_eq!(dotted(&[0x88, 0x37]).as_deref(), Some("2.999"));
        assert_eq!(dotted(&[0x86]), None);
    }
}
