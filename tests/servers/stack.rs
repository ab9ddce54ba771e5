//! What each TLS stack minds about a client's certificate, and what it cannot use at all.

use fullcert::catalogue::stacks::Stack as Known;

use crate::pki::Client;
use crate::server::Tls;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// At security level 2, as distributions build it.
    OpenSsl,
    BoringSsl,
    Go,
    GnuTls,
    Nss,
    /// Java's own.
    Jsse,
    MbedTls,
    WolfSsl,
    Rustls,
    Erlang,
}

impl Stack {
    /// Whether the catalogue means this one.
    pub fn is(self, other: Known) -> bool {
        match self {
            Self::OpenSsl => other == Known::OpenSsl,
            Self::BoringSsl => other == Known::BoringSsl,
            Self::Go => matches!(other, Known::Go | Known::GoOld),
            Self::GnuTls => other == Known::GnuTls,
            Self::Nss => other == Known::Nss,
            Self::Jsse => matches!(other, Known::Jsse | Known::JsseNew),
            Self::MbedTls => other == Known::MbedTls,
            Self::WolfSsl => other == Known::WolfSsl,
            Self::Rustls => other == Known::Rustls,
            Self::Erlang => other == Known::Erlang,
        }
    }

    /// Whether it refuses this certificate, revocation aside.
    pub fn minds(self, client: Client) -> bool {
        match client {
            Client::None
            | Client::GoodRsa
            | Client::GoodEc
            | Client::GoodEd25519
            | Client::GoodDeep
            | Client::NoEku
            | Client::Revoked => false,
            Client::ForeignChain
            | Client::ForeignWithRoot
            | Client::ForeignDirect
            | Client::LeafOnly
            | Client::SelfSigned
            | Client::Expired
            | Client::NotYetValid
            | Client::Mismatched
            | Client::ExpiredIssuer
            | Client::StrangeExtension
            | Client::UpperMissing
            | Client::Namesake
            | Client::OutsideNames
            | Client::NotByACa => true,
            Client::ServerAuth => self != Self::GnuTls,
            Client::IssuerForServers => matches!(
                self,
                Self::OpenSsl | Self::BoringSsl | Self::Go | Self::Rustls | Self::Erlang
            ),
            Client::AnyUsage => matches!(
                self,
                Self::OpenSsl | Self::BoringSsl | Self::Nss | Self::Rustls | Self::Erlang
            ),
            Client::NoSignature => {
                !matches!(self, Self::Go | Self::WolfSsl | Self::Rustls | Self::Erlang)
            }
            Client::ShortKey => matches!(self, Self::OpenSsl | Self::MbedTls | Self::Rustls),
            Client::OldDigest => !matches!(
                self,
                Self::BoringSsl | Self::Nss | Self::Jsse | Self::WolfSsl | Self::Erlang
            ),
        }
    }

    /// Whether it asks for a kind of signature that this key can make.
    pub fn can_use(self, client: Client, tls: Tls) -> bool {
        match self {
            _ if client != Client::GoodEd25519 => true,
            Self::BoringSsl | Self::Nss | Self::MbedTls => false,
            Self::Erlang => tls == Tls::Only13,
            _ => true,
        }
    }
}
