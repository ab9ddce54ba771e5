//! Whoever made the request: subject and names are kept octet for octet, and nothing else is.

use crate::support::{Place, peer};

use super::{EVERY, accepted, certificate, request};

/// The content of the alternative names as they stand in the certificate, octet for octet.
fn names_in_certificate(place: &Place, name: &str) -> Option<(bool, Vec<u8>)> {
    use x509_parser::prelude::{FromDer as _, X509Certificate};
    let found = certificate(place, name);
    let (_, parsed) = X509Certificate::from_der(found.der()).expect("a certificate");
    let oid = x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME;
    let extension = parsed.get_extension_unique(&oid).expect("one at most")?;
    Some((extension.critical, extension.value.to_owned()))
}

fn names_in_request(place: &Place, name: &str) -> Option<Vec<u8>> {
    use x509_parser::prelude::FromDer as _;
    let req = openssl::x509::X509Req::from_pem(&place.read(name)).expect("a request");
    for extension in req.extensions().expect("extensions") {
        let der = extension.to_der().expect("DER");
        let (_, parsed) =
            x509_parser::prelude::X509Extension::from_der(&der).expect("an extension");
        if parsed.oid == x509_parser::oid_registry::OID_X509_EXT_SUBJECT_ALT_NAME {
            return Some(parsed.value.to_owned());
        }
    }
    None
}

#[test]
fn requests_of_every_kind_of_key_are_signed() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    for kind in EVERY {
        place.ok([
            "csr",
            "--new-key",
            kind,
            "--key-out",
            "client.key",
            "--subject",
            "CN=api,OU=b,OU=a",
            "--dns",
            "api.example",
            "-o",
            "client.csr",
            "-f",
        ]);
        place.ok(["ca", "sign", "client.csr", "-o", "client.crt", "-f"]);
        let leaf = certificate(&place, "client.crt");
        assert_eq!(
            leaf.subject().der(),
            request(&place, "client.csr").subject().der()
        );
        assert_eq!(leaf.eku(), Some(&["clientAuth".to_owned()][..]));
        assert!(!leaf.is_ca());
        let usages: &[&str] = if kind.starts_with("rsa") {
            &["digitalSignature", "keyEncipherment"]
        } else {
            &["digitalSignature"]
        };
        assert_eq!(leaf.key_usage().expect("key usage"), usages);
        accepted(&place, "client.crt", "sslclient");
    }
}

#[test]
fn requests_made_by_openssl_are_signed() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.ok(["ca", "init"]);
    // Old string types, a multi-valued part, repeated parts, and names of every kind.
    place.write(
        "req.cnf",
        "[req]\nprompt = no\ndistinguished_name = dn\nreq_extensions = ext\nstring_mask = nombstr\n\
         [dn]\nC = NL\n0.OU = one\n1.OU = two\n+2.OU = joined\n0.DC = example\nCN = Acme\n\
         [ext]\nsubjectAltName = critical,DNS:api.example,IP:192.0.2.1,RID:1.2.3.4,\
         otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@example,dirName:dir\n[dir]\nCN = other\n",
    );
    for algorithm in [
        "rsa:2048 -sha1",
        "rsa:2048 -sha512",
        "ec -pkeyopt ec_paramgen_curve:P-256",
        "ec -pkeyopt ec_paramgen_curve:P-384 -sha256",
        "ec -pkeyopt ec_paramgen_curve:P-521",
        "ec -pkeyopt ec_paramgen_curve:secp256k1",
        "ed25519",
        "ed448",
        "rsa-pss -pkeyopt rsa_keygen_bits:2048",
    ] {
        place.judge(&format!(
            "openssl req -new -config req.cnf -newkey {algorithm} -nodes -keyout k.key -out k.csr"
        ));
        let ran = place.ok(["ca", "sign", "k.csr", "-o", "k.crt", "--force"]);
        assert_eq!(ran.stderr, "", "{algorithm}");
        let (leaf, asked) = (certificate(&place, "k.crt"), request(&place, "k.csr"));
        assert_eq!(leaf.subject().der(), asked.subject().der(), "{algorithm}");
        let (critical, names) = names_in_certificate(&place, "k.crt").expect("names");
        assert!(critical);
        assert_eq!(
            Some(names),
            names_in_request(&place, "k.csr"),
            "{algorithm}"
        );
        place.judge(
            "openssl verify -x509_strict -purpose sslclient -CAfile ca/root.pem -untrusted ca/issuing.pem k.crt",
        );
    }
    // DER, and with text before the block.
    place.judge("openssl req -in k.csr -outform DER -out k.der");
    place.ok(["ca", "sign", "k.der", "-o", "from-der.crt"]);
    place.judge("openssl req -in k.csr -text -out text.csr");
    place.ok(["ca", "sign", "text.csr", "-o", "from-text.crt"]);
}

#[test]
fn requests_made_by_keytool_are_signed() {
    if !peer("keytool") {
        return;
    }
    let place = Place::new();
    place.ok(["ca", "init"]);
    for (index, algorithm) in [
        "-keyalg RSA -keysize 2048",
        "-keyalg RSA -keysize 4096 -sigalg SHA512withRSA",
        "-keyalg EC -groupname secp256r1",
        "-keyalg EC -groupname secp384r1",
        "-keyalg EC -groupname secp521r1",
        "-keyalg Ed25519",
    ]
    .into_iter()
    .enumerate()
    {
        let alias = format!("k{index}");
        let store = format!("-keystore k.p12 -storepass changeit -alias {alias}");
        place.judge(&format!(
            "keytool -genkeypair {algorithm} {store} -dname 'CN=Jürgen, OU=a, OU=b, O=\"Acme, Inc.\", C=NL'"
        ));
        place.judge(&format!(
            "keytool -certreq {store} -file k.csr -ext san=dns:api.example,ip:192.0.2.1"
        ));
        let ran = place.ok(["ca", "sign", "k.csr", "-o", "k.crt", "--force"]);
        assert_eq!(ran.stderr, "", "{algorithm}");
        let (leaf, asked) = (certificate(&place, "k.crt"), request(&place, "k.csr"));
        assert_eq!(leaf.subject().der(), asked.subject().der(), "{algorithm}");
        assert_eq!(
            leaf.subject().to_string(),
            "CN=Jürgen,OU=a,OU=b,O=Acme\\, Inc.,C=NL"
        );
        assert_eq!(
            names_in_certificate(&place, "k.crt").map(|(_, names)| names),
            names_in_request(&place, "k.csr")
        );
        accepted(&place, "k.crt", "sslclient");
        // And it goes back to where it was asked from.
        place.write(
            "reply.pem",
            ["k.crt", "ca/issuing.pem", "ca/root.pem"]
                .map(|name| place.read(name))
                .concat(),
        );
        place.judge(&format!(
            "keytool -importcert -noprompt {store} -file reply.pem"
        ));
    }
}

#[test]
fn requests_made_by_certtool_are_signed() {
    if !peer("certtool") {
        return;
    }
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.write(
        "template",
        "cn = api\norganization = Acme\nunit = one\nunit = two\ncountry = NL\ndns_name = api.example\n\
         ip_address = 192.0.2.1\nuri = spiffe://acme/api\nemail = ops@acme.example\n",
    );
    for algorithm in [
        "rsa --bits 2048",
        "rsa-pss --bits 2048",
        "ecdsa --curve secp256r1",
        "ecdsa --curve secp384r1",
        "ecdsa --curve secp521r1",
        "ed25519",
        "ed448",
    ] {
        place.judge(&format!(
            "certtool --generate-privkey --key-type {algorithm} --outfile k.key"
        ));
        place.judge(
            "certtool --generate-request --load-privkey k.key --template template --outfile k.csr",
        );
        place.ok("ca sign k.csr -o k.crt --force --eku client,server".split(' '));
        let (leaf, asked) = (certificate(&place, "k.crt"), request(&place, "k.csr"));
        assert_eq!(leaf.subject().der(), asked.subject().der(), "{algorithm}");
        assert_eq!(leaf.sans(), asked.sans(), "{algorithm}");
        place.write(
            "chain.pem",
            ["k.crt", "ca/issuing.pem", "ca/root.pem"]
                .map(|name| place.read(name))
                .concat(),
        );
        let judged = place.judge("certtool --verify-chain --infile chain.pem");
        assert!(
            judged.stdout.contains("Verified"),
            "{algorithm}: {judged:?}"
        );
    }
}

#[test]
fn what_else_a_request_asks_for_is_left_out_aloud() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.write("req.cnf", "[req]\ndistinguished_name = dn\n[dn]\n");
    place.judge(
        "openssl req -new -config req.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout k.key -out k.csr \
         -subj /CN=x -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign -addext 1.2.3.4=ASN1:NULL \
         -addext extendedKeyUsage=serverAuth -addext subjectAltName=DNS:api.example",
    );
    let ran = place.ok(["ca", "sign", "k.csr"]);
    for left_out in [
        "basicConstraints",
        "keyUsage",
        "1.2.3.4",
        "extendedKeyUsage",
    ] {
        assert!(ran.stderr.contains(left_out), "{ran:?}");
    }
    let leaf = certificate(&place, "k.crt");
    assert!(!leaf.is_ca());
    assert_eq!(leaf.eku(), Some(&["clientAuth".to_owned()][..]));
    assert_eq!(leaf.sans().len(), 1);
    let ran = place.ok("ca sign k.csr -f --eku server --format json".split(' '));
    let json: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(json["schema"], "fullcert.ca/1");
    assert_eq!(json["files"][0]["path"], "k.crt");
    assert_eq!(
        json["files"][0]["sha256"],
        certificate(&place, "k.crt").sha256()
    );
    assert_eq!(json["warnings"][0]["code"], "extensions-not-copied");
    let summary = json["warnings"][0]["summary"].as_str().expect("a sentence");
    // What was asked for and granted is nothing to speak of.
    assert!(
        summary.contains("keyUsage") && !summary.contains("extendedKeyUsage"),
        "{summary}"
    );
}

#[test]
fn a_request_without_a_subject_has_its_names_made_critical() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.write("req.cnf", "[req]\ndistinguished_name = dn\n[dn]\n");
    place.judge(
        "openssl req -new -config req.cnf -newkey rsa:2048 -nodes -keyout k.key -out k.csr -subj / \
         -addext subjectAltName=URI:spiffe://acme/api",
    );
    place.ok(["ca", "sign", "k.csr"]);
    let (critical, names) = names_in_certificate(&place, "k.crt").expect("names");
    assert!(critical);
    assert_eq!(Some(names), names_in_request(&place, "k.csr"));
    place.judge(
        "openssl verify -x509_strict -purpose sslclient -CAfile ca/root.pem -untrusted ca/issuing.pem k.crt",
    );
}

#[test]
fn a_request_that_was_altered_is_refused() {
    let place = Place::new();
    place.ok(["ca", "init"]);
    place.ok("csr --new-key p256 --key-out k.key --subject CN=alice -o k.csr".split(' '));
    let mut der = request(&place, "k.csr").der().to_owned();
    let at = der
        .windows(5)
        .position(|part| part == b"alice")
        .expect("the name");
    der[at..at + 5].copy_from_slice(b"admin");
    place.write("k.der", der);
    let ran = place.fullcert(["ca", "sign", "k.der", "-o", "k.crt"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr
            .contains("k.der: the request is not signed by the key it carries"),
        "{ran:?}"
    );
    assert!(!place.exists("k.crt"));
}
