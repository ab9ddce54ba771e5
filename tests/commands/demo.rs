//! `fullcert demo`: the whole story, its three verdicts, and what it leaves behind.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, peer};

#[test]
fn the_three_calls_end_as_the_story_says() {
    let place = Place::new();
    let begun = Instant::now();
    let ran = place.ok(["demo"]);
    // Seconds on a quiet machine; the bound is for a busy one.
    assert!(
        begun.elapsed() < Duration::from_secs(30),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(ran.stderr, "");
    let verdicts: Vec<&str> = ran
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("✓ ")?.split_once(": "))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        verdicts,
        ["client-cert-missing", "client-chain-incomplete", "ok"],
        "{}",
        ran.stdout
    );
    for line in [
        "$ fullcert ca init --dir ca\n",
        "$ fullcert key -t rsa:2048 -o client.key\n",
        "$ fullcert bundle ca/root.pem client.crt ca/issuing.pem client.key -o fullcert.pem\n",
        " -E fullcert.pem\n",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains("PRIVATE KEY"));
    // Nothing is left, neither here nor in the folder it names.
    assert_eq!(
        std::fs::read_dir(place.path("."))
            .expect("the folder")
            .count(),
        0
    );
    let folder = ran
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("$ cd "))
        .expect("a folder");
    assert!(!std::path::Path::new(folder).exists(), "{folder}");
}

#[test]
fn json_lists_every_step_with_its_outcome() {
    let place = Place::new();
    let ran = place.ok(["demo", "--format", "json"]);
    let story: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(story["schema"], "fullcert.demo/1");
    assert_eq!(story["ok"], true);
    let steps = story["steps"].as_array().expect("steps");
    let codes: Vec<(&str, i64)> = steps
        .iter()
        .filter_map(|step| Some((step["code"].as_str()?, step["exit_code"].as_i64()?)))
        .collect();
    assert_eq!(
        codes,
        [
            ("client-cert-missing", 1),
            ("client-chain-incomplete", 1),
            ("ok", 0)
        ]
    );
    assert!(steps.iter().all(|step| {
        step["command"]
            .as_str()
            .is_some_and(|line| line.starts_with("fullcert "))
    }));
}

#[test]
fn kept_files_are_whole_and_an_existing_folder_is_left_alone() {
    if !peer("openssl") {
        return;
    }
    let place = Place::new();
    let ran = place.ok(["demo", "--keep", "here"]);
    assert!(ran.stdout.contains("$ cd here\n"), "{}", ran.stdout);
    place.judge("openssl verify -CAfile here/ca/root.pem -untrusted here/fullcert.pem -purpose sslclient here/client.crt");
    place.judge("openssl verify -CAfile here/ca/root.pem -untrusted here/server.pem -purpose sslserver -verify_hostname localhost here/server.crt");
    let pem = String::from_utf8(place.read("here/fullcert.pem")).expect("PEM");
    assert_eq!(pem.matches("BEGIN CERTIFICATE").count(), 2);

    let before = place.read("here/fullcert.pem");
    let ran = place.fullcert(["demo", "--keep", "here"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(
        ran.stderr.contains("exists already") && ran.stderr.contains("hint:"),
        "{}",
        ran.stderr
    );
    assert_eq!(place.read("here/fullcert.pem"), before);
    let ran = place.fullcert(["demo", "--keep", "missing/here"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(!place.exists("missing"));
}
