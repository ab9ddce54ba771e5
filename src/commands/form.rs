//! Owns how an identity becomes the bytes of each format that was asked for, and what locks them.

use crate::cli::keystore::{Pkcs12, Profile};
use crate::cli::output::OutputFormat;
use crate::encode::caution::{self, Caution};
use crate::encode::{Entry, jks, pem, pkcs7, pkcs8, pkcs12};
use crate::error::{Error, SecretError};
use crate::identity::Identity;
use crate::material::{Certificate, San, Time};
use crate::secret::Secret;

/// As the prompt names it.
pub const PASSWORD: &str = "keystore password";
/// As the prompt names it.
pub const KEY_PASSWORD: &str = "private key password";

/// What the files are to look like, and what locks them.
pub struct Form {
    pub pkcs12: Pkcs12,
    /// Of keystores.
    pub store: Option<Secret>,
    /// Of the key in Java's keystores, where it is not the store's.
    pub key: Option<Secret>,
    /// Of the key in PEM files, where it is to be encrypted.
    pub pem: Option<Secret>,
    pub now: Time,
}

impl Form {
    /// An identity, or the part of it that the format is for.
    pub fn identity(
        &self,
        format: OutputFormat,
        alias: &str,
        identity: &Identity,
    ) -> Result<Vec<u8>, Error> {
        let entries = [Entry::Identity { alias, identity }];
        Ok(match format {
            OutputFormat::Pem => pem::fullcert(identity, self.pem.as_ref())?,
            OutputFormat::Chain => pem::certificates(identity.chain())?,
            OutputFormat::Leaf => pem::certificates([identity.leaf()])?,
            OutputFormat::Key => pem::key(identity.key(), self.pem.as_ref())?,
            OutputFormat::Der => identity.leaf().der().to_owned(),
            OutputFormat::Pkcs8 => match &self.pem {
                None => pkcs8::der(identity.key())?.to_vec(),
                Some(secret) => pkcs8::encrypted_der(identity.key(), secret, pkcs8::ITERATIONS)?,
            },
            OutputFormat::Pkcs7 => pkcs7::der(identity.chain())?,
            OutputFormat::Pkcs12 | OutputFormat::Jks | OutputFormat::Jceks => {
                self.keystore(format, &entries)?
            }
        })
    }

    /// A keystore with these entries.
    pub fn keystore(&self, format: OutputFormat, entries: &[Entry<'_>]) -> Result<Vec<u8>, Error> {
        let store = self
            .store
            .as_ref()
            .ok_or_else(|| SecretError::EmptyPassword {
                what: PASSWORD.to_owned(),
            })?;
        let kind = match format {
            OutputFormat::Jks => jks::Kind::Jks,
            OutputFormat::Jceks => jks::Kind::Jceks,
            _ => {
                let profile = match self.pkcs12.p12_profile {
                    Profile::Modern => pkcs12::Profile::Modern,
                    Profile::Legacy => pkcs12::Profile::Legacy,
                    Profile::Pbmac1 => pkcs12::Profile::Pbmac1,
                };
                let iterations = self.pkcs12.iterations.unwrap_or(profile.iterations());
                return Ok(pkcs12::write(entries, store, profile, iterations)?);
            }
        };
        Ok(jks::write(
            kind,
            entries,
            store,
            self.key.as_ref(),
            self.now,
        )?)
    }

    /// What to know of the keystores among these formats, each thing once.
    pub fn cautions(
        &self,
        formats: impl IntoIterator<Item = OutputFormat>,
        entries: &[Entry<'_>],
    ) -> Vec<Caution> {
        let mut cautions = Vec::new();
        for format in formats {
            let (Some(kind), Some(store)) = (kind(format), &self.store) else {
                continue;
            };
            for caution in caution::cautions(kind, entries, store) {
                if !cautions.contains(&caution) {
                    cautions.push(caution);
                }
            }
        }
        cautions
    }
}

fn kind(format: OutputFormat) -> Option<caution::Kind> {
    match format {
        OutputFormat::Pkcs12 => Some(caution::Kind::Pkcs12),
        OutputFormat::Jks => Some(caution::Kind::Jks),
        OutputFormat::Jceks => Some(caution::Kind::Jceks),
        _ => None,
    }
}

/// The leaf's common name, else its first alternative name.
pub fn alias_of(leaf: &Certificate) -> String {
    let san = leaf.sans().iter().find_map(|san| match san {
        San::Dns(name) | San::Email(name) | San::Uri(name) => Some(name.clone()),
        San::Ip(ip) => Some(ip.to_string()),
        San::Other(_) => None,
    });
    leaf.subject()
        .common_name()
        .map(str::to_owned)
        .filter(|name| !name.trim().is_empty())
        .or(san)
        .unwrap_or_else(|| "1".to_owned())
}
