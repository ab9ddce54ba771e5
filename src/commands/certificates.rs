//! Certificates out of a file, or out of a folder of files.

use std::path::{Path, PathBuf};

use crate::decode::{self, Decoded, NoPasswords};
use crate::error::{Error, SourceError};
use crate::io::Io;
use crate::material::{Certificate, Item};
use crate::source::Source;

use super::passwords::Asked;

/// All that were found, in the file's order.
pub fn of(decoded: &Decoded) -> Vec<Certificate> {
    decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Certificate(certificate) => Some(certificate.clone()),
            _ => None,
        })
        .collect()
}

/// Everything in a file, or in a folder's files as far as they hold certificates.
pub fn pool(path: &Path, asked: &mut Asked<'_, '_>) -> Result<Vec<Certificate>, Error> {
    if !path.is_dir() {
        return Ok(of(&asked.open(path)?));
    }
    let mut found = Vec::new();
    for file in files_of(path)? {
        // What else lies in the folder is none of our business.
        found.extend(readable(&file, asked.io()).iter().flat_map(of));
    }
    Ok(found)
}

fn readable(path: &Path, io: &mut Io<'_>) -> Option<Decoded> {
    let source = Source::read(path, io.stdin).ok()?;
    decode::decode(&source, &mut NoPasswords).ok()
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let unreadable = |cause| SourceError::from_io(folder, cause);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
