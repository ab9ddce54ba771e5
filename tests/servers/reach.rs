//! Addresses and names: both families at once, one family only, addresses that do not answer, and SNI apart from the
//! name that is checked.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::nginx::Nginx;
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;

const SITE: Site = Site {
    shown: Shown::Good,
    tls: Tls::Only13,
    demand: Demand::Required,
};

struct Here {
    pki: std::sync::Arc<Pki>,
    running: Running,
}

impl Here {
    fn start() -> Option<Self> {
        let pki = Pki::shared();
        runnable(&Nginx).then(|| Self {
            running: Running::start(&Nginx, &[SITE], &pki),
            pki,
        })
    }

    fn call(&self, addresses: &str) -> Call {
        let port = self.running.port(SITE);
        Call::new(format!("https://localhost:{port}/"))
            .with(self.pki.client(Client::GoodEc))
            .trusting(self.pki.server_root())
            .and(&format!("-m 8 --resolve localhost:{port}:{addresses}"))
    }
}

fn outcomes(verdict: &Verdict) -> Vec<String> {
    let attempts = verdict.evidence["call"]["attempts"].as_array();
    attempts
        .into_iter()
        .flatten()
        .map(|attempt| attempt["outcome"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Addresses that lead nowhere cost little, and each is accounted for.
#[test]
fn the_first_address_that_answers_wins() {
    if !peer("openssl") {
        return;
    }
    let Some(here) = Here::start() else {
        return;
    };
    // 127.0.0.2 is this machine as well, and nginx does not listen there.
    let verdict = here.call("127.0.0.2,127.0.0.1").run();
    verdict.must_be(&["ok"]);
    verdict.must_mention("address-not-answering");
    assert_eq!(outcomes(&verdict), ["refused", "connected"]);
    // Of TEST-NET-1 (RFC 5737), which nobody has.
    let verdict = here.call("192.0.2.1,127.0.0.1").run();
    verdict.must_be(&["ok"]);
    assert_eq!(outcomes(&verdict).len(), 2, "{}", verdict.text);
    assert!(verdict.took < Duration::from_secs(3), "{:?}", verdict.took);
    let verdict = here.call("127.0.0.1,127.0.0.2").run();
    verdict.must_be(&["ok"]);
    assert_eq!(outcomes(&verdict), ["connected"]);
    assert!(!verdict.text.contains("address-not-answering"));
}

#[test]
fn every_address_is_told_where_none_answers() {
    let port = crate::support::process::free_port();
    let verdict = Call::new(format!("https://api.acme.example:{port}/"))
        .and(&format!(
            "-m 5 --resolve api.acme.example:{port}:127.0.0.2,127.0.0.3,[::1]"
        ))
        .run();
    verdict.must_be(&["tcp-refused"]);
    for address in ["127.0.0.2:", "127.0.0.3:", "[::1]:"] {
        verdict.must_mention(address);
    }
    // Families take turns.
    let attempts = &verdict.evidence["call"]["attempts"];
    assert!(
        attempts[1]["address"]
            .as_str()
            .is_some_and(|address| address.starts_with("[::1]")),
        "{attempts}"
    );
}

#[test]
fn one_address_family_only() {
    if !peer("openssl") {
        return;
    }
    let Some(here) = Here::start() else {
        return;
    };
    let verdict = here.call("[::1],127.0.0.1").and("-4").run();
    verdict.must_be(&["ok"]);
    assert_eq!(outcomes(&verdict), ["connected"]);
    let verdict = here.call("127.0.0.1").and("-6").run();
    verdict.must_be(&["dns-failure"]);
    verdict.must_mention("localhost has no IPv6 address");
    verdict.must_mention("-6 was asked for");
    let verdict = Call::new("https://[::1]:8443/").and("-4").run();
    verdict.must_be(&["dns-failure"]);
    let place = crate::support::Place::new();
    assert_eq!(place.line("probe https://localhost/ -4 -6").code, 2);
}

/// Two hosts on one address, told apart by SNI; whoever asks for neither is turned away.
struct TwoNames;

impl Server for TwoNames {
    fn name(&self) -> &'static str {
        "nginx with two names"
    }

    fn needs(&self) -> &'static [&'static str] {
        Nginx.needs()
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let port = sites[0].1;
        let mut blocks = format!(
            "server {{ listen 127.0.0.1:{port} ssl default_server; server_name _; ssl_reject_handshake on; }}\n"
        );
        for (name, shown) in [
            ("localhost 127.0.0.1", Shown::Good),
            ("other.example", Shown::WrongName),
        ] {
            let shown = pki.server(shown);
            let _ = writeln!(
                blocks,
                "server {{ listen 127.0.0.1:{port} ssl; server_name {name}; ssl_certificate {};\n\
                 ssl_certificate_key {}; location / {{ return 200 hello; }} }}",
                shown.chain.display(),
                shown.key.display()
            );
        }
        fs::create_dir_all(folder).expect("a folder");
        vec![crate::nginx::process(folder, &blocks)]
    }
}

#[test]
fn the_name_asked_for_is_not_the_name_checked() {
    if !runnable(&TwoNames) {
        return;
    }
    let pki = Pki::shared();
    let running = Running::start(&TwoNames, &[SITE], &pki);
    let port = running.port(SITE);
    let call = |host: &str, sni: Option<&str>| {
        let call = Call::new(format!("https://{host}:{port}/"))
            .trusting(pki.server_root())
            .and(&format!("--resolve {host}:{port}:127.0.0.1"));
        match sni {
            Some(name) => call.arg("--sni").arg(name).run(),
            None => call.run(),
        }
    };
    let sni = |verdict: &Verdict| verdict.evidence["call"]["tls"]["sni"].clone();
    let verdict = call("localhost", None);
    verdict.must_be(&["ok"]);
    assert!(!verdict.text.contains("sni-overridden"), "{}", verdict.text);
    // Another host's certificate comes, and is held against the URL's.
    let verdict = call("localhost", Some("other.example"));
    verdict.must_be(&["server-name-mismatch"]);
    verdict.must_mention("sni-overridden");
    assert_eq!(sni(&verdict), "other.example");
    // The right certificate comes, though the host is called by another name.
    let verdict = call("127.0.0.1", Some("localhost"));
    verdict.must_be(&["ok"]);
    verdict.must_mention("checked against 127.0.0.1");
    let verdict = call("localhost", Some("nobody.example"));
    verdict.must_be(&["server-name-unrecognized"]);
    verdict.must_mention("does not know the name nobody.example");
    let verdict = call("localhost", Some(""));
    verdict.must_be(&["server-name-unrecognized"]);
    verdict.must_mention("was given none");
    assert_eq!(sni(&verdict), Value::Null);
}

/// Who listens and never accepts lets TCP stand: the phase that stalled is TLS's, and is named.
#[test]
fn the_phase_that_stalled_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    for (url, rest, words) in [
        (
            format!("tls://127.0.0.1:{port}"),
            String::new(),
            "the ClientHello was sent",
        ),
        (
            format!("ldap://127.0.0.1:{port}"),
            String::new(),
            "not a word of LDAP came",
        ),
        (
            format!("smtp://127.0.0.1:{port}"),
            String::new(),
            "not a word of SMTP came",
        ),
        (
            "https://server.example/".to_owned(),
            format!("-x http://127.0.0.1:{port}"),
            "did not answer the request for a tunnel",
        ),
    ] {
        let verdict = Call::new(url).and("-m 1.2").and(&rest).run();
        verdict.must_be(&["handshake-timeout", "proxy-refused"]);
        verdict.must_mention(words);
        assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
    }
}
