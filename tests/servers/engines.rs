//! The second engine: rustls on the same endpoint with the same identity, and what is said where it fares otherwise.

use std::path::Path;

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

/// A call that asks both; nothing where the server cannot run.
fn both(parameters: &'static str, client: Client) -> Option<(Verdict, Verdict)> {
    let pki = Pki::shared();
    let server = Peculiar {
        trust: pki.client_root(),
        parameters,
        shown: Shown::Good,
    };
    runnable(&server).then(|| {
        let running = Running::start(&server, &[SITE], &pki);
        let call = Call::new(format!("https://localhost:{}/", running.port(SITE)))
            .with(pki.client(client))
            .trusting(pki.server_root())
            .and("-m 8");
        (call.run(), call.and("--engine rustls").run())
    })
}

/// The second engine's own call.
fn second(verdict: &Verdict) -> serde_json::Value {
    let made = verdict.evidence["experiments"].as_array().unwrap();
    let last = made.last().expect("a call by the second engine");
    assert_eq!(last["variation"], "rustls");
    last["call"].clone()
}

#[test]
fn where_both_get_through_nothing_is_said() {
    if !peer("openssl") {
        return;
    }
    for parameters in ["-tls1_2", "-tls1_3"] {
        let Some((alone, asked)) = both(parameters, Client::GoodEc) else {
            return;
        };
        for verdict in [&alone, &asked] {
            verdict.must_be(&["ok"]);
            assert!(!verdict.text.contains("\"rustls-"), "{}", verdict.text);
        }
        let call = second(&asked);
        assert_eq!(call["tls"]["completed"], true);
        assert_eq!(
            call["tls"]["version"],
            alone.evidence["call"]["tls"]["version"]
        );
        // The same identity was shown to the same demand.
        assert_eq!(call["tls"]["sent"], alone.evidence["call"]["tls"]["sent"]);
        assert_eq!(
            call["tls"]["certificate_request"]["ca_names"],
            alone.evidence["call"]["tls"]["certificate_request"]["ca_names"]
        );
    }
}

#[test]
fn a_suite_that_only_one_of_them_has() {
    if !peer("openssl") {
        return;
    }
    let old = "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA";
    let Some((alone, asked)) = both(old, Client::GoodEc) else {
        return;
    };
    alone.must_be(&["ok"]);
    alone.must_mention("\"rustls-may-refuse\"");
    asked.must_be(&["ok"]);
    asked.must_mention("\"rustls-refuses\"");
    assert_eq!(second(&asked)["tls"]["completed"], false);
}

/// The refusal is the server's, and both get it.
#[test]
fn a_refusal_is_met_by_both() {
    if !peer("openssl") {
        return;
    }
    for client in [Client::None, Client::SelfSigned, Client::Expired] {
        let Some((_, asked)) = both("-tls1_3", client) else {
            return;
        };
        assert!(!asked.text.contains("\"rustls-"), "{}", asked.text);
        let call = second(&asked);
        let alert = |call: &serde_json::Value| {
            let trace = call["tls"]["trace"].as_array().unwrap().clone();
            trace
                .into_iter()
                .filter(|event| event["direction"] == "received")
                .find_map(|event| event["alert"].as_u64())
        };
        assert_eq!(alert(&call), alert(&asked.evidence["call"]), "{client:?}");
    }
}

/// A server from before RFC 5746.
struct BeforeSecureRenegotiation;

impl Server for BeforeSecureRenegotiation {
    fn name(&self) -> &'static str {
        "gnutls-serv without secure renegotiation"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["gnutls-serv"]
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let (site, port) = sites[0];
        let shown = pki.server(site.shown);
        let line = format!(
            "--http --disable-client-cert --port {port} --x509certfile {{}} --x509keyfile {{}} \
             --priority NORMAL:-VERS-TLS1.3:%DISABLE_SAFE_RENEGOTIATION"
        );
        vec![Process::new(
            "gnutls-serv",
            &line,
            &[&shown.chain, &shown.key],
        )]
    }
}

/// The probe gets through, and curl with OpenSSL 3 would not.
#[test]
fn a_server_without_secure_renegotiation_is_told_of() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let server = BeforeSecureRenegotiation;
    if !runnable(&server) {
        return;
    }
    let running = Running::start(&server, &[SITE], &pki);
    let verdict = Call::new(format!("https://localhost:{}/", running.port(SITE)))
        .trusting(pki.server_root())
        .run();
    verdict.must_be(&["ok"]);
    verdict.must_mention("\"unsafe-legacy-renegotiation\"");
}
