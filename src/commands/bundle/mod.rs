//! `fullcert bundle`

mod fill;
mod pile;

use std::path::PathBuf;

use crate::chain::{Assembly, End};
use crate::cli::bundle::Bundle;
use crate::cli::output::{OutputFile, OutputFormat};
use crate::cli::{Format, is_stdout};
use crate::encode::{self, Entry, jks, pkcs12};
use crate::error::{DecodeError, Error, FetchError, IdentityError, SecretError, SinkError};
use crate::material::{Certificate, San};
use crate::report;
use crate::report::bundle::{Bundled, Warning, Written};
use crate::secret::Secret;
use crate::sink::{self, Output};

use super::{Context, Outcome, certificates, refuse_json_beside, refuse_replacing};

use fill::Filled;
use pile::Pile;

/// As the prompt names it.
const PASSWORD: &str = "keystore password";

pub fn run(args: &Bundle, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    check_outputs(args, context)?;
    let pile = Pile::read(args, context)?;
    let Filled { assembly, failure } = fill::assemble(&pile, args, context).map_err(|error| {
        match (error, pile.locked.first()) {
            // The key that is wanted may well be the one that could not be opened.
            (
                Error::Identity(IdentityError::NoKey { .. } | IdentityError::KeyMismatch { .. }),
                Some(key),
            ) => certificates::locked(DecodeError::PasswordMissing {
                origin: key.clone(),
                what: "private key",
            }),
            (error, _) => error,
        }
    })?;
    let alias = args
        .alias
        .clone()
        .unwrap_or_else(|| alias_of(assembly.identity.leaf()));
    let password = if args.output.iter().any(|output| output.format.is_keystore()) {
        let origins = args.password.origins();
        Some(origins.read_or_choose(PASSWORD, context.io)?)
    } else {
        None
    };
    let mut outputs = Vec::new();
    let mut written = Vec::new();
    for output in &args.output {
        let bytes = encode(output.format, &assembly, &alias, password.as_ref(), context)?;
        written.push(describe(output, &assembly, &alias));
        outputs.push(Output::secret(&output.path, bytes));
    }
    sink::write(&outputs, args.force, context.io.stdout)?;
    let warnings = warnings(args, &assembly, failure, password.as_ref(), context);
    let bundled = Bundled {
        assembly: &assembly,
        warnings: &warnings,
        passed_over: &pile.passed_over,
        written: &written,
        now: context.clock.now(),
    };
    // With the identity itself on standard output, the account of it goes beside.
    let to_stdout = !args.output.iter().any(|output| is_stdout(&output.path));
    match context.global.format {
        Format::Json => report::bundle::json(&bundled, context.io.stdout)?,
        Format::Text | Format::Prometheus => {
            for warning in &warnings {
                report::warning(&warning.text(), context.io.stderr)?;
            }
            let out = if to_stdout {
                &mut *context.io.stdout
            } else {
                &mut *context.io.stderr
            };
            report::bundle::text(&bundled, out)?;
        }
    }
    Ok(Outcome::Fine)
}

/// Before anybody is asked for a password.
fn check_outputs(args: &Bundle, context: &Context<'_, '_>) -> Result<(), Error> {
    let paths: Vec<&PathBuf> = args.output.iter().map(|output| &output.path).collect();
    refuse_json_beside(&paths, context)?;
    for input in args.files.iter().chain(&args.key).chain(&args.leaf) {
        refuse_replacing(Some(input), &paths)?;
    }
    for (index, output) in args.output.iter().enumerate() {
        sink::check(&output.path, args.force)?;
        if args.output[..index]
            .iter()
            .any(|other| other.path == output.path)
        {
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

/// The leaf's common name, else its first alternative name.
fn alias_of(leaf: &Certificate) -> String {
    let san = leaf.sans().iter().find_map(|san| match san {
        San::Dns(name) | San::Email(name) | San::Uri(name) => Some(name.clone()),
        San::Ip(ip) => Some(ip.to_string()),
        San::Other(_) => None,
    });
    leaf.subject()
        .common_name()
        .map(str::to_owned)
        .filter(|name| !name.trim().is_empty())
        .or(san)
        .unwrap_or_else(|| "1".to_owned())
}

fn encode(
    format: OutputFormat,
    assembly: &Assembly,
    alias: &str,
    password: Option<&Secret>,
    context: &Context<'_, '_>,
) -> Result<Vec<u8>, Error> {
    let identity = &assembly.identity;
    let entries = [Entry::Identity { alias, identity }];
    let password = || {
        password.ok_or_else(|| SecretError::EmptyPassword {
            what: PASSWORD.to_owned(),
        })
    };
    Ok(match format {
        OutputFormat::Pem => encode::pem::fullcert(identity, None)?,
        OutputFormat::Pkcs12 => {
            let profile = pkcs12::Profile::Modern;
            pkcs12::write(&entries, password()?, profile, profile.iterations())?
        }
        OutputFormat::Jks => jks::write(
            jks::Kind::Jks,
            &entries,
            password()?,
            None,
            context.clock.now(),
        )?,
    })
}

fn describe(output: &OutputFile, assembly: &Assembly, alias: &str) -> Written {
    let (format, alias) = match output.format {
        OutputFormat::Pem => ("pem", None),
        OutputFormat::Pkcs12 => ("pkcs12", Some(alias.to_owned())),
        OutputFormat::Jks => ("jks", Some(alias.to_lowercase())),
    };
    Written {
        path: output.path.display().to_string(),
        format,
        alias,
        issuers: assembly.identity.issuers().len(),
    }
}

fn warnings(
    args: &Bundle,
    assembly: &Assembly,
    failure: Option<FetchError>,
    password: Option<&Secret>,
    context: &Context<'_, '_>,
) -> Vec<Warning> {
    let now = context.clock.now();
    let leaf = assembly.identity.leaf();
    let mut warnings: Vec<Warning> = assembly
        .choices
        .iter()
        .cloned()
        .map(Warning::Choice)
        .collect();
    if leaf.not_after() < now {
        warnings.push(Warning::LeafExpired(leaf.clone()));
    }
    if now < leaf.not_before() {
        warnings.push(Warning::LeafNotYetValid(leaf.clone()));
    }
    if !leaf.allows("clientAuth") {
        warnings.push(Warning::NoClientAuth(leaf.clone()));
    }
    match &assembly.path.end {
        End::SelfSigned => warnings.push(Warning::LeafSelfSigned(leaf.clone())),
        End::Gap(gap) => {
            warnings.push(Warning::Gap(gap.clone()));
            warnings.extend(failure.map(Warning::NotFetched));
        }
        End::Root(_) | End::Anchor(_) | End::Named(_) => {}
    }
    warnings.extend(
        assembly
            .path
            .flaws
            .iter()
            .map(|(issuer, flaw)| Warning::Issuer(issuer.clone(), *flaw)),
    );
    let writes = |format| args.output.iter().any(|output| output.format == format);
    if let Some(password) = password {
        if writes(OutputFormat::Jks) && password.expose().chars().count() < 6 {
            warnings.push(Warning::ShortJksPassword);
        }
        if writes(OutputFormat::Pkcs12) && !password.expose().is_ascii() {
            warnings.push(Warning::NonAsciiPassword);
        }
    }
    warnings
}
