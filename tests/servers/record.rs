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

/// What makes two cases alike: verdict, demand, alerts, ends and answers, of the call and of every experiment.
fn shape(verdict: &Verdict) -> String {
    let mut parts = vec![verdict.code.clone(), verdict.confidence.clone()];
    let evidence = &verdict.evidence;
    parts.push(call(&evidence["call"]));
    for experiment in evidence["experiments"].as_array().into_iter().flatten() {
        parts.push(experiment["variation"].to_string());
        parts.push(call(&experiment["call"]));
    }
    parts.join(" ")
}

fn call(call: &Value) -> String {
    let tls = &call["tls"];
    let alerts: Vec<String> = tls["trace"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|event| event.get("alert").map(Value::to_string))
        .collect();
    let faults: Vec<String> = tls["server_faults"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|fault| fault["code"].to_string())
        .collect();
    format!(
        "{} {} {alerts:?} {faults:?} {} {} {}",
        tls["version"],
        tls["certificate_request"]["signature_algorithms"],
        call["end"],
        call["http"]["status"],
        call["presented"],
    )
}
