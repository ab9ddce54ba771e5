//! `openssl s_server`, strict and not: the reference for every alert OpenSSL sends.

use std::path::{Path, PathBuf};

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::server::{Demand, Process, Server, Site, Tls};

pub struct SServer;

impl Server for SServer {
    fn name(&self) -> &'static str {
        "s_server"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["openssl"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Lax, Demand::Nothing]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match site.demand {
            // Without -verify_return_error it looks, complains to its own log and goes on.
            Demand::Lax => Judgement::Accepts,
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let line = format!(
                    "s_server -accept 127.0.0.1:{port} -cert {{}} -key {{}} -www {} -CAfile {{}} {}",
                    match site.tls {
                        Tls::Only12 => "-tls1_2",
                        Tls::Only13 => "-tls1_3",
                    },
                    match site.demand {
                        Demand::Required => "-Verify 5 -verify_return_error -crl_check_all",
                        Demand::Lax => "-verify 5",
                        _ => "",
                    }
                );
                let trust = pki.client_root_and_crls();
                let mut process = Process::new("openssl", &line, &[&shown.chain, &shown.key, &trust]);
                if let Some(issuers) = shown.issuers {
                    process.args.extend(["-cert_chain".into(), issuers.into_os_string()]);
                }
                process
            })
            .collect()
    }
}

/// `openssl s_server` that demands a certificate, with parameters of one's own, on one site.
pub struct Peculiar {
    /// Whom it trusts, with revocation lists where it is told to look at them.
    pub trust: PathBuf,
    pub parameters: &'static str,
    pub shown: Shown,
}

impl Server for Peculiar {
    fn name(&self) -> &'static str {
        "s_server"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["openssl"]
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let shown = pki.server(self.shown);
        let port = sites[0].1;
        let line = format!(
            "s_server -accept 127.0.0.1:{port} -cert {{}} -cert_chain {{}} -key {{}} -CAfile {{}} -www \
             -Verify 5 -verify_return_error {}",
            self.parameters
        );
        let issuers = shown.issuers.expect("a chain");
        vec![Process::new(
            "openssl",
            &line,
            &[&shown.chain, &issuers, &shown.key, &self.trust],
        )]
    }
}
