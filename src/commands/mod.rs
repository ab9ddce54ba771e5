//! Owns what each command does: typed, then meant, then one call, then an outcome. Nobody imports this room.

mod bundle;
mod ca;
mod csr;
mod demo;
mod inspect;
mod key;
mod pairing;
mod passwords;
mod probe;
mod shell;

use crate::cli::{Command, Global};
use crate::error::Error;
use crate::io::{Clock, Io};

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

/// Runs one command.
///
/// # Errors
/// Whatever stage failed; nothing was written then.
pub fn run(command: Command, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    match command {
        Command::Key(args) => key::run(&args, context),
        Command::Csr(args) => csr::run(&args, context),
        Command::Ca(args) => ca::run(&args, context),
        Command::Bundle(args) => bundle::run(&args, context),
        Command::Inspect(args) => inspect::run(&args, context),
        Command::Probe(args) => probe::run(&args, context),
        Command::Demo(args) => demo::run(&args, context),
        Command::Completions(args) => shell::completions(&args, context),
        Command::Man(args) => shell::man(&args, context),
    }
}
