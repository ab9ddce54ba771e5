//! `fullcert.verify/1`

use std::io::{self, Write};

use serde::Serialize;

use crate::diagnose::{Finding, Verdict};
use crate::error::{Error, Hint as _};
use crate::material::Time;

use super::{File, Outcome};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    files: Vec<JsonFile<'a>>,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: &'a str,
    verdict: Option<&'a Verdict>,
    findings: &'a [Finding],
    chain: Vec<JsonLink<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<Vec<&'a str>>,
    error: Option<JsonError>,
}

#[derive(Serialize)]
struct JsonLink<'a> {
    sha256: &'a str,
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    not_before: Time,
    not_after: Time,
}

#[derive(Serialize)]
struct JsonError {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

/// `fullcert.verify/1`
///
/// # Errors
/// What the stream says.
pub fn json(files: &[File], out: &mut dyn Write) -> io::Result<()> {
    let value = Json {
        schema: "fullcert.verify/1",
        files: files.iter().map(json_file).collect(),
    };
    super::super::json(&value, out)
}

fn json_file(file: &File) -> JsonFile<'_> {
    match &file.told {
        Outcome::Judged {
            examined,
            diagnosis,
            paths,
        } => JsonFile {
            path: &file.path,
            verdict: Some(&diagnosis.verdict),
            findings: &diagnosis.findings,
            chain: examined
                .path
                .iter()
                .map(|step| JsonLink {
                    sha256: &step.facts.sha256,
                    subject: &step.facts.subject,
                    issuer: &step.facts.issuer,
                    serial: &step.facts.serial,
                    not_before: step.facts.not_before,
                    not_after: step.facts.not_after,
                })
                .collect(),
            paths: super::super::paths::digests(paths),
            error: None,
        },
        Outcome::Unreadable(error) => JsonFile {
            path: &file.path,
            verdict: None,
            findings: &[],
            chain: Vec::new(),
            paths: Vec::new(),
            error: Some(JsonError {
                code: match error {
                    Error::Decode(error) => error.code(),
                    Error::Secret(_) => "password-missing",
                    Error::Identity(_) => "no-certificate",
                    _ => "unreadable",
                },
                message: error.to_string(),
                hint: error.hint(),
            }),
        },
    }
}
