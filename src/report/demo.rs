//! The words of `fullcert demo`: each command line with its outcome, as it happens, or all of them as JSON.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use colored::Colorize as _;
use serde::Serialize;

use crate::material::Certificate;

/// One step of the story.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// What it is for, in a few words.
    pub what: &'static str,
    /// The command line it stands for.
    pub command: String,
    pub exit_code: u8,
    /// The verdict's code, where the step is a probe.
    pub code: Option<String>,
    /// The verdict it was meant to reach.
    pub expected: Option<&'static str>,
    /// The verdict's own sentence.
    pub summary: Option<String>,
    /// What the command said where it failed.
    #[serde(skip)]
    pub complaint: String,
}

impl Step {
    /// Whether it went as it should.
    #[must_use]
    pub fn went_well(&self) -> bool {
        match self.expected {
            Some(expected) => self.code.as_deref() == Some(expected),
            None => self.exit_code == 0,
        }
    }
}

#[derive(Serialize)]
struct Story<'a> {
    schema: &'static str,
    /// None where the files are gone.
    folder: Option<String>,
    ok: bool,
    steps: &'a [Step],
}

/// The first line: where everything happens.
///
/// # Errors
/// What the stream says.
pub fn begin(folder: &Path, kept: bool, stdout: &mut dyn Write) -> io::Result<()> {
    let about = if kept {
        "the files stay here"
    } else {
        "a temporary folder; --keep DIR keeps the files"
    };
    writeln!(stdout, "{}", format!("# {about}").dimmed())?;
    command(
        &format!("cd {}", shell(&folder.display().to_string())),
        stdout,
    )
}

/// A step's heading and command line, before it runs.
///
/// # Errors
/// What the stream says.
pub fn announce(what: &str, line: &str, stdout: &mut dyn Write) -> io::Result<()> {
    if !what.is_empty() {
        writeln!(stdout, "\n{}", format!("# {what}").dimmed())?;
    }
    command(line, stdout)?;
    stdout.flush()
}

/// The server stands.
///
/// # Errors
/// What the stream says.
pub fn server(address: SocketAddr, stdout: &mut dyn Write) -> io::Result<()> {
    writeln!(
        stdout,
        "\n{}",
        "# a server on this machine that demands a certificate of this CA".dimmed()
    )?;
    let port = address.port();
    command(
        &format!(
            "fullcert serve --listen {port} --cert server.pem --cacert ca/root.pem --mode require &"
        ),
        stdout,
    )
}

/// What the server answers whoever it lets in.
#[must_use]
pub fn greeting(leaf: Option<&Certificate>) -> String {
    match leaf {
        Some(leaf) => format!("hello {}\n", leaf.subject()),
        None => "hello, whoever you are\n".to_owned(),
    }
}

/// How a step ended.
///
/// # Errors
/// What the stream says.
pub fn outcome(step: &Step, stdout: &mut dyn Write) -> io::Result<()> {
    let mark = if step.went_well() {
        "✓".green().bold()
    } else {
        "✗".red().bold()
    };
    if let Some(code) = &step.code {
        let summary = step.summary.as_deref().unwrap_or_default();
        writeln!(stdout, "{mark} {}: {summary}", code.bold())?;
        if let Some(expected) = step.expected.filter(|expected| expected != code) {
            writeln!(stdout, "  expected {}", expected.bold())?;
        }
    } else if step.went_well() {
        writeln!(stdout, "{mark} done")?;
    } else {
        writeln!(stdout, "{mark} exit code {}", step.exit_code)?;
    }
    if !step.went_well() {
        for line in step.complaint.lines() {
            writeln!(stdout, "  {line}")?;
        }
    }
    Ok(())
}

/// The last words.
///
/// # Errors
/// What the stream says.
pub fn end(steps: &[Step], kept: Option<&Path>, stdout: &mut dyn Write) -> io::Result<()> {
    writeln!(stdout)?;
    let failed: Vec<&Step> = steps.iter().filter(|step| !step.went_well()).collect();
    if failed.is_empty() {
        writeln!(
            stdout,
            "{} The server refused a call without a certificate and one without the intermediate, and took fullcert.pem.",
            "✓".green().bold()
        )?;
    }
    for step in failed {
        match (&step.expected, &step.code) {
            (Some(expected), Some(code)) => {
                writeln!(
                    stdout,
                    "{} {}: {code} instead of {expected}",
                    "✗".red().bold(),
                    step.what
                )?;
            }
            (Some(expected), None) => {
                writeln!(
                    stdout,
                    "{} {}: no verdict instead of {expected}",
                    "✗".red().bold(),
                    step.what
                )?;
            }
            (None, _) => writeln!(stdout, "{} {}: failed", "✗".red().bold(), step.what)?,
        }
    }
    if let Some(folder) = kept {
        writeln!(stdout, "The files are in {}", folder.display())?;
    }
    Ok(())
}

/// The whole story as one object.
///
/// # Errors
/// What the stream says.
pub fn json(
    steps: &[Step],
    ok: bool,
    kept: Option<&Path>,
    stdout: &mut dyn Write,
) -> io::Result<()> {
    let story = Story {
        schema: "fullcert.demo/1",
        folder: kept.map(|folder| folder.display().to_string()),
        ok,
        steps,
    };
    super::json(&story, stdout)
}

fn command(line: &str, stdout: &mut dyn Write) -> io::Result<()> {
    writeln!(stdout, "{} {}", "$".dimmed(), line.bold())
}

/// A word as a shell would need it to be typed.
#[must_use]
pub fn shell(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:=@%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
