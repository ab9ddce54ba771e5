//! Piles that do not make one identity, or make one that will be refused.

use super::{CA, CLIENT, Pile, WHOLE, json};
use crate::support::peer;

#[test]
fn what_is_missing_or_does_not_match_is_named() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    pile.key("other");
    let told = pile.refused("client.crt outer.crt -o out.pem");
    assert!(
        told.contains("no private key in client.crt, outer.crt"),
        "{told}"
    );
    let told = pile.refused("client.key client.csr -o out.pem");
    assert!(
        told.contains("no certificate in client.key, client.csr"),
        "{told}"
    );
    let told = pile.refused("other.key outer.crt root.crt client.crt -o out.pem");
    assert!(
        told.contains("other.key") && told.contains("client.crt"),
        "{told}"
    );
    pile.issue("other", "/CN=other.example", "outer", CLIENT);
    let both = "other.key client.key other.crt client.crt outer.crt inner.crt -o out.pem";
    let told = pile.refused(both);
    for part in [
        "other.crt",
        "client.crt",
        "CN=other.example",
        "--leaf",
        "--key",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    pile.bundled(&format!("{both} --leaf other.crt"));
    assert_eq!(pile.subjects("out.pem")[0], "CN = other.example");
    pile.bundled(&format!("{both} --key client.key --force"));
    assert_eq!(pile.subjects("out.pem")[0], WHOLE[0]);
}

#[test]
fn a_gap_is_a_warning_with_the_way_to_close_it() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let told = pile.bundled("client.key client.crt inner.crt root.crt -o out.pem");
    for part in [
        "warning: ",
        "CN=Test Outer is missing",
        "client.crt",
        "ask the CA",
    ] {
        assert!(told.stderr.contains(part), "{part}: {told:?}");
    }
    assert_eq!(pile.subjects("out.pem"), WHOLE[..1]);
    let aia = format!("{CA}authorityInfoAccess=caIssuers;URI:http://pki.example/inner.p7c\n");
    pile.issue("outer", "/CN=Test Outer", "inner", &aia);
    let told = pile.bundled("client.key client.crt outer.crt root.crt -o out.pem --force");
    for part in [
        "CN=Test Inner is missing, which issued CN=Test Outer in outer.crt",
        "curl -o issuer.crt http://pki.example/inner.p7c",
    ] {
        assert!(told.stderr.contains(part), "{part}: {told:?}");
    }
    let told =
        json(&pile.bundled("client.key client.crt outer.crt -o out.pem --force --format json"));
    assert_eq!(told["complete"], false);
    assert_eq!(told["gap"]["missing"], "CN=Test Inner");
    assert_eq!(told["gap"]["url"], "http://pki.example/inner.p7c");
    assert_eq!(told["warnings"][0]["code"], "issuer-missing");
}

#[test]
fn renewed_certificates_and_namesakes_are_told_apart() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let subject = "/O=Acme/CN=api.acme.example";
    pile.issue_as("old", "client", subject, "outer", CLIENT, "-days -1");
    // Another CA of the same name, and the same CA by another way.
    pile.issue_as(
        "impostor",
        "impostor",
        "/CN=Test Outer",
        "root",
        CA,
        "-days 800",
    );
    pile.root("elsewhere", "/CN=Elsewhere");
    pile.issue_as(
        "cross",
        "inner",
        "/CN=Test Inner",
        "elsewhere",
        CA,
        "-days 3000",
    );
    let ran = pile.bundled("cross.crt old.crt impostor.crt root.crt outer.crt inner.crt client.key client.crt -o out.pem");
    assert_eq!(pile.subjects("out.pem"), WHOLE);
    pile.place
        .judge("openssl verify -CAfile root.crt -untrusted out.pem out.pem");
    assert!(ran.stderr.contains("took the one in client.crt"), "{ran:?}");
    for part in [
        "cross.crt: CN=Test Inner, not needed",
        "impostor.crt: CN=Test Outer, which has nothing to do",
        "old.crt: CN=api.acme.example,O=Acme, another certificate for this key",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    // Towards the other root the cross-certificate is the way.
    pile.bundled("cross.crt root.crt outer.crt inner.crt client.key client.crt --cacert elsewhere.crt -o out.pem --force");
    pile.place
        .judge("openssl verify -CAfile elsewhere.crt -untrusted out.pem out.pem");
}

#[test]
fn a_certificate_that_will_be_refused_is_said_to_be() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let server_only = CLIENT.replace("clientAuth", "serverAuth");
    pile.issue_as(
        "late",
        "late",
        "/CN=late",
        "outer",
        &server_only,
        "-days -1",
    );
    let ran = pile.bundled("late.key late.crt outer.crt inner.crt root.crt -o out.pem");
    for part in [
        "late.crt expired on",
        "not meant for clients (extended key usage: serverAuth)",
    ] {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
    let ran = pile.bundled("root.key root.crt -o out.pem --force");
    assert!(ran.stderr.contains("self-signed"), "{ran:?}");
    pile.place.write("short", "abc");
    let ran = pile.bundled(
        "client.key client.crt outer.crt inner.crt root.crt -o out.jks --password-file short",
    );
    assert!(ran.stderr.contains("fewer than 6 characters"), "{ran:?}");
}

#[test]
fn locked_input_is_opened_with_the_passphrase() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    pile.place.write("secret", "open sesame\n");
    pile.place.write("wrong", "open barley\n");
    pile.openssl("pkcs8 -topk8 -in client.key -passout file:secret -out locked.key");
    pile.openssl(
        "pkcs12 -export -inkey client.key -in client.crt -certfile outer.crt -passout file:secret -out locked.p12",
    );
    for locked in ["locked.key client.crt outer.crt", "locked.p12"] {
        let files = format!("{locked} inner.crt root.crt -o out.pem");
        let told = pile.refused(&files);
        assert!(
            told.contains("locked.") && told.contains("--in-password-file"),
            "{told}"
        );
        let told = pile.refused(&format!("{files} --in-password-file wrong"));
        assert!(told.contains("locked."), "{told}");
        pile.bundled(&format!("{files} --in-password-file secret"));
        assert_eq!(pile.subjects("out.pem"), WHOLE);
        assert!(!pile.text("out.pem").contains("ENCRYPTED"));
        std::fs::remove_file(pile.place.path("out.pem")).expect("removing");
    }
}

#[test]
fn outputs_are_looked_at_before_anything_is_asked() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let files = "client.key client.crt outer.crt inner.crt root.crt";
    let told = pile.refused(&format!("{files} -o out.foo"));
    assert!(told.contains("p12:out.foo"), "{told}");
    pile.place.write("there.p12", "precious");
    let told = pile.refused(&format!("{files} -o out.pem -o there.p12"));
    assert!(
        told.contains("there.p12: already exists") && told.contains("--force"),
        "{told}"
    );
    assert_eq!(pile.text("there.p12"), "precious");
    let told = pile.refused(&format!("{files} -o out.pem -o no/such/x.jks"));
    assert!(told.contains("no/such"), "{told}");
    let told = pile.refused(&format!("{files} -o out.pem -o out.pem"));
    assert!(told.contains("named twice"), "{told}");
    // Nobody at a terminal, and no place named: the flag is.
    let told = pile.refused(&format!("{files} -o out.p12"));
    assert!(told.contains("--password-file"), "{told}");
    let ran = pile.bundled(&format!("{files} -o pem:-"));
    assert_eq!(ran.stdout.matches("BEGIN CERTIFICATE").count(), 3);
    assert!(ran.stderr.contains("Chain"), "{ran:?}");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let files = "client.key client.crt outer.crt";
    pile.place.write("empty.crt", "");
    pile.place.write("notes.txt", "see attached\n");
    std::fs::create_dir(pile.place.path("folder")).expect("a folder");
    pile.openssl("x509 -in client.crt -outform DER -out whole.der");
    let whole = pile.place.read("whole.der");
    pile.place.write("cut.der", &whole[..whole.len() - 20]);
    for bad in ["empty.crt", "notes.txt", "folder", "cut.der", "absent.crt"] {
        let told = pile.refused(&format!("{files} {bad} -o out.pem"));
        assert!(told.contains(bad), "{told}");
    }
}

#[test]
fn ten_thousand_strangers_cost_little() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    let strangers = strangers(10_000);
    pile.place.write("strangers.pem", strangers);
    let start = std::time::Instant::now();
    let ran =
        pile.bundled("strangers.pem client.crt inner.crt outer.crt client.key root.crt -o out.pem");
    let spent = start.elapsed();
    assert_eq!(pile.subjects("out.pem"), WHOLE);
    assert!(
        ran.stdout
            .contains("strangers.pem: 10000 certificates, which have nothing to do"),
        "{}",
        ran.stdout
    );
    // Unoptimised and beside other tests; the release build takes a tenth.
    assert!(spent.as_secs() < 20, "{spent:?}");
}

/// Certificates of one key and many names, as PEM.
fn strangers(count: u32) -> Vec<u8> {
    use openssl::asn1::{Asn1Integer, Asn1Time};
    use openssl::bn::BigNum;
    use openssl::pkey::PKey;
    use openssl::x509::{X509Builder, X509NameBuilder};
    let key = PKey::generate_ed25519().expect("a key");
    let mut pem = Vec::new();
    for number in 0..count {
        let mut name = X509NameBuilder::new().expect("a name");
        name.append_entry_by_text("CN", &format!("stranger {number}"))
            .expect("a name");
        let name = name.build();
        let mut builder = X509Builder::new().expect("a builder");
        builder.set_version(2).expect("version");
        let serial = BigNum::from_u32(number + 1).expect("a number");
        builder
            .set_serial_number(&Asn1Integer::from_bn(&serial).expect("a number"))
            .expect("serial");
        builder.set_subject_name(&name).expect("subject");
        builder.set_issuer_name(&name).expect("issuer");
        builder.set_pubkey(&key).expect("key");
        builder
            .set_not_before(&Asn1Time::days_from_now(0).expect("now"))
            .expect("time");
        builder
            .set_not_after(&Asn1Time::days_from_now(9).expect("soon"))
            .expect("time");
        builder
            .sign(&key, openssl::hash::MessageDigest::null())
            .expect("signing");
        pem.extend(builder.build().to_pem().expect("pem"));
    }
    pem
}
