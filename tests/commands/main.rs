//! What each command does, as a user runs it, re-read by other people's software.

mod server;
#[path = "../support/mod.rs"]
mod support;

mod keystores;
