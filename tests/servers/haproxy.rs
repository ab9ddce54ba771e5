//! `HAProxy`, strict, with a rule instead of TLS, and with its errors ignored.

use std::fmt::Write as _;
use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki};
use crate::server::{Demand, Process, Server, Site, Tls};

pub struct Haproxy;

impl Server for Haproxy {
    fn name(&self) -> &'static str {
        "haproxy"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["haproxy"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[
            Demand::Required,
            Demand::OptionalThen403,
            Demand::Lax,
            Demand::Nothing,
        ]
    }

    fn judges(&self, site: Site, client: Client) -> Judgement {
        match site.demand {
            Demand::Lax => Judgement::Accepts,
            _ => Judgement::usual(self.stack(), self.revoked(), site, client),
        }
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let mut text = String::from(
            "defaults\n mode http\n timeout connect 5s\n timeout client 20s\n timeout server 20s\n",
        );
        for (site, port) in sites {
            let version = match site.tls {
                Tls::Only12 => "TLSv1.2",
                Tls::Only13 => "TLSv1.3",
            };
            let trust = format!("ca-file {}", pki.client_root().display());
            let lists = format!("crl-file {}", pki.client_crls().display());
            let (verify, rule) = match site.demand {
                Demand::Nothing => (String::new(), ""),
                Demand::Required => (format!("{trust} {lists} verify required"), ""),
                Demand::OptionalThen403 | Demand::OptionalThenReason => (
                    format!("{trust} {lists} verify optional"),
                    "http-request deny unless { ssl_c_used }",
                ),
                Demand::Lax => (
                    format!("{trust} verify optional crt-ignore-err all ca-ignore-err all"),
                    "",
                ),
                Demand::PerLocation => unreachable!("HAProxy cannot"),
            };
            let _ = writeln!(
                text,
                "frontend at{port}\n bind 127.0.0.1:{port} ssl crt {} ssl-min-ver {version} ssl-max-ver {version} {verify}\n \
                 {rule}\n http-request return status 200 content-type text/plain string hello",
                pki.server(site.shown).full.display(),
            );
        }
        let config = folder.join("haproxy.cfg");
        std::fs::write(&config, text).expect("a configuration");
        vec![Process::new("haproxy", "-db -f {}", &[&config])]
    }
}
