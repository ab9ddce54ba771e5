//! Keystores as Java writes them, opened by us.

use std::process::Command;

use fullcert::decode::{Format, Integrity};
use fullcert::material::Item;

use crate::support::{Place, peer};

use super::pki::{certificates, keys, open, open_with, pkcs8, pki};

/// Runs the Java program beside this file, in UTF-8 whatever the machine's locale.
pub fn java(place: &Place, arguments: &[&str]) -> String {
    let program = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/commands/keystores/Keystores.java"
    );
    let ran = place.run(
        Command::new("java")
            .args(["-Xshare:auto", "-XX:TieredStopAtLevel=1"])
            .args(["-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8"])
            .env("LC_ALL", "C.UTF-8")
            .arg(program)
            .args(arguments),
    );
    assert_eq!(ran.code, 0, "{ran:?}");
    ran.stdout
}

fn secret_algorithms(decoded: &fullcert::decode::Decoded) -> Vec<(String, String)> {
    let mut found: Vec<_> = decoded
        .objects
        .iter()
        .filter_map(|object| match &object.item {
            Item::SecretKey { algorithm } => {
                Some((object.alias.clone().unwrap_or_default(), algorithm.clone()))
            }
            _ => None,
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_store_java_makes_opens() {
    if !peer("java") {
        return;
    }
    for kind in ["rsa", "ed25519"] {
        let place = Place::new();
        let pki = pki(kind);
        pki.lay_out(&place);
        java(&place, &["make"]);
        let meant = pkcs8(pki.identity.key());

        for name in ["jks", "jceks"] {
            let bytes = place.read(name);
            let decoded = open_with(&bytes, Some("storepass"), Some("keypass"))
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(decoded.integrity, Integrity::Verified);
            let format = if name == "jks" {
                Format::Jks
            } else {
                Format::Jceks
            };
            assert_eq!(decoded.format, format);
            let mut found = keys(&decoded);
            found.sort_by_key(|(alias, _)| *alias);
            assert_eq!(found.len(), 2, "{name}");
            assert_eq!((found[0].0, found[1].0), (Some("first"), Some("second")));
            assert!(
                found.iter().all(|(_, key)| pkcs8(key) == meant),
                "{name}: a key differs"
            );
            assert!(found[0].1.encryption().is_some());
            // Two chains of two, and the anchor.
            let found = certificates(&decoded);
            assert_eq!(found.len(), 5, "{name}");
            assert!(
                found.contains(&(Some("größe 🔑"), &pki.root)),
                "{name}: {found:?}"
            );

            // With the store's password alone, the other key is listed as locked.
            let decoded = open(&bytes, Some("storepass")).unwrap();
            assert_eq!(keys(&decoded).len(), 1, "{name}");
            let locked = decoded.objects.iter().filter(|object| {
                matches!(object.item, Item::EncryptedKey(_))
                    && object.alias.as_deref() == Some("second")
            });
            assert_eq!(locked.count(), 1, "{name}");

            // Without any, certificates and locked keys are, and the check is said not to be made.
            let decoded = open(&bytes, None).unwrap();
            assert_eq!(decoded.integrity, Integrity::Unchecked);
            assert_eq!((keys(&decoded).len(), certificates(&decoded).len()), (0, 5));

            let error = open_with(&bytes, Some("storepass"), Some("wrong")).unwrap_err();
            assert_eq!(error.code(), "key-passphrase-wrong", "{name}: {error}");
            let error = open(&bytes, Some("wrong")).unwrap_err();
            assert_eq!(error.code(), "keystore-password-wrong", "{name}: {error}");
        }
        let jceks = open(&place.read("jceks"), Some("storepass")).unwrap();
        let expected = [
            ("aes", "AES"),
            ("desede", "DESede"),
            ("hmacsha256", "HmacSHA256"),
        ]
        .map(|(alias, algorithm)| (alias.to_owned(), algorithm.to_owned()));
        assert_eq!(secret_algorithms(&jceks), expected);

        let wide = open(&place.read("wide.jks"), Some("пароль €")).unwrap();
        assert!(pkcs8(keys(&wide)[0].1) == meant);

        for name in ["new.p12", "old.p12", "rc4.p12", "512.p12", "open.p12"] {
            let decoded = open(&place.read(name), Some("storepass"))
                .unwrap_or_else(|error| panic!("{kind} {name}: {error}"));
            let found = keys(&decoded);
            assert_eq!(found.len(), 2, "{name}");
            assert!(
                found.iter().all(|(_, key)| pkcs8(key) == meant),
                "{name}: a key differs"
            );
            assert!(
                certificates(&decoded).contains(&(Some("anchor"), &pki.root)),
                "{name}: {:?}",
                certificates(&decoded)
            );
            if name != "rc4.p12" {
                let secrets = secret_algorithms(&decoded);
                assert_eq!(secrets.len(), 1, "{name}");
                assert_eq!(secrets[0].0, "aes", "{name}");
            }
        }
    }
}

#[test]
fn an_altered_store_is_told_from_a_wrong_password() {
    if !peer("keytool") {
        return;
    }
    let place = Place::new();
    for kind in ["JKS", "JCEKS"] {
        place.judge(&format!(
            "keytool -genkeypair -keyalg EC -alias mine -dname CN=x -storetype {kind} -keystore {kind} -storepass storepass -keypass storepass"
        ));
        let good = place.read(kind);
        // The created date of the first entry: nothing but the digest protects it.
        let mut altered = good.clone();
        altered[4 + 4 + 4 + 4 + 2 + 4 + 3] ^= 1;
        assert_eq!(
            open(&altered, Some("storepass")).unwrap_err().code(),
            "keystore-tampered"
        );
        assert_eq!(
            open(&altered, Some("wrong")).unwrap_err().code(),
            "keystore-password-wrong"
        );
        for cut in [good.len() - 1, good.len() / 2, 20, 9] {
            let error = open(&good[..cut], Some("storepass")).unwrap_err();
            assert_eq!(error.code(), "truncated", "{cut}: {error}");
        }
        let mut version = good.clone();
        version[7] = 3;
        assert_eq!(open(&version, None).unwrap_err().code(), "malformed");
    }
}

/// Version 1 names no certificate types; no program writes it any more.
#[test]
fn version_one_is_read() {
    let pki = pki("p256");
    let certificate = pki.root.der();
    let mut store = vec![
        0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 2,
    ];
    store.extend_from_slice(b"ca");
    store.extend_from_slice(&[0; 8]);
    store.extend_from_slice(&u32::try_from(certificate.len()).unwrap().to_be_bytes());
    store.extend_from_slice(certificate);
    let keyed: Vec<u8> = b"\0p\0wMighty Aphrodite"
        .iter()
        .chain(&store)
        .copied()
        .collect();
    store.extend_from_slice(&openssl::sha::sha1(&keyed));
    let decoded = open(&store, Some("pw")).unwrap();
    assert_eq!(decoded.integrity, Integrity::Verified);
    assert_eq!(certificates(&decoded), [(Some("ca"), &pki.root)]);
}
