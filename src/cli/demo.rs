//! `fullcert demo`

use std::path::PathBuf;

use clap::Args;

/// Make a CA, a key, a request and an identity, start a server that demands a certificate, and call it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the files in this folder, which must not exist yet
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}
