//! Owns the words of keys, certificates and keystores on disk: one table per program or family.

mod keystores;
mod keystores_java;
mod keytool_tongues;

use super::{Code, Phrase, Says, Topic, is, one_of, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    keystores::PHRASES,
    keystores_java::PHRASES,
    keytool_tongues::PHRASES,
];
