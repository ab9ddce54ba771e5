//! `fullcert truststore`

use std::path::PathBuf;

use clap::Args;
use clap::builder::{OsStringValueParser, TypedValueParser as _};

use super::keystore::Pkcs12;
use super::output::OutputFile;
use super::{InputPassword, OutputPassword};

/// Write certificates to trust, under names of their own, so that Java and others trust them.
#[derive(Debug, Args)]
pub struct Truststore {
    /// Certificates to trust: PEM, DER, PKCS#7, PKCS#12, JKS (`-` is standard input)
    #[arg(value_name = "FILE", required_unless_present_any = ["from_system", "from_java"])]
    pub files: Vec<PathBuf>,
    /// File to write, repeatable; the ending says the format (.p12 or .pfx, .jks, .jceks, .pem, .p7b), or a prefix does: p12:PATH
    #[arg(short, long, required = true, value_name = "[FORMAT:]FILE", value_parser = OsStringValueParser::new().try_map(OutputFile::parse))]
    pub output: Vec<OutputFile>,
    /// Take the certificates this machine trusts as well
    #[arg(long)]
    pub from_system: bool,
    /// Take those a Java trusts as well: a cacerts file, a Java home, or where Java is found on this machine
    #[arg(long, value_name = "PATH", num_args = 0..=1, require_equals = true)]
    pub from_java: Option<Option<PathBuf>>,
    #[command(flatten)]
    pub pkcs12: Pkcs12,
    #[command(flatten)]
    pub password: OutputPassword,
    #[command(flatten)]
    pub in_password: InputPassword,
    /// Replace the files if they exist
    #[arg(short, long)]
    pub force: bool,
}
