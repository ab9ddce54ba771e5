//! What we write, others read.

use fullcert::encode::{Entry, jks, pem, pkcs12};
use fullcert::material::Time;

use crate::support::{Place, peer};

use super::pki::{KINDS, pki, secret};

#[test]
fn keytool_lists_and_opens_our_keystores() {
    if !peer("keytool") {
        return;
    }
    let place = Place::new();
    for kind in KINDS {
        let pki = pki(kind);
        let entries = [
            Entry::Identity {
                alias: "client",
                identity: &pki.identity,
            },
            Entry::Trusted {
                alias: "root",
                certificate: &pki.root,
            },
        ];
        let password = secret("changeit");
        let now = Time::from_unix(1_800_000_000);
        let files = [
            (
                "a.jks",
                jks::write(jks::Kind::Jks, &entries, &password, None, now),
            ),
            (
                "a.jceks",
                jks::write(jks::Kind::Jceks, &entries, &password, None, now),
            ),
            (
                "a.p12",
                pkcs12::write(&entries, &password, pkcs12::Profile::Modern, 10_000),
            ),
            (
                "b.p12",
                pkcs12::write(&entries, &password, pkcs12::Profile::Legacy, 2048),
            ),
        ];
        for (name, bytes) in files {
            place.write(name, bytes.unwrap());
            let storetype = name.rsplit('.').next().unwrap();
            let listed = place.judge(&format!(
                "keytool -list -keystore {name} -storetype {} -storepass changeit",
                if storetype == "p12" {
                    "PKCS12"
                } else {
                    storetype
                }
            ));
            assert!(listed.stdout.contains("PrivateKeyEntry"), "{listed:?}");
            assert!(listed.stdout.contains("trustedCertEntry"), "{listed:?}");
            let moved = format!("{name}-out.p12");
            place.judge(&format!(
                "keytool -importkeystore -srckeystore {name} -srcstorepass changeit -destkeystore {moved} -deststoretype PKCS12 -deststorepass changeit -srcstoretype {}",
                if storetype == "p12" { "PKCS12" } else { storetype }
            ));
            let out = place.judge(&format!(
                "openssl pkcs12 -in {moved} -passin pass:changeit -nodes -nocerts"
            ));
            let plain = String::from_utf8(pem::key(pki.identity.key(), None).unwrap()).unwrap();
            assert!(out.stdout.contains(&plain), "{kind} {name}: {}", out.stdout);
            std::fs::remove_file(place.path(&moved)).unwrap();
        }
    }
}
