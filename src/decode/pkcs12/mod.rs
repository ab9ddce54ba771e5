//! PKCS#12 (RFC 7292), as everyone writes it: the outer shell, its MAC, and the safes inside.
//!
//! The structure is walked here, with its limits; libcrypto makes the MAC and decrypts. Nothing is derived
//! from a password before the work it asks for has been counted.

mod bags;
mod mac;

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::error::DecodeError;
use crate::oid;
use crate::secret::Secret;
use crate::source::Source;

use super::ber::{EXPLICIT_0, Element, Fault, INTEGER, OCTETS, OID, Reader, SEQUENCE};
use super::container::{Budget, Container};
use super::pbe::{Forms, Opened, Scheme};
use super::{Decoded, Format, Integrity, Part, Passwords, Protection, Wanted};

use bags::Bags;
use mac::Mac;

const WHAT: &str = "PKCS#12 keystore";

/// Whether bytes begin as PKCS#12 does: version 3, then a content type. A file that is cut short does too.
#[must_use]
pub fn looks_like(bytes: &[u8]) -> bool {
    let after_header = match bytes {
        [SEQUENCE, 0x80, rest @ ..] | [SEQUENCE, 0..=0x7f, rest @ ..] => rest,
        [SEQUENCE, digits @ 0x81..=0x84, rest @ ..] => {
            rest.get(usize::from(digits & 0x7f)..).unwrap_or_default()
        }
        _ => return false,
    };
    after_header.starts_with(&[INTEGER, 1, 3, SEQUENCE])
}

/// Reads every key, certificate and revocation list of a PKCS#12 file.
///
/// # Errors
/// Not PKCS#12, cut short, no or the wrong password, an algorithm that is not supported, altered after it
/// was written, or over one of the limits of [`super::container`].
pub fn decode(source: &Source, passwords: &mut dyn Passwords) -> Result<Decoded, DecodeError> {
    let container = Container {
        origin: &source.origin,
        what: WHAT,
    };
    let shell = Shell::read(&source.bytes, &container)?;
    let safes = shell.safes(&container)?;
    let mut opening = Opening {
        container,
        budget: Budget::new(),
        forms: Forms::of(None),
        given: None,
        asked: false,
    };
    let mut notes = Vec::new();
    if shell.trailing > 0 {
        notes.push(format!("{} bytes after its end are ignored", shell.trailing));
    }
    let mut profile: Vec<Protection> = shell.mac.iter().map(Mac::protection).collect();
    let locked = safes
        .iter()
        .any(|safe| matches!(safe, Safe::Encrypted { .. }));
    if locked || shell.mac.is_some() {
        opening.ask(passwords)?;
    }
    let integrity = opening.check(&shell, &safes)?;
    let mut bags = Bags::new(&mut opening, passwords);
    for safe in &safes {
        match safe {
            Safe::Plain(contents) => bags.read(contents)?,
            Safe::Encrypted { scheme, ciphertext } => {
                profile.push(scheme.protection(Part::Contents));
                let contents = bags.opening.open(scheme, ciphertext)?;
                bags.read(&contents)?;
            }
            Safe::Enveloped(kind) => {
                notes.push(format!(
                    "a safe locked with a public key ({kind}) is passed over"
                ));
            }
        }
    }
    let found = bags.finish();
    notes.extend(found.notes);
    for protection in found.profile {
        if !profile.contains(&protection) {
            profile.push(protection);
        }
    }
    Ok(Decoded {
        origin: source.origin.clone(),
        format: Format::Pkcs12,
        integrity,
        objects: found.objects,
        notes,
        profile,
    })
}

/// The outermost structure, with nothing decrypted.
struct Shell<'a> {
    /// The whole of it, without what follows.
    raw: &'a [u8],
    /// The authenticated safe: what the MAC is over.
    contents: Cow<'a, [u8]>,
    mac: Option<Mac>,
    /// Bytes after its end.
    trailing: usize,
}

impl<'a> Shell<'a> {
    fn read(bytes: &'a [u8], container: &Container<'_>) -> Result<Self, DecodeError> {
        container.check_size(bytes)?;
        let fault = |fault| container.fault(fault);
        let mut file = Reader::new(bytes);
        let pfx = match file.expect(SEQUENCE, "it does not begin as one") {
            // Here alone, a length that is too great is the end of the file.
            Err(Fault::Truncated { have, want }) => return Err(container.truncated(have, want)),
            other => other.map_err(fault)?,
        };
        let mut inside = pfx.inside();
        let version = inside
            .expect(INTEGER, "it has no version")
            .and_then(|version| version.unsigned())
            .map_err(fault)?;
        if version != 3 {
            return Err(container.malformed(format!("its version is {version}, not 3")));
        }
        let content = inside
            .expect(SEQUENCE, "it has no content")
            .map_err(fault)?;
        let (kind, content) = content_info(content).map_err(fault)?;
        if kind != oid::DATA {
            // Signed with a key instead of a password: defined, and written by nobody.
            return Err(container.unsupported(super::container::long_name(&kind)));
        }
        let contents = octets(content).map_err(fault)?;
        let mac = match inside.optional(SEQUENCE).map_err(fault)? {
            Some(mac) => Some(Mac::read(mac, container)?),
            None => None,
        };
        Ok(Self {
            raw: pfx.raw,
            contents,
            mac,
            trailing: file.rest().len(),
        })
    }

    fn safes(&self, container: &Container<'_>) -> Result<Vec<Safe<'_>>, DecodeError> {
        let fault = |fault| container.fault(fault);
        let mut safes = Vec::new();
        let mut inside = Reader::new(&self.contents)
            .expect(SEQUENCE, "its content is not a list of safes")
            .map_err(fault)?
            .inside();
        while let Some(info) = inside.next().map_err(fault)? {
            if safes.len() == super::container::MAX_ENTRIES {
                return Err(container.limit(
                    "the number of safes",
                    super::container::MAX_ENTRIES as u64,
                ));
            }
            let (kind, content) = content_info(info).map_err(fault)?;
            safes.push(match kind.as_str() {
                oid::DATA => Safe::Plain(octets(content).map_err(fault)?),
                oid::ENCRYPTED_DATA => encrypted(content, container)?,
                _ => Safe::Enveloped(super::container::long_name(&kind)),
            });
        }
        Ok(safes)
    }
}

/// One safe, as it lies in the file.
enum Safe<'a> {
    Plain(Cow<'a, [u8]>),
    Encrypted {
        scheme: Scheme,
        ciphertext: Cow<'a, [u8]>,
    },
    /// Of another content type, which is named.
    Enveloped(String),
}

fn encrypted<'a>(
    content: Reader<'a>,
    container: &Container<'_>,
) -> Result<Safe<'a>, DecodeError> {
    let fault = |fault| container.fault(fault);
    let mut content = content;
    let mut data = content
        .expect(SEQUENCE, "an encrypted safe is empty")
        .map_err(fault)?
        .inside();
    data.expect(INTEGER, "an encrypted safe has no version")
        .map_err(fault)?;
    let mut info = data
        .expect(SEQUENCE, "an encrypted safe has no content")
        .map_err(fault)?
        .inside();
    info.expect(OID, "an encrypted safe has no content type")
        .map_err(fault)?;
    let scheme = info
        .expect(SEQUENCE, "an encrypted safe has no algorithm")
        .map_err(fault)?;
    let scheme = Scheme::read(scheme, container)?;
    // [0] IMPLICIT OCTET STRING, primitive or in segments.
    let ciphertext = match info.next().map_err(fault)? {
        Some(element) if matches!(element.tag, 0x80 | 0xa0) => element.octets().map_err(fault)?,
        _ => return Err(container.malformed("an encrypted safe has no content")),
    };
    Ok(Safe::Encrypted { scheme, ciphertext })
}

/// A `ContentInfo`'s type, and what is inside its `[0]`.
fn content_info(info: Element<'_>) -> Result<(String, Reader<'_>), Fault> {
    let mut inside = info.inside();
    let kind = inside.expect(OID, "a content has no type")?.oid()?;
    let content = inside
        .optional(EXPLICIT_0)?
        .map_or(Reader::new(&[]), |content| content.inside());
    Ok((kind, content))
}

fn octets(mut content: Reader<'_>) -> Result<Cow<'_, [u8]>, Fault> {
    content
        .expect(OCTETS, "a content is not a string of bytes")?
        .octets()
}

/// What is needed to open things: the password in all its forms, and the work that is left.
struct Opening<'a> {
    container: Container<'a>,
    budget: Budget,
    forms: Forms,
    /// The password that was given; an empty one is as good as none.
    given: Option<Secret>,
    asked: bool,
}

impl Opening<'_> {
    /// Asks for the store's password, once.
    fn ask(&mut self, passwords: &mut dyn Passwords) -> Result<(), DecodeError> {
        if !self.asked {
            self.asked = true;
            self.given = passwords.password(Wanted::Store, self.container.origin)?;
            self.forms = Forms::of(self.given.as_ref());
        }
        Ok(())
    }

    /// What to say where nothing fitted.
    fn refused(&self) -> DecodeError {
        match &self.given {
            Some(_) => self.container.wrong_password(),
            None => DecodeError::PasswordMissing {
                origin: self.container.origin.clone(),
                what: WHAT,
            },
        }
    }

    /// Makes the MAC. Where none fits, what the password opens tells a wrong one from an altered file.
    fn check(&mut self, shell: &Shell<'_>, safes: &[Safe<'_>]) -> Result<Integrity, DecodeError> {
        let Some(mac) = &shell.mac else {
            return Ok(Integrity::None);
        };
        let mut fits = None;
        for (index, form) in self.forms.iter().enumerate() {
            self.budget.spend(mac.cost(), &self.container)?;
            if mac.verify(shell.raw, form, &self.container)? {
                fits = Some(index);
                break;
            }
        }
        if let Some(index) = fits {
            self.forms.prefer(index);
            return Ok(Integrity::Verified);
        }
        for safe in safes {
            if let Safe::Encrypted { scheme, ciphertext } = safe
                && self.try_open(scheme, ciphertext)?.is_some()
            {
                return Err(self.container.tampered());
            }
        }
        let nothing_to_open = !safes
            .iter()
            .any(|safe| matches!(safe, Safe::Encrypted { .. }));
        if self.given.is_none() && nothing_to_open {
            return Ok(Integrity::Unchecked);
        }
        for safe in safes {
            if let Safe::Plain(contents) = safe
                && self.opens_a_key(contents)?
            {
                return Err(self.container.tampered());
            }
        }
        Err(self.refused())
    }

    /// Opens a safe, which must hold a list of bags.
    fn open(
        &mut self,
        scheme: &Scheme,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
        match self.try_open(scheme, ciphertext)? {
            Some(plain) => Ok(plain),
            None => Err(self.refused()),
        }
    }

    /// Opens something that must come out as one sequence: no other password's garbage does.
    fn try_open(
        &mut self,
        scheme: &Scheme,
        ciphertext: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, DecodeError> {
        for form in self.forms.iter() {
            let opened = scheme.open(form, ciphertext, &mut self.budget, &self.container)?;
            if let Opened::Plain(plain) = opened
                && is_one_sequence(&plain)
            {
                return Ok(Some(plain));
            }
        }
        Ok(None)
    }

    fn opens_a_key(&mut self, contents: &[u8]) -> Result<bool, DecodeError> {
        let Some((scheme, ciphertext)) = bags::first_shrouded(contents, &self.container) else {
            return Ok(false);
        };
        Ok(self.try_open(&scheme, &ciphertext)?.is_some())
    }
}

fn is_one_sequence(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    matches!(reader.expect(SEQUENCE, ""), Ok(_) if reader.rest().is_empty())
}
