//! Owns the words of programs that are called, and what stands before them: one table per program or family.

mod collectors;
mod envoy;
mod gateways;
mod hashicorp;
mod jvm_servers;
mod kubernetes;
mod mail;
mod meshes;
mod mod_ssl;
mod proxies;
mod puppet;
mod search_servers;
mod server_setup;
mod syslogs;
mod web;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    collectors::PHRASES,
    envoy::PHRASES,
    gateways::PHRASES,
    hashicorp::PHRASES,
    jvm_servers::PHRASES,
    kubernetes::PHRASES,
    mail::PHRASES,
    meshes::PHRASES,
    mod_ssl::PHRASES,
    proxies::PHRASES,
    puppet::PHRASES,
    search_servers::PHRASES,
    server_setup::PHRASES,
    web::PHRASES,
    syslogs::PHRASES,
];
