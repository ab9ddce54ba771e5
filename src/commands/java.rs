//! The certificates a Java trusts, and where it keeps them.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::decode::{self, Decoded, NoPasswords, Passwords, Wanted};
use crate::error::{Error, SecretError, TrustError};
use crate::material::Item;
use crate::secret::Secret;
use crate::source::{Origin, Source};

use super::passwords::Asked;

/// Below a Java home, of a JDK or JRE since 9, of a JRE before, and of a JDK before.
const CACERTS: [&str; 2] = ["lib/security/cacerts", "jre/lib/security/cacerts"];
/// Where distributions keep it for every Java.
const SHARED: [&str; 2] = ["/etc/ssl/certs/java/cacerts", "/etc/pki/java/cacerts"];

/// The truststore of `place` (a file, or a Java home), of `home`, of the `java` on the path, or of the machine.
///
/// # Errors
/// [`TrustError::NoJava`] where there is none.
pub fn cacerts(
    place: Option<&Path>,
    home: Option<&Path>,
    path: &OsStr,
) -> Result<PathBuf, TrustError> {
    let below = |home: &Path| {
        CACERTS
            .iter()
            .map(|file| home.join(file))
            .find(|file| file.is_file())
    };
    if let Some(place) = place {
        return if place.is_dir() {
            below(place).ok_or_else(|| TrustError::NoJava {
                place: Some(place.to_owned()),
            })
        } else {
            Ok(place.to_owned())
        };
    }
    home.and_then(below)
        .or_else(|| {
            std::env::split_paths(path)
                .filter_map(|folder| folder.join("java").canonicalize().ok())
                .filter_map(|java| Some(java.parent()?.parent()?.to_owned()))
                .find_map(|home| below(&home))
        })
        .or_else(|| SHARED.iter().map(PathBuf::from).find(|file| file.is_file()))
        .ok_or(TrustError::NoJava { place: None })
}

/// Opens a truststore: one without a password, or under Java's own default, or else with the one that was named.
///
/// # Errors
/// The file cannot be read, or the password does not open it.
pub fn truststore(path: &Path, asked: &mut Asked<'_, '_>) -> Result<Decoded, Error> {
    let source = Source::read(path, asked.io().stdin)?;
    if let Ok(decoded) = decode::decode(&source, &mut JavaDefault) {
        return Ok(decoded);
    }
    if let Ok(decoded) = decode::decode(&source, &mut NoPasswords)
        && decoded
            .objects
            .iter()
            .any(|object| matches!(object.item, Item::Certificate(_)))
    {
        return Ok(decoded);
    }
    asked.decode(&source)
}

/// The password every JDK ships its truststore with.
struct JavaDefault;

impl Passwords for JavaDefault {
    fn password(&mut self, _: Wanted, _: &Origin) -> Result<Option<Secret>, SecretError> {
        Ok(Some(Secret::new("changeit".to_owned())))
    }
}
