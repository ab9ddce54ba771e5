//! PEM as it arrives: from mail, from Windows, from a word processor, from a JSON document.

use serde_json::Value;

use crate::pile::{issued, kinds, objects, only_file};
use crate::support::{Place, peer};

/// What the certificate in `leaf.crt` is known by.
fn sha256(place: &Place) -> Value {
    objects(place, &["leaf.crt"])[0]["sha256"].clone()
}

fn text(place: &Place, name: &str) -> String {
    String::from_utf8(place.read(name)).expect("PEM")
}

fn before_each_line(prefix: &str, text: &str) -> String {
    text.lines().flat_map(|line| [prefix, line, "\n"]).collect()
}

#[test]
fn every_mess_around_a_block_is_read() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let pem = text(&place, "leaf.crt");
    let sha256 = sha256(&place);
    let utf16: Vec<u8> = pem.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16_be: Vec<u8> = pem.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let dump = place.judge("openssl x509 -in leaf.crt -text").stdout;
    let one_line: String = pem.lines().collect();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let indented = before_each_line("    ", &pem);
    let messes: Vec<(&str, Vec<u8>)> = vec![
        ("CR LF", pem.replace('\n', "\r\n").into()),
        ("CR alone", pem.replace('\n', "\r").into()),
        ("a byte order mark", format!("\u{feff}{pem}").into()),
        ("UTF-16 with its mark", [&[0xff, 0xfe][..], &utf16].concat()),
        (
            "UTF-16 big-endian with its mark",
            [&[0xfe, 0xff][..], &utf16_be].concat(),
        ),
        ("UTF-16 without a mark", utf16),
        ("no final line end", pem.trim_end().into()),
        ("trailing spaces", pem.replace('\n', "  \t\n").into()),
        ("indentation", indented.clone().into()),
        (
            "a YAML document",
            format!("data:\n  tls.crt: |\n{indented}\nkind: Secret\n").into(),
        ),
        ("a mail's quotes", before_each_line("> ", &pem).into()),
        ("blank lines inside", pem.replace('\n', "\n\n").into()),
        (
            "bag attributes",
            format!("Bag Attributes\n    friendlyName: a-b - c\nsubject=CN = x\n{pem}").into(),
        ),
        ("a text dump", dump.into()),
        (
            "prose in Latin-1",
            [
                b"Gr\xfc\xdfe --- siehe unten -- \n",
                pem.as_bytes(),
                b"\nMfG\n",
            ]
            .concat(),
        ),
        (
            "JSON",
            format!(
                "{{\"certificate\": \"{}\"}}",
                pem.replace('\n', "\\n").replace('/', "\\/")
            )
            .into(),
        ),
        (
            "an XML document",
            format!("<a><cert>{pem}</cert></a>").into(),
        ),
        ("one line", one_line.into()),
        (
            "one long line of base64",
            format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n").into(),
        ),
        ("four hyphens", pem.replace("-----", "----").into()),
        ("dashes", pem.replace("-----", "\u{2014}\u{2013}").into()),
        ("base64 alone", base64.clone().into()),
        (
            "base64 of the PEM",
            place.judge("base64 leaf.crt").stdout.into(),
        ),
        ("no padding", pem.replace('=', "").into()),
        ("zero-width spaces", pem.replace('\n', "\u{200b}\n").into()),
        ("a DOS end of file", format!("{pem}\u{1a}").into()),
        (
            "X509 CERTIFICATE",
            pem.replace("CERTIFICATE", "X509 CERTIFICATE").into(),
        ),
        (
            "a label nobody knows",
            pem.replace("CERTIFICATE", "IDENTITY").into(),
        ),
        (
            "a label that lies",
            pem.replace("CERTIFICATE", "RSA PRIVATE KEY").into(),
        ),
        (
            "empty RFC 1421 headers",
            pem.replace("CERTIFICATE-----\nM", "CERTIFICATE-----\nX-Note: yes\n\nM")
                .into(),
        ),
    ];
    for (mess, bytes) in messes {
        place.write("mess", bytes);
        let file = only_file(&place, &["mess"]);
        assert_eq!(file["error"], Value::Null, "{mess}: {file:#}");
        let objects = file["objects"].as_array().expect("objects");
        assert_eq!(kinds(objects), ["certificate"], "{mess}");
        assert_eq!(objects[0]["sha256"], sha256, "{mess}");
    }
}

#[test]
fn what_other_programs_refuse_is_noted() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let pem = text(&place, "leaf.crt");
    for (name, bytes, noted) in [
        (
            "lies",
            pem.replace("CERTIFICATE", "PUBLIC KEY"),
            "labelled PUBLIC KEY, it holds a certificate",
        ),
        ("hyphens", pem.replace("-----", "----"), "five hyphens"),
        (
            "dashes",
            pem.replace("-----", "\u{2013}\u{2013}\u{2013}\u{2013}\u{2013}"),
            "word processor",
        ),
        (
            "bare",
            pem.lines().filter(|line| !line.starts_with('-')).collect(),
            "without BEGIN and END",
        ),
        (
            "extra",
            format!("-----BEGIN SOMETHING ELSE-----\nAAAA\n-----END SOMETHING ELSE-----\n{pem}"),
            "SOMETHING ELSE is passed over",
        ),
        (
            "pgp",
            format!(
                "-----BEGIN PGP MESSAGE-----\nVersion: 1\n\nhQEMA+==\n=abcd\n-----END PGP MESSAGE-----\n{pem}"
            ),
            "PGP MESSAGE is passed over",
        ),
    ] {
        place.write(name, bytes);
        let ran = place.line(&format!("inspect {name}"));
        assert_eq!(ran.code, 0, "{name}: {ran:?}");
        assert!(
            ran.stdout.contains("note:") && ran.stdout.contains(noted),
            "{name}: {}",
            ran.stdout
        );
        assert!(
            ran.stdout.contains("CN=api.acme.example"),
            "{name}: {}",
            ran.stdout
        );
    }
}

#[test]
fn several_objects_come_out_in_their_order_with_their_lines() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl pkey -in leaf.key -pubout -out leaf.pub");
    let names = [
        "leaf.pub", "ca.crt", "leaf.key", "leaf.csr", "leaf.crt", "ca.crt",
    ];
    let parts: Vec<String> = names.iter().map(|name| text(&place, name)).collect();
    place.write("pile", parts.concat());
    let listed = objects(&place, &["pile"]);
    assert_eq!(
        kinds(&listed),
        [
            "public-key",
            "certificate",
            "key",
            "request",
            "certificate",
            "certificate"
        ]
    );
    let mut line = 1;
    for (index, part) in parts.iter().enumerate() {
        assert_eq!(listed[index]["block"], index + 1);
        assert_eq!(listed[index]["line"], line);
        line += part.lines().count();
    }
    // A file copied onto another loses the line end between them.
    let glued: String = parts.iter().map(|part| part.trim_end()).collect();
    place.write("glued", glued);
    assert_eq!(kinds(&objects(&place, &["glued"])), kinds(&listed));
}

#[test]
fn trusted_certificates_lose_openssls_settings_and_no_more() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge(
        "openssl x509 -in leaf.crt -trustout -addtrust clientAuth -setalias me -out trusted.pem",
    );
    assert!(text(&place, "trusted.pem").contains("BEGIN TRUSTED CERTIFICATE"));
    assert_eq!(
        objects(&place, &["trusted.pem"])[0]["sha256"],
        sha256(&place)
    );
}

#[test]
fn a_damaged_block_is_named_with_its_line() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let pem = text(&place, "leaf.crt");
    let lines: Vec<&str> = pem.lines().collect();
    let without = |index: usize| {
        let mut kept = lines.clone();
        kept.remove(index);
        format!("{}\n", kept.join("\n"))
    };
    let good = lines.len();
    let cases = [
        (
            "no-end",
            without(lines.len() - 1),
            format!("block 2 (line {}): the PEM block is damaged: the line -----END CERTIFICATE----- is missing", good + 1),
        ),
        (
            "no-begin",
            without(0),
            format!("block 2 (line {}): the PEM block is damaged: the line -----BEGIN CERTIFICATE----- is missing", good + good - 1),
        ),
        (
            "two-labels",
            pem.replace("END CERTIFICATE", "END CERTIFICATE REQUEST"),
            "it begins as CERTIFICATE and ends as CERTIFICATE REQUEST".to_owned(),
        ),
        (
            "stray",
            pem.replacen("\nMII", "\nMII*", 1),
            format!("its body is not base64 (line {})", good + 2),
        ),
        (
            "empty",
            "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n".to_owned(),
            "its body is empty".to_owned(),
        ),
        ("lost-line", without(3), "the certificate is cut short".to_owned()),
        ("lost-last-line", without(lines.len() - 2), "the certificate is cut short".to_owned()),
        (
            "other",
            "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n".to_owned(),
            "not a valid certificate".to_owned(),
        ),
        (
            "header",
            "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAMCAQA=\n-----END RSA PRIVATE KEY-----\n".to_owned(),
            "the header DEK-Info is missing or makes no sense".to_owned(),
        ),
    ];
    for (name, block, told) in cases {
        place.write(name, format!("{pem}{block}"));
        let ran = place.line(&format!("inspect {name}"));
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{name}: {ran:?}");
        assert!(ran.stderr.contains(&told), "{name}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(&format!("{name}, block 2 (line ")),
            "{name}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains("hint: "), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_missing_end_before_another_block_is_its_own_fault() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let pem = text(&place, "leaf.crt");
    let cut = pem.replace("-----END CERTIFICATE-----\n", "");
    place.write("chain.pem", format!("{pem}{cut}{pem}"));
    let ran = place.line("inspect chain.pem");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("block 2 (line "), "{}", ran.stderr);
}
