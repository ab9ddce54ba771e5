//! Rules for certificates that OpenSSL does not hold them to, not even when told to be strict: those of RFC 5280, and
//! for servers those of the Web PKI.
//!
//! Some are broken to nobody's harm and all over the world; these count when strictness is asked for, and are told
//! otherwise. Where it is in doubt whom a certificate speaks for, or who may issue it, the rule always counts.

mod constraints;
mod names;
mod rfc5280;
mod web;

use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::material::Certificate;

use super::judge::{Fault, Purpose, Question};
use super::path::Path;

/// `X509_V_ERR_APPLICATION_VERIFICATION`: the reason is not OpenSSL's.
pub const OWN: i32 = 50;

/// When a broken rule is a reason to refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    Always,
    Strict,
    /// As `Strict`; people are told of it in other words already.
    Known,
}

/// A rule, and where it is broken.
pub(super) struct Breach {
    pub weight: Weight,
    pub fault: Fault,
}

/// One certificate of the path, parsed.
struct Link<'a> {
    depth: usize,
    /// Whether it is the self-signed end of the path.
    root: bool,
    certificate: &'a Certificate,
    parsed: X509Certificate<'a>,
}

impl Link<'_> {
    fn is_leaf(&self) -> bool {
        self.depth == 0
    }

    fn breach(&self, weight: Weight, text: &'static str) -> Breach {
        Breach {
            weight,
            fault: Fault {
                depth: u32::try_from(self.depth).unwrap_or(u32::MAX),
                code: OWN,
                text,
                certificate: Some(self.certificate.clone()),
            },
        }
    }
}

/// Every rule that is broken on the way from the leaf up to the anchor, which counts as well: its constraints and
/// its name are used.
pub(super) fn breaches(question: &Question<'_>, path: &Path) -> Vec<Breach> {
    let mut chain: Vec<&Certificate> = path.certificates.iter().collect();
    chain.extend(path.root().filter(|root| !path.certificates.contains(root)));
    let last = chain.len().saturating_sub(1);
    let mut breaches = Vec::new();
    let links: Vec<Link<'_>> = chain
        .into_iter()
        .enumerate()
        .filter_map(|(depth, certificate)| {
            let (_, parsed) = X509Certificate::from_der(certificate.der()).ok()?;
            Some(Link {
                depth,
                root: depth > 0 && depth == last && certificate.is_self_signed(),
                certificate,
                parsed,
            })
        })
        .collect();
    for link in &links {
        breaches.extend(rfc5280::broken(link));
        if question.purpose == Some(Purpose::Server) {
            breaches.extend(web::broken(link));
        }
    }
    breaches.extend(constraints::broken(&links));
    breaches.extend(
        rfc5280::of_lists(question.crls)
            .into_iter()
            .map(|text| Breach {
                weight: Weight::Strict,
                fault: Fault {
                    depth: 0,
                    code: OWN,
                    text,
                    certificate: None,
                },
            }),
    );
    breaches
}
