//! Identities as they lie about: in keystores of others' making, behind one password or two.

use std::path::Path;
use std::process::Command;

use crate::openssl::Peculiar;
use crate::pki::{Client, PASSWORD, Pki, Shown};
use crate::probe::Call;
use crate::server::{Demand, Running, Site, Tls, runnable};
use crate::support::peer;

const SITE: Site = Site {
    shown: Shown::Good,
    tls: Tls::Only13,
    demand: Demand::Required,
};
const OTHER: &str = "another-one";

fn made(program: &str, args: &[&str]) {
    let output = Command::new(program).args(args).output().expect("it runs");
    assert!(output.status.success(), "{program} {args:?}: {output:?}");
}

/// The good identity as PKCS#12 and JKS, the key in the latter under a password of its own.
fn keystores(folder: &Path, pem: &Path) -> [String; 2] {
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (p12, jks) = (path("client.p12"), path("client.jks"));
    let pem = pem.to_string_lossy();
    let password = format!("pass:{PASSWORD}");
    made(
        "openssl",
        &[
            "pkcs12", "-export", "-name", "api", "-in", &pem, "-out", &p12, "-passout", &password,
        ],
    );
    made(
        "keytool",
        &[
            "-importkeystore",
            "-noprompt",
            "-srckeystore",
            &p12,
            "-srcstoretype",
            "PKCS12",
            "-srcstorepass",
            PASSWORD,
            "-destkeystore",
            &jks,
            "-deststoretype",
            "JKS",
            "-deststorepass",
            PASSWORD,
            "-srcalias",
            "api",
            "-destkeypass",
            OTHER,
        ],
    );
    [p12, jks]
}

#[test]
fn keystores_of_openssl_and_java() {
    if !peer("openssl") {
        return;
    }
    let pki = Pki::shared();
    let server = Peculiar {
        trust: pki.client_root(),
        parameters: "",
        shown: Shown::Good,
    };
    if !runnable(&server) || !peer("keytool") {
        return;
    }
    let running = Running::start(&server, &[SITE], &pki);
    let folder = tempfile::tempdir().expect("a folder");
    let pem = pki.client(Client::GoodEc).expect("an identity");
    let [p12, jks] = keystores(folder.path(), &pem);
    let call = |store: &str| {
        Call::new(format!("https://localhost:{}/", running.port(SITE)))
            .with(Some(store.into()))
            .trusting(pki.server_root())
            .env("STORE", PASSWORD)
            .env("KEY", OTHER)
            .and("--in-password-env STORE")
    };
    call(&p12).run().must_be(&["ok"]);
    call(&jks)
        .and("--in-key-password-env KEY")
        .run()
        .must_be(&["ok"]);
    // Nobody is there to be asked: the flag that would help is named.
    let stopped = call(&jks).run();
    stopped.must_mention("--in-key-password-file");
}
