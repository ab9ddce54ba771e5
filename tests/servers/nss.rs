//! NSS's `selfserv`, which keeps certificates in a database of its own.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{PASSWORD, Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Selfserv;

impl Server for Selfserv {
    fn name(&self) -> &'static str {
        "selfserv"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["selfserv", "certutil", "pk12util"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn shows(&self, shown: Shown) -> bool {
        // It builds its chain from the database and sends no root.
        shown != Shown::UnknownWithRoot
    }

    fn stack(&self) -> Stack {
        Stack::Nss
    }

    fn revoked(&self) -> Judgement {
        // A list needs its issuer in the database, and with that no intermediate would be missing.
        Judgement::Accepts
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let script = format!(
                    "mkdir {port} && certutil -N -d sql:{port} --empty-password && \
                     pk12util -i \"$1\" -d sql:{port} -W {PASSWORD} -K '' && \
                     certutil -A -d sql:{port} -n root -t T,, -i \"$2\" && \
                     exec selfserv -d sql:{port} -n server -p {port} -V {} {}",
                    match site.tls {
                        Tls::Only12 => "tls1.2:tls1.2",
                        Tls::Only13 => "tls1.3:tls1.3",
                    },
                    match site.demand {
                        Demand::Required => "-rr",
                        _ => "",
                    }
                );
                let keystore = pki.server(site.shown).pkcs12();
                Process::new(
                    "sh",
                    "-c {} sh {} {}",
                    &[&script, &keystore, &pki.client_root()],
                )
            })
            .collect()
    }
}
