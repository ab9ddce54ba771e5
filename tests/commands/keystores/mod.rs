//! Keystores and PEM in both directions, judged by other people's software.

mod pki;

mod calls;
mod damage;
mod hostile;
mod program;
mod property;
mod read_java;
mod read_pkcs12;
mod servers;
mod write;
