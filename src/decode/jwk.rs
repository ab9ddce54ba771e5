//! Owns JSON Web Keys and sets of them (RFC 7517, RFC 7518, RFC 8037): each becomes DER and is read as that.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::material::{Item, Malformed, Object, PrivateKey, PublicKey};
use crate::source::Origin;

use super::der::{self, Structure};
use super::reader::Reader;
use super::{Format, armour, pkcs8, tlv};

const WHAT: &str = "JSON Web Key";

/// The longest set that is taken apart, in bytes.
const MAX_BYTES: usize = 1024 * 1024;

const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The members of a key that are read, borrowed from the text: no secret is copied by reading it.
#[derive(Deserialize)]
struct Jwk<'a> {
    #[serde(borrow)]
    kty: Cow<'a, str>,
    #[serde(borrow)]
    kid: Option<Cow<'a, str>>,
    #[serde(borrow)]
    alg: Option<Cow<'a, str>>,
    #[serde(borrow)]
    crv: Option<Cow<'a, str>>,
    #[serde(borrow)]
    x: Option<&'a str>,
    #[serde(borrow)]
    y: Option<&'a str>,
    #[serde(borrow)]
    n: Option<&'a str>,
    #[serde(borrow)]
    e: Option<&'a str>,
    #[serde(borrow)]
    d: Option<&'a str>,
    #[serde(borrow)]
    p: Option<&'a str>,
    #[serde(borrow)]
    q: Option<&'a str>,
    #[serde(borrow)]
    dp: Option<&'a str>,
    #[serde(borrow)]
    dq: Option<&'a str>,
    #[serde(borrow)]
    qi: Option<&'a str>,
    #[serde(borrow, default)]
    x5c: Vec<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Vec<Jwk<'a>>,
}

/// Reads a text that is a key or a set of keys; `None` where it is neither.
pub(super) fn read(
    text: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Option<Format>, DecodeError> {
    let text = text
        .strip_prefix("\u{feff}".as_bytes())
        .unwrap_or(text)
        .trim_ascii();
    if !matches!(text.first(), Some(b'{' | b'[')) || !contains(text, b"\"kty\"") {
        return Ok(None);
    }
    if text.len() > MAX_BYTES {
        return Err(DecodeError::LimitExceeded {
            origin: origin.clone(),
            what: "the length of a set of JSON Web Keys, in bytes,",
            limit: MAX_BYTES as u64,
        });
    }
    let keys = if text.first() == Some(&b'[') {
        serde_json::from_slice(text)
    } else if contains(text, b"\"keys\"") {
        serde_json::from_slice(text).map(|set: Set<'_>| set.keys)
    } else {
        serde_json::from_slice(text).map(|key| vec![key])
    };
    let Ok(keys) = keys else {
        return Ok(None);
    };
    let alone = keys.len() == 1;
    for (index, key) in keys.iter().enumerate() {
        let place = if alone {
            origin.clone()
        } else {
            origin.block(index + 1, None)
        };
        key.read(&place, reader)?;
    }
    Ok(Some(Format::Jwk))
}

impl Jwk<'_> {
    fn read(&self, origin: &Origin, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let malformed = |error: Malformed| DecodeError::Malformed {
            origin: origin.clone(),
            what: WHAT,
            reason: error.0,
        };
        if !self.is_complete() {
            return Err(DecodeError::FormatUnsupported {
                origin: origin.clone(),
                format: "JSON Web Key without the members that its type has",
                instead: "export it whole (RFC 7518: RSA with p, q, dp, dq and qi), or as PEM, with the tool that made it",
            });
        }
        let item = if self.kty == "oct" {
            Item::SecretKey {
                algorithm: self.alg.as_deref().unwrap_or("oct").to_owned(),
            }
        } else {
            let (public, private) = match &*self.kty {
                "RSA" => self.rsa(origin),
                "EC" => self.ec(),
                "OKP" => self.okp(),
                other => {
                    return Err(DecodeError::AlgorithmUnsupported {
                        origin: origin.clone(),
                        what: WHAT,
                        algorithm: format!("the key type {}", other.escape_debug()),
                    });
                }
            }
            .map_err(malformed)?;
            match private {
                None => Item::PublicKey(public),
                Some((structure, der)) => {
                    reader.spend(pkcs8::cost(structure, &der), origin)?;
                    let key: PrivateKey = pkcs8::key(structure, &der, None, origin)?;
                    if key.info().spki_sha256 != public.info().spki_sha256 {
                        return Err(malformed(Malformed(
                            "its private half is not that of its public half".to_owned(),
                        )));
                    }
                    Item::Key(key)
                }
            }
        };
        reader.push_object(Object {
            item,
            alias: self.kid.as_deref().map(str::to_owned),
            trusted: false,
            origin: origin.clone(),
        })?;
        for certificate in &self.x5c {
            let der = armour::base64(certificate.as_bytes())
                .map_err(|_| malformed(Malformed("its x5c is not base64".to_owned())))?;
            reader.push(der::certificate(&der, origin).map_err(malformed)?, origin)?;
        }
        Ok(())
    }

    /// Whether it has what a key of its type is made of; PKCS#1 takes the factors of an RSA key too.
    fn is_complete(&self) -> bool {
        let all = |members: &[Option<&str>]| members.iter().all(Option::is_some);
        match &*self.kty {
            "RSA" => {
                let factors = [self.p, self.q, self.dp, self.dq, self.qi];
                all(&[self.n, self.e]) && (self.d.is_none() || all(&factors))
            }
            "EC" => self.crv.is_some() && all(&[self.x, self.y]),
            "OKP" => self.crv.is_some() && self.x.is_some(),
            _ => true,
        }
    }

    fn rsa(&self, origin: &Origin) -> Result<(PublicKey, Option<Der>), Malformed> {
        let (n, e) = (number("n", self.n)?, number("e", self.e)?);
        let public = sequence(&[&n, &e]);
        let public = pkcs8::public(Structure::Pkcs1Public, &public, origin)?;
        if self.d.is_none() {
            return Ok((public, None));
        }
        let mut fields = Zeroizing::new(element(tlv::INTEGER, &[0]).to_vec());
        fields.reserve_exact(10 * n.len());
        fields.extend_from_slice(&n);
        fields.extend_from_slice(&e);
        for (name, value) in [
            ("d", self.d),
            ("p", self.p),
            ("q", self.q),
            ("dp", self.dp),
            ("dq", self.dq),
            ("qi", self.qi),
        ] {
            fields.extend_from_slice(&number(name, value)?);
        }
        let der = element(tlv::SEQUENCE, &fields);
        Ok((public, Some((Structure::Pkcs1, der))))
    }

    fn ec(&self) -> Result<(PublicKey, Option<Der>), Malformed> {
        let (oid, size) = match self.crv.as_deref() {
            Some("P-256") => ("1.2.840.10045.3.1.7", 32),
            Some("P-384") => ("1.3.132.0.34", 48),
            Some("P-521") => ("1.3.132.0.35", 66),
            Some("secp256k1") => ("1.3.132.0.10", 32),
            other => return Err(unknown_curve(other)),
        };
        let curve = oid_element(oid);
        let point = [
            &[4][..],
            &coordinate("x", self.x, size)?,
            &coordinate("y", self.y, size)?,
        ]
        .concat();
        let algorithm = sequence(&[&oid_element("1.2.840.10045.2.1"), &curve]);
        let public = spki(&algorithm, &point)?;
        if self.d.is_none() {
            return Ok((public, None));
        }
        // Without its public half, which is derived and compared.
        let secret = element(tlv::OCTET_STRING, &coordinate("d", self.d, size)?);
        let version = element(tlv::INTEGER, &[1]);
        let curve = element(tlv::CONTEXT_0, &curve);
        let der = sequence(&[&version, &secret, &curve]);
        Ok((public, Some((Structure::Sec1, der))))
    }

    fn okp(&self) -> Result<(PublicKey, Option<Der>), Malformed> {
        let algorithm = oid_element(match self.crv.as_deref() {
            Some("Ed25519") => "1.3.101.112",
            Some("Ed448") => "1.3.101.113",
            Some("X25519") => "1.3.101.110",
            Some("X448") => "1.3.101.111",
            other => return Err(unknown_curve(other)),
        });
        let algorithm = element(tlv::SEQUENCE, &algorithm);
        let public = spki(&algorithm, &octets("x", self.x)?)?;
        if self.d.is_none() {
            return Ok((public, None));
        }
        let secret = element(tlv::OCTET_STRING, &octets("d", self.d)?);
        let secret = element(tlv::OCTET_STRING, &secret);
        let version = element(tlv::INTEGER, &[0]);
        let der = sequence(&[&version, &algorithm, &secret]);
        Ok((public, Some((Structure::Pkcs8, der))))
    }
}

/// A private key's encoding and what it is.
type Der = (Structure, Zeroizing<Vec<u8>>);

fn unknown_curve(name: Option<&str>) -> Malformed {
    Malformed(match name {
        Some(name) => format!("its curve, \"{}\", is not known", name.escape_debug()),
        None => "its member crv is missing".to_owned(),
    })
}

fn spki(algorithm: &[u8], key: &[u8]) -> Result<PublicKey, Malformed> {
    let key = element(tlv::BIT_STRING, &[&[0], key].concat());
    PublicKey::from_spki(&sequence(&[algorithm, &key]), Origin::file(""))
}

fn octets(name: &str, text: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let text = text.ok_or_else(|| Malformed(format!("its member {name} is missing")))?;
    BASE64URL
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|_| Malformed(format!("its member {name} is not base64url")))
}

/// A non-negative INTEGER.
fn number(name: &str, text: Option<&str>) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let octets = octets(name, text)?;
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let significant = octets.get(zeros..).unwrap_or_default();
    let mut content = Zeroizing::new(Vec::with_capacity(significant.len() + 1));
    if significant.first().is_none_or(|first| first & 0x80 != 0) {
        content.push(0);
    }
    content.extend_from_slice(significant);
    Ok(element(tlv::INTEGER, &content))
}

/// A number at its curve's full length.
fn coordinate(
    name: &str,
    text: Option<&str>,
    size: usize,
) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let octets = octets(name, text)?;
    let padding = size
        .checked_sub(octets.len())
        .ok_or_else(|| Malformed(format!("its member {name} is too long for its curve")))?;
    let mut whole = Zeroizing::new(Vec::with_capacity(size));
    whole.resize(padding, 0);
    whole.extend_from_slice(&octets);
    Ok(whole)
}

fn oid_element(dotted: &str) -> Vec<u8> {
    tlv::encode_oid(dotted).unwrap_or_default()
}

fn sequence(parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    element(tlv::SEQUENCE, &Zeroizing::new(parts.concat()))
}

/// One element, in a buffer that is never outgrown.
fn element(tag: u8, content: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(content.len() + 10));
    tlv::write(tag, content, &mut out);
    out
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}
