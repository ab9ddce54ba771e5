//! `fullcert verify`: what it says of a file, offline, and of what the file lacks, with `--fetch`.

mod fetching;
mod found;
mod knowing;
mod metrics;
mod strict;

use openssl::x509::X509;
use serde_json::Value;

use crate::forge::{Spec, now};
use crate::support::{Place, Ran, peer};

/// A folder with a client's chain: `leaf`, `inner` and `root`, each as PEM, and the leaf's key.
struct Files {
    place: Place,
    leaf: Spec,
    inner: Spec,
    root: Spec,
}

fn pem(certificates: &[&X509]) -> Vec<u8> {
    certificates
        .iter()
        .flat_map(|one| one.to_pem().expect("PEM"))
        .collect()
}

impl Files {
    fn new() -> Self {
        Self::of(Spec::leaf("leaf"), Spec::ca("inner"), Spec::ca("root"))
    }

    fn of(leaf: Spec, inner: Spec, root: Spec) -> Self {
        let place = Place::new();
        let files = Self {
            place,
            leaf,
            inner,
            root,
        };
        let (leaf, inner, root) = files.certificates();
        files.place.write("leaf.pem", pem(&[&leaf]));
        files.place.write("inner.pem", pem(&[&inner]));
        files.place.write("root.pem", pem(&[&root]));
        files.place.write("chain.pem", pem(&[&leaf, &inner]));
        files.place.write("leaf.key", Files::key(&files.leaf));
        files
    }

    fn certificates(&self) -> (X509, X509, X509) {
        (
            self.leaf.by(&self.inner),
            self.inner.by(&self.root),
            self.root.by(&self.root),
        )
    }

    fn key(spec: &Spec) -> Vec<u8> {
        spec.private_key().private_key_to_pem_pkcs8().expect("PEM")
    }

    fn run(&self, line: &str) -> Ran {
        self.place.line(&format!("verify {line}"))
    }

    /// The one file's part of the JSON output.
    fn told(&self, line: &str) -> Value {
        let ran = self.run(&format!("{line} --format json"));
        let told: Value = serde_json::from_str(&ran.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}: {ran:?}"));
        assert_eq!(told["schema"], "fullcert.verify/1");
        let told = told["files"][0].clone();
        let fine = told["verdict"]["code"] == "ok";
        assert_eq!(ran.code, i32::from(!fine), "{line}: {told:#}");
        told
    }

    fn code(&self, line: &str) -> String {
        self.told(line)["verdict"]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    }
}

fn findings(told: &Value) -> Vec<&str> {
    told["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|finding| finding["code"].as_str())
        .collect()
}

fn subjects(told: &Value) -> Vec<&str> {
    told["chain"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|link| link["subject"].as_str())
        .collect()
}

#[test]
fn a_good_chain_is_ok_and_sure_of_it_only_where_somebody_said_whom_to_trust() {
    let files = Files::new();
    let told = files.told("chain.pem --cacert root.pem");
    assert_eq!(told["verdict"]["confidence"], "proven", "{told:#}");
    assert_eq!(subjects(&told), ["CN=leaf", "CN=inner", "CN=root"]);
    assert_eq!(findings(&told), Vec::<&str>::new(), "{told:#}");
    let told = files.told("chain.pem");
    assert_eq!(told["verdict"]["confidence"], "possible", "{told:#}");
    assert_eq!(files.code("chain.pem --system"), "client-issuer-unknown");
    assert_eq!(
        files.code("chain.pem --purpose server"),
        "server-issuer-unknown"
    );
    assert_eq!(files.code("chain.pem --cacert inner.pem"), "ok");
    let ran = files.run("chain.pem --cacert root.pem -q");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "ok\n"));
}

#[test]
fn every_reason_has_its_code() {
    let leaf = || Spec::leaf("leaf");
    let (inner, root) = (Spec::ca("inner"), Spec::ca("root"));
    let old = |spec: Spec| Spec {
        from: -300,
        to: -10,
        ..spec
    };
    let young = |spec: Spec| Spec { from: 10, ..spec };
    for (spec, purpose, code) in [
        (leaf(), "client", "ok"),
        (old(leaf()), "client", "client-cert-expired"),
        (old(leaf()), "server", "server-cert-expired"),
        (young(leaf()), "client", "client-cert-not-yet-valid"),
        (young(leaf()), "server", "server-cert-not-yet-valid"),
        (
            leaf().with("extendedKeyUsage", "serverAuth"),
            "client",
            "client-cert-wrong-purpose",
        ),
        (leaf().with("extendedKeyUsage", "serverAuth"), "any", "ok"),
        (
            leaf().with("extendedKeyUsage", "clientAuth"),
            "server",
            "server-cert-wrong-purpose",
        ),
        (
            Spec {
                key: "rsa1024",
                ..leaf()
            },
            "client",
            "client-cert-weak",
        ),
        (
            Spec {
                digest: "sha1",
                ..leaf()
            },
            "server",
            "server-cert-weak",
        ),
        (
            leaf().with("1.2.3.4.5", "critical,0500"),
            "client",
            "client-cert-rejected",
        ),
        (
            leaf().with("1.2.3.4.5", "critical,0500"),
            "server",
            "server-cert-rejected",
        ),
    ] {
        let files = Files::of(spec, inner.clone(), root.clone());
        let line = format!("chain.pem --cacert root.pem --purpose {purpose}");
        assert_eq!(files.code(&line), code, "{line}");
    }
    let files = Files::of(leaf(), old(inner), root.clone());
    let told = files.told("chain.pem --cacert root.pem");
    assert_eq!(told["verdict"]["code"], "client-cert-expired");
    assert!(
        told["verdict"]["summary"]
            .as_str()
            .is_some_and(|text| text.contains("CN=inner")),
        "{told:#}"
    );
    let files = Files::new();
    let later = format!("chain.pem --cacert root.pem --at @{}", now() + 400 * 86_400);
    assert_eq!(files.code(&later), "client-cert-expired");
    let lone = leaf();
    files.place.write("lone.pem", pem(&[&lone.by(&lone)]));
    assert_eq!(
        files.code("lone.pem --cacert root.pem"),
        "client-cert-self-signed"
    );
    assert_eq!(files.code("lone.pem"), "client-cert-self-signed");
    assert_eq!(files.code("lone.pem --cacert lone.pem"), "ok");
}

#[test]
fn whom_it_is_for_is_checked() {
    let files = Files::of(
        Spec::leaf("leaf").with("subjectAltName", "DNS:*.example.com,IP:192.0.2.7"),
        Spec::ca("inner"),
        Spec::ca("root"),
    );
    for (host, code) in [
        ("api.example.com", "ok"),
        ("192.0.2.7", "ok"),
        ("example.com", "server-name-mismatch"),
        ("192.0.2.8", "server-name-mismatch"),
    ] {
        assert_eq!(
            files.code(&format!("chain.pem --cacert root.pem --host {host}")),
            code,
            "{host}"
        );
    }
}

#[test]
fn a_missing_intermediate_and_an_unknown_ca_are_told_apart() {
    let files = Files::of(
        Spec::leaf("leaf"),
        Spec::ca("Acme Issuing CA"),
        Spec::ca("Acme Root CA"),
    );
    let told = files.told("leaf.pem --cacert root.pem");
    assert_eq!(
        told["verdict"]["code"], "client-chain-incomplete",
        "{told:#}"
    );
    assert_eq!(files.code("leaf.pem"), "client-chain-incomplete");
    // Straight from a root nothing is missing: the root is never sent.
    let straight = Spec::leaf("straight").by(&files.root);
    files.place.write("straight.pem", pem(&[&straight]));
    let told = files.told("straight.pem");
    assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
    assert_eq!(told["verdict"]["confidence"], "possible", "{told:#}");
    assert_eq!(files.code("straight.pem --system"), "client-issuer-unknown");
    let other = Spec::ca("Elsewhere Root CA");
    files.place.write("other.pem", pem(&[&other.by(&other)]));
    assert_eq!(
        files.code("chain.pem --cacert other.pem"),
        "client-issuer-unknown"
    );
    let (leaf, inner, root) = files.certificates();
    files.place.write("whole.pem", pem(&[&leaf, &inner, &root]));
    let told = files.told("whole.pem --cacert other.pem");
    assert_eq!(told["verdict"]["code"], "client-issuer-unknown");
    assert_eq!(told["verdict"]["confidence"], "proven", "{told:#}");
    // A CA of the right name that has another key.
    let namesake = Spec {
        key: "p384",
        ..files.inner.clone()
    };
    files
        .place
        .write("namesake.pem", pem(&[&leaf, &namesake.by(&files.root)]));
    let told = files.told("namesake.pem --cacert root.pem");
    assert_eq!(told["verdict"]["code"], "client-issuer-unknown");
    assert!(told.to_string().contains("another key"), "{told:#}");
    // What the other side has as well counts, and is said to be missing from the file.
    std::fs::create_dir(files.place.path("pool")).expect("a folder");
    files.place.write("pool/notes.txt", "nothing");
    files.place.write("pool/inner.crt", pem(&[&inner]));
    for pool in ["pool", "pool/inner.crt"] {
        let told = files.told(&format!("leaf.pem --cacert root.pem --pool {pool}"));
        assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
        assert_eq!(findings(&told), ["chain-incomplete"]);
    }
}

#[test]
fn the_key_and_the_order_of_the_file_count() {
    let files = Files::new();
    let (leaf, inner, root) = files.certificates();
    let key = Files::key(&files.leaf);
    files
        .place
        .write("good.pem", [key.clone(), pem(&[&leaf, &inner])].concat());
    assert_eq!(files.code("good.pem --cacert root.pem"), "ok");
    let stranger = Spec::leaf("stranger");
    files.place.write("other.key", Files::key(&stranger));
    assert_eq!(
        files.code("chain.pem --cacert root.pem --key leaf.key"),
        "ok"
    );
    assert_eq!(
        files.code("chain.pem --cacert root.pem --key other.key"),
        "client-key-mismatch"
    );
    files
        .place
        .write("wrong.pem", [key, pem(&[&inner, &leaf])].concat());
    let told = files.told("wrong.pem --cacert root.pem");
    assert_eq!(told["verdict"]["code"], "client-key-mismatch");
    assert!(told.to_string().contains("wrong order"), "{told:#}");
    files.place.write("wrong.pem", pem(&[&inner, &leaf]));
    let told = files.told("wrong.pem --cacert root.pem");
    assert_eq!(findings(&told), ["chain-out-of-order"], "{told:#}");
    files.place.write(
        "full.pem",
        pem(&[&leaf, &inner, &leaf, &root, &stranger.by(&stranger)]),
    );
    let told = files.told("full.pem --cacert root.pem");
    assert_eq!(told["verdict"]["code"], "ok");
    assert_eq!(
        findings(&told),
        ["duplicate-in-file", "root-in-chain", "root-in-chain"]
    );
}

#[test]
fn revocation_lists_are_held_against_the_path() {
    if !peer("openssl") {
        return;
    }
    let files = Files::new();
    for ca in ["inner", "root"] {
        let spec = if ca == "inner" {
            &files.inner
        } else {
            &files.root
        };
        files.place.write(&format!("{ca}.key"), Files::key(spec));
        files.place.write(
            "ca.cnf",
            "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n",
        );
        files.place.write("index.txt", "");
        files.place.judge(&format!(
            "openssl ca -gencrl -config ca.cnf -keyfile {ca}.key -cert {ca}.pem -crldays 9 -out {ca}.crl"
        ));
    }
    assert_eq!(
        files.code("chain.pem --cacert root.pem --crl inner.crl --crl root.crl"),
        "ok"
    );
    let told = files.told("chain.pem --cacert root.pem --crl inner.crl");
    assert_eq!(told["verdict"]["code"], "client-cert-rejected", "{told:#}");
    assert!(
        told.to_string().contains("unable to get certificate CRL"),
        "{told:#}"
    );
    let serial = format!("{:X}", files.leaf.serial);
    files.place.write(
        "index.txt",
        format!("R\t300101000000Z\t260101000000Z\t{serial}\tunknown\t/CN=leaf\n"),
    );
    files.place.judge("openssl ca -gencrl -config ca.cnf -keyfile inner.key -cert inner.pem -crldays 9 -out revoked.crl");
    assert_eq!(
        files.code("chain.pem --cacert root.pem --crl revoked.crl --crl root.crl"),
        "client-cert-revoked"
    );
    let late = now() + 100 * 86_400;
    let told = files.told(&format!(
        "chain.pem --cacert root.pem --crl inner.crl --crl root.crl --at @{late}"
    ));
    assert!(told.to_string().contains("CRL has expired"), "{told:#}");
    let ran = files.run("chain.pem --crl leaf.pem");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no revocation list"), "{ran:?}");
}
