//! TLS stacks as servers, and how to tell them apart; what each one's refusals mean stands in `reactions`.
//!
//! Every stack orders the signature algorithms of its `CertificateRequest` in its own way, so the request names
//! the stack before anything is refused, and the refusal can then be read in that stack's own column. All of it
//! was measured against library defaults; a configured server may differ, so a fingerprint ranks and never proves.

use serde::{Deserialize, Serialize};

/// A family of TLS implementations that refuse alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stack {
    OpenSsl,
    BoringSsl,
    GnuTls,
    Nss,
    Go,
    /// Go before 1.20, which says `bad_certificate` to everything.
    GoOld,
    /// Java before 23.
    Jsse,
    /// Java 23 and later.
    JsseNew,
    Rustls,
    WolfSsl,
    MbedTls,
    Erlang,
}

impl Stack {
    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OpenSsl => "OpenSSL",
            Self::BoringSsl => "BoringSSL",
            Self::GnuTls => "GnuTLS",
            Self::Nss => "NSS",
            Self::Go => "Go",
            Self::GoOld => "Go before 1.20",
            Self::Jsse => "Java before 23",
            Self::JsseNew => "Java 23 or later",
            Self::Rustls => "rustls",
            Self::WolfSsl => "wolfSSL",
            Self::MbedTls => "Mbed TLS",
            Self::Erlang => "Erlang/OTP",
        }
    }
}

/// Every stack, in the order of the columns in `reactions`.
pub const ALL: &[Stack] = &[
    Stack::OpenSsl,
    Stack::BoringSsl,
    Stack::GnuTls,
    Stack::Nss,
    Stack::Go,
    Stack::GoOld,
    Stack::Jsse,
    Stack::JsseNew,
    Stack::Rustls,
    Stack::WolfSsl,
    Stack::MbedTls,
    Stack::Erlang,
];

/// Signature schemes (RFC 8446, section 4.2.3) in the order a stack's `CertificateRequest` lists them.
struct Fingerprint {
    tls13: bool,
    schemes: &'static [u16],
    stacks: &'static [Stack],
}

const EC256: u16 = 0x0403;
const EC384: u16 = 0x0503;
const EC521: u16 = 0x0603;
const EC_SHA1: u16 = 0x0203;
const ED25519: u16 = 0x0807;
const ED448: u16 = 0x0808;
const PSS256: u16 = 0x0804;
const PSS384: u16 = 0x0805;
const PSS512: u16 = 0x0806;
const PSSK256: u16 = 0x0809;
const PSSK384: u16 = 0x080a;
const PSSK512: u16 = 0x080b;
const RSA256: u16 = 0x0401;
const RSA384: u16 = 0x0501;
const RSA512: u16 = 0x0601;
const RSA_SHA1: u16 = 0x0201;
const EC_SHA224: u16 = 0x0303;
const RSA_SHA224: u16 = 0x0301;
const DSA_SHA224: u16 = 0x0302;
const DSA256: u16 = 0x0402;
const DSA384: u16 = 0x0502;
const DSA512: u16 = 0x0602;
const DSA_SHA1: u16 = 0x0202;
const MLDSA44: u16 = 0x0904;
const MLDSA65: u16 = 0x0905;
const MLDSA87: u16 = 0x0906;

#[rustfmt::skip]
const FINGERPRINTS: &[Fingerprint] = &[
    // Whole lists of TLS 1.2, read off the wire; the shorter ones below are what a client that knows fewer schemes sees.
    Fingerprint { tls13: false, stacks: &[Stack::OpenSsl],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, EC_SHA224, RSA_SHA224, DSA_SHA224, DSA256, DSA384, DSA512] },
    Fingerprint { tls13: false, stacks: &[Stack::Jsse],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512, RSA256, RSA384, RSA512, DSA256, EC_SHA224, RSA_SHA224, DSA_SHA224, EC_SHA1, RSA_SHA1, DSA_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::GnuTls],
        schemes: &[RSA256, PSSK256, PSS256, EC256, ED25519, RSA384, PSSK384, PSS384, EC384, ED448, RSA512, PSSK512, PSS512, EC521, RSA_SHA1, EC_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::Erlang],
        schemes: &[DSA_SHA1, RSA_SHA1, EC_SHA1, RSA_SHA224, EC_SHA224, RSA256, PSS256, PSSK256, EC256, RSA384, PSS384, PSSK384, EC384, RSA512, PSS512, PSSK512, EC521] },
    // With an EC key of its own; with an RSA key it asks for less, as below.
    Fingerprint { tls13: false, stacks: &[Stack::WolfSsl],
        schemes: &[EC521, EC384, EC256, EC_SHA1, ED25519, ED448, PSS512, PSSK512, PSS384, PSSK384, PSS256, PSSK256, RSA512, RSA384, RSA256, RSA_SHA224, RSA_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::OpenSsl, Stack::JsseNew],
        schemes: &[EC256, EC384, EC521, ED25519, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512] },
    // What OpenSSL 3 asks of a client that offered all of it.
    Fingerprint { tls13: false, stacks: &[Stack::OpenSsl],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512] },
    Fingerprint { tls13: false, stacks: &[Stack::OpenSsl, Stack::Jsse],
        schemes: &[EC256, EC384, EC521, ED25519, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, EC_SHA1, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::OpenSsl],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, 0x0303, EC_SHA1, 0x0301, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::OpenSsl],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, 0x0303, 0x0301] },
    Fingerprint { tls13: true, stacks: &[Stack::OpenSsl],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512] },
    Fingerprint { tls13: true, stacks: &[Stack::OpenSsl],
        schemes: &[MLDSA65, MLDSA87, MLDSA44, EC256, EC384, EC521, ED25519, ED448, 0x081a, 0x081b, 0x081c, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512] },
    Fingerprint { tls13: true, stacks: &[Stack::OpenSsl],
        schemes: &[MLDSA65, MLDSA87, MLDSA44, EC256, EC384, EC521, ED25519, ED448, 0x081a, 0x081b, 0x081c, PSSK256, PSSK384, PSSK512, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, 0x0708] },
    Fingerprint { tls13: false, stacks: &[Stack::Go],
        schemes: &[PSS256, EC256, ED25519, PSS384, PSS512, RSA256, RSA384, RSA512, EC384, EC521] },
    Fingerprint { tls13: true, stacks: &[Stack::Go],
        schemes: &[MLDSA44, MLDSA65, MLDSA87, PSS256, EC256, ED25519, PSS384, PSS512, EC384, EC521] },
    Fingerprint { tls13: true, stacks: &[Stack::Go],
        schemes: &[PSS256, EC256, ED25519, PSS384, PSS512, EC384, EC521] },
    Fingerprint { tls13: true, stacks: &[Stack::Go],
        schemes: &[PSS256, EC256, ED25519, PSS384, PSS512, RSA256, RSA384, RSA512, EC384, EC521] },
    // The SHA-1 pair at the end was dropped by default in Go 1.25; 1.20 to 1.24 refuse as today's do.
    Fingerprint { tls13: false, stacks: &[Stack::GoOld, Stack::Go],
        schemes: &[PSS256, EC256, ED25519, PSS384, PSS512, RSA256, RSA384, RSA512, EC384, EC521, RSA_SHA1, EC_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::GoOld, Stack::Go],
        schemes: &[PSS256, EC256, ED25519, PSS384, PSS512, RSA256, RSA384, RSA512, EC384, EC521, RSA_SHA1, EC_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::Jsse],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512, RSA256, RSA384, RSA512, EC_SHA1, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::JsseNew],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512] },
    Fingerprint { tls13: true, stacks: &[Stack::JsseNew, Stack::Jsse],
        schemes: &[EC256, EC384, EC521, ED25519, ED448, PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512, RSA256, RSA384, RSA512] },
    Fingerprint { tls13: false, stacks: &[Stack::GnuTls],
        schemes: &[RSA256, PSS256, EC256, ED25519, RSA384, PSS384, EC384, RSA512, PSS512, EC521, RSA_SHA1, EC_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::GnuTls],
        schemes: &[RSA256, PSSK256, PSS256, EC256, ED25519, RSA384, PSSK384, PSS384, EC384, ED448, RSA512, PSSK512, PSS512, EC521, RSA_SHA1, EC_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::Nss],
        schemes: &[EC256, EC384, EC521, EC_SHA1, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::Nss],
        schemes: &[EC256, EC384, EC521, EC_SHA1, PSS256, PSS384, PSS512, RSA256, RSA384, RSA512, RSA_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::Rustls],
        schemes: &[EC384, EC256, ED25519, PSS512, PSS384, PSS256, RSA512, RSA384, RSA256] },
    Fingerprint { tls13: true, stacks: &[Stack::Rustls],
        schemes: &[EC384, EC256, ED25519, PSS512, PSS384, PSS256, RSA512, RSA384, RSA256] },
    Fingerprint { tls13: false, stacks: &[Stack::BoringSsl],
        schemes: &[EC256, PSS256, RSA256, EC384, PSS384, RSA384, PSS512, RSA512, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::BoringSsl],
        schemes: &[EC256, PSS256, RSA256, EC384, PSS384, RSA384, PSS512, RSA512, RSA_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::WolfSsl],
        schemes: &[PSS512, PSS384, PSS256, RSA512, RSA384, RSA256, RSA_SHA1] },
    Fingerprint { tls13: true, stacks: &[Stack::WolfSsl],
        schemes: &[EC521, EC384, EC256, EC_SHA1, ED25519, ED448, PSS512, PSSK512, PSS384, PSSK384, PSS256, PSSK256, RSA512, RSA384, RSA256, 0x0301, RSA_SHA1] },
    Fingerprint { tls13: false, stacks: &[Stack::MbedTls],
        schemes: &[RSA384, EC384, RSA256, EC256] },
    Fingerprint { tls13: false, stacks: &[Stack::Erlang],
        schemes: &[RSA_SHA1, EC_SHA1, RSA256, EC256, RSA384, EC384, RSA512, EC521, PSS256, PSS384, PSS512] },
    Fingerprint { tls13: true, stacks: &[Stack::Erlang],
        schemes: &[RSA_SHA1, EC_SHA1, RSA256, RSA384, RSA512, PSS256, PSS384, PSS512, PSSK256, PSSK384, PSSK512, EC256, EC384, EC521, ED448, ED25519] },
];

/// The stacks whose `CertificateRequest` lists these schemes in this order; empty where none is known.
///
/// Below TLS 1.3 a server may leave out what the client did not offer, and settings add or drop SHA-1: where no
/// fingerprint fits exactly, the order without SHA-1, SHA-224 and DSA decides.
#[must_use]
pub fn identify(schemes: &[u16], tls13: bool) -> Vec<Stack> {
    let of_version = || FINGERPRINTS.iter().filter(|print| print.tls13 == tls13);
    if let Some(exact) = of_version().find(|print| print.schemes == schemes) {
        return exact.stacks.to_vec();
    }
    let lasting = |schemes: &[u16]| -> Vec<u16> {
        schemes
            .iter()
            .copied()
            .filter(|scheme| !is_passing(*scheme))
            .collect()
    };
    let wanted = lasting(schemes);
    let mut found = Vec::new();
    for print in of_version().filter(|print| !wanted.is_empty() && lasting(print.schemes) == wanted)
    {
        for stack in print.stacks {
            if !found.contains(stack) {
                found.push(*stack);
            }
        }
    }
    found
}

/// SHA-1, SHA-224 and DSA: on their way out everywhere, and switched by settings.
const fn is_passing(scheme: u16) -> bool {
    let [digest, signature] = scheme.to_be_bytes();
    (digest == 2 || digest == 3) && signature <= 3 || digest <= 6 && signature == 2
}

/// The schemes a stack's `CertificateRequest` lists today, in its order; `None` where they were never measured.
#[must_use]
pub fn schemes(stack: Stack, tls13: bool) -> Option<&'static [u16]> {
    FINGERPRINTS
        .iter()
        .find(|print| print.tls13 == tls13 && print.stacks.first() == Some(&stack))
        .map(|print| print.schemes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_fingerprint_stands_twice() {
        for (index, print) in FINGERPRINTS.iter().enumerate() {
            assert!(
                FINGERPRINTS[..index]
                    .iter()
                    .all(|other| other.tls13 != print.tls13 || other.schemes != print.schemes),
                "fingerprint {index} repeats an earlier one"
            );
        }
    }
}
