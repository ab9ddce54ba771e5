//! How a private key is locked, and a key nobody has opened.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::source::Origin;

/// What may be said of a key's encryption without its passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encryption {
    /// What frames it: `PBES2`, `PBES1`, `PKCS#12`, `PEM`, `JKS`, ….
    pub scheme: String,
    /// How the key comes from the passphrase: `PBKDF2 with hmacWithSHA256`, `scrypt`, ….
    pub kdf: String,
    /// How often it is applied; `None` where the notion does not fit.
    pub iterations: Option<u64>,
    /// Memory it takes, in bytes; `None` where it takes none worth naming.
    pub memory: Option<u64>,
    /// `AES-256-CBC` and the like, or the dotted identifier.
    pub cipher: String,
}

impl fmt::Display for Encryption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.cipher, self.kdf)?;
        if let Some(iterations) = self.iterations {
            write!(f, ", {iterations} iterations")?;
        }
        if let Some(memory) = self.memory {
            write!(f, ", {} KiB of memory", memory.div_ceil(1024))?;
        }
        Ok(())
    }
}

/// A private key that is still locked: it is there, it needs a passphrase, and no more is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncryptedKey {
    pub encryption: Encryption,
    pub origin: Origin,
}
