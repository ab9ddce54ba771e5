//! What the maker of an identity should know of it, though it was written.

use crate::chain::{Choice, Flaw, Gap};
use crate::encode::caution::Caution;
use crate::error::FetchError;
use crate::material::Certificate;
use crate::report::caution;

use super::{listed, quoted};

/// Something true about the result that its maker should know; the files are written all the same.
#[derive(Debug, Clone)]
pub enum Warning {
    Gap(Gap),
    NotFetched(FetchError),
    Choice(Choice),
    LeafExpired(Certificate),
    LeafNotYetValid(Certificate),
    LeafSelfSigned(Certificate),
    NoClientAuth(Certificate),
    Issuer(Certificate, Flaw),
    /// The root was to be included, and nobody has it.
    RootUnknown,
    /// Of the keystores that are written.
    Keystore(Caution),
}

impl Warning {
    /// The stable code of this warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gap(_) => "issuer-missing",
            Self::NotFetched(_) => "issuer-not-fetched",
            Self::Choice(Choice::Renewal { .. }) => "several-certificates-for-the-key",
            Self::Choice(Choice::EndEntity { .. }) => "ca-key-present",
            Self::LeafExpired(_) => "leaf-expired",
            Self::LeafNotYetValid(_) => "leaf-not-yet-valid",
            Self::LeafSelfSigned(_) => "leaf-self-signed",
            Self::NoClientAuth(_) => "leaf-without-client-auth",
            Self::Issuer(_, flaw) => match flaw {
                Flaw::Expired => "issuer-expired",
                Flaw::NotYetValid => "issuer-not-yet-valid",
                Flaw::NotCa | Flaw::NoCertSign => "issuer-not-a-ca",
                Flaw::PathTooLong => "path-too-long",
                Flaw::NameForbidden => "name-forbidden",
                Flaw::WrongPurpose => "issuer-wrong-purpose",
                Flaw::WeakDigest => "issuer-weak-digest",
            },
            Self::RootUnknown => "root-unknown",
            Self::Keystore(caution) => caution::code(caution),
        }
    }

    /// The warning, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Gap(gap) => gap_text(gap),
            Self::NotFetched(error) => format!("the missing certificate was not fetched: {error}"),
            Self::Choice(Choice::Renewal {
                chosen,
                passed_over,
            }) => format!(
                "{} certificates for the same key and name: took the one in {} ({}), not {}",
                passed_over.len() + 1,
                chosen.origin(),
                period(chosen),
                listed(passed_over.iter().map(|other| format!(
                    "the one in {} ({})",
                    other.origin(),
                    period(other)
                )))
            ),
            Self::Choice(Choice::EndEntity {
                chosen,
                passed_over,
            }) => format!(
                "the private key of a CA is here too ({}); the identity is {} in {}",
                listed(
                    passed_over
                        .iter()
                        .map(|ca| format!("{} in {}", ca.subject(), ca.origin()))
                ),
                chosen.subject(),
                chosen.origin()
            ),
            Self::LeafExpired(leaf) => format!(
                "the certificate in {} expired on {}: servers will refuse it",
                leaf.origin(),
                leaf.not_after()
            ),
            Self::LeafNotYetValid(leaf) => format!(
                "the certificate in {} is not valid before {}",
                leaf.origin(),
                leaf.not_before()
            ),
            Self::LeafSelfSigned(leaf) => format!(
                "the certificate in {} is self-signed: only a server that was given this very certificate will accept it",
                leaf.origin()
            ),
            Self::NoClientAuth(leaf) => format!(
                "the certificate in {} is not meant for clients (extended key usage: {}): most servers will refuse it",
                leaf.origin(),
                leaf.eku().unwrap_or_default().join(", ")
            ),
            Self::Issuer(issuer, flaw) => issuer_text(issuer, *flaw),
            Self::RootUnknown => {
                "the root is not among the files, and this machine does not trust it: it is not included"
                    .to_owned()
            }
            Self::Keystore(caution) => caution::text(caution),
        }
    }
}

fn gap_text(gap: &Gap) -> String {
    use std::fmt::Write as _;
    let certificate = &gap.certificate;
    if gap.circle {
        return format!(
            "the chain has no end: from {} on, the CAs here have signed each other in a circle\n  add the root of this CA, or name it with --cacert",
            certificate.subject()
        );
    }
    let mut text = format!(
        "the chain is not complete: the certificate of {} is missing, which issued {} in {}",
        gap.missing(),
        certificate.subject(),
        certificate.origin()
    );
    if let Some(namesake) = &gap.namesake {
        let _ = write!(
            text,
            "\n  the one of that name in {} has another key",
            namesake.origin()
        );
    }
    let _ = match gap.url() {
        // --fetch asks in plain http alone.
        Some(url) if url.starts_with("https:") => write!(
            text,
            "\n  it is at {}: curl -o issuer.crt {} fetches it, to be added to the files",
            url.escape_debug(),
            quoted(url)
        ),
        Some(url) => write!(
            text,
            "\n  it is at {}: --fetch adds it, or curl -o issuer.crt {}",
            url.escape_debug(),
            quoted(url)
        ),
        None => write!(text, "\n  ask the CA for it, and add it to the files"),
    };
    if certificate.is_ca() {
        text.push_str("\n  if that is the root the server trusts, nothing is missing");
    }
    text
}

fn issuer_text(issuer: &Certificate, flaw: Flaw) -> String {
    let who = format!("{} in {}", issuer.subject(), issuer.origin());
    match flaw {
        Flaw::Expired => format!("{who} expired on {}", issuer.not_after()),
        Flaw::NotYetValid => format!("{who} is not valid before {}", issuer.not_before()),
        Flaw::NotCa => format!(
            "{who} signed the certificate below it but is not a CA by its basic constraints"
        ),
        Flaw::NoCertSign => {
            format!("{who} signed the certificate below it but its key usage does not allow that")
        }
        Flaw::PathTooLong => format!(
            "{who} allows {} CAs below it, and there are more",
            issuer.path_len().unwrap_or_default()
        ),
        Flaw::NameForbidden => {
            format!(
                "{who} may not issue for this name (name constraints): the chain will be refused"
            )
        }
        Flaw::WrongPurpose => format!(
            "{who} may not issue for this purpose (extended key usage: {}): OpenSSL, Go and rustls refuse the chain",
            issuer.eku().unwrap_or_default().join(", ")
        ),
        Flaw::WeakDigest => format!(
            "{who} is signed with {}: most servers refuse that",
            issuer.signature_algorithm()
        ),
    }
}

fn period(certificate: &Certificate) -> String {
    format!(
        "valid {} to {}",
        certificate.not_before().date(),
        certificate.not_after().date()
    )
}
