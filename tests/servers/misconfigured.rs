//! Servers whose own settings turn away a certificate in which nothing is wrong: no verdict may blame the certificate for it.

use std::path::{Path, PathBuf};

use crate::application::Called;
use crate::httpd;
use crate::openssl::Peculiar;
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;

fn site(tls: Tls) -> Site {
    Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    }
}

/// One verdict for each TLS version; none where the server is not installed.
fn call(server: &dyn Server, client: Client) -> Vec<Verdict> {
    if !runnable(server) {
        return Vec::new();
    }
    let pki = Pki::shared();
    let running = Running::start(server, &Tls::ALL.map(site), &pki);
    Tls::ALL
        .iter()
        .map(|tls| {
            Call::new(format!("https://localhost:{}/", running.port(site(*tls))))
                .with(pki.client(client))
                .trusting(pki.server_root())
                .run()
        })
        .collect()
}

fn s_server(trust: PathBuf, parameters: &'static str, client: Client) -> Vec<Verdict> {
    let server = Peculiar {
        trust,
        parameters,
        shown: Shown::Good,
    };
    if !runnable(&server) {
        return Vec::new();
    }
    let pki = Pki::shared();
    // It serves both versions on one site.
    let running = Running::start(&server, &[site(Tls::Only13)], &pki);
    ["--tls-max 1.2", "--tls-min 1.3"]
        .map(|version| {
            Call::new(format!(
                "https://localhost:{}/",
                running.port(site(Tls::Only13))
            ))
            .with(pki.client(client))
            .trusting(pki.server_root())
            .and(version)
            .run()
        })
        .into()
}

/// It is the server's list that has expired, not the certificate.
#[test]
fn a_revocation_list_out_of_date() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for client in [Client::GoodEc, Client::GoodRsa] {
        for verdict in s_server(pki.client_root_and_stale_crls(), "-crl_check_all", client) {
            verdict.must_be(&["client-cert-rejected"]);
            assert_ne!(verdict.confidence, "proven", "{}", verdict.text);
            verdict.must_mention("revocation list");
        }
    }
    let block = format!(
        "ssl_verify_client on; ssl_client_certificate {}; ssl_crl {}; ssl_verify_depth 5; \
         location / {{ return 200 hello; }}",
        pki.client_root().display(),
        pki.stale_crls().display()
    );
    if let Some(called) = Called::start(&block, &pki) {
        called.must_be("/", Client::GoodEc, &pki, &["client-cert-rejected"]);
        called.must_be("/", Client::None, &pki, &["client-cert-missing"]);
    }
}

/// The server looks at lists, and has none for the intermediate: it calls that an unknown CA.
#[test]
fn a_revocation_list_that_is_missing() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for verdict in s_server(
        pki.client_root_and_its_crl(),
        "-crl_check_all",
        Client::GoodEc,
    ) {
        verdict.must_be(&["client-cert-rejected", "client-issuer-unknown"]);
        assert_ne!(verdict.confidence, "proven", "{}", verdict.text);
    }
}

#[test]
fn a_chain_longer_than_the_server_allows() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for verdict in call(&Shallow, Client::GoodEc) {
        verdict.must_be(&["client-cert-rejected"]);
        verdict.must_mention("allows no chain as long");
    }
    let block = format!(
        "ssl_verify_client on; ssl_client_certificate {}; ssl_verify_depth 1; location / {{ return 200 hello; }}",
        pki.client_root().display(),
    );
    if let Some(called) = Called::start(&block, &pki) {
        called.must_be("/", Client::GoodEc, &pki, &["ok"]);
        called.must_be("/", Client::GoodDeep, &pki, &["client-cert-rejected"]);
    }
}

/// The site answers a bad certificate and a missing one as it likes: all that is left is what it says to whom.
#[test]
fn refusals_in_a_sites_own_words() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "ssl_verify_client on; ssl_client_certificate {}; ssl_crl {}; ssl_verify_depth 5; \
         error_page 495 496 = @no; \
         location @no {{ default_type application/json; return 401 '{{\"error\":\"unauthorized\"}}'; }} \
         location / {{ return 200 hello; }}",
        pki.client_root().display(),
        pki.client_crls().display(),
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    called.must_be("/", Client::GoodEc, &pki, &["ok"]);
    called.must_be("/", Client::None, &pki, &["client-cert-missing"]);
    called.must_be("/", Client::Expired, &pki, &["client-cert-expired"]);
    called.must_be("/", Client::NotByACa, &pki, &["client-cert-rejected"]);
    for verdict in called.call("/", Client::Revoked, &pki, "") {
        // Nothing tells it from an application that has no use for certificates.
        assert_ne!(verdict.confidence, "proven", "{}", verdict.text);
    }
    for verdict in called.call("/", Client::Namesake, &pki, "") {
        verdict.must_be(&["http-unauthorized"]);
        assert_eq!(verdict.confidence, "possible", "{}", verdict.text);
        verdict.must_mention("takes this one for none");
    }
}

/// The certificate was taken, and the request is what nobody answers.
#[test]
fn a_connection_closed_instead_of_an_answer() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "ssl_verify_client on; ssl_client_certificate {}; ssl_verify_depth 5; location / {{ return 444; }}",
        pki.client_root().display(),
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    called.must_be("/", Client::GoodEc, &pki, &["http-error"]);
    called.must_be("/", Client::None, &pki, &["client-cert-missing"]);
    called.must_be("/", Client::Expired, &pki, &["client-cert-expired"]);
    called.must_be("/", Client::SelfSigned, &pki, &["client-cert-self-signed"]);
}

/// Apache httpd with its default depth, which allows no intermediate at all.
struct Shallow;

impl Server for Shallow {
    fn name(&self) -> &'static str {
        "httpd, shallow"
    }

    fn needs(&self) -> &'static [&'static str] {
        httpd::Httpd.needs()
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let processes = httpd::Httpd.processes(folder, sites, pki);
        let config = folder.join("httpd.conf");
        let text = std::fs::read_to_string(&config).expect("its configuration");
        let text = text.replace("SSLVerifyDepth 5", "SSLVerifyDepth 1");
        std::fs::write(&config, text).expect("a configuration");
        processes
    }
}
