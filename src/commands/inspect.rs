//! `fullcert inspect`

use std::collections::HashMap;
use std::path::Path;

use crate::cli::Format;
use crate::cli::inspect::Inspect;
use crate::decode::{self, Decoded};
use crate::error::{DecodeError, Error};
use crate::material::Item;
use crate::report;
use crate::report::inspect::{Failure, File, Listing};
use crate::source::Source;

use super::passwords::Asked;
use super::{Context, Outcome, pairing};

pub fn run(args: &Inspect, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let json = context.global.format == Format::Json;
    let mut files = Vec::new();
    let mut passwords = Asked::new(
        args.password.origins(),
        args.passphrase.origins(),
        context.io,
    );
    for path in &args.files {
        let read = match open(path, &mut passwords) {
            Ok(decoded) => Ok(decoded),
            // A password's place that cannot be read fails for every file alike.
            Err(Error::Decode(DecodeError::Secret(error))) => return Err(error.into()),
            Err(error) => {
                if !json {
                    report::error(&error, passwords.io().stderr)?;
                }
                Err(Failure::new(code(&error), &error))
            }
        };
        files.push(File {
            path: path.to_string_lossy().into_owned(),
            read,
            pairs: HashMap::new(),
        });
    }
    pairing::mark(&mut files);
    let unreadable = files.iter().any(|file| file.read.is_err());
    let listing = Listing { files };
    let stdout = &mut *context.io.stdout;
    if json {
        report::json(&listing, stdout)?;
    } else {
        report::inspect::print(&listing, context.clock.now(), stdout)?;
    }
    Ok(if unreadable {
        Outcome::Unreadable
    } else {
        Outcome::Fine
    })
}

/// Lists what needs no password; asks where nothing does.
fn open(path: &Path, passwords: &mut Asked<'_, '_>) -> Result<Decoded, Error> {
    let source = Source::read(path, passwords.io().stdin)?;
    passwords.prompt(false);
    let silent = decode::decode(&source, passwords);
    let enough = match &silent {
        Ok(decoded) => {
            decoded.objects.is_empty()
                || decoded
                    .objects
                    .iter()
                    .any(|object| !matches!(object.item, Item::EncryptedKey(_)))
        }
        Err(error) => !matches!(error, DecodeError::PasswordMissing { .. }),
    };
    if enough {
        return Ok(silent?);
    }
    passwords.prompt(true);
    Ok(decode::decode(&source, passwords)?)
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Decode(error) => error.code(),
        Error::Source(error) => error.code(),
        _ => "unreadable",
    }
}
