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
mod apple;
mod bearssl;
mod brokers;
mod browsers;
mod chromium;
mod collectors;
mod curl;
mod curl_backends;
mod curl_numbers;
mod curl_removed;
mod database_drivers;
mod databases;
mod dotnet;
mod dotnet_setup;
mod embedded;
mod enterprise;
mod envoy;
mod erlang;
mod gateways;
mod gnutls;
mod go;
mod hashicorp;
mod iot;
mod java;
mod jsse;
mod jvm_drivers;
mod jvm_servers;
mod keystores;
mod keystores_java;
mod keytool_tongues;
mod kubernetes;
mod libgit2;
mod localised;
mod loose;
mod mail;
mod mbedtls;
mod mbedtls_numbers;
mod meshes;
mod mobile;
mod mod_ssl;
mod network;
mod node;
mod nss;
mod openssl;
mod openssl_reasons;
mod other_subjects;
mod packed;
mod pages;
mod proxies;
mod puppet;
mod python;
mod queues;
mod roles;
mod ruby;
mod rust;
mod salesforce;
mod sap;
mod schannel;
mod scripting;
mod search_servers;
mod server_setup;
mod servers;
mod small;
mod soap;
mod syslogs;
mod transfer;
mod tunnels;
mod verify;
mod vpn;
mod wcf;
mod windows_words;
mod wolfssl;
mod wolfssl_numbers;
mod wrappers;

use super::Code;

pub use alerts::{ALERT_ALONE, ALERTS, Alert, alert, refused_by_client, refused_by_server};
pub use loose::{FAILED, LOOSE, Loose};
pub use packed::{function, library, reason};
pub use verify::{REASONS, Reason};

/// Every table.
pub const TABLES: &[&[Phrase]] = &[
    alerts::PHRASES,
    apple::PHRASES,
    bearssl::PHRASES,
    brokers::PHRASES,
    browsers::PHRASES,
    chromium::PHRASES,
    collectors::PHRASES,
    curl::PHRASES,
    curl_backends::PHRASES,
    curl_numbers::PHRASES,
    curl_removed::PHRASES,
    database_drivers::PHRASES,
    databases::PHRASES,
    dotnet::PHRASES,
    dotnet_setup::PHRASES,
    embedded::PHRASES,
    enterprise::PHRASES,
    envoy::PHRASES,
    erlang::PHRASES,
    gateways::PHRASES,
    gnutls::PHRASES,
    go::PHRASES,
    hashicorp::PHRASES,
    iot::PHRASES,
    java::PHRASES,
    jsse::PHRASES,
    jvm_drivers::PHRASES,
    jvm_servers::PHRASES,
    keystores::PHRASES,
    keystores_java::PHRASES,
    keytool_tongues::PHRASES,
    kubernetes::PHRASES,
    libgit2::PHRASES,
    localised::PHRASES,
    mail::PHRASES,
    mbedtls::PHRASES,
    mbedtls_numbers::PHRASES,
    meshes::PHRASES,
    mobile::PHRASES,
    mod_ssl::PHRASES,
    network::PHRASES,
    node::PHRASES,
    nss::PHRASES,
    openssl::PHRASES,
    openssl_reasons::PHRASES,
    other_subjects::PHRASES,
    pages::PHRASES,
    proxies::PHRASES,
    puppet::PHRASES,
    python::PHRASES,
    queues::PHRASES,
    roles::PHRASES,
    ruby::PHRASES,
    rust::PHRASES,
    salesforce::PHRASES,
    sap::PHRASES,
    schannel::PHRASES,
    scripting::PHRASES,
    search_servers::PHRASES,
    server_setup::PHRASES,
    servers::PHRASES,
    small::PHRASES,
    soap::PHRASES,
    syslogs::PHRASES,
    transfer::PHRASES,
    tunnels::PHRASES,
    verify::PHRASES,
    vpn::PHRASES,
    wcf::PHRASES,
    windows_words::PHRASES,
    wolfssl::PHRASES,
    wolfssl_numbers::PHRASES,
    wrappers::PHRASES,
];

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
