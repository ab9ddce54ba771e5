//! Servers with which there is nothing, or too little, in common: versions, suites, groups and names.

use std::path::Path;

use crate::expect;
use crate::nginx::{self, Nginx};
use crate::openssl::Peculiar;
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;

const SITE: Site = Site {
    shown: Shown::Good,
    tls: Tls::Only12,
    demand: Demand::Required,
};

fn call(server: &dyn Server, rest: &str) -> Option<Verdict> {
    let pki = Pki::shared();
    runnable(server).then(|| {
        let running = Running::start(server, &[SITE], &pki);
        Call::new(format!("https://localhost:{}/", running.port(SITE)))
            .with(pki.client(Client::GoodEc))
            .trusting(pki.server_root())
            .and("-m 8")
            .and(rest)
            .run()
    })
}

#[track_caller]
fn must_be(parameters: &'static str, rest: &str, codes: &[&str]) {
    // Held until the end: it goes with its last user.
    let pki = Pki::shared();
    let server = Peculiar {
        trust: pki.client_root(),
        parameters,
        shown: Shown::Good,
    };
    if let Some(verdict) = call(&server, rest) {
        verdict.must_be(codes);
    }
}

#[test]
fn versions_too_old_to_use() {
    if !peer("openssl") {
        return;
    }
    must_be(
        "-tls1 -cipher ALL:@SECLEVEL=0",
        "",
        &["protocol-version-unsupported"],
    );
    must_be(
        "-tls1_1 -cipher ALL:@SECLEVEL=0",
        "",
        &["protocol-version-unsupported"],
    );
}

#[test]
fn no_version_in_common() {
    if !peer("openssl") {
        return;
    }
    must_be(
        "-tls1_3",
        "--tls-max 1.2",
        &["protocol-version-unsupported"],
    );
    must_be(
        "-tls1_2",
        "--tls-min 1.3",
        &["protocol-version-unsupported"],
    );
}

#[test]
fn no_suite_in_common() {
    if !peer("openssl") {
        return;
    }
    must_be(
        "-tls1_2 -cipher eNULL:@SECLEVEL=0",
        "",
        &["no-shared-parameters"],
    );
}

#[test]
fn no_group_in_common() {
    if !peer("openssl") {
        return;
    }
    must_be(
        "-tls1_3 -groups brainpoolP256r1",
        "",
        &["no-shared-parameters"],
    );
}

#[test]
fn one_version_is_enough() {
    if !peer("openssl") {
        return;
    }
    must_be("-tls1_3", "", &["ok"]);
    must_be("-tls1_2", "", &["ok"]);
    must_be("", "--tls-max 1.2", &["ok"]);
    must_be("", "--tls-min 1.3", &["ok"]);
}

/// A server that knows other names, and says so.
struct Named;

impl Server for Named {
    fn name(&self) -> &'static str {
        "nginx for another name"
    }

    fn needs(&self) -> &'static [&'static str] {
        Nginx.needs()
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let (site, port) = sites[0];
        let blocks = format!(
            "server {{ listen 127.0.0.1:{port} ssl default_server; ssl_reject_handshake on; }}\n\
             server {{ {} return 200 hello; }}\n",
            nginx::tls(port, site, pki)
                .replace("server_name localhost", "server_name other.example")
        );
        vec![nginx::process(folder, &blocks)]
    }
}

#[test]
fn a_name_the_server_does_not_know() {
    if !peer("openssl") {
        return;
    }
    if let Some(verdict) = call(&Named, "") {
        verdict.must_be(&["server-name-unrecognized"]);
    }
}

/// What today's servers refuse to show without being talked into it.
#[test]
fn a_server_certificate_too_weak_to_trust() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for shown in [Shown::ShortKey, Shown::OldDigest] {
        let server = Peculiar {
            trust: pki.client_root(),
            parameters: "-cipher ALL:@SECLEVEL=0",
            shown,
        };
        for version in ["--tls-max 1.2", "--tls-min 1.3"] {
            if let Some(verdict) = call(&server, version) {
                verdict.must_be(expect::of_server(shown).expect("a flaw").right);
            }
        }
    }
}

/// Whoever trusts the CA: its chain says itself that it does not hold.
#[test]
fn a_server_chain_that_breaks_a_rule() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for shown in [
        Shown::StrangeExtension,
        Shown::NotByACa,
        Shown::OutsideNames,
    ] {
        let server = Peculiar {
            trust: pki.client_root(),
            parameters: "",
            shown,
        };
        if let Some(verdict) = call(&server, "") {
            verdict.must_be(expect::of_server(shown).expect("a flaw").right);
        }
    }
}

/// The certificate has the host's name; the call is by its address, which is another name.
#[test]
fn an_address_that_is_not_in_the_certificate() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let server = Peculiar {
        trust: pki.client_root(),
        parameters: "",
        shown: Shown::NameInSubject,
    };
    if runnable(&server) {
        let running = Running::start(&server, &[SITE], &pki);
        let call = |host: &str, rest: &str| {
            Call::new(format!("https://{host}:{}/", running.port(SITE)))
                .with(pki.client(Client::GoodEc))
                .trusting(pki.server_root())
                .and(rest)
                .run()
        };
        call("127.0.0.1", "").must_be(&["server-name-mismatch"]);
        let elsewhere = format!(
            "--resolve api.acme.example:{}:127.0.0.1",
            running.port(SITE)
        );
        call("api.acme.example", &elsewhere).must_be(&["server-name-mismatch"]);
    }
}
