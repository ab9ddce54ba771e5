//! `fullcert bundle`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::{InputPassword, OutputPassword, output::OutputFile};

/// Turn a pile of files, in any order, into one identity: key, leaf and intermediates without the root.
#[derive(Debug, Args)]
pub struct Bundle {
    /// Key, certificates, CA bundles, keystores: whatever there is (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, repeatable; the ending says the format (.pem, .p12 or .pfx, .jks), or a prefix does: p12:PATH
    #[arg(short, long, required = true, value_name = "[FORMAT:]FILE", value_parser = OsStringValueParser::new().try_map(OutputFile::parse))]
    pub output: Vec<OutputFile>,
    /// The private key to use, where the files hold several
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// The certificate to use, where the files hold several for their keys
    #[arg(long, value_name = "FILE")]
    pub leaf: Option<PathBuf>,
    /// Build towards these CAs (repeatable), instead of a root among the files or one this machine trusts
    #[arg(long, value_name = "FILE")]
    pub cacert: Vec<PathBuf>,
    /// Take missing intermediates from here: a file, or a folder of them (repeatable)
    #[arg(long, value_name = "PATH")]
    pub pool: Vec<PathBuf>,
    /// Fetch missing intermediates from the addresses the certificates name
    #[arg(long)]
    pub fetch: bool,
    /// Proxy for --fetch, instead of $`http_proxy`
    #[arg(short = 'x', long, value_name = "URL", requires = "fetch")]
    pub proxy: Option<String>,
    /// Seconds for each thing that is fetched
    #[arg(short = 'm', long, value_name = "SECONDS", default_value_t = 10.0, value_parser = super::probe::seconds)]
    pub timeout: f64,
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
