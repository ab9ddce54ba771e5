//! What a file holds, put together: keys with their chains, certificates to trust, and the rest.

use crate::chain::{self, Aim, End, Pile};
use crate::decode::{Decoded, Format};
use crate::error::{Error, SecretError};
use crate::identity::Identity;
use crate::material::{Certificate, Crl, Item, Object, PrivateKey, PublicKey, Request, Time};
use crate::report::convert::Lost;

/// Everything of one file, in the file's order.
#[derive(Default)]
pub struct Contents {
    pub identities: Vec<(Option<String>, Identity)>,
    /// Keys without a certificate of theirs.
    pub keys: Vec<PrivateKey>,
    /// Marked by their container as trusted.
    pub trusted: Vec<(Option<String>, Certificate)>,
    /// Of no key here, and without a mark.
    pub certificates: Vec<(Option<String>, Certificate)>,
    pub crls: Vec<Crl>,
    pub requests: Vec<Request>,
    pub public_keys: Vec<PublicKey>,
    /// What no format but the file's own could hold.
    pub lost: Vec<Lost>,
}

impl Contents {
    /// # Errors
    /// A private key stayed locked: it is not left behind.
    pub fn of(decoded: Decoded, now: Time) -> Result<Self, Error> {
        let mut contents = Self::default();
        let mut keys = Vec::new();
        let mut loose = Vec::new();
        let mut secrets = Vec::new();
        for object in decoded.objects {
            let Object {
                item,
                alias,
                trusted,
                origin,
            } = object;
            match item {
                Item::Key(key) => keys.push((alias, key)),
                Item::Certificate(certificate) if trusted => {
                    contents.trusted.push((alias, certificate));
                }
                Item::Certificate(certificate) => loose.push((alias, certificate)),
                Item::Crl(crl) => contents.crls.push(crl),
                Item::Request(request) => contents.requests.push(request),
                Item::PublicKey(key) => contents.public_keys.push(key),
                Item::SecretKey { algorithm } => {
                    secrets.push(alias.unwrap_or(algorithm));
                }
                Item::EncryptedKey(_) => {
                    return Err(SecretError::NobodyToAsk {
                        what: format!("for the private key in {origin}"),
                        flag: "in-key-password",
                    }
                    .into());
                }
            }
        }
        if !secrets.is_empty() {
            contents.lost.push(Lost::SecretKeys(secrets));
        }
        if !decoded.notes.is_empty() {
            contents.lost.push(Lost::Unread(decoded.notes));
        }
        if matches!(decoded.format, Format::Jks | Format::Jceks) {
            contents.lost.push(Lost::Dates);
        }
        contents.pair(keys, loose, now);
        Ok(contents)
    }

    fn pair(
        &mut self,
        keys: Vec<(Option<String>, PrivateKey)>,
        loose: Vec<(Option<String>, Certificate)>,
        now: Time,
    ) {
        let certificates: Vec<Certificate> = loose.iter().map(|(_, found)| found.clone()).collect();
        let pile = Pile::new(&certificates, &[]);
        let mut used = vec![false; loose.len()];
        for (alias, key) in keys {
            let chain = entry_chain(&key, &loose)
                .or_else(|| found_chain(alias.as_deref(), &key, &loose, &pile, now));
            let identity = chain.and_then(|chain| {
                let mut chain = chain.into_iter();
                let leaf = chain.next()?;
                Identity::new(key.clone(), leaf, chain.collect()).ok()
            });
            match identity {
                Some(identity) => {
                    for ((_, certificate), used) in loose.iter().zip(&mut used) {
                        *used |= identity.chain().any(|member| member == certificate);
                    }
                    self.identities.push((alias, identity));
                }
                None => self.keys.push(key),
            }
        }
        self.certificates = loose
            .into_iter()
            .zip(used)
            .filter(|(_, used)| !used)
            .map(|(named, _)| named)
            .collect();
    }

    /// Every private key, with or without a certificate.
    pub fn all_keys(&self) -> impl Iterator<Item = &PrivateKey> {
        self.identities
            .iter()
            .map(|(_, identity)| identity.key())
            .chain(&self.keys)
    }

    /// Every certificate: those of keys first, each chain whole.
    pub fn all_certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.identities
            .iter()
            .flat_map(|(_, identity)| identity.chain())
            .chain(self.trusted.iter().map(|(_, certificate)| certificate))
            .chain(self.certificates.iter().map(|(_, certificate)| certificate))
    }

    /// Every name that an entry bears.
    pub fn names(&self) -> Vec<String> {
        self.identities
            .iter()
            .map(|(alias, _)| alias)
            .chain(self.trusted.iter().map(|(alias, _)| alias))
            .chain(self.certificates.iter().map(|(alias, _)| alias))
            .flatten()
            .cloned()
            .collect()
    }
}

/// The chain that a Java keystore keeps in the key's own entry.
fn entry_chain(
    key: &PrivateKey,
    loose: &[(Option<String>, Certificate)],
) -> Option<Vec<Certificate>> {
    key.origin().block?;
    let chain: Vec<Certificate> = loose
        .iter()
        .map(|(_, certificate)| certificate)
        .filter(|certificate| certificate.origin() == key.origin())
        .cloned()
        .collect();
    (!chain.is_empty()).then_some(chain)
}

/// The chain built from all certificates of the file, its root included where it is there.
fn found_chain(
    alias: Option<&str>,
    key: &PrivateKey,
    loose: &[(Option<String>, Certificate)],
    pile: &Pile,
    now: Time,
) -> Option<Vec<Certificate>> {
    let mut own = loose
        .iter()
        .filter(|(_, certificate)| certificate.belongs_to(key));
    let first = own.next()?;
    let (_, leaf) = std::iter::once(first)
        .chain(own)
        .find(|(name, _)| name.as_deref() == alias)
        .unwrap_or(first);
    let aim = Aim {
        names: &[],
        purpose: chain::purpose_of(leaf),
        now,
    };
    let path = chain::best(leaf, pile, &aim);
    let mut chain = path.certificates;
    if let End::Root(root) = path.end
        && !chain.contains(&root)
    {
        chain.push(root);
    }
    Some(chain)
}
