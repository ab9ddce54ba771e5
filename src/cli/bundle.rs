//! `fullcert bundle`

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Args, ValueEnum};

use super::keystore::Pkcs12;
use super::output::OutputFile;
use super::{InputKeyPassword, InputPassword, KeyPassword, OutputPassword};

/// Turn a pile of files, in any order, into one identity: key, leaf and intermediates without the root.
#[derive(Debug, Args)]
pub struct Bundle {
    /// Key, certificates, CA bundles, keystores: whatever there is (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File to write, repeatable; the ending says the format, or a prefix does: p12:PATH
    ///
    /// pem: key, leaf and intermediates. chain: leaf and intermediates. leaf: the leaf. key: the key. All four are PEM, and the names
    /// chain.pem, leaf.pem and key.pem say which. der: the leaf. pk8: the key as DER. p7b: leaf and intermediates as PKCS#7.
    /// p12 or pfx, jks, jceks: keystores.
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
    /// Build towards a CA that the server named in this recording of `fullcert probe --evidence`
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
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
    /// Draw every path that was found, which one was taken, and why the others were not
    #[arg(long)]
    pub show_paths: bool,
    /// Name of the entry in a keystore; the leaf's common name where none is given
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    /// Put the root at the chain's end as well; whoever trusts it has it
    #[arg(long)]
    pub include_root: bool,
    /// Encrypt the private key in PEM files, with --key-password-… or else with the keystores' password
    #[arg(long)]
    pub encrypt_key: bool,
    /// Check that the JKS is one this service imports
    #[arg(long = "for", value_enum, value_name = "SERVICE")]
    pub service: Option<Service>,
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
    /// Replace the files if they exist
    #[arg(short, long)]
    pub force: bool,
}

/// Services with rules of their own for the keystores they import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Import from Keystore, under Certificate and Key Management
    Salesforce,
}
