//! How a probe is told: the verdict first, then why, then what to do, then what crossed the wire.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::diagnose::{Diagnosis, Finding, Verdict, alert_name, experiments};
use crate::evidence::{
    Call, CertificateFacts, Direction, Ending, Event, Evidence, Target, Tls, What,
};

use super::diagnosis;

/// The most events of a timeline that are shown.
const MAX_EVENTS: usize = 40;

/// `fullcert.probe/1`
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    target: &'a Target,
    verdict: &'a Verdict,
    findings: &'a [Finding],
    evidence: &'a Evidence,
}

/// One JSON object.
///
/// # Errors
/// What the stream says.
pub fn json(evidence: &Evidence, diagnosis: &Diagnosis, out: &mut dyn Write) -> io::Result<()> {
    super::json(
        &Json {
            schema: "fullcert.probe/1",
            target: &evidence.target,
            verdict: &diagnosis.verdict,
            findings: &diagnosis.findings,
            evidence,
        },
        out,
    )
}

/// For a person.
///
/// # Errors
/// What the stream says.
pub fn text(
    evidence: &Evidence,
    diagnosis: &Diagnosis,
    verbose: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    diagnosis::text(diagnosis, Some(&evidence.target.url), out)?;
    if !evidence.experiments.is_empty() {
        writeln!(out, "\n{}", "asked further".bold())?;
        for experiment in &evidence.experiments {
            writeln!(
                out,
                "  ? {}\n    {}",
                experiment.question,
                experiments::answer(experiment)
            )?;
        }
    }
    if let Some(call) = &evidence.call {
        timeline(call, out)?;
    }
    if verbose {
        certificates(evidence, out)?;
    }
    Ok(())
}

fn timeline(call: &Call, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", "what happened".bold())?;
    super::way::text(call, out)?;
    let Some(tls) = &call.tls else { return Ok(()) };
    for line in folded(&tls.trace) {
        writeln!(out, "  {line}")?;
    }
    if let Some(end) = call.end {
        let words = match end.how {
            Ending::CloseNotify => "the server closed TLS",
            Ending::Fin => "the server closed the connection",
            Ending::Reset => "the connection was reset",
            Ending::Silence => "nothing more until the deadline",
            Ending::Alert | Ending::Ours => "",
        };
        if !words.is_empty() {
            writeln!(out, "  {:>8.1} ms  end  {words}", call.took_ms)?;
        }
    }
    if let Some(parameters) = parameters(tls) {
        writeln!(out, "  {parameters}")?;
    }
    Ok(())
}

/// Messages of one side that follow each other share a line.
fn folded(trace: &[Event]) -> Vec<String> {
    let mut lines: Vec<(f64, Direction, Vec<String>)> = Vec::new();
    for event in trace.iter().take(MAX_EVENTS) {
        let words = match &event.what {
            What::Message {
                message,
                number: 11,
                length,
            } if *length <= 8 => format!("{message} (empty)"),
            What::Message { message, .. } => message.clone(),
            What::Alert { number: 0, .. } => "close_notify".to_owned(),
            What::Alert { number, .. } => format!("alert {} ({number})", alert_name(*number))
                .red()
                .to_string(),
            What::Note { note } => super::way::plain(note),
        };
        match lines.last_mut() {
            Some((_, direction, list)) if *direction == event.direction => {
                if list.last() != Some(&words) {
                    list.push(words);
                }
            }
            _ => lines.push((event.at_ms, event.direction, vec![words])),
        }
    }
    let mut told: Vec<String> = lines
        .into_iter()
        .map(|(at, direction, list)| {
            let who = match direction {
                Direction::Sent => "you →   ",
                Direction::Received => "server ←",
            };
            format!("{at:>8.1} ms  {who} {}", list.join(", "))
        })
        .collect();
    if trace.len() > MAX_EVENTS {
        told.push(format!("… {} more", trace.len() - MAX_EVENTS));
    }
    told
}

fn parameters(tls: &Tls) -> Option<String> {
    let version = tls.version.as_deref()?;
    let rest = [
        tls.cipher.as_deref(),
        tls.group.as_deref(),
        tls.alpn.as_deref(),
    ];
    let mut parts = vec![version];
    parts.extend(rest.into_iter().flatten());
    Some(parts.join(", ").dimmed().to_string())
}

fn certificates(evidence: &Evidence, out: &mut dyn Write) -> io::Result<()> {
    if let Some(tls) = evidence.call.as_ref().and_then(|call| call.tls.as_ref()) {
        chain("the server's certificates", &tls.server_chain, out)?;
        if let Some(request) = &tls.certificate_request {
            writeln!(out, "\n{}", "the CAs it named".bold())?;
            if request.ca_names.is_empty() {
                writeln!(out, "  none")?;
            }
            for name in &request.ca_names {
                writeln!(out, "  {name}")?;
            }
        }
    }
    if let Some(offered) = &evidence.offered {
        chain("the identity given", &offered.chain, out)?;
        writeln!(out, "  key      {}", offered.key)?;
    }
    Ok(())
}

fn chain(title: &str, chain: &[CertificateFacts], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", title.bold())?;
    if chain.is_empty() {
        writeln!(out, "  none")?;
    }
    for (index, one) in chain.iter().enumerate() {
        writeln!(out, "  {index}  {}", one.subject)?;
        writeln!(out, "     issuer   {}", one.issuer)?;
        writeln!(out, "     valid    {} to {}", one.not_before, one.not_after)?;
        if !one.sans.is_empty() {
            writeln!(out, "     names    {}", one.sans.join(", "))?;
        }
        if let Some(eku) = &one.eku {
            writeln!(out, "     usage    {}", eku.join(", "))?;
        }
        if let Some(key) = &one.key {
            writeln!(
                out,
                "     key      {key}, signed with {}",
                one.signature_algorithm
            )?;
        }
        writeln!(out, "     sha256   {}", one.sha256)?;
    }
    Ok(())
}
