//! `fullcert inspect`

use std::path::PathBuf;

use clap::Args;

use super::{OutputPassword, Passphrase};

/// The limits of decode/, in a person's words.
const LIMITS: &str = "\
Limits: 64 MiB a file, 105,000 objects, 1,000 private keys and requests, 1 MiB a certificate, 500,000 \
alternative names; key derivation as long as 8 million rounds of PBKDF2 with SHA-256 take, and 128 MiB for \
scrypt; of an archive, 1,000 files and 32 MiB unpacked.";

/// Say what is in a file: for whom, from whom, until when, and which key belongs to which certificate.
#[derive(Debug, Args)]
#[command(after_long_help = LIMITS)]
pub struct Inspect {
    /// PEM, DER, PKCS#7, keys, requests, PKCS#12, JKS, JCEKS, or a ZIP of these (`-` is standard input)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub password: OutputPassword,
    #[command(flatten)]
    pub passphrase: Passphrase,
}
