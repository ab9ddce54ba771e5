//! `fullcert probe`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::way::Way;
use super::{InputKeyPassword, InputPassword};

/// Call an endpoint as curl would, and say who refused, why, how sure that is, and what to do next.
#[derive(Debug, Args)]
pub struct Probe {
    #[arg(
        help = "https://host:port/path, host:port, tls://host:port for TLS without a request, or smtp://host and its like for STARTTLS",
        value_name = "URL",
        required_unless_present = "replay"
    )]
    pub url: Option<String>,
    /// Identity to present: PEM with certificates (and key), PKCS#12 or JKS
    #[arg(short = 'E', long = "cert", value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Private key, where it is not in the identity's file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub in_password: InputPassword,
    #[command(flatten)]
    pub in_key_password: InputKeyPassword,
    /// Certificates to trust for the server, instead of the machine's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// Go on though the server is not trusted
    #[arg(short = 'k', long)]
    pub insecure: bool,
    /// Header line to send (repeatable)
    #[arg(short = 'H', long = "header", value_name = "LINE")]
    pub headers: Vec<String>,
    /// Body to POST; @FILE reads it from a file, @- from standard input
    #[arg(short = 'd', long = "data", value_name = "DATA")]
    pub data: Option<String>,
    /// Method, where it is not GET (or POST with -d)
    #[arg(short = 'X', long = "request", value_name = "METHOD")]
    pub method: Option<String>,
    /// Use ADDRESS for HOST:PORT instead of asking DNS (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub resolve: Vec<String>,
    #[command(flatten)]
    pub way: Way,
    /// Lowest TLS version to offer
    #[arg(long, value_enum, value_name = "VERSION")]
    pub tls_min: Option<TlsVersion>,
    /// Highest TLS version to offer
    #[arg(long, value_enum, value_name = "VERSION")]
    pub tls_max: Option<TlsVersion>,
    /// Seconds to wait for a connection
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pub connect_timeout: f64,
    /// Seconds for the whole call
    #[arg(short = 'm', long, value_name = "SECONDS", default_value_t = 15.0, value_parser = seconds, visible_alias = "max-time")]
    pub timeout: f64,
    /// Send or withhold the certificate as this client would
    #[arg(long = "as", value_enum, value_name = "CLIENT")]
    pub acts_as: Option<ClientName>,
    /// Make the handshake with this TLS engine too, and say where it sees things otherwise
    #[arg(long, value_enum, value_name = "ENGINE", conflicts_with = "replay")]
    pub engine: Option<EngineName>,
    /// Make one call and no further ones to find the cause
    #[arg(long)]
    pub no_experiments: bool,
    /// Let the further calls send a request with a body again
    #[arg(long)]
    pub repeat_request: bool,
    /// Write all that was seen into this file
    #[arg(long, value_name = "FILE")]
    pub evidence: Option<PathBuf>,
    /// Judge evidence recorded earlier instead of connecting
    #[arg(long, value_name = "FILE", conflicts_with_all = ["url", "evidence", "cert", "key"])]
    pub replay: Option<PathBuf>,
    /// Replace the evidence file if it exists
    #[arg(short, long)]
    pub force: bool,
    /// Show the certificates as well
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Print the verdict's code alone
    #[arg(short, long)]
    pub quiet: bool,
}

/// A client whose way of choosing a certificate can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ClientName {
    /// Sends what it is given, as Python, Node and psql do
    Curl,
    /// By CA names and key type
    Java,
    /// By CA names and signature schemes
    Go,
    /// By CA names, signature schemes and extended key usage
    Dotnet,
    /// As dotnet
    Browser,
}

/// A TLS engine to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EngineName {
    /// As curl, Python and nginx have it; the one that is always asked
    Openssl,
    /// As Rust programs have it, and as strict as Go and browsers
    Rustls,
}

/// A TLS protocol version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum TlsVersion {
    #[value(name = "1.0")]
    Tls10,
    #[value(name = "1.1")]
    Tls11,
    #[value(name = "1.2")]
    Tls12,
    #[value(name = "1.3")]
    Tls13,
}

pub(super) fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value <= 3600.0 => Ok(value),
        _ => Err("a number of seconds above 0 and up to 3600".to_owned()),
    }
}
