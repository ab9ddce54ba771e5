//! What is worth knowing beside the verdict: findings, consumers' rules, many files, every path.

use serde_json::Value;

use super::{Files, findings, pem};
use crate::forge::Spec;
use crate::support::peer;

#[test]
fn what_is_worth_knowing_is_found() {
    let (inner, root) = (Spec::ca("inner"), Spec::ca("root"));
    for (spec, purpose, code) in [
        (
            Spec {
                to: 20,
                ..Spec::leaf("leaf")
            },
            "client",
            "client-cert-expires-soon",
        ),
        (
            Spec {
                key: "ed25519",
                ..Spec::leaf("leaf")
            },
            "client",
            "key-type-limited",
        ),
        (
            Spec {
                serial: -5,
                ..Spec::leaf("leaf")
            },
            "client",
            "serial-negative",
        ),
        (
            Spec {
                serial: 5,
                ..Spec::leaf("leaf")
            },
            "client",
            "serial-short",
        ),
        (
            Spec::leaf("leaf").with("basicConstraints", "critical,CA:TRUE"),
            "client",
            "leaf-is-a-ca",
        ),
        (
            Spec::leaf("leaf").with("basicConstraints", "critical,CA:TRUE"),
            "client",
            "rustls-refuses",
        ),
        (
            Spec::leaf("leaf").with("extendedKeyUsage", "serverAuth"),
            "client",
            "server-auth-only",
        ),
        (
            Spec::leaf("leaf").with("subjectAltName", ""),
            "server",
            "name-in-common-name-only",
        ),
        (
            Spec {
                to: 900,
                ..Spec::leaf("leaf")
            },
            "client",
            "issuer-ends-first",
        ),
    ] {
        let files = Files::of(spec, inner.clone(), root.clone());
        let told = files.told(&format!("chain.pem --cacert root.pem --purpose {purpose}"));
        assert!(findings(&told).contains(&code), "{code}: {told:#}");
    }
    let files = Files::of(
        Spec {
            to: 20,
            ..Spec::leaf("leaf")
        },
        inner,
        root,
    );
    assert_eq!(
        findings(&files.told("chain.pem --cacert root.pem --warn-days 5")),
        Vec::<&str>::new()
    );
}

#[test]
fn consumers_have_rules_of_their_own() {
    let files = Files::new();
    let rules = |consumer: &str| -> Vec<(String, String)> {
        let told = files.told(&format!("chain.pem --cacert root.pem --for {consumer}"));
        told["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|finding| finding["code"] == format!("for-{consumer}"))
            .map(|finding| {
                (
                    finding["severity"].as_str().unwrap_or_default().to_owned(),
                    finding["summary"].as_str().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    };
    let salesforce = rules("salesforce");
    assert!(
        salesforce
            .iter()
            .any(|(_, text)| text.contains("upload the leaf alone")),
        "{salesforce:?}"
    );
    assert!(
        salesforce.iter().all(|(severity, _)| severity != "error"),
        "{salesforce:?}"
    );
    assert!(
        rules("httpd")
            .iter()
            .any(|(severity, text)| severity == "error" && text.contains("SSLVerifyDepth 2"))
    );
    assert!(
        rules("nginx")
            .iter()
            .all(|(severity, _)| severity == "info")
    );
    let lone = Spec::leaf("lone").with("extendedKeyUsage", "");
    files.place.write("lone.pem", pem(&[&lone.by(&lone)]));
    let told = files.told("lone.pem --for salesforce").to_string();
    for part in ["never accepts a self-signed", "wants clientAuth"] {
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn many_files_are_watched_worst_first() {
    let files = Files::new();
    let aged = |to| Spec {
        from: -300,
        to,
        ..Spec::leaf("leaf")
    };
    for (name, to) in [("fresh", 290), ("soon", 12), ("dead", -3)] {
        files.place.write(
            &format!("{name}.pem"),
            pem(&[&aged(to).by(&files.inner), &files.inner.by(&files.root)]),
        );
    }
    let ran = files.run("fresh.pem dead.pem soon.pem --cacert root.pem");
    assert_eq!(ran.code, 1, "{ran:?}");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let at = |name: &str| {
        lines
            .iter()
            .position(|line| line.contains(name))
            .expect("a line")
    };
    assert_eq!(lines.len(), 3, "{ran:?}");
    assert!(
        at("dead.pem") < at("soon.pem") && at("soon.pem") < at("fresh.pem"),
        "{ran:?}"
    );
    assert!(lines[0].starts_with("client-cert-expired"), "{ran:?}");
    let ran = files.run("fresh.pem soon.pem --cacert root.pem");
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = files.run("absent.pem fresh.pem --cacert root.pem --format json");
    assert_eq!(ran.code, 2, "{ran:?}");
    let told: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(told["files"][0]["verdict"], Value::Null);
    assert!(
        told["files"][0]["error"]["message"]
            .as_str()
            .is_some_and(|text| text.contains("absent.pem"))
    );
    assert_eq!(told["files"][1]["verdict"]["code"], "ok");
    let ran = files.run("fresh.pem dead.pem --cacert root.pem --format prometheus");
    assert_eq!(ran.code, 1, "{ran:?}");
    for part in [
        "# TYPE fullcert_file_accepted gauge",
        "fullcert_file_accepted{file=\"fresh.pem\",code=\"ok\"} 1",
        "fullcert_file_accepted{file=\"dead.pem\",code=\"client-cert-expired\"} 0",
        "fullcert_certificate_not_after_timestamp_seconds{file=\"fresh.pem\",depth=\"0\",subject=\"CN=leaf\"",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let ran = files.place.line("inspect leaf.pem --format prometheus");
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn every_path_is_drawn() {
    let files = Files::new();
    let (leaf, inner, root) = files.certificates();
    let other = Spec::ca("other root");
    let cross = Spec {
        serial: 77,
        ..files.inner.clone()
    }
    .by(&other);
    files.place.write("all.pem", pem(&[&leaf, &inner, &cross]));
    files
        .place
        .write("roots.pem", pem(&[&root, &other.by(&other)]));
    let ran = files.run("all.pem --cacert roots.pem --show-paths");
    for part in [
        "every path",
        "├─ CN=inner",
        "└─ CN=inner",
        "CN=root",
        "CN=other root",
    ] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    let told = files.told("all.pem --cacert roots.pem --show-paths");
    assert_eq!(told["paths"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_java_truststore_says_whom_java_trusts() {
    if !peer("keytool") {
        return;
    }
    let files = Files::new();
    for (kind, name) in [("PKCS12", "trust.p12"), ("JKS", "trust.jks")] {
        files.place.judge(&format!(
            "keytool -importcert -noprompt -alias root -file root.pem -keystore {name} -storetype {kind} -storepass changeit"
        ));
        assert_eq!(
            files.code(&format!("chain.pem --java {name}")),
            "ok",
            "{name}"
        );
    }
}
