//! `fullcert ca`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Passphrase;
use super::key::KeyType;

/// A local certificate authority: a root and an issuing intermediate in a folder.
#[derive(Debug, Args)]
pub struct Ca {
    #[command(subcommand)]
    pub command: CaCommand,
}

#[derive(Debug, Subcommand)]
pub enum CaCommand {
    /// Make the authority
    Init(Init),
    /// Sign a request
    Sign(Sign),
}

/// Make a root and an issuing intermediate: root.pem, root.key, issuing.pem, issuing.key.
#[derive(Debug, Args)]
pub struct Init {
    /// Folder to make (or an empty one to fill)
    #[arg(long, value_name = "DIR", default_value = "ca")]
    pub dir: PathBuf,
    /// Name of the authority: its certificates are called `NAME Root CA` and `NAME Issuing CA`
    #[arg(long, value_name = "NAME", default_value = "fullcert local")]
    pub name: String,
    /// Kind of the authority's keys
    #[arg(
        short = 't',
        long = "type",
        value_enum,
        default_value = "p256",
        value_name = "TYPE"
    )]
    pub kind: KeyType,
    /// Encrypt both keys with a passphrase (asked for where no --passphrase flag names its place)
    #[arg(long)]
    pub encrypt: bool,
    #[command(flatten)]
    pub passphrase: Passphrase,
}

/// Sign a request with the issuing intermediate; the subject and names of the request are kept.
#[derive(Debug, Args)]
pub struct Sign {
    /// The request, as `fullcert csr` or any other tool made it
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
    /// Folder of the authority
    #[arg(long, value_name = "DIR", default_value = "ca")]
    pub dir: PathBuf,
    /// What the certificate may be used for (repeatable)
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        value_name = "PURPOSE",
        default_value = "client"
    )]
    pub eku: Vec<Purpose>,
    /// Days it stays valid
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub days: u32,
    /// File to write; beside the request with the ending .crt where none is named
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Also write the intermediate and the root into one file, as a CA would send them
    #[arg(long, value_name = "FILE")]
    pub chain_out: Option<PathBuf>,
    #[command(flatten)]
    pub passphrase: Passphrase,
    /// Replace the files if they exist
    #[arg(short, long)]
    pub force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    Client,
    Server,
}
