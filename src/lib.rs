//! fullcert: mutual TLS from nothing to a working call, and a plain answer when the call fails.
//!
//! Two flows, each one way:
//!
//! ```text
//! material   files ──decode──▶ material ──chain──▶ identity ──encode──▶ bytes ──sink──▶ files
//! probe      endpoint ──observe──▶ evidence ──diagnose──▶ verdict ──report──▶ text | json
//! ```
//!
//! *Observe* never concludes; *diagnose* never touches a socket, a file or the clock.

pub mod catalogue;
pub mod chain;
pub mod cli;
pub mod clients;
pub mod decode;
pub mod diagnose;
pub mod encode;
pub mod endpoint;
pub mod error;
pub mod evidence;
pub mod explain;
pub mod generate;
pub mod http2;
pub mod identity;
pub mod io;
pub mod material;
pub mod observe;
pub mod recipe;
pub mod report;
pub mod salesforce;
pub mod secret;
pub mod serve;
pub mod sink;
pub mod source;

mod commands;
mod ffi;

use std::ffi::OsString;

use clap::Parser as _;

use cli::{Cli, Color};
use commands::{Context, Outcome};
use io::{Clock, Io};

/// The whole program: `args` with the program's name first; returns the exit code.
///
/// 0 fine, 1 a finding, 2 usage or an input that cannot be read. May be called any number of times.
pub fn run(args: impl IntoIterator<Item = OsString>, io: &mut Io<'_>, clock: &dyn Clock) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, io),
    };
    colored::control::set_override(wants_color(cli.global.color, io));
    let mut context = Context {
        io,
        clock,
        global: cli.global,
    };
    match commands::run(cli.command, &mut context) {
        Ok(Outcome::Fine) => 0,
        Ok(Outcome::Finding) => 1,
        Ok(Outcome::Unreadable) => 2,
        // Whoever reads our output has gone (`| head`): nothing is left to tell, and nothing went wrong here.
        Err(error::Error::Output(cause)) if cause.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            let _ = report::error(&error, context.io.stderr);
            2
        }
    }
}

fn usage(error: &clap::Error, io: &mut Io<'_>) -> u8 {
    let text = error.render();
    let (stream, terminal) = if error.use_stderr() {
        (&mut *io.stderr, io.terminal.stderr)
    } else {
        (&mut *io.stdout, io.terminal.stdout)
    };
    let plain = !terminal || (io.env)("NO_COLOR").is_some_and(|value| !value.is_empty());
    let _ = if plain {
        write!(stream, "{text}")
    } else {
        write!(stream, "{}", text.ansi())
    };
    u8::try_from(error.exit_code()).unwrap_or(2)
}

fn wants_color(choice: Color, io: &Io<'_>) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            io.terminal.stdout && (io.env)("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}
