//! Owns what was typed: the command line, one file per subcommand. Nothing here touches a file or the clock.

pub mod bundle;
pub mod ca;
pub mod convert;
pub mod csr;
pub mod demo;
pub mod explain;
pub mod inspect;
pub mod key;
pub mod keystore;
pub mod output;
pub mod probe;
pub mod recipe;
pub mod salesforce;
pub mod serve;
pub mod shell;
pub mod truststore;
pub mod verify;
pub mod way;

mod secrets;

use std::path::Path;

use clap::{Parser, Subcommand, ValueEnum};

pub use secrets::{
    InputKeyPassword, InputPassword, KeyPassword, LoginPassword, OutputPassword, Passphrase,
    ProxyUser, SessionId,
};

/// Mutual TLS without guessing: make keys and requests, assemble identities, and find out who refused and why.
#[derive(Debug, Parser)]
#[command(
    name = "fullcert",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
#[command(
    after_help = "Exit codes: 0 fine, 1 a finding (the verdict is not ok), 2 usage or unreadable input."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags every command takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Global {
    /// How results are printed on standard output
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        display_order = 900
    )]
    pub format: Format,
    /// When to use colour
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        display_order = 901
    )]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    /// For a person
    #[default]
    Text,
    /// One JSON object
    Json,
    /// For a textfile collector (verify)
    Prometheus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a private key
    Key(key::Key),
    /// Make a certificate signing request
    Csr(csr::Csr),
    /// A local certificate authority, to try things with
    Ca(ca::Ca),
    /// Turn a pile of files into one identity: fullcert.pem, PKCS#12, JKS
    Bundle(bundle::Bundle),
    /// Write certificates to trust, for Java and others
    Truststore(truststore::Truststore),
    /// Write a file in another format, losing nothing unsaid
    Convert(convert::Convert),
    /// Say what is in a file
    Inspect(inspect::Inspect),
    /// Say, offline, whether a certificate with its chain would be accepted
    Verify(Box<verify::Verify>),
    /// Call an endpoint and say who refused, and why
    Probe(Box<probe::Probe>),
    /// Salesforce over mutual TLS, from the login to the call
    Salesforce(salesforce::Salesforce),
    /// A TLS server that tells what its clients present
    Serve(Box<serve::Serve>),
    /// Say what an error text of any program means
    Explain(explain::Explain),
    /// Say how a given client uses this identity
    Recipe(recipe::Recipe),
    /// Watch the whole story happen on this machine
    Demo(demo::Demo),
    /// Print a shell's completion script
    Completions(shell::Completions),
    /// Write the man pages into a folder
    Man(shell::Man),
}

/// Whether a path that was typed stands for standard output: data goes there then, and no report.
#[must_use]
pub fn is_stdout(path: &Path) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]
        .iter()
        .any(|name| path.as_os_str() == *name)
}
