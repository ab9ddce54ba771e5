//! Owns the way from bytes to material. Files are told apart by their content, never by their name.
//!
//! Every decoder states its limits and checks them before it allocates or derives anything, so that no file takes more
//! than some seconds or 256 MiB, whoever made it:
//!
//! | what | limit |
//! |---|---|
//! | a file | [`crate::source::MAX_BYTES`] |
//! | objects of a file | [`MAX_OBJECTS`]; private keys and requests [`MAX_KEYS`] |
//! | names and usages beyond the usual, over a file's certificates | [`MAX_PARTS`] |
//! | a certificate | 1 MiB; a private key 64 KiB |
//! | key derivation of a file | [`MAX_ITERATIONS`]; scrypt [`MAX_SCRYPT_MEMORY`] |
//! | a set of JSON Web Keys | 1 MiB |
//! | nesting | 32 indefinite lengths, 3 layers of base64 |
//! | an archive | [`MAX_MEMBERS`], [`MAX_UNPACKED`]; none inside another |

mod armour;
mod der;
mod embedded;
mod foreign;
pub(crate) mod jks;
mod jwk;
mod legacy;
mod legacy_pem;
mod lock;
mod marker;
mod message;
pub(crate) mod oid;
mod pem;
mod pkcs12;
mod pkcs7;
mod pkcs8;
mod reader;
mod sniff;
mod tlv;
mod unlock;
mod zip;

use serde::Serialize;

use crate::error::{DecodeError, SecretError};
use crate::material::{Encryption, Object};
use crate::secret::Secret;
use crate::source::{Origin, Source};

use reader::Reader;

pub use lock::MAX_SCRYPT_MEMORY;
pub use reader::{MAX_ITERATIONS, MAX_KEYS, MAX_OBJECTS, MAX_PARTS};
pub use zip::{MAX_MEMBERS, MAX_UNPACKED};

/// Reads whatever is in `source`, asking `passwords` where something is locked.
///
/// A key whose passphrase nobody gives is listed as [`crate::material::Item::EncryptedKey`].
///
/// # Errors
/// Nothing known is in it, a part of it is damaged, or a password does not open it. One bad part is an
/// error for the whole: nothing is passed over in silence.
pub fn decode(source: &Source, passwords: &mut dyn Passwords) -> Result<Decoded, DecodeError> {
    let mut reader = Reader::new(passwords);
    let format = sniff::read(source, &mut reader)?;
    Ok(reader.finish(source, format))
}

/// The container something was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pem,
    Der,
    Pkcs7,
    Pkcs12,
    Jks,
    Jceks,
    /// A JSON Web Key, or a set of them.
    Jwk,
    /// An archive with any of these in it.
    Zip,
}

/// Whether the container's own check over its content was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integrity {
    /// The check was made and holds.
    Verified,
    /// There is one, and without the password it could not be made.
    Unchecked,
    /// The format has none.
    None,
}

/// All that was found in one source.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub origin: Origin,
    pub format: Format,
    pub integrity: Integrity,
    pub objects: Vec<Object>,
    /// What was passed over, and why: a sentence each.
    pub notes: Vec<String>,
    /// What is unusual about how it is written, though all of it was read: a sentence each.
    pub remarks: Vec<String>,
    /// How the container's own check is made, where it has one.
    pub mac: Option<Mac>,
    /// How its safes are locked, each way once.
    pub safes: Vec<Encryption>,
}

/// A container's check over its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mac {
    /// `HMAC`, `PBMAC1` (RFC 9579), or `JKS` for Java's own.
    pub scheme: String,
    /// `SHA256`, `hmacWithSHA256`, ….
    pub digest: String,
    /// How its key comes from the password; `None` where the password itself is hashed.
    pub kdf: Option<String>,
    pub iterations: Option<u64>,
}

/// What a password is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// The password of a whole keystore.
    Store,
    /// The passphrase of one private key.
    Key,
}

/// Where a decoder turns when something is locked.
pub trait Passwords {
    /// The password for what is at `origin`; `None` where there is none to be had.
    ///
    /// # Errors
    /// [`SecretError`] where the named place cannot be read.
    fn password(&mut self, wanted: Wanted, origin: &Origin) -> Result<Option<Secret>, SecretError>;
}

/// Nobody to ask: whatever is locked stays locked.
pub struct NoPasswords;

impl Passwords for NoPasswords {
    fn password(&mut self, _: Wanted, _: &Origin) -> Result<Option<Secret>, SecretError> {
        Ok(None)
    }
}
