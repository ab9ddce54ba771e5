//! `fullcert salesforce`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::way::Through;
use super::{InputPassword, LoginPassword, SessionId};

/// Salesforce over mutual TLS.
#[derive(Debug, Args)]
pub struct Salesforce {
    #[command(subcommand)]
    pub command: SalesforceCommand,
}

#[derive(Debug, Subcommand)]
pub enum SalesforceCommand {
    /// Make the whole call, from the login to the API, and say which step fails and what to do in Setup
    ///
    /// Logs in on port 443, calls the API on port 8443 with the certificate, and then both ports without it: that shows
    /// what an answer proves, that the chain is taken, that the certificate is the user's, both, or neither. Nothing is
    /// changed in the org; --api bulk opens a job and aborts it.
    Check(Box<Check>),
}

/// The whole call, step by step.
#[derive(Debug, Args)]
pub struct Check {
    /// Where to log in: the My Domain host, or login.salesforce.com
    #[arg(
        long,
        value_name = "URL",
        requires = "username",
        required_unless_present = "instance",
        help_heading = "Session"
    )]
    pub login_url: Option<String>,
    /// Who logs in
    #[arg(
        long,
        value_name = "NAME",
        requires = "login_url",
        help_heading = "Session"
    )]
    pub username: Option<String>,
    #[command(flatten)]
    pub password: LoginPassword,
    /// The My Domain host of a session that was begun elsewhere, instead of a login
    #[arg(long, value_name = "URL", conflicts_with_all = ["login_url", "username", "login-password"], help_heading = "Session")]
    pub instance: Option<String>,
    #[command(flatten)]
    pub session_id: SessionId,
    /// A host the session may go to though it is neither the login's nor Salesforce's own (repeatable)
    #[arg(long, value_name = "HOST", help_heading = "Session")]
    pub allow_host: Vec<String>,
    /// Identity to present: PEM with certificates (and key), PKCS#12 or JKS
    #[arg(short = 'E', long = "cert", value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Private key, where it is not in the identity's file
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    #[command(flatten)]
    pub in_password: InputPassword,
    /// What to call
    #[arg(long, value_enum, default_value_t, value_name = "API")]
    pub api: ApiName,
    /// Version of the API
    #[arg(long, value_name = "VERSION", default_value = "62.0")]
    pub api_version: String,
    /// Object of the job that --api bulk opens
    #[arg(long, value_name = "NAME", default_value = "Account")]
    pub bulk_object: String,
    /// Port of mutual TLS
    #[arg(long, value_name = "PORT", default_value_t = 8443, value_parser = clap::value_parser!(u16).range(1..))]
    pub mtls_port: u16,
    /// Certificates to trust for Salesforce, instead of the machine's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// Go on, password and session included, though the server is not trusted
    #[arg(short = 'k', long)]
    pub insecure: bool,
    #[command(flatten)]
    pub through: Through,
    /// Use ADDRESS for HOST:PORT instead of asking DNS (repeatable)
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub resolve: Vec<String>,
    /// Seconds to wait for a connection
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, value_parser = super::probe::seconds)]
    pub connect_timeout: f64,
    /// Seconds for each step
    #[arg(short = 'm', long, value_name = "SECONDS", default_value_t = 15.0, value_parser = super::probe::seconds, visible_alias = "max-time")]
    pub timeout: f64,
    /// Print the verdict's code alone
    #[arg(short, long)]
    pub quiet: bool,
}

/// One of the ways to call an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ApiName {
    /// getUserInfo of the SOAP API
    #[default]
    Soap,
    /// The limits resource of the REST API
    Rest,
    /// A Bulk API job, opened and aborted
    Bulk,
}
