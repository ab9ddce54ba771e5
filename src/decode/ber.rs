//! BER as it is read (X.690): definite and indefinite lengths, and strings cut into segments.
//!
//! Works on borrowed bytes and allocates only to join a segmented string. Nesting is limited to [`DEPTH`].

use std::borrow::Cow;

/// Levels of nesting that are followed where an end must be searched for.
pub(super) const DEPTH: usize = 32;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const BMP_STRING: u8 = 0x1e;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]`, constructed: explicit tagging.
pub(super) const EXPLICIT_0: u8 = 0xa0;
const CONSTRUCTED: u8 = 0x20;
/// Bytes of an object identifier; the longest in use take about twenty.
const LONGEST_OID: usize = 128;

/// Why bytes are not BER, or not the BER that was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// An element states more bytes than there are.
    Truncated { have: usize, want: usize },
    TooDeep,
    Unexpected(&'static str),
}

/// One element. `raw` is the whole of it, header and any end-of-contents included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'a> {
    pub tag: u8,
    pub contents: &'a [u8],
    pub raw: &'a [u8],
}

impl<'a> Element<'a> {
    /// The elements inside.
    pub fn inside(&self) -> Reader<'a> {
        Reader {
            rest: self.contents,
        }
    }

    /// The bytes of a string, joined where it is cut into segments (X.690, section 8.7).
    pub fn octets(&self) -> Result<Cow<'a, [u8]>, Fault> {
        if self.tag & CONSTRUCTED == 0 {
            return Ok(Cow::Borrowed(self.contents));
        }
        let mut joined = Vec::with_capacity(self.contents.len());
        join(self.contents, &mut joined, 0)?;
        Ok(Cow::Owned(joined))
    }

    /// A non-negative integer; one above `u64` comes out as `u64::MAX`, which is above every limit.
    pub fn unsigned(&self) -> Result<u64, Fault> {
        let fault = Fault::Unexpected("a number is negative or empty");
        match self.contents {
            [] => Err(fault),
            [first, ..] if first & 0x80 != 0 => Err(fault),
            digits => Ok(digits
                .iter()
                .try_fold(0_u64, |value, digit| {
                    value.checked_mul(256)?.checked_add(u64::from(*digit))
                })
                .unwrap_or(u64::MAX)),
        }
    }

    /// An object identifier in dotted form.
    pub fn oid(&self) -> Result<String, Fault> {
        if self.contents.len() > LONGEST_OID {
            return Err(Fault::Unexpected("an object identifier is endless"));
        }
        let mut arcs = Vec::new();
        let mut arc = 0_u128;
        for byte in self.contents {
            arc = arc
                .checked_mul(128)
                .ok_or(Fault::Unexpected("an object identifier has an endless arc"))?
                | u128::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                arcs.push(arc);
                arc = 0;
            }
        }
        let Some((first, others)) = arcs.split_first() else {
            return Err(Fault::Unexpected("an object identifier is empty"));
        };
        let top = (*first / 40).min(2);
        let mut dotted = format!("{top}.{}", first - top * 40);
        for arc in others {
            dotted.push('.');
            dotted.push_str(&arc.to_string());
        }
        Ok(dotted)
    }
}

/// Walks the elements of one level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next element, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<Element<'a>>, Fault> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let header = Header::read(self.rest)?;
        let body = self.rest.get(header.size..).unwrap_or_default();
        let (contents, whole) = match header.length {
            Some(length) => {
                let contents = body.get(..length).ok_or(Fault::Truncated {
                    have: self.rest.len(),
                    want: header.size.saturating_add(length),
                })?;
                (contents, header.size + length)
            }
            None => {
                let length = contents_length(body).map_err(|fault| match fault {
                    Fault::Truncated { have, want } => Fault::Truncated {
                        have: header.size + have,
                        want: header.size.saturating_add(want),
                    },
                    other => other,
                })?;
                let contents = body.get(..length).unwrap_or_default();
                (contents, header.size + length + 2)
            }
        };
        let raw = self.rest.get(..whole).unwrap_or_default();
        self.rest = self.rest.get(whole..).unwrap_or_default();
        Ok(Some(Element {
            tag: header.tag,
            contents,
            raw,
        }))
    }

    /// The next element where it has this tag; otherwise nothing is read.
    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, Fault> {
        if self.rest.first() == Some(&tag) {
            self.next()
        } else {
            Ok(None)
        }
    }

    /// The next element, which must have this tag. A string may also come in segments.
    pub fn expect(&mut self, tag: u8, what: &'static str) -> Result<Element<'a>, Fault> {
        match self.next()? {
            Some(element)
                if element.tag == tag || tag == OCTETS && element.tag == OCTETS | CONSTRUCTED =>
            {
                Ok(element)
            }
            _ => Err(Fault::Unexpected(what)),
        }
    }
}

struct Header {
    tag: u8,
    /// Bytes of tag and length.
    size: usize,
    /// `None` is the indefinite form.
    length: Option<usize>,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, Fault> {
        let short = |want| Fault::Truncated {
            have: bytes.len(),
            want,
        };
        let tag = *bytes.first().ok_or(short(2))?;
        let mut at = 1;
        if tag & 0x1f == 0x1f {
            // A tag number of 31 or more: nothing read here has one, but it can be stepped over.
            loop {
                let byte = *bytes.get(at).ok_or(short(at + 2))?;
                at += 1;
                if byte & 0x80 == 0 {
                    break;
                }
                if at > 6 {
                    return Err(Fault::Unexpected("a tag number is endless"));
                }
            }
        }
        let first = *bytes.get(at).ok_or(short(at + 1))?;
        at += 1;
        let length = match first {
            0..=0x7f => Some(usize::from(first)),
            0x80 if tag & CONSTRUCTED != 0 => None,
            0x80 | 0xff => return Err(Fault::Unexpected("a length is not valid")),
            _ => {
                let digits = usize::from(first & 0x7f);
                let digits = bytes.get(at..at + digits).ok_or(short(at + digits))?;
                at += digits.len();
                let length = digits
                    .iter()
                    .try_fold(0_usize, |length, digit| {
                        length.checked_mul(256)?.checked_add(usize::from(*digit))
                    })
                    .ok_or(Fault::Unexpected("a length is beyond all measure"))?;
                Some(length)
            }
        };
        Ok(Self {
            tag,
            size: at,
            length,
        })
    }
}

/// How many bytes precede the end-of-contents that closes this level.
fn contents_length(body: &[u8]) -> Result<usize, Fault> {
    let mut at = 0_usize;
    let mut open = 1_usize;
    let short = |at: usize, open: usize| Fault::Truncated {
        have: body.len(),
        want: at.saturating_add(2 * open),
    };
    loop {
        let rest = body.get(at..).unwrap_or_default();
        match rest {
            [0, 0, ..] => {
                open -= 1;
                if open == 0 {
                    return Ok(at);
                }
                at += 2;
            }
            [] | [0] => return Err(short(at, open)),
            _ => {
                let header = match Header::read(rest) {
                    Err(Fault::Truncated { want, .. }) => return Err(short(at + want, open)),
                    other => other?,
                };
                at += header.size;
                match header.length {
                    None => {
                        open += 1;
                        if open > DEPTH {
                            return Err(Fault::TooDeep);
                        }
                    }
                    Some(length) if length <= body.len().saturating_sub(at) => at += length,
                    Some(length) => return Err(short(at.saturating_add(length), open)),
                }
            }
        }
    }
}

fn join(contents: &[u8], joined: &mut Vec<u8>, depth: usize) -> Result<(), Fault> {
    if depth > DEPTH {
        return Err(Fault::TooDeep);
    }
    let mut reader = Reader::new(contents);
    while let Some(segment) = reader.next()? {
        match segment.tag {
            OCTETS => joined.extend_from_slice(segment.contents),
            tag if tag == OCTETS | CONSTRUCTED => join(segment.contents, joined, depth + 1)?,
            _ => return Err(Fault::Unexpected("a string's segment is not a string")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(bytes: &[u8]) -> Result<Element<'_>, Fault> {
        Reader::new(bytes).next().map(|element| element.expect("an element"))
    }

    #[test]
    fn a_string_in_segments_comes_out_whole() {
        let bytes = [0x24, 0x80, 4, 2, b'a', b'b', 0x24, 3, 4, 1, b'c', 0, 0, 0xff];
        let element = one(&bytes).expect("BER");
        assert_eq!(element.raw.len(), 13);
        assert_eq!(&*element.octets().expect("segments"), b"abc");
    }

    #[test]
    fn what_ends_early_says_by_how_much() {
        assert_eq!(
            one(&[0x30, 5, 1]).unwrap_err(),
            Fault::Truncated { have: 3, want: 7 }
        );
        assert_eq!(
            one(&[0x30, 0x80, 2, 1, 0]).unwrap_err(),
            Fault::Truncated { have: 5, want: 7 }
        );
        assert_eq!(
            one(&[0x30, 0x80, 0x30, 0x80, 2, 9, 0]).unwrap_err(),
            Fault::Truncated { have: 7, want: 19 }
        );
    }

    #[test]
    fn nesting_without_end_is_refused() {
        let bytes = [0x30, 0x80].repeat(100_000);
        assert_eq!(one(&bytes).unwrap_err(), Fault::TooDeep);
    }

    #[test]
    fn numbers_and_identifiers_are_read() {
        assert_eq!(one(&[2, 2, 0x27, 0x10]).unwrap().unsigned(), Ok(10_000));
        assert_eq!(one(&[2, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0]).unwrap().unsigned(), Ok(u64::MAX));
        assert!(one(&[2, 1, 0x80]).unwrap().unsigned().is_err());
        let oid = [6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
        assert_eq!(one(&oid).unwrap().oid().as_deref(), Ok(crate::oid::ENCRYPTED_DATA));
        assert_eq!(one(&[6, 2, 0x88, 0x37]).unwrap().oid().as_deref(), Ok("2.999"));
    }
}
