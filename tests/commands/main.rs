//! What each command does, as a user runs it, re-read by other people's software.

#[path = "../support/mod.rs"]
mod support;

mod keystores;
mod inspect;
mod pile;
