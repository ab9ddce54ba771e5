//! `fullcert convert`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::keystore::Pkcs12;
use super::output::OutputFile;
use super::{InputKeyPassword, InputPassword, KeyPassword, OutputPassword};

/// Write a file in another format, with all that is in it; what the format cannot hold is named.
#[derive(Debug, Args)]
pub struct Convert {
    /// The file to convert (`-` is standard input)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// File to write; the ending says the format (.pem, .der, .pk8, .p7b, .p12 or .pfx, .jks, .jceks), or a prefix does: p12:PATH
    #[arg(short, long, required = true, value_name = "[FORMAT:]FILE", value_parser = OsStringValueParser::new().try_map(OutputFile::parse))]
    pub output: OutputFile,
    /// Name of the entry in a keystore, where the file has one entry, and no name for it
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    /// Encrypt private keys in PEM files, with --key-password-… or else --password-…
    #[arg(long)]
    pub encrypt_key: bool,
    #[command(flatten)]
    pub pkcs12: Pkcs12,
    #[command(flatten)]
    pub key_password: KeyPassword,
    #[command(flatten)]
    pub password: OutputPassword,
    #[command(flatten)]
    pub in_password: InputPassword,
    #[command(flatten)]
    pub in_key_password: InputKeyPassword,
    /// Replace the file if it exists
    #[arg(short, long)]
    pub force: bool,
}
