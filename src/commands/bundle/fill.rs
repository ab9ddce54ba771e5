//! From the pile to the identity, with what the pile lacks from elsewhere.

use crate::chain::{self, Assembly, Parts, Path};
use crate::cli::bundle::Bundle;
use crate::error::{Error, FetchError};
use crate::material::Certificate;

use super::super::{Context, issuers, machine};
use super::pile::Pile;

/// The identity, and why a gap could not be filled.
pub struct Filled {
    pub assembly: Assembly,
    pub failure: Option<FetchError>,
    /// Every path, where they are to be shown.
    pub paths: Vec<Path>,
}

/// Towards the CAs that were given or that the server named, else a root in the pile, else one that this machine trusts; with `--pool`
/// where the pile is not enough, and with `--fetch` where that is not.
pub fn assemble(pile: &Pile, args: &Bundle, context: &Context<'_, '_>) -> Result<Filled, Error> {
    let mut certificates = pile.certificates.clone();
    let mut parts = Parts {
        certificates: &pile.certificates,
        keys: &pile.keys,
        files: &pile.files,
        anchors: &pile.anchors,
        names: &pile.names,
        leaves: &pile.leaves,
        now: context.clock.now(),
    };
    let mut assembly = chain::assemble(&parts)?;
    // The leaf is the pile's own, whatever else is taken in.
    if parts.leaves.is_empty() {
        parts.leaves = &pile.certificates;
    }
    if assembly.gap().is_some() && !pile.pool.is_empty() {
        certificates.extend_from_slice(&pile.pool);
        assembly = chain::assemble(&Parts {
            certificates: &certificates,
            ..parts
        })?;
    }
    let machine = if assembly.gap().is_some() && pile.anchors.is_empty() {
        machine::roots()
    } else {
        Vec::new()
    };
    if !machine.is_empty() {
        parts.anchors = &machine;
        assembly = chain::assemble(&Parts {
            certificates: &certificates,
            ..parts
        })?;
    }
    let mut failure = None;
    if args.fetch {
        let fetcher = issuers::fetcher(args.timeout, args.proxy.as_deref(), context.io)?;
        for _ in 0..issuers::MAX_ROUNDS {
            let Some(gap) = assembly.gap().filter(|gap| gap.url().is_some()) else {
                break;
            };
            match issuers::fetch(gap, &fetcher) {
                Ok(found) => certificates.extend(found),
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
            assembly = chain::assemble(&Parts {
                certificates: &certificates,
                ..parts
            })?;
        }
    }
    let paths = if args.show_paths {
        parts.certificates = &certificates;
        chain::every(&parts, assembly.identity.leaf())
    } else {
        Vec::new()
    };
    forget(&mut assembly, &pile.certificates);
    Ok(Filled {
        assembly,
        failure,
        paths,
    })
}

/// What was taken in from elsewhere and not needed is nobody's concern.
fn forget(assembly: &mut Assembly, own: &[Certificate]) {
    let own: std::collections::HashSet<&str> = own.iter().map(Certificate::sha256).collect();
    assembly
        .left_out
        .retain(|entry| own.contains(entry.certificate.sha256()));
}
