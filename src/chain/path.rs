//! The way from a certificate up to somebody who is trusted, and what it lacks.

use crate::material::{Certificate, Name, Time};

use super::flaw::Flaw;

/// What a path is to be good for.
#[derive(Debug, Clone, Copy)]
pub struct Aim<'a> {
    /// Names of CAs the peer said it knows: a path that reaches one of them is complete.
    pub names: &'a [Name],
    /// `clientAuth` or `serverAuth`.
    pub purpose: &'a str,
    pub now: Time,
}

/// A chain in sending order, and where it ends.
#[derive(Debug, Clone)]
pub struct Path {
    /// The leaf first, then each one's issuer; a self-signed root is not in it, unless it is the leaf itself.
    pub certificates: Vec<Certificate>,
    pub end: End,
    /// What is the matter with the issuers, the root included.
    pub flaws: Vec<(Certificate, Flaw)>,
}

/// Where a path ends.
#[derive(Debug, Clone)]
pub enum End {
    /// At an anchor that was given to build towards.
    Anchor(Certificate),
    /// At a CA the peer named.
    Named(Name),
    /// At a self-signed root that was in the pile.
    Root(Certificate),
    /// The leaf has signed itself: nobody stands behind it.
    SelfSigned,
    /// Nowhere: an issuer is missing.
    Gap(Gap),
}

/// A missing issuer.
#[derive(Debug, Clone)]
pub struct Gap {
    /// The certificate whose issuer is not there.
    pub certificate: Certificate,
    /// A certificate of the issuer's name that is there, with another key.
    pub namesake: Option<Certificate>,
    /// The issuer is there, but leads back to where the path has been: the CAs have signed each other.
    pub circle: bool,
}

impl Gap {
    /// The name of the certificate that is missing.
    #[must_use]
    pub fn missing(&self) -> &Name {
        self.certificate.issuer()
    }

    /// Where the certificate itself says it may be fetched, plain http first.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        let named = |scheme: &'static str| {
            let mut urls = self.certificate.ca_issuers().iter();
            urls.find(|url| url.starts_with(scheme))
        };
        named("http://")
            .or_else(|| named("https://"))
            .map(String::as_str)
    }
}

impl Path {
    /// The missing issuer, where one is.
    #[must_use]
    pub fn gap(&self) -> Option<&Gap> {
        match &self.end {
            End::Gap(gap) => Some(gap),
            _ => None,
        }
    }

    /// The root or anchor above the last certificate, where it is known.
    #[must_use]
    pub fn root(&self) -> Option<&Certificate> {
        match &self.end {
            End::Root(root) | End::Anchor(root) => Some(root),
            _ => None,
        }
    }
}
