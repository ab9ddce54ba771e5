//! `fullcert serve`

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::InputPassword;
use super::probe::TlsVersion;

/// A TLS server that tells what a client really presents: on the terminal, and as its answer to the client.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen: ADDRESS:PORT, or a port on this machine alone (0 takes any free one)
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443", value_parser = address)]
    pub listen: SocketAddr,
    /// CAs whose clients are welcome; their names are sent with the request for a certificate
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// What is asked of a client; optional where neither a mode nor a persona is given
    #[arg(long, value_enum, value_name = "MODE")]
    pub mode: Option<Mode>,
    /// Refuse as another program's server does: nginx, apache, haproxy, go, java, node, gnutls, …
    #[arg(long, value_name = "NAME")]
    pub persona: Option<String>,
    /// Where the salesforce persona takes logins, on a port that asks for no certificate [default: any free port]
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub login_listen: Option<SocketAddr>,
    /// The certificates uploaded for the salesforce persona's users; any that passes the path check where none are given
    #[arg(long, value_name = "FILE")]
    pub uploaded: Option<PathBuf>,
    /// The password of the salesforce persona's users, on the first line; any is right where none is given
    #[arg(long, value_name = "FILE")]
    pub login_password_file: Option<PathBuf>,
    /// The server's own identity (PEM, PKCS#12 or JKS); a new one is made where none is given
    #[arg(short = 'E', long = "cert", value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Private key, where it is not in the identity's file
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub in_password: InputPassword,
    /// Another name or address clients call this server by, for the identity that is made (repeatable)
    #[arg(long = "name", value_name = "NAME", conflicts_with = "cert")]
    pub names: Vec<String>,
    /// Where to write the CA of the identity that is made; a temporary file where none is named
    #[arg(long, value_name = "FILE", conflicts_with = "cert")]
    pub ca_out: Option<PathBuf>,
    /// Replace that file if it exists
    #[arg(short, long)]
    pub force: bool,
    /// Lowest TLS version to accept
    #[arg(long, value_enum, value_name = "VERSION")]
    pub tls_min: Option<TlsVersion>,
    /// Highest TLS version to accept
    #[arg(long, value_enum, value_name = "VERSION")]
    pub tls_max: Option<TlsVersion>,
    /// End after this many connections instead of at Ctrl-C
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub stop_after: Option<u64>,
}

/// What is asked of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// A certificate, and a good one: others are refused as a real server refuses them
    Require,
    /// A certificate is asked for, and everybody is let in and told what is wrong
    Optional,
    /// No certificate is asked for
    None,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    if let Ok(port) = text.parse::<u16>() {
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Ok(address);
    }
    let local = text
        .strip_prefix("localhost:")
        .and_then(|port| port.parse::<u16>().ok())
        .map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local.ok_or_else(|| match text.parse::<IpAddr>() {
        Ok(_) => "the port is missing, as in 127.0.0.1:8443".to_owned(),
        Err(_) => "not ADDRESS:PORT with a number for an address, as in 0.0.0.0:8443".to_owned(),
    })
}
