//! `PostgreSQL`, which begins TLS only when it is asked to in its own protocol, and demands certificates in a file of rules.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use crate::expect::Judgement;
use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};
use crate::support::{Place, find, peer};

pub struct Postgres;

/// The common name of every client certificate here, which `verify-full` wants the user to have.
const USER: &str = "api.acme.example";

/// The user whom nobody is.
const NOBODY: &str = "65534";

impl Server for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["postgres", "initdb"]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let root = fs::metadata(folder).expect("a folder").uid() == 0;
        let processes = sites
            .iter()
            .map(|site| process(folder, *site, pki, root))
            .collect();
        if root {
            // It does not run as root, and can read only what is its own.
            let owned = Command::new("chown")
                .args(["-R", &format!("{NOBODY}:{NOBODY}")])
                .arg(folder)
                .status();
            assert!(owned.expect("chown runs").success());
        }
        processes
    }
}

fn process(folder: &Path, (site, port): (Site, u16), pki: &Pki, root: bool) -> Process {
    let here = folder.join(port.to_string());
    fs::create_dir(&here).expect("a folder");
    let shown = pki.server(site.shown);
    for (name, file) in [
        ("server.crt", shown.chain),
        ("server.key", shown.key),
        ("clients.pem", pki.client_root()),
        ("clients.crl", pki.client_crls()),
    ] {
        fs::write(here.join(name), fs::read(file).expect("a fixture")).expect("a copy");
    }
    fs::set_permissions(here.join("server.key"), fs::Permissions::from_mode(0o600))
        .expect("a mode");
    let version = match site.tls {
        Tls::Only12 => "TLSv1.2",
        Tls::Only13 => "TLSv1.3",
    };
    let mut settings = format!(
        "listen_addresses='127.0.0.1'\nport={port}\nunix_socket_directories=''\nfsync=off\nhba_file='{0}/hba.conf'\n\
         ssl=on\nssl_min_protocol_version='{version}'\nssl_max_protocol_version='{version}'\n",
        here.display()
    );
    for (setting, file) in [
        ("ssl_cert_file", "server.crt"),
        ("ssl_key_file", "server.key"),
        ("ssl_ca_file", "clients.pem"),
        ("ssl_crl_file", "clients.crl"),
    ] {
        let _ = writeln!(settings, "{setting}='{}'", here.join(file).display());
    }
    fs::write(here.join("settings"), settings).expect("settings");
    let rules = "hostssl all all 127.0.0.1/32 trust clientcert=verify-full\n";
    fs::write(here.join("hba.conf"), rules).expect("rules");
    let [initdb, postgres] =
        ["initdb", "postgres"].map(|program| find(program).unwrap_or_default());
    let script = format!(
        "{} -D data -A trust -U {USER} --no-sync --no-locale -E UTF8 && cat settings >> data/postgresql.conf && \
         exec {} -D data",
        initdb.display(),
        postgres.display(),
    );
    let mut process = if root {
        let line = format!("--reuid={NOBODY} --regid={NOBODY} --clear-groups sh -c {{}} sh {{}}");
        let script = format!("cd \"$1\" && {script}");
        Process::new("setpriv", &line, &[&script, &here])
    } else {
        Process::new(
            "sh",
            "-c {} sh {}",
            &[&format!("cd \"$1\" && {script}"), &here],
        )
    };
    // Killed, it would leave shared memory behind.
    process.stop = Some("INT");
    process
}

fn start(pki: &Pki) -> Option<(Running, [Site; 2])> {
    let sites = Tls::ALL.map(|tls| Site {
        shown: Shown::Good,
        tls,
        demand: Demand::Required,
    });
    runnable(&Postgres).then(|| (Running::start(&Postgres, &sites, pki), sites))
}

/// It takes a `ClientHello` for a message of its own that is far too long, and hangs up.
#[test]
fn a_database_does_not_speak_tls_at_once() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let Some((running, sites)) = start(&pki) else {
        return;
    };
    for site in sites {
        for client in [Client::None, Client::GoodEc] {
            let verdict = Call::new(format!("tls://localhost:{}", running.port(site)))
                .with(pki.client(client))
                .trusting(pki.server_root())
                .run();
            verdict.must_be(&["handshake-closed", "not-tls"]);
        }
    }
}

/// The database's own client is let in and turned away as the table would have it.
#[test]
fn a_database_demands_certificates() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    if !peer("psql") {
        return;
    }
    let Some((running, sites)) = start(&pki) else {
        return;
    };
    let place = Place::new();
    let mut wrong = String::new();
    for site in sites {
        for client in [
            Client::None,
            Client::GoodEc,
            Client::GoodRsa,
            Client::LeafOnly,
            Client::Expired,
            Client::Revoked,
        ] {
            let mut settings = format!(
                "host=localhost port={} dbname=postgres user={USER} sslmode=verify-full sslrootcert={}",
                running.port(site),
                pki.server_root().display()
            );
            if let Some(file) = pki.client(client) {
                let own = place.write("client.pem", fs::read(file).expect("an identity"));
                fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).expect("a mode");
                let _ = write!(settings, " sslcert={0} sslkey={0}", own.display());
            } else {
                settings += " sslcert=/nonexistent sslkey=/nonexistent";
            }
            let ran = place.run(Command::new("psql").args(["-Atc", "select 1", &settings]));
            let accepts = Postgres.judges(site, client) == Judgement::Accepts;
            if (ran.code == 0) != accepts {
                let _ = writeln!(wrong, "{site:?} {client:?}: {ran:?}");
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn the_printed_recipe_logs_in() {
    if !peer("openssl") {
        return;
    }
    if !peer("psql") {
        return;
    }
    let pki = Pki::shared();
    let Some((running, sites)) = start(&pki) else {
        return;
    };
    let place = Place::new();
    let file = pki.client(Client::GoodRsa).expect("an identity");
    let own = place.write("client.pem", fs::read(file).expect("an identity"));
    fs::set_permissions(&own, fs::Permissions::from_mode(0o600)).expect("a mode");
    for site in sites {
        let url = format!("localhost:{}", running.port(site));
        let root = pki.server_root();
        let ran = place.ok([
            "recipe".as_ref(),
            "postgres".as_ref(),
            "-E".as_ref(),
            "client.pem".as_ref(),
            "--cacert".as_ref(),
            root.as_os_str(),
            "--url".as_ref(),
            url.as_ref(),
            "--format".as_ref(),
            "json".as_ref(),
        ]);
        let recipe: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let command = recipe["steps"][0]["run"].as_str().expect("a command");
        let line = format!("PGUSER={USER} PGDATABASE=postgres {command} -Atc 'select 1'");
        let ran = place.run(Command::new("sh").args(["-c", &line]));
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (0, "1\n"),
            "{line}: {ran:?}"
        );
    }
}
