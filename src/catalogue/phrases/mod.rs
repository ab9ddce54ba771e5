//! The words other programs have for what went wrong: one table per ecosystem, one row per phrase.
//!
//! How a phrase is written. It is read word by word, whatever the case; `_`, `-`, `/` and blanks separate words alike.
//!
//! | in a phrase | in a text |
//! |---|---|
//! | `word` | that word, with blanks or any mark before it; `<<<` and `>>>` are words |
//! | `: word` | that word, with a colon before it |
//! | `\|` first or last | a mark or an end of line there, so that running prose does not fit |
//! | `*` | up to fourteen words |
//! | `@alert` | the name of a TLS alert in any program's spelling, or its number |
//! | `@verify` | a reason of OpenSSL's verification: its text, its name or its number |

mod alerts;
mod business;
mod clients;
mod data;
mod devices;
mod files;
mod languages;
mod loose;
mod network;
mod other_subjects;
mod packed;
mod roles;
mod servers;
mod stacks;
mod verify;
mod windows;
mod wrappers;

use super::Code;

pub use alerts::{ALERT_ALONE, ALERTS, Alert, alert, refused_by_client, refused_by_server};
pub use loose::{FAILED, LOOSE, Loose};
pub use packed::{function, library, reason};
pub use verify::{REASONS, Reason};

/// The tables that belong to no family.
const GENERAL: &[&[Phrase]] = &[
    alerts::PHRASES,
    network::PHRASES,
    other_subjects::PHRASES,
    roles::PHRASES,
    verify::PHRASES,
    wrappers::PHRASES,
];

/// Every phrase of every table.
pub fn all() -> impl Iterator<Item = &'static Phrase> {
    [
        GENERAL,
        business::TABLES,
        clients::TABLES,
        data::TABLES,
        devices::TABLES,
        files::TABLES,
        languages::TABLES,
        servers::TABLES,
        stacks::TABLES,
        windows::TABLES,
    ]
    .into_iter()
    .flatten()
    .copied()
    .flatten()
}

/// Which side printed a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Client,
    Server,
}

/// Which way an alert went, seen from the program that printed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    Received,
    Sent,
}

/// What a program holds against the other side's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It was not sent.
    Missing,
    UnknownIssuer,
    /// Its issuer was neither sent nor known.
    Incomplete,
    /// Nobody but itself signed it.
    SelfSigned,
    /// The chain ends in a root that was sent and is not trusted.
    UntrustedRoot,
    Expired,
    NotYetValid,
    WrongPurpose,
    Revoked,
    /// Whether it is revoked could not be found out.
    RevocationUnknown,
    Weak,
    /// It is for another name.
    Name,
    /// Its key did not make the signature of the handshake.
    Key,
    /// Something in the chain breaks a rule: length, constraints, an extension.
    Chain,
    /// Refused, and the text does not say why.
    Unspecified,
}

/// What text must be about for a phrase that says too little by itself to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// TLS, certificates, HTTPS.
    Tls,
    /// Keystores and their files.
    Store,
    /// Private keys and PEM files.
    Key,
    /// Client certificates and mutual TLS.
    Mutual,
    /// Salesforce.
    Salesforce,
    /// Apple's frameworks, whose errors are numbers.
    Apple,
    /// Mbed TLS.
    Mbed,
    /// wolfSSL.
    WolfSsl,
}

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Says {
    /// This, whoever printed it.
    Is(Code),
    /// One of these, which the phrase alone cannot tell apart; the likeliest first.
    OneOf(&'static [Code]),
    /// The printer refuses the other side's certificate.
    Refuses(Fault),
    /// The printer refuses the other side's certificate, for the reason that `@verify` stands for.
    RefusesBecause,
    /// An alert, the one that `@alert` stands for.
    Alert(Way),
    /// The printer cannot use its own certificate or key.
    Own(Fault),
    /// Who prints lines like this one.
    By(Side),
    /// What the text is about.
    About(Topic),
    /// A certificate was asked for before this.
    Asked,
    /// No certificate had been exchanged yet.
    BeforeCertificates,
    /// About something else, however much it sounds like this.
    Elsewhere,
    /// Known, and no error: it hides the phrases inside it.
    Nothing,
}

/// One phrase of one program.
#[derive(Debug, Clone, Copy)]
pub struct Phrase {
    /// Who prints it.
    pub program: &'static str,
    /// Which versions of it; empty where all do.
    pub versions: &'static str,
    pub text: &'static str,
    pub says: Says,
    /// How much it says by itself: 95 leaves no other cause, 75 is the usual cause, below 60 it only wraps a cause
    /// that something else names.
    pub weight: u8,
    /// The side that prints it, where only one does.
    pub by: Option<Side>,
    /// Counts only in a text about this.
    pub needs: Option<Topic>,
}

impl Phrase {
    const fn since(mut self, versions: &'static str) -> Self {
        self.versions = versions;
        self
    }

    const fn by(mut self, side: Side) -> Self {
        self.by = Some(side);
        self
    }

    const fn needs(mut self, topic: Topic) -> Self {
        self.needs = Some(topic);
        self
    }
}

const fn row(program: &'static str, text: &'static str, says: Says, weight: u8) -> Phrase {
    Phrase {
        program,
        versions: "",
        text,
        says,
        weight,
        by: None,
        needs: None,
    }
}

const fn is(program: &'static str, text: &'static str, code: Code, weight: u8) -> Phrase {
    row(program, text, Says::Is(code), weight)
}

const fn one_of(
    program: &'static str,
    text: &'static str,
    codes: &'static [Code],
    weight: u8,
) -> Phrase {
    row(program, text, Says::OneOf(codes), weight)
}

const fn refuses(program: &'static str, text: &'static str, fault: Fault, weight: u8) -> Phrase {
    row(program, text, Says::Refuses(fault), weight)
}
