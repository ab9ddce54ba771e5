//! `fullcert ca`: an authority whose chains other people's software accepts.

mod requests;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use fullcert::material::{Certificate, Request};
use fullcert::source::Origin;

use crate::support::{Place, peer};

const EVERY: [&str; 7] = [
    "rsa:2048", "rsa:3072", "rsa:4096", "p256", "p384", "p521", "ed25519",
];

fn certificate(place: &Place, name: &str) -> Certificate {
    let pem = openssl::x509::X509::from_pem(&place.read(name)).expect("a certificate");
    Certificate::from_der(&pem.to_der().expect("DER"), Origin::file(name)).expect("a certificate")
}

fn request(place: &Place, name: &str) -> Request {
    let pem = openssl::x509::X509Req::from_pem(&place.read(name)).expect("a request");
    Request::from_der(&pem.to_der().expect("DER"), Origin::file(name)).expect("a request")
}

/// Holds `leaf` and what issued it before three other implementations.
fn accepted(place: &Place, leaf: &str, purpose: &str) {
    if peer("openssl") {
        place.judge(&format!(
            "openssl verify -x509_strict -purpose {purpose} -CAfile ca/root.pem -untrusted ca/issuing.pem {leaf}"
        ));
    }
    if peer("certtool") {
        place.write(
            "chain.pem",
            [leaf, "ca/issuing.pem", "ca/root.pem"]
                .map(|name| place.read(name))
                .concat(),
        );
        let judged = place.judge("certtool --verify-chain --infile chain.pem");
        assert!(
            judged
                .stdout
                .contains("Chain verification output: Verified"),
            "{leaf}: {judged:?}"
        );
    }
    if peer("keytool") {
        let judged = place.judge(&format!("keytool -printcert -file {leaf}"));
        assert!(judged.stdout.contains("Issuing CA"), "{leaf}: {judged:?}");
    }
}

#[test]
fn an_authority_is_four_files_in_a_folder_of_its_own() {
    let place = Place::new();
    let ran = place.ok(["ca", "init"]);
    for name in ["root.pem", "issuing.pem", "root.key", "issuing.key"] {
        assert!(ran.stdout.contains(&format!("ca/{name}: ")), "{ran:?}");
    }
    let mode = |name: &str| {
        fs::metadata(place.path(name))
            .expect("a file")
            .permissions()
            .mode()
            & 0o7777
    };
    assert_eq!(mode("ca"), 0o700);
    assert_eq!(
        (mode("ca/root.key"), mode("ca/issuing.key")),
        (0o600, 0o600)
    );
    let (root, issuing) = (
        certificate(&place, "ca/root.pem"),
        certificate(&place, "ca/issuing.pem"),
    );
    assert!(
        root.is_self_signed() && root.is_ca() && issuing.is_ca() && issuing.is_signed_by(&root)
    );
    assert_eq!((root.path_len(), issuing.path_len()), (None, Some(0)));
    assert_eq!(issuing.authority_key_id(), root.subject_key_id());
    assert_eq!(root.not_before().days_until(root.not_after()), 3652);
    assert_eq!(issuing.not_before().days_until(issuing.not_after()), 1826);
    for ca in [&root, &issuing] {
        assert_eq!(
            ca.key_usage(),
            Some(&["keyCertSign".to_owned(), "cRLSign".to_owned()][..])
        );
        assert_eq!(ca.serial().len(), 32);
        assert!(ca.not_before().days_until(ca.not_after()) > 0);
    }
    assert_ne!(root.serial(), issuing.serial());
    if peer("openssl") {
        place.judge("openssl verify -x509_strict -CAfile ca/root.pem ca/issuing.pem");
        let text = place
            .judge("openssl x509 -in ca/issuing.pem -noout -text")
            .stdout;
        for part in [
            "X509v3 Basic Constraints: critical",
            "X509v3 Key Usage: critical",
            "CA:TRUE, pathlen:0",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}

#[test]
fn every_kind_of_authority_is_accepted() {
    for kind in ["rsa:2048", "p256", "p384", "p521", "ed25519"] {
        let place = Place::new();
        place.ok(["ca", "init", "-t", kind, "--name", "Acme Test"]);
        place.ok(
            "csr --new-key p256 --key-out client.key --subject CN=api -o client.csr".split(' '),
        );
        place.ok(["ca", "sign", "client.csr"]);
        assert_eq!(
            certificate(&place, "client.crt").issuer().to_string(),
            "CN=Acme Test Issuing CA"
        );
        accepted(&place, "client.crt", "sslclient");
    }
}

#[test]
fn purposes_are_the_ones_asked_for() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    for (flags, usages) in [
        (&[][..], &["clientAuth"][..]),
        (&["--eku", "server"], &["serverAuth"]),
        (
            &["--eku", "server", "--eku", "client"],
            &["serverAuth", "clientAuth"],
        ),
    ] {
        place.ok(["ca", "sign", "k.csr", "-f"].iter().chain(flags));
        let leaf = certificate(&place, "k.crt");
        assert_eq!(leaf.eku().expect("usages"), usages);
        if peer("openssl") {
            for (purpose, usage) in [("sslclient", "clientAuth"), ("sslserver", "serverAuth")] {
                let ran = place.run(Command::new("openssl").args([
                    "verify",
                    "-x509_strict",
                    "-purpose",
                    purpose,
                    "-CAfile",
                    "ca/root.pem",
                    "-untrusted",
                    "ca/issuing.pem",
                    "k.crt",
                ]));
                assert_eq!(
                    ran.code == 0,
                    usages.contains(&usage),
                    "{purpose} {usages:?}: {ran:?}"
                );
            }
        }
    }
}

#[test]
fn a_certificate_never_outlives_its_issuer() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    let ran = place.ok(["ca", "sign", "k.csr", "--days", "36500"]);
    assert!(ran.stderr.starts_with("warning: valid until "), "{ran:?}");
    assert_eq!(
        certificate(&place, "k.crt").not_after(),
        certificate(&place, "ca/issuing.pem").not_after()
    );
    let ran = place.ok(["ca", "sign", "k.csr", "--days", "7", "-f"]);
    assert_eq!(ran.stderr, "");
    let leaf = certificate(&place, "k.crt");
    let seconds = leaf.not_after().unix() - leaf.not_before().unix();
    // Peers' clocks run behind by a few minutes.
    assert!(
        (7 * 86_400..7 * 86_400 + 600).contains(&seconds),
        "{seconds}"
    );
    assert!(leaf.not_before() >= certificate(&place, "ca/issuing.pem").not_before());
}

#[test]
fn the_chain_is_the_issuer_then_the_root() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    let ran = place.ok(["ca", "sign", "k.csr", "--chain-out", "chain.pem"]);
    assert_eq!(
        place.read("chain.pem"),
        [place.read("ca/issuing.pem"), place.read("ca/root.pem")].concat()
    );
    // The next command is one that works as it is printed.
    assert!(
        ran.stdout
            .contains("fullcert bundle k.key k.crt chain.pem -o fullcert.pem"),
        "{ran:?}"
    );
    // Both or neither.
    fs::remove_file(place.path("k.crt")).expect("removing");
    for line in [
        "ca sign k.csr --chain-out chain.pem",
        "ca sign k.csr --chain-out missing/chain.pem",
        "ca sign k.csr --chain-out k.crt",
        "ca sign k.csr -o /proc/k.crt --chain-out other.pem",
    ] {
        let ran = place.line(line);
        assert_eq!(ran.code, 2, "{line}: {ran:?}");
        assert!(
            !place.exists("k.crt") && !place.exists("other.pem"),
            "{line}"
        );
    }
}

#[test]
fn signing_needs_the_issuing_key_alone() {
    let place = Place::new();
    place.ok(["ca", "init", "--dir", "authority"]);
    fs::remove_file(place.path("authority/root.key")).expect("removing");
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    let ran = place.ok(["ca", "sign", "k.csr", "--dir", "authority", "-o", "-"]);
    assert!(
        ran.stdout.starts_with("-----BEGIN CERTIFICATE-----\n"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.ends_with("-----END CERTIFICATE-----\n"),
        "{ran:?}"
    );
    assert!(!place.exists("k.crt"));
}

#[test]
fn an_authority_may_be_locked() {
    let place = Place::new();
    place.write("pass", "secret\n");
    let ran = place.ok(["ca", "init", "--passphrase-file", "pass"]);
    assert!(ran.stdout.contains("encrypted, mode 0600"), "{ran:?}");
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    let ran = place.fullcert(["ca", "sign", "k.csr"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("ca/issuing.key") && ran.stderr.contains("--passphrase-file"),
        "{ran:?}"
    );
    place.ok(["ca", "sign", "k.csr", "--passphrase-file", "pass"]);
}

#[test]
fn an_authority_that_is_there_stays_as_it_is() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    let before = place.read("ca/issuing.key");
    let ran = place.fullcert(["ca", "init"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("ca: not empty") && ran.stderr.contains("hint: "),
        "{ran:?}"
    );
    assert_eq!(place.read("ca/issuing.key"), before);
    // An empty folder is as good as none.
    fs::create_dir(place.path("empty")).expect("a folder");
    place.ok(["ca", "init", "--dir", "empty"]);
}

#[test]
fn where_no_authority_can_be_made_nothing_is() {
    let place = Place::new();
    place.write("file", "precious");
    let long = "x".repeat(60);
    for (args, says) in [
        (["--dir", "missing/ca"], "no folder missing"),
        (["--dir", "file"], "file: already exists"),
        (["--dir", "/proc/ca"], "/proc/ca"),
        (["--name", &long], "64 are allowed"),
        (["--name", ""], "an authority needs a name"),
    ] {
        let ran = place.fullcert(["ca", "init"].iter().chain(&args));
        assert_eq!(ran.code, 2, "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(says), "{args:?}: {ran:?}");
        assert_eq!(
            fs::read_dir(place.path(".")).expect("the folder").count(),
            1
        );
    }
}

#[test]
fn what_is_no_request_or_no_authority_is_called_by_its_name() {
    let place = Place::new();
    place.ok("csr --new-key p256 --key-out k.key --subject CN=x -o k.csr".split(' '));
    let sign = |request: &str| place.fullcert(["ca", "sign", request, "-o", "never.crt"]);
    let ran = sign("k.csr");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("ca: no authority is in this folder"),
        "{ran:?}"
    );
    assert!(ran.stderr.contains("fullcert ca init --dir ca"), "{ran:?}");
    place.ok(["ca", "init"]);
    place.ok(["csr", "--key", "k.key", "--subject", "CN=y", "-o", "y.csr"]);
    place.write(
        "two.csr",
        [place.read("k.csr"), place.read("y.csr")].concat(),
    );
    place.write("empty", "");
    place.write("noise", [0x30, 0x82, 0x01]);
    for (file, says) in [
        (
            "k.key",
            &["k.key", "one signing request", "a private key"][..],
        ),
        (
            "ca/root.pem",
            &["ca/root.pem", "one signing request", "a certificate"],
        ),
        (
            "two.csr",
            &[
                "two.csr",
                "there are 2",
                "CN=x in block 1",
                "CN=y in block 2",
            ],
        ),
        ("empty", &["empty: the file is empty"]),
        ("noise", &["noise"]),
        ("missing", &["missing: no such file"]),
        ("ca", &["ca: this is a directory"]),
    ] {
        let ran = sign(file);
        assert_eq!(ran.code, 2, "{file}: {ran:?}");
        assert!(
            says.iter().all(|part| ran.stderr.contains(part)),
            "{file}: {ran:?}"
        );
        assert!(ran.stderr.contains("\nhint: "), "{file}: {ran:?}");
        assert!(!place.exists("never.crt"));
    }
    // A folder whose parts are not of one authority.
    place.ok(["ca", "init", "--dir", "other"]);
    for (from, to, says) in [
        (
            "other/issuing.key",
            "ca/issuing.key",
            "does not belong to the certificate",
        ),
        (
            "other/root.pem",
            "ca/root.pem",
            "is not a CA that ca/root.pem has signed",
        ),
        ("k.csr", "ca/root.pem", "one certificate is wanted here"),
    ] {
        let kept = place.read(to);
        fs::copy(place.path(from), place.path(to)).expect("a copy");
        let ran = sign("k.csr");
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(says), "{ran:?}");
        assert!(!place.exists("never.crt"));
        place.write(to, kept);
    }
    // What is read is not written over.
    for output in ["k.csr", "ca/issuing.key", "ca/../ca/root.pem"] {
        let ran = place.fullcert(["ca", "sign", "k.csr", "--force", "-o", output]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("named as an output too"), "{ran:?}");
    }
}
