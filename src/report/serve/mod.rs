//! How the mirror tells of its visitors: on the terminal as they come, as JSON lines, and to the visitor itself.
//!
//! Everything a visitor sent is escaped here, whatever it is printed as.

mod html;
mod json;
mod telling;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use colored::Colorize as _;

use crate::diagnose::Diagnosis;
use crate::material::Time;
use crate::serve::{Persona, Presented, Request};

pub use html::page;
pub use json::{object, started, stopped, visit};

/// One connection with what is concluded from it.
#[derive(Clone, Copy)]
pub struct Visitor<'a> {
    /// Counted from 1; none while the connection is still open.
    pub number: Option<u64>,
    pub at: Time,
    pub seen: &'a Presented,
    /// The request being answered; none once the connection is over.
    pub request: Option<&'a Request>,
    pub diagnosis: &'a Diagnosis,
}

/// How the server was set up, for its first words.
pub struct Setup<'a> {
    pub address: SocketAddr,
    /// The second port of a persona that has one.
    pub login: Option<SocketAddr>,
    pub mode: &'static str,
    pub persona: Option<&'static Persona>,
    /// Subjects of the CAs whose clients are welcome.
    pub trusted: &'a [String],
    /// The CA file of a self-made identity, for clients to trust.
    pub ca_file: Option<&'a Path>,
    pub server_names: &'a [String],
}

/// The first words on a terminal.
///
/// # Errors
/// What the stream says.
pub fn begin(setup: &Setup<'_>, out: &mut dyn Write) -> io::Result<()> {
    let url = url(setup.address);
    let manner = match setup.persona {
        Some(persona) => format!("{}, as {} would", setup.mode, persona.product),
        None => setup.mode.to_owned(),
    };
    writeln!(
        out,
        "{} {}  ({manner})",
        "listening".green().bold(),
        url.bold()
    )?;
    if let Some(login) = setup.login {
        writeln!(
            out,
            "  login       {}services/Soap/u/62.0 (asks for no certificate)",
            self::url(login)
        )?;
    }
    if let Some(file) = setup.ca_file {
        writeln!(out, "  server CA   {}", file.display())?;
        writeln!(
            out,
            "  try         curl --cacert {} {url}",
            super::demo::shell(&file.display().to_string())
        )?;
    }
    if !setup.server_names.is_empty() {
        writeln!(out, "  called      {}", setup.server_names.join(", "))?;
    }
    if setup.trusted.is_empty() {
        writeln!(
            out,
            "  client CAs  none given: who issued a certificate is not judged"
        )?;
    }
    for subject in setup.trusted {
        writeln!(out, "  client CA   {subject}")?;
    }
    out.flush()
}

/// One visitor on a terminal.
///
/// # Errors
/// What the stream says.
pub fn line(visitor: &Visitor<'_>, out: &mut dyn Write) -> io::Result<()> {
    let telling = telling::Telling::of(visitor);
    let head = if telling.fine {
        telling.code.green().bold()
    } else {
        telling.code.red().bold()
    };
    writeln!(out)?;
    if let Some(number) = visitor.number {
        write!(out, "{} ", format!("#{number}").dimmed())?;
    }
    writeln!(out, "{head}  {}", telling.about.dimmed())?;
    telling.write_body(out, |label| label.bold().to_string())?;
    out.flush()
}

/// One visitor as plain text, for the visitor itself.
#[must_use]
pub fn plain(visitor: &Visitor<'_>) -> Vec<u8> {
    let telling = telling::Telling::of(visitor);
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = writeln!(out, "{}  {}", telling.code, telling.about)
        .and_then(|()| telling.write_body(&mut out, str::to_owned));
    out
}

/// One visitor in a sentence, where there is room for no more.
#[must_use]
pub fn sentence(visitor: &Visitor<'_>) -> String {
    let verdict = &visitor.diagnosis.verdict;
    format!("{}: {}", verdict.code.as_str(), verdict.summary)
}

/// What a client hears that spoke plain HTTP.
#[must_use]
pub fn plain_http() -> &'static str {
    "not-tls  this port speaks TLS, and the request came in plain HTTP: call it with https://\n"
}

/// The last words on a terminal.
///
/// # Errors
/// What the stream says.
pub fn end(connections: u64, out: &mut dyn Write) -> io::Result<()> {
    let plural = if connections == 1 { "" } else { "s" };
    writeln!(out, "\nstopped after {connections} connection{plural}")
}

/// Where to call it from this machine.
#[must_use]
pub fn url(address: SocketAddr) -> String {
    let host = match address {
        _ if address.ip().is_loopback() || address.ip().is_unspecified() => "localhost".to_owned(),
        SocketAddr::V4(v4) => v4.ip().to_string(),
        SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
    };
    format!("https://{host}:{}/", address.port())
}

/// Text from a stranger, without anything that could drive a terminal.
pub(super) fn printable(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => safe.push(character),
            _ => safe.extend(character.escape_debug()),
        }
    }
    safe
}
