//! `fullcert bundle`: which of several paths is taken, towards whom, and what is said of the others.

use super::{CA, Pile, json};
use crate::support::peer;

/// The pile with a second way up: `cross`, the inner CA's key certified by another root, `elsewhere`.
fn crossed() -> Pile {
    let pile = Pile::new();
    pile.root("elsewhere", "/CN=Elsewhere Root");
    pile.issue_as(
        "cross",
        "inner",
        "/CN=Test Inner",
        "elsewhere",
        CA,
        "-days 100",
    );
    pile
}

const FILES: &str = "client.key client.crt outer.crt inner.crt cross.crt root.crt elsewhere.crt";

#[test]
fn every_path_is_drawn_with_the_reason_why_it_was_not_taken() {
    if !peer("openssl") {
        return;
    }
    let pile = crossed();
    let ran = pile.bundled(&format!("{FILES} -o out.pem --show-paths"));
    let drawn = ran.stdout.split("every path").nth(1).expect("a tree");
    for part in [
        "CN=Test Root",
        "; taken",
        "CN=Elsewhere Root",
        "; not taken: it ends sooner",
    ] {
        assert!(drawn.contains(part), "{part}: {}", ran.stdout);
    }
    let told = json(&pile.bundled(&format!(
        "{FILES} -o out.pem --force --show-paths --format json"
    )));
    assert_eq!(told["paths"].as_array().map(Vec::len), Some(2), "{told:#}");
    assert_eq!(told["paths"][0][0], told["chain"][0]["sha256"]);
    let silent = json(&pile.bundled(&format!("{FILES} -o out.pem --force --format json")));
    assert!(silent["paths"].is_null(), "{silent:#}");
    // Towards one root, the other is drawn as well.
    let ran = pile.bundled(&format!(
        "{FILES} -o out.pem --force --show-paths --cacert elsewhere.crt"
    ));
    for part in ["trusted; taken", "a root; not taken: it leads to nobody"] {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
    // An expired twin is drawn with what speaks against it.
    pile.issue_as("old", "inner", "/CN=Test Inner", "root", CA, "-days -1");
    let ran = pile.bundled(&format!("{FILES} old.crt -o out.pem --force --show-paths"));
    assert!(
        ran.stdout
            .contains("; not taken: CN=Test Inner has expired"),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_path_leads_to_whom_the_server_named() {
    if !peer("openssl") {
        return;
    }
    let pile = crossed();
    let recorded = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/testdata/evidence/recorded.jsonl"
    );
    let mut evidence = std::fs::read_to_string(recorded)
        .expect("recordings")
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).expect("JSON")["evidence"].take()
        })
        .find(|evidence| evidence["call"]["tls"]["certificate_request"].is_object())
        .expect("a server that asked");
    let names = &mut evidence["call"]["tls"]["certificate_request"]["ca_names"];
    *names = serde_json::json!(["CN=Somebody", "CN=Elsewhere Root"]);
    pile.place.write("evidence.json", evidence.to_string());
    let told = json(&pile.bundled(&format!(
        "{FILES} -o out.pem --evidence evidence.json --format json"
    )));
    assert_eq!(told["chain"][2]["issuer"], "CN=Elsewhere Root", "{told:#}");
    assert_eq!(told["complete"], true);
    // A server that names nobody we know changes nothing.
    evidence["call"]["tls"]["certificate_request"]["ca_names"] = serde_json::json!(["CN=Somebody"]);
    pile.place.write("evidence.json", evidence.to_string());
    let told = json(&pile.bundled(&format!(
        "{FILES} -o out.pem --force --evidence evidence.json --format json"
    )));
    assert_eq!(told["chain"][2]["issuer"], "CN=Test Root", "{told:#}");
    pile.place.write("evidence.json", "{}");
    assert!(
        pile.bundle(&format!("{FILES} -o other.pem --evidence evidence.json"))
            .stderr
            .contains("this is not recorded evidence")
    );
}

#[test]
fn the_address_of_what_is_missing_is_safe_to_paste() {
    if !peer("openssl") {
        return;
    }
    let pile = Pile::new();
    for (url, part, never) in [
        (
            "http://a.example/i.crt",
            "--fetch adds it, or curl -o issuer.crt http://a.example/i.crt",
            "https",
        ),
        (
            "https://a.example/i.crt",
            "curl -o issuer.crt https://a.example/i.crt fetches it",
            "--fetch",
        ),
        (
            "http://a.example/'id",
            r"curl -o issuer.crt 'http://a.example/'\''id'",
            "https",
        ),
    ] {
        // OpenSSL's configuration has quotes of its own.
        let url = &url.replace('\'', "\\'");
        pile.issue_as(
            "pointing",
            "client",
            "/CN=pointing",
            "outer",
            &format!("extendedKeyUsage=clientAuth\nauthorityInfoAccess=caIssuers;URI:{url}\n"),
            "-days 9",
        );
        let ran = pile.bundled("client.key pointing.crt -o out.pem --force");
        assert!(ran.stderr.contains(part), "{url}: {}", ran.stderr);
        assert!(!ran.stderr.contains(never), "{url}: {}", ran.stderr);
        let ran = pile.place.line("verify pointing.crt");
        assert_eq!(
            ran.stdout.contains("curl -o"),
            !url.contains('\''),
            "{url}: {}",
            ran.stdout
        );
    }
}
