//! Owns what each command does: typed, then meant, then one call, then an outcome. Nobody imports this room.

mod bundle;
mod ca;
mod certificates;
mod convert;
mod csr;
mod demo;
mod explain;
mod faults;
mod form;
mod inspect;
mod issuers;
mod java;
mod key;
mod machine;
mod only;
mod pairing;
mod passwords;
mod probe;
mod recipe;
mod salesforce;
mod serve;
mod shell;
mod truststore;
mod verify;

use std::path::{Path, PathBuf};

use crate::cli::{Command, Format, Global, is_stdout};
use crate::error::{Error, UsageError};
use crate::io::{Clock, Io};
use crate::sink;

/// How a command ended, short of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1: it worked, and found something wrong.
    Finding,
    /// Exit code 2, already told: some inputs could not be read, the others were.
    Unreadable,
}

/// What every command works with.
pub struct Context<'a, 'b> {
    pub io: &'a mut Io<'b>,
    pub clock: &'a dyn Clock,
    pub global: Global,
}

/// Data on standard output leaves no room there for a JSON report.
fn refuse_json_beside(outputs: &[&PathBuf], context: &Context<'_, '_>) -> Result<(), UsageError> {
    let streams = outputs.iter().any(|path| is_stdout(path));
    if streams && context.global.format == Format::Json {
        return Err(UsageError::new(
            "--format json reports on standard output, where -o - writes already",
            "name a file with -o, or leave --format json out",
        ));
    }
    Ok(())
}

/// What is being read is not written over, not even with --force.
fn refuse_replacing(input: Option<&Path>, outputs: &[&PathBuf]) -> Result<(), UsageError> {
    let Some(input) = input else { return Ok(()) };
    if input.as_os_str() != "-" && outputs.iter().any(|path| sink::same_place(path, input)) {
        return Err(UsageError::new(
            format!(
                "{} is read here and named as an output too",
                input.display()
            ),
            "give -o another name",
        ));
    }
    Ok(())
}

/// Runs one command.
///
/// # Errors
/// Whatever stage failed; nothing was written then.
pub fn run(command: Command, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    if context.global.format == Format::Prometheus && !matches!(command, Command::Verify(_)) {
        return Err(UsageError::new(
            "--format prometheus is for fullcert verify alone",
            "--format json is what every command has",
        )
        .into());
    }
    match command {
        Command::Key(args) => key::run(&args, context),
        Command::Csr(args) => csr::run(&args, context),
        Command::Ca(args) => ca::run(&args, context),
        Command::Bundle(args) => bundle::run(&args, context),
        Command::Convert(args) => convert::run(&args, context),
        Command::Truststore(args) => truststore::run(&args, context),
        Command::Inspect(args) => inspect::run(&args, context),
        Command::Verify(args) => verify::run(&args, context),
        Command::Probe(args) => probe::run(&args, context),
        Command::Salesforce(args) => salesforce::run(&args, context),
        Command::Serve(args) => serve::run(&args, context),
        Command::Explain(args) => explain::run(&args, context),
        Command::Recipe(args) => recipe::run(&args, context),
        Command::Demo(args) => demo::run(&args, context),
        Command::Completions(args) => shell::completions(&args, context),
        Command::Man(args) => shell::man(&args, context),
    }
}
