//! What each command does, as a user runs it, re-read by other people's software.

#[path = "../support/mod.rs"]
mod support;

mod agreement;
mod bundle;
mod ca;
mod csr;
mod decode_bad;
mod decode_ber;
mod decode_binary;
mod decode_embedded;
mod decode_jwk;
mod decode_keys;
mod decode_memory;
mod decode_mutated;
mod decode_pem;
mod decode_zip;
mod demo;
mod explain;
mod forge;
mod inspect;
mod key;
mod keystores;
mod pile;
mod readme;
mod recipe;
mod replay;
mod s_server;
mod salesforce;
mod serve;
mod verify;
mod web;
