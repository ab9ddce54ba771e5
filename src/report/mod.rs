//! Owns every word and colour a person sees. Commands hand over facts; this room turns them into text or JSON.
//!
//! Rules of the house: stdout carries data only; an error is `error:`, then `caused by:`, then a blank line
//! and `hint:`; whatever came from a certificate or a server is escaped before it is printed.

pub mod bundle;
pub mod caution;
pub mod convert;
pub mod demo;
mod diagnosis;
pub mod explain;
pub mod generated;
pub mod inspect;
mod paths;
pub mod probe;
pub mod recipe;
pub mod salesforce;
pub mod serve;
pub mod truststore;
pub mod verify;
mod way;
pub mod when;

use std::error::Error as _;
use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::error::{Error, Hint as _};

/// Prints an error the way all errors are printed.
///
/// # Errors
/// What the stream says.
pub fn error(error: &Error, stderr: &mut dyn Write) -> io::Result<()> {
    writeln!(stderr, "{} {error}", "error:".red().bold())?;
    let mut cause = error.source();
    while let Some(inner) = cause {
        writeln!(stderr, "  caused by: {inner}")?;
        cause = inner.source();
    }
    if let Some(hint) = error.hint() {
        writeln!(stderr, "\n{} {hint}", "hint:".cyan().bold())?;
    }
    Ok(())
}

/// Prints a warning.
///
/// # Errors
/// What the stream says.
pub fn warning(text: &str, stderr: &mut dyn Write) -> io::Result<()> {
    writeln!(stderr, "{} {text}", "warning:".yellow().bold())
}

/// Prints one JSON object, indented, with a line end.
///
/// # Errors
/// What the stream says.
pub fn json<T: Serialize>(value: &T, stdout: &mut dyn Write) -> io::Result<()> {
    // A terminal's stream is written line by line; a long object has many.
    let mut stdout = io::BufWriter::new(stdout);
    serde_json::to_writer_pretty(&mut stdout, value)?;
    writeln!(stdout)?;
    stdout.flush()
}
