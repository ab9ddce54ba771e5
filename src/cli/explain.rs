//! `fullcert explain`

use clap::Args;

/// Say what an error text of curl, OpenSSL, Java, Go, Python, Node, .NET, nginx and many others means for mutual TLS.
#[derive(Debug, Args)]
pub struct Explain {
    /// The text as the program printed it, or a verdict's code; `-`, or nothing, reads it from standard input
    #[arg(value_name = "TEXT", conflicts_with = "list")]
    pub text: Vec<String>,
    /// List every verdict's code
    #[arg(long)]
    pub list: bool,
}
