//! Owns the answers while files are read: a named place first, then the person at the terminal, once per file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::decode::{self, Decoded, Passwords, Wanted};
use crate::error::{DecodeError, Error, SecretError};
use crate::io::Io;
use crate::secret::{Origins, Secret};
use crate::source::{Origin, Source};

/// Answers decoders from the places the user named, or by asking.
///
/// A place is read once, and a person is asked once for each file and kind of password. Where `key` names no
/// place, `store`'s serves for keys too; the same goes the other way round.
pub struct Asked<'a, 'b> {
    store: Place,
    key: Place,
    io: &'a mut Io<'b>,
    prompts: bool,
    answers: HashMap<(PathBuf, Wanted), Option<Secret>>,
}

impl<'a, 'b> Asked<'a, 'b> {
    /// `store` opens keystores, `key` single keys.
    pub fn new(store: Origins, key: Origins, io: &'a mut Io<'b>) -> Self {
        Self {
            store: Place::new(store),
            key: Place::new(key),
            io,
            prompts: true,
            answers: HashMap::new(),
        }
    }

    /// Whether a person may be asked from now on. Named places are read either way.
    pub fn prompt(&mut self, allowed: bool) {
        self.prompts = allowed;
    }

    /// The streams, for reading files between the questions.
    pub fn io(&mut self) -> &mut Io<'b> {
        self.io
    }

    /// Reads a file. Where nobody answers for it, the error names the flags that would.
    ///
    /// # Errors
    /// The file cannot be read, or what it holds cannot.
    pub fn open(&mut self, path: &Path) -> Result<Decoded, Error> {
        let source = Source::read(path, self.io.stdin)?;
        self.decode(&source)
    }

    /// As [`Asked::open`], for bytes that were read already.
    ///
    /// # Errors
    /// What they hold cannot be read.
    pub fn decode(&mut self, source: &Source) -> Result<Decoded, Error> {
        let flag = self.store.origins.flag;
        decode::decode(source, self).map_err(|error| match error {
            DecodeError::PasswordMissing { origin, what } => SecretError::NobodyToAsk {
                what: format!("for the {what} {origin}"),
                flag,
            }
            .into(),
            other => other.into(),
        })
    }

    fn ask(&mut self, wanted: Wanted, origin: &Origin) -> Result<Option<Secret>, SecretError> {
        let file = (origin.path().to_owned(), wanted);
        if let Some(answer) = self.answers.get(&file) {
            return Ok(answer.clone());
        }
        let question = match wanted {
            Wanted::Store => format!("Password of {}: ", origin.whole()),
            Wanted::Key => format!("Passphrase of the private key in {}: ", origin.whole()),
        };
        let answer = (self.io.prompt)(&question).map_err(|cause| SecretError::Unreadable {
            place: "the terminal".to_owned(),
            cause,
        })?;
        self.answers.insert(file, answer.clone());
        Ok(answer)
    }
}

impl Passwords for Asked<'_, '_> {
    fn password(&mut self, wanted: Wanted, origin: &Origin) -> Result<Option<Secret>, SecretError> {
        let (own, other) = match wanted {
            Wanted::Store => (&mut self.store, &mut self.key),
            Wanted::Key => (&mut self.key, &mut self.store),
        };
        for place in [own, other] {
            if let Some(secret) = place.read(self.io)? {
                return Ok(Some(secret));
            }
        }
        if self.prompts {
            self.ask(wanted, origin)
        } else {
            Ok(None)
        }
    }
}

/// A named place and what was read from it: a descriptor gives its line only once.
struct Place {
    origins: Origins,
    read: Option<Secret>,
}

impl Place {
    fn new(origins: Origins) -> Self {
        Self {
            origins,
            read: None,
        }
    }

    fn read(&mut self, io: &mut Io<'_>) -> Result<Option<Secret>, SecretError> {
        if self.read.is_none() {
            self.read = self.origins.read(io)?;
        }
        Ok(self.read.clone())
    }
}
