//! `fullcert inspect`

use std::path::PathBuf;

use clap::Args;

use super::{OutputPassword, Passphrase};

/// Say what is in a file: for whom, from whom, until when, and which key belongs to which certificate.
#[derive(Debug, Args)]
pub struct Inspect {
    /// PEM, DER, PKCS#8, PKCS#1, SEC 1, signing request, PKCS#12, JKS (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub password: OutputPassword,
    #[command(flatten)]
    pub passphrase: Passphrase,
}
