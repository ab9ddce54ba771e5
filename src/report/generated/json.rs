//! The same as JSON: `fullcert.key/1`, `fullcert.csr/1`, `fullcert.ca/1`.

use std::io::{self, Write};

use serde::Serialize;

use crate::material::{Certificate, KeyInfo, Time};

use super::{Made, Warning, What};

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    files: Vec<JsonFile<'a>>,
    warnings: Vec<JsonWarning>,
}

#[derive(Serialize)]
struct JsonWarning {
    code: &'static str,
    summary: String,
}

#[derive(Serialize)]
struct JsonFile<'a> {
    path: String,
    #[serde(flatten)]
    what: JsonWhat<'a>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum JsonWhat<'a> {
    Key {
        encrypted: bool,
        mode: &'static str,
        key: &'a KeyInfo,
    },
    Request {
        sha256: String,
        subject: String,
        sans: Vec<String>,
        key: &'a KeyInfo,
    },
    Certificate(JsonCertificate<'a>),
    Chain {
        certificates: Vec<JsonCertificate<'a>>,
    },
}

#[derive(Serialize)]
struct JsonCertificate<'a> {
    sha256: &'a str,
    serial: &'a str,
    subject: String,
    issuer: String,
    not_before: Time,
    not_after: Time,
    sans: Vec<String>,
    eku: Option<&'a [String]>,
    ca: bool,
    key: Option<&'a KeyInfo>,
}

/// Prints what was made and what is to be known of it.
///
/// # Errors
/// What the stream says.
pub(super) fn print(
    schema: &'static str,
    made: &[Made<'_>],
    warnings: &[Warning],
    out: &mut dyn Write,
) -> io::Result<()> {
    let value = Json {
        schema,
        files: made
            .iter()
            .map(|file| JsonFile {
                path: file.path.display().to_string(),
                what: json_what(&file.what),
            })
            .collect(),
        warnings: warnings
            .iter()
            .map(|warning| JsonWarning {
                code: warning.code(),
                summary: warning.text(),
            })
            .collect(),
    };
    crate::report::json(&value, out)
}

fn json_what<'a>(what: &What<'a>) -> JsonWhat<'a> {
    match what {
        What::Key { key, encrypted } => JsonWhat::Key {
            encrypted: *encrypted,
            mode: "0600",
            key: key.info(),
        },
        What::Request(request) => JsonWhat::Request {
            sha256: request.sha256(),
            subject: request.subject().to_string(),
            sans: request.sans().iter().map(ToString::to_string).collect(),
            key: request.key(),
        },
        What::Certificate(certificate) => JsonWhat::Certificate(json_certificate(certificate)),
        What::Chain(chain) => JsonWhat::Chain {
            certificates: chain.iter().map(json_certificate).collect(),
        },
    }
}

fn json_certificate(certificate: &Certificate) -> JsonCertificate<'_> {
    JsonCertificate {
        sha256: certificate.sha256(),
        serial: certificate.serial(),
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        sans: certificate.sans().iter().map(ToString::to_string).collect(),
        eku: certificate.eku(),
        ca: certificate.is_ca(),
        key: certificate.key().ok(),
    }
}
