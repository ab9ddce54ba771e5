//! What `fullcert truststore` made.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::encode::caution::Caution;
use crate::material::{Certificate, Time};
use crate::report::caution;
use crate::source::Origin;

/// More anchors than this are counted, not listed.
const LISTED: usize = 20;

/// All there is to tell.
pub struct Listing<'a> {
    pub anchors: &'a [Anchor],
    pub left_out: &'a [LeftOut],
    pub warnings: &'a [Warning],
    pub written: &'a [Written],
}

/// A certificate to trust, and its name.
#[derive(Debug, Clone)]
pub struct Anchor {
    pub alias: String,
    pub certificate: Certificate,
}

/// Something that is no anchor, or one already.
#[derive(Debug, Clone)]
pub struct LeftOut {
    pub origin: Origin,
    pub what: &'static str,
}

/// One file that was written.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    pub path: String,
    pub format: &'static str,
}

/// Something true about the truststore that its maker should know.
#[derive(Debug, Clone)]
pub enum Warning {
    Keystore(Caution),
    Expired(Certificate),
    /// Neither a CA nor signed by itself.
    NotCa(Certificate),
    /// A CA that another has certified.
    NotRoot(Certificate),
}

impl Warning {
    /// The stable code of this warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Keystore(caution) => caution::code(caution),
            Self::Expired(_) => "anchor-expired",
            Self::NotCa(_) => "anchor-not-a-ca",
            Self::NotRoot(_) => "anchor-not-a-root",
        }
    }

    /// The warning, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Keystore(caution) => caution::text(caution),
            Self::Expired(certificate) => format!(
                "{} expired on {}: most programs no longer trust what it issued",
                certificate.subject(),
                certificate.not_after()
            ),
            Self::NotCa(certificate) => format!(
                "{} in {} is not a CA: this one certificate will be trusted, and none that is issued later",
                certificate.subject(),
                certificate.origin()
            ),
            Self::NotRoot(certificate) => format!(
                "{} in {} is an intermediate: Java trusts it as it is, OpenSSL only with the root {} or partial chains allowed",
                certificate.subject(),
                certificate.origin(),
                certificate.issuer()
            ),
        }
    }
}

/// Prints the result for a person.
///
/// # Errors
/// What the stream says.
pub fn text(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    let count = match listing.anchors.len() {
        1 => "1 certificate".to_owned(),
        many => format!("{many} certificates"),
    };
    for file in listing.written {
        writeln!(
            out,
            "{}: {count} to trust ({})",
            file.path.bold(),
            file.format
        )?;
    }
    let wide = listing
        .anchors
        .iter()
        .take(LISTED)
        .map(|anchor| anchor.alias.chars().count())
        .max()
        .unwrap_or(0);
    for anchor in listing.anchors.iter().take(LISTED) {
        writeln!(
            out,
            "  {:wide$}  {}  until {}",
            anchor.alias.escape_debug().to_string(),
            anchor.certificate.subject(),
            anchor.certificate.not_after().date()
        )?;
    }
    if let Some(more) = listing
        .anchors
        .len()
        .checked_sub(LISTED)
        .filter(|more| *more > 0)
    {
        writeln!(out, "  and {more} more")?;
    }
    if !listing.left_out.is_empty() {
        writeln!(out, "\n{}", "Left out".bold())?;
    }
    for entry in listing.left_out.iter().take(LISTED) {
        writeln!(out, "  {}: {}", entry.origin, entry.what)?;
    }
    if let Some(more) = listing
        .left_out
        .len()
        .checked_sub(LISTED)
        .filter(|more| *more > 0)
    {
        writeln!(out, "  and {more} more")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    entries: Vec<JsonEntry<'a>>,
    left_out: Vec<JsonLeftOut>,
    warnings: Vec<JsonWarning>,
    outputs: &'a [Written],
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    alias: &'a str,
    sha256: &'a str,
    subject: String,
    serial: &'a str,
    not_before: Time,
    not_after: Time,
    origin: String,
}

#[derive(Serialize)]
struct JsonLeftOut {
    origin: String,
    what: &'static str,
}

#[derive(Serialize)]
struct JsonWarning {
    code: &'static str,
    summary: String,
}

/// Prints the result as `fullcert.truststore/1`.
///
/// # Errors
/// What the stream says.
pub fn json(listing: &Listing<'_>, out: &mut dyn Write) -> io::Result<()> {
    super::json(
        &Json {
            schema: "fullcert.truststore/1",
            entries: listing.anchors.iter().map(describe).collect(),
            left_out: listing
                .left_out
                .iter()
                .map(|entry| JsonLeftOut {
                    origin: entry.origin.to_string(),
                    what: entry.what,
                })
                .collect(),
            warnings: listing
                .warnings
                .iter()
                .map(|warning| JsonWarning {
                    code: warning.code(),
                    summary: warning.text(),
                })
                .collect(),
            outputs: listing.written,
        },
        out,
    )
}

fn describe(anchor: &Anchor) -> JsonEntry<'_> {
    JsonEntry {
        alias: &anchor.alias,
        sha256: anchor.certificate.sha256(),
        subject: anchor.certificate.subject().to_string(),
        serial: anchor.certificate.serial(),
        not_before: anchor.certificate.not_before(),
        not_after: anchor.certificate.not_after(),
        origin: anchor.certificate.origin().to_string(),
    }
}
