//! `fullcert key`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Passphrase;

/// Make a private key: PKCS#8 PEM, readable by its owner alone.
#[derive(Debug, Args)]
pub struct Key {
    /// Kind of key; RSA 2048 is what Salesforce and most partners take
    #[arg(
        short = 't',
        long = "type",
        value_enum,
        default_value_t,
        value_name = "TYPE"
    )]
    pub kind: KeyType,
    /// File to write (`-` is standard output)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Encrypt the key with a passphrase (asked for where no --passphrase flag names its place)
    #[arg(long)]
    pub encrypt: bool,
    #[command(flatten)]
    pub passphrase: Passphrase,
    /// Replace the file if it exists
    #[arg(short, long)]
    pub force: bool,
}

/// The kinds of key that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum KeyType {
    #[default]
    #[value(name = "rsa:2048", alias = "rsa")]
    Rsa2048,
    #[value(name = "rsa:3072")]
    Rsa3072,
    #[value(name = "rsa:4096")]
    Rsa4096,
    #[value(name = "p256")]
    P256,
    #[value(name = "p384")]
    P384,
    #[value(name = "p521")]
    P521,
    #[value(name = "ed25519")]
    Ed25519,
}
