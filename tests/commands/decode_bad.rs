//! Input that cannot be read: one clear error with a hint, exit code 2, and never a hang.

use std::time::{Duration, Instant};

use crate::pile::{issued, objects, only_file};
use crate::support::{Place, peer};

/// Inspects one file, which must fail with this code, a hint, and nothing on standard output.
fn refused(place: &Place, file: &str, code: &str, told: &str) {
    let begun = Instant::now();
    let ran = place.line(&format!("inspect {file}"));
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "{file}: {:?}",
        begun.elapsed()
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{file}: {ran:?}");
    assert_eq!(
        ran.stderr.matches("error: ").count(),
        1,
        "{file}: {}",
        ran.stderr
    );
    assert!(ran.stderr.contains("\nhint: "), "{file}: {}", ran.stderr);
    assert!(ran.stderr.contains(told), "{file}: {}", ran.stderr);
    assert_eq!(only_file(place, &[file])["error"]["code"], code, "{file}");
}

#[test]
fn what_is_no_file_is_refused() {
    let place = Place::new();
    std::fs::create_dir(place.path("folder")).expect("a folder");
    refused(&place, "folder", "file-is-directory", "this is a directory");
    refused(&place, "missing", "file-not-found", "no such file");
    place.write("empty", "");
    refused(&place, "empty", "file-empty", "the file is empty");
    let huge = std::fs::File::create(place.path("huge")).expect("a file");
    huge.set_len(2 << 30).expect("a sparse file");
    refused(&place, "huge", "file-too-large", "larger than 64 MiB");
    // Without an end, and without a length that would say so.
    assert_eq!(
        only_file(&place, &["/dev/zero"])["error"]["code"],
        "file-too-large"
    );
    refused(&place, "/dev/null", "file-empty", "the file is empty");
}

#[test]
fn truncated_der_says_what_is_missing() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl x509 -in leaf.crt -outform DER -out c.der");
    let der = place.read("c.der");
    for length in [2, 3, 4, 5, 20, der.len() / 2, der.len() - 1] {
        place.write("cut.der", &der[..length]);
        let file = only_file(&place, &["cut.der"]);
        let message = file["error"]["message"]
            .as_str()
            .expect("a message")
            .to_owned();
        if length >= 20 {
            refused(
                &place,
                "cut.der",
                "truncated",
                &format!("{length} bytes of {}", der.len()),
            );
            assert!(message.contains("certificate"), "{message}");
        }
    }
    place.judge("openssl crl2pkcs7 -nocrl -certfile leaf.crt -outform DER -out b.p7b");
    let der = place.read("b.p7b");
    place.write("cut.p7b", &der[..der.len() - 7]);
    refused(&place, "cut.p7b", "truncated", "PKCS#7");
}

#[test]
fn a_transfer_as_text_is_not_taken_for_a_certificate() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl x509 -in leaf.crt -outform DER -out c.der");
    // What an FTP client in text mode, or a program that takes bytes for UTF-8, leaves behind.
    let mangled = String::from_utf8_lossy(&place.read("c.der")).into_owned();
    place.write("mangled.der", mangled);
    let file = only_file(&place, &["mangled.der"]);
    assert!(!file["error"].is_null(), "{file:#}");
    assert!(file["error"]["hint"].is_string(), "{file:#}");
}

#[test]
fn lengths_that_lie_cost_nothing() {
    let place = Place::new();
    for (name, bytes) in [
        (
            "four-gigabytes",
            &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x02, 0x01, 0x00][..],
        ),
        (
            "sixteen-exabytes",
            &[
                0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 1,
            ],
        ),
        (
            "inside",
            &[0x30, 9, 0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 0],
        ),
        ("nothing", &[0x30, 0, 0, 0]),
    ] {
        place.write(name, bytes);
        let file = only_file(&place, &[name]);
        assert!(!file["error"].is_null(), "{name}: {file:#}");
    }
    place.write("deep", [0x30, 0x80].repeat(1_000_000));
    refused(&place, "deep", "limit-exceeded", "nesting");
    let mut nested = Vec::new();
    for _ in 0..5_000 {
        nested = [
            &[0x30, 0x83][..],
            &u32::try_from(nested.len()).expect("short").to_be_bytes()[1..],
            &nested,
        ]
        .concat();
    }
    place.write("nested", nested);
    let file = only_file(&place, &["nested"]);
    assert!(!file["error"].is_null(), "{file:#}");
}

#[test]
fn piles_beyond_any_honest_size_are_refused() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.judge("openssl pkey -in leaf.key -pubout -outform DER -out p.der");
    let one = place.read("p.der");
    place.write("pile.der", one.repeat(150_001));
    assert_eq!(
        only_file(&place, &["pile.der"])["error"]["code"],
        "limit-exceeded"
    );
    // Notes are kept in bounds too.
    let block = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
    place.write(
        "strange.pem",
        format!(
            "{}{}",
            block.repeat(50_000),
            String::from_utf8(place.read("leaf.crt")).expect("PEM")
        ),
    );
    let file = only_file(&place, &["strange.pem"]);
    assert_eq!(file["objects"].as_array().map(Vec::len), Some(1));
    assert!(
        file["notes"]
            .as_array()
            .is_some_and(|notes| notes.len() < 1_000),
        "{}",
        file["notes"]
    );
}

#[test]
fn two_keys_and_a_request_are_told_apart() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write(
        "two.key",
        [place.read("leaf.key"), place.read("ca.key")].concat(),
    );
    let listed = objects(&place, &["two.key"]);
    assert_eq!(listed.len(), 2);
    assert_ne!(
        listed[0]["key"]["spki_sha256"],
        listed[1]["key"]["spki_sha256"]
    );
    place.write("really-a-request.crt", place.read("leaf.csr"));
    assert_eq!(
        objects(&place, &["really-a-request.crt"])[0]["kind"],
        "request"
    );
}

#[test]
fn passwords_that_cannot_be_had_end_the_command() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    for (flag, told) in [
        (
            "--password-file missing",
            "cannot read a password from missing",
        ),
        ("--passphrase-env NO_SUCH", "NO_SUCH is not set"),
        ("--password-fd 99", "file descriptor 99"),
    ] {
        place.write("pw", "secret");
        place.judge("openssl ec -in leaf.key -aes256 -passout file:pw -out locked.pem");
        let ran = place.line(&format!("inspect locked.pem leaf.crt {flag}"));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains(told), "{ran:?}");
    }
    let ran = place.line("inspect leaf.crt --password-file a --password-env B");
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn a_pipe_that_closes_early_is_no_error() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    if !peer("head") {
        return;
    }
    place.write("many.pem", place.read("leaf.crt").repeat(500));
    let ran = place.run(
        std::process::Command::new("sh")
            .arg("-c")
            .arg("{ \"$0\" inspect many.pem; echo code $? >&2; } | head -1")
            .arg(env!("CARGO_BIN_EXE_fullcert")),
    );
    assert_eq!(ran.stderr.trim(), "code 0", "{ran:?}");
}
