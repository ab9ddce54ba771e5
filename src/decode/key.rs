//! A private key out of a keystore: its size and its cost are looked at before libcrypto sees it.

use openssl::pkey::PKey;

use crate::error::DecodeError;
use crate::material::PrivateKey;
use crate::source::Origin;

use super::ber::{INTEGER, OID, Reader, SEQUENCE};
use super::container::{Budget, Container, MAX_KEY_BYTES, MAX_KEYS, long_name};

/// Elliptic curves and the like derive their public half in well under this.
const CURVE_COST: u64 = 1_000;

/// A `PrivateKeyInfo` (RFC 5208), DER.
#[derive(Clone, Copy)]
pub(super) struct Pkcs8<'a>(pub &'a [u8]);

impl Pkcs8<'_> {
    /// The key's algorithm, dotted.
    pub fn algorithm(self) -> Option<String> {
        let mut inside = Reader::new(self.0).expect(SEQUENCE, "").ok()?.inside();
        inside.expect(INTEGER, "").ok()?;
        let mut identifier = inside.expect(SEQUENCE, "").ok()?.inside();
        identifier.expect(OID, "").ok()?.oid().ok()
    }

    /// What libcrypto does on reading it: for DSA and Diffie-Hellman a power modulo a prime of the file's choosing.
    fn cost(self) -> u64 {
        let parameters = || {
            let mut inside = Reader::new(self.0).expect(SEQUENCE, "").ok()?.inside();
            inside.expect(INTEGER, "").ok()?;
            Some(inside.expect(SEQUENCE, "").ok()?.contents.len())
        };
        // The prime takes at most the whole of the parameters; a curve's are a few bytes.
        let hundreds_of_bits = (parameters().unwrap_or(0) as u64).saturating_mul(8) / 100;
        hundreds_of_bits
            .saturating_pow(3)
            .saturating_add(CURVE_COST)
    }
}

/// Counts the keys of one file.
pub(super) struct Keys(usize);

impl Keys {
    pub fn new() -> Self {
        Self(0)
    }

    /// Reads one. The inner error is a sentence about a key that libcrypto does not know.
    pub fn read(
        &mut self,
        pkcs8: Pkcs8<'_>,
        origin: Origin,
        budget: &mut Budget,
        container: &Container<'_>,
    ) -> Result<Result<PrivateKey, String>, DecodeError> {
        self.0 += 1;
        if self.0 > MAX_KEYS {
            return Err(container.limit("the number of private keys", MAX_KEYS as u64));
        }
        if pkcs8.0.len() > MAX_KEY_BYTES {
            return Err(container.limit("a private key's size in bytes", MAX_KEY_BYTES as u64));
        }
        budget.spend(pkcs8.cost(), container)?;
        let key = PKey::private_key_from_pkcs8(pkcs8.0)
            .map_err(|_| ())
            .and_then(|pkey| PrivateKey::new(pkey, origin).map_err(|_| ()));
        Ok(key.map_err(|()| {
            let algorithm = pkcs8
                .algorithm()
                .map_or_else(|| "an unknown algorithm".to_owned(), |oid| long_name(&oid));
            format!("a private key of {algorithm} cannot be read and is passed over")
        }))
    }
}
