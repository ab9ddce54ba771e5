//! Owns the words of programs that call: curl, browsers, transfers, tunnels: one table per program or family.

mod browsers;
mod chromium;
mod curl;
mod curl_backends;
mod curl_numbers;
mod curl_removed;
mod libgit2;
mod localised;
mod pages;
mod small;
mod transfer;
mod tunnels;
mod vpn;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    browsers::PHRASES,
    chromium::PHRASES,
    curl::PHRASES,
    curl_backends::PHRASES,
    curl_numbers::PHRASES,
    curl_removed::PHRASES,
    libgit2::PHRASES,
    localised::PHRASES,
    pages::PHRASES,
    small::PHRASES,
    transfer::PHRASES,
    tunnels::PHRASES,
    vpn::PHRASES,
];
