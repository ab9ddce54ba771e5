//! What the files of a pile hold.

use std::path::Path;

use crate::cli::bundle::Bundle;
use crate::error::{Error, IdentityError};
use crate::material::{Certificate, Item, PrivateKey};
use crate::report::bundle::PassedOver;
use crate::secret::Origins;
use crate::source::Origin;

use super::super::passwords::Asked;
use super::super::{Context, certificates};

/// What the files held.
#[derive(Default)]
pub struct Pile {
    pub certificates: Vec<Certificate>,
    pub keys: Vec<PrivateKey>,
    pub files: Vec<Origin>,
    pub anchors: Vec<Certificate>,
    pub pool: Vec<Certificate>,
    pub leaves: Vec<Certificate>,
    /// Private keys nobody gave a passphrase for.
    pub locked: Vec<Origin>,
    pub passed_over: Vec<PassedOver>,
}

impl Pile {
    pub fn read(args: &Bundle, context: &mut Context<'_, '_>) -> Result<Self, Error> {
        let mut asked = Asked::new(args.in_password.origins(), Origins::default(), context.io);
        let asked = &mut asked;
        let mut pile = Self::default();
        for path in &args.files {
            pile.add(path, asked)?;
        }
        if let Some(path) = &args.key {
            pile.keys.retain(|key| key.origin().path() == path);
            pile.add(path, asked)?;
            pile.keys.retain(|key| key.origin().path() == path);
        }
        if let Some(path) = &args.leaf {
            pile.add(path, asked)?;
            pile.leaves = pile
                .certificates
                .iter()
                .filter(|certificate| certificate.origin().path() == path)
                .cloned()
                .collect();
            if pile.leaves.is_empty() {
                return Err(IdentityError::NoCertificate {
                    files: vec![Origin::file(path)],
                }
                .into());
            }
        }
        for path in &args.cacert {
            pile.anchors
                .extend(certificates::of(&certificates::open(path, asked)?));
        }
        for path in &args.pool {
            pile.pool.extend(certificates::pool(path, asked)?);
        }
        Ok(pile)
    }

    fn add(&mut self, path: &Path, asked: &mut Asked<'_, '_>) -> Result<(), Error> {
        let origin = Origin::file(path);
        if self.files.contains(&origin) {
            return Ok(());
        }
        self.files.push(origin);
        let decoded = certificates::open(path, asked)?;
        for note in decoded.notes {
            self.passed_over.push(PassedOver::Note {
                file: decoded.origin.clone(),
                note,
            });
        }
        for object in decoded.objects {
            let what = match object.item {
                Item::Certificate(certificate) => {
                    self.certificates.push(certificate);
                    continue;
                }
                Item::Key(key) => {
                    self.keys.push(key);
                    continue;
                }
                Item::PublicKey(_) => "a public key",
                Item::Request(_) => "a signing request: the CA answers it with a certificate",
                Item::Crl(_) => "a revocation list",
                Item::SecretKey { .. } => "a secret key",
                Item::EncryptedKey(key) => {
                    self.locked.push(key.origin);
                    "a private key that stayed locked"
                }
            };
            self.passed_over.push(PassedOver::Thing {
                what,
                origin: object.origin,
            });
        }
        Ok(())
    }
}
