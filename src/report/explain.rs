//! How an explanation is told: what the text means, the words that say so, what to do, and what would settle it.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::catalogue::phrases::Side;
use crate::catalogue::{Code, Confidence, Culprit, Stage, entry};
use crate::explain::{Candidate, Explanation, Files, Place, Reading, sayings, settle};

use super::demo::shell;
use super::diagnosis::{section, side, sure};

const SCHEMA: &str = "fullcert.explain/1";
const UNKNOWN: &str = "nothing in this text is known to be about TLS, certificates or keystores";
const UNKNOWN_FIX: &[&str] = &[
    "paste the lines around it as well: the innermost cause, often after \"Caused by\", says most",
    "fullcert probe URL -E fullcert.pem calls the endpoint and says for itself what is wrong",
];

/// `fullcert.explain/1`
#[derive(Serialize)]
struct Json {
    schema: &'static str,
    candidates: Vec<JsonCandidate>,
}

#[derive(Serialize)]
struct JsonCandidate {
    code: &'static str,
    culprit: Culprit,
    stage: Option<Stage>,
    confidence: Confidence,
    summary: &'static str,
    fix: Vec<String>,
    because: Vec<JsonReading>,
    settle: Vec<String>,
}

#[derive(Serialize)]
struct JsonReading {
    program: &'static str,
    quote: String,
    line: usize,
    printed_by: Option<&'static str>,
    /// Nothing says who printed it.
    assumed: bool,
}

#[derive(Serialize)]
struct Page {
    schema: &'static str,
    candidates: Vec<JsonCandidate>,
    phrases: Vec<Phrase>,
}

#[derive(Serialize)]
struct Phrase {
    program: &'static str,
    versions: &'static str,
    text: String,
    printed_by: Option<&'static str>,
}

#[derive(Serialize)]
struct Listing {
    schema: &'static str,
    codes: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    code: Code,
    culprit: Culprit,
    stage: Stage,
    summary: &'static str,
}

/// One JSON object.
///
/// # Errors
/// What the stream says.
pub fn json(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let named = Named::of(explanation);
    let mut candidates: Vec<_> = explanation
        .candidates
        .iter()
        .map(|candidate| {
            JsonCandidate::of(
                candidate.code,
                candidate.confidence,
                &candidate.because,
                &named,
            )
        })
        .collect();
    if candidates.is_empty() {
        candidates.push(JsonCandidate {
            code: "unknown",
            culprit: Culprit::None,
            stage: None,
            confidence: Confidence::Possible,
            summary: UNKNOWN,
            fix: UNKNOWN_FIX.iter().map(|fix| (*fix).to_owned()).collect(),
            because: Vec::new(),
            settle: Vec::new(),
        });
    }
    super::json(
        &Json {
            schema: SCHEMA,
            candidates,
        },
        out,
    )
}

impl JsonCandidate {
    fn of(code: Code, confidence: Confidence, because: &[Reading], named: &Named<'_>) -> Self {
        let entry = entry(code);
        Self {
            code: code.as_str(),
            culprit: entry.culprit,
            stage: Some(entry.stage),
            confidence,
            summary: entry.meaning,
            fix: entry.fix.iter().map(|fix| filled(fix, named)).collect(),
            because: because
                .iter()
                .map(|reading| JsonReading {
                    program: reading.program,
                    quote: reading.quote.clone(),
                    line: reading.line,
                    printed_by: reading.by.map(side_name),
                    assumed: reading.assumed,
                })
                .collect(),
            settle: settle(code)
                .iter()
                .map(|line| filled(line, named))
                .collect(),
        }
    }
}

/// For a person.
///
/// # Errors
/// What the stream says.
pub fn text(explanation: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let named = Named::of(explanation);
    let Some((best, others)) = explanation.candidates.split_first() else {
        writeln!(out, "{}", "unknown".yellow().bold())?;
        writeln!(out, "  {UNKNOWN}")?;
        let fix: Vec<String> = UNKNOWN_FIX.iter().map(|fix| (*fix).to_owned()).collect();
        return section(out, "what to do", &fix, "→");
    };
    let facts = entry(best.code);
    writeln!(out, "{}", headline(best))?;
    writeln!(out, "  {}", facts.meaning)?;
    let because: Vec<String> = best.because.iter().map(reading).collect();
    section(out, "because", &because, "-")?;
    let others: Vec<String> = others
        .iter()
        .map(|other| format!("{}: {}", headline(other), entry(other.code).meaning))
        .collect();
    section(out, "or else", &others, "-")?;
    let fix: Vec<String> = facts.fix.iter().map(|fix| filled(fix, &named)).collect();
    section(out, "what to do", &fix, "→")?;
    let settle: Vec<String> = settle(best.code)
        .iter()
        .map(|line| filled(line, &named))
        .collect();
    section(out, "to be sure", &settle, "$")
}

fn headline(candidate: &Candidate) -> String {
    let code = candidate.code.as_str();
    let sure = sure(candidate.confidence);
    match side(entry(candidate.code).culprit) {
        None => format!("{} ({sure})", code.green().bold()),
        Some(side) => format!("{}  {} ({sure})", code.red().bold(), side.yellow()),
    }
}

fn reading(reading: &Reading) -> String {
    let by = match (reading.by, reading.assumed) {
        (Some(Side::Client), false) => ", printed by the client",
        (Some(Side::Server), false) => ", printed by the server",
        (Some(Side::Client), true) => ", if a client printed it",
        (Some(Side::Server), true) => ", if a server printed it",
        (None, _) => "",
    };
    let whose = if reading.program.is_empty() {
        String::new()
    } else {
        format!(" ({})", reading.program)
    };
    format!(
        "line {}: \"{}\"{whose}{by}",
        reading.line,
        reading.quote.escape_debug()
    )
}

fn side_name(side: Side) -> &'static str {
    match side {
        Side::Client => "client",
        Side::Server => "server",
    }
}

/// The reference page of a code.
///
/// # Errors
/// What the stream says.
pub fn page(code: Code, json: bool, out: &mut dyn Write) -> io::Result<()> {
    let sayings = sayings(code);
    if json {
        let page = Page {
            schema: SCHEMA,
            candidates: vec![JsonCandidate::of(
                code,
                Confidence::Proven,
                &[],
                &Named::default(),
            )],
            phrases: sayings
                .into_iter()
                .map(|saying| Phrase {
                    program: saying.program,
                    versions: saying.versions,
                    text: saying.text,
                    printed_by: saying.by.map(side_name),
                })
                .collect(),
        };
        return super::json(&page, out);
    }
    let facts = entry(code);
    let colour = if code.is_fine() {
        code.as_str().green()
    } else {
        code.as_str().red()
    };
    writeln!(out, "{}", colour.bold())?;
    writeln!(out, "  {}", facts.meaning)?;
    writeln!(out, "\n{}", "whose side".bold())?;
    writeln!(
        out,
        "  {}, {}",
        side(facts.culprit).unwrap_or("nobody's: nothing needs to change"),
        during(facts.stage)
    )?;
    let fix: Vec<String> = facts
        .fix
        .iter()
        .map(|fix| filled(fix, &Named::default()))
        .collect();
    section(out, "what to do", &fix, "→")?;
    let check: Vec<String> = settle(code)
        .iter()
        .map(|line| filled(line, &Named::default()))
        .collect();
    section(out, "to be sure", &check, "$")?;
    let mut lines: Vec<String> = sayings
        .iter()
        .map(|saying| {
            let by = saying.by.map_or(String::new(), |by| {
                format!(", printed by a {}", side_name(by))
            });
            let whose = if saying.program.is_empty() {
                "others"
            } else {
                saying.program
            };
            let versions = if saying.versions.is_empty() {
                String::new()
            } else {
                format!(" ({})", saying.versions)
            };
            format!("{whose}{versions}{by}: {}", saying.text)
        })
        .collect();
    lines.dedup();
    section(out, "how others say it", &lines, "-")
}

fn during(stage: Stage) -> &'static str {
    match stage {
        Stage::Preparation => "before any connection, reading files",
        Stage::Connection => "on the way to the server",
        Stage::Handshake => "while agreeing on TLS",
        Stage::ServerAuthentication => "while the client judges the server's certificate",
        Stage::ClientAuthentication => "while the server judges the client's certificate",
        Stage::Application => "after TLS, in the application",
    }
}

/// Every code on a line.
///
/// # Errors
/// What the stream says.
pub fn list(json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json {
        let codes = Code::ALL
            .iter()
            .map(|code| {
                let facts = entry(*code);
                Line {
                    code: *code,
                    culprit: facts.culprit,
                    stage: facts.stage,
                    summary: facts.meaning,
                }
            })
            .collect();
        return super::json(
            &Listing {
                schema: SCHEMA,
                codes,
            },
            out,
        );
    }
    for code in Code::ALL {
        writeln!(out, "{:<40} {}", code.as_str(), entry(*code).meaning)?;
    }
    Ok(())
}

/// What the text names, to be put into commands.
#[derive(Default)]
struct Named<'a> {
    place: Option<&'a Place>,
    files: Option<&'a Files>,
}

impl<'a> Named<'a> {
    fn of(explanation: &'a Explanation) -> Self {
        Self {
            place: explanation.place.as_ref(),
            files: Some(&explanation.files),
        }
    }

    /// A file's name as a shell reads it, or what stands for one.
    fn file(&self, which: fn(&Files) -> Option<&String>, otherwise: &str) -> String {
        match self.files.and_then(which) {
            // Not an option.
            Some(name) if name.starts_with('-') => shell(&format!("./{name}")),
            Some(name) => shell(name),
            None => otherwise.to_owned(),
        }
    }
}

/// A line of the catalogue with the place and the files that the text names, or words to be replaced.
fn filled(line: &str, named: &Named<'_>) -> String {
    let (url, host, port) = named.place.map_or_else(
        || {
            (
                "https://HOST:PORT/".to_owned(),
                "HOST".to_owned(),
                "PORT".to_owned(),
            )
        },
        |place| {
            (
                shell(&place.url()),
                place.host.clone(),
                place.port.to_string(),
            )
        },
    );
    let values = [
        ("{url}", url),
        ("{host}", host),
        ("{port}", port),
        (
            "{cert}",
            named.file(|files| files.identity.as_ref(), "fullcert.pem"),
        ),
        ("{issuer}", "its CA".to_owned()),
        (
            "{store}",
            named.file(
                |files| files.store.as_ref().or(files.nearest.as_ref()),
                "keystore.p12",
            ),
        ),
        (
            "{key}",
            named.file(
                |files| files.key.as_ref().or(files.nearest.as_ref()),
                "key.pem",
            ),
        ),
        ("{file}", named.file(|files| files.nearest.as_ref(), "FILE")),
    ];
    // One pass: what is put in is not looked at again.
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((name, value)) = values.iter().find(|(name, _)| rest.starts_with(name)) {
            out.push_str(value);
            rest = &rest[name.len()..];
        } else {
            out.push('{');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}
