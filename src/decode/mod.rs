//! Owns the way from bytes to material. Files are told apart by their content, never by their name.
//!
//! Every decoder states its limits and checks them before it allocates.

mod ber;
mod container;
mod key;
mod pbe;
pub mod pkcs12;

use serde::Serialize;

use crate::error::SecretError;
use crate::material::Object;
use crate::secret::Secret;
use crate::source::Origin;

/// The container something was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pem,
    Der,
    Pkcs7,
    Pkcs12,
    Jks,
    Jceks,
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
    /// How its parts are protected, each way once.
    pub profile: Vec<Protection>,
}

/// How a part of a container is protected, by the names its algorithm identifiers have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Protection {
    pub part: Part,
    /// `PBES2`, `pbeWithSHA1And40BitRC2-CBC`, `PBMAC1`, `HMAC`, …
    pub scheme: String,
    /// `PBKDF2` or scrypt, where the scheme names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kdf: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<String>,
    /// The digest of a MAC, or the pseudo-random function of a key derivation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// Iterations of the key derivation; scrypt's N.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
}

/// The part of a container that a [`Protection`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The check over the whole of it.
    Integrity,
    /// A safe with whatever is in it: the certificates, as a rule.
    Contents,
    /// A private key.
    Key,
    /// A secret key.
    SecretKey,
}

/// What a password is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
