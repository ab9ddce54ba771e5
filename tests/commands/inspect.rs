//! `fullcert inspect`: what a person and a program are told about files.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::pile::{issued, kinds, objects, only_file};
use crate::support::{Place, peer};

#[test]
fn a_certificate_is_told_whole() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let ran = place.line("inspect leaf.crt");
    assert_eq!(ran.code, 0, "{ran:?}");
    for told in [
        "leaf.crt: PEM, 1 object",
        "1. certificate",
        "subject    CN=api.acme.example,O=Acme,C=NL",
        "issuer     CN=Acme Root,O=Acme\\, Inc",
        "expires in 20 days",
        "dns:api.acme.example, ip:192.0.2.7, email:ops@acme.example, uri:https://acme.example/x",
        "clientAuth",
        "EC P-256",
        "0a1b2c",
    ] {
        assert!(
            ran.stdout.contains(told),
            "{told} is missing: {}",
            ran.stdout
        );
    }
    let fingerprint = place.judge("openssl x509 -in leaf.crt -noout -fingerprint -sha256");
    let fingerprint = fingerprint
        .stdout
        .trim()
        .rsplit('=')
        .next()
        .expect("a fingerprint")
        .replace(':', "")
        .to_lowercase();
    assert!(ran.stdout.contains(&fingerprint), "{}", ran.stdout);
}

#[test]
fn json_keeps_its_contract() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write(
        "all.pem",
        [
            place.read("leaf.key"),
            place.read("leaf.crt"),
            place.read("ca.crt"),
        ]
        .concat(),
    );
    let ran = place.line("inspect --format json all.pem");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    let listing: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(listing["schema"], "fullcert.inspect/1");
    let file = &listing["files"][0];
    assert_eq!(file["path"], "all.pem");
    assert_eq!(file["format"], "pem");
    assert_eq!(file["integrity"], "none");
    assert_eq!(file["error"], Value::Null);
    let objects = file["objects"].as_array().expect("objects");
    assert_eq!(kinds(objects), ["key", "certificate", "certificate"]);
    assert_eq!(objects[0]["pairs_with"], json!([1]));
    assert_eq!(objects[1]["pairs_with"], json!([0]));
    assert_eq!(objects[2]["pairs_with"], json!([]));
    let leaf = &objects[1];
    assert_eq!(leaf["alias"], Value::Null);
    assert_eq!(leaf["serial"], "0a1b2c");
    assert_eq!(leaf["subject"], "CN=api.acme.example,O=Acme,C=NL");
    assert_eq!(leaf["eku"], json!(["serverAuth", "clientAuth"]));
    assert_eq!(leaf["ca"], false);
    assert_eq!(objects[2]["ca"], true);
    assert_eq!(objects[2]["self_signed"], true);
    assert_eq!(leaf["key"]["type"], "ec");
    assert_eq!(leaf["key"]["bits"], 256);
    assert_eq!(leaf["key"]["curve"], "prime256v1");
    assert_eq!(leaf["key"]["spki_sha256"], objects[0]["key"]["spki_sha256"]);
    assert_eq!(
        leaf["sans"],
        json!([
            "dns:api.acme.example",
            "ip:192.0.2.7",
            "email:ops@acme.example",
            "uri:https://acme.example/x"
        ])
    );
    let dates = place.judge("openssl x509 -in leaf.crt -noout -enddate -dateopt iso_8601");
    let end = dates
        .stdout
        .trim()
        .replace("notAfter=", "")
        .replace(' ', "T");
    assert_eq!(leaf["not_after"], end);
}

#[test]
fn keys_find_their_certificates_across_files() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let ran = place.line("inspect leaf.key ca.crt leaf.crt leaf.csr");
    assert!(
        ran.stdout.contains("belongs to certificate 1 of leaf.crt"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("belongs to request 1 of leaf.csr"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("its private key is key 1 of leaf.key"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("of ca.crt"), "{}", ran.stdout);
    let ran = place.line("inspect --format json ca.crt leaf.key leaf.crt");
    let listing: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        listing["files"][1]["objects"][0]["pairs_with_files"],
        json!([{"path": "leaf.crt", "object": 0}])
    );
    assert_eq!(
        listing["files"][0]["objects"][0]["pairs_with_files"],
        json!([])
    );
}

#[test]
fn a_key_pairs_whatever_its_public_half_is_encoded_as() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl ec -in leaf.key -pubout -conv_form compressed -out compressed.pem");
    place.judge("openssl ec -in leaf.key -pubout -param_enc explicit -out explicit.pem");
    let ran = place.line("inspect leaf.key compressed.pem explicit.pem");
    assert!(
        ran.stdout
            .contains("belongs to public-key 1 of compressed.pem"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("belongs to public-key 1 of explicit.pem"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_has_ended_or_not_begun_is_said() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial.txt\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\n");
    place.write("index.txt", "");
    place.write("serial.txt", "05\n");
    for (name, dates, told) in [
        (
            "past",
            "-startdate 20200101000000Z -enddate 20210101000000Z",
            "expired ",
        ),
        (
            "later",
            "-startdate 20900101000000Z -enddate 20910101000000Z",
            "not valid yet: begins in ",
        ),
        ("soon", "-days 7", "expires in 7 days"),
    ] {
        place.judge(&format!(
            "openssl ca -batch -config ca.cnf -in leaf.csr -out {name}.crt -notext {dates} -keyfile ca.key -cert ca.crt -outdir ."
        ));
        let ran = place.line(&format!("inspect {name}.crt"));
        assert!(ran.stdout.contains(told), "{}", ran.stdout);
    }
    let ran = place.line("inspect past.crt");
    assert!(ran.stdout.contains(" years ago"), "{}", ran.stdout);
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("bad.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n");
    let ran = place.line("inspect bad.pem leaf.crt missing.pem");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stdout.contains("api.acme.example"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("bad.pem"), "{}", ran.stdout);
    assert!(
        ran.stderr
            .contains("error: bad.pem, block 1 (line 1): the PEM block is damaged"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("error: missing.pem: no such file"),
        "{}",
        ran.stderr
    );
    let ran = place.line("inspect --format json bad.pem leaf.crt missing.pem");
    assert_eq!((ran.code, ran.stderr.as_str()), (2, ""), "{ran:?}");
    let listing: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(listing["files"][0]["error"]["code"], "pem-malformed");
    assert!(listing["files"][0]["error"]["hint"].is_string());
    assert_eq!(listing["files"][0]["objects"], json!([]));
    assert_eq!(listing["files"][1]["objects"][0]["kind"], "certificate");
    assert_eq!(listing["files"][2]["error"]["code"], "file-not-found");
}

#[test]
fn a_request_is_told_and_its_signature_checked() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let request = &objects(&place, &["leaf.csr"])[0];
    assert_eq!(request["kind"], "request");
    assert_eq!(request["signature_valid"], true);
    assert_eq!(request["subject"], "CN=api.acme.example,O=Acme,C=NL");
    assert_eq!(request["issuer"], Value::Null);
    assert_eq!(request["sans"][0], "dns:api.acme.example");
    // The last byte of the DER is of the signature.
    place.judge("openssl req -in leaf.csr -outform DER -out leaf.csr.der");
    let mut der = place.read("leaf.csr.der");
    *der.last_mut().expect("bytes") ^= 1;
    place.write("forged.csr", der);
    assert_eq!(
        objects(&place, &["forged.csr"])[0]["signature_valid"],
        false
    );
    let ran = place.line("inspect forged.csr");
    assert!(
        ran.stdout.contains("wrong: not made by the key it carries"),
        "{}",
        ran.stdout
    );
}

#[test]
fn locked_keys_are_listed_opened_or_refused() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("right", "correct horse\n");
    place.write("wrong", "correct house\n");
    place.judge("openssl pkcs8 -topk8 -in leaf.key -passout file:right -out locked.key -v2 aes-256-cbc -iter 3000");
    let ran = place.line("inspect locked.key leaf.crt");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("private key, locked"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("AES-256-CBC, PBKDF2 with hmacWithSHA256, 3000 iterations"),
        "{}",
        ran.stdout
    );
    let key = &objects(&place, &["locked.key"])[0];
    assert_eq!(
        (&key["kind"], &key["locked"]),
        (&json!("key"), &json!(true))
    );
    assert_eq!(key["encryption"]["iterations"], 3000);
    // Either flag opens a key; the passphrase's own wins.
    for flags in [
        &["--passphrase-file", "right"][..],
        &["--password-file", "right"],
        &["--password-file", "wrong", "--passphrase-file", "right"],
    ] {
        let mut arguments = vec!["locked.key"];
        arguments.extend(flags);
        let key = &objects(&place, &arguments)[0];
        assert_eq!(
            (&key["locked"], &key["key"]["type"]),
            (&json!(false), &json!("ec")),
            "{flags:?}"
        );
    }
    let ran = place.line("inspect locked.key leaf.crt --passphrase-file right");
    assert!(
        ran.stdout.contains("belongs to certificate 1 of leaf.crt"),
        "{}",
        ran.stdout
    );
    let file = only_file(&place, &["locked.key", "--passphrase-file", "wrong"]);
    assert_eq!(file["error"]["code"], "key-passphrase-wrong");
    let ran = place.line("inspect locked.key --passphrase-env NO_SUCH_VARIABLE");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("NO_SUCH_VARIABLE"), "{}", ran.stderr);
}

#[test]
fn a_file_comes_from_standard_input() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let ran = place.run(
        Command::new("sh")
            .arg("-c")
            .arg("\"$0\" inspect - < leaf.crt")
            .arg(env!("CARGO_BIN_EXE_fullcert"))
            .stdin(Stdio::null()),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.stdout.starts_with("standard input: PEM, 1 object"),
        "{}",
        ran.stdout
    );
}

#[test]
fn every_kind_of_key_has_a_name() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    for (algorithm, told, kind) in [
        ("RSA -pkeyopt rsa_keygen_bits:1024", "RSA 1024", "rsa"),
        (
            "RSA-PSS -pkeyopt rsa_keygen_bits:1024",
            "RSA-PSS 1024",
            "rsa-pss",
        ),
        ("EC -pkeyopt ec_paramgen_curve:P-384", "EC P-384", "ec"),
        ("EC -pkeyopt ec_paramgen_curve:P-521", "EC P-521", "ec"),
        (
            "EC -pkeyopt ec_paramgen_curve:secp256k1",
            "EC secp256k1",
            "ec",
        ),
        (
            "EC -pkeyopt ec_paramgen_curve:brainpoolP320r1",
            "EC brainpoolP320r1",
            "ec",
        ),
        ("ED25519", "Ed25519", "ed25519"),
        ("ED448", "Ed448", "ed448"),
        ("X25519", "X25519", "x25519"),
    ] {
        place.judge(&format!(
            "openssl genpkey -quiet -algorithm {algorithm} -out k.pem"
        ));
        let ran = place.line("inspect k.pem");
        assert!(
            ran.stdout.contains(&format!("key        {told}\n")),
            "{told}: {ran:?}"
        );
        assert_eq!(objects(&place, &["k.pem"])[0]["key"]["type"], kind);
    }
}

#[test]
fn a_revocation_list_is_told() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number.txt\ndefault_md=sha256\ndefault_crl_days=10\n");
    place.write("index.txt", "R\t400101000000Z\t261101000000Z\t05\tunknown\t/CN=a\nR\t400101000000Z\t261101000000Z\t06\tunknown\t/CN=b\n");
    place.write("number.txt", "01\n");
    place.judge("openssl ca -config ca.cnf -gencrl -keyfile ca.key -cert ca.crt -out list.crl");
    let list = &objects(&place, &["list.crl"])[0];
    assert_eq!(list["kind"], "crl");
    assert_eq!(list["issuer"], "CN=Acme Root,O=Acme\\, Inc");
    assert_eq!(list["revoked"], 2);
    place.judge("openssl crl -in list.crl -outform DER -out list.der");
    assert_eq!(objects(&place, &["list.der"])[0]["sha256"], list["sha256"]);
    let ran = place.line("inspect list.crl");
    assert!(
        ran.stdout.contains("revoked    2 certificates"),
        "{}",
        ran.stdout
    );
}

#[test]
fn nothing_in_a_name_drives_the_terminal() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.judge("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k -out c.crt -utf8 -subj '/CN=evil\u{1b}[2Jname\u{202e}'");
    let ran = place.line("inspect c.crt");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        !ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{202e}'),
        "{:?}",
        ran.stdout
    );
    assert!(ran.stdout.contains("evil\\1B[2Jname"), "{}", ran.stdout);
}

#[test]
fn a_keystore_tells_how_it_is_protected_and_without_its_password_what_it_can() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("pw", "secret\n");
    place.judge("openssl pkcs12 -export -inkey leaf.key -in leaf.crt -certfile ca.crt -name me -passout file:pw -out me.p12");
    let file = only_file(&place, &["me.p12", "--password-file", "pw"]);
    assert_eq!(
        (&file["format"], &file["integrity"]),
        (&json!("pkcs12"), &json!("verified"))
    );
    assert_eq!(file["mac"]["scheme"], "HMAC");
    assert_eq!(file["mac"]["iterations"], 2048);
    assert_eq!(file["safes"][0]["cipher"], "AES-256-CBC");
    let ran = place.line("inspect me.p12 leaf.crt --password-file pw");
    assert!(ran.stdout.contains("private key \"me\""), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("belongs to certificate 1 of leaf.crt"),
        "{}",
        ran.stdout
    );
    let ran = place.line("inspect me.p12 leaf.crt");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr
            .contains("me.p12: the PKCS#12 keystore needs a password"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("--password-file"), "{}", ran.stderr);
    assert!(ran.stdout.contains("leaf.crt: PEM"), "{}", ran.stdout);
    if !peer("keytool") {
        return;
    }
    place.judge("keytool -importkeystore -noprompt -srckeystore me.p12 -srcstoretype PKCS12 -srcstorepass secret -destkeystore me.jks -deststoretype jks -deststorepass secret");
    let file = only_file(&place, &["me.jks"]);
    assert_eq!(
        (&file["format"], &file["integrity"]),
        (&json!("jks"), &json!("unchecked"))
    );
    let listed = file["objects"].as_array().expect("objects");
    assert_eq!(kinds(listed), ["key", "certificate", "certificate"]);
    assert_eq!(
        (&listed[0]["alias"], &listed[0]["locked"]),
        (&json!("me"), &json!(true))
    );
    let ran = place.line("inspect me.jks");
    assert!(
        ran.stdout.contains("integrity not checked"),
        "{}",
        ran.stdout
    );
    let file = only_file(&place, &["me.jks", "--password-file", "pw"]);
    assert_eq!(file["integrity"], "verified");
    assert_eq!(file["objects"][0]["pairs_with"], json!([1]));
}
