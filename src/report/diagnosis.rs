//! How a diagnosis is told, whatever it is of: the verdict first, then why, what to do, and what else is worth knowing.

use std::io::{self, Write};

use colored::{ColoredString, Colorize as _};

use crate::catalogue::{Confidence, Culprit};
use crate::diagnose::{Diagnosis, Severity, Verdict};

/// For a person; `place` is the address or file it is of, where that was not said before.
pub(super) fn text(
    diagnosis: &Diagnosis,
    place: Option<&str>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let verdict = &diagnosis.verdict;
    match place {
        Some(place) => writeln!(out, "{}  {}", headline(verdict), place.dimmed())?,
        None => writeln!(out, "{}", headline(verdict))?,
    }
    writeln!(out, "  {}", verdict.summary)?;
    section(out, "because", &verdict.because, "-")?;
    section(out, "what to do", &verdict.fix, "→")?;
    if !diagnosis.findings.is_empty() {
        writeln!(out, "\n{}", "also".bold())?;
        for finding in &diagnosis.findings {
            writeln!(
                out,
                "  {} {}  {}",
                mark(finding.severity),
                finding.code,
                finding.summary
            )?;
        }
    }
    Ok(())
}

fn headline(verdict: &Verdict) -> String {
    let code = verdict.code.as_str();
    let code = if verdict.code.is_fine() {
        code.green().bold()
    } else {
        code.red().bold()
    };
    match side(verdict.culprit) {
        None => code.to_string(),
        Some(side) => format!("{code}  {} ({})", side.yellow(), sure(verdict.confidence)),
    }
}

/// Whose side must change.
pub(super) fn side(culprit: Culprit) -> Option<&'static str> {
    Some(match culprit {
        Culprit::None => return None,
        Culprit::Network => "the network's side",
        Culprit::Server => "the server's side",
        Culprit::Client => "the client's side",
        Culprit::Either => "either side",
        Culprit::Application => "the application's side",
    })
}

/// How sure it is.
pub(super) fn sure(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Proven => "proven",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
    }
}

pub(super) fn section(
    out: &mut dyn Write,
    title: &str,
    lines: &[String],
    bullet: &str,
) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", title.bold())?;
    for line in lines {
        writeln!(out, "  {bullet} {line}")?;
    }
    Ok(())
}

fn mark(severity: Severity) -> ColoredString {
    match severity {
        Severity::Error => "error".red(),
        Severity::Warning => "warning".yellow(),
        Severity::Info => "info".cyan(),
    }
}
