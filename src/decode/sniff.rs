//! Owns the first look at bytes: what they are shows in their content, never in a file's name.

use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::source::{Origin, Source};

use super::marker::Lines;
use super::reader::Reader;
use super::{Format, armour, der, embedded, foreign, jks, jwk, marker, pem, pkcs12, tlv, zip};

/// How often base64 may be found inside base64.
const MAX_DEPTH: u32 = 3;

/// Reads whatever `source` holds into `reader`.
pub(super) fn read(source: &Source, reader: &mut Reader<'_>) -> Result<Format, DecodeError> {
    let bytes: &[u8] = &source.bytes;
    if bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed]) || bytes.starts_with(&[0xce; 4]) {
        return jks::read(bytes, &source.origin, reader);
    }
    if is_asn1(bytes) {
        if is_pkcs12(bytes) {
            return pkcs12::read(bytes, &source.origin, reader);
        }
        return der::file(source, reader);
    }
    if zip::is_archive(bytes) {
        return zip::read(source, reader);
    }
    if let Some(found) = foreign::binary(bytes) {
        return Err(found.error(&source.origin));
    }
    match armour::utf16(bytes) {
        Some(decoded) => {
            reader.remark(format!(
                "{}: the text is UTF-16, which most programs refuse",
                source.origin
            ));
            text(&decoded, source, reader)
        }
        None => text(bytes, source, reader),
    }
}

fn text(bytes: &[u8], source: &Source, reader: &mut Reader<'_>) -> Result<Format, DecodeError> {
    let origin = &source.origin;
    if marker::is_in(bytes) {
        return pem::file(bytes, origin, reader);
    }
    if let Some(straightened) = armour::straighten_dashes(bytes)
        && marker::is_in(&straightened)
    {
        reader.remark(format!(
            "{origin}: a word processor turned hyphens into dashes; other programs refuse the file"
        ));
        return pem::file(&straightened, origin, reader);
    }
    if let Some(format) = jwk::read(bytes, origin, reader)? {
        return Ok(format);
    }
    if let Some(format) = embedded(bytes, origin, reader)? {
        return Ok(format);
    }
    if let Some(found) = foreign::text(bytes) {
        return Err(found.error(origin));
    }
    let unrecognised = |looks_like: Option<&str>| {
        Err(DecodeError::Unrecognised {
            origin: origin.clone(),
            looks_like: looks_like.map(str::to_owned),
        })
    };
    match armour::bare(bytes) {
        Some(inner) if is_known(&inner) && reader.depth < MAX_DEPTH => {
            reader.remark(format!("{origin}: base64 without BEGIN and END lines"));
            nested(inner, origin, reader)
        }
        Some(_) => unrecognised(Some("base64 of something unknown")),
        None if is_text(bytes) => unrecognised(Some("plain text")),
        None => unrecognised(None),
    }
}

/// Reads what stands as base64 inside other text; `None` where there is none.
fn embedded(
    text: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Option<Format>, DecodeError> {
    // A text of nothing else is read as one.
    if reader.depth >= MAX_DEPTH || armour::bare(text).is_some() {
        return Ok(None);
    }
    let mut lines = Lines::new(text, 1);
    let mut format = None;
    for (index, piece) in embedded::pieces(text, is_material).enumerate() {
        let place = origin.block(index + 1, Some(lines.of(piece.start)));
        let own = nested(piece.bytes, &place, reader)?;
        format = Some(match format {
            Some(before) if before != own => Format::Pem,
            _ => own,
        });
    }
    if format.is_some() {
        reader.remark(format!("{origin}: base64 inside a text"));
    }
    Ok(format)
}

/// Whether bytes are a whole structure, a keystore, or text with PEM in it.
fn is_material(bytes: &[u8]) -> bool {
    marker::is_in(bytes)
        || bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed])
        || bytes.starts_with(&[0xce; 4])
        || is_asn1(bytes)
            && tlv::read(bytes).is_ok_and(|(element, _)| der::recognise(&element).is_some())
}

/// Reads bytes that came out of a wrapping.
fn nested(
    bytes: Zeroizing<Vec<u8>>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Format, DecodeError> {
    let source = Source {
        origin: origin.clone(),
        bytes,
    };
    reader.depth += 1;
    let format = read(&source, reader);
    reader.depth -= 1;
    format
}

fn is_known(bytes: &[u8]) -> bool {
    is_asn1(bytes)
        || bytes.starts_with(&[0xfe, 0xed, 0xfe, 0xed])
        || bytes.starts_with(&[0xce; 4])
        || zip::is_archive(bytes)
        || marker::is_in(bytes)
        || foreign::binary(bytes).is_some()
        || armour::bare(bytes).is_some()
}

/// Whether bytes begin as every ASN.1 structure read here does.
fn is_asn1(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes);
    match bytes {
        // The digit 0 begins texts too, which go on as text; never with a lone continuation byte of UTF-8.
        [tlv::SEQUENCE, 0x80..=0xbf, ..] => tlv::value_begins(bytes).is_some(),
        [tlv::SEQUENCE, ..] => !is_text(head) && tlv::value_begins(bytes).is_some(),
        _ => false,
    }
}

/// Whether a structure, whole or cut short, begins as a PKCS#12 `PFX` (RFC 7292, section 4).
fn is_pkcs12(bytes: &[u8]) -> bool {
    tlv::value_begins(bytes)
        .and_then(|value| value.strip_prefix(&[tlv::INTEGER, 1, 3]))
        .is_some_and(|rest| rest.first() == Some(&tlv::SEQUENCE))
}

fn is_text(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| !matches!(byte, 0..=8 | 14..=25 | 28..=31 | 127))
}
