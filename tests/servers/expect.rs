//! What a correct diagnostician can know and should say, from who called, what the server demands and what it shows.

use crate::pki::{Client, Shown};
use crate::server::{Demand, Site};
use crate::stack::Stack;

/// What a server does with one client: what it decides, and whether its signal names the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// The call goes through.
    Accepts,
    Refuses,
    /// TLS lets it through, and the application answers 403 without a reason.
    Forbids,
    /// Refuses by a signal that says the certificate was withdrawn, which nobody can know from the file.
    NamesRevocation,
    /// Never asked.
    DoesNotAsk,
    /// Would have to ask after the handshake, and cannot in this version.
    CannotAsk,
    /// Asks for kinds of signature this key cannot make, so that nothing is sent.
    CannotUse,
    /// Remembers other callers, or differs from version to version: nothing can be expected.
    Depends,
}

impl Judgement {
    /// What a stack makes of a client; `revoked` is what this server makes of a revoked certificate.
    pub fn usual(stack: Stack, revoked: Self, site: Site, client: Client) -> Self {
        match (site.demand, client) {
            (Demand::Nothing, _) => Self::DoesNotAsk,
            (Demand::Lax, Client::None) => Self::Accepts,
            (_, Client::None) => Self::Refuses,
            (_, Client::Revoked) => revoked,
            _ if !stack.can_use(client, site.tls) => Self::CannotUse,
            _ if stack.minds(client) => Self::Refuses,
            _ => Self::Accepts,
        }
    }
}

/// The codes that are right, and those that claim less without being wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub right: &'static [&'static str],
    /// Counted apart, and wrong if claimed as proven.
    pub weaker: &'static [&'static str],
}

impl Expected {
    const fn only(right: &'static [&'static str]) -> Self {
        Self { right, weaker: &[] }
    }

    pub fn grade(&self, code: &str, confidence: &str) -> Grade {
        if self.right.contains(&code) {
            Grade::Right
        } else if self.weaker.contains(&code) && confidence != "proven" {
            Grade::Ambiguous
        } else {
            Grade::Wrong
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    Right,
    Ambiguous,
    Wrong,
}

/// What to say of a client at a server that shows a good certificate.
pub fn of_client(client: Client, demand: Demand, judgement: Judgement) -> Option<Expected> {
    // Known before connecting, whatever the server does.
    if client == Client::Mismatched {
        return Some(Expected::only(&["client-key-mismatch"]));
    }
    Some(match judgement {
        Judgement::Depends => return None,
        Judgement::CannotUse => Expected::only(&["client-cert-not-sent"]),
        Judgement::DoesNotAsk if client == Client::None => Expected::only(&["ok"]),
        Judgement::CannotAsk if client == Client::None => Expected::only(&["client-cert-missing"]),
        Judgement::CannotAsk | Judgement::DoesNotAsk => {
            Expected::only(&["client-cert-not-requested"])
        }
        Judgement::Accepts => accepted(client),
        Judgement::NamesRevocation => Expected::only(&["client-cert-revoked"]),
        Judgement::Refuses => refused(client, demand),
        Judgement::Forbids => forbidden(client),
    })
}

fn accepted(client: Client) -> Expected {
    match client {
        Client::None => Expected::only(&["client-cert-not-required"]),
        // The file alone shows what is wrong with these, and the server did not mind.
        Client::SelfSigned | Client::Expired | Client::NotYetValid | Client::ServerAuth => {
            Expected::only(&["client-cert-not-required", "ok"])
        }
        // What is wrong with these only a server can say, and this one said nothing.
        Client::ForeignChain
        | Client::ForeignWithRoot
        | Client::ForeignDirect
        | Client::LeafOnly
        | Client::Revoked
        | Client::ExpiredIssuer
        | Client::IssuerForServers
        | Client::AnyUsage
        | Client::NoSignature
        | Client::ShortKey
        | Client::OldDigest
        | Client::StrangeExtension
        | Client::UpperMissing
        | Client::Namesake
        | Client::OutsideNames
        | Client::NotByACa => Expected::only(&["ok", "client-cert-not-required"]),
        _ => Expected::only(&["ok"]),
    }
}

fn refused(client: Client, demand: Demand) -> Expected {
    match client {
        Client::None => Expected {
            right: &["client-cert-missing"],
            // An application's 403 may have any reason.
            weaker: if demand == Demand::OptionalThen403 {
                &["http-forbidden"]
            } else {
                &[]
            },
        },
        // By its names alone the namesake is of the right CA.
        Client::ForeignChain | Client::ForeignWithRoot | Client::Namesake => Expected {
            right: &["client-issuer-unknown"],
            weaker: &["client-cert-rejected"],
        },
        // One certificate, whose issuer the server does not know by name: a missing intermediate looks the same.
        Client::ForeignDirect => Expected {
            right: &["client-issuer-unknown"],
            weaker: &["client-chain-incomplete", "client-cert-rejected"],
        },
        Client::LeafOnly | Client::UpperMissing => Expected {
            right: &["client-chain-incomplete"],
            weaker: &["client-issuer-unknown", "client-cert-rejected"],
        },
        Client::SelfSigned => Expected::only(&["client-cert-self-signed"]),
        Client::Expired | Client::ExpiredIssuer => Expected::only(&["client-cert-expired"]),
        Client::NotYetValid => Expected::only(&["client-cert-not-yet-valid"]),
        Client::ServerAuth | Client::IssuerForServers => {
            Expected::only(&["client-cert-wrong-purpose"])
        }
        // Most servers take these: the file alone condemns nothing.
        Client::AnyUsage | Client::NoSignature => Expected {
            right: &["client-cert-wrong-purpose"],
            weaker: &["client-cert-rejected"],
        },
        Client::ShortKey | Client::OldDigest => Expected::only(&["client-cert-weak"]),
        // Where the server names no CA, a CA it does not know is the commoner reason.
        Client::StrangeExtension => Expected {
            right: &["client-cert-rejected"],
            weaker: &["client-issuer-unknown"],
        },
        // What is wrong is seen in the file, and no code is for that alone.
        Client::OutsideNames | Client::NotByACa => Expected::only(&["client-cert-rejected"]),
        // Nothing in the file tells, and nothing the server said.
        _ => Expected {
            right: &["client-cert-rejected", "client-cert-revoked"],
            weaker: &[],
        },
    }
}

/// As [`refused`], but an application may have reasons of its own.
fn forbidden(client: Client) -> Expected {
    let refused = refused(client, Demand::OptionalThen403);
    match client {
        Client::Revoked => Expected::only(&["client-cert-forbidden"]),
        // What is wrong with these depends on whom the server trusts, and it only said no.
        Client::ForeignChain
        | Client::ForeignWithRoot
        | Client::ForeignDirect
        | Client::LeafOnly
        | Client::SelfSigned => Expected {
            weaker: &[
                "client-cert-forbidden",
                "client-issuer-unknown",
                "client-chain-incomplete",
            ],
            ..refused
        },
        _ => refused,
    }
}

/// What to say of a server that shows something bad, whoever calls: it is the first thing to mend.
pub fn of_server(shown: Shown) -> Option<Expected> {
    Some(Expected::only(match shown {
        Shown::Good => return None,
        Shown::Expired | Shown::ExpiredIssuer => &["server-cert-expired"],
        Shown::NotYetValid => &["server-cert-not-yet-valid"],
        Shown::WrongName | Shown::NameInSubject => &["server-name-mismatch"],
        Shown::NoIntermediate => &["server-chain-incomplete"],
        Shown::UnknownRoot | Shown::UnknownWithRoot => &["server-issuer-unknown"],
        Shown::SelfSigned => &["server-cert-self-signed"],
        Shown::ClientAuth => &["server-cert-wrong-purpose"],
        Shown::ShortKey | Shown::OldDigest => &["server-cert-weak"],
        Shown::StrangeExtension | Shown::NotByACa | Shown::OutsideNames => {
            &["server-cert-rejected"]
        }
    }))
}
