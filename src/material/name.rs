//! Distinguished names: read from DER, printed as RFC 4514.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use x509_parser::der_parser::asn1_rs::{Any, Tag, ToDer as _};
use x509_parser::prelude::FromDer as _;
use x509_parser::x509::X509Name;

use super::Malformed;

/// Short names for attribute types, in the spelling OpenSSL and RFC 4514 share.
const KEYWORDS: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "C"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.9", "street"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.12", "title"),
    ("2.5.4.13", "description"),
    ("2.5.4.15", "businessCategory"),
    ("2.5.4.16", "postalAddress"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "GN"),
    ("2.5.4.43", "initials"),
    ("2.5.4.44", "generationQualifier"),
    ("2.5.4.46", "dnQualifier"),
    ("2.5.4.65", "pseudonym"),
    ("2.5.4.97", "organizationIdentifier"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
    ("1.2.840.113549.1.9.2", "unstructuredName"),
    ("1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL"),
    ("1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST"),
    ("1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC"),
];

/// One attribute of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Dotted object identifier.
    pub oid: String,
    /// The text, where the value is one of the string types.
    pub text: Option<String>,
    /// The value's DER, tag and length included.
    pub der: Vec<u8>,
}

impl Attribute {
    /// `CN`, `O`, …, or the dotted identifier where there is no short name.
    #[must_use]
    pub fn keyword(&self) -> &str {
        keyword(&self.oid)
    }

    fn canonical(&self) -> Vec<u8> {
        let mut form = self.oid.clone().into_bytes();
        form.push(0);
        if let Some(text) = &self.text {
            for word in text.split_ascii_whitespace() {
                form.push(b' ');
                form.extend_from_slice(word.to_ascii_lowercase().as_bytes());
            }
        } else {
            form.push(b'#');
            form.extend_from_slice(&self.der);
        }
        form
    }
}

/// A distinguished name. Cheap to clone; equality is equality of the DER.
#[derive(Debug, Clone)]
pub struct Name(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    der: Vec<u8>,
    /// In the order of the encoding, which RFC 4514 prints backwards; taken apart when first asked for.
    rdns: OnceLock<Vec<Vec<Attribute>>>,
}

impl Name {
    /// Reads a DER `Name` (RFC 5280, section 4.1.2.4).
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not one whole `Name`.
    pub fn from_der(der: &[u8]) -> Result<Self, Malformed> {
        let (rest, name) = X509Name::from_der(der).map_err(Malformed::parser)?;
        if !rest.is_empty() {
            return Err(Malformed("bytes follow the name".to_owned()));
        }
        Ok(Self::from_parsed(&name))
    }

    pub(super) fn from_parsed(name: &X509Name<'_>) -> Self {
        Self(Arc::new(Inner {
            der: name.as_raw().to_owned(),
            rdns: OnceLock::new(),
        }))
    }

    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The relative distinguished names in the order of the encoding.
    #[must_use]
    pub fn rdns(&self) -> &[Vec<Attribute>] {
        self.0.rdns.get_or_init(|| self.take_apart())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rdns().is_empty()
    }

    /// The most specific value of an attribute type, by keyword: `CN`, `O`, ….
    #[must_use]
    pub fn find(&self, keyword: &str) -> Option<&str> {
        self.rdns()
            .iter()
            .rev()
            .flatten()
            .find(|attribute| attribute.keyword() == keyword)
            .and_then(|attribute| attribute.text.as_deref())
    }

    /// The most specific common name.
    #[must_use]
    pub fn common_name(&self) -> Option<&str> {
        self.find("CN")
    }

    /// A form that is the same for two names which RFC 5280, section 7.1, holds to be the same: letter case, white
    /// space at the ends or repeated, and the choice of string type do not count.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let mut form = Vec::with_capacity(self.der().len());
        for rdn in self.rdns() {
            let mut attributes: Vec<Vec<u8>> = rdn.iter().map(Attribute::canonical).collect();
            attributes.sort_unstable();
            form.push(b'[');
            for attribute in attributes {
                form.extend_from_slice(&attribute.len().to_be_bytes());
                form.extend_from_slice(&attribute);
            }
        }
        form
    }

    /// The keywords of the attribute types known by name.
    #[must_use]
    pub fn keywords() -> Vec<&'static str> {
        KEYWORDS.iter().map(|(_, keyword)| *keyword).collect()
    }

    /// The object identifier a keyword stands for; dotted identifiers stand for themselves.
    #[must_use]
    pub fn oid_of(keyword: &str) -> Option<String> {
        if keyword.contains('.')
            && keyword
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return Some(keyword.to_owned());
        }
        KEYWORDS
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(keyword))
            .map(|(oid, _)| (*oid).to_owned())
    }

    /// The bytes were parsed before they got here.
    fn take_apart(&self) -> Vec<Vec<Attribute>> {
        let Ok((_, name)) = X509Name::from_der(self.der()) else {
            return Vec::new();
        };
        name.iter_rdn()
            .map(|rdn| {
                rdn.iter()
                    .map(|attribute| Attribute {
                        oid: attribute.attr_type().to_id_string(),
                        text: text(attribute.attr_value()).map(Cow::into_owned),
                        der: attribute.attr_value().to_der_vec().unwrap_or_default(),
                    })
                    .collect()
            })
            .collect()
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.der() == other.der()
    }
}

impl Eq for Name {}

impl std::hash::Hash for Name {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.der().hash(state);
    }
}

impl fmt::Display for Name {
    /// Straight from the encoding: thousands of names are printed once, and nothing of them is kept for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bytes were parsed before they got here.
        let Ok((_, name)) = X509Name::from_der(self.der()) else {
            return Ok(());
        };
        let rdns: Vec<_> = name.iter_rdn().collect();
        for (index, rdn) in rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (position, attribute) in rdn.iter().enumerate() {
                if position > 0 {
                    f.write_str("+")?;
                }
                f.write_str(keyword(&attribute.attr_type().to_id_string()))?;
                f.write_str("=")?;
                let value = attribute.attr_value();
                if let Some(text) = text(value) {
                    escape(&text, f)?;
                } else {
                    let der = value.to_der_vec().unwrap_or_default();
                    write!(f, "#{}", super::hex(&der))?;
                }
            }
        }
        Ok(())
    }
}

/// The short name of an attribute type, or the dotted identifier itself.
fn keyword(oid: &str) -> &str {
    KEYWORDS
        .iter()
        .find(|(known, _)| *known == oid)
        .map_or(oid, |(_, keyword)| keyword)
}

/// RFC 4514, section 2.4; control characters too, so that a name can never drive a terminal.
fn escape(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let inner = |byte: u8| plain(byte) || byte == b' ';
    if let [first, middle @ .., last] = text.as_bytes()
        && plain(*first)
        && plain(*last)
        && middle.iter().all(|byte| inner(*byte))
    {
        return f.write_str(text);
    }
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        match character {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(f, "\\{character}")?,
            '#' if index == 0 => f.write_str("\\#")?,
            ' ' if index == 0 || index == last => f.write_str("\\ ")?,
            _ if character.is_control() || is_bidi(character) => {
                let mut buffer = [0; 4];
                for byte in character.encode_utf8(&mut buffer).bytes() {
                    write!(f, "\\{byte:02X}")?;
                }
            }
            _ => write!(f, "{character}")?,
        }
    }
    Ok(())
}

/// Characters that reorder what a terminal shows.
fn is_bidi(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn text<'a>(value: &Any<'a>) -> Option<Cow<'a, str>> {
    let bytes = value.data;
    match value.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
        // T.61 in practice is Latin-1.
        Tag::T61String => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
        Tag::BmpString if bytes.len().is_multiple_of(2) => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                .collect();
            String::from_utf16(&units).ok().map(Cow::Owned)
        }
        Tag::UniversalString if bytes.len().is_multiple_of(4) => bytes
            .chunks_exact(4)
            .map(|four| char::from_u32(u32::from_be_bytes([four[0], four[1], four[2], four[3]])))
            .collect::<Option<String>>()
            .map(Cow::Owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(der: &[u8]) -> Option<String> {
        Any::from_der(der)
            .ok()
            .and_then(|(_, any)| text(&any).map(Cow::into_owned))
    }

    fn name(parts: &[(&[u8], u8, &[u8])]) -> Name {
        let mut rdns = Vec::new();
        for (oid, tag, value) in parts {
            let mut attribute = vec![0x06, u8::try_from(oid.len()).unwrap()];
            attribute.extend_from_slice(oid);
            attribute.extend_from_slice(&[*tag, u8::try_from(value.len()).unwrap()]);
            attribute.extend_from_slice(value);
            let length = u8::try_from(attribute.len()).unwrap();
            rdns.extend_from_slice(&[0x31, length + 2, 0x30, length]);
            rdns.extend_from_slice(&attribute);
        }
        let mut der = vec![0x30, u8::try_from(rdns.len()).unwrap()];
        der.extend_from_slice(&rdns);
        Name::from_der(&der).unwrap()
    }

    #[test]
    fn names_that_differ_in_case_space_or_string_type_are_the_same() {
        let (cn, o): (&[u8], &[u8]) = (&[0x55, 4, 3], &[0x55, 4, 10]);
        let one = name(&[(o, 0x13, b"Acme  Corp"), (cn, 0x13, b"Root CA")]);
        let other = name(&[(o, 0x0c, b" acme corp "), (cn, 0x0c, b"ROOT ca")]);
        assert_ne!(one, other);
        assert_eq!(one.canonical(), other.canonical());
        for different in [
            name(&[(o, 0x13, b"AcmeCorp"), (cn, 0x13, b"Root CA")]),
            name(&[(cn, 0x13, b"Root CA"), (o, 0x13, b"Acme Corp")]),
            name(&[(o, 0x13, b"Acme Corp")]),
            name(&[(o, 0x02, b"\x01"), (cn, 0x13, b"Root CA")]),
        ] {
            assert_ne!(one.canonical(), different.canonical());
        }
    }

    #[test]
    fn bmp_and_latin1_values_become_text() {
        assert_eq!(
            text_of(&[0x1e, 4, 0, b'a', 0x20, 0xac]).as_deref(),
            Some("a€")
        );
        assert_eq!(text_of(&[0x14, 1, 0xe9]).as_deref(), Some("é"));
        assert_eq!(text_of(&[0x02, 1, 1]), None);
    }
}
