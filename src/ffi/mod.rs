//! The only `unsafe` in the tree: the libcrypto and libssl calls the `openssl` crate does not wrap.
//!
//! Each file covers one corner of the library and offers safe functions alone; each block says why it is sound.

#![allow(unsafe_code, reason = "this room exists to hold it")]

pub mod limits;
pub mod moment;
pub mod name;
pub mod pkcs12;
pub mod ssl;
pub mod verify;
