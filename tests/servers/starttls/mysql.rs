//! `MariaDB`, whose one answer to a missing certificate, another's, and a wrong password is the same.

use std::fs;
use std::path::Path;

use crate::pki::{Client, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Process, Running, Server, Site, Tls, runnable};

use super::{as_nobody, own, own_folder, prepare};

struct MariaDb;

impl Server for MariaDb {
    fn name(&self) -> &'static str {
        "MariaDB"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["mariadbd", "mariadb-install-db"]
    }

    fn processes(&self, folder: &Path, sites: &[(Site, u16)], pki: &Pki) -> Vec<Process> {
        let (site, port) = sites[0];
        let home = own_folder(folder, "mariadb");
        let data = home.join("data");
        let option = |name: &str, value: &Path| format!("--{name}={}", value.display());
        let data = option("datadir", &data);
        prepare(
            folder,
            Process::new(
                "mariadb-install-db",
                "--no-defaults {} --auth-root-authentication-method=normal --skip-test-db",
                &[&data],
            ),
        );
        let shown = pki.server(site.shown);
        let users = folder.join("users.sql");
        // One statement on each line.
        let text = "CREATE USER anybody@'%';\n\
                    CREATE USER certified@'%' REQUIRE X509;\n\
                    CREATE USER named@'%' REQUIRE SUBJECT '/C=NL/O=Acme/CN=api.acme.example';\n\
                    CREATE USER other@'%' REQUIRE SUBJECT '/CN=other';\n";
        fs::write(&users, text).expect("users");
        let mut server = Process::new("mariadbd", "--no-defaults --bind-address=127.0.0.1", &[]);
        for argument in [
            data,
            option("socket", &home.join("socket")),
            option("pid-file", &home.join("pid")),
            option("init-file", &users),
            option("ssl-cert", &own(folder, "server.crt", &shown.chain)),
            option("ssl-key", &own(folder, "server.key", &shown.key)),
            option("ssl-ca", &own(folder, "ca.crt", &pki.client_root())),
            option("ssl-crl", &own(folder, "ca.crl", &pki.client_crls())),
            format!("--port={port}"),
            "--innodb-buffer-pool-size=8M".to_owned(),
            "--skip-name-resolve".to_owned(),
        ] {
            server.args.push(argument.into());
        }
        vec![as_nobody(folder, server)]
    }
}

#[test]
fn who_may_come_in_as_whom() {
    if !runnable(&MariaDb) {
        return;
    }
    let pki = Pki::shared();
    let site = Site {
        shown: Shown::Good,
        tls: Tls::Only13,
        demand: Demand::Required,
    };
    let running = Running::start(&MariaDb, &[site], &pki);
    let rejected: &[&str] = &["client-issuer-unknown"];
    for (user, client, codes) in [
        // Nobody in particular: that TLS stands is all there is to learn.
        ("", Client::None, &["client-cert-not-required"][..]),
        ("", Client::GoodEc, &["ok"]),
        ("", Client::ForeignChain, rejected),
        ("", Client::Expired, &["client-cert-expired"]),
        ("", Client::Revoked, &["client-cert-revoked"]),
        ("anybody@", Client::None, &["client-cert-not-required"]),
        ("certified@", Client::None, &["client-cert-missing"]),
        ("certified@", Client::GoodRsa, &["ok"]),
        ("named@", Client::GoodEc, &["ok"]),
        ("named@", Client::None, &["client-cert-missing"]),
        ("other@", Client::GoodEc, &["client-cert-forbidden"]),
    ] {
        for version in ["1.2", "1.3"] {
            let verdict = Call::new(format!("mysql://{user}localhost:{}", running.port(site)))
                .with(pki.client(client))
                .trusting(pki.server_root())
                .and(&format!("--tls-max {version}"))
                .run();
            verdict.must_be(codes);
            // Error 1045 may always be about a password.
            assert!(
                !verdict.text.contains("1045 ")
                    || user.is_empty()
                    || verdict.confidence == "possible",
                "{}",
                verdict.text
            );
        }
    }
}
