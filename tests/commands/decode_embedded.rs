//! Certificates and keys inside other text, and the names that OpenSSL writes above a block.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::pile::{issued, kinds, objects, only_file};
use crate::support::{Place, peer};

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Broken into lines, each with something before it.
fn folded(text: &str, width: usize, before: &str) -> String {
    let mut folded = String::new();
    for line in text.as_bytes().chunks(width) {
        folded.extend([before, &String::from_utf8_lossy(line), "\n"]);
    }
    folded
}

fn der(place: &Place) -> Vec<u8> {
    place.judge("openssl x509 -in leaf.crt -outform DER -out leaf.der");
    place.read("leaf.der")
}

#[test]
fn base64_inside_other_text_is_read() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let (crt, key, ca) = (
        place.read("leaf.crt"),
        place.read("leaf.key"),
        place.read("ca.crt"),
    );
    let der = base64(der(&place));
    place.judge(
        "openssl crl2pkcs7 -nocrl -certfile leaf.crt -certfile ca.crt -outform DER -out pile.p7b",
    );
    let pile = base64(place.read("pile.p7b"));
    let cases: Vec<(&str, String, &[&str])> = vec![
        (
            "a Kubernetes secret",
            format!(
                "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\ndata:\n  tls.crt: {}\n  tls.key: {}\n",
                base64(&crt),
                base64(&key)
            ),
            &["certificate", "key"],
        ),
        (
            "a kubeconfig",
            format!(
                "clusters:\n- cluster:\n    certificate-authority-data: {}\n    server: https://x:6443\nusers:\n- user:\n    client-certificate-data: {}\n    client-key-data: {}\n",
                base64(&ca),
                base64(&crt),
                base64(&key)
            ),
            &["certificate", "certificate", "key"],
        ),
        (
            "SAML metadata",
            format!(
                "<EntityDescriptor><ds:X509Certificate>{der}</ds:X509Certificate></EntityDescriptor>"
            ),
            &["certificate"],
        ),
        (
            "SAML metadata in lines",
            format!(
                "<ds:X509Certificate>\n{}</ds:X509Certificate>",
                folded(&der, 64, "  ")
            ),
            &["certificate"],
        ),
        (
            "a property list",
            format!(
                "<plist><key>PayloadContent</key>\n<data>\n{}\t\t</data></plist>",
                folded(&der, 52, "\t\t")
            ),
            &["certificate"],
        ),
        (
            "a mail's attachment",
            format!(
                "From: ca@example.com\nMIME-Version: 1.0\nContent-Type: application/x-pkcs7-certificates\nContent-Transfer-Encoding: base64\n\n{}\n",
                folded(&pile, 76, "")
            ),
            &["certificate", "certificate"],
        ),
        (
            "LDIF",
            format!(
                "dn: cn=api\nuserCertificate;binary:: {}\n{}cn: api\n",
                &der[..50],
                folded(&der[50..], 77, " ")
            ),
            &["certificate"],
        ),
        (
            "a JSON document",
            format!(
                r#"{{"cert": "{}", "key": "{}"}}"#,
                base64(&crt),
                base64(&key)
            ),
            &["certificate", "key"],
        ),
    ];
    for (what, text, wanted) in cases {
        place.write("text", text);
        let found = objects(&place, &["text"]);
        assert_eq!(kinds(&found), wanted, "{what}");
    }
    // All of it was read: nothing is said to be lost.
    let ran = place.ok("convert text -o whole.pem".split(' '));
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_keystore_inside_text_is_opened_with_its_password() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("pw", "secret\n");
    place.judge(
        "openssl pkcs12 -export -inkey leaf.key -in leaf.crt -name me -passout file:pw -out me.p12",
    );
    let text = format!(
        "<data>\n{}</data>",
        folded(&base64(place.read("me.p12")), 68, "\t")
    );
    place.write("profile", text);
    let found = objects(&place, &["profile", "--password-file", "pw"]);
    assert_eq!(kinds(&found), ["certificate", "key"]);
    place.write("pw", "other\n");
    let file = only_file(&place, &["profile", "--password-file", "pw"]);
    assert_eq!(file["error"]["code"], "keystore-password-wrong");
}

/// Nothing is found where there is nothing, however it looks.
#[test]
fn other_text_stays_other_text() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let words = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerk ".repeat(20);
    let unknown = format!("token: {}\n", base64([7; 300]));
    let cut = format!(
        "<X509Certificate>{}</X509Certificate>",
        &base64(der(&place))[..200]
    );
    for (text, code) in [
        (words.as_str(), "format-unknown"),
        (&unknown, "format-unknown"),
        (&cut, "keystore-format-wrong"),
        ("{\"kty\":\"RSA\",\"d\":\"AQAB\"}", "keystore-format-wrong"),
    ] {
        place.write("text", text);
        assert_eq!(
            only_file(&place, &["text"])["error"]["code"],
            code,
            "{text}"
        );
    }
}

#[test]
fn bag_attributes_name_their_block_and_no_other() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("pw", "secret\n");
    place.judge("openssl pkcs12 -export -inkey leaf.key -in leaf.crt -certfile ca.crt -name 'my client' -passout file:pw -out me.p12");
    place.judge("openssl pkcs12 -in me.p12 -nodes -passin file:pw -out me.pem");
    let aliases: Vec<_> = objects(&place, &["me.pem"])
        .iter()
        .map(|object| {
            (
                object["kind"].clone(),
                object["alias"].as_str().map(str::to_owned),
            )
        })
        .collect();
    let named = Some("my client".to_owned());
    assert_eq!(
        aliases,
        [
            ("certificate".into(), named.clone()),
            ("certificate".into(), None),
            ("key".into(), named)
        ]
    );
    // And the name goes along.
    place.ok("convert me.pem -o me.jks --password-file pw".split(' '));
    let stored = objects(&place, &["me.jks", "--password-file", "pw"]);
    assert_eq!(stored[0]["alias"], "my client");
}
