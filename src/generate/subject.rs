//! Subjects as they are typed: RFC 4514 strings and OpenSSL's slash form, into a DER name.

use openssl::asn1::Asn1Object;

use crate::error::{GenerateError, NamingError};
use crate::ffi;
use crate::material::Name;

use super::subject_text::{self, Typed, Value};

/// Other spellings in use for attribute types that have a keyword.
const ALIASES: &[(&str, &str)] = &[
    ("E", "emailAddress"),
    ("EMAIL", "emailAddress"),
    ("S", "ST"),
    ("SP", "ST"),
    ("G", "GN"),
    ("T", "title"),
    ("SERIAL", "serialNumber"),
];

/// The arcs under which libcrypto's own names are attribute types: X.520, COSINE, PKCS#9, EV jurisdiction.
const ATTRIBUTE_ARCS: &[&str] = &[
    "2.5.4.",
    "0.9.2342.19200300.100.1.",
    "1.2.840.113549.1.9.",
    "1.3.6.1.4.1.311.60.2.1.",
];

const COUNTRIES: &[&str] = &["2.5.4.6", "1.3.6.1.4.1.311.60.2.1.3"];

/// Reads a subject: one that begins with a slash is in the order of the encoding, any other is RFC 4514 and
/// so the other way round. String types are those of libcrypto's table, as `openssl req -utf8` has them.
///
/// # Errors
/// [`NamingError`], naming the part that cannot be meant.
pub fn subject(text: &str) -> Result<Name, GenerateError> {
    let rdns = subject_text::read(text)?;
    let mut name = ffi::name::empty().map_err(GenerateError::crypto("begin a name"))?;
    for rdn in &rdns {
        for (position, attribute) in rdn.iter().enumerate() {
            add(&mut name, attribute, position > 0)?;
        }
    }
    let der = name
        .to_der()
        .map_err(GenerateError::crypto("encode a name"))?;
    Name::from_der(&der).map_err(GenerateError::NotReadBack)
}

/// Whether a name has its common name nearer to the root than its country: it was most likely typed in the
/// order in which `openssl` prints names, which RFC 4514 reads backwards.
#[must_use]
pub fn is_upside_down(name: &Name) -> bool {
    let place = |keyword: &str| {
        name.rdns()
            .iter()
            .position(|rdn| rdn.iter().any(|attribute| attribute.keyword() == keyword))
    };
    matches!((place("CN"), place("C")), (Some(person), Some(country)) if person < country)
}

/// A name of one common name, taken as it is: nothing in it separates or escapes.
///
/// # Errors
/// [`NamingError::Length`] above 64 characters.
pub fn common_name(text: &str) -> Result<Name, GenerateError> {
    let mut name = ffi::name::empty().map_err(GenerateError::crypto("begin a name"))?;
    let typed = Typed {
        keyword: "CN".to_owned(),
        value: Value::Text(text.to_owned()),
    };
    add(&mut name, &typed, false)?;
    let der = name
        .to_der()
        .map_err(GenerateError::crypto("encode a name"))?;
    Name::from_der(&der).map_err(GenerateError::NotReadBack)
}

fn add(
    name: &mut openssl::x509::X509Name,
    attribute: &Typed,
    joined: bool,
) -> Result<(), GenerateError> {
    let (oid, object) = attribute_type(&attribute.keyword)?;
    let keyword = &attribute.keyword;
    let text = match &attribute.value {
        Value::Text(text) => text,
        Value::Der { tag, content } => {
            let value = ffi::name::Value::Typed { tag: *tag, content };
            return ffi::name::add(name, &oid, value, joined)
                .map_err(GenerateError::crypto("add an attribute to the subject"));
        }
    };
    if text.is_empty() {
        return Err(NamingError::EmptyValue {
            keyword: keyword.clone(),
        }
        .into());
    }
    if COUNTRIES.contains(&oid.as_str())
        && !(text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()))
    {
        return Err(NamingError::Country {
            keyword: keyword.clone(),
            value: text.clone(),
        }
        .into());
    }
    if let Some(bounds) = ffi::name::bounds(object.nid()) {
        let have = text.chars().count();
        let (min, max) = (bounds.min.unwrap_or(0), bounds.max.unwrap_or(usize::MAX));
        if have < min || have > max {
            return Err(NamingError::Length {
                keyword: keyword.clone(),
                value: text.clone(),
                have,
                min,
                max,
            }
            .into());
        }
    }
    ffi::name::add(name, &oid, ffi::name::Value::Text(text), joined).map_err(|_| {
        // Known type, fitting length: what is left to refuse is the characters.
        let allowed = if text.is_ascii() {
            "letters, digits, spaces and '()+,-./:=?"
        } else {
            "ASCII characters"
        };
        GenerateError::from(NamingError::Characters {
            keyword: keyword.clone(),
            value: text.clone(),
            allowed,
        })
    })
}

/// The attribute type a keyword or dotted number stands for.
fn attribute_type(keyword: &str) -> Result<(String, Asn1Object), NamingError> {
    let unknown = || NamingError::UnknownKeyword {
        keyword: keyword.to_owned(),
    };
    // libcrypto takes C strings.
    if keyword.contains('\0') {
        return Err(unknown());
    }
    let number = keyword
        .get(..4)
        .filter(|prefix| prefix.eq_ignore_ascii_case("oid."))
        .map_or(keyword, |prefix| &keyword[prefix.len()..]);
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(keyword))
        .map_or(number, |(_, meant)| meant);
    let oid = Name::oid_of(alias)
        .or_else(|| long_name(keyword))
        .or_else(|| libcrypto_name(keyword))
        .ok_or_else(unknown)?;
    let object = Asn1Object::from_str(&oid).map_err(|_| unknown())?;
    Ok((oid, object))
}

/// `commonName` and the like: libcrypto's long names of the types that have a keyword.
fn long_name(text: &str) -> Option<String> {
    Name::keywords()
        .into_iter()
        .filter_map(Name::oid_of)
        .find(|oid| {
            Asn1Object::from_str(oid)
                .ok()
                .and_then(|object| object.nid().long_name().ok())
                .is_some_and(|name| name.eq_ignore_ascii_case(text))
        })
}

/// Any other attribute type libcrypto has a name for, in its own spelling.
fn libcrypto_name(text: &str) -> Option<String> {
    let oid = ffi::name::dotted(&*Asn1Object::from_str(text).ok()?)?;
    ATTRIBUTE_ARCS
        .iter()
        .any(|arc| oid.starts_with(arc))
        .then_some(oid)
}
