//! What each TLS stack answers to each fault of a client certificate, as measured on the stacks themselves.
//!
//! One table for both directions: a persona looks up what to send, a diagnosis what an alert may mean.

use super::stacks::{self, Stack};

/// A fault of a client's certificate or chain, as finely as stacks tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    Missing,
    UnknownIssuer,
    SelfSignedLeaf,
    UntrustedRootSent,
    BadSignature,
    ExpiredLeaf,
    ExpiredIssuer,
    NotYetValid,
    /// The leaf's extended key usage names other purposes.
    OtherPurpose,
    /// The leaf's extended key usage names "any" alone.
    AnyPurpose,
    /// An issuer's extended key usage names other purposes.
    IssuerPurpose,
    /// The leaf's key usage forbids signing.
    KeyUsage,
    /// The client could not prove that it has the key.
    WrongKey,
    Malformed,
    CriticalExtension,
    NotCa,
    PathLength,
    NameConstraint,
    TooLong,
    WeakKey,
    Sha1,
    Md5,
    Revoked,
    CrlMissing,
    CrlExpired,
}

/// What a stack does about a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    Accept,
    /// A fatal alert of this number (RFC 8446, section 6), then the end of the connection.
    Alert(u8),
    /// The end of the connection without a word.
    Close,
}

/// Why a server refuses a client certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    Missing,
    UnknownIssuer,
    MissingIntermediate,
    SelfSigned,
    Expired,
    NotYetValid,
    WrongPurpose,
    Revoked,
    Weak,
    KeyMismatch,
    /// A critical extension, a name constraint, a policy: refused for what it says, not for who signed it.
    Constraint,
    /// A certificate of the chain may not issue the one below it: no CA, or its path length does not allow it.
    BrokenChain,
    /// The server's own revocation list is missing or out of date.
    ServerCrl,
    /// The chain is longer than the server allows.
    TooLong,
}

impl Cause {
    /// The faults that are this cause in particular.
    const fn faults(self) -> &'static [Fault] {
        match self {
            Self::Missing => &[Fault::Missing],
            // A CA of the same name with another key is no better known than any other.
            Self::UnknownIssuer => &[
                Fault::UnknownIssuer,
                Fault::UntrustedRootSent,
                Fault::BadSignature,
            ],
            // Where one is missing, the server may take a namesake of its own for it.
            Self::MissingIntermediate => &[Fault::UnknownIssuer, Fault::BadSignature],
            Self::SelfSigned => &[Fault::SelfSignedLeaf],
            Self::Expired => &[Fault::ExpiredLeaf, Fault::ExpiredIssuer],
            Self::NotYetValid => &[Fault::NotYetValid],
            Self::WrongPurpose => &[
                Fault::OtherPurpose,
                Fault::AnyPurpose,
                Fault::IssuerPurpose,
                Fault::KeyUsage,
            ],
            Self::Revoked => &[Fault::Revoked],
            Self::Weak => &[Fault::WeakKey, Fault::Sha1, Fault::Md5],
            Self::KeyMismatch => &[Fault::WrongKey],
            Self::Constraint => &[Fault::CriticalExtension, Fault::NameConstraint],
            Self::BrokenChain => &[Fault::NotCa, Fault::PathLength],
            Self::ServerCrl => &[Fault::CrlMissing, Fault::CrlExpired],
            Self::TooLong => &[Fault::TooLong],
        }
    }
}

/// Cells: 0 hangs up, 255 accepts, any other is an alert's number.
const FIN: u8 = 0;
const OK: u8 = 255;

/// A cell for each of [`stacks::ALL`], in its order.
#[rustfmt::skip]
const ROWS: &[(Fault, [u8; stacks::ALL.len()])] = &[
    //                           OpenSSL Boring GnuTLS NSS Go  GoOld JSSE JSSE23 rustls wolf mbed Erlang
    (Fault::UnknownIssuer,      [48,     48,    49,    48, 48, 42,   46,  46,    48,    48,  48,  48]),
    (Fault::SelfSignedLeaf,     [48,     48,    49,    42, 48, 42,   46,  46,    48,    42,  48,  42]),
    (Fault::UntrustedRootSent,  [48,     48,    49,    48, 48, 42,   46,  46,    48,    48,  48,  48]),
    (Fault::BadSignature,       [51,     51,    49,    42, 48, 42,   46,  46,    51,    42,  48,  42]),
    (Fault::ExpiredLeaf,        [45,     45,    49,    45, 45, 42,   46,  46,    45,    45,  45,  45]),
    (Fault::ExpiredIssuer,      [45,     45,    49,    48, 45, 42,   46,  46,    45,    45,  45,  45]),
    (Fault::NotYetValid,        [42,     45,    49,    45, 45, 42,   46,  46,    45,    45,  46,  45]),
    (Fault::OtherPurpose,       [43,     43,    OK,    46, 42, 42,   46,  46,    43,    42,  43,  40]),
    (Fault::AnyPurpose,         [43,     43,    OK,    46, OK, OK,   OK,  OK,    43,    OK,  OK,  40]),
    (Fault::IssuerPurpose,      [43,     43,    OK,    OK, 42, 42,   OK,  OK,    43,    OK,  OK,  40]),
    (Fault::KeyUsage,           [43,     43,    80,    46, OK, OK,   46,  46,    OK,    42,  43,  OK]),
    (Fault::WrongKey,           [51,     51,    51,    51, 51, 51,   40,  40,    51,    51,  FIN, 42]),
    (Fault::Malformed,          [50,     50,    42,    42, 50, 42,   42,  42,    42,    FIN, 42,  42]),
    (Fault::CriticalExtension,  [46,     46,    49,    42, 42, 42,   46,  46,    46,    FIN, 42,  43]),
    (Fault::NotCa,              [48,     48,    49,    48, 48, 42,   46,  46,    46,    48,  48,  48]),
    (Fault::PathLength,         [48,     48,    49,    42, 42, 42,   46,  46,    46,    42,  48,  42]),
    (Fault::NameConstraint,     [46,     46,    49,    42, 42, 42,   46,  46,    46,    42,  42,  42]),
    (Fault::TooLong,            [48,     48,    OK,    OK, OK, OK,   40,  40,    46,    48,  49,  40]),
    (Fault::WeakKey,            [42,     OK,    OK,    OK, OK, OK,   OK,  OK,    51,    OK,  43,  OK]),
    (Fault::Sha1,               [42,     OK,    49,    OK, 48, 42,   OK,  OK,    51,    OK,  46,  OK]),
    (Fault::Md5,                [42,     51,    49,    42, 48, 42,   46,  46,    51,    OK,  46,  42]),
    (Fault::Revoked,            [44,     44,    49,    44, 42, 42,   46,  46,    44,    44,  44,  44]),
    (Fault::CrlMissing,         [48,     48,    OK,    OK, OK, OK,   46,  46,    48,    42,  OK,  OK]),
    (Fault::CrlExpired,         [45,     45,    49,    OK, OK, OK,   46,  46,    48,    44,  OK,  OK]),
];

/// What programs say in the place of the library below them.
const PROGRAMS: &[(Stack, Fault, u8)] = &[
    // httpd, beyond its SSLVerifyDepth.
    (Stack::OpenSsl, Fault::TooLong, 80),
    // Tomcat.
    (Stack::Jsse, Fault::TooLong, FIN),
];

/// What `stack` does about `fault`.
#[must_use]
pub fn reaction(stack: Stack, fault: Fault, tls13: bool) -> Reaction {
    of_cell(match (fault, stack, tls13) {
        (Fault::Missing, ..) => missing(stack, tls13),
        (Fault::WrongKey, Stack::Erlang, true) => 40,
        (Fault::Malformed, Stack::Erlang, true) => FIN,
        (Fault::KeyUsage, Stack::BoringSsl, true) => 47,
        _ => cell(stack, fault),
    })
}

/// Whether `stack`, or a program on top of it, may send this alert for `cause`.
#[must_use]
pub fn explains(stack: Stack, cause: Cause, tls13: bool, alert: u8) -> bool {
    let seen = Reaction::Alert(alert);
    let faults = cause.faults();
    let own = faults
        .iter()
        .any(|fault| reaction(stack, *fault, tls13) == seen);
    // The library's own word for a certificate that its caller did not verify itself, as gnutls-serv does.
    let library = stack == Stack::GnuTls
        && alert == 42
        && faults
            .iter()
            .any(|fault| reaction(stack, *fault, tls13) == Reaction::Alert(49));
    own || library
        || PROGRAMS.iter().any(|(of, fault, cell)| {
            *of == stack && faults.contains(fault) && of_cell(*cell) == seen
        })
}

fn of_cell(number: u8) -> Reaction {
    match number {
        OK => Reaction::Accept,
        FIN => Reaction::Close,
        alert => Reaction::Alert(alert),
    }
}

fn missing(stack: Stack, tls13: bool) -> u8 {
    match (stack, tls13) {
        (Stack::GnuTls, false) => 50,
        (Stack::Jsse | Stack::GoOld, _) | (Stack::Nss, false) => 42,
        (Stack::WolfSsl | Stack::MbedTls, false) => FIN,
        (Stack::MbedTls, true) => 41,
        // rustls says so in TLS 1.2 too, which has no such alert.
        (Stack::Rustls, _) | (_, true) => 116,
        (_, false) => 40,
    }
}

fn cell(stack: Stack, fault: Fault) -> u8 {
    let column = stacks::ALL.iter().position(|one| *one == stack);
    let row = ROWS.iter().find(|(one, _)| *one == fault);
    match (row, column) {
        (Some((_, cells)), Some(column)) => cells.get(column).copied().unwrap_or(OK),
        _ => OK,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_one_row() {
        for fault in [
            Fault::UnknownIssuer,
            Fault::SelfSignedLeaf,
            Fault::UntrustedRootSent,
            Fault::BadSignature,
            Fault::ExpiredLeaf,
            Fault::ExpiredIssuer,
            Fault::NotYetValid,
            Fault::OtherPurpose,
            Fault::AnyPurpose,
            Fault::IssuerPurpose,
            Fault::KeyUsage,
            Fault::WrongKey,
            Fault::Malformed,
            Fault::CriticalExtension,
            Fault::NotCa,
            Fault::PathLength,
            Fault::NameConstraint,
            Fault::TooLong,
            Fault::WeakKey,
            Fault::Sha1,
            Fault::Md5,
            Fault::Revoked,
            Fault::CrlMissing,
            Fault::CrlExpired,
        ] {
            assert_eq!(
                ROWS.iter().filter(|(one, _)| *one == fault).count(),
                1,
                "{fault:?}"
            );
        }
    }
}
