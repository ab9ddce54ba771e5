//! The bags of a safe: keys, certificates, revocation lists, secrets, and safes again.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::DecodeError;
use crate::material::{Certificate, Crl, Item, Object};
use crate::oid;
use crate::source::Origin;

use super::super::ber::{
    BMP_STRING, EXPLICIT_0, Element, Fault, OCTETS, OID, Reader, SEQUENCE, SET,
};
use super::super::container::{Container, MAX_ENTRIES, long_name};
use super::super::key::{Keys, Pkcs8};
use super::super::pbe::{Forms, Opened, Scheme};
use super::super::{Part, Passwords, Protection, Wanted};

use super::Opening;

/// Levels of safes within safes.
const DEPTH: usize = 4;
/// Tags that a friendly name has been seen with beside `BMPString`.
const UTF8_STRING: u8 = 0x0c;

/// Everything found.
pub(super) struct Found {
    pub objects: Vec<Object>,
    pub notes: Vec<String>,
    pub profile: Vec<Protection>,
}

pub(super) struct Bags<'o, 'c, 'p> {
    pub opening: &'o mut Opening<'c>,
    passwords: &'p mut dyn Passwords,
    keys: Keys,
    found: Found,
    /// Each object's localKeyID.
    ids: Vec<Option<Vec<u8>>>,
    /// Bags met so far, those without an object included.
    met: usize,
}

/// What a bag says about itself beside its value.
#[derive(Default)]
struct Attributes {
    name: Option<String>,
    id: Option<Vec<u8>>,
}

impl<'o, 'c, 'p> Bags<'o, 'c, 'p> {
    pub fn new(opening: &'o mut Opening<'c>, passwords: &'p mut dyn Passwords) -> Self {
        Self {
            opening,
            passwords,
            keys: Keys::new(),
            found: Found {
                objects: Vec::new(),
                notes: Vec::new(),
                profile: Vec::new(),
            },
            ids: Vec::new(),
            met: 0,
        }
    }

    /// Reads the bags of one safe.
    pub fn read(&mut self, contents: &[u8]) -> Result<(), DecodeError> {
        self.safe(contents, 0)
    }

    /// Gives what a localKeyID ties together one name.
    pub fn finish(mut self) -> Found {
        let mut names: HashMap<&[u8], String> = HashMap::new();
        for (object, id) in self.found.objects.iter().zip(&self.ids) {
            if let (Some(alias), Some(id)) = (&object.alias, id) {
                names.entry(id).or_insert_with(|| alias.clone());
            }
        }
        for (object, id) in self.found.objects.iter_mut().zip(&self.ids) {
            if let (None, Some(id)) = (&object.alias, id) {
                object.alias = names.get(id.as_slice()).cloned();
            }
        }
        self.found
    }

    fn safe(&mut self, contents: &[u8], depth: usize) -> Result<(), DecodeError> {
        if depth > DEPTH {
            return Err(self.container().limit("nesting of safes", DEPTH as u64));
        }
        let mut bags = self.sound(
            Reader::new(contents).expect(SEQUENCE, "a safe is not a list of bags"),
        )?
        .inside();
        while let Some(bag) = self.sound(bags.next())? {
            self.met += 1;
            if self.met > MAX_ENTRIES {
                return Err(self
                    .container()
                    .limit("the number of entries", MAX_ENTRIES as u64));
            }
            self.bag(bag, depth)?;
        }
        Ok(())
    }

    fn bag(&mut self, bag: Element<'_>, depth: usize) -> Result<(), DecodeError> {
        let (kind, value, attributes) = self.sound(bag_parts(bag))?;
        match kind.as_str() {
            oid::KEY_BAG => {
                let key = self.sound(value.clone().expect(SEQUENCE, "a key bag is empty"))?;
                self.key(Pkcs8(key.raw), attributes)
            }
            oid::SHROUDED_KEY_BAG => self.shrouded(value, attributes),
            oid::CERTIFICATE_BAG => self.certificate(value, attributes),
            oid::CRL_BAG => self.crl(value, attributes),
            oid::SECRET_BAG => self.secret(value, attributes),
            oid::SAFE_CONTENTS_BAG => {
                let inner = self.sound(value.clone().expect(SEQUENCE, "a safe in a safe is empty"))?;
                self.safe(inner.raw, depth + 1)
            }
            _ => {
                self.note(format!("entry {}: a bag of type {kind} is passed over", self.met));
                Ok(())
            }
        }
    }

    fn key(&mut self, pkcs8: Pkcs8<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let origin = self.origin();
        let container = self.opening.container;
        match self
            .keys
            .read(pkcs8, origin.clone(), &mut self.opening.budget, &container)?
        {
            Ok(key) => self.add(Item::Key(key), attributes),
            Err(fault) => self.note(format!("entry {}: {fault}", self.met)),
        }
        Ok(())
    }

    fn shrouded(&mut self, value: Reader<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let container = self.opening.container;
        let (identifier, ciphertext) = self.sound(encrypted_key(value))?;
        let scheme = Scheme::read(identifier, &container)?;
        self.protected(&scheme, Part::Key);
        self.opening.ask(self.passwords)?;
        if let Some(plain) = self.opening.try_open(&scheme, &ciphertext)? {
            return self.key(Pkcs8(&plain), attributes);
        }
        // A key may have a password of its own.
        let origin = self.origin();
        let own = self.passwords.password(Wanted::Key, &origin)?;
        match own {
            Some(own) if Some(&own) != self.opening.given.as_ref() => {
                for form in Forms::of(Some(&own)).iter() {
                    let opened =
                        scheme.open(form, &ciphertext, &mut self.opening.budget, &container)?;
                    if let Opened::Plain(plain) = opened
                        && super::is_one_sequence(&plain)
                    {
                        return self.key(Pkcs8(&plain), attributes);
                    }
                }
                Err(DecodeError::KeyPassphraseWrong { origin })
            }
            _ => {
                let algorithm = scheme.name();
                self.add(Item::EncryptedKey { algorithm }, attributes);
                Ok(())
            }
        }
    }

    fn certificate(&mut self, value: Reader<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let (kind, der) = self.sound(typed(value))?;
        if kind != oid::X509_CERTIFICATE {
            self.note(format!("entry {}: a certificate of type {kind} is passed over", self.met));
            return Ok(());
        }
        match Certificate::from_der(&der, self.origin()) {
            Ok(certificate) => self.add(Item::Certificate(certificate), attributes),
            Err(fault) => {
                return Err(self
                    .container()
                    .malformed(format!("entry {}: the certificate: {fault}", self.met)));
            }
        }
        Ok(())
    }

    fn crl(&mut self, value: Reader<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let (kind, der) = self.sound(typed(value))?;
        match Crl::from_der(&der, self.origin()) {
            Ok(crl) if kind == oid::X509_CRL => self.add(Item::Crl(crl), attributes),
            _ => self.note(format!(
                "entry {}: a revocation list of type {kind} is passed over",
                self.met
            )),
        }
        Ok(())
    }

    /// Java keeps a secret key as an encrypted PKCS#8 in disguise; its algorithm is all that is told.
    fn secret(&mut self, value: Reader<'_>, attributes: Attributes) -> Result<(), DecodeError> {
        let container = self.opening.container;
        let (kind, bytes) = self.sound(typed(value))?;
        let mut algorithm = long_name(&kind);
        if let Ok((identifier, ciphertext)) = encrypted_key(Reader::new(&bytes))
            && let Ok(scheme) = Scheme::read(identifier, &container)
        {
            self.protected(&scheme, Part::SecretKey);
            self.opening.ask(self.passwords)?;
            algorithm = scheme.name();
            if let Some(plain) = self.opening.try_open(&scheme, &ciphertext)?
                && let Some(inner) = Pkcs8(&plain).algorithm()
            {
                algorithm = long_name(&inner);
            }
        }
        self.add(Item::SecretKey { algorithm }, attributes);
        Ok(())
    }

    fn add(&mut self, item: Item, attributes: Attributes) {
        self.found.objects.push(Object {
            item,
            alias: attributes.name,
            origin: self.origin(),
        });
        self.ids.push(attributes.id);
    }

    fn note(&mut self, note: String) {
        self.found.notes.push(note);
    }

    fn protected(&mut self, scheme: &Scheme, part: Part) {
        let protection = scheme.protection(part);
        if !self.found.profile.contains(&protection) {
            self.found.profile.push(protection);
        }
    }

    fn origin(&self) -> Origin {
        self.opening.container.origin.block(self.met, None)
    }

    fn container(&self) -> &Container<'c> {
        &self.opening.container
    }

    fn sound<T>(&self, read: Result<T, Fault>) -> Result<T, DecodeError> {
        read.map_err(|fault| self.opening.container.fault(fault))
    }
}

/// The first encrypted key of a safe, for a look at whether the password opens it.
pub(super) fn first_shrouded<'a>(
    contents: &'a [u8],
    container: &Container<'_>,
) -> Option<(Scheme, Cow<'a, [u8]>)> {
    let mut bags = Reader::new(contents).expect(SEQUENCE, "").ok()?.inside();
    while let Ok(Some(bag)) = bags.next() {
        if let Ok((kind, value, _)) = bag_parts(bag)
            && kind == oid::SHROUDED_KEY_BAG
        {
            let (identifier, ciphertext) = encrypted_key(value).ok()?;
            return Some((Scheme::read(identifier, container).ok()?, ciphertext));
        }
    }
    None
}

/// A `SafeBag`: its type, the inside of its value, and its attributes.
fn bag_parts(bag: Element<'_>) -> Result<(String, Reader<'_>, Attributes), Fault> {
    let mut inside = bag.inside();
    let kind = inside.expect(OID, "a bag has no type")?.oid()?;
    let value = inside.expect(EXPLICIT_0, "a bag has no value")?.inside();
    let mut attributes = Attributes::default();
    if let Some(set) = inside.optional(SET)? {
        let mut each = set.inside();
        while let Some(attribute) = each.next()? {
            let mut inside = attribute.inside();
            let kind = inside.expect(OID, "an attribute has no type")?.oid()?;
            let first = inside
                .expect(SET, "an attribute has no values")?
                .inside()
                .next()?;
            match (kind.as_str(), first) {
                (oid::FRIENDLY_NAME, Some(value)) => attributes.name = text(value),
                (oid::LOCAL_KEY_ID, Some(value)) => {
                    attributes.id = value.octets().ok().map(Cow::into_owned);
                }
                _ => {}
            }
        }
    }
    Ok((kind, value, attributes))
}

/// An `EncryptedPrivateKeyInfo`: its algorithm and its ciphertext.
fn encrypted_key(mut value: Reader<'_>) -> Result<(Element<'_>, Cow<'_, [u8]>), Fault> {
    let mut info = value.expect(SEQUENCE, "an encrypted key is empty")?.inside();
    let identifier = info.expect(SEQUENCE, "an encrypted key has no algorithm")?;
    let ciphertext = info
        .expect(OCTETS, "an encrypted key has no content")?
        .octets()?;
    Ok((identifier, ciphertext))
}

/// A type, and the bytes inside its `[0]`: how certificates, revocation lists and secrets are wrapped.
fn typed(mut value: Reader<'_>) -> Result<(String, Cow<'_, [u8]>), Fault> {
    let mut inside = value.expect(SEQUENCE, "a bag is empty")?.inside();
    let kind = inside.expect(OID, "a bag's value has no type")?.oid()?;
    let mut wrapped = inside.expect(EXPLICIT_0, "a bag's value is missing")?.inside();
    let bytes = match wrapped.next()? {
        Some(element) if element.tag & 0x1f == OCTETS => element.octets()?,
        Some(element) => Cow::Borrowed(element.raw),
        None => return Err(Fault::Unexpected("a bag's value is missing")),
    };
    Ok((kind, bytes))
}

/// A friendly name; lone surrogates, which Java writes for half a character, become the replacement character.
fn text(value: Element<'_>) -> Option<String> {
    let bytes = value.octets().ok()?;
    match value.tag {
        BMP_STRING => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| pair.iter().fold(0, |unit, byte| unit << 8 | u16::from(*byte)))
                .collect();
            Some(String::from_utf16_lossy(&units))
        }
        UTF8_STRING => Some(String::from_utf8_lossy(&bytes).into_owned()),
        _ => None,
    }
}
