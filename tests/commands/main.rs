//! What each command does, as a user runs it, re-read by other people's software.

#[path = "../support/mod.rs"]
mod support;

mod bundle;
mod ca;
mod csr;
mod demo;
mod key;
mod keystores;
mod readme;
mod server;
