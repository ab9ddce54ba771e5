//! The probe against real servers, each demanding a client certificate.

#[path = "../support/mod.rs"]
mod support;
