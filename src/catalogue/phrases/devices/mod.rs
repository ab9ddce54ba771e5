//! Owns the words of phones and small devices: one table per program or family.

mod apple;
mod embedded;
mod iot;
mod mobile;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    apple::PHRASES,
    embedded::PHRASES,
    iot::PHRASES,
    mobile::PHRASES,
];
