//! Owns the way from one DER structure to an item: what it is shows in its shape, never in its label.

use crate::error::DecodeError;
use crate::material::{Certificate, Crl, Item, Malformed, Request};
use crate::source::{Origin, Source};

use super::message::{self, Message};
use super::reader::Reader;
use super::tlv::{self, Element, Fault};
use super::{Format, pkcs7, pkcs8, pkcs12};

/// What a DER structure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Structure {
    Certificate,
    /// A sequence of certificates (`PkiPath`, RFC 6066, section 10.1).
    CertificatePath,
    Request,
    Crl,
    /// `PrivateKeyInfo` or `OneAsymmetricKey` (RFC 5958).
    Pkcs8,
    EncryptedPkcs8,
    /// RFC 8017, appendix A.1.2.
    Pkcs1,
    /// RFC 5915.
    Sec1,
    /// OpenSSL's own form of a DSA key.
    Dsa,
    PublicKey,
    Pkcs1Public,
    /// Any `ContentInfo` (RFC 5652, section 3).
    Pkcs7,
    Pkcs12,
    /// Bouncy Castle's FIPS keystore.
    Bcfks,
    /// OCSP and time-stamps: no material.
    Message(Message),
    /// Domain parameters: no material.
    Parameters,
}

impl Structure {
    /// Whether it is a private key that lies open.
    pub fn is_private_key(self) -> bool {
        matches!(self, Self::Pkcs8 | Self::Pkcs1 | Self::Sec1 | Self::Dsa)
    }

    /// Its name within a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::CertificatePath => "certificate path",
            Self::Request => "signing request",
            Self::Crl => "revocation list",
            Self::Pkcs8 => "PKCS#8 private key",
            Self::EncryptedPkcs8 => "encrypted PKCS#8 private key",
            Self::Pkcs1 => "PKCS#1 RSA private key",
            Self::Sec1 => "SEC 1 EC private key",
            Self::Dsa => "DSA private key",
            Self::PublicKey => "public key",
            Self::Pkcs1Public => "PKCS#1 RSA public key",
            Self::Pkcs7 => "PKCS#7 message",
            Self::Pkcs12 => "PKCS#12 keystore",
            Self::Bcfks => "BCFKS keystore",
            Self::Message(message) => message.name(),
            Self::Parameters => "set of domain parameters",
        }
    }
}

/// Recognises a whole element by its shape; `None` where it is nothing known.
pub(super) fn recognise(element: &Element<'_>) -> Option<Structure> {
    if element.tag == tlv::OID {
        return Some(Structure::Parameters);
    }
    if element.tag != tlv::SEQUENCE {
        return None;
    }
    let mut parts = tlv::children(element.content);
    let first = parts.next()?.ok()?;
    let second = parts.next().and_then(Result::ok);
    let third = parts.next().and_then(Result::ok);
    let tag = |part: Option<Element<'_>>| part.map(|part| part.tag);
    // Of what is signed with a bit string, nothing is a message.
    if tag(third) != Some(tlv::BIT_STRING)
        && let Some(message) = message::recognise(element.content)
    {
        return Some(Structure::Message(message));
    }
    match first.tag {
        tlv::OID => (tag(second) == Some(0xa0)).then_some(Structure::Pkcs7),
        tlv::INTEGER => versioned(&first, second?, third, parts.count()),
        tlv::SEQUENCE => match (tag(second), tag(third)) {
            (Some(tlv::SEQUENCE), Some(tlv::BIT_STRING | tlv::BIT_SEGMENTS)) => signed(&first),
            (Some(tlv::BIT_STRING), None) if begins_with(&first, tlv::OID) => {
                Some(Structure::PublicKey)
            }
            (Some(tlv::OCTET_STRING), None) if begins_with(&first, tlv::OID) => {
                Some(Structure::EncryptedPkcs8)
            }
            _ if recognise_shallow(&first) == Some(Structure::Certificate) => {
                Some(Structure::CertificatePath)
            }
            (Some(tlv::SEQUENCE), None) if begins_with(&first, tlv::SEQUENCE) => {
                Some(Structure::Bcfks)
            }
            _ => None,
        },
        _ => None,
    }
}

/// What a label promises, where the shape is unusual and it can be read as that all the same.
pub(super) fn promised(element: &Element<'_>, expected: &[Structure]) -> Option<Structure> {
    let origin = Origin::file("");
    expected.iter().copied().find(|structure| match structure {
        Structure::Certificate => Certificate::from_der(element.raw, origin.clone()).is_ok(),
        Structure::Request => Request::from_der(element.raw, origin.clone()).is_ok(),
        Structure::Crl => Crl::from_der(element.raw, origin.clone()).is_ok(),
        _ => false,
    })
}

/// As [`recognise`] for signed structures alone.
fn recognise_shallow(element: &Element<'_>) -> Option<Structure> {
    let mut parts = tlv::children(element.content);
    let body = parts.one(tlv::SEQUENCE)?;
    parts.one(tlv::SEQUENCE)?;
    parts.one(tlv::BIT_STRING)?;
    signed(&body)
}

/// What a structure seems to be by its first bytes, where the rest is missing or damaged.
pub(super) fn likely(bytes: &[u8]) -> &'static str {
    let inside = |bytes| tlv::value_begins(bytes).unwrap_or_default();
    let first = inside(bytes);
    match first {
        [tlv::SEQUENCE, ..] => match inside(first) {
            [0xa0, 3, tlv::INTEGER, ..] => "certificate",
            [tlv::OID, ..] => "key",
            [tlv::INTEGER, 1, 0, tlv::SEQUENCE, ..] => "signing request",
            [tlv::INTEGER | tlv::SEQUENCE, ..] => "certificate or revocation list",
            _ => "DER structure",
        },
        [tlv::INTEGER, 1, 0 | 1, ..] => "private key",
        [tlv::OID, ..] => "PKCS#7 message",
        _ => "DER structure",
    }
}

/// Tells apart what begins with a version, or with any other number.
fn versioned(
    first: &Element<'_>,
    second: Element<'_>,
    third: Option<Element<'_>>,
    more: usize,
) -> Option<Structure> {
    let version = tlv::unsigned(first.content);
    match (second.tag, third.map(|third| third.tag)) {
        (tlv::SEQUENCE, Some(tlv::OCTET_STRING)) if matches!(version, Some(0 | 1)) => {
            Some(Structure::Pkcs8)
        }
        (tlv::SEQUENCE, _) if version == Some(3) => Some(Structure::Pkcs12),
        (tlv::OCTET_STRING, _) if version == Some(1) => Some(Structure::Sec1),
        (tlv::INTEGER, Some(tlv::INTEGER)) => match more {
            0 => Some(Structure::Parameters),
            3 if version == Some(0) => Some(Structure::Dsa),
            6.. if matches!(version, Some(0 | 1)) => Some(Structure::Pkcs1),
            _ => None,
        },
        (tlv::INTEGER, None) => {
            // RSA's modulus and exponent, or the prime and generator of DH parameters: 2 or 5 as a rule.
            Some(if matches!(tlv::unsigned(second.content), Some(2 | 5)) {
                Structure::Parameters
            } else {
                Structure::Pkcs1Public
            })
        }
        (tlv::SEQUENCE, _) if version == Some(1) => Some(Structure::Parameters),
        _ => None,
    }
}

/// Tells apart what is signed, by the body that the signature covers.
fn signed(body: &Element<'_>) -> Option<Structure> {
    let mut parts = tlv::children(body.content);
    let mut tags = [0_u8; 4];
    for tag in &mut tags {
        *tag = match parts.next() {
            Some(part) => part.ok()?.tag,
            None => 0,
        };
    }
    match tags {
        [0xa0, tlv::INTEGER, ..] | [tlv::INTEGER, tlv::SEQUENCE, tlv::SEQUENCE, tlv::SEQUENCE] => {
            Some(Structure::Certificate)
        }
        [
            tlv::INTEGER,
            tlv::SEQUENCE,
            tlv::SEQUENCE,
            tlv::UTC_TIME | tlv::GENERALIZED_TIME,
        ]
        | [
            tlv::SEQUENCE,
            tlv::SEQUENCE,
            tlv::UTC_TIME | tlv::GENERALIZED_TIME,
            _,
        ] => Some(Structure::Crl),
        [tlv::INTEGER, tlv::SEQUENCE, tlv::SEQUENCE, 0xa0 | 0] => Some(Structure::Request),
        _ => None,
    }
}

fn begins_with(element: &Element<'_>, tag: u8) -> bool {
    tlv::children(element.content).one(tag).is_some()
}

/// Reads a file of one DER structure, or of several one after the other.
pub(super) fn file(source: &Source, reader: &mut Reader<'_>) -> Result<Format, DecodeError> {
    let mut rest: &[u8] = &source.bytes;
    let mut format = None;
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let alone = number == 1 && tlv::read(rest).map_or(true, |(_, after)| after.is_empty());
        let origin = if alone {
            source.origin.clone()
        } else {
            source.origin.block(number, None)
        };
        let read = tlv::read(rest).ok().and_then(|(element, after)| {
            recognise(&element).map(|structure| (element, after, structure))
        });
        let Some((element, after, structure)) = read else {
            if number == 1 {
                return Err(unreadable(rest, &origin, likely(rest)));
            }
            reader.note(format!(
                "{}: {} bytes after the last object are passed over",
                source.origin,
                rest.len()
            ));
            break;
        };
        let own = structure_of(structure, &element, &origin, reader)?;
        format.get_or_insert(own);
        rest = after;
    }
    Ok(format.unwrap_or(Format::Der))
}

/// Reads one recognised structure into objects; returns the container it makes.
pub(super) fn structure_of(
    structure: Structure,
    element: &Element<'_>,
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Format, DecodeError> {
    let what = structure.name();
    let malformed = |error: Malformed| DecodeError::Malformed {
        origin: origin.clone(),
        what,
        reason: error.0,
    };
    let der = element.raw;
    let item = match structure {
        Structure::Certificate => certificate(der, origin).map_err(malformed)?,
        Structure::CertificatePath => {
            for part in tlv::children(element.content) {
                let part = part.map_err(|fault| damaged(fault, origin, what))?;
                let item = certificate(part.raw, origin).map_err(malformed)?;
                reader.push(item, origin)?;
            }
            return Ok(Format::Der);
        }
        Structure::Request => {
            Item::Request(Request::from_der(der, origin.clone()).map_err(malformed)?)
        }
        Structure::Crl => Item::Crl(Crl::from_der(der, origin.clone()).map_err(malformed)?),
        Structure::Pkcs8 | Structure::Pkcs1 | Structure::Sec1 | Structure::Dsa => {
            reader.spend(pkcs8::cost(structure, der), origin)?;
            let curve = reader.curve.take();
            let key = pkcs8::key(structure, der, curve.as_deref(), origin)?;
            Item::Key(match reader.unlocked.take() {
                Some(encryption) => key.locked_by(encryption),
                None => key,
            })
        }
        Structure::EncryptedPkcs8 => pkcs8::encrypted(element, origin, reader)?,
        Structure::PublicKey | Structure::Pkcs1Public => {
            Item::PublicKey(pkcs8::public(structure, der, origin).map_err(malformed)?)
        }
        Structure::Pkcs7 => {
            pkcs7::content_info(element, origin, reader)?;
            return Ok(Format::Pkcs7);
        }
        Structure::Pkcs12 => return pkcs12::read(der, origin, reader),
        Structure::Bcfks => {
            return Err(DecodeError::FormatUnsupported {
                origin: origin.clone(),
                format: "BCFKS keystore (Bouncy Castle FIPS)",
                instead: "convert it: keytool -importkeystore -srcstoretype BCFKS -deststoretype PKCS12 \
                          with Bouncy Castle's provider",
            });
        }
        Structure::Message(message) => return Err(message.error(origin)),
        Structure::Parameters => {
            return Err(DecodeError::Unrecognised {
                origin: origin.clone(),
                looks_like: Some(
                    "domain parameters, which hold neither key nor certificate".to_owned(),
                ),
            });
        }
    };
    reader.push(item, origin)?;
    Ok(Format::Der)
}

/// A certificate.
pub(super) fn certificate(der: &[u8], origin: &Origin) -> Result<Item, Malformed> {
    Certificate::from_der(der, origin.clone()).map(Item::Certificate)
}

/// Why bytes that should begin with an element do not.
pub(super) fn unreadable(bytes: &[u8], origin: &Origin, what: &'static str) -> DecodeError {
    match tlv::read(bytes) {
        Err(fault) => damaged(fault, origin, what),
        Ok((element, _)) => {
            // The outer length is whole, yet something inside may reach past its parent.
            let inner = tlv::children(element.content).find_map(Result::err);
            let reason = if inner.is_some() {
                "an element inside reaches past its end"
            } else {
                "its structure is none that is known"
            };
            DecodeError::Malformed {
                origin: origin.clone(),
                what,
                reason: reason.to_owned(),
            }
        }
    }
}

/// A fault at `origin`, as the error it is.
pub(super) fn damaged(fault: Fault, origin: &Origin, what: &'static str) -> DecodeError {
    let origin = origin.clone();
    match fault {
        Fault::Short { have, want } => DecodeError::Truncated {
            origin,
            what,
            have,
            want,
        },
        Fault::TooDeep => DecodeError::LimitExceeded {
            origin,
            what: "nesting of indefinite lengths",
            limit: u64::from(tlv::MAX_DEPTH),
        },
        Fault::Invalid => DecodeError::Malformed {
            origin,
            what,
            reason: "it is not DER".to_owned(),
        },
    }
}
