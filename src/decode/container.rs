//! The file that is being opened: what its errors are called, and how much work it may still ask for.

use openssl::asn1::Asn1Object;
use openssl::nid::Nid;

use crate::error::DecodeError;
use crate::source::Origin;

use super::ber::Fault;

/// The largest keystore that is opened, in bytes (16 MiB): over ten thousand certificates.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most entries of a keystore.
pub const MAX_ENTRIES: usize = 20_000;
/// The most private keys of a keystore.
pub const MAX_KEYS: usize = 1_000;
/// The largest private key, in bytes: ten times an RSA key of 16384 bits.
pub const MAX_KEY_BYTES: usize = 64 * 1024;
/// The work one file may ask for, in iterations of PBKDF2 with HMAC-SHA-256: about two seconds.
///
/// Five times what any program writes; counted over all of a file's derivations, before each is begun.
pub const MAX_ITERATIONS: u64 = 6_000_000;

/// A container with a name for its errors.
#[derive(Clone, Copy)]
pub(super) struct Container<'a> {
    pub origin: &'a Origin,
    pub what: &'static str,
}

impl Container<'_> {
    pub fn malformed(&self, reason: impl Into<String>) -> DecodeError {
        DecodeError::Malformed {
            origin: self.origin.clone(),
            what: self.what,
            reason: reason.into(),
        }
    }

    /// A fault inside: there, even a length that is too great is not the file's end.
    pub fn fault(&self, fault: Fault) -> DecodeError {
        match fault {
            Fault::Truncated { have, want } => self.malformed(format!(
                "an element states {want} bytes where there are {have}"
            )),
            Fault::TooDeep => self.limit("nesting", super::ber::DEPTH as u64),
            Fault::Unexpected(what) => self.malformed(what),
        }
    }

    pub fn truncated(&self, have: usize, want: usize) -> DecodeError {
        DecodeError::Truncated {
            origin: self.origin.clone(),
            what: self.what,
            have: have as u64,
            want: want as u64,
        }
    }

    pub fn limit(&self, what: &'static str, limit: u64) -> DecodeError {
        DecodeError::LimitExceeded {
            origin: self.origin.clone(),
            what,
            limit,
        }
    }

    pub fn unsupported(&self, algorithm: impl Into<String>) -> DecodeError {
        DecodeError::AlgorithmUnsupported {
            origin: self.origin.clone(),
            what: self.what,
            algorithm: algorithm.into(),
        }
    }

    pub fn wrong_password(&self) -> DecodeError {
        DecodeError::KeystorePasswordWrong {
            origin: self.origin.clone(),
            what: self.what,
        }
    }

    pub fn tampered(&self) -> DecodeError {
        DecodeError::Tampered {
            origin: self.origin.clone(),
            what: self.what,
        }
    }

    /// Refuses a file that is larger than any honest one, before anything is made of it.
    pub fn check_size(&self, bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.len() > MAX_BYTES {
            return Err(self.limit("its size in bytes", MAX_BYTES as u64));
        }
        Ok(())
    }
}

/// The work a file may still ask for; see [`MAX_ITERATIONS`].
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Budget {
    pub fn new() -> Self {
        Self(MAX_ITERATIONS)
    }

    /// Takes `cost` off, or says that there is not that much left.
    pub fn spend(&mut self, cost: u64, container: &Container<'_>) -> Result<(), DecodeError> {
        match self.0.checked_sub(cost) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(container.limit("the work of its iterations", MAX_ITERATIONS)),
        }
    }
}

/// An algorithm's name as libcrypto has it (`AES-256-CBC`), or its dotted identifier.
pub(super) fn short_name(dotted: &str) -> String {
    named(dotted, Nid::short_name)
}

/// As [`short_name`], in full (`pbeWithSHA1And40BitRC2-CBC`).
pub(super) fn long_name(dotted: &str) -> String {
    named(dotted, Nid::long_name)
}

fn named(
    dotted: &str,
    name: impl Fn(&Nid) -> Result<&'static str, openssl::error::ErrorStack>,
) -> String {
    Asn1Object::from_str(dotted)
        .ok()
        .map(|object| object.nid())
        .filter(|nid| *nid != Nid::UNDEF)
        .and_then(|nid| name(&nid).ok())
        .map_or_else(|| dotted.to_owned(), str::to_owned)
}
