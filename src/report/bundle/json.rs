//! `fullcert.bundle/1`

use std::io::{self, Write};

use serde::Serialize;

use crate::material::{Certificate, Time};

use super::{Bundled, why};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    chain: Vec<JsonCertificate<'a>>,
    key: JsonKey<'a>,
    complete: bool,
    root: Option<JsonCertificate<'a>>,
    gap: Option<JsonGap<'a>>,
    left_out: Vec<JsonLeftOut<'a>>,
    warnings: Vec<JsonWarning>,
    outputs: Vec<JsonOutput<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<Vec<&'a str>>,
}

#[derive(Serialize)]
struct JsonCertificate<'a> {
    sha256: &'a str,
    subject: String,
    issuer: String,
    serial: &'a str,
    not_before: Time,
    not_after: Time,
    origin: String,
}

#[derive(Serialize)]
struct JsonKey<'a> {
    #[serde(flatten)]
    info: &'a crate::material::KeyInfo,
    origin: String,
}

#[derive(Serialize)]
struct JsonGap<'a> {
    missing: String,
    needed_by: String,
    origin: String,
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonLeftOut<'a> {
    sha256: &'a str,
    subject: String,
    origin: String,
    why: &'static str,
}

#[derive(Serialize)]
struct JsonWarning {
    code: &'static str,
    summary: String,
}

#[derive(Serialize)]
struct JsonOutput<'a> {
    path: &'a str,
    format: &'static str,
    alias: Option<&'a str>,
}

/// Prints the result as `fullcert.bundle/1`.
///
/// # Errors
/// What the stream says.
pub fn json(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let assembly = bundled.assembly;
    let key = assembly.identity.key();
    let value = Json {
        schema: "fullcert.bundle/1",
        chain: assembly.identity.chain().map(describe).collect(),
        key: JsonKey {
            info: key.info(),
            origin: key.origin().to_string(),
        },
        complete: assembly.gap().is_none(),
        root: assembly.root().map(describe),
        gap: assembly.gap().map(|gap| JsonGap {
            missing: gap.missing().to_string(),
            needed_by: gap.certificate.subject().to_string(),
            origin: gap.certificate.origin().to_string(),
            url: gap.url(),
        }),
        left_out: assembly
            .left_out
            .iter()
            .map(|entry| JsonLeftOut {
                sha256: entry.certificate.sha256(),
                subject: entry.certificate.subject().to_string(),
                origin: entry.certificate.origin().to_string(),
                why: why(&entry.why),
            })
            .collect(),
        warnings: bundled
            .warnings
            .iter()
            .map(|warning| JsonWarning {
                code: warning.code(),
                summary: warning.text(),
            })
            .collect(),
        outputs: bundled
            .written
            .iter()
            .map(|file| JsonOutput {
                path: &file.path,
                format: file.format,
                alias: file.alias.as_deref(),
            })
            .collect(),
        paths: super::super::paths::digests(bundled.paths),
    };
    super::super::json(&value, out)
}

fn describe(certificate: &Certificate) -> JsonCertificate<'_> {
    JsonCertificate {
        sha256: certificate.sha256(),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        serial: certificate.serial(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        origin: certificate.origin().to_string(),
    }
}
