//! The table: every server, in each TLS version, against every client and with every certificate of its own; what the
//! probe says beside what it should.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZero;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use fullcert::diagnose::{Expectation, diagnose};
use fullcert::evidence::Evidence;

use crate::expect::{Expected, Grade, Judgement, of_client, of_server};
use crate::pki::{Client, Pki, Shown};
use crate::probe::{Call, Verdict};
use crate::server::{Demand, Running, Server, Site, Tls, runnable};
use crate::support::peer;
use crate::{
    caddy, envoy, erlang, gnutls, go, granian, grpc, haproxy, httpd, java, lighttpd, nghttp, nginx,
    node, nss, openssl, python, stunnel,
};

const SERVERS: &[&dyn Server] = &[
    &nginx::Nginx,
    &httpd::Httpd,
    &openssl::SServer,
    &haproxy::Haproxy,
    &stunnel::Stunnel,
    &lighttpd::Lighttpd(lighttpd::Library::OpenSsl),
    &lighttpd::Lighttpd(lighttpd::Library::GnuTls),
    &lighttpd::Lighttpd(lighttpd::Library::MbedTls),
    &lighttpd::Lighttpd(lighttpd::Library::WolfSsl),
    &caddy::Caddy,
    &gnutls::GnutlsServ,
    &nss::Selfserv,
    &node::Node,
    &python::Python,
    &java::Jdk,
    &java::NewJdk,
    &java::Jetty,
    &java::Tomcat,
    &go::Go,
    &envoy::Envoy,
    &granian::Granian,
    &grpc::Grpc,
    &nghttp::Nghttpd,
    &erlang::Erlang,
];

/// One call and what to say of it.
struct Case {
    server: usize,
    site: Site,
    client: Client,
    expected: Expected,
}

impl Case {
    /// What varies within a server and its TLS version.
    fn name(&self) -> String {
        match self.site.shown {
            Shown::Good => format!("{:?} {:?}", self.site.demand, self.client),
            shown => format!("{shown:?} server, {:?}", self.client),
        }
    }
}

/// All servers that can run here, running.
struct Fleet {
    servers: Vec<&'static dyn Server>,
    running: Vec<Running>,
    pki: Arc<Pki>,
}

impl Fleet {
    /// The one of this test run; it ends with its last user.
    fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Fleet>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start());
            *shared = Arc::downgrade(&started);
            started
        })
    }

    fn start() -> Self {
        let servers: Vec<&dyn Server> = SERVERS
            .iter()
            .copied()
            .filter(|each| runnable(*each))
            .collect();
        let pki = Pki::shared();
        let running = std::thread::scope(|scope| {
            let starts: Vec<_> = servers
                .iter()
                .map(|server| {
                    scope.spawn(|| {
                        let mut running = Running::start(*server, &sites(*server), &pki);
                        running.tells = false;
                        running
                    })
                })
                .collect();
            starts
                .into_iter()
                .map(|start| start.join().expect("every server starts"))
                .collect()
        });
        Self {
            servers,
            running,
            pki,
        }
    }
}

#[test]
fn every_server_and_every_client_get_the_right_verdict() {
    if !peer("openssl") {
        return;
    }
    let fleet = Fleet::shared();
    let cases = cases(&fleet.servers);
    let verdicts = call_all(&cases, &fleet);
    report(&fleet, &cases, &verdicts);
    fingerprints(&fleet, &cases, &verdicts);
    replay(&verdicts);
}

/// Every server is known by what it asks for, before it has refused anything.
fn fingerprints(fleet: &Fleet, cases: &[Case], verdicts: &[Verdict]) {
    let mut unknown = std::collections::BTreeSet::new();
    for (case, verdict) in cases.iter().zip(verdicts) {
        let server = fleet.servers[case.server];
        let tls = &verdict.evidence["call"]["tls"];
        let Some(schemes) = tls["certificate_request"]["signature_algorithms"].as_array() else {
            continue;
        };
        let schemes: Vec<u16> = schemes
            .iter()
            .filter_map(|one| one.as_u64()?.try_into().ok())
            .collect();
        let tls13 = tls["version"] == "TLSv1.3";
        let known = fullcert::catalogue::stacks::identify(&schemes, tls13);
        if !known.iter().any(|one| server.stack().is(*one)) {
            let schemes: Vec<_> = schemes.iter().map(|one| format!("{one:04x}")).collect();
            unknown.insert(format!(
                "{} {:?}: {known:?}, by {}",
                server.name(),
                case.site.tls,
                schemes.join(" ")
            ));
        }
    }
    let unknown: Vec<_> = unknown.into_iter().collect();
    assert!(unknown.is_empty(), "\n{}", unknown.join("\n"));
}

/// Curl presents none of these, or OpenSSL within it does not.
const REFUSED_BY_CURL: &[Client] = &[Client::Mismatched, Client::ShortKey, Client::OldDigest];

/// The table is worth what its servers do: curl, which judges nothing, must be let in and turned away as it says.
#[test]
fn the_servers_do_what_the_table_says_they_do() {
    if !peer("curl") {
        return;
    }
    // As many calls again as the table makes, about other people's programs.
    if std::env::var_os("FULLCERT_REQUIRE_PEERS").is_none() {
        let _ = writeln!(
            std::io::stderr(),
            "skipped: left to the run with FULLCERT_REQUIRE_PEERS=1"
        );
        return;
    }
    let fleet = Fleet::shared();
    let cases: Vec<_> = cases(&fleet.servers)
        .into_iter()
        .filter(|case| case.site.shown == Shown::Good && !REFUSED_BY_CURL.contains(&case.client))
        .collect();
    let wrong = in_parallel(&cases, |case| {
        let server = fleet.servers[case.server];
        let accepts = matches!(
            server.judges(case.site, case.client),
            Judgement::Accepts | Judgement::DoesNotAsk
        );
        let url = format!(
            "https://localhost:{}/",
            fleet.running[case.server].port(case.site)
        );
        let mut curl = Command::new("curl");
        curl.args([
            "-sS",
            "--fail",
            "-o",
            "/dev/null",
            "-m",
            "10",
            &url,
            "--cacert",
        ])
        .arg(fleet.pki.server_root())
        .env("CURL_HOME", "/nonexistent");
        if let Some(identity) = fleet.pki.client(case.client) {
            curl.arg("-E").arg(identity);
        }
        let output = curl.output().expect("curl runs");
        let words = String::from_utf8_lossy(&output.stderr);
        let place = format!("{} {:?} {}", server.name(), case.site.tls, case.name());
        // A stream that is reset within HTTP/2 is past all questions of certificates.
        let through = output.status.success() || output.status.code() == Some(92);
        (through != accepts).then(|| format!("{place}: {words}"))
    });
    let wrong: Vec<_> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join(""));
}

fn sites(server: &dyn Server) -> Vec<Site> {
    let mut sites = Vec::new();
    for tls in Tls::ALL.into_iter().filter(|tls| server.speaks(*tls)) {
        for &demand in server.demands() {
            let shown = Shown::Good;
            sites.push(Site { shown, tls, demand });
        }
        for &shown in Shown::ALL
            .iter()
            .filter(|shown| **shown != Shown::Good && server.shows(**shown))
        {
            let demand = Demand::Required;
            sites.push(Site { shown, tls, demand });
        }
    }
    sites
}

/// Where nobody asks one identity is as good as another, and the finer points are for those who demand one.
fn telling(site: Site, client: Client) -> bool {
    match site.demand {
        Demand::Nothing => {
            matches!(
                client,
                Client::None | Client::GoodEc | Client::Expired | Client::Mismatched
            )
        }
        Demand::Required => true,
        _ => !Client::FINER.contains(&client),
    }
}

/// Neighbours in the list go to different servers: some serve one caller at a time.
fn cases(servers: &[&dyn Server]) -> Vec<Case> {
    let mut cases = Vec::new();
    for &client in Client::ALL {
        for (number, server) in servers.iter().enumerate() {
            for site in sites(*server)
                .into_iter()
                .filter(|site| telling(*site, client))
            {
                let expected = match of_server(site.shown) {
                    None => of_client(client, site.demand, server.judges(site, client)),
                    Some(expected) => {
                        matches!(client, Client::None | Client::GoodEc).then_some(expected)
                    }
                };
                let Some(expected) = expected else { continue };
                cases.push(Case {
                    server: number,
                    site,
                    client,
                    expected,
                });
            }
        }
    }
    cases
}

fn call_all(cases: &[Case], fleet: &Fleet) -> Vec<Verdict> {
    in_parallel(cases, |case| {
        let port = fleet.running[case.server].port(case.site);
        Call::new(format!("https://localhost:{port}/"))
            .with(fleet.pki.client(case.client))
            .trusting(fleet.pki.server_root())
            .run()
    })
}

/// One answer for each item, in order, with as many at work as there are processors.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    let answer = work(item);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((at, answer));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// The evidence alone, with no server to ask, must lead to the same verdicts.
fn replay(verdicts: &[Verdict]) {
    let recorded: Vec<(&str, Evidence)> = verdicts
        .iter()
        .map(|verdict| {
            let evidence = serde_json::from_value(verdict.evidence.clone());
            (
                verdict.code.as_str(),
                evidence.expect("evidence that can be read back"),
            )
        })
        .collect();
    if let Some(folder) = std::env::var_os("FULLCERT_RECORD").filter(|folder| !folder.is_empty()) {
        crate::record::write(folder.as_ref(), verdicts);
    }
    let start = Instant::now();
    let other: Vec<_> = recorded
        .iter()
        .map(|(code, evidence)| (code, diagnose(evidence, &Expectation::of(evidence)).verdict))
        .filter(|(code, verdict)| **code != verdict.code.as_str())
        .map(|(code, verdict)| format!("{code}, replayed {}", verdict.code.as_str()))
        .collect();
    let took = start.elapsed().as_millis();
    let _ = writeln!(
        std::io::stderr(),
        "{} replayed in {took} ms",
        recorded.len()
    );
    assert!(other.is_empty(), "{other:?}");
}

fn report(fleet: &Fleet, cases: &[Case], verdicts: &[Verdict]) {
    let mut text = String::new();
    let mut wrong = String::new();
    let mut counts = [0usize; 3];
    for (number, server) in fleet.servers.iter().enumerate() {
        let mut rows: BTreeMap<(usize, String), [String; 2]> = BTreeMap::new();
        for (at, (case, verdict)) in cases.iter().zip(verdicts).enumerate() {
            if case.server != number {
                continue;
            }
            let mut grade = case.expected.grade(&verdict.code, &verdict.confidence);
            if !verdict.broken.is_empty() {
                grade = Grade::Wrong;
            }
            counts[grade as usize] += 1;
            let mark = ["", " ~", " ✗"][grade as usize];
            if grade == Grade::Wrong {
                let _ = writeln!(
                    wrong,
                    "=== {} {:?} {}: not {:?} {:?}\n{}",
                    server.name(),
                    case.site.tls,
                    case.name(),
                    case.expected.right,
                    verdict.broken,
                    verdict.text
                );
            }
            let first = rows
                .keys()
                .find(|(_, name)| *name == case.name())
                .map_or(at, |(first, _)| *first);
            let row = rows.entry((first, case.name())).or_default();
            row[usize::from(case.site.tls == Tls::Only13)] = verdict.code.clone() + mark;
        }
        let _ = writeln!(text, "\n{:<34} {:<30} TLS 1.3", server.name(), "TLS 1.2");
        for ((_, name), [old, new]) in rows {
            let _ = writeln!(text, "  {name:<32} {old:<30} {new}");
        }
    }
    let [right, ambiguous, bad] = counts;
    let mut took: Vec<Duration> = verdicts.iter().map(|verdict| verdict.took).collect();
    took.sort();
    let p95 = took[(took.len() * 95).div_ceil(100) - 1];
    let _ = writeln!(
        text,
        "\n{} calls: {right} right, {bad} wrong, {ambiguous} ambiguous; p95 {} ms",
        cases.len(),
        p95.as_millis()
    );
    // Past the harness's capture: the table is worth seeing when all is well, too.
    let _ = std::io::stderr().write_all(text.as_bytes());
    if bad > 0 {
        for (server, running) in fleet.servers.iter().zip(&fleet.running) {
            eprintln!("{}\n{}", server.name(), running.logs());
        }
        panic!("{bad} wrong verdicts\n{wrong}");
    }
    // A second is the aim; a machine busy with other things may take a few.
    assert!(p95 < Duration::from_secs(4), "p95 is {p95:?}");
}
