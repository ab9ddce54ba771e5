//! Each persona beside the server it plays: what OpenSSL's own client sees of either must be the same, alert by alert,
//! page by page, and in what is asked for.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::peer;
use crate::{
    caddy, envoy, erlang, gnutls, go, granian, grpc, haproxy, httpd, java, lighttpd, nginx, node,
    nss, openssl, python, stunnel,
};

/// Real servers with the persona that plays them.
const PAIRS: &[(&dyn Server, &str)] = &[
    (&openssl::SServer, "openssl"),
    (&nginx::Nginx, "nginx"),
    (&httpd::Httpd, "apache"),
    (&haproxy::Haproxy, "haproxy"),
    (&lighttpd::Lighttpd(lighttpd::Library::OpenSsl), "openssl"),
    (&stunnel::Stunnel, "openssl"),
    (&gnutls::GnutlsServ, "gnutls"),
    (&caddy::Caddy, "caddy"),
    (&java::Jdk, "java-httpserver"),
    (&java::NewJdk, "java-23"),
    (&java::Jetty, "java"),
    (&java::Tomcat, "tomcat"),
    (&node::Node, "node"),
    (&python::Python, "python"),
    (&go::Go, "go"),
    (&envoy::Envoy, "envoy"),
    (&grpc::Grpc, "grpc"),
    (&granian::Granian, "rustls"),
    (&erlang::Erlang, "erlang"),
    (&nss::Selfserv, "nss"),
    (&lighttpd::Lighttpd(lighttpd::Library::MbedTls), "mbedtls"),
    (&lighttpd::Lighttpd(lighttpd::Library::WolfSsl), "wolfssl"),
];

/// Whom they all can be asked about. Revocation is left out, as the personas are given no lists; and long chains,
/// as every server's depth is set in a way of its own.
const CLIENTS: &[Client] = &[
    Client::None,
    Client::GoodEc,
    Client::NoEku,
    Client::ForeignWithRoot,
    Client::LeafOnly,
    Client::SelfSigned,
    Client::Expired,
    Client::NotYetValid,
    Client::ServerAuth,
];

const SITES: [Site; 2] = [site(Tls::Only12), site(Tls::Only13)];

const fn site(tls: Tls) -> Site {
    Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    }
}

/// The program under test in another's clothes.
struct Played(&'static str);

impl Server for Played {
    fn name(&self) -> &'static str {
        self.0
    }

    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn processes(&self, _: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        sites
            .iter()
            .map(|(site, port)| {
                let only = match site.tls {
                    Tls::Only12 => "--tls-max 1.2",
                    Tls::Only13 => "--tls-min 1.3",
                };
                let line = format!(
                    "serve --listen 127.0.0.1:{port} --persona {} --cert {{}} --cacert {{}} {only} --format json",
                    self.0
                );
                let shown = pki.server(site.shown).full;
                Process::new(
                    env!("CARGO_BIN_EXE_fullcert"),
                    &line,
                    &[&shown, &pki.client_root()],
                )
            })
            .collect()
    }
}

/// What a client sees of a refusal, or of its absence.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Seen {
    Alert(u8),
    /// An answer with this status; a refusing one with its page.
    Http(u16, Option<String>),
    /// The end of the connection and nothing before it.
    Nothing,
}

const SCRIPT: &str = r#"(sleep "$0"; printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n') | "$@""#;

fn call(pki: &Pki, port: u16, tls: Tls, client: Client) -> Seen {
    let mut command = s_client(pki, port, client);
    command.arg("-quiet");
    // In TLS 1.3 the request is held back a moment, so that a refusal is read before anything is written.
    let wait = match tls {
        Tls::Only12 => "0",
        Tls::Only13 => "0.1",
    };
    let ran = Command::new("sh")
        .args(["-c", SCRIPT, wait])
        .arg(command.get_program())
        .args(command.get_args())
        .output()
        .expect("sh runs");
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    let got = String::from_utf8_lossy(&ran.stdout).into_owned();
    if let Some(number) = said
        .split("SSL alert number ")
        .nth(1)
        .and_then(|rest| rest.lines().next()?.trim().parse().ok())
    {
        return Seen::Alert(number);
    }
    let Some((head, page)) = got.split_once("\r\n\r\n") else {
        return Seen::Nothing;
    };
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .expect("a status");
    Seen::Http(status, (status >= 400).then(|| without_version(page)))
}

/// `nginx/1.22.1` says less than `nginx` to whoever compares.
fn without_version(page: &str) -> String {
    let Some((before, after)) = page.split_once("nginx/") else {
        return page.to_owned();
    };
    let rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    format!("{before}nginx{rest}")
}

fn s_client(pki: &Pki, port: u16, client: Client) -> Command {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-connect", &format!("127.0.0.1:{port}")]);
    command.args(["-servername", "localhost", "-CAfile"]);
    command.arg(pki.server_root());
    if let Some(file) = pki.client(client) {
        command.arg("-cert").arg(&file);
        command.arg("-key").arg(&file);
        if let Some(issuers) = pki.client_issuers(client) {
            command.arg("-cert_chain").arg(issuers);
        }
    }
    command
}

/// The lines in which the client says what it was asked for.
fn asked(pki: &Pki, port: u16) -> String {
    let ran = s_client(pki, port, Client::GoodEc)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("openssl runs");
    let text = String::from_utf8_lossy(&ran.stdout);
    let mut lines = String::new();
    let mut inside = false;
    for line in text.lines() {
        match line {
            _ if line.starts_with("Acceptable client certificate CA names") => inside = true,
            _ if line.starts_with("Client Certificate Types") => inside = false,
            _ => {}
        }
        let wanted = inside
            || line.starts_with("No client certificate CA names")
            || line.starts_with("Requested Signature Algorithms");
        if wanted {
            let _ = writeln!(lines, "{line}");
        }
        inside &= !line.starts_with("Requested Signature Algorithms");
    }
    lines
}

#[test]
fn a_persona_refuses_as_the_server_it_plays() {
    if !peer("openssl") {
        return;
    }
    let pairs: Vec<_> = PAIRS.iter().filter(|(real, _)| runnable(*real)).collect();
    let pki = Pki::shared();
    let next = AtomicUsize::new(0);
    let different = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        // Mostly waiting: more at once than there are processors.
        for _ in 0..pairs.len() {
            scope.spawn(|| {
                while let Some((real, persona)) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let lines = compare(*real, persona, &pki);
                    different.lock().expect("no panic").extend(lines);
                }
            });
        }
    });
    let mut different = different.into_inner().expect("no panic");
    different.sort();
    assert!(different.is_empty(), "\n{}", different.join("\n"));
}

fn compare(real: &dyn Server, persona: &'static str, pki: &Pki) -> Vec<String> {
    let persona = match persona {
        "caddy" if is_old_go("caddy", "build-info") => "go-old",
        "go" if is_old_go("go", "version") => "go-old",
        other => other,
    };
    let played = Running::start(&Played(persona), &SITES, pki);
    let running = Running::start(real, &SITES, pki);
    let mut different = odd(real, persona, &running, &played, pki);
    for site in SITES.into_iter().filter(|site| real.speaks(site.tls)) {
        let place = format!("{} {:?}", real.name(), site.tls);
        for &client in CLIENTS {
            let judgement = real.judges(site, client);
            if judgement == Judgement::Depends {
                continue;
            }
            let mut wanted = call(pki, running.port(site), site.tls, client);
            let got = call(pki, played.port(site), site.tls, client);
            if wanted == Seen::Nothing && got != wanted {
                // A reset may have overtaken the alert.
                wanted = call(pki, running.port(site), site.tls, client);
            }
            if wanted != got {
                different.push(format!("{place} {client:?}: {wanted:?}, played as {got:?}"));
            }
        }
        let wanted = asked(pki, running.port(site));
        let got = asked(pki, played.port(site));
        // The versions of OpenSSL differ among themselves in what they list; whether CAs are named does not.
        let wanted = comparable(&wanted, persona, site.tls);
        let got = comparable(&got, persona, site.tls);
        if wanted != got {
            different.push(format!("{place} asks for\n{wanted}played as\n{got}"));
        }
    }
    different
}

/// What only a client of our own making presents: a certificate of another key, and one that cannot be read.
fn odd(
    real: &dyn Server,
    persona: &str,
    running: &Running,
    played: &Running,
    pki: &Pki,
) -> Vec<String> {
    let worth_a_java = matches!(persona, "openssl" | "nginx" | "gnutls" | "tomcat");
    if !worth_a_java || real.name() == "stunnel" || !peer("java") || !peer("javac") {
        return Vec::new();
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("Odd.java");
    std::fs::write(&source, include_str!("java/Odd.java")).expect("a source");
    let mut command = Command::new("java");
    command
        .arg(&source)
        .arg(pki.client(Client::GoodEc).expect("a file"));
    for running in [running, played] {
        for (site, version) in SITES.iter().zip(["TLSv1.2", "TLSv1.3"]) {
            command.args([version, &running.port(*site).to_string()]);
        }
    }
    let ran = command.output().expect("java runs");
    let text = String::from_utf8_lossy(&ran.stdout).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines.len(),
        8,
        "{text}{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    lines
        .chunks(4)
        .flat_map(|kind| [(kind[0], kind[2]), (kind[1], kind[3])])
        .filter(|(wanted, got)| wanted != got)
        .map(|(wanted, got)| format!("{} {wanted}, played as {got}", real.name()))
        .collect()
}

/// Whether the program that is installed speaks the TLS of Go before 1.20, by what it says of itself.
fn is_old_go(program: &str, about: &str) -> bool {
    let ran = Command::new(program).arg(about).output();
    let text = ran.map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned());
    text.ok()
        .and_then(|text| {
            let minor = text.split("go1.").nth(1)?;
            minor
                .split(['.', ' ', '\n'])
                .next()?
                .trim()
                .parse::<u32>()
                .ok()
        })
        .is_some_and(|minor| minor < 20)
}

fn comparable(asked: &str, persona: &str, tls: Tls) -> String {
    let own_list = matches!(
        persona,
        "gnutls" | "java" | "java-httpserver" | "tomcat" | "go-old" | "rustls" | "erlang"
    );
    asked
        .lines()
        .filter(|line| own_list || !line.starts_with("Requested"))
        .map(|line| match (tls, line.split_once(": ")) {
            // OpenSSL lists no SHA-1 in TLS 1.3, where nothing may be signed with it.
            (Tls::Only13, Some((label, schemes))) if line.starts_with("Requested") => {
                let lasting: Vec<_> = schemes
                    .split(':')
                    .filter(|scheme| !scheme.ends_with("+SHA1"))
                    .collect();
                format!("{label}: {}\n", lasting.join(":"))
            }
            _ => format!("{line}\n"),
        })
        .collect()
}
