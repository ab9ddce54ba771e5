//! stunnel before a program that answers one request.

use std::fmt::Write as _;
use std::path::Path;

use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, Tls};

pub struct Stunnel;

impl Server for Stunnel {
    fn name(&self) -> &'static str {
        "stunnel"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["stunnel4"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let answer = folder.join("answer.sh");
        std::fs::write(
            &answer,
            "while read -r line && [ ${#line} -gt 1 ]; do :; done\n\
             printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 6\\r\\nConnection: close\\r\\n\\r\\nhello\\n'\n",
        )
        .expect("a script");
        let mut text = String::from("foreground = yes\npid =\nsyslog = no\n");
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let _ = writeln!(
                text,
                "[at{port}]\naccept = 127.0.0.1:{port}\ncert = {}\nkey = {}\nsslVersion = {}\n\
                 exec = /bin/sh\nexecArgs = sh {}",
                shown.chain.display(),
                shown.key.display(),
                match site.tls {
                    Tls::Only12 => "TLSv1.2",
                    Tls::Only13 => "TLSv1.3",
                },
                answer.display()
            );
            if site.demand == Demand::Required {
                let _ = writeln!(
                    text,
                    "verifyChain = yes\nrequireCert = yes\nCAfile = {}\nCRLfile = {}",
                    pki.client_root().display(),
                    pki.client_crls().display()
                );
            }
        }
        let config = folder.join("stunnel.conf");
        std::fs::write(&config, text).expect("a configuration");
        vec![Process::new("stunnel4", "{}", &[&config])]
    }
}
