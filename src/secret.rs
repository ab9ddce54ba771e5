//! Owns passwords: where one comes from (file, environment, descriptor, prompt) and that it is wiped afterwards.
//!
//! A password is never taken from the command line itself, and `Secret` neither prints nor serialises.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::error::SecretError;
use crate::io::Io;

/// The longest password taken from a file or descriptor, in bytes.
pub const MAX_BYTES: u64 = 4096;

/// A password or passphrase: UTF-8, wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself, for the cipher that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a password is to come from; the first that is set wins, and none set means ask.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// The first line of this file (`-` is standard input).
    pub file: Option<PathBuf>,
    /// This environment variable.
    pub env: Option<String>,
    /// The first line read from this open file descriptor.
    pub fd: Option<u32>,
    /// The flags' common stem, for hints: `passphrase` for `--passphrase-file` and its kin.
    pub flag: &'static str,
}

impl Origins {
    /// Whether the user named a place, so that nobody needs to be asked.
    #[must_use]
    pub fn named(&self) -> bool {
        self.file.is_some() || self.env.is_some() || self.fd.is_some()
    }

    /// Reads the password from the named place; `None` where none was named.
    ///
    /// # Errors
    /// The place cannot be read, is empty of a line, is not UTF-8, or is over [`MAX_BYTES`].
    pub fn read(&self, io: &mut Io<'_>) -> Result<Option<Secret>, SecretError> {
        if let Some(path) = &self.file {
            let place = format!("{}", path.display());
            let text = if path.as_os_str() == "-" {
                first_line(&mut *io.stdin, &place)?
            } else {
                let mut file = File::open(path).map_err(|cause| SecretError::Unreadable {
                    place: place.clone(),
                    cause,
                })?;
                first_line(&mut file, &place)?
            };
            return Ok(Some(text));
        }
        if let Some(name) = &self.env {
            let value =
                (io.env)(name).ok_or_else(|| SecretError::NoVariable { name: name.clone() })?;
            let text = value.into_string().map_err(|_| SecretError::NotUtf8 {
                place: format!("the environment variable {name}"),
            })?;
            return Ok(Some(Secret::new(text)));
        }
        if let Some(fd) = self.fd {
            let place = format!("file descriptor {fd}");
            // Through /dev/fd the descriptor opens without taking ownership of a number we were only told.
            let mut file =
                File::open(format!("/dev/fd/{fd}")).map_err(|cause| SecretError::Unreadable {
                    place: place.clone(),
                    cause,
                })?;
            return Ok(Some(first_line(&mut file, &place)?));
        }
        Ok(None)
    }

    /// Reads the password from the named place, or asks for it once.
    ///
    /// # Errors
    /// As [`Origins::read`]; and [`SecretError::NobodyToAsk`] where there is no terminal.
    pub fn read_or_ask(&self, what: &str, io: &mut Io<'_>) -> Result<Secret, SecretError> {
        if let Some(secret) = self.read(io)? {
            return Ok(secret);
        }
        self.ask(&format!("{what}: "), what, io)
    }

    /// As [`Origins::read_or_ask`] for a password that is being set: asked twice, and never empty.
    ///
    /// # Errors
    /// As there; and [`SecretError::Differ`], [`SecretError::EmptyPassword`].
    pub fn read_or_choose(&self, what: &str, io: &mut Io<'_>) -> Result<Secret, SecretError> {
        let secret = if let Some(secret) = self.read(io)? {
            secret
        } else {
            let first = self.ask(&format!("New {what}: "), what, io)?;
            if first != self.ask(&format!("The same {what} again: "), what, io)? {
                return Err(SecretError::Differ);
            }
            first
        };
        if secret.expose().is_empty() {
            return Err(SecretError::EmptyPassword {
                what: what.to_owned(),
            });
        }
        Ok(secret)
    }

    fn ask(&self, question: &str, what: &str, io: &mut Io<'_>) -> Result<Secret, SecretError> {
        let answer = (io.prompt)(question).map_err(|cause| SecretError::Unreadable {
            place: "the terminal".to_owned(),
            cause,
        })?;
        answer.ok_or_else(|| SecretError::NobodyToAsk {
            what: what.to_owned(),
            flag: self.flag,
        })
    }
}

/// One line without its end: editors add one, and `echo` does too.
fn first_line(reader: &mut dyn Read, place: &str) -> Result<Secret, SecretError> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(1024));
    reader
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| SecretError::Unreadable {
            place: place.to_owned(),
            cause,
        })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(SecretError::TooLong {
            place: place.to_owned(),
        });
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::NotUtf8 {
        place: place.to_owned(),
    })?;
    let line = text.split('\n').next().unwrap_or_default();
    Ok(Secret::new(
        line.strip_suffix('\r').unwrap_or(line).to_owned(),
    ))
}
