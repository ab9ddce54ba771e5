//! Owns the words of what companies integrate with: Salesforce, SAP, SOAP stacks: one table per program or family.

mod enterprise;
mod salesforce;
mod sap;
mod soap;

use super::{Code, Fault, Phrase, Says, Side, Topic, Way, is, one_of, refuses, row};

pub(super) const TABLES: &[&[Phrase]] = &[
    enterprise::PHRASES,
    salesforce::PHRASES,
    sap::PHRASES,
    soap::PHRASES,
];
