//! What `fullcert bundle` made of the pile.

use std::io::{self, Write};

use colored::Colorize as _;
use serde::Serialize;

use crate::chain::{Assembly, Choice, End, Flaw, Gap, LeftOut, Why};
use crate::material::{Certificate, Time};
use crate::source::Origin;

/// All there is to tell.
pub struct Bundled<'a> {
    pub assembly: &'a Assembly,
    pub warnings: &'a [Warning],
    /// Things in the pile that are neither certificates nor keys, and what the decoders passed over.
    pub passed_over: &'a [PassedOver],
    pub written: &'a [Written],
    pub now: Time,
}

/// Something true about the result that its maker should know; the files are written all the same.
#[derive(Debug, Clone)]
pub enum Warning {
    Gap(Gap),
    Choice(Choice),
    LeafExpired(Certificate),
    LeafNotYetValid(Certificate),
    LeafSelfSigned(Certificate),
    NoClientAuth(Certificate),
    Issuer(Certificate, Flaw),
    ShortJksPassword,
    /// Java cannot open a PKCS#12 file by such a password.
    NonAsciiPassword,
}

/// Something that can be no part of an identity.
#[derive(Debug, Clone)]
pub enum PassedOver {
    Thing { what: &'static str, origin: Origin },
    Note { file: Origin, note: String },
}

/// One file that was written.
#[derive(Debug, Clone)]
pub struct Written {
    pub path: String,
    pub format: &'static str,
    pub alias: Option<String>,
    /// How many intermediates follow the leaf.
    pub issuers: usize,
}

impl Warning {
    /// The stable code of this warning in JSON.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gap(_) => "issuer-missing",
            Self::Choice(Choice::Renewal { .. }) => "several-certificates-for-the-key",
            Self::Choice(Choice::EndEntity { .. }) => "ca-key-present",
            Self::LeafExpired(_) => "leaf-expired",
            Self::LeafNotYetValid(_) => "leaf-not-yet-valid",
            Self::LeafSelfSigned(_) => "leaf-self-signed",
            Self::NoClientAuth(_) => "leaf-without-client-auth",
            Self::Issuer(_, flaw) => match flaw {
                Flaw::Expired => "issuer-expired",
                Flaw::NotYetValid => "issuer-not-yet-valid",
                Flaw::NotCa | Flaw::NoCertSign => "issuer-not-a-ca",
                Flaw::PathTooLong => "path-too-long",
                Flaw::NameForbidden => "name-forbidden",
                Flaw::WrongPurpose => "issuer-wrong-purpose",
                Flaw::WeakDigest => "issuer-weak-digest",
            },
            Self::ShortJksPassword => "password-short",
            Self::NonAsciiPassword => "password-not-ascii",
        }
    }

    /// The warning, as a person reads it.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Gap(gap) => gap_text(gap),
            Self::Choice(Choice::Renewal {
                chosen,
                passed_over,
            }) => format!(
                "{} certificates for the same key and name: took the one in {} ({}), not {}",
                passed_over.len() + 1,
                chosen.origin(),
                period(chosen),
                listed(passed_over.iter().map(|other| format!(
                    "the one in {} ({})",
                    other.origin(),
                    period(other)
                )))
            ),
            Self::Choice(Choice::EndEntity {
                chosen,
                passed_over,
            }) => format!(
                "the private key of a CA is here too ({}); the identity is {} in {}",
                listed(
                    passed_over
                        .iter()
                        .map(|ca| format!("{} in {}", ca.subject(), ca.origin()))
                ),
                chosen.subject(),
                chosen.origin()
            ),
            Self::LeafExpired(leaf) => format!(
                "the certificate in {} expired on {}: servers will refuse it",
                leaf.origin(),
                leaf.not_after()
            ),
            Self::LeafNotYetValid(leaf) => format!(
                "the certificate in {} is not valid before {}",
                leaf.origin(),
                leaf.not_before()
            ),
            Self::LeafSelfSigned(leaf) => format!(
                "the certificate in {} is self-signed: only a server that was given this very certificate will accept it",
                leaf.origin()
            ),
            Self::NoClientAuth(leaf) => format!(
                "the certificate in {} is not meant for clients (extended key usage: {}): most servers will refuse it",
                leaf.origin(),
                leaf.eku().unwrap_or_default().join(", ")
            ),
            Self::Issuer(issuer, flaw) => issuer_text(issuer, *flaw),
            Self::ShortJksPassword => {
                "the password has fewer than 6 characters: keytool refuses such a keystore"
                    .to_owned()
            }
            Self::NonAsciiPassword => {
                "the password has characters outside ASCII: Java cannot open a PKCS#12 file with it"
                    .to_owned()
            }
        }
    }
}

fn gap_text(gap: &Gap) -> String {
    use std::fmt::Write as _;
    let certificate = &gap.certificate;
    let mut text = format!(
        "the chain is not complete: the certificate of {} is missing, which issued {} in {}",
        gap.missing(),
        certificate.subject(),
        certificate.origin()
    );
    if let Some(namesake) = &gap.namesake {
        let _ = write!(
            text,
            "\n  the one of that name in {} has another key",
            namesake.origin()
        );
    }
    let _ = match gap.url() {
        Some(url) => write!(
            text,
            "\n  it is at {}: curl -o issuer.crt {}",
            url.escape_debug(),
            quoted(url)
        ),
        None => write!(text, "\n  ask the CA for it, and add it to the files"),
    };
    if certificate.is_ca() {
        text.push_str("\n  if that is the root the server trusts, nothing is missing");
    }
    text
}

fn issuer_text(issuer: &Certificate, flaw: Flaw) -> String {
    let who = format!("{} in {}", issuer.subject(), issuer.origin());
    match flaw {
        Flaw::Expired => format!("{who} expired on {}", issuer.not_after()),
        Flaw::NotYetValid => format!("{who} is not valid before {}", issuer.not_before()),
        Flaw::NotCa => format!(
            "{who} signed the certificate below it but is not a CA by its basic constraints"
        ),
        Flaw::NoCertSign => {
            format!("{who} signed the certificate below it but its key usage does not allow that")
        }
        Flaw::PathTooLong => format!(
            "{who} allows {} CAs below it, and there are more",
            issuer.path_len().unwrap_or_default()
        ),
        Flaw::NameForbidden => {
            format!(
                "{who} may not issue for this name (name constraints): the chain will be refused"
            )
        }
        Flaw::WrongPurpose => format!(
            "{who} may not issue for this purpose (extended key usage: {}): OpenSSL, Go and rustls refuse the chain",
            issuer.eku().unwrap_or_default().join(", ")
        ),
        Flaw::WeakDigest => format!(
            "{who} is signed with {}: most servers refuse that",
            issuer.signature_algorithm()
        ),
    }
}

/// Prints the result for a person.
///
/// # Errors
/// What the stream says.
pub fn text(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let leaf = bundled.assembly.identity.leaf();
    let key = bundled.assembly.identity.key();
    writeln!(out, "{}", leaf.subject().to_string().bold())?;
    writeln!(out, "  issued by  {}", leaf.issuer())?;
    writeln!(
        out,
        "  valid      {} to {} ({})",
        leaf.not_before(),
        leaf.not_after(),
        left(leaf, bundled.now)
    )?;
    if !leaf.sans().is_empty() {
        writeln!(out, "  names      {}", listed(leaf.sans()))?;
    }
    let usage = leaf
        .eku()
        .map_or_else(|| "any purpose".to_owned(), |usages| usages.join(", "));
    writeln!(out, "  for        {}", usage.escape_debug())?;
    writeln!(out, "  key        {}, in {}", key.info(), key.origin())?;
    chain(bundled, out)?;
    left_out(bundled, out)?;
    writeln!(out, "\n{}", "Written".bold())?;
    let wide = bundled
        .written
        .iter()
        .map(|file| file.path.chars().count())
        .max()
        .unwrap_or(0);
    for file in bundled.written {
        let content = match file.issuers {
            0 => "key and leaf".to_owned(),
            1 => "key, leaf and 1 intermediate".to_owned(),
            many => format!("key, leaf and {many} intermediates"),
        };
        write!(out, "  {:wide$}  {:6}  {content}", file.path, file.format)?;
        if let Some(alias) = &file.alias {
            write!(out, ", alias {}", alias.escape_debug())?;
        }
        writeln!(out)?;
    }
    if let Some(first) = bundled.written.first().filter(|file| file.path != "-") {
        writeln!(
            out,
            "\n{}\n  fullcert probe https://HOST:PORT/ -E {}",
            "Next".bold(),
            quoted(&first.path)
        )?;
    }
    Ok(())
}

fn chain(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", "Chain".bold())?;
    for (depth, certificate) in bundled.assembly.identity.chain().enumerate() {
        writeln!(
            out,
            "  {depth}  {:indent$}{}  {}",
            "",
            certificate.subject(),
            certificate.origin().to_string().dimmed(),
            indent = depth * 2
        )?;
    }
    let indent = bundled.assembly.path.certificates.len() * 2;
    let top = match &bundled.assembly.path.end {
        End::Root(root) => format!(
            "{}  the root, left out: whoever trusts it has it",
            root.subject()
        ),
        End::Anchor(root) => format!("{}  trusted by the other side", root.subject()),
        End::Named(name) => format!("{name}  named by the other side"),
        End::SelfSigned => return Ok(()),
        End::Gap(gap) => format!("{}  missing", gap.missing()).yellow().to_string(),
    };
    writeln!(out, "  -  {:indent$}{top}", "")
}

/// More of one kind in one file than this are counted, not listed.
const LISTED: usize = 5;

fn left_out(bundled: &Bundled<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut lines: Vec<String> = Vec::new();
    let mut groups: Vec<(String, Vec<&LeftOut>)> = Vec::new();
    for entry in &bundled.assembly.left_out {
        let file = format!("{} {}", why(&entry.why), entry.certificate.origin().whole());
        match groups.iter_mut().find(|(name, _)| *name == file) {
            Some((_, group)) => group.push(entry),
            None => groups.push((file, vec![entry])),
        }
    }
    for (_, group) in groups {
        let Some(first) = group.first() else { continue };
        if group.len() > LISTED {
            lines.push(format!(
                "{}: {} certificates, {}",
                first.certificate.origin().whole(),
                group.len(),
                sentence(&first.why, true)
            ));
            continue;
        }
        for entry in group {
            lines.push(format!(
                "{}: {}, {}",
                entry.certificate.origin(),
                entry.certificate.subject(),
                sentence(&entry.why, false)
            ));
        }
    }
    for key in &bundled.assembly.spare_keys {
        lines.push(format!(
            "{}: a private key ({}) that is not this identity's",
            key.origin(),
            key.info()
        ));
    }
    for entry in bundled.passed_over {
        lines.push(match entry {
            PassedOver::Thing { what, origin } => format!("{origin}: {what}"),
            PassedOver::Note { file, note } => format!("{file}: {}", note.escape_debug()),
        });
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", "Left out".bold())?;
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn why(why: &Why) -> &'static str {
    match why {
        Why::Root => "root",
        Why::Duplicate(_) => "duplicate",
        Why::OtherLeaf => "other-leaf",
        Why::OtherWay => "other-way",
        Why::Stranger => "stranger",
    }
}

fn sentence(why: &Why, many: bool) -> String {
    match why {
        Why::Root => "the root: whoever trusts it has it".to_owned(),
        Why::Duplicate(_) if many => "each of which came before".to_owned(),
        Why::Duplicate(first) => format!("the same as {first}"),
        Why::OtherLeaf => "another certificate for this key".to_owned(),
        Why::OtherWay => "not needed: the chain takes another way".to_owned(),
        Why::Stranger if many => "which have nothing to do with this chain".to_owned(),
        Why::Stranger => "which has nothing to do with this chain".to_owned(),
    }
}

fn left(certificate: &Certificate, now: Time) -> String {
    let days = now.days_until(certificate.not_after());
    if certificate.not_after() < now {
        "expired".to_owned()
    } else if now < certificate.not_before() {
        "not yet valid".to_owned()
    } else {
        format!("{days} days left")
    }
}

fn period(certificate: &Certificate) -> String {
    format!(
        "valid {} to {}",
        certificate.not_before().date(),
        certificate.not_after().date()
    )
}

fn listed<T: ToString>(parts: impl IntoIterator<Item = T>) -> String {
    parts
        .into_iter()
        .map(|part| part.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

/// A word as a shell takes it whole; it came from a certificate or a path.
fn quoted(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "/:._-+,@%=~".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''").escape_debug())
    }
}

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
    };
    super::json(&value, out)
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
