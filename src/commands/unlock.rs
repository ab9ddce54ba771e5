//! Passwords for locked input: from the place that was named, or asked for file by file.

use crate::decode::{Passwords, Wanted};
use crate::error::SecretError;
use crate::io::Io;
use crate::secret::{Origins, Secret};
use crate::source::Origin;

/// Answers a decoder out of `--in-password-…`, or at the terminal.
pub struct Unlock<'a, 'b> {
    pub origins: Origins,
    pub io: &'a mut Io<'b>,
    /// What the named place said; it is read once, for a descriptor can be read no second time.
    named: Option<Secret>,
}

impl<'a, 'b> Unlock<'a, 'b> {
    pub fn new(origins: Origins, io: &'a mut Io<'b>) -> Self {
        Self {
            origins,
            io,
            named: None,
        }
    }
}

impl Passwords for Unlock<'_, '_> {
    fn password(&mut self, wanted: Wanted, origin: &Origin) -> Result<Option<Secret>, SecretError> {
        if self.origins.named() {
            if self.named.is_none() {
                self.named = self.origins.read(self.io)?;
            }
            return Ok(self.named.clone());
        }
        let question = match wanted {
            Wanted::Store => format!("Password of {origin}: "),
            Wanted::Key => format!("Passphrase of the private key in {origin}: "),
        };
        (self.io.prompt)(&question).map_err(|cause| SecretError::Unreadable {
            place: "the terminal".to_owned(),
            cause,
        })
    }
}
