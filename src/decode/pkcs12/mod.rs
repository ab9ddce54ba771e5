//! Owns PKCS#12 keystores (RFC 7292) as everyone writes them: the shell, its MAC, and the safes inside.
//!
//! The structure is walked here, with its limits; libcrypto makes the MAC and decrypts. Nothing is derived
//! from a password before the work it asks for has been counted.

mod bags;
mod forms;
mod mac;

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::decode::oid;
use crate::error::DecodeError;
use crate::material::Malformed;
use crate::secret::Secret;
use crate::source::Origin;

use super::lock::{self, Scheme};
use super::reader::Reader;
use super::tlv::{self, Children, Element};
use super::unlock::{self, Refusal};
use super::{Format, Integrity, Wanted, der};

use forms::Forms;
use mac::Check;

/// The largest PKCS#12 keystore that is opened, in bytes (16 MiB): over ten thousand certificates.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

const WHAT: &str = "PKCS#12 keystore";

/// Reads every key, certificate and revocation list of a PKCS#12 file.
///
/// # Errors
/// Not PKCS#12, cut short, no or the wrong password, an algorithm that is not supported, altered after it
/// was written, or over a limit.
pub(super) fn read(
    bytes: &[u8],
    origin: &Origin,
    reader: &mut Reader<'_>,
) -> Result<Format, DecodeError> {
    let place = Place { origin };
    let shell = Shell::read(bytes, place)?;
    let safes = shell.safes().map_err(|fault| place.malformed(fault))?;
    if shell.trailing > 0 {
        reader.note(format!(
            "{origin}: {} bytes after the keystore's end are passed over",
            shell.trailing
        ));
    }
    let check = match shell.mac {
        Some(data) => Some(Check::read(data, place)?),
        None => None,
    };
    let mut opening = Opening {
        place,
        forms: Forms::of(None),
        given: None,
        asked: false,
        proven: false,
    };
    if check.is_some() || safes.iter().any(|safe| matches!(safe, Safe::Locked { .. })) {
        opening.ask(reader)?;
    }
    reader.mac = check.as_ref().map(|check| check.mac.clone());
    reader.integrity = opening.check(check.as_ref(), &shell, &safes, reader)?;
    let mut bags = bags::Bags::new(opening, reader);
    for safe in &safes {
        match safe {
            Safe::Plain(contents) => bags.read(contents)?,
            Safe::Locked { scheme, data } => bags.read_locked(scheme, data)?,
            Safe::Foreign(kind) => bags.reader.note(format!(
                "{origin}: a safe that needs a private key instead of a password ({kind}) is passed over"
            )),
        }
    }
    bags.finish();
    Ok(Format::Pkcs12)
}

/// The file, for its errors.
#[derive(Clone, Copy)]
struct Place<'a> {
    origin: &'a Origin,
}

impl Place<'_> {
    fn malformed(self, fault: Malformed) -> DecodeError {
        DecodeError::Malformed {
            origin: self.origin.clone(),
            what: WHAT,
            reason: fault.0,
        }
    }

    fn limit(self, what: &'static str, limit: usize) -> DecodeError {
        DecodeError::LimitExceeded {
            origin: self.origin.clone(),
            what,
            limit: limit as u64,
        }
    }

    fn unsupported(self, algorithm: impl Into<String>) -> DecodeError {
        DecodeError::AlgorithmUnsupported {
            origin: self.origin.clone(),
            what: WHAT,
            algorithm: algorithm.into(),
        }
    }

    fn tampered(self) -> DecodeError {
        DecodeError::Tampered {
            origin: self.origin.clone(),
            what: WHAT,
        }
    }
}

/// The outermost structure, with nothing decrypted.
struct Shell<'a> {
    /// The whole of it, without what follows.
    raw: &'a [u8],
    /// The authenticated safe: what the MAC is over.
    contents: Cow<'a, [u8]>,
    mac: Option<Element<'a>>,
    /// Bytes after its end.
    trailing: usize,
}

impl<'a> Shell<'a> {
    fn read(bytes: &'a [u8], place: Place<'_>) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_BYTES {
            return Err(place.limit("the size of a PKCS#12 keystore, in bytes,", MAX_BYTES));
        }
        let (pfx, rest) =
            tlv::read(bytes).map_err(|fault| der::damaged(fault, place.origin, WHAT))?;
        let malformed = |fault| place.malformed(fault);
        let mut fields = tlv::children(pfx.content);
        let version = fields.need(tlv::INTEGER, "version").map_err(malformed)?;
        if tlv::unsigned(version.content) != Some(3) {
            return Err(place.malformed(Malformed("its version is not 3".to_owned())));
        }
        let content = fields.need(tlv::SEQUENCE, "content").map_err(malformed)?;
        let (kind, mut content) = content_info(content).map_err(malformed)?;
        if kind != oid::DATA {
            // Integrity by a signature instead of a password: defined, and written by nobody.
            return Err(place.unsupported(lock::name(&kind)));
        }
        Ok(Self {
            raw: pfx.raw,
            contents: content.octets("content").map_err(malformed)?,
            mac: fields.one(tlv::SEQUENCE),
            trailing: rest.len(),
        })
    }

    fn safes(&self) -> Result<Vec<Safe<'_>>, Malformed> {
        let mut safes = Vec::new();
        let list = tlv::children(&self.contents).need(tlv::SEQUENCE, "list of safes")?;
        let mut infos = tlv::children(list.content);
        while !infos.is_empty() {
            let (kind, mut content) = content_info(infos.need(tlv::SEQUENCE, "safe")?)?;
            safes.push(match kind.as_str() {
                oid::DATA => Safe::Plain(content.octets("safe's content")?),
                oid::ENCRYPTED_DATA => locked(content)?,
                _ => Safe::Foreign(lock::name(&kind)),
            });
        }
        Ok(safes)
    }
}

/// One safe, as it lies in the file.
enum Safe<'a> {
    Plain(Cow<'a, [u8]>),
    Locked {
        scheme: Scheme<'a>,
        data: Cow<'a, [u8]>,
    },
    /// Of another content type, which is named.
    Foreign(String),
}

/// `EncryptedData` (RFC 2315, section 13).
fn locked(mut content: Children<'_>) -> Result<Safe<'_>, Malformed> {
    let encrypted = content.need(tlv::SEQUENCE, "encrypted safe")?;
    let mut fields = tlv::children(encrypted.content);
    fields.need(tlv::INTEGER, "encrypted safe's version")?;
    let info = fields.need(tlv::SEQUENCE, "encrypted safe's content")?;
    let mut fields = tlv::children(info.content);
    fields.oid("encrypted safe's content type")?;
    let scheme = lock::scheme(&fields.need(tlv::SEQUENCE, "encrypted safe's algorithm")?)?;
    // [0] IMPLICIT OCTET STRING, in one piece or in segments.
    let data = match fields.one(tlv::CONTEXT_0) {
        Some(segments) => segments.octets()?,
        None => fields.need(0x80, "encrypted safe's content")?.octets()?,
    };
    Ok(Safe::Locked { scheme, data })
}

/// A `ContentInfo`'s type, and what is inside its `[0]`.
fn content_info(info: Element<'_>) -> Result<(String, Children<'_>), Malformed> {
    let mut fields = tlv::children(info.content);
    let kind = fields.oid("content type")?;
    let content = fields
        .one(tlv::CONTEXT_0)
        .map_or(&[][..], |explicit| explicit.content);
    Ok((kind, tlv::children(content)))
}

/// What it takes to open things: the password in all its forms.
struct Opening<'a> {
    place: Place<'a>,
    forms: Forms,
    /// The password that was given.
    given: Option<Secret>,
    asked: bool,
    /// Whether the password has fitted anything yet.
    proven: bool,
}

impl Opening<'_> {
    /// Asks for the store's password, once.
    fn ask(&mut self, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        if !self.asked {
            self.asked = true;
            self.given = reader
                .passwords
                .password(Wanted::Store, self.place.origin)?;
            self.forms = Forms::of(self.given.as_ref());
        }
        Ok(())
    }

    /// What to say where nothing fitted.
    fn refused(&self) -> DecodeError {
        let origin = self.place.origin.clone();
        match &self.given {
            Some(_) => DecodeError::KeystorePasswordWrong { origin, what: WHAT },
            None => DecodeError::PasswordMissing { origin, what: WHAT },
        }
    }

    /// Makes the MAC. Where none fits, what the password opens tells a wrong one from an altered file.
    fn check(
        &mut self,
        check: Option<&Check>,
        shell: &Shell<'_>,
        safes: &[Safe<'_>],
        reader: &mut Reader<'_>,
    ) -> Result<Integrity, DecodeError> {
        let Some(check) = check else {
            return Ok(Integrity::None);
        };
        let mut fits = None;
        for (index, form) in self.forms.iter().enumerate() {
            reader.spend(check.cost, self.place.origin)?;
            if check.verify(shell.raw, form, self.place)? {
                fits = Some(index);
                break;
            }
        }
        if let Some(index) = fits {
            self.forms.prefer(index);
            self.proven = true;
            return Ok(Integrity::Verified);
        }
        let mut locked = false;
        for safe in safes {
            let fits = match safe {
                Safe::Plain(contents) => bags::first_locked_key(contents)
                    .is_some_and(|(scheme, data)| self.fits(&scheme, &data, reader)),
                Safe::Locked { scheme, data } => {
                    locked = true;
                    self.fits(scheme, data, reader)
                }
                Safe::Foreign(_) => false,
            };
            if fits {
                return Err(self.place.tampered());
            }
        }
        // Without a password, what lies open can still be listed.
        if self.given.is_none() && !locked {
            return Ok(Integrity::Unchecked);
        }
        Err(self.refused())
    }

    /// Whether the password opens something, be it to damaged content.
    fn fits(&mut self, scheme: &Scheme<'_>, data: &[u8], reader: &mut Reader<'_>) -> bool {
        matches!(self.open(scheme, data, reader), Ok(Some(_)))
            || self
                .forms
                .iter()
                .any(|form| reader.affords(scheme.cost) && unlock::fits(scheme, form, data))
    }

    /// Opens something that must come out as one sequence: no other password's garbage does.
    fn open(
        &mut self,
        scheme: &Scheme<'_>,
        data: &[u8],
        reader: &mut Reader<'_>,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, DecodeError> {
        let opened = open_with(&self.forms, scheme, data, self.place, reader)?;
        self.proven |= opened.is_some();
        Ok(opened)
    }
}

fn open_with(
    forms: &Forms,
    scheme: &Scheme<'_>,
    data: &[u8],
    place: Place<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<Zeroizing<Vec<u8>>>, DecodeError> {
    for form in forms.iter() {
        reader.spend(scheme.cost, place.origin)?;
        match unlock::open(scheme, form, data) {
            Ok(plain) if is_one_sequence(&plain) => return Ok(Some(plain)),
            Ok(_) | Err(Refusal::Password) => {}
            Err(Refusal::Algorithm) => {
                return Err(place.unsupported(scheme.encryption.to_string()));
            }
            Err(Refusal::Memory) => return Err(unlock::too_much_memory(place.origin)),
        }
    }
    Ok(None)
}

fn is_one_sequence(bytes: &[u8]) -> bool {
    matches!(tlv::read(bytes), Ok((element, [])) if element.tag == tlv::SEQUENCE)
}
