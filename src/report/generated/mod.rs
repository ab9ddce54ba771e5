//! What `key`, `csr` and `ca` made, and the command to run next.
//!
//! Nothing is said on standard output where the data itself went there.

mod json;

use std::io::{self, Write};
use std::path::Path;

use colored::Colorize as _;

use crate::cli::{Format, is_stdout};
use crate::io::Io;
use crate::material::{Certificate, KeyInfo, KeyKind, Name, PrivateKey, Request, San, Time};

/// One file that was written.
pub struct Made<'a> {
    pub path: &'a Path,
    pub what: What<'a>,
}

/// What is in it.
pub enum What<'a> {
    Key {
        key: &'a PrivateKey,
        encrypted: bool,
    },
    Request(&'a Request),
    Certificate(&'a Certificate),
    Chain(&'a [Certificate]),
}

/// A certificate that a CA signed.
pub struct Issuance<'a> {
    pub made: &'a [Made<'a>],
    /// The requester's key, where it lies beside the request.
    pub key: Option<&'a Path>,
    /// A file with the certificates that issued it.
    pub issuer: &'a Path,
    pub warnings: &'a [Warning],
}

/// Something true about what was made that its maker should know; it was made all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    UpsideDown(Name),
    WeakKey(KeyInfo),
    NotCopied(Vec<String>),
    CutShort { until: Time, days: u32 },
    Nameless,
}

impl Warning {
    /// Whether a key is one that today's TLS stacks refuse.
    #[must_use]
    pub fn weak(key: &KeyInfo) -> Option<Self> {
        let least = match key.kind {
            KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa => 2048,
            KeyKind::Ec => 224,
            _ => return None,
        };
        (key.bits < least).then(|| Self::WeakKey(key.clone()))
    }

    /// The stable code of this warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UpsideDown(_) => "subject-upside-down",
            Self::WeakKey(_) => "key-weak",
            Self::NotCopied(_) => "extensions-not-copied",
            Self::CutShort { .. } => "validity-cut",
            Self::Nameless => "nobody-named",
        }
    }

    /// The warning, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::UpsideDown(name) => format!(
                "{name}: the country stands first, so the encoding ends with it (RFC 4514 is read backwards); to begin with the country, type the common name first, or use the form /C=…/CN=…"
            ),
            Self::WeakKey(key) => {
                format!("{key}: CAs and TLS stacks of today refuse a key of this size")
            }
            Self::NotCopied(names) => format!(
                "the request also asks for {}: not copied, for that is the CA's to decide",
                names.join(", ").escape_debug()
            ),
            Self::CutShort { until, days } => format!(
                "valid until {until}, when the issuing CA itself ends, and not for {days} days"
            ),
            Self::Nameless => {
                "the request names nobody, neither as its subject nor as an alternative name"
                    .to_owned()
            }
        }
    }
}

/// Reports a key, as text or as `fullcert.key/1`.
///
/// # Errors
/// What the stream says.
pub fn key(made: &[Made<'_>], format: Format, io: &mut Io<'_>) -> io::Result<()> {
    if format == Format::Json {
        return json::print("fullcert.key/1", made, &[], io.stdout);
    }
    if streams(made) {
        return Ok(());
    }
    files(made, io.stdout)?;
    let Some(first) = made.first() else {
        return Ok(());
    };
    next(
        &format!(
            "fullcert csr --key {} --subject 'CN=NAME,O=ORGANISATION,C=NL' -o {}",
            word(first.path),
            word(&first.path.with_extension("csr"))
        ),
        io.stdout,
    )
}

/// Reports a request, and its key where that is new, as text or as `fullcert.csr/1`.
///
/// # Errors
/// What the stream says.
pub fn request(
    made: &[Made<'_>],
    warnings: &[Warning],
    format: Format,
    io: &mut Io<'_>,
) -> io::Result<()> {
    if format == Format::Json {
        return json::print("fullcert.csr/1", made, warnings, io.stdout);
    }
    warn(warnings, io.stderr)?;
    if streams(made) {
        return Ok(());
    }
    files(made, io.stdout)?;
    let Some(request) = made.last() else {
        return Ok(());
    };
    next(
        &format!(
            "send {0} to the CA, or try it with one of your own: fullcert ca init && fullcert ca sign {0}",
            word(request.path)
        ),
        io.stdout,
    )
}

/// Reports a new authority, as text or as `fullcert.ca/1`.
///
/// # Errors
/// What the stream says.
pub fn authority(
    folder: &Path,
    made: &[Made<'_>],
    format: Format,
    io: &mut Io<'_>,
) -> io::Result<()> {
    if format == Format::Json {
        return json::print("fullcert.ca/1", made, &[], io.stdout);
    }
    files(made, io.stdout)?;
    next(
        &format!("fullcert ca sign REQUEST --dir {}", word(folder)),
        io.stdout,
    )
}

/// Reports a certificate that was signed, as text or as `fullcert.ca/1`.
///
/// # Errors
/// What the stream says.
pub fn issued(issuance: &Issuance<'_>, format: Format, io: &mut Io<'_>) -> io::Result<()> {
    if format == Format::Json {
        return json::print("fullcert.ca/1", issuance.made, issuance.warnings, io.stdout);
    }
    warn(issuance.warnings, io.stderr)?;
    if streams(issuance.made) {
        return Ok(());
    }
    files(issuance.made, io.stdout)?;
    let Some(certificate) = issuance.made.first() else {
        return Ok(());
    };
    next(
        &format!(
            "fullcert bundle {} {} {} -o fullcert.pem",
            issuance.key.map_or_else(|| "KEY".to_owned(), word),
            word(certificate.path),
            word(issuance.issuer)
        ),
        io.stdout,
    )
}

fn streams(made: &[Made<'_>]) -> bool {
    made.iter().any(|file| is_stdout(file.path))
}

fn warn(warnings: &[Warning], stderr: &mut dyn Write) -> io::Result<()> {
    warnings
        .iter()
        .try_for_each(|warning| crate::report::warning(&warning.text(), stderr))
}

fn files(made: &[Made<'_>], out: &mut dyn Write) -> io::Result<()> {
    for file in made {
        let path = file.path.display();
        match &file.what {
            What::Key { key, encrypted } => {
                let encrypted = if *encrypted { "encrypted, " } else { "" };
                writeln!(
                    out,
                    "{path}: {} private key ({encrypted}mode 0600)",
                    key.info()
                )?;
            }
            What::Request(request) => {
                writeln!(
                    out,
                    "{path}: signing request for {} ({})",
                    request.subject(),
                    request.key()
                )?;
                names(request.sans(), out)?;
            }
            What::Certificate(certificate) => describe(&path.to_string(), certificate, out)?,
            What::Chain(chain) => {
                writeln!(out, "{path}: {} certificates", chain.len())?;
                for certificate in *chain {
                    writeln!(out, "  {}", certificate.subject())?;
                }
            }
        }
    }
    Ok(())
}

fn describe(path: &str, certificate: &Certificate, out: &mut dyn Write) -> io::Result<()> {
    let kind = if certificate.is_ca() {
        "CA certificate"
    } else {
        "certificate"
    };
    writeln!(
        out,
        "{path}: {kind} of {}, until {}",
        certificate.subject(),
        certificate.not_after().date()
    )?;
    if certificate.is_ca() {
        return Ok(());
    }
    writeln!(out, "  issued by {}", certificate.issuer())?;
    if let Some(usages) = certificate.eku() {
        writeln!(out, "  for {}", usages.join(", ").escape_debug())?;
    }
    names(certificate.sans(), out)
}

fn names(sans: &[San], out: &mut dyn Write) -> io::Result<()> {
    if sans.is_empty() {
        return Ok(());
    }
    let listed: Vec<String> = sans.iter().map(ToString::to_string).collect();
    writeln!(out, "  names {}", listed.join(", "))
}

fn next(command: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}\n  {command}", "Next".bold())
}

/// A path as a shell takes it whole.
fn word(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |character: char| character.is_alphanumeric() || "/._-+,@%=~:".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
