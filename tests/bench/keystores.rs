//! Keystores read and written beside OpenSSL and keytool, and PEM files of many certificates beside OpenSSL.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::forge::Spec;
use crate::pki::{PASSWORD, Pki, Shown};
use crate::{Line, Pair, line, ours};

/// As many as a system trusts.
const ANCHORS: usize = 150;

/// What OpenSSL takes unasked.
const ITERATIONS: &str = "2048";

/// Writing and reading one identity, and opening a truststore.
pub fn pairs(folder: &Path, pki: &Pki) -> Vec<Pair> {
    let password = folder.join("password");
    std::fs::write(&password, PASSWORD).expect("a password file");
    let identity = pki.server(Shown::Good);
    let (full, p12) = (identity.full.clone(), identity.pkcs12());
    let bundled = |shown, name: &str| {
        let mut bundle = ours(shown, &[&folder.join(name), &full]);
        bundle
            .args
            .extend(["--password-file".into(), password.clone().into()]);
        bundle
    };
    let inspected = |shown, file: &Path| {
        let mut inspect = ours("fullcert inspect", &[file]);
        inspect
            .args
            .extend(["--password-file".into(), password.clone().into()]);
        Line { shown, ..inspect }
    };
    let secret = format!("pass:{PASSWORD}");
    let openssl = |shown, files: &[&Path], more: &[&str]| {
        let mut openssl = line(shown, files);
        openssl
            .args
            .extend(more.iter().chain(&[secret.as_str()]).map(OsString::from));
        openssl
    };
    let keytool = |shown, file: &Path, more: &str| {
        let mut keytool = line(shown, &[file]);
        keytool
            .args
            .extend(more.split_whitespace().map(OsString::from));
        keytool
    };
    let jks = folder.join("peer-read.jks");
    let trust = anchors(folder);
    let import = format!(
        "-srcstorepass {PASSWORD} -deststorepass {PASSWORD} -deststoretype JKS -destkeystore {}",
        folder.join("peer.jks").display()
    );
    let list = format!("-storepass {PASSWORD}");
    made(&bundled("fullcert bundle -f -o", "peer-read.jks"), folder);
    let stores = ["trust.p12", "trust.jks"].map(|name| {
        let mut truststore = ours("fullcert truststore -f -o", &[&folder.join(name), &trust]);
        truststore
            .args
            .extend(["--password-file".into(), password.clone().into()]);
        made(&truststore, folder);
        folder.join(name)
    });
    let mut write = bundled("fullcert bundle -f --iterations 2048 -o", "ours.p12");
    write.shown = "fullcert bundle -o p12 (2048 iterations)";
    let mut pairs = vec![
        pair(
            write,
            openssl(
                "openssl pkcs12 -export -in",
                &[&full],
                &["-iter", ITERATIONS, "-out", "peer.p12", "-passout"],
            ),
            Some(1.5),
        ),
        pair(
            inspected("fullcert inspect p12", &p12),
            openssl(
                "openssl pkcs12 -nodes -out /dev/null -in",
                &[&p12],
                &["-passin"],
            ),
            Some(1.5),
        ),
        pair(
            bundled("fullcert bundle -f -o", "ours.jks"),
            keytool(
                "keytool -importkeystore -noprompt -srckeystore",
                &p12,
                &import,
            ),
            Some(0.05),
        ),
        pair(
            inspected("fullcert inspect jks", &jks),
            keytool("keytool -list -v -keystore", &jks, &list),
            Some(0.05),
        ),
    ];
    for (store, shown) in stores.iter().zip([
        "fullcert inspect p12 (150 anchors)",
        "fullcert inspect jks (150 anchors)",
    ]) {
        pairs.push(pair(
            inspected(shown, store),
            keytool("keytool -list -keystore", store, &list),
            Some(0.05),
        ));
    }
    pairs
}

/// The same file, ten times as long each time; to reach: 100 ms at 10,000, and ten times as long each time.
pub fn long(folder: &Path) -> Vec<Pair> {
    [
        (1_000, "fullcert inspect (1,000 certificates)"),
        (10_000, "fullcert inspect (10,000 certificates)"),
        (100_000, "fullcert inspect (100,000 certificates)"),
    ]
    .into_iter()
    .map(|(count, shown)| {
        let path = folder.join(format!("{count}.pem"));
        std::fs::write(&path, many(count)).expect("a long file");
        let ours = Line {
            shown,
            ..ours("fullcert inspect", &[&path])
        };
        let mut pair = pair(
            ours,
            line("openssl storeutl -noout -text -certs", &[&path]),
            Some(1.0),
        );
        pair.rounds = 10;
        pair
    })
    .collect()
}

fn pair(ours: Line, peer: Line, target: Option<f64>) -> Pair {
    Pair {
        ours,
        peer,
        target,
        rounds: 20,
    }
}

/// Runs a line once for the file that it leaves behind.
fn made(line: &Line, folder: &Path) {
    crate::time(line, folder).expect(line.shown);
}

/// Certificates that differ in their serial numbers: what is measured does not look at signatures.
fn many(count: usize) -> Vec<u8> {
    let serial = 0x1234_5678_9abc_def0_i64.to_be_bytes();
    let der = Spec::leaf("leaf")
        .by(&Spec::ca("issuer"))
        .to_der()
        .expect("DER");
    let at = der
        .windows(8)
        .position(|eight| eight == serial)
        .expect("the serial number");
    let mut text = Vec::new();
    for number in 0..count {
        let mut one = der.clone();
        one[at + 4..at + 8].copy_from_slice(&u32::try_from(number).expect("few").to_be_bytes());
        text.extend(fullcert::encode::pem::armour("CERTIFICATE", &one));
    }
    text
}

/// A file of roots.
fn anchors(folder: &Path) -> PathBuf {
    let names: Vec<String> = (0..ANCHORS)
        .map(|number| format!("Root CA {number}"))
        .collect();
    let text: Vec<u8> = names
        .into_iter()
        .flat_map(|name| {
            let root = Spec::ca(Box::leak(name.into_boxed_str()));
            root.by(&root).to_pem().expect("PEM")
        })
        .collect();
    let path = folder.join("anchors.pem");
    std::fs::write(&path, text).expect("anchors");
    path
}
