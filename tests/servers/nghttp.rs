//! nghttp2's `nghttpd`, which speaks HTTP/2 and nothing older.

use std::path::Path;

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};

pub struct Nghttpd;

impl Server for Nghttpd {
    fn name(&self) -> &'static str {
        "nghttpd"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["nghttpd"]
    }

    fn demands(&self) -> &'static [Demand] {
        // What it demands it does not check.
        &[Demand::Nothing]
    }

    fn speaks(&self, tls: Tls) -> bool {
        // It speaks 1.2 to those who cannot do better, and has no setting that holds others to it.
        tls == Tls::Only13
    }

    fn shows(&self, _: Shown) -> bool {
        false
    }

    fn revoked(&self) -> Judgement {
        Judgement::Accepts
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        std::fs::write(folder.join("index.html"), "hello\n").expect("a page");
        std::fs::write(folder.join("long.html"), "0123456789".repeat(60_000)).expect("a page");
        sites
            .iter()
            .map(|(site, port)| {
                let shown = pki.server(site.shown);
                let line = format!("-a 127.0.0.1 -d {{}} --echo-upload -v {port} {{}} {{}}");
                Process::new("nghttpd", &line, &[&folder, &shown.key, &shown.chain])
            })
            .collect()
    }
}

#[test]
fn a_server_that_speaks_http_2_alone_gets_its_request_once() {
    if !runnable(&Nghttpd) {
        return;
    }
    let pki = Pki::shared();
    let site = Site {
        shown: Shown::Good,
        tls: Tls::Only13,
        demand: Demand::Nothing,
    };
    let running = Running::start(&Nghttpd, &[site], &pki);
    let port = running.port(site);
    let call = |path: &str, rest: &str| {
        Call::new(format!("https://localhost:{port}{path}"))
            .trusting(pki.server_root())
            .and(rest)
            .run()
    };
    // Larger than any window a server opens by itself, both ways.
    let body = pki.path("long-body");
    std::fs::write(&body, "a=0123456789&".repeat(20_000)).expect("a body");
    let long = call("/", &format!("-d @{} -H X-Call:1", body.display()));
    long.must_be(&["ok"]);
    assert_eq!(
        running.logs_whole().matches("x-call: 1").count(),
        1,
        "{}",
        running.logs()
    );
    call("/long.html", "").must_be(&["ok"]);
    let missing = call("/missing", "");
    missing.must_be(&["http-error"]);
    missing.must_mention("HTTP 404");
    call("/", "-X HEAD").must_be(&["ok"]);
    // With an identity that nobody asked for.
    Call::new(format!("https://localhost:{port}/"))
        .with(pki.client(Client::GoodEc))
        .trusting(pki.server_root())
        .run()
        .must_be(&["client-cert-not-requested"]);
}
