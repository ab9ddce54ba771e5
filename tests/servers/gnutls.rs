//! `gnutls-serv`, which refuses every certificate it does not like with the same alert, and does not look at its purpose.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct GnutlsServ;

impl Server for GnutlsServ {
    fn name(&self) -> &'static str {
        "gnutls-serv"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["gnutls-serv"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn stack(&self) -> Stack {
        Stack::GnuTls
    }

    fn revoked(&self) -> Judgement {
        Judgement::Refuses
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let line = format!(
                    "--http --port {port} --x509certfile {{}} --x509keyfile {{}} --x509cafile {{}} --x509crlfile {{}} \
                     --priority NORMAL:-VERS-ALL:{} {}",
                    match site.tls {
                        Tls::Only12 => "+VERS-TLS1.2",
                        Tls::Only13 => "+VERS-TLS1.3",
                    },
                    match site.demand {
                        Demand::Required => "--require-client-cert --verify-client-cert",
                        _ => "--disable-client-cert",
                    }
                );
                let (trust, lists) = (pki.client_root(), pki.client_crls());
                Process::new("gnutls-serv", &line, &[&shown.chain, &shown.key, &trust, &lists])
            })
            .collect()
    }
}
