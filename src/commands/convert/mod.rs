//! `fullcert convert`

mod contents;

use std::collections::HashSet;

use crate::cli::convert::Convert;
use crate::cli::output::OutputFormat;
use crate::cli::{Format, is_stdout};
use crate::encode::pem::{self, Part};
use crate::encode::{Entry, pkcs7, pkcs8};
use crate::error::{Error, SinkError, UsageError};
use crate::material::{Certificate, Crl, PublicKey, Request};
use crate::report;
use crate::report::convert::{Converted, Lost, Warning};
use crate::secret::Secret;
use crate::sink::{self, Output};

use super::form::{self, Form};
use super::passwords::Asked;
use super::{Context, Outcome, refuse_json_beside, refuse_replacing};

use contents::Contents;

pub fn run(args: &Convert, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    check(args, context)?;
    let mut asked = Asked::new(
        args.in_password.origins(),
        args.in_key_password.origins(),
        context.io,
    );
    let decoded = asked.open(&args.file)?;
    let mut contents = Contents::of(decoded, context.clock.now())?;
    let mut lost = std::mem::take(&mut contents.lost);
    let format = args.output.format;
    let mut warnings = Vec::new();
    let mut entries = 0;
    let bytes = if format.is_keystore() {
        let store = args
            .password
            .origins()
            .read_or_choose(form::PASSWORD, context.io)?;
        let key = args.key_password.origins();
        let form = Form {
            pkcs12: args.pkcs12,
            store: Some(store),
            key: if key.named() {
                Some(key.read_or_choose(form::KEY_PASSWORD, context.io)?)
            } else {
                None
            },
            pem: None,
            now: context.clock.now(),
        };
        let named = Named::of(&contents, args.alias.as_deref(), &mut lost)?;
        let all = named.entries(&contents);
        entries = all.len();
        warnings.extend(
            form.cautions([format], &all)
                .into_iter()
                .map(Warning::Keystore),
        );
        form.keystore(format, &all)?
    } else {
        let passphrase = passphrase(args, context)?;
        plain(args, &contents, passphrase.as_ref(), &mut lost)?
    };
    let output = if format.has_key() && contents.all_keys().next().is_some() {
        Output::secret(&args.output.path, bytes)
    } else {
        Output::public(&args.output.path, bytes)
    };
    sink::write(&[output], args.force, context.io.stdout)?;
    warnings.extend(lost.into_iter().map(Warning::Lost));
    let converted = Converted {
        input: &args.file,
        output: &args.output.path,
        format: format.name(),
        keys: if format.has_key() {
            contents.all_keys().count()
        } else {
            0
        },
        certificates: match format {
            OutputFormat::Key | OutputFormat::Pkcs8 => 0,
            OutputFormat::Leaf | OutputFormat::Der => contents.all_certificates().count().min(1),
            _ => contents.all_certificates().count(),
        },
        entries,
        warnings: &warnings,
    };
    if context.global.format == Format::Json {
        report::convert::json(&converted, context.io.stdout)?;
        return Ok(Outcome::Fine);
    }
    for warning in &warnings {
        report::warning(&warning.text(), context.io.stderr)?;
    }
    let out = if is_stdout(&args.output.path) {
        &mut *context.io.stderr
    } else {
        &mut *context.io.stdout
    };
    report::convert::text(&converted, out)?;
    Ok(Outcome::Fine)
}

/// Before anything is read, or anybody asked.
fn check(args: &Convert, context: &Context<'_, '_>) -> Result<(), Error> {
    let output = &args.output;
    refuse_json_beside(&[&output.path], context)?;
    refuse_replacing(Some(&args.file), &[&output.path])?;
    sink::check(&output.path, args.force)?;
    if is_stdout(&output.path) && output.format.is_binary() && context.io.terminal.stdout {
        return Err(SinkError::BinaryToTerminal.into());
    }
    let encrypts = args.encrypt_key && output.format.is_key_file();
    if args.encrypt_key && !encrypts {
        return Err(UsageError::new(
            "--encrypt-key is for keys in PEM and DER files",
            "a keystore's keys are always encrypted",
        )
        .into());
    }
    let takes_key_password =
        encrypts || matches!(output.format, OutputFormat::Jks | OutputFormat::Jceks);
    if args.key_password.origins().named() && !takes_key_password {
        return Err(UsageError::new(
            "nothing that is written takes a password for the key alone",
            "JKS and JCEKS do, and PEM with --encrypt-key",
        )
        .into());
    }
    Ok(())
}

fn passphrase(args: &Convert, context: &mut Context<'_, '_>) -> Result<Option<Secret>, Error> {
    if !args.encrypt_key {
        return Ok(None);
    }
    let own = args.key_password.origins();
    let store = args.password.origins();
    let place = if own.named() || !store.named() {
        own
    } else {
        store
    };
    Ok(Some(place.read_or_choose(form::KEY_PASSWORD, context.io)?))
}

/// Files without entries: PEM of any kind, PKCS#7, and one thing alone.
fn plain(
    args: &Convert,
    contents: &Contents,
    passphrase: Option<&Secret>,
    lost: &mut Vec<Lost>,
) -> Result<Vec<u8>, Error> {
    let names = contents.names();
    if !names.is_empty() {
        lost.push(Lost::Names(names));
    }
    if !contents.trusted.is_empty() {
        lost.push(Lost::Trust(contents.trusted.len()));
    }
    let format = args.output.format;
    let keys = contents.all_keys().count();
    let certificates = contents.all_certificates().count();
    let others = contents.crls.len() + contents.requests.len() + contents.public_keys.len();
    if !format.has_key() && format != OutputFormat::Der && keys > 0 {
        lost.push(Lost::Keys(keys));
    }
    if !matches!(format, OutputFormat::Pem | OutputFormat::Der) && others > 0 {
        lost.push(Lost::Others(others));
    }
    let one = |count: usize, what: &'static str| {
        if count == 1 {
            Ok(())
        } else {
            Err(UsageError::new(
                format!(
                    "{}: holds {count} {what}, and {} takes exactly one",
                    args.file.display(),
                    format.name()
                ),
                "write pem, or name a part of one identity with fullcert bundle",
            ))
        }
    };
    Ok(match format {
        OutputFormat::Key | OutputFormat::Pkcs8 => {
            if certificates > 0 {
                lost.push(Lost::Certificates(certificates));
            }
            one(keys, "private keys")?;
            let key = contents.all_keys().next().ok_or_else(|| nothing(args))?;
            match (format, passphrase) {
                (OutputFormat::Key, _) => pem::key(key, passphrase)?,
                (_, None) => pkcs8::der(key)?.to_vec(),
                (_, Some(secret)) => pkcs8::encrypted_der(key, secret, pkcs8::ITERATIONS)?,
            }
        }
        OutputFormat::Leaf => {
            let leaf = if let [(_, identity)] = contents.identities.as_slice() {
                identity.leaf()
            } else {
                one(certificates, "certificates")?;
                contents
                    .all_certificates()
                    .next()
                    .ok_or_else(|| nothing(args))?
            };
            if certificates > 1 {
                lost.push(Lost::Certificates(certificates - 1));
            }
            pem::certificates([leaf])?
        }
        OutputFormat::Der => {
            one(keys + certificates + others, "objects")?;
            single(contents).ok_or_else(|| nothing(args))??
        }
        OutputFormat::Pkcs7 => pkcs7::der(contents.all_certificates())?,
        OutputFormat::Chain => pem::certificates(contents.all_certificates())?,
        _ => {
            let parts = parts(contents);
            if parts.is_empty() {
                return Err(nothing(args).into());
            }
            pem::objects(&parts, passphrase)?
        }
    })
}

fn nothing(args: &Convert) -> UsageError {
    UsageError::new(
        format!(
            "{}: holds nothing that {} could hold",
            args.file.display(),
            args.output.format.name()
        ),
        "fullcert inspect lists what is in it",
    )
}

fn parts(contents: &Contents) -> Vec<Part<'_>> {
    let certificate = |(_, certificate)| Part::Certificate(certificate);
    contents
        .identities
        .iter()
        .flat_map(|(_, identity)| {
            std::iter::once(Part::Key(identity.key()))
                .chain(identity.chain().map(Part::Certificate))
        })
        .chain(contents.keys.iter().map(Part::Key))
        .chain(
            contents
                .trusted
                .iter()
                .map(|(alias, found)| (alias, found))
                .map(certificate),
        )
        .chain(
            contents
                .certificates
                .iter()
                .map(|(alias, found)| (alias, found))
                .map(certificate),
        )
        .chain(contents.crls.iter().map(Part::Crl))
        .chain(contents.requests.iter().map(Part::Request))
        .chain(contents.public_keys.iter().map(Part::PublicKey))
        .collect()
}

/// The DER of the one object there is.
fn single(contents: &Contents) -> Option<Result<Vec<u8>, Error>> {
    if let Some(key) = contents.keys.first() {
        return Some(pkcs8::der(key).map(|der| der.to_vec()).map_err(Error::from));
    }
    let certificate = contents.all_certificates().next().map(Certificate::der);
    let crl = contents.crls.first().map(Crl::der);
    let request = contents.requests.first().map(Request::der);
    let public = contents.public_keys.first().map(PublicKey::spki);
    certificate
        .or(crl)
        .or(request)
        .or(public)
        .map(|der| Ok(der.to_vec()))
}

/// A name for every entry of a keystore, each one Java can tell from the others.
struct Named {
    identities: Vec<String>,
    trusted: Vec<String>,
}

impl Named {
    fn of(
        contents: &Contents,
        alias: Option<&str>,
        lost: &mut Vec<Lost>,
    ) -> Result<Self, UsageError> {
        if !contents.keys.is_empty() {
            return Err(UsageError::new(
                "a keystore has no place for a private key without its certificate",
                "put the certificate beside it: fullcert bundle KEY CERTIFICATE -o …",
            ));
        }
        let others = contents.crls.len() + contents.requests.len() + contents.public_keys.len();
        if others > 0 {
            lost.push(Lost::Others(others));
        }
        if !contents.certificates.is_empty() {
            lost.push(Lost::NowTrusted(contents.certificates.len()));
        }
        let count =
            contents.identities.len() + contents.trusted.len() + contents.certificates.len();
        if alias.is_some() && count != 1 {
            return Err(UsageError::new(
                format!("--alias names one entry, and there are {count}"),
                "leave it out: each entry keeps its name, or takes its subject's",
            ));
        }
        let mut taken = HashSet::new();
        let mut renamed = Vec::new();
        let mut name = |given: &Option<String>, certificate: &Certificate| {
            let wanted = alias
                .map(str::to_owned)
                .or_else(|| given.clone().filter(|given| !given.is_empty()))
                .unwrap_or_else(|| form::alias_of(certificate));
            let mut name = wanted.clone();
            let mut number = 2;
            while !taken.insert(name.to_lowercase()) {
                name = format!("{wanted}-{number}");
                number += 1;
            }
            if name != wanted && given.is_some() {
                renamed.push((wanted, name.clone()));
            }
            name
        };
        let identities = contents
            .identities
            .iter()
            .map(|(alias, identity)| name(alias, identity.leaf()))
            .collect();
        let trusted = contents
            .trusted
            .iter()
            .chain(&contents.certificates)
            .map(|(alias, certificate)| name(alias, certificate))
            .collect();
        if !renamed.is_empty() {
            lost.push(Lost::Renamed(renamed));
        }
        Ok(Self {
            identities,
            trusted,
        })
    }

    fn entries<'a>(&'a self, contents: &'a Contents) -> Vec<Entry<'a>> {
        let identities = self
            .identities
            .iter()
            .zip(&contents.identities)
            .map(|(alias, (_, identity))| Entry::Identity { alias, identity });
        let trusted = self
            .trusted
            .iter()
            .zip(contents.trusted.iter().chain(&contents.certificates))
            .map(|(alias, (_, certificate))| Entry::Trusted { alias, certificate });
        identities.chain(trusted).collect()
    }
}
