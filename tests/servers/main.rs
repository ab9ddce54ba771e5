//! The probe against real servers, each demanding a client certificate.

#[path = "../support/mod.rs"]
mod support;

mod expect;
mod pki;
mod probe;
mod rogue;
mod server;

mod httpd;
mod nginx;
mod openssl;

mod application;
mod parameters;
mod table;
mod transport;
