//! `fullcert csr`: requests of every key, and inputs that are something else.

mod names;
mod subjects;

use std::fs;
use std::process::Command;

use fullcert::material::Request;
use fullcert::source::Origin;

use crate::support::{Place, Ran, peer};

/// Enough for `openssl req` to take everything from its command line.
const CONFIG: &str = "[req]\ndistinguished_name = dn\nstring_mask = utf8only\n[dn]\n";

fn request(place: &Place, name: &str) -> Request {
    let pem = openssl::x509::X509Req::from_pem(&place.read(name)).expect("a request");
    Request::from_der(&pem.to_der().expect("DER"), Origin::file(name)).expect("a request")
}

/// A folder with an RSA key, which signs the same octets the same way every time.
fn with_key() -> Place {
    let place = Place::new();
    place.ok(["key", "-o", "client.key"]);
    place.write("req.cnf", CONFIG);
    place
}

fn csr(place: &Place, subject: &str, more: &[&str]) -> Ran {
    let mut args = vec![
        "csr",
        "--key",
        "client.key",
        "--subject",
        subject,
        "-o",
        "ours.csr",
        "--force",
    ];
    args.extend(more);
    place.fullcert(args)
}

/// What `openssl req` makes of a slash subject and a list of names, as DER.
fn openssl_csr(place: &Place, subject: &str, names: Option<&str>) -> Vec<u8> {
    let mut args = vec![
        "req",
        "-new",
        "-config",
        "req.cnf",
        "-key",
        "client.key",
        "-utf8",
        "-sha256",
        "-subj",
        subject,
        "-multivalue-rdn",
        "-outform",
        "DER",
        "-out",
        "theirs.der",
    ];
    let extension = names.map(|names| format!("subjectAltName={names}"));
    if let Some(extension) = &extension {
        args.extend(["-addext", extension]);
    }
    let ran = place.run(Command::new("openssl").args(&args));
    assert_eq!(ran.code, 0, "{subject}: {ran:?}");
    place.read("theirs.der")
}

#[test]
fn every_kind_of_key_signs_a_request_others_accept() {
    let place = Place::new();
    for (kind, signature) in [
        ("rsa:2048", "sha256WithRSAEncryption"),
        ("rsa:3072", "sha256WithRSAEncryption"),
        ("rsa:4096", "sha256WithRSAEncryption"),
        ("p256", "ecdsa-with-SHA256"),
        ("p384", "ecdsa-with-SHA384"),
        ("p521", "ecdsa-with-SHA512"),
        ("ed25519", "ED25519"),
    ] {
        let name = kind.replace(':', "");
        let (key, csr) = (format!("{name}.key"), format!("{name}.csr"));
        let ran = place.fullcert([
            "csr",
            "--new-key",
            kind,
            "--key-out",
            &key,
            "--subject",
            "CN=api.acme.example,O=Acme,C=NL",
            "--dns",
            "api.acme.example",
            "-o",
            &csr,
        ]);
        assert_eq!(ran.code, 0, "{ran:?}");
        assert!(
            ran.stdout.contains(&format!("{key}: ")) && ran.stdout.contains(&format!("{csr}: ")),
            "{ran:?}"
        );
        assert!(request(&place, &csr).is_self_consistent());
        if peer("openssl") {
            let judged = place.judge(&format!("openssl req -in {csr} -noout -verify -text"));
            assert!(judged.stdout.contains(signature), "{kind}: {judged:?}");
            let ours = place
                .judge(&format!("openssl req -in {csr} -noout -pubkey"))
                .stdout;
            assert_eq!(
                ours,
                place
                    .judge(&format!("openssl pkey -in {key} -pubout"))
                    .stdout
            );
        }
        if peer("certtool") {
            let judged = place.judge(&format!("certtool --crq-info --infile {csr}"));
            assert!(
                judged.stdout.contains("Self signature: verified"),
                "{kind}: {judged:?}"
            );
        }
        if peer("keytool") {
            let judged = place.judge(&format!("keytool -printcertreq -file {csr}"));
            assert!(
                judged.stdout.contains("CN=api.acme.example, O=Acme, C=NL"),
                "{kind}: {judged:?}"
            );
        }
    }
}

#[test]
fn json_says_what_was_made() {
    let place = Place::new();
    let ran = place.ok([
        "csr",
        "--new-key",
        "p256",
        "--key-out",
        "client.key",
        "--subject",
        "CN=api,C=NL",
        "--dns",
        "api.example",
        "-o",
        "client.csr",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(json["schema"], "fullcert.csr/1");
    assert_eq!(json["files"][0]["path"], "client.key");
    assert_eq!(json["files"][0]["kind"], "key");
    assert_eq!(json["files"][0]["mode"], "0600");
    assert_eq!(json["files"][1]["path"], "client.csr");
    assert_eq!(json["files"][1]["kind"], "request");
    assert_eq!(json["files"][1]["subject"], "CN=api,C=NL");
    assert_eq!(json["files"][1]["sans"][0], "dns:api.example");
    assert_eq!(
        json["files"][1]["sha256"],
        request(&place, "client.csr").sha256()
    );
    assert_eq!(
        json["files"][0]["key"]["spki_sha256"],
        json["files"][1]["key"]["spki_sha256"]
    );
}

#[test]
fn an_encrypted_key_is_opened_with_its_passphrase() {
    let place = Place::new();
    place.write("pass", "secret\n");
    place.write("wrong", "another\n");
    place.ok([
        "key",
        "-t",
        "p256",
        "--passphrase-file",
        "pass",
        "-o",
        "client.key",
    ]);
    let args = [
        "csr",
        "--key",
        "client.key",
        "--subject",
        "CN=x",
        "-o",
        "client.csr",
    ];
    let ran = place.fullcert(args);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("client.key") && ran.stderr.contains("--passphrase-file"),
        "{ran:?}"
    );
    let ran = place.fullcert(args.iter().chain(&["--passphrase-file", "wrong"]));
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("client.key") && ran.stderr.contains("passphrase"),
        "{ran:?}"
    );
    assert!(!place.exists("client.csr"));
    place.ok(args.iter().chain(&["--passphrase-file", "pass"]));
    assert!(request(&place, "client.csr").is_self_consistent());
    // A new key takes the same flags.
    place.ok([
        "csr",
        "--new-key",
        "ed25519",
        "--key-out",
        "new.key",
        "--passphrase-file",
        "pass",
        "--subject",
        "CN=x",
        "-o",
        "new.csr",
    ]);
    assert!(
        place
            .read("new.key")
            .starts_with(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    );
}

#[test]
fn a_key_file_that_holds_something_else_is_called_by_its_name() {
    let place = with_key();
    assert_eq!(csr(&place, "CN=x", &[]).code, 0);
    place.ok(["key", "-t", "p256", "-o", "other.key"]);
    place.write(
        "two.key",
        [place.read("client.key"), place.read("other.key")].concat(),
    );
    place.ok(["ca", "init"]);
    if peer("openssl") {
        place.judge("openssl pkey -in client.key -pubout -out public.pem");
    }
    place.write("empty", "");
    place.write("cut.key", &place.read("client.key")[..600]);
    fs::create_dir(place.path("folder")).expect("a folder");
    for (file, says) in [
        (
            "ours.csr",
            &["ours.csr", "one private key", "a signing request"][..],
        ),
        (
            "ca/root.pem",
            &["ca/root.pem", "one private key", "a certificate"],
        ),
        (
            "public.pem",
            &["public.pem", "one private key", "a public key"],
        ),
        (
            "two.key",
            &[
                "two.key",
                "there are 2",
                "RSA 2048 in block 1",
                "EC P-256 in block 2",
            ],
        ),
        ("empty", &["empty: the file is empty"]),
        ("cut.key", &["cut.key", "END"]),
        ("folder", &["folder: this is a directory"]),
        ("missing.key", &["missing.key: no such file"]),
    ] {
        if !place.exists(file) && file == "public.pem" {
            continue;
        }
        let ran = place.fullcert(["csr", "--key", file, "--subject", "CN=x", "-o", "never.csr"]);
        assert_eq!(ran.code, 2, "{file}: {ran:?}");
        assert!(
            says.iter().all(|part| ran.stderr.contains(part)),
            "{file}: {ran:?}"
        );
        assert!(ran.stderr.contains("\nhint: "), "{file}: {ran:?}");
        assert_eq!(ran.stderr.matches("error:").count(), 1, "{file}: {ran:?}");
        assert!(!place.exists("never.csr"), "{file}");
    }
}

#[test]
fn a_key_from_elsewhere_signs_too() {
    let place = Place::new();
    if !peer("openssl") {
        return;
    }
    for (line, signature) in [
        (
            "openssl genrsa -traditional -out k.pem 2048",
            "sha256WithRSAEncryption",
        ),
        (
            "openssl ecparam -name secp384r1 -genkey -out k.pem",
            "ecdsa-with-SHA384",
        ),
        (
            "openssl ecparam -name secp256k1 -genkey -out k.pem",
            "ecdsa-with-SHA256",
        ),
        ("openssl genpkey -algorithm ed448 -out k.pem", "ED448"),
        (
            "openssl genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048 -out k.pem",
            "rsassaPss",
        ),
    ] {
        place.judge(line);
        let ran = place.fullcert([
            "csr",
            "--key",
            "k.pem",
            "--subject",
            "CN=x",
            "-o",
            "k.csr",
            "-f",
        ]);
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        let judged = place.judge("openssl req -in k.csr -noout -verify -text");
        assert!(judged.stdout.contains(signature), "{line}: {judged:?}");
    }
    place.judge("openssl genpkey -algorithm x25519 -out k.pem");
    let ran = place.fullcert([
        "csr",
        "--key",
        "k.pem",
        "--subject",
        "CN=x",
        "-o",
        "never.csr",
    ]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot sign"), "{ran:?}");
    place.judge("openssl genrsa -out k.pem 1024");
    let ran = place.ok([
        "csr",
        "--key",
        "k.pem",
        "--subject",
        "CN=x",
        "-o",
        "weak.csr",
    ]);
    assert!(ran.stderr.starts_with("warning: RSA 1024"), "{ran:?}");
}

#[test]
fn key_and_request_are_written_both_or_neither() {
    let place = Place::new();
    place.write("there", "precious");
    let new = |key: &str, csr: &str| {
        place.fullcert([
            "csr",
            "--new-key",
            "p256",
            "--key-out",
            key,
            "--subject",
            "CN=x",
            "-o",
            csr,
        ])
    };
    for (key, csr) in [
        ("a.key", "there"),
        ("there", "a.csr"),
        ("a.key", "missing/a.csr"),
        ("missing/a.key", "a.csr"),
        ("a.key", "a.key"),
        ("a.key", "./a.key"),
        ("a.key", "/proc/a.csr"),
        ("/proc/a.key", "a.csr"),
        ("-", "-"),
    ] {
        let ran = new(key, csr);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (2, ""),
            "{key} {csr}: {ran:?}"
        );
        assert!(
            !place.exists("a.key") && !place.exists("a.csr"),
            "{key} {csr}"
        );
        assert_eq!(place.read("there"), b"precious");
        let left = fs::read_dir(place.path(".")).expect("the folder").count();
        assert_eq!(left, 1, "{key} {csr}: something was left behind");
    }
    let ran = new("a.key", "-");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout
            .starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.ends_with("-----END CERTIFICATE REQUEST-----\n"),
        "{ran:?}"
    );
    assert!(place.exists("a.key"));
}

#[test]
fn the_key_being_read_is_never_written_over() {
    let place = with_key();
    let before = place.read("client.key");
    for output in ["client.key", "./client.key"] {
        let ran = place.fullcert([
            "csr",
            "--key",
            "client.key",
            "--subject",
            "CN=x",
            "-o",
            output,
            "--force",
        ]);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("named as an output too"), "{ran:?}");
    }
    assert_eq!(place.read("client.key"), before);
}

#[test]
fn a_key_comes_from_standard_input_too() {
    let place = with_key();
    let program = env!("CARGO_BIN_EXE_fullcert");
    let ran = place.run(Command::new("sh").args([
        "-c",
        &format!("{program} csr --key - --subject CN=x -o piped.csr < client.key"),
    ]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(request(&place, "piped.csr").is_self_consistent());
}
