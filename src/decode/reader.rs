//! Owns what accumulates while one source is read: objects, notes, and the limits on both.

use crate::error::DecodeError;
use crate::material::{Encryption, Item, Object};
use crate::source::{Origin, Source};

use super::{Decoded, Format, Integrity, Mac, Passwords};

/// The most objects taken from one file.
pub const MAX_OBJECTS: usize = 105_000;

/// The most private keys, and the most requests, taken from one file: libcrypto looks at each.
pub const MAX_KEYS: usize = 1_000;

/// The most alternative names and usages taken from one file, over all its certificates.
pub const MAX_PARTS: usize = 500_000;

/// The most key derivation one file may cost, over all its keys: eight million iterations of PBKDF2 with SHA-256,
/// two to three seconds. An iteration of SHA-512 counts as three.
///
/// NSS and `GnuTLS` take 600,000 for each entry of a keystore.
pub const MAX_ITERATIONS: u64 = 8_000_000;

/// Further notes are counted, not kept.
const MAX_NOTES: usize = 200;

/// One source being read.
pub(super) struct Reader<'p> {
    pub passwords: &'p mut dyn Passwords,
    /// How many wrappings (base64, archives) the present bytes came out of.
    pub depth: u32,
    /// `EC PARAMETERS` that stood before a key.
    pub curve: Option<Vec<u8>>,
    /// How the key being read was locked.
    pub unlocked: Option<Encryption>,
    /// Of the container read last.
    pub integrity: Integrity,
    pub mac: Option<Mac>,
    safes: Vec<Encryption>,
    objects: Vec<Object>,
    notes: Vec<String>,
    further_notes: usize,
    remarks: Vec<String>,
    iterations: u64,
    /// Bytes unpacked from archives.
    pub unpacked: u64,
    parts: usize,
    keys: usize,
}

impl<'p> Reader<'p> {
    pub fn new(passwords: &'p mut dyn Passwords) -> Self {
        Self {
            passwords,
            depth: 0,
            curve: None,
            unlocked: None,
            integrity: Integrity::None,
            mac: None,
            safes: Vec::new(),
            objects: Vec::new(),
            notes: Vec::new(),
            further_notes: 0,
            remarks: Vec::new(),
            iterations: 0,
            unpacked: 0,
            parts: 0,
            keys: 0,
        }
    }

    pub fn finish(mut self, source: &Source, format: Format) -> Decoded {
        if self.further_notes > 0 {
            self.notes
                .push(format!("{} further notes are left out", self.further_notes));
        }
        Decoded {
            origin: source.origin.clone(),
            format,
            integrity: self.integrity,
            objects: self.objects,
            notes: self.notes,
            remarks: self.remarks,
            mac: self.mac,
            safes: self.safes,
        }
    }

    pub fn count(&self) -> usize {
        self.objects.len()
    }

    pub fn push(&mut self, item: Item, origin: &Origin) -> Result<(), DecodeError> {
        self.push_object(Object {
            item,
            alias: None,
            trusted: false,
            origin: origin.clone(),
        })
    }

    pub fn push_object(&mut self, object: Object) -> Result<(), DecodeError> {
        if self.objects.len() >= MAX_OBJECTS {
            return Err(DecodeError::LimitExceeded {
                origin: object.origin.whole(),
                what: "the number of objects",
                limit: MAX_OBJECTS as u64,
            });
        }
        let exceeded = |what, limit: usize| {
            Err(DecodeError::LimitExceeded {
                origin: object.origin.clone(),
                what,
                limit: limit as u64,
            })
        };
        match &object.item {
            Item::Certificate(certificate) => {
                self.parts += certificate.parts();
                for oddity in certificate.oddities() {
                    self.remark(format!(
                        "{}: the certificate {oddity}; strict programs refuse it",
                        object.origin
                    ));
                }
            }
            Item::Key(_) | Item::EncryptedKey(_) | Item::Request(_) => self.keys += 1,
            Item::PublicKey(_) | Item::Crl(_) | Item::SecretKey { .. } => {}
        }
        if self.parts > MAX_PARTS {
            return exceeded("the number of alternative names and usages", MAX_PARTS);
        }
        if self.keys > MAX_KEYS {
            return exceeded("the number of private keys and requests", MAX_KEYS);
        }
        self.objects.push(object);
        Ok(())
    }

    /// Says how something is written that was read all the same.
    pub fn remark(&mut self, remark: String) {
        if self.remarks.len() < MAX_NOTES {
            self.remarks.push(remark);
        }
    }

    /// Says what was passed over.
    pub fn note(&mut self, note: String) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(note);
        } else {
            self.further_notes += 1;
        }
    }

    /// The objects pushed since there were `from`.
    pub fn since(&mut self, from: usize) -> &mut [Object] {
        self.objects.get_mut(from..).unwrap_or_default()
    }

    /// Notes how a safe is locked.
    pub fn safe(&mut self, encryption: &Encryption) {
        if !self.safes.contains(encryption) {
            self.safes.push(encryption.clone());
        }
    }

    /// Counts key derivation that only makes an error clearer; `false` where there is no room left for it.
    pub fn affords(&mut self, iterations: u64) -> bool {
        let spent = self.iterations.saturating_add(iterations);
        let affords = spent <= MAX_ITERATIONS;
        if affords {
            self.iterations = spent;
        }
        affords
    }

    /// Counts key derivation before it is done.
    pub fn spend(&mut self, iterations: u64, origin: &Origin) -> Result<(), DecodeError> {
        self.iterations = self.iterations.saturating_add(iterations);
        if self.iterations > MAX_ITERATIONS {
            return Err(DecodeError::LimitExceeded {
                origin: origin.clone(),
                what: "the work to derive keys from the passphrase, in iterations,",
                limit: MAX_ITERATIONS,
            });
        }
        Ok(())
    }
}
