//! What servers of other protocols than HTTP answer within TLS when a client certificate is at stake.
//!
//! One table; a row says in which protocol, with which code and by which words. Adding a product is adding a row.

use crate::evidence::Dialect;

/// What a reply means for the client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// No certificate reached the server.
    NoCertificate,
    /// None did that is valid: none at all, or one that was refused for whatever reason.
    NoneValid,
    /// One did, and was refused for whatever reason.
    CertificateRefused,
    /// One did and was good, and is not this user's.
    NotThisUsers,
    /// The login failed, for the certificate or for any other reason: the reply is the same.
    LoginFailed,
    /// No rule lets this user in from here, whatever the certificate.
    NoRule,
}

/// By what a row is recognised, beside its code.
#[derive(Debug, Clone, Copy)]
pub enum Sign {
    /// Any words.
    Any,
    /// These words, in any case.
    Says(&'static str),
    /// All of these words, in any order: a phrase nobody has to keep to.
    Mentions(&'static [&'static str]),
    /// The server's own name for the place, which no translation changes; and none of these words, likewise.
    From(&'static str, &'static str),
}

/// One known reply.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Who answers so.
    pub product: &'static str,
    /// The protocol; `None` for all.
    pub dialect: Option<Dialect>,
    /// As the protocol has it; `None` where it varies.
    pub code: Option<&'static str>,
    pub sign: Sign,
    pub meaning: Meaning,
}

const fn row(
    product: &'static str,
    dialect: Option<Dialect>,
    code: Option<&'static str>,
    sign: Sign,
    meaning: Meaning,
) -> Row {
    Row {
        product,
        dialect,
        code,
        sign,
        meaning,
    }
}

const POSTGRES: Option<Dialect> = Some(Dialect::Postgres);
const MYSQL: Option<Dialect> = Some(Dialect::Mysql);

/// The table, most specific first.
#[rustfmt::skip]
pub const REPLIES: &[Row] = &[
    row("nginx", None, None, Sign::Says("No required SSL certificate"), Meaning::NoCertificate),
    row("nginx", None, None, Sign::Says("SSL certificate error"), Meaning::CertificateRefused),
    row("PostgreSQL", POSTGRES, Some("28000"), Sign::Says("requires a valid client certificate"), Meaning::NoneValid),
    row("PostgreSQL", POSTGRES, Some("28000"), Sign::Says("certificate authentication failed"), Meaning::NotThisUsers),
    row("PostgreSQL", POSTGRES, Some("28000"), Sign::Says("pg_hba.conf"), Meaning::NoRule),
    // The same in other languages: the file's name is never translated, and the routine is not either.
    row("PostgreSQL", POSTGRES, Some("28000"), Sign::From("ClientAuthentication", "pg_hba.conf"), Meaning::NoneValid),
    // Passwords fail as 28P01; what fails here otherwise is a certificate's name.
    row("PostgreSQL", POSTGRES, Some("28000"), Sign::From("auth_failed", "password"), Meaning::NotThisUsers),
    row("MySQL", MYSQL, Some("1045"), Sign::Any, Meaning::LoginFailed),
    row("MySQL", MYSQL, Some("1698"), Sign::Any, Meaning::LoginFailed),
    row("MySQL", MYSQL, Some("1130"), Sign::Any, Meaning::NoRule),
    row("Dovecot", None, None, Sign::Says("didn't present valid SSL certificate"), Meaning::NoneValid),
    row("the server", None, Some("closed"), Sign::Any, Meaning::CertificateRefused),
    row("the server", None, None, Sign::Mentions(&["valid", "certificate"]), Meaning::NoneValid),
    row("the server", None, None, Sign::Mentions(&["certificate", "verif"]), Meaning::CertificateRefused),
    row("the server", None, None, Sign::Mentions(&["certificate", "requir"]), Meaning::NoCertificate),
    row("the server", None, None, Sign::Mentions(&["certificate", "must"]), Meaning::NoCertificate),
    row("the server", None, None, Sign::Mentions(&["no", "client certificate"]), Meaning::NoCertificate),
];
