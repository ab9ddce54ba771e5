//! The identity and the anchors a probe was given, taken as curl takes them: what the file holds is what is sent.

use std::path::Path;

use crate::chain;
use crate::decode::{Decoded, Format};
use crate::error::{Error, IdentityError, SecretError};
use crate::evidence::{CertificateFacts, Offered, VerifyFault};
use crate::identity::Identity;
use crate::material::{Certificate, Item, PrivateKey, Time};
use crate::observe::Trust;

use super::super::faults::told;
use super::super::passwords::Asked;

/// The facts of what was given, and the identity where key and certificate belong together.
pub struct Given {
    pub offered: Offered,
    pub identity: Option<Identity>,
}

/// The certificates of `--cacert`, all of them; the machine's where no file is named.
pub fn trust(path: Option<&Path>, passwords: &mut Asked<'_, '_>) -> Result<Trust, Error> {
    let Some(path) = path else {
        return Ok(Trust::system()?);
    };
    let decoded = passwords.open(path)?;
    let certificates = certificates(&decoded);
    if certificates.is_empty() {
        return Err(IdentityError::NoCertificate {
            files: vec![decoded.origin],
        }
        .into());
    }
    Ok(Trust::of(path.display().to_string(), certificates))
}

/// What `-E` and `--key` name, read once: either may be a stream.
pub struct Files {
    pub identity: Decoded,
    /// The key's, where it is another.
    pub key: Option<Decoded>,
}

impl Files {
    /// None where neither was given.
    pub fn open(
        cert: Option<&Path>,
        key: Option<&Path>,
        passwords: &mut Asked<'_, '_>,
    ) -> Result<Option<Self>, Error> {
        let Some(path) = cert.or(key) else {
            return Ok(None);
        };
        let identity = passwords.open(path)?;
        let key = match key {
            Some(key) if key != path => Some(passwords.open(key)?),
            _ => None,
        };
        Ok(Some(Self { identity, key }))
    }
}

impl Given {
    pub fn of(files: &Files, trust: &Trust, now: Time) -> Result<Self, Error> {
        let decoded = &files.identity;
        let holder = files.key.as_ref().unwrap_or(decoded);
        let certificates = certificates(decoded);
        if certificates.is_empty() {
            return Err(IdentityError::NoCertificate {
                files: vec![decoded.origin.clone()],
            }
            .into());
        }
        let keys = keys(holder)?;
        let is_store = is_store(decoded);
        // In PEM the first certificate is the one that is sent, whatever follows; a keystore has no first.
        let (key, owner) =
            pick(&keys, &certificates, is_store).ok_or_else(|| IdentityError::NoKey {
                files: vec![holder.origin.clone()],
            })?;
        let mut chain = certificates;
        let mut key_belongs_to = owner;
        if let (true, Some(index)) = (is_store, owner) {
            let leaf = chain.remove(index);
            chain.insert(0, leaf);
            key_belongs_to = Some(0);
        }
        let offered = Offered {
            file: decoded.origin.path().display().to_string(),
            chain: CertificateFacts::of_chain(&chain),
            key: key.info().clone(),
            key_belongs_to,
            issuer_at_hand: beyond(&chain, trust),
            namesake_at_hand: namesake(&chain, trust),
            chain_faults: faults(&chain, trust, now),
        };
        let identity = match (key_belongs_to, chain.split_first()) {
            (Some(0), Some((leaf, issuers))) => {
                Some(Identity::new(key.clone(), leaf.clone(), issuers.to_vec())?)
            }
            _ => None,
        };
        Ok(Self { offered, identity })
    }
}

fn is_store(decoded: &Decoded) -> bool {
    matches!(decoded.format, Format::Pkcs12 | Format::Jks | Format::Jceks)
}

fn certificates(decoded: &Decoded) -> Vec<Certificate> {
    let mut found: Vec<Certificate> = Vec::new();
    for object in &decoded.objects {
        if let Item::Certificate(certificate) = &object.item
            && !found.contains(certificate)
        {
            found.push(certificate.clone());
        }
    }
    found
}

fn keys(decoded: &Decoded) -> Result<Vec<&PrivateKey>, Error> {
    let keys: Vec<&PrivateKey> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Key(key) => Some(key),
            _ => None,
        })
        .collect();
    if keys.is_empty()
        && let Some(locked) = decoded
            .objects
            .iter()
            .find(|object| matches!(object.item, Item::EncryptedKey(_)))
    {
        let what = format!("for the private key {}", locked.origin);
        let flag = if is_store(decoded) {
            "in-key-password"
        } else {
            "in-password"
        };
        return Err(SecretError::NobodyToAsk { what, flag }.into());
    }
    if keys.is_empty() {
        return Err(IdentityError::NoKey {
            files: vec![decoded.origin.clone()],
        }
        .into());
    }
    Ok(keys)
}

/// The key to use, with the place of its certificate: the first certificate's own key if it is here.
fn pick<'a>(
    keys: &[&'a PrivateKey],
    certificates: &[Certificate],
    any_place: bool,
) -> Option<(&'a PrivateKey, Option<usize>)> {
    let owner = |key: &PrivateKey| certificates.iter().position(|one| one.belongs_to(key));
    let fitting = keys
        .iter()
        .map(|key| (*key, owner(key)))
        .find(|(_, owner)| *owner == Some(0) || any_place && owner.is_some());
    fitting.or_else(|| keys.first().map(|key| (*key, owner(key))))
}

/// A certificate at hand that issued the last one to be sent.
fn beyond(chain: &[Certificate], trust: &Trust) -> Option<CertificateFacts> {
    let top = chain.last()?;
    if top.is_self_issued() {
        return None;
    }
    trust
        .named()
        .iter()
        .find(|one| one.subject() == top.issuer() && top.is_signed_by(one))
        .map(CertificateFacts::of)
}

/// A certificate at hand that goes by the name of the last one's issuer and is not its issuer's.
fn namesake(chain: &[Certificate], trust: &Trust) -> Option<CertificateFacts> {
    let top = chain.last().filter(|top| !top.is_self_issued())?;
    let mut named = trust
        .named()
        .iter()
        .filter(|one| one.subject() == top.issuer())
        .peekable();
    let first = named.peek().copied()?;
    named
        .all(|one| !top.is_signed_by(one))
        .then(|| CertificateFacts::of(first))
}

/// What is amiss in the chain itself, its top being trusted.
fn faults(chain: &[Certificate], trust: &Trust, now: Time) -> Vec<VerifyFault> {
    let Some((leaf, certificates)) = chain.split_first() else {
        return Vec::new();
    };
    let question = chain::Question {
        leaf,
        certificates,
        anchors: trust.named(),
        assume: true,
        crls: &[],
        purpose: Some(chain::Purpose::Client),
        peer: None,
        at: now,
        strict: false,
    };
    chain::judge(&question).map_or_else(|_| Vec::new(), |judged| told(&judged.faults))
}
