//! `fullcert truststore`

use std::collections::HashSet;
use std::path::PathBuf;

use crate::cli::output::{OutputFile, OutputFormat};
use crate::cli::truststore::Truststore;
use crate::cli::{Format, is_stdout};
use crate::decode::Decoded;
use crate::encode::{Entry, pem, pkcs7};
use crate::error::{Error, IdentityError, SinkError, UsageError};
use crate::material::{Certificate, Item};
use crate::report;
use crate::report::truststore::{Anchor, LeftOut, Listing, Warning, Written};
use crate::secret::Origins;
use crate::sink::{self, Output};
use crate::source::Origin;

use super::form::{self, Form};
use super::passwords::Asked;
use super::{Context, Outcome, java, machine, refuse_json_beside, refuse_replacing};

/// Hexadecimal digits of a certificate's SHA-256 behind its name: enough to tell any two apart.
const DIGITS: usize = 8;

pub fn run(args: &Truststore, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    check_outputs(args, context)?;
    let gathered = gather(args, context)?;
    if gathered.anchors.is_empty() {
        return Err(IdentityError::NoCertificate {
            files: gathered.files,
        }
        .into());
    }
    let entries: Vec<Entry<'_>> = gathered
        .anchors
        .iter()
        .map(|anchor| Entry::Trusted {
            alias: &anchor.alias,
            certificate: &anchor.certificate,
        })
        .collect();
    let keystores = args.output.iter().any(|output| output.format.is_keystore());
    let form = Form {
        pkcs12: args.pkcs12,
        store: if keystores {
            let origins = args.password.origins();
            Some(origins.read_or_choose(form::PASSWORD, context.io)?)
        } else {
            None
        },
        key: None,
        pem: None,
        now: context.clock.now(),
    };
    let mut outputs = Vec::new();
    for output in &args.output {
        let certificates = gathered.anchors.iter().map(|anchor| &anchor.certificate);
        let bytes = match output.format {
            OutputFormat::Pkcs12 | OutputFormat::Jks | OutputFormat::Jceks => {
                form.keystore(output.format, &entries)?
            }
            OutputFormat::Pkcs7 => pkcs7::der(certificates)?,
            _ => pem::certificates(certificates)?,
        };
        outputs.push(Output::public(&output.path, bytes));
    }
    sink::write(&outputs, args.force, context.io.stdout)?;
    let formats = args.output.iter().map(|output| output.format);
    let mut warnings: Vec<Warning> = form
        .cautions(formats, &entries)
        .into_iter()
        .map(Warning::Keystore)
        .collect();
    warnings.extend(doubts(&gathered.anchors, context));
    let listing = Listing {
        anchors: &gathered.anchors,
        left_out: &gathered.left_out,
        warnings: &warnings,
        written: &args.output.iter().map(describe).collect::<Vec<_>>(),
    };
    let beside = args.output.iter().any(|output| is_stdout(&output.path));
    if context.global.format == Format::Json {
        report::truststore::json(&listing, context.io.stdout)?;
        return Ok(Outcome::Fine);
    }
    for warning in &warnings {
        report::warning(&warning.text(), context.io.stderr)?;
    }
    let out = if beside {
        &mut *context.io.stderr
    } else {
        &mut *context.io.stdout
    };
    report::truststore::text(&listing, out)?;
    Ok(Outcome::Fine)
}

/// Before anybody is asked for a password.
fn check_outputs(args: &Truststore, context: &Context<'_, '_>) -> Result<(), Error> {
    let paths: Vec<&PathBuf> = args.output.iter().map(|output| &output.path).collect();
    refuse_json_beside(&paths, context)?;
    for input in &args.files {
        refuse_replacing(Some(input), &paths)?;
    }
    for (index, output) in args.output.iter().enumerate() {
        if matches!(
            output.format,
            OutputFormat::Key | OutputFormat::Pkcs8 | OutputFormat::Der
        ) {
            return Err(UsageError::new(
                format!(
                    "{}: a truststore is not written as {}",
                    output.path.display(),
                    output.format.name()
                ),
                "name one of p12, jks, jceks, pem or p7b",
            )
            .into());
        }
        sink::check(&output.path, args.force)?;
        if paths[..index].contains(&&output.path) {
            return Err(SinkError::Twice {
                path: output.path.clone(),
            }
            .into());
        }
        if is_stdout(&output.path) && output.format.is_binary() && context.io.terminal.stdout {
            return Err(SinkError::BinaryToTerminal.into());
        }
    }
    Ok(())
}

/// What the files, this machine and Java came to, each certificate once.
#[derive(Default)]
struct Gathered {
    anchors: Vec<Anchor>,
    left_out: Vec<LeftOut>,
    files: Vec<Origin>,
    seen: HashSet<String>,
    aliases: HashSet<String>,
}

fn gather(args: &Truststore, context: &mut Context<'_, '_>) -> Result<Gathered, Error> {
    let mut gathered = Gathered::default();
    let home = (context.io.env)("JAVA_HOME").map(PathBuf::from);
    let path = (context.io.env)("PATH").unwrap_or_default();
    let mut asked = Asked::new(args.in_password.origins(), Origins::default(), context.io);
    for file in &args.files {
        gathered.add(asked.open(file)?);
    }
    if args.from_system {
        // The machine lists them in no order that would last.
        let mut roots = machine::roots();
        roots.sort_by_cached_key(alias_of);
        for root in roots {
            gathered.anchor(root, None);
        }
    }
    if let Some(place) = &args.from_java {
        let file = java::cacerts(place.as_deref(), home.as_deref(), &path)?;
        gathered.add(java::truststore(&file, &mut asked)?);
    }
    Ok(gathered)
}

impl Gathered {
    fn add(&mut self, decoded: Decoded) {
        self.files.push(decoded.origin);
        for object in decoded.objects {
            let what = match object.item {
                Item::Certificate(certificate) => {
                    self.anchor(certificate, object.alias.filter(|_| object.trusted));
                    continue;
                }
                Item::Key(_) | Item::EncryptedKey(_) => "a private key",
                Item::PublicKey(_) => "a public key",
                Item::Request(_) => "a signing request",
                Item::Crl(_) => "a revocation list",
                Item::SecretKey { .. } => "a secret key",
            };
            self.left_out.push(LeftOut {
                origin: object.origin,
                what,
            });
        }
    }

    /// A certificate under the name its store gave it, or one of its own.
    fn anchor(&mut self, certificate: Certificate, given: Option<String>) {
        if !self.seen.insert(certificate.sha256().to_owned()) {
            self.left_out.push(LeftOut {
                origin: certificate.origin().clone(),
                what: "a certificate that came before",
            });
            return;
        }
        let own = alias_of(&certificate);
        let alias = given
            .filter(|name| !name.is_empty() && !self.aliases.contains(&name.to_lowercase()))
            .unwrap_or(own);
        self.aliases.insert(alias.to_lowercase());
        self.anchors.push(Anchor { alias, certificate });
    }
}

/// A readable name and the beginning of the fingerprint: the same wherever the certificate is met again.
fn alias_of(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    let name = ["CN", "OU", "O"]
        .iter()
        .find_map(|keyword| subject.find(keyword))
        .unwrap_or("ca");
    let mut alias = String::new();
    for character in name.chars().take(60) {
        if character.is_alphanumeric() {
            alias.extend(character.to_lowercase());
        } else if !alias.is_empty() && !alias.ends_with('-') {
            alias.push('-');
        }
    }
    let digest = certificate.sha256();
    format!(
        "{}-{}",
        alias.trim_end_matches('-'),
        digest.get(..DIGITS).unwrap_or(digest)
    )
}

fn doubts(anchors: &[Anchor], context: &Context<'_, '_>) -> Vec<Warning> {
    let now = context.clock.now();
    let mut doubts = Vec::new();
    for anchor in anchors {
        let certificate = &anchor.certificate;
        if certificate.not_after() < now {
            doubts.push(Warning::Expired(certificate.clone()));
        }
        if !certificate.is_ca() && !certificate.is_self_issued() {
            doubts.push(Warning::NotCa(certificate.clone()));
        } else if !certificate.is_self_issued() {
            doubts.push(Warning::NotRoot(certificate.clone()));
        }
    }
    doubts
}

fn describe(output: &OutputFile) -> Written {
    Written {
        path: output.path.display().to_string(),
        format: match output.format {
            OutputFormat::Chain | OutputFormat::Leaf => "pem",
            other => other.name(),
        },
    }
}
