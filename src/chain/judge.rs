//! Whether the best path holds: RFC 5280 path validation by OpenSSL, with every reason at every depth.
//!
//! Paths are tried in the order in which they were ranked, each one alone, so that a bad choice among an
//! intermediate's namesakes never hides a good one.

use openssl::error::ErrorStack;
use openssl::x509::{X509Crl, X509Ref};

use crate::ffi::ssl::verify_text;
use crate::ffi::verify::{self as engine, Rules};
use crate::material::{Certificate, Crl, Time};

use super::path::{Aim, End, Path};
use super::pile::Pile;
use super::profile::{self, Weight};
use super::search::{all, best, found};

pub use crate::ffi::verify::{Peer, Purpose};

/// The most paths that are tried, or shown.
pub const MAX_PATHS: usize = 24;

/// OpenSSL's security level 2, which Debian, Ubuntu and RHEL set: 112 bits, so RSA 2048 and no SHA-1.
const LEVEL: i32 = 2;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub leaf: &'a Certificate,
    /// What may serve as intermediates, the leaf's own file first.
    pub certificates: &'a [Certificate],
    pub anchors: &'a [Certificate],
    /// Nobody said whom the other side trusts: the top of the path is taken to be trusted.
    pub assume: bool,
    /// With any, every certificate below the anchor must be on record as not revoked.
    pub crls: &'a [Crl],
    /// None for any use.
    pub purpose: Option<Purpose>,
    pub peer: Option<Peer<'a>>,
    pub at: Time,
    pub strict: bool,
}

/// The best path, and all that is wrong with it.
#[derive(Debug, Clone)]
pub struct Judged {
    pub path: Path,
    pub faults: Vec<Fault>,
    /// What strictness would find beside: true of the path, and no reason to refuse it.
    pub lapses: Vec<Fault>,
    /// The path ends at a certificate that is only taken to be trusted.
    pub assumed: bool,
}

/// One reason to refuse a path.
#[derive(Debug, Clone)]
pub struct Fault {
    /// 0 is the leaf.
    pub depth: u32,
    /// `X509_V_ERR_…`
    pub code: i32,
    /// libcrypto's words for it.
    pub text: &'static str,
    pub certificate: Option<Certificate>,
}

impl Question<'_> {
    fn rules(&self) -> Rules<'_> {
        Rules {
            at: self.at.unix(),
            purpose: self.purpose,
            name: self.peer,
            strict: self.strict,
            revocation: !self.crls.is_empty(),
            level: LEVEL,
        }
    }

    fn aim(&self) -> Aim<'_> {
        Aim {
            names: &[],
            purpose: match self.purpose {
                Some(Purpose::Client) => "clientAuth",
                Some(Purpose::Server) => "serverAuth",
                None => super::purpose_of(self.leaf),
            },
            now: self.at,
        }
    }

    fn pile(&self) -> Pile {
        let mut certificates = vec![self.leaf.clone()];
        certificates.extend_from_slice(self.certificates);
        Pile::new(&certificates, self.anchors)
    }
}

/// Judges the certificate by the path on which it fares best.
///
/// # Errors
/// libcrypto ran out of memory.
pub fn judge(question: &Question<'_>) -> Result<Judged, ErrorStack> {
    let pile = question.pile();
    let crls: Vec<X509Crl> = question
        .crls
        .iter()
        .filter_map(|crl| X509Crl::from_der(crl.der()).ok())
        .collect();
    let aim = question.aim();
    // Nearly always the first one holds, and the others need not be looked for.
    let mut first = judge_path(question, best(question.leaf, &pile, &aim), &crls)?;
    if first.faults.is_empty() {
        return Ok(first);
    }
    for path in all(question.leaf, &pile, &aim, MAX_PATHS) {
        if path.certificates == first.path.certificates && path.root() == first.path.root() {
            continue;
        }
        let judged = judge_path(question, path, &crls)?;
        if judged.faults.len() < first.faults.len() {
            first = judged;
        }
        if first.faults.is_empty() {
            break;
        }
    }
    Ok(first)
}

/// Every path there is, as far as they are tried, for showing.
#[must_use]
pub fn paths(question: &Question<'_>) -> Vec<Path> {
    found(question.leaf, &question.pile(), &question.aim(), MAX_PATHS)
}

/// What OpenSSL says when it builds the path itself out of everything, as a server or client would.
///
/// # Errors
/// libcrypto ran out of memory.
pub fn plainly(question: &Question<'_>) -> Result<Vec<Fault>, ErrorStack> {
    let crls: Vec<X509Crl> = question
        .crls
        .iter()
        .filter_map(|crl| X509Crl::from_der(crl.der()).ok())
        .collect();
    let untrusted: Vec<&Certificate> = question.certificates.iter().collect();
    let anchors: Vec<&Certificate> = question.anchors.iter().collect();
    verify(question, &untrusted, &anchors, &crls)
}

fn judge_path(question: &Question<'_>, path: Path, crls: &[X509Crl]) -> Result<Judged, ErrorStack> {
    let mut untrusted: Vec<&Certificate> = path.certificates.iter().skip(1).collect();
    let mut anchors: Vec<&Certificate> = Vec::new();
    let mut assumed = false;
    match &path.end {
        End::Anchor(anchor) => anchors.push(anchor),
        End::Root(root) if question.assume => {
            anchors.push(root);
            assumed = true;
        }
        End::Root(root) => untrusted.push(root),
        End::Gap(_) if question.assume && path.certificates.len() > 1 => {
            anchors.extend(path.certificates.last());
            assumed = true;
        }
        End::Gap(_) | End::Named(_) | End::SelfSigned => {}
    }
    let mut faults = verify(question, &untrusted, &anchors, crls)?;
    // A list may be signed by somebody who is not on the path.
    if !crls.is_empty() && faults.iter().any(|fault| is_about_lists(fault.code)) {
        untrusted.extend(question.certificates);
        let wider = verify(question, &untrusted, &anchors, crls)?;
        if wider.len() < faults.len() {
            faults = wider;
        }
    }
    let mut lapses = Vec::new();
    for breach in profile::breaches(question, &path) {
        match breach.weight {
            _ if question.strict => faults.push(breach.fault),
            Weight::Always => faults.push(breach.fault),
            Weight::Strict => lapses.push(breach.fault),
            Weight::Known => {}
        }
    }
    if faults.is_empty() && !question.strict {
        let strict = Question {
            strict: true,
            ..*question
        };
        lapses.extend(verify(&strict, &untrusted, &anchors, crls)?);
    }
    Ok(Judged {
        path,
        faults,
        lapses,
        assumed,
    })
}

/// `X509_V_ERR_CERT_HAS_EXPIRED`
const EXPIRED: i32 = 10;

/// `X509_V_ERR_…` of revocation lists and their issuers.
fn is_about_lists(code: i32) -> bool {
    matches!(code, 3 | 8 | 33 | 35 | 44 | 54)
}

fn verify(
    question: &Question<'_>,
    untrusted: &[&Certificate],
    anchors: &[&Certificate],
    crls: &[X509Crl],
) -> Result<Vec<Fault>, ErrorStack> {
    // libcrypto may refuse what the first parser accepted.
    let Ok(leaf) = question.leaf.x509() else {
        return Ok(vec![unreadable(question.leaf)]);
    };
    let judged = engine::verify(
        leaf,
        &readable(untrusted),
        &readable(anchors),
        crls,
        &question.rules(),
    )?;
    let known = |der: &[u8]| {
        std::iter::once(question.leaf)
            .chain(untrusted.iter().copied())
            .chain(anchors.iter().copied())
            .find(|certificate| certificate.der() == der)
            .cloned()
    };
    Ok(judged
        .faults
        .into_iter()
        .map(|fault| Fault {
            depth: fault.depth,
            code: fault.code,
            text: verify_text(fault.code),
            certificate: fault.certificate.and_then(|der| known(&der)),
        })
        // The last second still belongs to it (RFC 5280, section 4.1.2.5); OpenSSL leaves it out.
        .filter(|fault| {
            let last = fault
                .certificate
                .as_ref()
                .is_some_and(|one| one.not_after() == question.at);
            fault.code != EXPIRED || !last
        })
        .collect())
}

fn readable<'a>(certificates: &[&'a Certificate]) -> Vec<&'a X509Ref> {
    certificates
        .iter()
        .filter_map(|certificate| certificate.x509().ok())
        .collect()
}

fn unreadable(leaf: &Certificate) -> Fault {
    /// `X509_V_ERR_UNSPECIFIED`
    const UNSPECIFIED: i32 = 1;
    Fault {
        depth: 0,
        code: UNSPECIFIED,
        text: "OpenSSL cannot read the certificate",
        certificate: Some(leaf.clone()),
    }
}
