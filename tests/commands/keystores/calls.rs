//! Our files in use: servers load them, and clients get in with them.

use std::process::Command;

use fullcert::encode::{Entry, jks, pem, pkcs12};
use fullcert::material::Time;

use crate::s_server::Server;
use crate::support::{Place, find, peer};

use super::pki::{Pki, pki, secret};
use super::read_java::java;

const PASSWORD: &str = "changeit";

/// Every output of one identity, server.pem for a server, and root.pem.
pub fn lay_out(place: &Place, pki: &Pki) {
    let password = secret(PASSWORD);
    let identity = &pki.identity;
    let entries = [Entry::Identity {
        alias: "client",
        identity,
    }];
    let root = [Entry::Trusted {
        alias: "root",
        certificate: &pki.root,
    }];
    let now = Time::from_unix(1_800_000_000);
    let p12 = |profile: pkcs12::Profile| {
        pkcs12::write(&entries, &password, profile, profile.iterations()).unwrap()
    };
    let java = |kind, entries| jks::write(kind, entries, &password, None, now).unwrap();
    place.write("root.pem", pem::certificates([&pki.root]).unwrap());
    place.write("server.pem", pem::fullcert(&pki.server(), None).unwrap());
    place.write("client.pem", pem::fullcert(identity, None).unwrap());
    place.write(
        "locked.pem",
        pem::fullcert(identity, Some(&password)).unwrap(),
    );
    place.write("modern.p12", p12(pkcs12::Profile::Modern));
    place.write("legacy.p12", p12(pkcs12::Profile::Legacy));
    place.write("client.jks", java(jks::Kind::Jks, &entries));
    place.write("client.jceks", java(jks::Kind::Jceks, &entries));
    place.write("trust.jks", java(jks::Kind::Jks, &root));
}

#[test]
fn clients_get_in_with_every_format() {
    if !peer("openssl") {
        return;
    }
    for kind in ["rsa", "p256", "ed25519"] {
        let place = Place::new();
        let pki = pki(kind);
        lay_out(&place, &pki);
        let server = Server::start(&place, "server.pem", "server.pem", "root.pem");
        let url = format!("https://localhost:{}/", server.port);
        if find("curl").is_some() {
            for identity in [
                &["-E", "client.pem"][..],
                &["-E", "locked.pem:changeit"],
                &["--cert-type", "P12", "-E", "modern.p12:changeit"],
                &["--cert-type", "P12", "-E", "legacy.p12:changeit"],
            ] {
                let ran = place.run(
                    Command::new("curl")
                        .args(["-sS", "-m", "20", "--cacert", "root.pem"])
                        .args(identity)
                        .arg(&url),
                );
                assert_eq!(ran.code, 0, "{kind} {identity:?}: {ran:?}");
                assert!(ran.stdout.contains(&format!("client {kind}")), "{ran:?}");
            }
            let without = place
                .run(Command::new("curl").args(["-sS", "-m", "20", "--cacert", "root.pem", &url]));
            assert_ne!(without.code, 0, "{without:?}");
        }
        if find("java").is_some() {
            let mut arguments = vec!["call", "", "trust.jks"];
            let port = server.port.to_string();
            arguments[1] = &port;
            for (file, kind) in [
                ("client.jks", "JKS"),
                ("client.jceks", "JCEKS"),
                ("modern.p12", "PKCS12"),
                ("legacy.p12", "PKCS12"),
            ] {
                arguments.extend([file, kind, PASSWORD]);
            }
            let said = java(&place, &arguments);
            assert_eq!(said.matches(" 200").count(), 4, "{kind}: {said}");
        }
    }
}
