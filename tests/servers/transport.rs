//! What happens before and around TLS: names, ports, silence, other protocols, and connections that end in any phase.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use crate::nginx::Nginx;
use crate::openssl::SServer;
use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::rogue::{End, Rogue};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;
use crate::support::process::free_port;

fn at(port: u16) -> Call {
    Call::new(format!("https://localhost:{port}/"))
}

#[test]
fn a_host_that_does_not_resolve() {
    Call::new("https://name.invalid:8443/")
        .and("-m 10")
        .run()
        .must_be(&["dns-failure"]);
}

#[test]
fn a_port_that_is_closed() {
    // Held for a moment, so that nobody else takes it as a listening one.
    let port = free_port();
    at(port).run().must_be(&["tcp-refused"]);
}

#[test]
fn a_port_that_never_answers() {
    if !peer("python3") {
        return;
    }
    // A queue for one connection, and that one taken: the system drops whatever else knocks.
    let script = "import socket,sys,time\n\
                  s=socket.socket(); s.bind(('127.0.0.1',0)); s.listen(0); held=[]\n\
                  for _ in range(4):\n  c=socket.socket(); c.setblocking(False); c.connect_ex(s.getsockname()); held.append(c)\n\
                  print(s.getsockname()[1],flush=True); sys.stdin.read()";
    let mut python = std::process::Command::new("python3")
        .args(["-c", script])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("python3 runs");
    let mut line = String::new();
    let out = python.stdout.take().expect("its output");
    std::io::BufRead::read_line(&mut std::io::BufReader::new(out), &mut line).expect("a port");
    let verdict = Call::new(format!("https://127.0.0.1:{}/", line.trim()))
        .and("--connect-timeout 1 -m 5")
        .run();
    drop(python.stdin.take());
    python.wait().expect("python3 ends");
    verdict.must_be(&["tcp-timeout"]);
    assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
}

#[test]
fn a_server_that_stalls_for_ever() {
    let rogue = Rogue::start(|stream| {
        std::thread::sleep(Duration::from_secs(8));
        drop(stream);
    });
    let verdict = at(rogue.port).and("--timeout 1.5").run();
    verdict.must_be(&["handshake-timeout"]);
    assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
}

#[test]
fn a_listener_that_never_accepts() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let verdict = at(port).and("--timeout 1.5").run();
    verdict.must_be(&["handshake-timeout"]);
    assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
}

#[test]
fn other_protocols_are_named() {
    let http = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    let cases: [(&str, Rogue); 6] = [
        ("HTTP", Rogue::answering(http, End::Close)),
        (
            "SSH",
            Rogue::greeting("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"),
        ),
        (
            "SMTP",
            Rogue::greeting("220 mx.acme.example ESMTP Postfix\r\n"),
        ),
        ("FTP", Rogue::greeting("220 (vsFTPd 3.0.3)\r\n")),
        (
            "IMAP",
            Rogue::greeting("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"),
        ),
        ("POP3", Rogue::greeting("+OK POP3 ready\r\n")),
    ];
    for (name, rogue) in cases {
        let verdict = at(rogue.port).and("-m 5").run();
        verdict.must_be(&["not-tls"]);
        verdict.must_mention(name);
    }
}

#[test]
fn a_real_http_server_without_tls() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let server = Plain;
    if !runnable(&server) {
        return;
    }
    let site = Site {
        shown: Shown::Good,
        tls: Tls::Only12,
        demand: Demand::Nothing,
    };
    let running = Running::start(&server, &[site], &pki);
    let verdict = at(running.port(site))
        .with(pki.client(Client::GoodEc))
        .run();
    verdict.must_be(&["not-tls"]);
    verdict.must_mention("HTTP");
}

struct Plain;

impl Server for Plain {
    fn name(&self) -> &'static str {
        "nginx without TLS"
    }

    fn needs(&self) -> &'static [&'static str] {
        Nginx.needs()
    }

    fn processes(&self, folder: &std::path::Path, sites: &[(Site, u16)], _: &Pki) -> Vec<Process> {
        let port = sites[0].1;
        let block = format!("server {{ listen 127.0.0.1:{port}; return 200 hello; }}\n");
        vec![crate::nginx::process(folder, &block)]
    }
}

#[test]
fn connections_that_end_at_once() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for end in [End::Close, End::Reset] {
        let rogue = Rogue::answering("", end);
        for client in [Client::None, Client::GoodEc] {
            let verdict = at(rogue.port).with(pki.client(client)).and("-m 5").run();
            verdict.must_be(&["handshake-closed"]);
        }
    }
    let rogue = Rogue::start(drop);
    at(rogue.port)
        .and("-m 5")
        .run()
        .must_be(&["handshake-closed"]);
    let rogue = Rogue::answering([0xE7; 64], End::Close);
    at(rogue.port).and("-m 5").run().must_be(&["not-tls"]);
}

/// An alert in answer to the first flight is about what was offered, and never about a certificate nobody sent.
#[test]
fn every_alert_in_answer_to_the_first_flight() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    for number in ALERTS {
        let rogue = Rogue::answering([21, 3, 3, 0, 2, 2, number], End::Close);
        let expected: &[&str] = match number {
            40 | 47 | 71 | 109 | 110 | 115 | 120 => &["no-shared-parameters", "handshake-closed"],
            70 | 86 => &["protocol-version-unsupported"],
            112 => &["server-name-unrecognized"],
            _ => &["handshake-closed", "no-shared-parameters"],
        };
        for client in [Client::None, Client::GoodEc] {
            let verdict = at(rogue.port).with(pki.client(client)).and("-m 5").run();
            verdict.must_be(expected);
        }
    }
}

const ALERTS: [u8; 27] = [
    10, 20, 22, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 70, 71, 80, 86, 109, 110, 111, 112,
    113, 115, 116, 120,
];

fn demanding(tls: Tls) -> Site {
    Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    }
}

/// In TLS 1.2 the server's alert about a certificate comes in the clear, in place of its last flight.
#[test]
fn every_alert_in_answer_to_the_certificate() {
    if !runnable(&SServer) {
        return;
    }
    let pki = Pki::shared();
    let site = demanding(Tls::Only12);
    let running = Running::start(&SServer, &[site], &pki);
    for number in ALERTS {
        // ServerHello, Certificate, ServerKeyExchange, CertificateRequest, ServerHelloDone.
        let rogue = Rogue::cutting(running.port(site), 5, End::Alert(number));
        for client in [Client::None, Client::GoodEc] {
            let verdict = at(rogue.port)
                .with(pki.client(client))
                .trusting(pki.server_root())
                .and("-m 5")
                .run();
            let expected: &[&str] = match (client, number) {
                (Client::None, 40..=43 | 46 | 48 | 50 | 116) => &["client-cert-missing"],
                (Client::None, _) => &[
                    "client-cert-missing",
                    "client-cert-rejected",
                    "handshake-closed",
                    "no-shared-parameters",
                    "protocol-version-unsupported",
                    "server-name-unrecognized",
                ],
                (_, 44) => &["client-cert-revoked"],
                (_, 45) => &["client-cert-expired", "client-cert-rejected"],
                (_, 48) => &[
                    "client-issuer-unknown",
                    "client-chain-incomplete",
                    "client-cert-rejected",
                ],
                (_, 43) => &["client-cert-wrong-purpose", "client-cert-rejected"],
                (_, 40..=42 | 46 | 49..=51) => &[
                    "client-cert-rejected",
                    "client-cert-weak",
                    "client-key-mismatch",
                    "client-cert-forbidden",
                ],
                // About neither certificate nor key: what it is about is not certain.
                _ => &[
                    "client-cert-rejected",
                    "client-cert-missing",
                    "client-cert-not-sent",
                    "handshake-closed",
                    "no-shared-parameters",
                    "protocol-version-unsupported",
                    "server-name-unrecognized",
                ],
            };
            verdict.must_be(expected);
            // 40 is what this stack, known by its demand, says to an empty Certificate; all else may have other causes.
            let certain = (client == Client::None && matches!(number, 40 | 116)) || number == 44;
            assert!(
                certain || !verdict.code.starts_with("client-") || verdict.confidence != "proven",
                "{number} {client:?}: {}",
                verdict.text
            );
        }
    }
}

/// A connection that ends after any number of the server's records: the verdict says what is known, and no more.
#[test]
fn connections_that_end_in_any_phase() {
    if !runnable(&SServer) {
        return;
    }
    let pki = Pki::shared();
    let sites = Tls::ALL.map(demanding);
    let running = Running::start(&SServer, &sites, &pki);
    let mut cases = Vec::new();
    for site in sites {
        // Up to here the caller has not yet shown what it has, or not been judged by it.
        let first_flight = match site.tls {
            Tls::Only12 => 5,
            Tls::Only13 => 7,
        };
        for records in 0..=first_flight + 2 {
            for end in [End::Close, End::Reset, End::Garbage, End::Silence] {
                cases.push((site, first_flight, records, end));
            }
        }
    }
    crate::table::in_parallel(&cases, |&(site, first_flight, records, end)| {
        let rogue = Rogue::cutting(running.port(site), records, end);
        let verdict = at(rogue.port)
            .with(pki.client(Client::GoodEc))
            .trusting(pki.server_root())
            .and("-m 1.5")
            .run();
        let before = records < first_flight;
        let expected: &[&str] = match (before, end) {
            (true, End::Close | End::Reset) => &["handshake-closed"],
            (true, End::Garbage) => &["not-tls", "handshake-closed"],
            (true, _) => &["handshake-timeout"],
            (false, End::Silence) => &["handshake-timeout", "http-error"],
            (false, _) => &[
                "client-cert-rejected",
                "handshake-closed",
                "http-error",
                "not-tls",
            ],
        };
        assert!(
            expected.contains(&verdict.code.as_str()) && verdict.broken.is_empty(),
            "{:?} {records} records, {end:?}: {expected:?} {:?} {}",
            site.tls,
            verdict.broken,
            verdict.text
        );
        assert!(verdict.took < Duration::from_secs(4), "{:?}", verdict.took);
    });
}
