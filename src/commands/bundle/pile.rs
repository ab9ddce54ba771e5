//! What the files held.

use std::collections::HashSet;
use std::path::Path;

use crate::cli::InputPassword;
use crate::cli::bundle::Bundle;
use crate::commands::passwords::Asked;
use crate::commands::{Context, certificates, probe};
use crate::decode;
use crate::error::{DecodeError, Error, IdentityError, SecretError};
use crate::material::{Certificate, Item, Name, PrivateKey};
use crate::report::bundle::PassedOver;
use crate::source::{Origin, Source};

/// Everything that may become part of an identity.
#[derive(Default)]
pub struct Pile {
    pub certificates: Vec<Certificate>,
    pub keys: Vec<PrivateKey>,
    pub files: Vec<Origin>,
    pub anchors: Vec<Certificate>,
    /// What fills a gap, and is no part of the pile.
    pub pool: Vec<Certificate>,
    pub leaves: Vec<Certificate>,
    /// CAs that the server named.
    pub names: Vec<Name>,
    /// Private keys nobody gave a passphrase for.
    pub locked: Vec<Origin>,
    pub passed_over: Vec<PassedOver>,
}

impl Pile {
    /// Reads every file that was named.
    ///
    /// # Errors
    /// A file that cannot be read, or stays locked as a whole.
    pub fn read(args: &Bundle, context: &mut Context<'_, '_>) -> Result<Self, Error> {
        let mut asked = Asked::new(
            args.in_password.origins(),
            args.in_key_password.origins(),
            context.io,
        );
        Self::collect(args, &mut asked).map_err(|error| match error {
            Error::Decode(DecodeError::PasswordMissing { origin, what }) => {
                locked(format!("for the {what} {origin}"))
            }
            other => other,
        })
    }

    fn collect(args: &Bundle, asked: &mut Asked<'_, '_>) -> Result<Self, Error> {
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
            pile.anchors.extend(certificates::of(&read(path, asked)?));
        }
        for path in &args.pool {
            pile.pool.extend(certificates::pool(path, asked)?);
        }
        if let Some(path) = &args.evidence {
            pile.names = pile.named(path, asked)?;
        }
        Ok(pile)
    }

    /// The names of a recording that somebody here bears or was issued by; no path can end at another.
    fn named(&self, path: &Path, asked: &mut Asked<'_, '_>) -> Result<Vec<Name>, Error> {
        let evidence = probe::replay(path, asked.io())?;
        let wanted: HashSet<&str> = evidence
            .call
            .iter()
            .filter_map(|call| call.tls.as_ref()?.certificate_request.as_ref())
            .flat_map(|request| &request.ca_names)
            .map(String::as_str)
            .collect();
        let mut names: Vec<Name> = Vec::new();
        for certificate in self.certificates.iter().chain(&self.pool) {
            for name in [certificate.subject(), certificate.issuer()] {
                if wanted.contains(name.to_string().as_str()) && !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        Ok(names)
    }

    fn add(&mut self, path: &Path, asked: &mut Asked<'_, '_>) -> Result<(), Error> {
        let origin = Origin::file(path);
        if self.files.contains(&origin) {
            return Ok(());
        }
        self.files.push(origin);
        let decoded = read(path, asked)?;
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

/// Nobody answered: here `--password-…` is about what is written, so the hint must name the other flags.
pub fn locked(what: String) -> Error {
    let flag = InputPassword::default().origins().flag;
    SecretError::NobodyToAsk { what, flag }.into()
}

fn read(path: &Path, asked: &mut Asked<'_, '_>) -> Result<decode::Decoded, Error> {
    let source = Source::read(path, asked.io().stdin)?;
    Ok(decode::decode(&source, asked)?)
}
