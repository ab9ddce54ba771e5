//! How keystores are written, for every command that writes one.

use clap::{Args, ValueEnum};

/// What a PKCS#12 file is to look like.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct Pkcs12 {
    /// Which readers a PKCS#12 file is for
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "PROFILE",
        help_heading = "Keystores"
    )]
    pub p12_profile: Profile,
    /// Iterations that protect a PKCS#12 file [default: 10000; legacy: 2048; pbmac1: 100000]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1_000..=1_000_000), help_heading = "Keystores")]
    pub iterations: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Profile {
    /// AES-256 and HMAC-SHA-256: OpenSSL, Java from 8u301 and 11.0.12, Windows Server 2019, macOS 11
    #[default]
    Modern,
    /// Triple DES and SHA-1: for Java, Windows and macOS older than that
    Legacy,
    /// AES-256 and PBMAC1 (RFC 9579): only what is of 2024 or later, such as OpenSSL 3.4
    Pbmac1,
}
