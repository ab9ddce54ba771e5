//! How `fullcert verify` is told: one file at length, many as a list, JSON, and metrics for a collector.

mod json;
mod metrics;
mod monitor;

use std::io::{self, Write};

use colored::Colorize as _;

use crate::chain::Path;
use crate::diagnose::Diagnosis;
use crate::diagnose::examined::{Examined, From};
use crate::error::Error;

use super::diagnosis;
use super::when::relative;

pub use json::json;
pub use metrics::prometheus;
pub use monitor::{codes, monitor};

/// One file and what came of it.
pub struct File {
    pub path: String,
    pub told: Outcome,
}

/// What came of one file.
pub enum Outcome {
    Judged {
        examined: Box<Examined>,
        diagnosis: Diagnosis,
        /// Every path, where they are to be shown.
        paths: Vec<Path>,
    },
    Unreadable(Error),
}

/// At length.
///
/// # Errors
/// What the stream says.
pub fn text(file: &File, out: &mut dyn Write) -> io::Result<()> {
    let (examined, diagnosis, paths) = match &file.told {
        Outcome::Judged {
            examined,
            diagnosis,
            paths,
        } => (examined, diagnosis, paths),
        Outcome::Unreadable(error) => return writeln!(out, "{}: {error}", file.path),
    };
    diagnosis::text(diagnosis, Some(&file.path), out)?;
    chain(examined, out)?;
    if !paths.is_empty() {
        let taken: Vec<&str> = examined
            .path
            .iter()
            .map(|step| step.facts.sha256.as_str())
            .collect();
        super::paths::draw(paths, &taken, out)?;
    }
    Ok(())
}

fn chain(examined: &Examined, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", "chain".bold())?;
    for (depth, step) in examined.path.iter().enumerate() {
        let one = &step.facts;
        let from = match &step.from {
            From::Given => String::new(),
            From::Pool(place) => format!("  from {place}"),
            From::Fetched(url) => format!("  fetched from {}", url.escape_debug()),
        };
        writeln!(
            out,
            "  {depth}  {:indent$}{}  {}{}",
            "",
            one.subject,
            format!(
                "until {} ({})",
                one.not_after.date(),
                relative(examined.at, one.not_after)
            )
            .dimmed(),
            from.dimmed(),
            indent = depth * 2
        )?;
    }
    if let Some(gap) = &examined.gap {
        let indent = examined.path.len() * 2;
        let missing = format!("{}  missing", gap.issuer);
        writeln!(out, "  -  {:indent$}{}", "", missing.yellow())?;
    }
    Ok(())
}

fn state(file: &File) -> &'static str {
    match &file.told {
        Outcome::Judged { diagnosis, .. } => diagnosis.verdict.code.as_str(),
        Outcome::Unreadable(_) => "unreadable",
    }
}
