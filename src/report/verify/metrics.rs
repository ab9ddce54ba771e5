//! Metrics, for a collector that watches many machines.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::evidence::CertificateFacts;
use crate::material::Time;

use super::{File, Outcome, state};

/// Metrics in the text format of Prometheus, for node-exporter's textfile collector.
///
/// # Errors
/// What the stream says.
pub fn prometheus(files: &[File], now: Time, out: &mut dyn Write) -> io::Result<()> {
    // A series that comes twice spoils the whole file for the collector.
    let mut seen = HashSet::new();
    let files: Vec<&File> = files
        .iter()
        .filter(|file| seen.insert(file.path.as_str()))
        .collect();
    let gauge = |out: &mut dyn Write, name: &str, help: &str| {
        writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge")
    };
    gauge(
        out,
        "fullcert_file_accepted",
        "1 where the file would be accepted, with the verdict's code.",
    )?;
    for file in &files {
        let accepted = matches!(&file.told, Outcome::Judged { diagnosis, .. } if diagnosis.verdict.code.is_fine());
        writeln!(
            out,
            "fullcert_file_accepted{{file=\"{}\",code=\"{}\"}} {}",
            label(&file.path),
            state(file),
            u8::from(accepted)
        )?;
    }
    for (name, help, moment) in [
        (
            "fullcert_certificate_not_after_timestamp_seconds",
            "When a certificate of the chain ends; depth 0 is the leaf.",
            (|one| one.not_after) as fn(&CertificateFacts) -> Time,
        ),
        (
            "fullcert_certificate_not_before_timestamp_seconds",
            "When a certificate of the chain begins.",
            |one| one.not_before,
        ),
    ] {
        gauge(out, name, help)?;
        for file in &files {
            let Outcome::Judged { examined, .. } = &file.told else {
                continue;
            };
            for (depth, step) in examined.path.iter().enumerate() {
                writeln!(
                    out,
                    "{name}{{file=\"{}\",depth=\"{depth}\",subject=\"{}\",sha256=\"{}\"}} {}",
                    label(&file.path),
                    label(&step.facts.subject),
                    step.facts.sha256,
                    moment(&step.facts).unix()
                )?;
            }
        }
    }
    gauge(
        out,
        "fullcert_verify_timestamp_seconds",
        "When this was written.",
    )?;
    writeln!(out, "fullcert_verify_timestamp_seconds {}", now.unix())
}

/// A label's value, as the text format escapes it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
