//! The recorded answers of testdata/answers/, each called without a certificate and with a good one.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;

use serde_json::Value;

use super::*;
use crate::diagnose::{Expectation, diagnose};
use crate::evidence::{Evidence, Presented};

/// One line of expected.txt: file, who answers so, the verdict without and with a certificate.
struct Expected {
    file: String,
    product: String,
    without: String,
    with: String,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

fn expected() -> Vec<Expected> {
    let text = std::fs::read_to_string(folder("answers/expected.txt")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut fields = line.split('|').map(|field| field.trim().to_owned());
            let mut next = || fields.next().unwrap_or_else(|| panic!("{line}"));
            Expected {
                file: next(),
                product: next(),
                without: next(),
                with: next(),
            }
        })
        .collect()
}

/// The answer as it came over the wire.
fn answer(file: &str) -> Http {
    let bytes = std::fs::read(folder("answers").join(file)).unwrap();
    let mut headers = [httparse::EMPTY_HEADER; 40];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = response.parse(&bytes).unwrap() else {
        panic!("{file} has no whole head");
    };
    Http {
        status: response.code.unwrap(),
        reason: response.reason.unwrap_or_default().to_owned(),
        headers: response
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value).into_owned();
                (header.name.to_ascii_lowercase(), value)
            })
            .collect(),
        body: String::from_utf8_lossy(&bytes[length..]).into_owned(),
    }
}

/// A call that went well, with its good identity.
fn fine_call() -> &'static Evidence {
    static FINE: LazyLock<Evidence> = LazyLock::new(read_fine_call);
    &FINE
}

fn read_fine_call() -> Evidence {
    let text = std::fs::read_to_string(folder("evidence/recorded.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["code"] == "ok")
        .map(|line| serde_json::from_value::<Evidence>(line["evidence"].clone()).unwrap())
        .find(|evidence| {
            let (Some(call), Some(offered)) = (&evidence.call, &evidence.offered) else {
                return false;
            };
            let Some(tls) = call.tls.as_ref().filter(|tls| tls.is_13()) else {
                return false;
            };
            // Of a CA the server names, with nothing missing or amiss.
            let [leaf, issuer] = offered.chain.as_slice() else {
                return false;
            };
            call.presented == Presented::Identity
                && leaf.signed_by_next == Some(true)
                && offered.chain_faults.is_empty()
                && tls
                    .certificate_request
                    .as_ref()
                    .is_some_and(|request| request.ca_names.contains(&issuer.issuer))
        })
        .unwrap()
}

fn answered(answer: &Http, with_certificate: bool) -> Evidence {
    let mut evidence = fine_call().clone();
    let call = evidence.call.as_mut().unwrap();
    call.http = Some(answer.clone());
    if !with_certificate {
        call.presented = Presented::Nothing;
        call.tls.as_mut().unwrap().sent = Some(Vec::new());
        evidence.offered = None;
    }
    evidence
}

fn told(evidence: &Evidence) -> String {
    let verdict = diagnose(evidence, &Expectation::of(evidence)).verdict;
    format!(
        "{} {} {}",
        verdict.code, verdict.culprit, verdict.confidence
    )
}

#[test]
fn every_recorded_answer_is_told_as_it_should_be() {
    let mut wrong = Vec::new();
    for expected in expected() {
        let answer = answer(&expected.file);
        let product = recognise(&answer).map_or("-", |said| said.product);
        let without = told(&answered(&answer, false));
        let with = told(&answered(&answer, true));
        if (product, &without, &with) != (&expected.product, &expected.without, &expected.with) {
            wrong.push(format!(
                "{} | {product} | {without} | {with}",
                expected.file
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_row_has_a_recording_and_every_recording_is_expected() {
    let listed: BTreeSet<String> = expected().into_iter().map(|one| one.file).collect();
    let there: BTreeSet<String> = std::fs::read_dir(folder("answers"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| std::path::Path::new(name).extension() == Some("http".as_ref()))
        .collect();
    assert_eq!(listed, there);
    let met: BTreeSet<usize> = there
        .iter()
        .filter_map(|file| find(&answer(file)).map(|(row, _)| row))
        .collect();
    let unmet: Vec<_> = (0..ANSWERS.len())
        .filter(|row| !met.contains(row))
        .map(|row| ANSWERS[row])
        .collect();
    assert!(unmet.is_empty(), "{unmet:#?}");
}

/// An answer that says nothing of certificates is the application's own affair.
#[test]
fn ordinary_answers_are_nobodys() {
    let mut seen = 0;
    for expected in expected() {
        if expected.file.starts_with("ordinary-") {
            seen += 1;
            assert_eq!(
                recognise(&answer(&expected.file)),
                None,
                "{}",
                expected.file
            );
        }
    }
    assert!(seen > 10, "{seen}");
}

/// What was never asked for is not claimed to be missing for a page that may mean anything.
#[test]
fn rules_of_a_gateway_accuse_nobody_who_was_not_asked() {
    for expected in expected() {
        let answer = answer(&expected.file);
        let rule = recognise(&answer).is_none_or(|said| !said.about_certificate());
        if !rule {
            continue;
        }
        let mut evidence = answered(&answer, false);
        let call = evidence.call.as_mut().unwrap();
        call.tls.as_mut().unwrap().certificate_request = None;
        let told = told(&evidence);
        assert!(
            told.starts_with("http-") || told.starts_with("ok "),
            "{}: {told}",
            expected.file
        );
    }
}
