//! Owns the words of databases, brokers, queues and their drivers: one table per program or family.

mod brokers;
mod database_drivers;
mod databases;
mod jvm_drivers;
mod queues;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    brokers::PHRASES,
    database_drivers::PHRASES,
    databases::PHRASES,
    jvm_drivers::PHRASES,
    queues::PHRASES,
];
