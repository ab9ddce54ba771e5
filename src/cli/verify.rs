//! `fullcert verify`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::InputPassword;
use crate::material::Time;

/// Say, offline, whether a certificate with its chain would be accepted, and why not.
///
/// Given many files it is an expiry monitor: one line each, the worst first.
#[derive(Debug, Args)]
pub struct Verify {
    /// Certificates with their chain: PEM, DER, PKCS#7, PKCS#12, JKS (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the certificate is to be used for; client, unless --host makes it server
    #[arg(long, value_enum, value_name = "PURPOSE")]
    pub purpose: Option<Purpose>,
    /// The name or address the certificate must be for
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// The private key, where it is not in the file
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Certificates the other side trusts (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub cacert: Vec<PathBuf>,
    /// The other side trusts what this machine trusts
    #[arg(long, help_heading = "Trust")]
    pub system: bool,
    /// A Java truststore the other side uses, such as lib/security/cacerts (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub java: Vec<PathBuf>,
    /// Intermediates the other side has as well: a file, or a folder of them (repeatable)
    #[arg(long, value_name = "PATH", help_heading = "Trust")]
    pub pool: Vec<PathBuf>,
    /// Revocation lists; with any, every certificate of the path must be covered (repeatable)
    #[arg(long, value_name = "FILE", help_heading = "Trust")]
    pub crl: Vec<PathBuf>,
    /// Fetch missing issuers and ask OCSP responders, at the addresses the certificates name
    #[arg(long, help_heading = "Trust")]
    pub fetch: bool,
    /// Proxy for --fetch, instead of $`http_proxy`
    #[arg(
        short = 'x',
        long,
        value_name = "URL",
        requires = "fetch",
        help_heading = "Trust"
    )]
    pub proxy: Option<String>,
    /// Seconds for each thing that is fetched
    #[arg(short = 'm', long, value_name = "SECONDS", default_value_t = 10.0, value_parser = super::probe::seconds, help_heading = "Trust")]
    pub timeout: f64,
    /// Judge as of this moment: 2027-03-15T00:00:00Z, 2027-03-15, or @SECONDS
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub at: Option<Time>,
    /// Refuse what RFC 5280, and for servers the CA/Browser Forum, forbid and most programs let pass
    #[arg(long)]
    pub strict: bool,
    /// Apply the rules of a consumer as well (repeatable)
    #[arg(long = "for", value_enum, value_name = "CONSUMER")]
    pub consumers: Vec<Consumer>,
    /// Warn when a certificate ends within so many days
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(i64).range(0..=36_500))]
    pub warn_days: i64,
    /// Draw every path that was found
    #[arg(long)]
    pub show_paths: bool,
    #[command(flatten)]
    pub in_password: InputPassword,
    /// Print the verdict's code alone
    #[arg(short, long)]
    pub quiet: bool,
}

/// A certificate's use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    /// To log in to servers
    Client,
    /// To be a server
    Server,
    /// Whatever its maker allowed
    Any,
}

/// A program or service with rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Consumer {
    /// Salesforce, called over mutual TLS
    Salesforce,
    /// Java 11 and later
    Java,
    /// Java 8
    Java8,
    /// curl with OpenSSL
    Curl,
    /// nginx
    Nginx,
    /// Apache httpd
    Httpd,
    /// Go's crypto/tls
    Go,
    /// .NET and Windows (`SChannel`)
    Dotnet,
    /// rustls
    Rustls,
    /// Node.js
    Node,
    /// Google Cloud load balancers
    Gcp,
    /// AWS API Gateway
    Aws,
}

fn moment(text: &str) -> Result<Time, String> {
    let seconds = text.strip_prefix('@').and_then(|text| text.parse().ok());
    seconds
        .map(Time::from_unix)
        .or_else(|| Time::parse(text))
        .or_else(|| Time::parse(&format!("{text}T00:00:00Z")))
        .ok_or_else(|| {
            "expected 2027-03-15T00:00:00Z, 2027-03-15, or @ and seconds since 1970".to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_a_date_or_seconds() {
        let midnight = Time::from_unix(1_805_068_800);
        for text in [
            "2027-03-15T00:00:00Z",
            "2027-03-15",
            "@1805068800",
            "2027-03-15T01:00:00+01:00",
        ] {
            assert_eq!(moment(text), Ok(midnight), "{text}");
        }
        for text in ["", "@", "15.3.2027", "2027-13-15", "@x"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
