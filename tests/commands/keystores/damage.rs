//! A wrong password, a damaged file and a second password are told apart.

use std::io::Write as _;
use std::process::{Command, Stdio};

use fullcert::decode::{Decoded, Integrity};
use fullcert::encode::{Entry, pem, pkcs8, pkcs12};
use fullcert::error::DecodeError;

use crate::support::{Place, find, peer};

use super::pki::{self, open, open_with, pki, secret};

const PASSWORD: &str = "changeit";

fn code(result: &Result<Decoded, DecodeError>) -> &'static str {
    result.as_ref().map_or_else(DecodeError::code, |_| "ok")
}

/// The last place at which a string of octets with this many begins, and its end.
fn content(bytes: &[u8], length: usize) -> std::ops::Range<usize> {
    let [.., high, low] = length.to_be_bytes();
    let head = [0x82, high, low];
    let at = bytes
        .windows(3)
        .rposition(|three| three == head)
        .expect("its length")
        + 3;
    at..at + length
}

/// What is encrypted may be damaged anywhere, its last block included: the password is not blamed.
#[test]
fn damage_is_not_a_wrong_password() {
    let pki = pki("p256");
    let anchors = [Entry::Trusted {
        alias: "root",
        certificate: &pki.root,
    }];
    for profile in [
        pkcs12::Profile::Modern,
        pkcs12::Profile::Legacy,
        pkcs12::Profile::Pbmac1,
    ] {
        let good = pkcs12::write(&anchors, &secret(PASSWORD), profile, 1_000).unwrap();
        // The only safe's ciphertext is the longest string of octets inside the longest.
        let length = (16..good.len())
            .rev()
            .find(|length| {
                let [.., high, low] = length.to_be_bytes();
                length % 8 == 0 && good.windows(4).any(|four| four == [0x80, 0x82, high, low])
            })
            .expect("a safe");
        let place = content(&good, length);
        for at in place.clone().step_by(8).chain([place.end - 1]) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x55;
            assert_eq!(
                code(&open(&bytes, Some(PASSWORD))),
                "keystore-tampered",
                "{profile:?} at {at}"
            );
            assert_eq!(
                code(&open(&bytes, Some("changeIt"))),
                "keystore-password-wrong",
                "{profile:?} at {at}"
            );
        }
    }
}

#[test]
fn a_damaged_key_is_not_a_wrong_passphrase() {
    for kind in ["rsa", "p256"] {
        let key = pki(kind).identity.key().clone();
        let good = pkcs8::encrypted_der(&key, &secret(PASSWORD), 1_000).unwrap();
        let open = key.pkey().private_key_to_pkcs8().unwrap();
        // Past the algorithm's name, by which a passphrase that fits is told.
        let from = good.len() - open.len() + 48;
        for at in (from..good.len()).step_by(11) {
            let mut bytes = good.clone();
            bytes[at] ^= 0x55;
            for file in [bytes.clone(), pem::armour("ENCRYPTED PRIVATE KEY", &bytes)] {
                assert_eq!(
                    code(&open_with(&file, None, Some(PASSWORD))),
                    "malformed",
                    "{kind} at {at}"
                );
            }
            assert_eq!(
                code(&open_with(&bytes, None, Some("other"))),
                "key-passphrase-wrong",
                "{kind}"
            );
        }
    }
}

/// However many passwords are tried, none is taken for the right one.
#[test]
fn a_wrong_password_is_never_damage() {
    let pki = pki("rsa");
    let entries = [Entry::Identity {
        alias: "me",
        identity: &pki.identity,
    }];
    let good = pkcs12::write(&entries, &secret(PASSWORD), pkcs12::Profile::Legacy, 1_000).unwrap();
    for number in 0..600 {
        let result = open(&good, Some(&format!("guess {number}")));
        assert_eq!(code(&result), "keystore-password-wrong", "{number}");
    }
}

/// `openssl pkcs12 -twopass`: one password for the check, another for what is locked.
#[test]
fn a_second_password_opens_what_the_first_one_only_vouches_for() {
    if !peer("openssl") {
        return;
    }
    let Some(setsid) = find("setsid") else {
        return;
    };
    let place = Place::new();
    let pki = pki("p256");
    pki.lay_out(&place);
    // Without a terminal, OpenSSL asks on standard input.
    let mut openssl = Command::new(setsid)
        .args(
            "openssl pkcs12 -export -twopass -inkey key.pem -in whole.pem -out two.p12".split(' '),
        )
        .current_dir(place.path(""))
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("setsid");
    let mut answers = openssl.stdin.take().expect("its input");
    answers
        .write_all(b"for the check\nfor the check\nfor the rest\nfor the rest\n")
        .expect("answers");
    drop(answers);
    assert!(openssl.wait().expect("openssl").success());
    let bytes = place.read("two.p12");
    let decoded = open_with(&bytes, Some("for the check"), Some("for the rest")).unwrap();
    assert_eq!(decoded.integrity, Integrity::Verified);
    pki::assert_holds(&decoded, &pki.identity, "two passwords");
    for (store, key) in [("for the check", None), ("for the check", Some("other"))] {
        assert_eq!(
            code(&open_with(&bytes, Some(store), key)),
            "keystore-password-wrong"
        );
    }
}
