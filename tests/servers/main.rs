//! The probe against real servers, each demanding a client certificate.

#[path = "../support/mod.rs"]
mod support;

mod clients;
mod expect;
mod pki;
mod probe;
mod record;
mod rogue;
mod server;
mod stack;

mod caddy;
mod envoy;
mod erlang;
mod gnutls;
mod go;
mod granian;
mod grpc;
mod haproxy;
mod httpd;
mod java;
mod lighttpd;
mod nghttp;
mod nginx;
mod node;
mod nss;
mod openssl;
mod postgres;
mod python;
mod stunnel;

mod application;
mod engines;
mod identities;
mod misconfigured;
mod parameters;
mod personas;
mod proxy;
mod reach;
mod starttls;
mod table;
mod transport;
