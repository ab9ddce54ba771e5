//! Servers that begin in the clear and are asked for TLS there: real ones, each demanding a client certificate, and
//! rogues that misbehave at every step before it.

mod directory;
mod mail;
mod mysql;
mod postgres;
mod refusals;

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use crate::expect::{Grade, of_client};
use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::table::in_parallel;

/// Debian's `nobody` and `nogroup`, which servers become that will not run as root.
const NOBODY: u32 = 65534;

/// The sites of a server that asks everybody for a certificate, one for each TLS version.
fn sites() -> [Site; 2] {
    Tls::ALL.map(|tls| Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    })
}

/// Calls every site of a server with every client, at URLs that begin with `scheme`, and holds the verdicts to what
/// the server does.
fn hold(server: &dyn Server, scheme: &str) {
    if !runnable(server) {
        return;
    }
    let pki = Pki::shared();
    let running = Running::start(server, &sites(), &pki);
    hold_running(server, &running, scheme, &pki);
}

/// The same for a server that runs already.
fn hold_running(server: &dyn Server, running: &Running, scheme: &str, pki: &Pki) {
    let sites = sites();
    let cases: Vec<_> = sites
        .iter()
        .flat_map(|site| Client::ALL.iter().map(move |client| (*site, *client)))
        .collect();
    let wrong: Vec<_> = in_parallel(&cases, |&(site, client)| {
        let verdict = Call::new(format!("{scheme}localhost:{}", running.port(site)))
            .with(pki.client(client))
            .trusting(pki.server_root())
            // Some servers have no highest version to set.
            .and(match site.tls {
                Tls::Only12 => "--tls-max 1.2",
                Tls::Only13 => "",
            })
            .run();
        let judgement = server.judges(site, client);
        let expected = of_client(client, site.demand, judgement)?;
        let grade = expected.grade(&verdict.code, &verdict.confidence);
        let asked = client == Client::Mismatched
            || verdict.evidence["call"]["starttls"]["outcome"] == "agreed";
        (grade == Grade::Wrong || !verdict.broken.is_empty() || !asked).then(|| {
            format!(
                "{} {:?} {client:?}: not {:?}, {:?}\n{}",
                server.name(),
                site.tls,
                expected.right,
                verdict.broken,
                verdict.text
            )
        })
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} wrong\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// User and group of a server that gives up root.
fn own_names(folder: &Path) -> (String, String) {
    if is_root(folder) {
        return ("nobody".to_owned(), "nogroup".to_owned());
    }
    let ask = |flag| {
        let output = std::process::Command::new("id").arg(flag).output();
        String::from_utf8_lossy(&output.expect("id runs").stdout)
            .trim()
            .to_owned()
    };
    (ask("-un"), ask("-gn"))
}

fn is_root(folder: &Path) -> bool {
    fs::metadata(folder).expect("a folder").uid() == 0
}

/// A copy in `folder` that the server's own user may read, and nobody else.
fn own(folder: &Path, name: &str, source: &Path) -> PathBuf {
    let copy = folder.join(name);
    fs::copy(source, &copy).expect("a copy");
    fs::set_permissions(&copy, PermissionsExt::from_mode(0o600)).expect("a mode");
    give(folder, &copy);
    copy
}

/// A folder in which the server's own user may write.
fn own_folder(folder: &Path, name: &str) -> PathBuf {
    let made = folder.join(name);
    fs::create_dir(&made).expect("a folder");
    give(folder, &made);
    made
}

fn give(folder: &Path, path: &Path) {
    if is_root(folder) {
        chown(path, Some(NOBODY), Some(NOBODY)).expect("another owner");
    }
}

/// As `nobody` where we are root, and as whoever we are otherwise.
fn as_nobody(folder: &Path, process: Process) -> Process {
    if !is_root(folder) {
        return process;
    }
    let mut whole = Process::new(
        "setpriv",
        "--reuid=nobody --regid=nogroup --clear-groups {}",
        &[&process.program],
    );
    whole.args.extend(process.args);
    Process {
        program: whole.program,
        args: whole.args,
        ..process
    }
}

/// Runs a program to its end, as the server's own user.
fn prepare(folder: &Path, process: Process) {
    let process = as_nobody(folder, process);
    let output = std::process::Command::new(&process.program)
        .args(&process.args)
        .envs(process.env)
        .current_dir(folder)
        .stdin(std::process::Stdio::null())
        .output()
        .expect("a program");
    assert!(output.status.success(), "{output:?}");
}
