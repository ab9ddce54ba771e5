//! What certificates are judged by: the anchors, what else the other side has, and revocation lists.

use std::collections::HashSet;

use crate::cli::verify::{Purpose, Verify};
use crate::decode::Decoded;
use crate::error::{Error, IdentityError, UsageError};
use crate::material::{Certificate, Crl, Item};
use crate::source::Origin;

use super::super::passwords::Asked;
use super::super::{certificates, java, machine};

/// How many anchors' names are compared with a missing issuer's.
const MAX_NAMES: usize = 20;

/// The other side, as far as it is known.
pub struct Trust {
    pub anchors: Vec<Certificate>,
    /// What the anchors are called in a sentence.
    pub source: String,
    /// Their subjects, where files were named and hold a handful.
    pub names: Vec<String>,
    /// Nobody said whom the other side trusts.
    pub assume: bool,
    pub pool: Vec<Certificate>,
    pub crls: Vec<Crl>,
    public: HashSet<String>,
}

impl Trust {
    pub fn read(args: &Verify, purpose: Purpose, asked: &mut Asked<'_, '_>) -> Result<Self, Error> {
        let mut anchors = Vec::new();
        let mut sources = Vec::new();
        for path in &args.cacert {
            let found = certificates::of(&asked.open(path)?);
            if found.is_empty() {
                return Err(IdentityError::NoCertificate {
                    files: vec![Origin::file(path)],
                }
                .into());
            }
            anchors.extend(found);
            sources.push(path.display().to_string());
        }
        for path in &args.java {
            anchors.extend(certificates::of(&java::truststore(path, asked)?));
            sources.push(path.display().to_string());
        }
        let names = if anchors.len() <= MAX_NAMES {
            anchors
                .iter()
                .map(|one| one.subject().to_string())
                .collect()
        } else {
            Vec::new()
        };
        let given = !anchors.is_empty();
        // A server is judged by the machine, as curl does it; whom a server trusts, nobody here can know.
        if args.system || !given {
            anchors.extend(machine::roots());
            sources.push("the system's certificates".to_owned());
        }
        let mut trust = Self {
            anchors,
            source: sources.join(" and "),
            names,
            assume: !given && !args.system && purpose != Purpose::Server,
            pool: Vec::new(),
            crls: Vec::new(),
            public: machine::digests(),
        };
        for path in &args.pool {
            trust.pool.extend(certificates::pool(path, asked)?);
        }
        for path in &args.crl {
            let found = lists(&asked.open(path)?);
            if found.is_empty() {
                return Err(UsageError::new(
                    format!("{}: there is no revocation list in it", path.display()),
                    "--crl takes X.509 CRLs, PEM or DER",
                )
                .into());
            }
            trust.crls.extend(found);
        }
        Ok(trust)
    }

    /// Whether this machine trusts it: the root of a public CA.
    pub fn is_public(&self, anchor: &Certificate) -> bool {
        self.public.contains(anchor.sha256())
    }
}

fn lists(decoded: &Decoded) -> Vec<Crl> {
    decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::Crl(crl) => Some(crl.clone()),
            _ => None,
        })
        .collect()
}
