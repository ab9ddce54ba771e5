//! Owns PEM (RFC 7468, RFC 1421): finds the blocks in whatever text surrounds them, and hands on what is inside.

use zeroize::Zeroizing;

use crate::error::{DecodeError, PemFault};
use crate::source::Origin;

use super::der::Structure;
use super::marker::{self, Lines};
use super::reader::Reader;
use super::{Format, armour, der, foreign, legacy_pem, tlv};

/// The most RFC 1421 headers of a block; two are in use.
const MAX_HEADERS: usize = 32;

/// Reads every block of a text.
pub(super) fn file(
    text: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Format, DecodeError> {
    let mut lines = Lines::new(text, 1);
    let mut at = 0;
    let mut number = 0;
    let mut format = None;
    let mut passed_over = None;
    while let Some(begin) = marker::next(text, at) {
        number += 1;
        let place = origin.block(number, Some(lines.of(begin.start)));
        let damaged = |fault| DecodeError::Pem {
            origin: place.clone(),
            fault,
        };
        if !begin.begins {
            return Err(damaged(PemFault::MissingBegin(begin.label.to_owned())));
        }
        let end = marker::next(text, begin.end)
            .filter(|end| !end.begins)
            .ok_or_else(|| damaged(PemFault::MissingEnd(begin.label.to_owned())))?;
        if end.label != begin.label {
            return Err(damaged(PemFault::LabelsDiffer {
                begin: begin.label.to_owned(),
                end: end.label.to_owned(),
            }));
        }
        if !begin.regular || !end.regular {
            reader.remark(format!(
                "{place}: its BEGIN or END line is not written with five hyphens; other programs refuse it"
            ));
        }
        // What is whole and alone in its file needs no number.
        let alone = number == 1 && marker::next(text, end.end).is_none();
        let block = Block {
            label: begin.label,
            body: text.get(begin.end..end.start).unwrap_or_default(),
            first_line: lines.of(begin.end),
            origin: if alone { origin.clone() } else { place.clone() },
            place,
        };
        let before = reader.count();
        match block.read(reader)? {
            Read::Taken(own) => {
                let above = text.get(at..begin.start).unwrap_or_default();
                if let ([object], Some(name)) = (reader.since(before), bag_name(above)) {
                    object.alias.get_or_insert(name);
                }
                let own = if own == Format::Der { Format::Pem } else { own };
                format = Some(match format {
                    None => own,
                    Some(before) if before == own => own,
                    Some(_) => Format::Pem,
                });
            }
            Read::PassedOver(error) => {
                passed_over.get_or_insert(error);
            }
        }
        at = end.end;
    }
    match (format, passed_over) {
        (Some(format), _) => Ok(format),
        (None, Some(error)) => Err(error),
        (None, None) => Err(DecodeError::Unrecognised {
            origin: origin.clone(),
            looks_like: None,
        }),
    }
}

struct Block<'a> {
    label: &'a str,
    body: &'a [u8],
    /// The line on which the body begins.
    first_line: usize,
    /// Where its content is said to be from.
    origin: Origin,
    /// Where its faults are.
    place: Origin,
}

enum Read {
    Taken(Format),
    /// Nothing to use; the error is for a file that holds nothing else.
    PassedOver(DecodeError),
}

impl Block<'_> {
    fn read(&self, reader: &mut Reader<'_>) -> Result<Read, DecodeError> {
        if let Some(found) = foreign::label(self.label) {
            let error = found.error(&self.origin);
            // Somebody's private key is not passed over: it may be the one that is wanted.
            if self.label.ends_with("PRIVATE KEY") {
                return Err(error);
            }
            return Ok(self.pass_over(error, reader));
        }
        let unescaped = unescape(self.body);
        let (headers, base64) =
            split_headers(unescaped.as_deref().map_or(self.body, Vec::as_slice));
        let body = armour::base64(base64).map_err(|offset| {
            let fault = if offset >= base64.len() {
                PemFault::CutBase64
            } else if unescaped.is_some() {
                PemFault::BadBase64 {
                    line: self.first_line,
                }
            } else {
                let start = self.body.len() - base64.len();
                let mut lines = Lines::new(self.body, self.first_line);
                PemFault::BadBase64 {
                    line: lines.of(start + offset),
                }
            };
            self.damaged(fault)
        })?;
        if body.is_empty() {
            return Err(self.damaged(PemFault::EmptyBody));
        }
        if self.label.ends_with("PARAMETERS") {
            return Ok(self.parameters(&body, reader));
        }
        let locked = legacy_pem::encryption(&headers).map_err(|fault| self.damaged(fault))?;
        if let Some(header) = locked {
            let Some(opened) = legacy_pem::open(&header, &body, &self.origin, reader)? else {
                return Ok(Read::Taken(Format::Pem));
            };
            reader.unlocked = Some(opened.encryption);
            let read = self.structure(&opened.plain, reader);
            reader.unlocked = None;
            return read;
        }
        self.structure(&body, reader)
    }

    fn structure(&self, body: &[u8], reader: &mut Reader<'_>) -> Result<Read, DecodeError> {
        let expected = expected(self.label);
        let what = expected
            .first()
            .map_or("DER structure", |structure| structure.name());
        let found = tlv::read(body).ok().and_then(|(element, rest)| {
            der::recognise(&element)
                .or_else(|| der::promised(&element, expected))
                .map(|structure| (element, rest, structure))
        });
        let Some((element, rest, structure)) = found else {
            let error = der::unreadable(body, &self.origin, what);
            if expected.is_empty() {
                return Ok(self.pass_over(error, reader));
            }
            return Err(error);
        };
        if let Structure::Message(message) = structure {
            return Ok(self.pass_over(message.error(&self.origin), reader));
        }
        if !expected.contains(&structure) {
            reader.remark(format!(
                "{}: labelled {}, it holds a {}",
                self.origin,
                self.label.escape_debug(),
                structure.name()
            ));
        }
        let format = der::structure_of(structure, &element, &self.origin, reader)?;
        if self.label == "TRUSTED CERTIFICATE" && !rest.is_empty() {
            reader.note(format!(
                "{}: OpenSSL's own trust settings are left out",
                self.origin
            ));
        } else if !rest.is_empty() {
            reader.note(format!(
                "{}: {} bytes after the {} are passed over",
                self.origin,
                rest.len(),
                structure.name()
            ));
        }
        Ok(Read::Taken(format))
    }

    /// Curve parameters belong to the key that follows; others are of no use here.
    fn parameters(&self, body: &Zeroizing<Vec<u8>>, reader: &mut Reader<'_>) -> Read {
        let error = DecodeError::Unrecognised {
            origin: self.origin.clone(),
            looks_like: Some(
                "domain parameters, which hold neither key nor certificate".to_owned(),
            ),
        };
        if self.label == "EC PARAMETERS" {
            reader.curve = Some(body.to_vec());
            return Read::PassedOver(error);
        }
        self.pass_over(error, reader)
    }

    fn pass_over(&self, error: DecodeError, reader: &mut Reader<'_>) -> Read {
        reader.note(format!(
            "{}: {} is passed over",
            self.origin,
            self.label.escape_debug()
        ));
        Read::PassedOver(error)
    }

    fn damaged(&self, fault: PemFault) -> DecodeError {
        DecodeError::Pem {
            origin: self.place.clone(),
            fault,
        }
    }
}

/// The name that OpenSSL writes above a block that came out of a PKCS#12 file.
fn bag_name(above: &[u8]) -> Option<String> {
    const ATTRIBUTES: &[u8] = b"Bag Attributes";
    const NAME: &[u8] = b"friendlyName:";
    // A name, some attributes, subject and issuer; whatever stands further up is not of this block.
    const LONGEST: usize = 16 * 1024;
    let near = above.get(above.len().saturating_sub(LONGEST)..)?;
    let mut name = None;
    let mut attributes = false;
    for line in near.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let line = line.trim_ascii();
        if line == ATTRIBUTES {
            (attributes, name) = (true, None);
        } else if let (true, Some(value)) = (attributes, line.strip_prefix(NAME)) {
            name = Some(String::from_utf8_lossy(value.trim_ascii()).into_owned());
        }
    }
    name.filter(|name| !name.is_empty())
}

/// What a label promises; empty where the label is not known.
fn expected(label: &str) -> &'static [Structure] {
    match label {
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => &[Structure::Certificate],
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => &[Structure::Request],
        "X509 CRL" | "CRL" => &[Structure::Crl],
        "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA" | "CERTIFICATE CHAIN" => &[Structure::Pkcs7],
        "PKCS12" => &[Structure::Pkcs12],
        "PRIVATE KEY" => &[Structure::Pkcs8],
        "ENCRYPTED PRIVATE KEY" => &[Structure::EncryptedPkcs8],
        "RSA PRIVATE KEY" => &[Structure::Pkcs1],
        "EC PRIVATE KEY" => &[Structure::Sec1],
        "DSA PRIVATE KEY" => &[Structure::Dsa],
        "PUBLIC KEY" => &[Structure::PublicKey],
        "RSA PUBLIC KEY" => &[Structure::Pkcs1Public],
        _ => &[],
    }
}

/// Splits RFC 1421 headers from the body; none is the rule.
fn split_headers(body: &[u8]) -> (Vec<(String, String)>, &[u8]) {
    let mut headers = Vec::new();
    let mut rest = body;
    loop {
        let trimmed = rest.trim_ascii_start();
        let length = trimmed
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .unwrap_or(trimmed.len());
        let (line, after) = trimmed.split_at(length);
        let colon = line.iter().position(|byte| *byte == b':');
        let Some(colon) = colon.filter(|_| headers.len() < MAX_HEADERS) else {
            return (headers, rest);
        };
        let text = |part: Option<&[u8]>| {
            String::from_utf8_lossy(part.unwrap_or_default())
                .trim()
                .to_owned()
        };
        headers.push((text(line.get(..colon)), text(line.get(colon + 1..))));
        rest = after;
    }
}

/// Line ends written as `\n`, as PEM inside JSON or an environment variable has them; `None` where there are none.
fn unescape(body: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    if !body.contains(&b'\\') {
        return None;
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut rest = body;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'\\', [b'n' | b'r', tail @ ..]) => {
                plain.push(b'\n');
                tail
            }
            (b'\\', [b't', tail @ ..]) => {
                plain.push(b' ');
                tail
            }
            (b'\\', [b'/', tail @ ..]) => {
                plain.push(b'/');
                tail
            }
            // A shell's continued line.
            (b'\\', tail @ [b'\n' | b'\r', ..]) => tail,
            _ => {
                plain.push(*first);
                tail
            }
        };
    }
    Some(plain)
}
