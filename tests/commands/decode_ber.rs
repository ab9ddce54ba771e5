//! Certificates that are not DER, or not as RFC 5280 has them, and that OpenSSL reads all the same.

use crate::pile::{issued, only_file};
use crate::support::{Place, peer};

/// Tag, header's length and value's length of the first element; definite lengths alone.
fn head(bytes: &[u8]) -> (u8, usize, usize) {
    match bytes[1] {
        short @ 0..=0x7f => (bytes[0], 2, usize::from(short)),
        long => {
            let count = usize::from(long & 0x7f);
            let length = bytes[2..2 + count]
                .iter()
                .fold(0, |length, octet| length << 8 | usize::from(*octet));
            (bytes[0], 2 + count, length)
        }
    }
}

/// The elements of a value, each whole.
fn parts(mut value: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while !value.is_empty() {
        let (_, header, length) = head(value);
        let (part, rest) = value.split_at(header + length);
        parts.push(part);
        value = rest;
    }
    parts
}

fn value(element: &[u8]) -> &[u8] {
    &element[head(element).1..]
}

/// The same element with indefinite lengths, down to `depth`.
fn indefinite(element: &[u8], depth: u32) -> Vec<u8> {
    if element[0] & 0x20 == 0 || depth == 0 {
        return element.to_vec();
    }
    let mut out = vec![element[0], 0x80];
    for part in parts(value(element)) {
        out.extend(indefinite(part, depth - 1));
    }
    out.extend([0, 0]);
    out
}

/// The same bytes with `from`, which is in them, put to `to` of the same length.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes
        .windows(from.len())
        .position(|window| window == from)
        .expect("it is there");
    let mut out = bytes.to_vec();
    out[at..at + to.len()].copy_from_slice(to);
    out
}

fn der(place: &Place) -> Vec<u8> {
    place.judge("openssl x509 -in leaf.crt -outform DER -out leaf.der");
    place.read("leaf.der")
}

/// The notAfter's digits and zone, as they stand in the encoding.
fn not_after(der: &[u8]) -> &[u8] {
    let validity = parts(value(parts(value(der))[0]))[4];
    value(parts(value(validity))[1])
}

/// What is listed, where OpenSSL reads the same certificate; and that the note says what is odd.
fn agrees(place: &Place, file: &str, odd: &str) -> serde_json::Value {
    let told = place
        .judge(&format!(
            "openssl x509 -inform DER -in {file} -noout -fingerprint -sha256 -serial"
        ))
        .stdout;
    let told = told.replace(':', "").to_lowercase();
    let listed = only_file(place, &[file]);
    assert!(listed["error"].is_null(), "{file}: {listed}");
    let object = &listed["objects"][0];
    for field in ["sha256", "serial"] {
        let own = object[field].as_str().expect("a text");
        assert!(told.contains(own), "{file}: {field}: {own} against {told}");
    }
    assert!(
        listed["notes"][0]
            .as_str()
            .is_some_and(|note| note.contains(odd)),
        "{file}: {listed}"
    );
    let plain = only_file(place, &["leaf.crt"]);
    for field in ["subject", "issuer", "sans", "eku", "key", "kind"] {
        assert_eq!(object[field], plain["objects"][0][field], "{file}: {field}");
    }
    object.clone()
}

#[test]
fn indefinite_lengths_are_read_at_every_depth() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let der = der(&place);
    for depth in [1, 2, 3, 9] {
        place.write("ber.der", indefinite(&der, depth));
        agrees(&place, "ber.der", "is encoded as BER");
    }
    let pem = place.judge("openssl x509 -in leaf.crt -outform PEM").stdout;
    assert!(pem.contains("BEGIN CERTIFICATE"));
}

#[test]
fn what_only_the_outer_length_makes_ber_is_bundled() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    place.write("ber.der", indefinite(&der(&place), 1));
    let ran = place.line("bundle leaf.key ber.der ca.crt -o fullcert.pem");
    assert_eq!(ran.code, 0, "{ran:?}");
    let judged = place.judge("openssl x509 -in fullcert.pem -noout -subject");
    assert!(judged.stdout.contains("api.acme.example"), "{judged:?}");
}

#[test]
fn a_time_that_is_none_is_read_as_far_as_it_can_be() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let der = der(&place);
    let written = not_after(&der).to_vec();
    let year = &written[..2];
    for (rest, read) in [
        ("0231120000Z", "-02-28T12:00:00Z"),
        ("1331256161Z", "-12-31T23:59:59Z"),
    ] {
        let to = [year, rest.as_bytes()].concat();
        place.write("odd.der", replaced(&der, &written, &to));
        let object = agrees(&place, "odd.der", "notAfter that is no valid time");
        let told = object["not_after"].as_str().expect("a time");
        assert!(told.ends_with(read), "{told}");
    }
    place.write("odd.der", replaced(&der, &written, b"\x1b[31mx\xffyz@@@"));
    let ran = place.line("inspect odd.der");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(!ran.stdout.contains('\u{1b}'), "{ran:?}");
}

#[test]
fn a_signature_with_unused_bits_is_read() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let mut der = der(&place);
    let outer = parts(value(&der));
    let signature = der.len() - value(outer[2]).len();
    der[signature] = 4;
    // Unused, and not zero.
    *der.last_mut().expect("bytes") |= 1;
    place.write("bits.der", &der);
    agrees(&place, "bits.der", "4 unused bits");
}

#[test]
fn what_openssl_refuses_too_stays_malformed() {
    if !peer("openssl") {
        return;
    }
    let place = issued();
    let der = der(&place);
    let mut wrong = indefinite(&der, 9);
    let version = wrong
        .windows(5)
        .position(|window| window == [0xa0, 0x80, 2, 1, 2]);
    wrong[version.expect("a version") + 2] = 4;
    place.write("wrong.der", &wrong);
    let listed = only_file(&place, &["wrong.der"]);
    assert_eq!(listed["error"]["code"], "malformed", "{listed}");
}
