//! What each command does, as a user runs it, re-read by other people's software.

#[path = "../support/mod.rs"]
mod support;

mod bundle;
mod inspect;
mod keystores;
mod pile;
mod readme;
