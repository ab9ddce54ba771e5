//! What `fullcert convert` made, and what it could not take along.

use std::io::{self, Write};
use std::path::Path;

use colored::Colorize as _;
use serde::Serialize;

use crate::encode::caution::Caution;
use crate::report::caution;

/// All there is to tell.
pub struct Converted<'a> {
    pub input: &'a Path,
    pub output: &'a Path,
    pub format: &'static str,
    pub keys: usize,
    pub certificates: usize,
    /// Of a keystore; 0 for other files.
    pub entries: usize,
    pub warnings: &'a [Warning],
}

/// What its maker should know of the file.
#[derive(Debug, Clone)]
pub enum Warning {
    Keystore(Caution),
    Lost(Lost),
}

/// Something of the old file that is not in the new one, or not as it was.
#[derive(Debug, Clone)]
pub enum Lost {
    /// Names of entries, where the new file has none.
    Names(Vec<String>),
    /// Two entries whose names Java would not tell apart.
    Renamed(Vec<(String, String)>),
    /// When each entry of a Java keystore was made.
    Dates,
    /// The mark of so many certificates that they are to be trusted.
    Trust(usize),
    /// So many certificates of no key, which a keystore holds as certificates to trust.
    NowTrusted(usize),
    SecretKeys(Vec<String>),
    Keys(usize),
    Certificates(usize),
    /// Revocation lists, requests and public keys.
    Others(usize),
    /// What the decoder passed over, a sentence each.
    Unread(Vec<String>),
}

impl Warning {
    /// The stable code of this warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Keystore(caution) => caution::code(caution),
            Self::Lost(lost) => match lost {
                Lost::Names(_) => "names-lost",
                Lost::Renamed(_) => "entries-renamed",
                Lost::Dates => "dates-lost",
                Lost::Trust(_) => "trust-lost",
                Lost::NowTrusted(_) => "now-trusted",
                Lost::SecretKeys(_) => "secret-keys-lost",
                Lost::Keys(_) => "keys-lost",
                Lost::Certificates(_) => "certificates-lost",
                Lost::Others(_) => "others-lost",
                Lost::Unread(_) => "unread",
            },
        }
    }

    /// The warning, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Keystore(caution) => caution::text(caution),
            Self::Lost(lost) => lost.text(),
        }
    }
}

impl Lost {
    fn text(&self) -> String {
        match self {
            Self::Names(names) => format!("lost: the entries' names ({})", quoted(names)),
            Self::Renamed(pairs) => format!(
                "renamed, since Java does not tell upper case from lower: {}",
                pairs
                    .iter()
                    .map(|(old, new)| format!("{} is {}", old.escape_debug(), new.escape_debug()))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Self::Dates => "lost: the dates on which the entries were made".to_owned(),
            Self::Trust(count) => {
                format!(
                    "lost: the mark of {} as trusted",
                    counted(*count, "certificate")
                )
            }
            Self::NowTrusted(count) => format!(
                "{} of no key here: written as certificates to trust",
                counted(*count, "certificate")
            ),
            Self::SecretKeys(names) => format!("lost: secret keys ({})", quoted(names)),
            Self::Keys(count) => format!("lost: {}", counted(*count, "private key")),
            Self::Certificates(count) => format!("lost: {}", counted(*count, "certificate")),
            Self::Others(count) => format!(
                "lost: {}: a revocation list, a request or a public key",
                counted(*count, "object")
            ),
            Self::Unread(notes) => format!(
                "not read: {}",
                notes
                    .iter()
                    .map(|note| note.escape_debug().to_string())
                    .collect::<Vec<_>>()
                    .join("; ")
            ),
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| name.escape_debug().to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Prints the result for a person.
///
/// # Errors
/// What the stream says.
pub fn text(converted: &Converted<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut parts = Vec::new();
    if converted.keys > 0 {
        parts.push(counted(converted.keys, "private key"));
    }
    if converted.certificates > 0 {
        parts.push(counted(converted.certificates, "certificate"));
    }
    if parts.is_empty() {
        parts.push("as it was".to_owned());
    }
    writeln!(
        out,
        "{}: {} from {} ({})",
        converted.output.display().to_string().bold(),
        parts.join(", "),
        converted.input.display(),
        converted.format
    )
}

#[derive(Serialize)]
struct Json {
    schema: &'static str,
    input: String,
    output: JsonOutput,
    warnings: Vec<JsonWarning>,
}

#[derive(Serialize)]
struct JsonOutput {
    path: String,
    format: &'static str,
    keys: usize,
    certificates: usize,
    entries: usize,
}

#[derive(Serialize)]
struct JsonWarning {
    code: &'static str,
    summary: String,
}

/// Prints the result as `fullcert.convert/1`.
///
/// # Errors
/// What the stream says.
pub fn json(converted: &Converted<'_>, out: &mut dyn Write) -> io::Result<()> {
    super::json(
        &Json {
            schema: "fullcert.convert/1",
            input: converted.input.display().to_string(),
            output: JsonOutput {
                path: converted.output.display().to_string(),
                format: converted.format,
                keys: converted.keys,
                certificates: converted.certificates,
                entries: converted.entries,
            },
            warnings: converted
                .warnings
                .iter()
                .map(|warning| JsonWarning {
                    code: warning.code(),
                    summary: warning.text(),
                })
                .collect(),
        },
        out,
    )
}
