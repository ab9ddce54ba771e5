//! The probe against real servers, each demanding a client certificate.

#[path = "../support/mod.rs"]
mod support;

mod expect;
mod pki;
mod probe;
mod rogue;
mod server;

mod caddy;
mod gnutls;
mod haproxy;
mod httpd;
mod java;
mod lighttpd;
mod nginx;
mod node;
mod openssl;
mod python;
mod stunnel;

mod application;
mod parameters;
mod starttls;
mod table;
mod transport;
