//! Findings about a file as a whole, and about what other judges would make of it.

use super::{Files, findings, pem};
use crate::forge::Spec;

#[test]
fn what_the_file_holds_beside_the_chain_is_told() {
    let files = Files::new();
    let (leaf, inner, root) = files.certificates();
    let other = Spec::leaf("other").by(&files.inner);
    for (content, code) in [
        (pem(&[&leaf, &inner, &other]), "stranger-in-file"),
        (pem(&[&leaf, &inner, &root]), "root-in-chain"),
        (pem(&[&leaf, &inner, &inner]), "duplicate-in-file"),
        (pem(&[&inner, &leaf]), "chain-out-of-order"),
    ] {
        files.place.write("file.pem", content);
        let told = files.told("file.pem --cacert root.pem");
        assert!(findings(&told).contains(&code), "{code}: {told:#}");
    }
    let crowd: Vec<u8> = (1..=120)
        .flat_map(|serial| {
            let one = Spec {
                serial,
                ..Spec::leaf("other")
            };
            pem(&[&one.by(&files.inner)])
        })
        .collect();
    files
        .place
        .write("file.pem", [pem(&[&leaf, &inner]), crowd].concat());
    let told = files.told("file.pem --cacert root.pem");
    assert!(findings(&told).contains(&"many-certificates"), "{told:#}");
    assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
}

#[test]
fn a_good_path_that_openssl_does_not_take_is_told() {
    let files = Files::new();
    let (leaf, inner, _) = files.certificates();
    let twin = Spec {
        to: 400,
        serial: 98,
        ..files.inner.clone().with("extendedKeyUsage", "serverAuth")
    }
    .by(&files.root);
    files.place.write("file.pem", pem(&[&leaf, &twin, &inner]));
    let told = files.told("file.pem --cacert root.pem");
    assert_eq!(told["verdict"]["code"], "ok", "{told:#}");
    assert!(
        findings(&told).contains(&"another-path-is-built"),
        "{told:#}"
    );
}

#[test]
fn a_certificate_without_uses_and_one_with_an_odd_number_are_told() {
    for (leaf, code) in [
        (
            Spec::leaf("leaf").with("extendedKeyUsage", ""),
            "no-extended-key-usage",
        ),
        (
            Spec {
                serial: 0,
                ..Spec::leaf("leaf")
            },
            "serial-zero",
        ),
    ] {
        let files = Files::of(leaf, Spec::ca("inner"), Spec::ca("root"));
        let told = files.told("chain.pem --cacert root.pem");
        assert!(findings(&told).contains(&code), "{code}: {told:#}");
    }
}

#[test]
fn a_public_ca_s_own_date_is_told() {
    let ending = |name: &'static str, at: &str| {
        let files = Files::of(Spec::leaf("leaf"), Spec::ca(name), Spec::ca("root"));
        let ran = files.place.run(
            std::process::Command::new(env!("CARGO_BIN_EXE_fullcert"))
                .args(["verify", "chain.pem", "--system", "--at", at])
                .env("SSL_CERT_FILE", "root.pem")
                .env_remove("SSL_CERT_DIR"),
        );
        ran.stdout
    };
    let early = ending("O=DigiCert/CN=G5", "2027-02-28");
    assert!(
        early.contains("DigiCert issues it until 2027-03-01"),
        "{early}"
    );
    let late = ending("O=DigiCert/CN=G5", "2027-03-02");
    assert!(late.contains("DigiCert ended it on 2027-03-01"), "{late}");
    let other = ending("O=Somebody/CN=G5", "2027-03-02");
    assert!(
        other.contains("Let's Encrypt ended it on 2026-07-08"),
        "{other}"
    );
}

#[test]
fn the_one_good_twin_among_bad_ones_is_found() {
    let files = Files::new();
    let (leaf, ..) = files.certificates();
    for good in 0..6 {
        let twins: Vec<_> = (0..6)
            .map(|number| {
                let twin = Spec {
                    to: 300 + 10 * number,
                    serial: 100 + number,
                    ..files.inner.clone()
                };
                // Nothing that building looks at: only validation can tell.
                let twin = if number == good {
                    twin
                } else {
                    twin.with("1.2.3.4.5", "critical,0500")
                };
                twin.by(&files.root)
            })
            .collect();
        let mut all = vec![&leaf];
        all.extend(&twins);
        files.place.write("file.pem", pem(&all));
        assert_eq!(files.code("file.pem --cacert root.pem"), "ok", "{good}");
    }
}
