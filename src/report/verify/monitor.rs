//! Many files at a glance: one line each.

use std::io::{self, Write};

use colored::Colorize as _;

use crate::diagnose::examined::Examined;
use crate::diagnose::{Finding, Severity};
use crate::material::Time;

use super::super::when::relative;
use super::{File, Outcome, state};

/// One line per file, the worst first.
///
/// # Errors
/// What the stream says.
pub fn monitor(files: &[File], at: Time, out: &mut dyn Write) -> io::Result<()> {
    let mut sorted: Vec<&File> = files.iter().collect();
    sorted.sort_by_key(|file| urgency(file));
    let wide = files
        .iter()
        .map(|file| file.path.chars().count())
        .max()
        .unwrap_or(0);
    let code = files
        .iter()
        .map(|file| state(file).chars().count())
        .max()
        .unwrap_or(0);
    for file in sorted {
        let state = format!("{:code$}", state(file));
        let state = match &file.told {
            Outcome::Judged { diagnosis, .. } if !diagnosis.verdict.code.is_fine() => state.red(),
            Outcome::Judged { diagnosis, .. }
                if worst(&diagnosis.findings) <= Some(Severity::Warning) =>
            {
                state.yellow()
            }
            Outcome::Judged { .. } => state.green(),
            Outcome::Unreadable(_) => state.red(),
        };
        let rest = match &file.told {
            Outcome::Judged {
                examined,
                diagnosis,
                ..
            } => {
                let end = first_end(examined).map_or_else(
                    || "no end".to_owned(),
                    |end| format!("{}  {:14}", end.date(), relative(at, end)),
                );
                let what = if diagnosis.verdict.code.is_fine() {
                    examined
                        .leaf()
                        .map(|leaf| leaf.subject.clone())
                        .unwrap_or_default()
                } else {
                    diagnosis.verdict.summary.clone()
                };
                format!("{end}  {what}")
            }
            Outcome::Unreadable(error) => error.to_string(),
        };
        writeln!(out, "{state}  {:wide$}  {rest}", file.path)?;
    }
    Ok(())
}

/// The codes alone, in the order of the command line.
///
/// # Errors
/// What the stream says.
pub fn codes(files: &[File], out: &mut dyn Write) -> io::Result<()> {
    for file in files {
        if files.len() == 1 {
            writeln!(out, "{}", state(file))?;
        } else {
            writeln!(out, "{}  {}", state(file), file.path)?;
        }
    }
    Ok(())
}

/// What cannot be read first, then what fails, then what ends soonest.
fn urgency(file: &File) -> (u8, Time) {
    match &file.told {
        Outcome::Unreadable(_) => (0, Time::from_unix(0)),
        Outcome::Judged {
            examined,
            diagnosis,
            ..
        } => {
            let end = first_end(examined).unwrap_or(Time::from_unix(i64::MAX));
            (
                if diagnosis.verdict.code.is_fine() {
                    2
                } else {
                    1
                },
                end,
            )
        }
    }
}

/// When the first certificate of the path ends.
fn first_end(examined: &Examined) -> Option<Time> {
    examined.path.iter().map(|step| step.facts.not_after).min()
}

fn worst(findings: &[Finding]) -> Option<Severity> {
    findings
        .iter()
        .map(|finding| finding.severity)
        .min()
        .or(Some(Severity::Info))
}
