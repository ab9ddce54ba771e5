//! DER, PKCS#7 and everything that is named rather than read.

use serde_json::{Value, json};

use crate::pile::{issued, kinds, objects, only_file};
use crate::support::{Place, peer};

#[test]
fn der_of_every_kind_is_read() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl x509 -in leaf.crt -outform DER -out c.der");
    place.judge("openssl req -in leaf.csr -outform DER -out r.der");
    place.judge("openssl ec -in leaf.key -outform DER -out k.der");
    for (pem, der) in [("leaf.crt", "c.der"), ("leaf.csr", "r.der")] {
        let file = only_file(&place, &[der]);
        assert_eq!(file["format"], "der");
        assert_eq!(
            file["objects"][0]["sha256"],
            objects(&place, &[pem])[0]["sha256"]
        );
        assert_eq!(file["objects"][0]["block"], Value::Null);
    }
    assert_eq!(objects(&place, &["k.der"])[0]["kind"], "key");
    // One after the other, and with something after the last.
    let pile = [
        place.read("c.der"),
        place.read("k.der"),
        place.read("r.der"),
    ]
    .concat();
    place.write("pile.der", &pile);
    assert_eq!(
        kinds(&objects(&place, &["pile.der"])),
        ["certificate", "key", "request"]
    );
    place.write("tail.der", [&pile, &b"\r\n"[..]].concat());
    let file = only_file(&place, &["tail.der"]);
    assert_eq!(file["objects"].as_array().map(Vec::len), Some(3));
    assert!(
        file["notes"][0]
            .as_str()
            .is_some_and(|note| note.contains("2 bytes after the last object")),
        "{file:#}"
    );
}

#[test]
fn a_first_version_certificate_is_no_request() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    // Without extensions the version is absent: the structure begins as a request's does.
    place.judge("openssl req -new -key leaf.key -subj /CN=old -out old.csr");
    place.judge("openssl x509 -req -in old.csr -signkey leaf.key -out v1.crt");
    assert!(
        place
            .judge("openssl x509 -in v1.crt -noout -text")
            .stdout
            .contains("Version: 1")
    );
    assert_eq!(kinds(&objects(&place, &["v1.crt"])), ["certificate"]);
}

#[test]
fn pkcs7_gives_its_certificates_in_every_encoding() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl crl2pkcs7 -nocrl -certfile leaf.crt -certfile ca.crt -out b.p7b");
    place.judge(
        "openssl crl2pkcs7 -nocrl -certfile leaf.crt -certfile ca.crt -outform DER -out b.p7c",
    );
    // cms -stream writes BER with indefinite lengths, and signs besides.
    place.write("text", "hello");
    place.judge("openssl cms -sign -binary -nodetach -stream -in text -signer leaf.crt -inkey leaf.key -certfile ca.crt -outform DER -out signed.p7m");
    assert!(
        place.read("signed.p7m").starts_with(&[0x30, 0x80]),
        "indefinite lengths"
    );
    place.judge("openssl cms -sign -nodetach -in text -signer leaf.crt -inkey leaf.key -certfile ca.crt -outform PEM -out cms.pem");
    let wanted: Vec<Value> = ["leaf.crt", "ca.crt"]
        .iter()
        .map(|name| objects(&place, &[name])[0]["sha256"].clone())
        .collect();
    for name in ["b.p7b", "b.p7c", "signed.p7m", "cms.pem"] {
        let file = only_file(&place, &[name]);
        assert_eq!(file["format"], "pkcs7", "{name}");
        let mut found: Vec<Value> = file["objects"]
            .as_array()
            .expect("objects")
            .iter()
            .map(|object| object["sha256"].clone())
            .collect();
        // A set: its order is the writer's.
        found.sort_by_key(|sha256| *sha256 != wanted[0]);
        assert_eq!(found, wanted, "{name}");
    }
    place.write(
        "relabelled.pem",
        String::from_utf8(place.read("b.p7b"))
            .expect("PEM")
            .replace("PKCS7", "CERTIFICATE"),
    );
    assert_eq!(
        kinds(&objects(&place, &["relabelled.pem"])),
        ["certificate", "certificate"]
    );
}

#[test]
fn pkcs7_gives_its_revocation_lists_and_says_when_it_has_nothing() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write(
        "ca.cnf",
        "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=10\n",
    );
    place.write("index.txt", "");
    place.judge("openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -out list.crl");
    place.judge("openssl crl2pkcs7 -in list.crl -certfile ca.crt -out both.p7b");
    assert_eq!(
        kinds(&objects(&place, &["both.p7b"])),
        ["certificate", "crl"]
    );
    place.judge("openssl crl2pkcs7 -nocrl -out empty.p7b");
    let file = only_file(&place, &["empty.p7b"]);
    assert_eq!(file["objects"], json!([]));
    assert!(
        file["notes"][0]
            .as_str()
            .is_some_and(|note| note.contains("holds no certificates")),
        "{file:#}"
    );
    place.write("text", "hello");
    place.judge("openssl cms -encrypt -in text -outform DER -out secret.p7m leaf.crt");
    assert_eq!(
        only_file(&place, &["secret.p7m"])["error"]["code"],
        "keystore-format-wrong"
    );
}

#[test]
fn keytool_and_gnutls_files_are_read() {
    let place = Place::new();
    if peer("keytool") {
        place.judge("keytool -genkeypair -alias a -keyalg EC -groupname secp256r1 -keystore k.p12 -storetype PKCS12 -storepass secret -dname 'CN=java,O=Acme'");
        place.judge("keytool -certreq -alias a -keystore k.p12 -storepass secret -file java.csr");
        place.judge(
            "keytool -exportcert -rfc -alias a -keystore k.p12 -storepass secret -file java.pem",
        );
        place
            .judge("keytool -exportcert -alias a -keystore k.p12 -storepass secret -file java.cer");
        assert_eq!(kinds(&objects(&place, &["java.csr"])), ["request"]);
        let pem = &objects(&place, &["java.pem"])[0];
        assert_eq!(pem["subject"], "CN=java,O=Acme");
        assert_eq!(objects(&place, &["java.cer"])[0]["sha256"], pem["sha256"]);
        let text = String::from_utf8(place.read("java.csr")).expect("PEM");
        assert!(
            text.contains("BEGIN NEW CERTIFICATE REQUEST"),
            "keytool's own label: {text}"
        );
    }
    if peer("certtool") {
        place.write("t.cfg", "cn = gnu\nca\nexpiration_days = 9\n");
        place.judge("certtool --generate-privkey --key-type ed25519 --outfile g.key");
        // With the text dump that certtool writes before the block.
        place.judge(
            "certtool --generate-self-signed --load-privkey g.key --template t.cfg --outfile g.crt",
        );
        let listed = &objects(&place, &["g.crt"])[0];
        assert_eq!(
            (&listed["subject"], &listed["self_signed"]),
            (&json!("CN=gnu"), &json!(true))
        );
    }
}

#[test]
fn what_is_not_read_is_named() {
    let place = Place::new();
    let bks = [
        &[0, 0, 0, 2, 0, 0, 0, 20][..],
        &[7; 20],
        &[0, 0, 4, 0],
        &[1, 0, 2],
        b"me",
        &[0; 40],
    ]
    .concat();
    let uber = [
        &[0, 0, 0, 1, 0, 0, 0, 20][..],
        &[7; 20],
        &[0, 0, 4, 0],
        &[0x9c; 60],
    ]
    .concat();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("BKS keystore", bks),
        ("UBER keystore", uber),
        ("an HTML page", b"\n <!DOCTYPE html><html><body>Sign in</body></html>".to_vec()),
        ("an HTML page", b"<HTML><head></head></HTML>".to_vec()),
        ("an XML document", b"<?xml version='1.0'?><EntityDescriptor/>".to_vec()),
        ("a JSON document", b"{\"errors\": [\"permission denied\"]}".to_vec()),
        ("a JSON Web Key", b"{\"kty\": \"EC\", \"crv\": \"P-256\"}".to_vec()),
        ("a gzip archive", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
        ("a PDF document", b"%PDF-1.7\n%\xe2\xe3".to_vec()),
        ("an OpenSSH public key", b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@here\n".to_vec()),
        ("a PuTTY private key", b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n".to_vec()),
        ("a Microsoft PVK private key", b"\x1e\xf1\xb5\xb0\0\0\0\0\x01\0\0\0".to_vec()),
        ("a PGP block", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENB==\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n".to_vec()),
        ("an OpenSSH private key", b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n".to_vec()),
        ("an SSH public key", b"---- BEGIN SSH2 PUBLIC KEY ----\nComment: x\nAAAA\n---- END SSH2 PUBLIC KEY ----\n".to_vec()),
        ("printed as text", b"Certificate:\n    Data:\n        Version: 3 (0x2)\n".to_vec()),
        ("a mail message", b"MIME-Version: 1.0\nContent-Type: multipart/mixed\n".to_vec()),
    ];
    for (name, bytes) in cases {
        place.write("file", bytes);
        let file = only_file(&place, &["file"]);
        let error = &file["error"];
        assert_eq!(error["code"], "keystore-format-wrong", "{name}: {file:#}");
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|message| message.contains(name)),
            "{name}: {error:#}"
        );
        assert!(
            error["hint"].as_str().is_some_and(|hint| hint.len() > 10),
            "{name}: {error:#}"
        );
    }
}

#[test]
fn what_nobody_knows_is_said_to_be_unknown() {
    let place = Place::new();
    for (bytes, told) in [
        (
            &b"hello, this is no certificate\n"[..],
            "it looks like plain text",
        ),
        (&[0x80, 0x01, 0x02, 0xff][..], "nothing known is in it"),
        (
            b"0123456789 is text, though it begins as DER does\n",
            "it looks like plain text",
        ),
        (
            b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaA==\n",
            "base64 of something unknown",
        ),
        (
            b"-----BEGIN DH PARAMETERS-----\nMAYCAQsCAQI=\n-----END DH PARAMETERS-----\n",
            "domain parameters",
        ),
    ] {
        place.write("file", bytes);
        let file = only_file(&place, &["file"]);
        assert_eq!(file["error"]["code"], "format-unknown", "{file:#}");
        let message = file["error"]["message"].as_str().expect("a message");
        assert!(message.contains(told), "{told}: {message}");
    }
}
