//! Erlang's ssl, as `RabbitMQ` and its kin speak it.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::Pki;
use crate::server::{Demand, Process, Server, Site, Tls};
use crate::stack::Stack;

pub struct Erlang;

impl Server for Erlang {
    fn name(&self) -> &'static str {
        "erlang"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["escript"]
    }

    fn demands(&self) -> &'static [Demand] {
        &[Demand::Required, Demand::Nothing]
    }

    fn stack(&self) -> Stack {
        Stack::Erlang
    }

    fn revoked(&self) -> Judgement {
        // It would fetch the lists itself.
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let script = folder.join("server.escript");
        let text = format!(
            "#!/usr/bin/env escript\n{}",
            include_str!("erlang/server.escript")
        );
        std::fs::write(&script, text).expect("a script");
        let mut process = Process::new("escript", "{}", &[&script]);
        process.env.push(("HOME", folder.into()));
        for (site, port) in sites {
            let shown = pki.server(site.shown);
            let version = match site.tls {
                Tls::Only12 => "tlsv1.2",
                Tls::Only13 => "tlsv1.3",
            };
            let argument = format!(
                "{port}|{version}|{:?}|{}|{}|{}",
                site.demand,
                shown.chain.display(),
                shown.key.display(),
                pki.client_root().display()
            );
            process.args.push(argument.into());
        }
        vec![process]
    }
}
