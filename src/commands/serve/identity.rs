//! What a server shows of itself, given or made on the spot, and the CAs whose clients it welcomes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;

use crate::chain::{self, Parts};
use crate::decode::{self, Decoded};
use crate::error::{DecodeError, Error, IdentityError};
use crate::generate::{self, Authority, KeyType, Purpose, Validity};
use crate::identity::Identity;
use crate::material::{Certificate, Item, PrivateKey, San, Time};
use crate::source::{Origin, Source};

use super::super::passwords::Asked;

/// Long enough for an afternoon's tests, short enough not to be mistaken for the real thing.
const DAYS: u32 = 30;

/// The identity in `path`, in whatever order it holds key and certificates.
///
/// # Errors
/// A file cannot be read, or there is no one identity in it.
pub fn given(
    path: &Path,
    key: Option<&Path>,
    now: Time,
    passwords: &mut Asked<'_, '_>,
) -> Result<Identity, Error> {
    let mut files = vec![read(path, passwords)?];
    if let Some(key) = key.filter(|key| *key != path) {
        files.push(read(key, passwords)?);
    }
    let certificates: Vec<Certificate> = files.iter().flat_map(certificates).collect();
    let keys: Vec<PrivateKey> = files
        .iter()
        .flat_map(|file| &file.objects)
        .filter_map(|object| match &object.item {
            Item::Key(key) => Some(key.clone()),
            _ => None,
        })
        .collect();
    let locked = files
        .iter()
        .flat_map(|file| &file.objects)
        .find(|object| matches!(object.item, Item::EncryptedKey(_)));
    if let (true, Some(locked)) = (keys.is_empty(), locked) {
        return Err(DecodeError::PasswordMissing {
            origin: locked.origin.clone(),
            what: "private key",
        }
        .into());
    }
    let origins: Vec<Origin> = files.iter().map(|file| file.origin.clone()).collect();
    let assembly = chain::assemble(&Parts {
        certificates: &certificates,
        keys: &keys,
        files: &origins,
        anchors: &[],
        names: &[],
        leaves: &[],
        now,
    })?;
    Ok(assembly.identity)
}

/// The certificates in `path`.
///
/// # Errors
/// The file cannot be read, or holds none.
pub fn authorities(path: &Path, passwords: &mut Asked<'_, '_>) -> Result<Vec<Certificate>, Error> {
    let decoded = read(path, passwords)?;
    let found = certificates(&decoded);
    if found.is_empty() {
        return Err(IdentityError::NoCertificate {
            files: vec![decoded.origin],
        }
        .into());
    }
    Ok(found)
}

/// A new identity for these names, and the root that clients must trust to call it.
///
/// # Errors
/// libcrypto cannot make it, or a name is none.
pub fn made(
    listen: SocketAddr,
    names: &[String],
    now: Time,
) -> Result<(Identity, Certificate), Error> {
    let mut sans = vec![
        San::Dns("localhost".to_owned()),
        San::Ip(Ipv4Addr::LOCALHOST.into()),
        San::Ip(Ipv6Addr::LOCALHOST.into()),
    ];
    let mut add = |san| {
        if !sans.contains(&san) {
            sans.push(san);
        }
    };
    if !listen.ip().is_unspecified() {
        add(San::Ip(listen.ip()));
    }
    for name in names {
        add(match name.parse::<IpAddr>() {
            Ok(address) => San::Ip(address),
            Err(_) => generate::dns(name).map_err(crate::error::GenerateError::from)?,
        });
    }
    let authority = Authority::new("fullcert serve", KeyType::P256, now)?;
    let key = generate::key(KeyType::P256)?;
    let request = generate::request(&key, &generate::common_name("localhost")?, &sans)?;
    let leaf = authority
        .issue(&request, &[Purpose::Server], Validity::days(now, DAYS))?
        .certificate;
    let identity = Identity::new(key, leaf, vec![authority.issuing().clone()])?;
    Ok((identity, authority.root().clone()))
}

fn read(path: &Path, passwords: &mut Asked<'_, '_>) -> Result<Decoded, Error> {
    let source = Source::read(path, passwords.io().stdin)?;
    Ok(decode::decode(&source, passwords)?)
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
