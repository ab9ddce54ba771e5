//! What an application says once TLS is done: Salesforce's refusals, and answers that are not about certificates at all.

use std::fmt::Write as _;
use std::path::Path;

use crate::nginx::{self, Nginx};
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;

/// nginx with locations of its own, on one site for each TLS version.
pub struct Answering {
    /// What stands in each `server` block beside TLS itself.
    pub block: String,
}

impl Server for Answering {
    fn name(&self) -> &'static str {
        "nginx, answering"
    }

    fn needs(&self) -> &'static [&'static str] {
        Nginx.needs()
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let mut blocks = String::new();
        for (site, port) in sites {
            let _ = writeln!(
                blocks,
                "server {{ {} {} }}",
                nginx::tls(*port, *site, pki),
                self.block
            );
        }
        vec![nginx::process(folder, &blocks)]
    }
}

/// A place to call, which ends with this.
pub struct Called {
    running: Running,
    sites: [Site; 2],
}

impl Called {
    /// Nothing where nginx is not installed.
    pub fn start(block: &str, pki: &Pki) -> Option<Self> {
        let server = Answering {
            block: block.to_owned(),
        };
        let sites = Tls::ALL.map(|tls| Site {
            shown: Shown::Good,
            tls,
            demand: Demand::Nothing,
        });
        runnable(&server).then(|| Self {
            running: Running::start(&server, &sites, pki),
            sites,
        })
    }

    /// One verdict for each TLS version.
    pub fn call(&self, path: &str, client: Client, pki: &Pki, rest: &str) -> Vec<Verdict> {
        let call = |site: &Site| {
            Call::new(format!(
                "https://localhost:{}{path}",
                self.running.port(*site)
            ))
            .with(pki.client(client))
            .trusting(pki.server_root())
            .and(rest)
            .run()
        };
        self.sites.iter().map(call).collect()
    }

    #[track_caller]
    pub fn must_be(&self, path: &str, client: Client, pki: &Pki, codes: &[&str]) {
        for verdict in self.call(path, client, pki, "") {
            verdict.must_be(codes);
        }
    }
}

/// As a session that demands mutual TLS is refused where none was done.
const SOAP_FAULT: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
    xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
    xmlns:sf=\"urn:fault.partner.soap.sforce.com\"><soapenv:Body><soapenv:Fault>\
    <faultcode>sf:MUTUAL_AUTHENTICATION_FAILED</faultcode>\
    <faultstring>MUTUAL_AUTHENTICATION_FAILED: This session could not be mutually authenticated for use with \
    the API</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>";

const REST_ERROR: &str = "[{\"message\":\"This session could not be mutually authenticated for use with REST \
    API\",\"errorCode\":\"MUTUAL_AUTHENTICATION_FAILED\"}]";

#[test]
fn salesforce_sessions_that_want_mutual_tls() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "location /services/Soap {{ default_type text/xml; return 500 '{SOAP_FAULT}'; }}\n\
         location /services/data {{ default_type application/json; return 401 '{REST_ERROR}'; }}\n\
         location /services/data/v60.0 {{ default_type application/json; return 403 '{REST_ERROR}'; }}"
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    let code = ["salesforce-mutual-authentication-failed"];
    for client in [Client::None, Client::GoodEc, Client::GoodRsa] {
        for path in [
            "/services/Soap/u/60.0",
            "/services/data",
            "/services/data/v60.0/",
        ] {
            called.must_be(path, client, &pki, &code);
        }
    }
    for verdict in called.call(
        "/services/Soap/u/60.0",
        Client::GoodEc,
        &pki,
        "-d <x/> -H SOAPAction:login",
    ) {
        verdict.must_be(&code);
    }
}

#[test]
fn salesforce_sessions_that_have_ended() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "ssl_verify_client optional; ssl_client_certificate {};\n\
         location /rest {{ default_type application/json; return 401 \
         '[{{\"message\":\"Session expired or invalid\",\"errorCode\":\"INVALID_SESSION_ID\"}}]'; }}\n\
         location /soap {{ default_type text/xml; return 500 '{}'; }}",
        pki.client_root().display(),
        SOAP_FAULT
            .replace("MUTUAL_AUTHENTICATION_FAILED: This session could not be mutually authenticated for use with \
                      the API", "INVALID_SESSION_ID: Invalid Session ID found in SessionHeader")
            .replace("MUTUAL_AUTHENTICATION_FAILED", "INVALID_SESSION_ID"),
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    for path in ["/rest", "/soap"] {
        called.must_be(path, Client::GoodEc, &pki, &["salesforce-session-invalid"]);
    }
}

/// TLS lets everyone in there, names no authorities, and a page says what was wrong.
#[test]
fn salesforce_port_8443() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "ssl_verify_client optional_no_ca; ssl_verify_depth 5; ssl_trusted_certificate {};\n\
         location / {{\n default_type text/html; set $why '';\n\
         if ($ssl_client_verify = NONE) {{ set $why 'No client certificate provided.'; }}\n\
         if ($ssl_client_verify ~ 'FAILED:(.*)') {{ set $why $1; }}\n\
         if ($why != '') {{ return 403 '<html><head><title>Certificate Error</title></head>\
         <body bgcolor=#ffffff text=#3198d8><h3>Client certificate error:<i>$why</i></h3></body></html>'; }}\n\
         return 200 hello; }}\n\
         location /unreachable {{ default_type text/html; return 403 '<html><head><title>Certificate Error</title>\
         </head><body><h3>Client certificate error:<i>unable to get local issuer certificate</i></h3></body></html>'; }}",
        pki.client_root().display(),
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    called.must_be("/", Client::None, &pki, &["client-cert-missing"]);
    called.must_be("/", Client::GoodEc, &pki, &["ok"]);
    called.must_be("/", Client::GoodRsa, &pki, &["ok"]);
    called.must_be("/", Client::LeafOnly, &pki, &["client-chain-incomplete"]);
    called.must_be(
        "/",
        Client::ForeignWithRoot,
        &pki,
        &["client-issuer-unknown"],
    );
    called.must_be(
        "/",
        Client::ForeignChain,
        &pki,
        &["client-issuer-unknown", "client-chain-incomplete"],
    );
    called.must_be("/", Client::SelfSigned, &pki, &["client-cert-self-signed"]);
    called.must_be(
        "/unreachable",
        Client::LeafOnly,
        &pki,
        &["client-chain-incomplete"],
    );
    called.must_be(
        "/unreachable",
        Client::ForeignChain,
        &pki,
        &["client-issuer-unknown", "client-chain-incomplete"],
    );
}

/// Where no certificate was asked for, a refusal is about something else.
#[test]
fn answers_that_are_not_about_certificates() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = "location / { return 200 hello; } location /403 { return 403; } location /401 { return 401; }\n\
                 location /500 { return 500; } location /502 { return 502; }";
    let Some(called) = Called::start(block, &pki) else {
        return;
    };
    let expected = [
        ("/", "ok"),
        ("/403", "http-forbidden"),
        ("/401", "http-unauthorized"),
        ("/500", "http-error"),
        ("/502", "http-error"),
    ];
    for (path, code) in expected {
        called.must_be(path, Client::None, &pki, &[code]);
        called.must_be(
            path,
            Client::GoodEc,
            &pki,
            &["client-cert-not-requested", code],
        );
    }
}

/// TLS was content with the certificate; the application was not.
#[test]
fn refusals_after_a_good_certificate() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let block = format!(
        "ssl_verify_client on; ssl_verify_depth 5; ssl_client_certificate {};\n\
         location / {{ return 200 hello; }} location /403 {{ return 403; }}\n\
         location /500 {{ return 500; }}",
        pki.client_root().display(),
    );
    let Some(called) = Called::start(&block, &pki) else {
        return;
    };
    called.must_be("/", Client::GoodEc, &pki, &["ok"]);
    called.must_be(
        "/403",
        Client::GoodEc,
        &pki,
        &["client-cert-forbidden", "http-forbidden"],
    );
    called.must_be("/500", Client::GoodEc, &pki, &["http-error"]);
    called.must_be("/403", Client::None, &pki, &["client-cert-missing"]);
    called.must_be("/403", Client::Expired, &pki, &["client-cert-expired"]);
}
