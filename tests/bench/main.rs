//! Whole processes beside their peers on the same input, start to exit: run by `cargo bench`. It reports; it asserts nothing.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nginx::Nginx;
use pki::{Client, Pki, Shown};
use server::{Demand, Running, Site, Tls};
use support::find;

#[path = "../support/mod.rs"]
mod support;

mod chains;
#[path = "../commands/forge.rs"]
#[allow(dead_code, reason = "the judges' own test uses the rest")]
mod forge;
mod keystores;

#[path = "../servers/expect.rs"]
#[allow(dead_code, reason = "the servers' own tests use the rest")]
mod expect;
#[path = "../servers/nginx.rs"]
mod nginx;
#[path = "../servers/pki/mod.rs"]
#[allow(dead_code, reason = "the servers' own tests use the rest")]
mod pki;
#[path = "../servers/server.rs"]
#[allow(dead_code, reason = "the servers' own tests use the rest")]
mod server;
#[path = "../servers/stack.rs"]
#[allow(dead_code, reason = "the servers' own tests use the rest")]
mod stack;

/// Ours beside a peer's, and what the ratio of their medians is to be.
struct Pair {
    ours: Line,
    peer: Line,
    target: Option<f64>,
    /// Luck varies more than the programs do where primes are sought.
    rounds: usize,
}

struct Line {
    shown: &'static str,
    program: PathBuf,
    args: Vec<OsString>,
}

/// From here on every round counts.
const SLOW: Duration = Duration::from_secs(2);

/// No pair takes longer than this, whatever its rounds.
const LONGEST: Duration = Duration::from_secs(40);

fn main() {
    // `cargo test --benches` comes by without this flag, and measures nothing.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!(
        "{:<44} {:>9} {:>9}   {:<40} {:>9} {:>9} {:>6}  target",
        "ours", "median ms", "mean", "peer", "median ms", "mean", "ratio"
    );
    // `cargo bench -- paths`
    let only_paths = std::env::args().any(|argument| argument == "paths");
    if !only_paths {
        for pair in simple(folder.path()) {
            measure(&pair, folder.path());
        }
    }
    for pair in paths(folder.path()) {
        measure(&pair, folder.path());
    }
    if only_paths {
        return;
    }
    if ["nginx", "openssl"].iter().any(|need| missing(need)) {
        return;
    }
    let pki = Pki::shared();
    for pair in keystores::pairs(folder.path(), &pki)
        .into_iter()
        .chain(keystores::long(folder.path()))
    {
        measure(&pair, folder.path());
    }
    let site = Site {
        shown: Shown::Good,
        tls: Tls::Only13,
        demand: Demand::Required,
    };
    let running = Running::start(&Nginx, &[site], &pki);
    for pair in probes(running.port(site), &pki) {
        measure(&pair, folder.path());
    }
}

fn simple(folder: &Path) -> Vec<Pair> {
    vec![
        Pair {
            ours: ours("fullcert --version", &[]),
            peer: line("openssl version", &[]),
            target: Some(1.5),
            rounds: 200,
        },
        Pair {
            ours: ours(
                "fullcert key -t rsa:2048 -f -o",
                &[&folder.join("ours.key")],
            ),
            peer: line(
                "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out",
                &[&folder.join("peer.key")],
            ),
            target: Some(1.0),
            rounds: 100,
        },
    ]
}

/// The same path out of the same pile. A peer that finds none is not measured, and says so.
fn paths(folder: &Path) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (shown, piled) in [
        (
            "fullcert verify -q --cacert (1,000 strangers)",
            chains::strangers(&sub(folder, "1000"), 1_000),
        ),
        (
            "fullcert verify -q --cacert (10,000 strangers)",
            chains::strangers(&sub(folder, "10000"), 10_000),
        ),
        (
            "fullcert verify -q --cacert (100,000 strangers)",
            chains::strangers(&sub(folder, "100000"), 100_000),
        ),
        (
            "fullcert verify -q --cacert (mesh of 60 CAs)",
            chains::mesh(folder),
        ),
        (
            "fullcert verify -q --cacert (100 of a name)",
            chains::namesakes(folder),
        ),
        (
            "fullcert verify -q --cacert (expired twins)",
            chains::twins(folder),
        ),
    ] {
        let verify = || {
            let mut verify = ours("fullcert verify -q --cacert", &[&piled.root, &piled.pile]);
            verify.shown = shown;
            verify
        };
        let mut openssl = line(
            "openssl verify -CAfile",
            &[&piled.root, "-untrusted".as_ref(), &piled.pile, &piled.leaf],
        );
        openssl.shown = "openssl verify -untrusted";
        let certtool = line(
            "certtool --verify --load-ca-certificate",
            &[&piled.root, "--infile".as_ref(), &piled.pile],
        );
        for peer in [openssl, certtool] {
            pairs.push(Pair {
                ours: verify(),
                peer,
                target: None,
                rounds: 10,
            });
        }
    }
    pairs
}

fn sub(folder: &Path, name: &str) -> PathBuf {
    let sub = folder.join(name);
    std::fs::create_dir_all(&sub).expect("a folder");
    sub
}

fn probes(port: u16, pki: &Pki) -> Vec<Pair> {
    let url = format!("https://localhost:{port}/");
    let identity = pki.client(Client::GoodRsa).expect("an identity");
    let root = pki.server_root();
    let probe = || {
        let mut probe = ours("fullcert probe -q -E", &[&identity]);
        probe
            .args
            .extend(["--cacert".into(), root.clone().into(), url.clone().into()]);
        probe
    };
    let mut curl = line("curl -sS -o /dev/null -E", &[&identity]);
    curl.args
        .extend(["--cacert".into(), root.clone().into(), url.clone().into()]);
    let mut s_client = line("openssl s_client -brief -cert", &[&identity]);
    s_client
        .args
        .extend(["-CAfile".into(), root.clone().into_os_string()]);
    s_client
        .args
        .extend(["-connect".into(), format!("localhost:{port}").into()]);
    vec![
        Pair {
            ours: probe(),
            peer: curl,
            target: Some(1.2),
            rounds: 100,
        },
        // It sends no request and gives no verdict: shown for scale.
        Pair {
            ours: probe(),
            peer: s_client,
            target: None,
            rounds: 100,
        },
    ]
}

fn ours(shown: &'static str, files: &[&Path]) -> Line {
    Line {
        program: env!("CARGO_BIN_EXE_fullcert").into(),
        ..line(shown, files)
    }
}

fn line(shown: &'static str, files: &[&Path]) -> Line {
    let mut words = shown.split(' ');
    let program = words.next().expect("a program");
    Line {
        shown,
        program: find(program).unwrap_or_else(|| program.into()),
        args: words
            .map(OsString::from)
            .chain(files.iter().map(|file| file.as_os_str().to_owned()))
            .collect(),
    }
}

/// Says so aloud.
fn missing(program: &str) -> bool {
    let missing = find(program).is_none();
    if missing {
        println!("skipped: {program} is not installed");
    }
    missing
}

/// In turns, and in the other order every second time, so that neither has the warmer machine.
fn measure(pair: &Pair, folder: &Path) {
    let program = pair.peer.shown.split(' ').next().unwrap_or_default();
    if missing(program) {
        return;
    }
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let start = Instant::now();
    for round in 0..pair.rounds + 3 {
        let turn = |line: &Line, times: &mut Vec<Duration>| match time(line, folder) {
            // What takes seconds needs no warming up.
            Ok(took) if round >= 3 || took > SLOW => times.push(took),
            Ok(_) => {}
            Err(problem) => println!("{}: {problem}", line.shown),
        };
        if round % 2 == 0 {
            turn(&pair.ours, &mut ours);
            turn(&pair.peer, &mut peers);
        } else {
            turn(&pair.peer, &mut peers);
            turn(&pair.ours, &mut ours);
        }
        if start.elapsed() > LONGEST || (round >= 3 && (ours.is_empty() || peers.is_empty())) {
            break;
        }
    }
    let Some(our) = Times::of(&mut ours) else {
        return;
    };
    let Some(peer) = Times::of(&mut peers) else {
        println!(
            "{:<44} {:>9.2} {:>9.2}   {program} comes to no result ({} rounds)",
            pair.ours.shown,
            our.median,
            our.mean,
            ours.len()
        );
        return;
    };
    println!(
        "{:<44} {:>9.2} {:>9.2}   {:<40} {:>9.2} {:>9.2} {:>6.2}  {} ({} rounds)",
        pair.ours.shown,
        our.median,
        our.mean,
        pair.peer.shown.chars().take(40).collect::<String>(),
        peer.median,
        peer.mean,
        our.median / peer.median,
        pair.target
            .map_or("-".to_owned(), |target| format!("≤ {target}")),
        ours.len().min(peers.len()),
    );
}

/// One run, start to exit; an exit code other than 0 is no measurement.
fn time(line: &Line, folder: &Path) -> Result<Duration, String> {
    let mut command = Command::new(&line.program);
    command
        .args(&line.args)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let start = Instant::now();
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            break status;
        }
        let elapsed = start.elapsed();
        if elapsed > LONGEST {
            child.kill().map_err(|error| error.to_string())?;
            child.wait().map_err(|error| error.to_string())?;
            return Err(format!("not measured, it takes more than {LONGEST:?}"));
        }
        // Half a per cent of what it has taken is as exact as it need be.
        std::thread::sleep((elapsed / 200).min(Duration::from_millis(20)));
    };
    let took = start.elapsed();
    if status.success() {
        Ok(took)
    } else {
        Err(format!("not measured, {status}"))
    }
}

/// In milliseconds.
struct Times {
    median: f64,
    mean: f64,
}

impl Times {
    fn of(times: &mut [Duration]) -> Option<Self> {
        times.sort();
        let median = times.get(times.len() / 2)?.as_secs_f64() * 1e3;
        let total: Duration = times.iter().sum();
        let count = f64::from(u32::try_from(times.len()).ok()?);
        Some(Self {
            median,
            mean: total.as_secs_f64() * 1e3 / count,
        })
    }
}
