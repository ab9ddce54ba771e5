//! Owns the words of the libraries that speak TLS, whatever program they are in: one table per program or family.

mod bearssl;
mod erlang;
mod gnutls;
mod jsse;
mod mbedtls;
mod mbedtls_numbers;
mod nss;
mod openssl;
mod openssl_reasons;
mod wolfssl;
mod wolfssl_numbers;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    bearssl::PHRASES,
    erlang::PHRASES,
    gnutls::PHRASES,
    jsse::PHRASES,
    mbedtls::PHRASES,
    mbedtls_numbers::PHRASES,
    nss::PHRASES,
    openssl::PHRASES,
    openssl_reasons::PHRASES,
    wolfssl::PHRASES,
    wolfssl_numbers::PHRASES,
];
