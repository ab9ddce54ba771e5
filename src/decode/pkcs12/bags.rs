//! The bags of a safe: keys, certificates, revocation lists, secrets, and safes again.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::decode::oid;
use crate::error::DecodeError;
use crate::material::{Certificate, Crl, EncryptedKey, Encryption, Item, Malformed, Object};
use crate::source::Origin;

use super::super::Wanted;
use super::super::der::Structure;
use super::super::lock::{self, Scheme};
use super::super::pkcs8;
use super::super::reader::Reader;
use super::super::tlv::{self, Children, Element};
use super::super::unlock;

use super::{Forms, Opening, open_with};

/// Levels of safes within safes.
const MAX_DEPTH: usize = 4;
/// The most entries of one keystore.
const MAX_ENTRIES: usize = 20_000;

/// Attributes of a bag that are looked at; Windows writes four.
const MAX_ATTRIBUTES: usize = 100;
/// The longest name of an entry, in bytes.
const MAX_NAME: usize = 64 * 1024;

const BMP_STRING: u8 = 0x1e;
const UTF8_STRING: u8 = 0x0c;

pub(super) struct Bags<'o, 'r, 'p> {
    opening: Opening<'o>,
    pub reader: &'r mut Reader<'p>,
    /// How many objects the reader held before this keystore.
    before: usize,
    /// The localKeyID of each object since.
    ids: Vec<Option<Vec<u8>>>,
    /// Bags met so far, those without an object included.
    met: usize,
}

/// What a bag says about itself beside its value.
#[derive(Default)]
struct Attributes {
    name: Option<String>,
    id: Option<Vec<u8>>,
    trusted: bool,
}

impl<'o, 'r, 'p> Bags<'o, 'r, 'p> {
    pub fn new(opening: Opening<'o>, reader: &'r mut Reader<'p>) -> Self {
        Self {
            opening,
            before: reader.count(),
            reader,
            ids: Vec::new(),
            met: 0,
        }
    }

    /// Reads the bags of one safe.
    pub fn read(&mut self, contents: &[u8]) -> Result<(), DecodeError> {
        self.safe(contents, 0)
    }

    /// As [`Bags::read`], once the safe is opened.
    pub fn read_locked(&mut self, scheme: &Scheme<'_>, data: &[u8]) -> Result<(), DecodeError> {
        self.reader.safe(&scheme.encryption);
        if let Some(contents) = self.opening.open(scheme, data, self.reader)? {
            return self.safe(&contents, 0);
        }
        if self.opening.fits(scheme, data, self.reader) {
            return Err(unlock::damaged(
                self.opening.place.origin,
                "PKCS#12 keystore",
            ));
        }
        // The check fits its password, so this one is locked with another.
        let own = if self.opening.proven {
            let origin = self.opening.place.origin;
            self.reader.passwords.password(Wanted::Key, origin)?
        } else {
            None
        };
        let forms = Forms::of(own.as_ref());
        match open_with(&forms, scheme, data, self.opening.place, self.reader)? {
            Some(contents) => self.safe(&contents, 0),
            None if self.opening.proven => Err(DecodeError::KeystorePasswordWrong {
                origin: self.opening.place.origin.clone(),
                what: "safe of a PKCS#12 keystore, whose integrity check has a password of its own",
            }),
            None => Err(self.opening.refused()),
        }
    }

    /// Gives what a localKeyID ties together one name.
    pub fn finish(self) {
        let mut names: HashMap<&[u8], String> = HashMap::new();
        let objects = self.reader.since(self.before);
        for (object, id) in objects.iter().zip(&self.ids) {
            if let (Some(alias), Some(id)) = (&object.alias, id) {
                names.entry(id).or_insert_with(|| alias.clone());
            }
        }
        for (object, id) in objects.iter_mut().zip(&self.ids) {
            if let (None, Some(id)) = (&object.alias, id) {
                object.alias = names.get(id.as_slice()).cloned();
            }
        }
    }

    fn safe(&mut self, contents: &[u8], depth: usize) -> Result<(), DecodeError> {
        let place = self.opening.place;
        if depth > MAX_DEPTH {
            return Err(place.limit("the nesting of safes", MAX_DEPTH));
        }
        let sound = |fault| place.malformed(fault);
        let list = tlv::children(contents)
            .need(tlv::SEQUENCE, "list of bags")
            .map_err(sound)?;
        let mut bags = tlv::children(list.content);
        while !bags.is_empty() {
            self.met += 1;
            if self.met > MAX_ENTRIES {
                return Err(place.limit("the number of a keystore's entries", MAX_ENTRIES));
            }
            let bag = bags.need(tlv::SEQUENCE, "bag").map_err(sound)?;
            self.bag(bag, depth)?;
        }
        Ok(())
    }

    fn bag(&mut self, bag: Element<'_>, depth: usize) -> Result<(), DecodeError> {
        let (kind, mut value, attributes) = self.sound(bag_parts(bag))?;
        match kind.as_str() {
            oid::KEY_BAG => {
                let key = self.sound(value.need(tlv::SEQUENCE, "key"))?;
                self.key(key.raw, None, attributes)
            }
            oid::SHROUDED_KEY_BAG => self.locked_key(value, attributes),
            oid::CERTIFICATE_BAG => self.certificate(value, attributes),
            oid::CRL_BAG => self.crl(value, attributes),
            oid::SECRET_BAG => self.secret(value, attributes),
            oid::SAFE_CONTENTS_BAG => {
                let inner = self.sound(value.need(tlv::SEQUENCE, "inner safe"))?;
                self.safe(inner.raw, depth + 1)
            }
            _ => {
                self.pass_over(&format!("a bag of type {kind}"));
                Ok(())
            }
        }
    }

    fn key(
        &mut self,
        pkcs8: &[u8],
        encryption: Option<Encryption>,
        attributes: Attributes,
    ) -> Result<(), DecodeError> {
        let origin = self.origin();
        self.reader
            .spend(pkcs8::cost(Structure::Pkcs8, pkcs8), &origin)?;
        let key = pkcs8::key(Structure::Pkcs8, pkcs8, None, &origin)?;
        let key = match encryption {
            Some(encryption) => key.locked_by(encryption),
            None => key,
        };
        self.add(Item::Key(key), attributes)
    }

    fn locked_key(
        &mut self,
        value: Children<'_>,
        attributes: Attributes,
    ) -> Result<(), DecodeError> {
        let (scheme, data) = self.sound(encrypted_key(value))?;
        self.opening.ask(self.reader)?;
        if let Some(plain) = self.opening.open(&scheme, &data, self.reader)? {
            return self.key(&plain, Some(scheme.encryption), attributes);
        }
        // A key may have a password of its own.
        let origin = self.origin();
        match self.reader.passwords.password(Wanted::Key, &origin)? {
            Some(own) if Some(&own) != self.opening.given.as_ref() => {
                let forms = Forms::of(Some(&own));
                match open_with(&forms, &scheme, &data, self.opening.place, self.reader)? {
                    Some(plain) => self.key(&plain, Some(scheme.encryption), attributes),
                    None => Err(DecodeError::KeyPassphraseWrong { origin }),
                }
            }
            // A password that nothing here fits is the wrong one.
            _ if self.opening.given.is_some() && !self.opening.proven => {
                Err(if self.opening.fits(&scheme, &data, self.reader) {
                    unlock::damaged(&origin, "encrypted private key")
                } else {
                    self.opening.refused()
                })
            }
            _ => {
                let encryption = scheme.encryption;
                let key = EncryptedKey { encryption, origin };
                self.add(Item::EncryptedKey(key), attributes)
            }
        }
    }

    fn certificate(
        &mut self,
        value: Children<'_>,
        attributes: Attributes,
    ) -> Result<(), DecodeError> {
        let (kind, der) = self.sound(typed(value))?;
        if kind != oid::X509_CERTIFICATE {
            self.pass_over(&format!("a certificate of type {kind}"));
            return Ok(());
        }
        let certificate = Certificate::from_der(&der, self.origin());
        self.add(Item::Certificate(self.inner(certificate)?), attributes)
    }

    fn crl(&mut self, value: Children<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let (kind, der) = self.sound(typed(value))?;
        if kind != oid::X509_CRL {
            self.pass_over(&format!("a revocation list of type {kind}"));
            return Ok(());
        }
        let crl = Crl::from_der(&der, self.origin());
        self.add(Item::Crl(self.inner(crl)?), attributes)
    }

    /// Java keeps a secret key as an encrypted PKCS#8; its algorithm is all that is told of it.
    fn secret(&mut self, value: Children<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let (kind, bytes) = self.sound(typed(value))?;
        let mut algorithm = lock::name(&kind);
        if let Ok((scheme, data)) = encrypted_key(tlv::children(&bytes)) {
            self.opening.ask(self.reader)?;
            algorithm = match self.opening.open(&scheme, &data, self.reader)? {
                Some(plain) => pkcs8::algorithm(&plain).unwrap_or(algorithm),
                None => format!("unknown, locked with {}", scheme.encryption),
            };
        }
        self.add(Item::SecretKey { algorithm }, attributes)
    }

    fn add(&mut self, item: Item, attributes: Attributes) -> Result<(), DecodeError> {
        self.reader.push_object(Object {
            item,
            alias: attributes.name,
            trusted: attributes.trusted,
            origin: self.origin(),
        })?;
        self.ids.push(attributes.id);
        Ok(())
    }

    fn pass_over(&mut self, what: &str) {
        let note = format!("{}: {what} is passed over", self.origin());
        self.reader.note(note);
    }

    fn origin(&self) -> Origin {
        self.opening.place.origin.block(self.met, None)
    }

    fn sound<T>(&self, read: Result<T, Malformed>) -> Result<T, DecodeError> {
        read.map_err(|fault| self.opening.place.malformed(fault))
    }

    /// A fault in an entry's own material.
    fn inner<T>(&self, read: Result<T, Malformed>) -> Result<T, DecodeError> {
        read.map_err(|fault| {
            let met = self.met;
            self.opening
                .place
                .malformed(Malformed(format!("entry {met}: {fault}")))
        })
    }
}

/// The first locked key of a safe, for a look at whether a password opens it.
pub(super) fn first_locked_key(contents: &[u8]) -> Option<(Scheme<'_>, Cow<'_, [u8]>)> {
    let list = tlv::children(contents).one(tlv::SEQUENCE)?;
    tlv::children(list.content)
        .filter_map(|bag| bag_parts(bag.ok()?).ok())
        .find(|(kind, ..)| kind == oid::SHROUDED_KEY_BAG)
        .and_then(|(_, value, _)| encrypted_key(value).ok())
}

/// A `SafeBag`: its type, the inside of its value, and its attributes.
fn bag_parts(bag: Element<'_>) -> Result<(String, Children<'_>, Attributes), Malformed> {
    let mut fields = tlv::children(bag.content);
    let kind = fields.oid("bag's type")?;
    let value = fields.need(tlv::CONTEXT_0, "bag's value")?;
    let mut attributes = Attributes::default();
    if let Some(set) = fields.one(tlv::SET) {
        for attribute in tlv::children(set.content).take(MAX_ATTRIBUTES) {
            let attribute =
                attribute.map_err(|_| Malformed("an attribute is damaged".to_owned()))?;
            attributes.note(attribute)?;
        }
    }
    Ok((kind, tlv::children(value.content), attributes))
}

impl Attributes {
    fn note(&mut self, attribute: Element<'_>) -> Result<(), Malformed> {
        let mut fields = tlv::children(attribute.content);
        let kind = fields.oid("attribute's type")?;
        let values = fields.need(tlv::SET, "attribute's value")?;
        let Some(Ok(value)) = tlv::children(values.content).next() else {
            return Ok(());
        };
        match kind.as_str() {
            oid::FRIENDLY_NAME if value.raw.len() > MAX_NAME => {
                return Err(Malformed("an entry's name is endless".to_owned()));
            }
            oid::FRIENDLY_NAME => self.name = text(value),
            // Java asks for no more than that it is there.
            oid::ORACLE_TRUSTED_KEY_USAGE => self.trusted = true,
            oid::LOCAL_KEY_ID => self.id = value.octets().ok().map(Cow::into_owned),
            _ => {}
        }
        Ok(())
    }
}

/// An `EncryptedPrivateKeyInfo`.
fn encrypted_key(mut value: Children<'_>) -> Result<(Scheme<'_>, Cow<'_, [u8]>), Malformed> {
    let info = value.need(tlv::SEQUENCE, "locked key")?;
    let mut fields = tlv::children(info.content);
    let scheme = lock::scheme(&fields.need(tlv::SEQUENCE, "locked key's algorithm")?)?;
    Ok((scheme, fields.octets("locked key's content")?))
}

/// A type and the bytes inside its `[0]`: how certificates, revocation lists and secrets are wrapped.
fn typed(mut value: Children<'_>) -> Result<(String, Cow<'_, [u8]>), Malformed> {
    let wrapping = value.need(tlv::SEQUENCE, "bag's value")?;
    let mut fields = tlv::children(wrapping.content);
    let kind = fields.oid("type of a bag's value")?;
    let explicit = fields.need(tlv::CONTEXT_0, "bag's value")?;
    match tlv::children(explicit.content).next() {
        Some(Ok(element)) if element.tag & 0x1f == tlv::OCTET_STRING => {
            Ok((kind, element.octets()?))
        }
        Some(Ok(element)) => Ok((kind, Cow::Borrowed(element.raw))),
        _ => Err(Malformed("a bag's value is missing or damaged".to_owned())),
    }
}

/// A friendly name; a lone surrogate, which Java writes for half a character, becomes the replacement character.
fn text(value: Element<'_>) -> Option<String> {
    let bytes = value.octets().ok()?;
    match value.tag {
        BMP_STRING => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| {
                    pair.iter()
                        .fold(0, |unit, byte| unit << 8 | u16::from(*byte))
                })
                .collect();
            Some(String::from_utf16_lossy(&units))
        }
        UTF8_STRING => Some(String::from_utf8_lossy(&bytes).into_owned()),
        _ => None,
    }
}
