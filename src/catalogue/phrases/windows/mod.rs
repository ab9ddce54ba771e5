//! Owns the words of Windows: .NET, `SChannel` and the system's own sentences: one table per program or family.

mod dotnet;
mod dotnet_setup;
mod schannel;
mod wcf;
mod windows_words;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    dotnet::PHRASES,
    dotnet_setup::PHRASES,
    schannel::PHRASES,
    wcf::PHRASES,
    windows_words::PHRASES,
];
