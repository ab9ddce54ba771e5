//! Evidence recorded from real servers leads to the same verdict, offline, with nothing but the rules.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use fullcert::diagnose::{Expectation, diagnose};
use fullcert::evidence::Evidence;
use serde_json::Value;

use crate::support::Place;

fn recorded() -> Vec<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("testdata/evidence/recorded.jsonl");
    let text = std::fs::read_to_string(path).expect("the recordings");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a recording"))
        .collect()
}

#[test]
fn every_recording_leads_to_its_verdict() {
    let recorded = recorded();
    assert!(recorded.len() > 100, "{} recordings", recorded.len());
    let start = Instant::now();
    let mut wrong = Vec::new();
    for (line, case) in recorded.iter().enumerate() {
        let evidence: Evidence =
            serde_json::from_value(case["evidence"].clone()).expect("evidence");
        let verdict = diagnose(&evidence, &Expectation::of(&evidence)).verdict;
        if case["code"] != verdict.code.as_str()
            || case["confidence"] != verdict.confidence.to_string()
        {
            wrong.push(format!(
                "line {}: {} {}, now {} {}",
                line + 1,
                case["code"],
                case["confidence"],
                verdict.code,
                verdict.confidence
            ));
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{} recordings judged in {} ms",
        recorded.len(),
        start.elapsed().as_millis()
    );
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_program_judges_a_recording_as_it_judged_the_call() {
    let place = Place::new();
    for code in [
        "client-cert-missing",
        "client-chain-incomplete",
        "server-cert-expired",
        "ok",
    ] {
        let case = recorded()
            .into_iter()
            .find(|case| case["code"] == code)
            .expect("a recording of each");
        place.write("evidence.json", case["evidence"].to_string());
        let ran = place.line("probe --replay evidence.json -q");
        assert_eq!(ran.stdout.trim(), code, "{ran:?}");
        assert_eq!(ran.code, i32::from(code != "ok"), "{ran:?}");
    }
    place.write("other.json", "{}");
    let ran = place.line("probe --replay other.json");
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("not recorded evidence"), "{ran:?}");
}
