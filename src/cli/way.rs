//! The way to an endpoint: proxies, address families, names, and asking for TLS. For `fullcert probe`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ProxyUser;

/// How to get to where TLS begins.
#[derive(Debug, Clone, Args)]
pub struct Way {
    /// Ask for TLS in this protocol first; without the flag, where the port is known for one
    #[arg(long, value_enum, value_name = "PROTOCOL")]
    pub starttls: Option<Protocol>,
    /// Ask for this name in TLS ('' for none); the certificate is still checked against the URL's host
    #[arg(long, value_name = "NAME")]
    pub sni: Option<String>,
    #[command(flatten)]
    pub through: Through,
    /// Use IPv4 only
    #[arg(short = '4', long, conflicts_with = "ipv6")]
    pub ipv4: bool,
    /// Use IPv6 only
    #[arg(short = '6', long)]
    pub ipv6: bool,
}

/// The proxy to go through.
#[derive(Debug, Clone, Args)]
pub struct Through {
    #[arg(
        help = "Go through http://host:port, https://…, socks5://… or socks5h://… ('' for none); otherwise https_proxy, all_proxy and no_proxy say so, as for curl",
        short = 'x',
        long,
        value_name = "URL"
    )]
    pub proxy: Option<String>,
    #[command(flatten)]
    pub proxy_user: ProxyUser,
    /// Certificates to trust for an HTTPS proxy, instead of the machine's
    #[arg(long, value_name = "FILE")]
    pub proxy_cacert: Option<PathBuf>,
    #[arg(
        help = "Hosts to call without a proxy ('*' for all), instead of what no_proxy says",
        long,
        value_name = "HOSTS"
    )]
    pub noproxy: Option<String>,
}

/// A protocol in which TLS is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    Smtp,
    Imap,
    Pop3,
    Ftp,
    Ldap,
    #[value(alias = "postgresql")]
    Postgres,
    #[value(alias = "mariadb")]
    Mysql,
    Xmpp,
    /// Speak TLS at once, whatever the port
    None,
}
