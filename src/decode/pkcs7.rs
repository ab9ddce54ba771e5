//! Owns PKCS#7 and CMS messages as CAs deliver certificates in (RFC 2315, RFC 5652), BER included.
//!
//! Signatures over the message are not checked: certificates speak for themselves.

use crate::error::DecodeError;
use crate::material::{Crl, Item, Malformed};
use crate::source::Origin;

use super::reader::Reader;
use super::tlv::{self, Element};
use super::{der, oid, pkcs8};

const WHAT: &str = "PKCS#7 message";

const ENVELOPED: &str = "1.2.840.113549.1.7.3";
const AUTH_ENVELOPED: &str = "1.2.840.113549.1.9.16.1.23";
const ENCRYPTED: &str = "1.2.840.113549.1.7.6";
const SIGNED_AND_ENVELOPED: &str = "1.2.840.113549.1.7.4";
const NETSCAPE_SEQUENCE: &str = "2.16.840.1.113730.2.5";

/// Reads the certificates and revocation lists of one `ContentInfo`.
pub(super) fn content_info(
    element: &Element<'_>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    let malformed = |reason: &str| DecodeError::Malformed {
        origin: origin.clone(),
        what: WHAT,
        reason: reason.to_owned(),
    };
    let mut parts = tlv::children(element.content);
    let kind = parts
        .one(tlv::OID)
        .and_then(|oid| tlv::dotted(oid.content))
        .ok_or_else(|| malformed("its type is missing"))?;
    let content = parts
        .one(0xa0)
        .and_then(|explicit| tlv::children(explicit.content).one(tlv::SEQUENCE));
    let before = reader.count();
    match (kind.as_str(), content) {
        (oid::SIGNED_DATA | SIGNED_AND_ENVELOPED, Some(content)) => {
            signed(&content, origin, reader)?;
        }
        (NETSCAPE_SEQUENCE, Some(content)) => certificates(content.content, origin, reader)?,
        (oid::SIGNED_DATA | SIGNED_AND_ENVELOPED | NETSCAPE_SEQUENCE, None) => {
            return Err(malformed("its content is missing"));
        }
        (oid::DATA, _) => {}
        (ENVELOPED | AUTH_ENVELOPED | ENCRYPTED, _) => {
            return Err(DecodeError::FormatUnsupported {
                origin: origin.clone(),
                format: "encrypted message (S/MIME, CMS)",
                instead: "open it with the mail program or key that it was encrypted to, and name what is inside",
            });
        }
        (other, _) => {
            return Err(DecodeError::AlgorithmUnsupported {
                origin: origin.clone(),
                what: WHAT,
                algorithm: format!("the content type {}", pkcs8::algorithm_name(other)),
            });
        }
    }
    if reader.count() == before {
        reader.note(format!(
            "{origin}: the PKCS#7 message holds no certificates"
        ));
    }
    Ok(())
}

/// `SignedData`, whose fields before and after the certificates are passed over.
fn signed(
    content: &Element<'_>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    for part in tlv::children(content.content) {
        let part = part.map_err(|fault| der::damaged(fault, origin, WHAT))?;
        match part.tag {
            0xa0 => certificates(part.content, origin, reader)?,
            0xa1 => revocation_lists(part.content, origin, reader)?,
            _ => {}
        }
    }
    Ok(())
}

fn certificates(
    content: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    each(content, origin, reader, "certificate", der::certificate)
}

fn revocation_lists(
    content: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<(), DecodeError> {
    each(content, origin, reader, "revocation list", |der, origin| {
        Crl::from_der(der, origin.clone()).map(Item::Crl)
    })
}

fn each(
    content: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
    what: &'static str,
    parse: impl Fn(&[u8], &Origin) -> Result<Item, Malformed>,
) -> Result<(), DecodeError> {
    let mut strangers = 0;
    for part in tlv::children(content) {
        let part = part.map_err(|fault| der::damaged(fault, origin, WHAT))?;
        // Attribute certificates and other extensions of the choice carry a tag of their own.
        if part.tag != tlv::SEQUENCE {
            strangers += 1;
            continue;
        }
        // Entries of a message in a PEM block keep that block's place.
        let place = if origin.block.is_some() {
            origin.clone()
        } else {
            origin.block(reader.count() + 1, None)
        };
        let item = parse(part.raw, &place).map_err(|error| DecodeError::Malformed {
            origin: place.clone(),
            what,
            reason: error.0,
        })?;
        reader.push(item, &place)?;
    }
    if strangers > 0 {
        reader.note(format!(
            "{origin}: {strangers} entries that are no plain {what} are passed over"
        ));
    }
    Ok(())
}
