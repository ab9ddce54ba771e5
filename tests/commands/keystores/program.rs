//! The commands that write and convert keystores, as a user runs them.

use serde_json::Value;

use crate::support::{Place, peer};

use super::pki::{self, Pki, assert_holds, open, pkcs8, pki};
use super::read_java::java;

const PASSWORD: &str = "changeit";

/// A folder with an identity's files and a password.
fn place(kind: &str) -> (Place, Pki) {
    let place = Place::new();
    let pki = pki(kind);
    pki.lay_out(&place);
    place.write("pw", PASSWORD);
    place.write("own", "keypass");
    (place, pki)
}

fn ok(place: &Place, line: &str) -> String {
    let ran = place.line(line);
    assert_eq!(ran.code, 0, "{line}: {ran:?}");
    ran.stdout + &ran.stderr
}

fn refused(place: &Place, line: &str, because: &str) {
    let ran = place.line(line);
    assert_eq!(ran.code, 2, "{line}: {ran:?}");
    assert!(ran.stderr.contains(because), "{line}: {ran:?}");
}

#[cfg(unix)]
fn mode(place: &Place, name: &str) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(place.path(name))
        .unwrap()
        .permissions()
        .mode()
        & 0o077
}

#[test]
fn bundle_writes_each_part_in_its_place() {
    let (place, pki) = place("rsa");
    let told = ok(
        &place,
        "bundle chain.pem key.pem leaf.pem root.pem --password-file pw -o full.pem -o chain-only.crt -o chain:c.pem -o leaf:l.pem -o key:k.pem -o leaf.der -o k.pk8 -o all.p7b -o a.p12 -o a.jks -o a.jceks",
    );
    assert!(told.contains("key, leaf and 1 intermediate"), "{told}");
    let certificates = |name: &str| {
        let decoded = open(&place.read(name), None).unwrap();
        pki::certificates(&decoded).len()
    };
    assert_eq!(
        ["c.pem", "l.pem", "leaf.der", "all.p7b", "chain-only.crt"].map(certificates),
        [2, 1, 1, 2, 1]
    );
    assert_eq!(place.read("k.pk8"), pkcs8(pki.identity.key()));
    assert_eq!(place.read("leaf.der"), pki.identity.leaf().der());
    for name in ["full.pem", "a.p12", "a.jks", "a.jceks"] {
        assert_holds(
            &open(&place.read(name), Some(PASSWORD)).unwrap(),
            &pki.identity,
            name,
        );
        #[cfg(unix)]
        assert_eq!(mode(&place, name), 0, "{name}");
    }
    for name in ["k.pem", "k.pk8"] {
        #[cfg(unix)]
        assert_eq!(mode(&place, name), 0, "{name}");
    }
    #[cfg(unix)]
    assert_ne!(mode(&place, "c.pem"), 0);
    // A name that everybody takes for a part gets that part, and never a key.
    let other = Place::new();
    for name in ["key.pem", "leaf.pem", "chain.pem"] {
        other.write(&format!("in-{name}"), place.read(name));
    }
    ok(
        &other,
        "bundle in-key.pem in-leaf.pem in-chain.pem -o chain.pem -o leaf.pem -o key.pem",
    );
    assert!(
        !String::from_utf8(other.read("chain.pem"))
            .unwrap()
            .contains("PRIVATE")
    );
    assert!(
        !String::from_utf8(other.read("key.pem"))
            .unwrap()
            .contains("CERTIFICATE")
    );
}

#[test]
fn bundle_locks_and_shapes_as_asked() {
    if !peer("openssl") {
        return;
    }
    let (place, pki) = place("p256");
    let all = "key.pem leaf.pem chain.pem root.pem --password-file pw --force";
    ok(
        &place,
        &format!("bundle {all} --encrypt-key --key-password-file own -o out.pem -o out.jks"),
    );
    let text = String::from_utf8(place.read("out.pem")).unwrap();
    assert!(
        text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"),
        "{text}"
    );
    place.judge("openssl pkey -in out.pem -passin file:own -noout");
    let jks = pki::open_with(&place.read("out.jks"), Some(PASSWORD), Some("keypass")).unwrap();
    assert_holds(&jks, &pki.identity, "a key password");
    for (flags, cipher, scheme, iterations) in [
        ("", "AES-256-CBC", "HMAC", 10_000),
        ("--p12-profile legacy", "DES-EDE3-CBC", "HMAC", 2_048),
        (
            "--p12-profile pbmac1 --iterations 20000",
            "AES-256-CBC",
            "PBMAC1",
            20_000,
        ),
    ] {
        ok(&place, &format!("bundle {all} -o out.p12 {flags}"));
        let decoded = open(&place.read("out.p12"), Some(PASSWORD)).unwrap();
        let mac = decoded.mac.as_ref().expect("a MAC");
        assert_eq!(
            (mac.scheme.as_str(), mac.iterations),
            (scheme, Some(iterations))
        );
        assert_eq!(decoded.safes[0].cipher, cipher);
        assert_eq!(decoded.safes[0].iterations, Some(iterations));
    }
    let told = ok(
        &place,
        &format!("bundle {all} --include-root -o rooted.pem"),
    );
    assert!(!told.contains("left out"), "{told}");
    let decoded = open(&place.read("rooted.pem"), None).unwrap();
    assert_eq!(pki::certificates(&decoded).last().unwrap().1, &pki.root);
    let told = ok(
        &place,
        "bundle key.pem leaf.pem chain.pem --include-root -o rooted.pem --force",
    );
    assert!(told.contains("it is not included"), "{told}");
    refused(
        &place,
        "bundle key.pem leaf.pem -o a.p12 --encrypt-key",
        "--encrypt-key",
    );
    refused(
        &place,
        "bundle key.pem leaf.pem -o a.p12 --key-password-file own",
        "for the key alone",
    );
    refused(
        &place,
        "bundle key.pem leaf.pem -o a.p12 --iterations 10",
        "10",
    );
}

#[test]
fn salesforce_is_given_what_it_imports() {
    let (place, pki) = place("rsa");
    let all = "key.pem leaf.pem chain.pem root.pem --password-file pw --force --for salesforce";
    ok(&place, &format!("bundle {all} -o sf.jks"));
    let decoded = open(&place.read("sf.jks"), Some(PASSWORD)).unwrap();
    assert_holds(&decoded, &pki.identity, "salesforce");
    assert_eq!(pki::keys(&decoded)[0].0, Some("client_rsa"));
    refused(&place, &format!("bundle {all} -o sf.p12"), "imports a JKS");
    refused(
        &place,
        &format!("bundle {all} -o sf.jks --alias api.example"),
        "API name",
    );
    refused(
        &place,
        &format!("bundle {all} -o sf.jks --key-password-file own"),
        "own password",
    );
    let (place, _) = self::place("p256");
    refused(&place, &format!("bundle {all} -o sf.jks"), "RSA");
}

#[test]
fn a_truststore_is_trusted_by_java_and_openssl() {
    if !peer("openssl") {
        return;
    }
    let (place, pki) = place("p256");
    let other = pki::pki("p256");
    place.write("other.der", other.root.der());
    // The same root twice, another as DER, and a key that is no anchor.
    let told = ok(
        &place,
        "truststore root.pem other.der root.pem key.pem -o t.p12 -o t.jks -o t.jceks -o t.pem -o t.p7b --password-file pw --force",
    );
    assert!(told.contains("2 certificates to trust"), "{told}");
    assert!(told.contains("a private key"), "{told}");
    let mut names = Vec::new();
    for name in ["t.p12", "t.jks", "t.jceks"] {
        let decoded = open(&place.read(name), Some(PASSWORD)).unwrap();
        assert!(
            decoded.objects.iter().all(|object| object.trusted),
            "{name}"
        );
        names.push(
            decoded
                .objects
                .iter()
                .map(|object| object.alias.clone().unwrap())
                .collect::<Vec<_>>(),
        );
    }
    let listed = ok(&place, "inspect t.p12 --password-file pw");
    assert!(listed.contains("trusted    yes"), "{listed}");
    // Readable, and the same in every format.
    assert!(names[0][0].starts_with("root-"), "{names:?}");
    assert!(names.iter().all(|each| *each == names[0]), "{names:?}");
    place.judge("openssl verify -CAfile t.pem -untrusted chain.pem leaf.pem");
    if peer("java") {
        let text = java(
            &place,
            &[
                "read", "t.p12", "PKCS12", PASSWORD, PASSWORD, "t.jks", "JKS", PASSWORD, PASSWORD,
            ],
        );
        assert_eq!(text.matches(" trusted root-").count(), 4, "{text}");
        assert_eq!(text.matches(pki.root.sha256()).count(), 2, "{text}");
    }
    // Names are kept from one truststore to the next, and an intermediate or a leaf is doubted.
    let ran = place.line("truststore t.jks chain.pem leaf.pem -o u.p12 --password-file pw --in-password-file pw --format json");
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["schema"], "fullcert.truststore/1");
    assert_eq!(told["entries"][0]["alias"], names[0][0]);
    let codes: Vec<_> = told["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|w| w["code"].clone())
        .collect();
    assert_eq!(codes, ["anchor-not-a-root", "anchor-not-a-ca"]);
    refused(&place, "truststore key.pem -o no.pem", "no certificate");
    refused(
        &place,
        "truststore root.pem -o a.pk8",
        "not written as pkcs8",
    );
}

#[test]
fn the_roots_of_the_machine_and_of_java_come_along() {
    let (place, _) = place("p256");
    if std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
        ok(
            &place,
            "truststore --from-system root.pem -o s.jks -o s.pem --password-file pw --force",
        );
        let decoded = open(&place.read("s.jks"), Some(PASSWORD)).unwrap();
        assert!(decoded.objects.len() > 50, "{}", decoded.objects.len());
        // Twice the same, whatever order the machine lists them in.
        let first = place.read("s.pem");
        ok(&place, "truststore --from-system root.pem -o s.pem --force");
        assert!(first == place.read("s.pem"));
    }
    if peer("keytool") {
        place.judge("keytool -importcert -noprompt -alias mine -file root.pem -keystore cacerts -storetype JKS -storepass changeit");
        ok(
            &place,
            "truststore --from-java=cacerts -o j.p12 --password-file pw",
        );
        let decoded = open(&place.read("j.p12"), Some(PASSWORD)).unwrap();
        assert_eq!(decoded.objects[0].alias.as_deref(), Some("mine"));
    }
    refused(
        &place,
        "truststore --from-java=out -o j.pem",
        "no such file",
    );
}

#[test]
fn converting_there_and_back_loses_nothing() {
    for kind in ["rsa", "p256", "ed25519"] {
        let (place, pki) = place(kind);
        ok(
            &place,
            "bundle key.pem leaf.pem chain.pem --alias mine --password-file pw -o 0.p12",
        );
        let passwords = "--password-file pw --in-password-file pw --force";
        for (from, to) in [
            ("0.p12", "1.jks"),
            ("1.jks", "2.jceks"),
            ("2.jceks", "3.p12"),
            ("3.p12", "4.pem"),
            ("4.pem", "5.jks"),
            ("5.jks", "6.pem"),
        ] {
            ok(&place, &format!("convert {from} -o {to} {passwords}"));
            let decoded = open(&place.read(to), Some(PASSWORD)).unwrap();
            assert_holds(&decoded, &pki.identity, to);
            if to < "4" {
                assert_eq!(pki::keys(&decoded)[0].0, Some("mine"), "{to}");
            }
        }
        assert_eq!(place.read("4.pem"), place.read("6.pem"));
    }
}

#[test]
fn convert_says_what_it_loses() {
    if !peer("openssl") {
        return;
    }
    let (place, pki) = place("p256");
    if peer("java") {
        java(&place, &["make"]);
        let passwords = "--in-password-file store --password-file pw --force";
        place.write("store", "storepass");
        // One key has a password of its own, which nobody gives: nothing is written without it.
        refused(
            &place,
            &format!("convert jceks -o p12:x.p12 {passwords}"),
            "--in-key-password-file",
        );
        assert!(!place.exists("x.p12"));
        let told = ok(
            &place,
            &format!("convert jceks -o p12:x.p12 {passwords} --in-key-password-file own"),
        );
        assert!(told.contains("2 private keys, 5 certificates"), "{told}");
        let told = ok(&place, &format!("convert new.p12 -o x.jks {passwords}"));
        assert!(told.contains("secret keys (aes)"), "{told}");
        let decoded = open(&place.read("x.jks"), Some(PASSWORD)).unwrap();
        assert_eq!(pki::keys(&decoded).len(), 2);
        assert!(
            decoded
                .objects
                .iter()
                .any(|object| object.trusted && object.alias.as_deref() == Some("anchor")),
            "{decoded:?}"
        );
        let told = ok(
            &place,
            "convert x.jks -o x.pem --in-password-file pw --force",
        );
        for lost in [
            "names (first, second, anchor)",
            "dates",
            "1 certificate as trusted",
        ] {
            assert!(told.contains(lost), "{lost}: {told}");
        }
    }
    let told = ok(&place, "convert root.pem -o r.der");
    assert!(told.contains("1 certificate"), "{told}");
    assert_eq!(place.read("r.der"), pki.root.der());
    ok(&place, "convert r.der -o r.p7b");
    ok(&place, "convert key.pem -o key.pk8");
    assert_eq!(place.read("key.pk8"), pkcs8(pki.identity.key()));
    ok(
        &place,
        "convert key.pk8 -o pem:again.pem --encrypt-key --password-file pw",
    );
    place.judge("openssl pkey -in again.pem -passin file:pw -noout");
    refused(
        &place,
        "convert key.pem -o a.jks --password-file pw",
        "without its certificate",
    );
    refused(&place, "convert whole.pem -o a.der", "exactly one");
    refused(
        &place,
        "convert whole.pem -o whole.pem --force",
        "whole.pem",
    );
    let ran = place.line("convert whole.pem -o whole.jks --password-file pw --format json");
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(told["schema"], "fullcert.convert/1");
    assert_eq!(told["output"]["entries"], 2);
    assert_eq!(told["warnings"][0]["code"], "now-trusted");
}
