//! `fullcert bundle`

use std::path::PathBuf;

use clap::Args;

use super::{InputPassword, OutputPassword};

/// Turn a pile of files, in any order, into one identity: key, leaf and intermediates without the root.
#[derive(Debug, Args)]
pub struct Bundle {
    /// Key, certificates, CA bundles, keystores: whatever there is (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, repeatable; the ending says the format: .pem, .p12 or .pfx, .jks
    #[arg(short, long, required = true, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Name of the entry in a keystore; the leaf's common name where none is given
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    #[command(flatten)]
    pub password: OutputPassword,
    #[command(flatten)]
    pub in_password: InputPassword,
    /// Replace the files if they exist
    #[arg(short, long)]
    pub force: bool,
}
