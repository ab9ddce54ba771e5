//! Certificate revocation lists (RFC 5280, section 5).

use x509_parser::asn1_rs::{Any, Tag};
use x509_parser::prelude::FromDer as _;
use x509_parser::time::ASN1Time;

use crate::source::Origin;

use super::{Malformed, Name, Time, sha256};

/// A revocation list.
#[derive(Debug, Clone)]
pub struct Crl {
    der: Vec<u8>,
    issuer: Name,
    this_update: Time,
    next_update: Option<Time>,
    revoked: usize,
    origin: Origin,
}

impl Crl {
    /// Reads one DER list.
    ///
    /// # Errors
    /// [`Malformed`] where the bytes are not one.
    pub fn from_der(der: &[u8], origin: Origin) -> Result<Self, Malformed> {
        let list = read(der)?;
        Ok(Self {
            issuer: Name::from_der(list.issuer)?,
            this_update: list.this_update,
            next_update: list.next_update,
            revoked: list.revoked,
            der: der.to_owned(),
            origin,
        })
    }

    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    #[must_use]
    pub fn this_update(&self) -> Time {
        self.this_update
    }

    #[must_use]
    pub fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// How many serial numbers are on it.
    #[must_use]
    pub fn revoked(&self) -> usize {
        self.revoked
    }

    #[must_use]
    pub fn sha256(&self) -> String {
        sha256(&self.der)
    }

    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }
}

struct List<'a> {
    issuer: &'a [u8],
    this_update: Time,
    next_update: Option<Time>,
    revoked: usize,
}

/// Counts the entries without keeping them: an honest list may have millions.
fn read(der: &[u8]) -> Result<List<'_>, Malformed> {
    let damaged = || Malformed("its structure is damaged".to_owned());
    let (rest, whole) = Any::from_der(der).map_err(|_| damaged())?;
    if !rest.is_empty() {
        return Err(Malformed(format!("{} bytes follow the list", rest.len())));
    }
    let mut parts = Elements(whole.data);
    let body = parts.next().ok_or_else(damaged)?;
    let mut fields = Elements(body.any.data).peekable();
    fields.next_if(|field| field.any.tag() == Tag::Integer);
    fields.next();
    let issuer = fields.next().ok_or_else(damaged)?.raw;
    let this_update = fields
        .next()
        .and_then(|field| field.time())
        .ok_or_else(damaged)?;
    let next_update = fields
        .next_if(|field| matches!(field.any.tag(), Tag::UtcTime | Tag::GeneralizedTime))
        .map(|field| field.time().ok_or_else(damaged))
        .transpose()?;
    let revoked = fields
        .next_if(|field| field.any.tag() == Tag::Sequence)
        .map_or(0, |entries| Elements(entries.any.data).count());
    Ok(List {
        issuer,
        this_update,
        next_update,
        revoked,
    })
}

/// The elements of a constructed value, up to the first that is damaged.
struct Elements<'a>(&'a [u8]);

struct Element<'a> {
    any: Any<'a>,
    raw: &'a [u8],
}

impl Element<'_> {
    fn time(&self) -> Option<Time> {
        let (_, time) = ASN1Time::from_der(self.raw).ok()?;
        Some(Time::from_unix(time.timestamp()))
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        let raw = self.0.get(..self.0.len() - rest.len())?;
        self.0 = rest;
        Some(Element { any, raw })
    }
}
