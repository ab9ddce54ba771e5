//! Keeps one evidence of every shape the table met, for tests/commands/replay.rs: `FULLCERT_RECORD=testdata/evidence
//! FULLCERT_REQUIRE_PEERS=1 cargo test --test servers table` writes them anew.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use crate::probe::Verdict;

/// Writes `recorded.jsonl` into `folder`.
pub fn write(folder: &Path, verdicts: &[Verdict]) {
    let mut shapes = BTreeMap::new();
    for verdict in verdicts {
        let mut evidence = verdict.evidence.clone();
        // Where the files lay is nobody's business and no part of the verdict.
        for place in ["/offered/file", "/trust/source"] {
            if let Some(Value::String(path)) = evidence.pointer_mut(place) {
                let name = Path::new(path.as_str()).file_name();
                *path = name.unwrap_or_default().to_string_lossy().into_owned();
            }
        }
        // Some servers tell all about themselves in every page, down to the session's keys.
        let page = evidence
            .pointer("/call/http/body")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let status = evidence.pointer("/call/http/status");
        if status == Some(&json!(200))
            && page.len() > 300
            && let Some(body) = evidence.pointer_mut("/call/http/body")
        {
            *body = json!("(a page)");
        }
        let line = json!({
            "code": verdict.code,
            "confidence": verdict.confidence,
            "evidence": evidence,
        });
        shapes.entry(shape(verdict)).or_insert(line);
    }
    let lines: Vec<String> = shapes.values().map(Value::to_string).collect();
    std::fs::create_dir_all(folder).expect("a folder for the recordings");
    std::fs::write(folder.join("recorded.jsonl"), lines.join("\n") + "\n").expect("recordings");
}

/// What makes two cases alike: the verdict, the demand, and how the server reacted to the call itself.
fn shape(verdict: &Verdict) -> String {
    let call = &verdict.evidence["call"];
    let tls = &call["tls"];
    let received: Vec<String> = tls["trace"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|event| event["direction"] == "received")
        .filter_map(|event| event.get("alert").map(Value::to_string))
        .collect();
    let names = tls["certificate_request"]["ca_names"].as_array();
    format!(
        "{} {} {} {} {} {received:?} {} {} {}",
        verdict.code,
        verdict.confidence,
        tls["version"],
        tls["certificate_request"]["signature_algorithms"],
        names.is_some_and(|names| !names.is_empty()),
        call["http"]["status"],
        call["end"]["how"],
        tls["server_faults"][0]["code"],
    )
}
