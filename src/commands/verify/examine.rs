//! One file: what it holds, the best path from its leaf, and what the judges say of it.

use clap::ValueEnum as _;

use crate::chain::{self, End, Path, Question};
use crate::cli::verify::{Purpose, Verify};
use crate::decode::{Decoded, Format};
use crate::diagnose::examined::{Examined, From, Held, Missing, Side, Step};
use crate::error::{Error, IdentityError};
use crate::evidence::{CertificateFacts, Revocation};
use crate::material::{Certificate, Item, PrivateKey, Time};
use crate::observe::{Fetcher, ocsp};

use super::super::faults::told;
use super::super::{certificates, issuers};
use super::trust::Trust;
use super::{engine, peer};

/// The most certificates of one file that are looked at for their own sake.
const MAX_SENT: usize = 100;

/// What is the same for all files.
pub struct Examiner<'a> {
    pub args: &'a Verify,
    pub trust: &'a Trust,
    pub purpose: Purpose,
    pub at: Time,
    /// From `--key`.
    pub keys: Vec<PrivateKey>,
    /// Where missing issuers and revocations may be asked for.
    pub fetcher: Option<Fetcher>,
}

/// One file, looked at.
pub struct Looked {
    pub examined: Examined,
    /// Every path, where they are to be shown.
    pub paths: Vec<Path>,
}

/// What a file is, once its leaf is known.
struct Content {
    certificates: Vec<Certificate>,
    leaf: usize,
    ordered: bool,
    key: Option<Held>,
}

pub fn keys(decoded: &Decoded) -> Vec<PrivateKey> {
    decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Key(key) => Some(key.clone()),
            _ => None,
        })
        .collect()
}

impl Examiner<'_> {
    pub fn look(&self, decoded: &Decoded) -> Result<Looked, Error> {
        let content = self.content(decoded)?;
        let Some(leaf) = content.certificates.get(content.leaf) else {
            return Err(no_certificate(decoded));
        };
        let known: Vec<Certificate> = content
            .certificates
            .iter()
            .chain(&self.trust.pool)
            .cloned()
            .collect();
        let mut at_hand = known.clone();
        let mut fetched = Vec::new();
        let mut failure = None;
        let judged = loop {
            let judged = chain::judge(&self.question(leaf, &at_hand)).map_err(crypto)?;
            let (Some(gap), Some(web)) = (judged.path.gap(), &self.fetcher) else {
                break judged;
            };
            if gap.url().is_none() || fetched.len() >= issuers::MAX_ROUNDS {
                break judged;
            }
            match issuers::fetch(gap, web) {
                Ok(found) => {
                    at_hand.extend(found.iter().cloned());
                    fetched.extend(found);
                }
                Err(error) => {
                    failure = Some(error.to_string());
                    break judged;
                }
            }
        };
        // A pile that nobody would send as it is, is judged by what is of use in it.
        let sent = if known.len() > chain::MAX_INTERMEDIATES {
            judged.path.certificates.clone()
        } else {
            known
        };
        let as_it_is = self.question(leaf, &sent);
        let plain = chain::plainly(&as_it_is).map_err(crypto)?;
        let rustls = chain::second_opinion(&as_it_is).err();
        let looked_at = &content.certificates[..content
            .certificates
            .len()
            .min(MAX_SENT.max(content.leaf + 1))];
        let examined = Examined {
            file: decoded.origin.path().display().to_string(),
            at: self.at,
            side: match self.purpose {
                Purpose::Client => Side::Client,
                Purpose::Server => Side::Server,
                Purpose::Any => Side::Any,
            },
            host: self.args.host.clone(),
            trust: self.trust.source.clone(),
            anchors: self.trust.names.clone(),
            unsaid: self.trust.assume,
            assumed: judged.assumed,
            ordered: content.ordered,
            sent: CertificateFacts::of_chain(looked_at),
            unseen: content.certificates.len() - looked_at.len(),
            leaf: content.leaf,
            path: self.steps(&judged.path, &content.certificates, &fetched),
            gap: missing(&judged.path, failure),
            public: judged
                .path
                .root()
                .is_some_and(|root| self.trust.is_public(root)),
            faults: told(&judged.faults),
            lapses: told(&judged.lapses),
            plain: if judged.assumed {
                Vec::new()
            } else {
                told(&plain)
            },
            rustls,
            ocsp: self.revocations(&judged.path),
            warn_days: self.args.warn_days,
            consumers: self
                .args
                .consumers
                .iter()
                .filter_map(|one| Some(one.to_possible_value()?.get_name().to_owned()))
                .collect(),
            key: content.key,
        };
        let paths = if self.args.show_paths {
            chain::paths(&self.question(leaf, &at_hand))
        } else {
            Vec::new()
        };
        Ok(Looked { examined, paths })
    }

    fn question<'q>(
        &'q self,
        leaf: &'q Certificate,
        certificates: &'q [Certificate],
    ) -> Question<'q> {
        Question {
            leaf,
            certificates,
            anchors: &self.trust.anchors,
            assume: self.trust.assume,
            crls: &self.trust.crls,
            purpose: engine(self.purpose),
            peer: self.args.host.as_deref().map(peer),
            at: self.at,
            strict: self.args.strict,
        }
    }

    fn content(&self, decoded: &Decoded) -> Result<Content, Error> {
        let certificates = certificates::of(decoded);
        if certificates.is_empty() {
            return Err(no_certificate(decoded));
        }
        let mut keys = keys(decoded);
        keys.extend(self.keys.iter().cloned());
        let ordered = !matches!(decoded.format, Format::Pkcs12 | Format::Jks | Format::Jceks);
        let owned = keys.iter().find_map(|key| {
            let index = certificates.iter().position(|one| one.belongs_to(key))?;
            Some((key, index))
        });
        let leaf = owned.map_or_else(|| likeliest(&certificates), |(_, index)| index);
        let key = owned.map(|(key, _)| key).or(keys.first()).map(|key| Held {
            info: key.info().clone(),
            belongs_to: owned.map(|(_, index)| index),
        });
        Ok(Content {
            certificates,
            leaf,
            ordered,
            key,
        })
    }

    fn revocations(&self, path: &Path) -> Vec<Revocation> {
        let Some(fetcher) = &self.fetcher else {
            return Vec::new();
        };
        let mut chain: Vec<&Certificate> = path.certificates.iter().collect();
        chain.extend(path.root());
        chain
            .windows(2)
            .filter_map(|pair| match pair {
                [certificate, issuer] => ocsp::ask(fetcher, certificate, issuer, self.at),
                _ => None,
            })
            .collect()
    }

    fn steps(&self, path: &Path, file: &[Certificate], fetched: &[Certificate]) -> Vec<Step> {
        let mut chain = path.certificates.clone();
        chain.extend(path.root().filter(|root| !chain.contains(root)).cloned());
        CertificateFacts::of_chain(&chain)
            .into_iter()
            .zip(&chain)
            .map(|(facts, certificate)| Step {
                facts,
                from: self.origin(certificate, file, fetched),
            })
            .collect()
    }

    fn origin(
        &self,
        certificate: &Certificate,
        file: &[Certificate],
        fetched: &[Certificate],
    ) -> From {
        if file.contains(certificate) || self.trust.anchors.contains(certificate) {
            return From::Given;
        }
        let place = |from: &[Certificate]| {
            let found = from.iter().find(|one| *one == certificate)?;
            Some(found.origin().whole().to_string())
        };
        place(&self.trust.pool)
            .map(From::Pool)
            .or_else(|| place(fetched).map(From::Fetched))
            .unwrap_or(From::Given)
    }
}

/// Without a key: the first certificate, unless it is a CA's and a single other one is not.
fn likeliest(certificates: &[Certificate]) -> usize {
    if certificates.first().is_none_or(|first| !first.is_ca()) {
        return 0;
    }
    let mut ends = certificates
        .iter()
        .enumerate()
        .filter(|(_, one)| !one.is_ca())
        .map(|(index, _)| index);
    match (ends.next(), ends.next()) {
        (Some(only), None) => only,
        _ => 0,
    }
}

fn missing(path: &Path, failure: Option<String>) -> Option<Missing> {
    let End::Gap(gap) = &path.end else {
        return None;
    };
    Some(Missing {
        issuer: gap.missing().to_string(),
        namesake: gap.namesake.is_some(),
        url: gap.url().map(str::to_owned),
        failure,
    })
}

fn no_certificate(decoded: &Decoded) -> Error {
    IdentityError::NoCertificate {
        files: vec![decoded.origin.clone()],
    }
    .into()
}

fn crypto(cause: openssl::error::ErrorStack) -> Error {
    IdentityError::Crypto {
        what: "judge the chain",
        cause,
    }
    .into()
}
