//! `fullcert csr`

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

use super::Passphrase;
use super::key::KeyType;

/// Make a certificate signing request (PKCS#10 PEM).
#[derive(Debug, Args)]
#[group(id = "signing-key", required = true, multiple = false, args = ["key", "new_key"])]
pub struct Csr {
    /// Private key to sign with
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Make a new private key of this kind as well
    #[arg(long, value_enum, value_name = "TYPE", requires = "key_out")]
    pub new_key: Option<KeyType>,
    /// Where the new private key goes
    #[arg(long, value_name = "FILE", requires = "new_key")]
    pub key_out: Option<PathBuf>,
    /// Subject: 'CN=api.acme.example,O=Acme,C=NL' (RFC 4514) or '/C=NL/O=Acme/CN=api.acme.example'
    #[arg(long, value_name = "NAME")]
    pub subject: String,
    /// DNS name to be named in the certificate (repeatable)
    #[arg(long, value_name = "NAME")]
    pub dns: Vec<String>,
    /// IP address to be named in the certificate (repeatable)
    #[arg(long, value_name = "ADDRESS")]
    pub ip: Vec<IpAddr>,
    /// E-mail address to be named in the certificate (repeatable)
    #[arg(long, value_name = "ADDRESS")]
    pub email: Vec<String>,
    /// URI to be named in the certificate (repeatable)
    #[arg(long, value_name = "URI")]
    pub uri: Vec<String>,
    /// File to write (`-` is standard output)
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Encrypt the new private key
    #[arg(long, requires = "new_key")]
    pub encrypt: bool,
    #[command(flatten)]
    pub passphrase: Passphrase,
    /// Replace the files if they exist
    #[arg(short, long)]
    pub force: bool,
}
