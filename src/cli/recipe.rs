//! `fullcert recipe`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::InputPassword;

/// How a client is given an identity: the shortest correct configuration, and what that client gets wrong by habit.
#[derive(Debug, Args)]
pub struct Recipe {
    /// The client
    #[arg(value_enum, value_name = "CLIENT")]
    pub client: Client,
    /// The identity's file: PEM, PKCS#12 or JKS; read, where it exists, for its form and alias
    #[arg(short = 'E', long = "cert", value_name = "FILE")]
    pub cert: Option<PathBuf>,
    /// Private key, where it is not in the identity's file
    #[arg(long, value_name = "FILE", requires = "cert")]
    pub key: Option<PathBuf>,
    /// Name of the entry in a keystore
    #[arg(long, value_name = "NAME")]
    pub alias: Option<String>,
    /// Certificates to trust for the server, instead of the client's own (PEM)
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// Where to call: https://host:port/path or host:port
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    #[command(flatten)]
    pub in_password: InputPassword,
}

/// A client that a recipe is kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Client {
    Curl,
    Wget,
    Openssl,
    /// Any Java program, by system properties
    Java,
    /// Salesforce Web Service Connector
    Wsc,
    /// Spring Boot
    Spring,
    Okhttp,
    ApacheHttpclient,
    JettyClient,
    Python,
    /// Node.js
    Node,
    Go,
    /// C# and other .NET
    Dotnet,
    Ruby,
    /// reqwest
    Rust,
    Postman,
    /// As a proxy in front of the server that asks
    Nginx,
    /// As a proxy in front of the server that asks
    Haproxy,
    /// As a proxy in front of the server that asks
    Envoy,
    Kafka,
    Postgres,
    /// A pod that calls
    Kubernetes,
    /// Apex callouts
    SalesforceCallout,
    Streamsets,
}
