//! `PostgreSQL`, which demands certificates by its own rules, user by user, and says so in its own protocol.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::pki::{Client, Pki};
use crate::probe::{Call, Verdict};
use crate::server::{Process, Running, Server, Site, Tls, runnable};

use super::{as_nobody, hold_running, own, own_folder, prepare, sites};
use crate::support::peer;

/// The common name of every client but those of others.
const CN: &str = "api.acme.example";

struct Postgres;

impl Server for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["postgres", "initdb"]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let home = own_folder(folder, "postgres");
        sites
            .iter()
            .map(|(site, port)| {
                let data = home.join(port.to_string());
                prepare(
                    folder,
                    Process::new(
                        "initdb",
                        "-D {} -A trust -U postgres --no-sync --no-instructions -E UTF8 --locale=C",
                        &[&data],
                    ),
                );
                let shown = pki.server(site.shown);
                let version = match site.tls {
                    Tls::Only12 => "TLSv1.2",
                    Tls::Only13 => "TLSv1.3",
                };
                let settings = format!(
                    "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\nssl_ca_file = '{}'\nssl_crl_file = '{}'\n\
                     ssl_min_protocol_version = '{version}'\nssl_max_protocol_version = '{version}'\n\
                     unix_socket_directories = ''\nlisten_addresses = '127.0.0.1'\nport = {port}\nfsync = off\n\
                     shared_buffers = 1MB\nmax_wal_senders = 0\nwal_level = minimal\nautovacuum = off\n",
                    own(folder, &format!("{port}.crt"), &shown.chain).display(),
                    own(folder, &format!("{port}.key"), &shown.key).display(),
                    own(folder, &format!("{port}.ca"), &pki.client_root()).display(),
                    own(folder, &format!("{port}.crl"), &pki.client_crls()).display(),
                );
                fs::write(data.join("postgresql.auto.conf"), settings).expect("settings");
                let rules = format!(
                    "hostssl all \"{CN}\" 127.0.0.1/32 cert\n\
                     hostssl all other 127.0.0.1/32 cert\n\
                     hostssl all named 127.0.0.1/32 trust clientcert=verify-full\n\
                     hostssl all password 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n\
                     hostssl all open 127.0.0.1/32 trust\n\
                     hostssl all fullcert 127.0.0.1/32 trust clientcert=verify-ca\n"
                );
                fs::write(data.join("pg_hba.conf"), rules).expect("rules");
                let mut server = Process::new("postgres", "-D {}", &[&data]);
                // Killed, it would leave shared memory behind.
                server.stop = Some("INT");
                as_nobody(folder, server)
            })
            .collect()
    }
}

/// Nothing where it is not installed.
fn start(pki: &Pki) -> Option<Running> {
    if !runnable(&Postgres) {
        return None;
    }
    let running = Running::start(&Postgres, &sites(), pki);
    // It accepts connections before it knows what to do with them.
    for site in sites() {
        let url = format!("postgres://open@localhost:{}", running.port(site));
        let call = Call::new(url).trusting(pki.server_root());
        let deadline = Instant::now() + Duration::from_secs(30);
        while call.run().code == "application-refused" && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    Some(running)
}

#[test]
fn every_client_of_a_user_that_needs_a_certificate() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    if let Some(running) = start(&pki) {
        hold_running(&Postgres, &running, "postgres://", &pki);
    }
}

#[test]
fn who_may_come_in_as_whom() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let Some(running) = start(&pki) else {
        return;
    };
    for site in sites() {
        let call = |user: &str, client| -> Verdict {
            Call::new(format!("postgres://{user}localhost:{}", running.port(site)))
                .with(pki.client(client))
                .trusting(pki.server_root())
                .run()
        };
        for (user, client, code) in [
            ("other@", Client::GoodEc, "client-cert-forbidden"),
            ("named@", Client::GoodRsa, "client-cert-forbidden"),
            ("password@", Client::GoodEc, "ok"),
            ("password@", Client::None, "client-cert-missing"),
            ("open@", Client::GoodEc, "ok"),
            ("open@", Client::None, "client-cert-not-required"),
            ("nobody@", Client::GoodEc, "client-cert-forbidden"),
            ("nobody@", Client::None, "application-refused"),
        ] {
            let verdict = call(user, client);
            verdict.must_be(&[code]);
            let certain = user != "nobody@";
            assert!(
                certain || verdict.confidence != "proven",
                "{user} {client:?}: {}",
                verdict.text
            );
        }
        // The port alone names nothing here; the flag does.
        let verdict = Call::new(format!("localhost:{}", running.port(site)))
            .with(pki.client(Client::GoodEc))
            .trusting(pki.server_root())
            .and("--starttls postgres")
            .run();
        verdict.must_be(&["ok"]);
        verdict.must_mention(CN);
        assert_eq!(verdict.confidence, "proven", "{}", verdict.text);
        let verdict = Call::new(format!("tls://localhost:{}", running.port(site))).run();
        verdict.must_be(&["handshake-closed"]);
        verdict.must_mention("--starttls");
    }
}
