//! Owns the words of languages and their libraries: one table per program or family.

mod go;
mod java;
mod node;
mod python;
mod ruby;
mod rust;
mod scripting;

use super::{Code, Fault, Phrase, Says, Side, Topic, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    go::PHRASES,
    java::PHRASES,
    node::PHRASES,
    python::PHRASES,
    ruby::PHRASES,
    rust::PHRASES,
    scripting::PHRASES,
];
