//! What each TLS stack minds about a client's certificate, and what it cannot use at all.

use crate::pki::Client;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stack {
    /// At security level 2, as distributions build it.
    OpenSsl,
    Go,
    GnuTls,
    Nss,
    /// Java's own.
    Jsse,
    MbedTls,
    WolfSsl,
}

impl Stack {
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
            Client::IssuerForServers => matches!(self, Self::OpenSsl | Self::Go),
            Client::AnyUsage => matches!(self, Self::OpenSsl | Self::Nss),
            Client::NoSignature => !matches!(self, Self::Go | Self::WolfSsl),
            Client::ShortKey => matches!(self, Self::OpenSsl | Self::MbedTls),
            Client::OldDigest => !matches!(self, Self::Nss | Self::Jsse | Self::WolfSsl),
        }
    }

    /// Whether it asks for a kind of signature that this key can make.
    pub fn can_use(self, client: Client) -> bool {
        client != Client::GoodEd25519 || !matches!(self, Self::Nss | Self::MbedTls)
    }
}
