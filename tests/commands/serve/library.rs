//! The embedded server by itself, called by other people's clients.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fullcert::identity::Identity;
use fullcert::material::{Certificate, PrivateKey};
use fullcert::serve::{
    ClientAuth, Config, Ending, Opening, Presented, Request, Response, Server, Site,
};
use fullcert::source::Origin;
use openssl::pkey::PKey;
use openssl::ssl::SslVersion;
use openssl::x509::X509;

use crate::support::{Place, peer};

/// Remembers every connection, and answers with the leaf's subject.
#[derive(Default)]
pub struct Memory(Mutex<Vec<Presented>>);

impl Memory {
    /// Waits for the `count`-th connection to be over.
    pub fn wait(&self, count: usize) -> Vec<Presented> {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let seen = self.0.lock().expect("nobody panics holding it").clone();
            if seen.len() >= count {
                return seen;
            }
            assert!(
                Instant::now() < until,
                "{} of {count} connections",
                seen.len()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Site for Memory {
    fn answer(&self, seen: &Presented, _: &Request) -> Response {
        let who = seen
            .certificates
            .first()
            .map_or_else(|| "nobody".to_owned(), |leaf| leaf.subject().to_string());
        Response::new(200, "text/plain", format!("hello {who}\n"))
    }

    fn over(&self, seen: &Presented) {
        self.0
            .lock()
            .expect("nobody panics holding it")
            .push(seen.clone());
    }
}

/// What a test of the library calls with.
pub struct Pki {
    pub place: Place,
}

impl Pki {
    pub fn new() -> Self {
        Self {
            place: super::place(),
        }
    }

    fn certificate(&self, name: &str) -> Certificate {
        let pem = self.place.read(&format!("{name}.crt"));
        let der = X509::from_pem(&pem).and_then(|x509| x509.to_der());
        Certificate::from_der(&der.expect("a certificate"), Origin::file(name)).expect("readable")
    }

    fn identity(&self, name: &str) -> Identity {
        let pem = self.place.read(&format!("{name}.key"));
        let key = PKey::private_key_from_pem(&pem).expect("a key");
        let key = PrivateKey::new(key, Origin::file(name)).expect("a key");
        Identity::new(key, self.certificate(name), Vec::new()).expect("they belong together")
    }

    pub fn start(&self, change: impl FnOnce(&mut Config)) -> (Server, Arc<Memory>) {
        let memory = Arc::new(Memory::default());
        let site = Arc::clone(&memory);
        let mut config = Config::loopback(
            self.identity("server"),
            vec![self.certificate("root")],
            site,
        );
        change(&mut config);
        (Server::start(config).expect("a server"), memory)
    }

    /// `curl` with these arguments; its exit code and all it printed.
    fn curl(&self, server: &Server, arguments: &str) -> (i32, String) {
        let url = format!("https://localhost:{}/", server.address().port());
        let ran = self.place.run(
            Command::new("curl")
                .args(["-sSi", "--noproxy", "*", "--cacert", "root.crt", "-m", "10"])
                .args(crate::support::words(arguments))
                .arg(url),
        );
        (ran.code, ran.stdout + &ran.stderr)
    }
}

const CHAIN: &str = "--cert chain.pem --key client.key";
const LEAF: &str = "--cert client.crt --key client.key";
const STRANGER: &str = "--cert stranger.crt --key stranger.key";

#[test]
fn a_required_certificate_is_refused_with_the_alerts_openssl_servers_send() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let pki = Pki::new();
    for (version, missing) in [
        ("1.2", "alert handshake failure"),
        ("1.3", "alert certificate required"),
    ] {
        let (server, memory) = pki.start(|_| {});
        let only = format!("--tlsv{version} --tls-max {version}");
        let (code, said) = pki.curl(&server, &only);
        assert!(code != 0 && said.contains(missing), "{version}: {said}");
        let (code, said) = pki.curl(&server, &format!("{only} {LEAF}"));
        assert!(
            code != 0 && said.contains("alert unknown ca"),
            "{version}: {said}"
        );
        let (code, said) = pki.curl(&server, &format!("{only} {STRANGER}"));
        assert!(
            code != 0 && said.contains("alert unknown ca"),
            "{version}: {said}"
        );
        let (code, said) = pki.curl(&server, &format!("{only} {CHAIN}"));
        assert!(
            code == 0 && said.contains("hello CN=api,O=Acme"),
            "{version}: {said}"
        );

        let seen = memory.wait(4);
        assert!(
            matches!(&seen[0].ending, Ending::Failed { reasons }
            if reasons.iter().any(|reason| reason.contains("did not return a certificate"))),
            "{:?}",
            seen[0]
        );
        assert_eq!(seen[1].path_errors[0].code, 20, "{:?}", seen[1]);
        assert_eq!(
            seen[1].path_errors[0].subject.as_deref(),
            Some("CN=api,O=Acme")
        );
        assert_eq!(seen[3].ending, Ending::Completed);
        assert_eq!(
            seen[3].version.as_deref(),
            Some(format!("TLSv{version}").as_str())
        );
        let sent: Vec<String> = seen[3]
            .certificates
            .iter()
            .map(|sent| sent.subject().to_string())
            .collect();
        assert_eq!(sent, ["CN=api,O=Acme", "CN=Acme Issuing CA,O=Acme"]);
        assert_eq!(seen[3].requests[0].status, 200);
        let Opening::Hello(hello) = &seen[3].opening else {
            panic!("{:?}", seen[3])
        };
        assert_eq!(hello.server_name.as_deref(), Some("localhost"));
        assert!(hello.signature_schemes.contains(&0x0403) && !hello.suites.is_empty());
    }
}

#[test]
fn an_optional_certificate_lets_everybody_in_and_notes_what_is_wrong() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let pki = Pki::new();
    let (server, memory) = pki.start(|config| config.client_auth = ClientAuth::Optional);
    for version in ["1.2", "1.3"] {
        let only = format!("--tlsv{version} --tls-max {version}");
        assert!(pki.curl(&server, &only).1.contains("hello nobody"));
        assert!(
            pki.curl(&server, &format!("{only} {STRANGER}"))
                .1
                .contains("hello CN=stranger")
        );
        assert!(
            pki.curl(&server, &format!("{only} {CHAIN}"))
                .1
                .contains("hello CN=api")
        );
    }
    let seen = memory.wait(6);
    assert!(seen[0].certificates.is_empty() && seen[0].path_errors.is_empty());
    let codes: Vec<i32> = seen[1].path_errors.iter().map(|error| error.code).collect();
    assert_eq!(codes, [20, 21]);
    assert!(seen[2].path_errors.is_empty());
    assert!(
        seen.iter()
            .all(|one| one.asked && one.ending == Ending::Completed)
    );
}

#[test]
fn the_request_for_a_certificate_names_the_authorities_and_none_asks_for_nothing() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::new();
    let (server, _) = pki.start(|_| {});
    let client = |server: &Server, version: &str| {
        let address = server.address();
        pki.place.run(Command::new("openssl").args(crate::support::words(&format!(
            "s_client -connect {address} -CAfile root.crt -{version} -cert chain.pem -cert_chain chain.pem -key client.key"
        ))))
    };
    for version in ["tls1_2", "tls1_3"] {
        let ran = client(&server, version);
        assert!(
            ran.stdout
                .contains("Acceptable client certificate CA names\nO = Acme, CN = Acme Root CA\n"),
            "{ran:?}"
        );
        assert!(ran.stdout.contains("Verify return code: 0"), "{ran:?}");
    }
    let (server, memory) = pki.start(|config| config.client_auth = ClientAuth::None);
    let ran = client(&server, "tls1_3");
    assert!(
        ran.stdout.contains("No client certificate CA names sent"),
        "{ran:?}"
    );
    assert!(!memory.wait(1)[0].asked);
}

#[test]
fn an_old_version_is_spoken_only_where_it_is_asked_for() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::new();
    let old = |server: &Server| {
        let line = format!(
            "openssl s_client -connect {} -CAfile root.crt -tls1 -cipher ALL:@SECLEVEL=0",
            server.address()
        );
        let words = crate::support::words(&line);
        pki.place.run(Command::new(&words[0]).args(&words[1..]))
    };
    let (server, _) = pki.start(|config| {
        config.client_auth = ClientAuth::None;
        config.tls_min = Some(SslVersion::TLS1);
    });
    assert_eq!(old(&server).code, 0);
    let (server, memory) = pki.start(|config| config.client_auth = ClientAuth::None);
    assert_ne!(old(&server).code, 0);
    let seen = memory.wait(1);
    let Opening::Hello(hello) = &seen[0].opening else {
        panic!("{:?}", seen[0])
    };
    assert_eq!(hello.versions, [0x0301]);
    assert!(
        matches!(&seen[0].ending, Ending::Failed { .. }),
        "{:?}",
        seen[0]
    );
}

#[test]
fn garbage_and_laggards_are_cut_off_and_the_next_client_is_served() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let pki = Pki::new();
    let (server, memory) = pki.start(|config| {
        config.handshake_timeout = Duration::from_millis(300);
        config.request_timeout = Duration::from_millis(300);
        config.client_auth = ClientAuth::None;
    });
    let said = |bytes: &[u8]| {
        let mut socket = TcpStream::connect(server.address()).expect("connecting");
        socket
            .set_read_timeout(Some(Duration::from_secs(5)))
            .expect("a timeout");
        socket.write_all(bytes).expect("writing");
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
    };
    let begun = Instant::now();
    said(b"");
    said(b"\x16\x03\x01");
    said(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    said(&vec![0xff; 50_000]);
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    let seen = memory.wait(4);
    let openings: Vec<&Opening> = seen.iter().map(|one| &one.opening).collect();
    assert_eq!(
        openings,
        [
            &Opening::Nothing,
            &Opening::Other,
            &Opening::PlainHttp,
            &Opening::Other
        ]
    );
    assert_eq!(seen[0].ending, Ending::TimedOut);
    assert_eq!(seen[1].ending, Ending::TimedOut);

    // A handshake, then a request that never ends: a line every so often does not buy more time.
    let mut command = Command::new("openssl");
    command.args([
        "s_client",
        "-quiet",
        "-connect",
        &server.address().to_string(),
    ]);
    command.current_dir(pki.place.path("."));
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let mut slow = command.spawn().expect("openssl");
    let mut input = slow.stdin.take().expect("a pipe");
    let begun = Instant::now();
    while memory.0.lock().expect("nobody panics holding it").len() < 5 {
        let _ = input.write_all(b"X");
        std::thread::sleep(Duration::from_millis(20));
        assert!(begun.elapsed() < Duration::from_secs(5));
    }
    drop(input);
    let _ = slow.wait();

    let (code, said) = pki.curl(&server, "");
    assert!(code == 0 && said.contains("hello nobody"), "{said}");
}

#[test]
fn malformed_http_is_answered_with_400_and_requests_share_a_connection() {
    if !peer("openssl") || !peer("curl") {
        return;
    }
    let pki = Pki::new();
    let (server, memory) = pki.start(|config| config.client_auth = ClientAuth::None);
    let (_, said) = pki.curl(&server, "-H Host: --http1.1");
    assert!(said.contains("400 Bad Request"), "{said}");
    let again = format!("https://localhost:{}/again", server.address().port());
    let (code, said) = pki.curl(&server, &format!("-d a=b {again}"));
    assert_eq!(code, 0, "{said}");
    let seen = memory.wait(2);
    assert!(seen[0].requests.is_empty());
    let targets: Vec<(&str, usize)> = seen[1]
        .requests
        .iter()
        .map(|one| (one.target.as_str(), one.body_bytes))
        .collect();
    assert_eq!(targets, [("/again", 3), ("/", 3)]);
}

#[test]
fn stopping_ends_every_connection_at_once() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::new();
    let (server, memory) = pki.start(|_| {});
    let address = server.address();
    let mut idle: Vec<TcpStream> = (0..50)
        .map(|_| TcpStream::connect(address).expect("connecting"))
        .collect();
    let until = Instant::now() + Duration::from_secs(5);
    while server.connections() < 50 {
        assert!(Instant::now() < until);
        std::thread::sleep(Duration::from_millis(5));
    }
    let begun = Instant::now();
    drop(server);
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(memory.wait(50).len(), 50);
    for socket in &mut idle {
        let mut rest = Vec::new();
        assert!(!matches!(socket.read_to_end(&mut rest), Ok(count) if count > 0));
    }
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_port_in_use_is_said_to_be() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::new();
    let (server, _) = pki.start(|_| {});
    let taken: SocketAddr = server.address();
    let mut config = Config::loopback(
        pki.identity("server"),
        Vec::new(),
        Arc::new(Memory::default()),
    );
    config.listen = taken;
    let Err(error) = Server::start(config) else {
        panic!("two servers on one port")
    };
    assert_eq!(error.to_string(), format!("{taken}: the address is in use"));
}
