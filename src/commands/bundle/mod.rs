//! `fullcert bundle`

mod fill;
mod pile;
mod salesforce;

use std::path::PathBuf;

use crate::chain::{Assembly, End};
use crate::cli::bundle::{Bundle, Service};
use crate::cli::output::{OutputFile, OutputFormat};
use crate::cli::{Format, is_stdout};
use crate::encode::Entry;
use crate::error::{Error, IdentityError, SinkError, UsageError};
use crate::identity::Identity;
use crate::report;
use crate::report::bundle::{Bundled, Warning, Written};
use crate::sink::{self, Output};

use super::form::{self, Form};
use super::{Context, Outcome, refuse_json_beside, refuse_replacing};

use fill::Filled;
use pile::{Pile, locked};

pub fn run(args: &Bundle, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    check_outputs(args, context)?;
    let pile = Pile::read(args, context)?;
    let filled = fill::assemble(&pile, args, context);
    let Filled {
        mut assembly,
        failure,
        paths,
    } = filled.map_err(|error| match (error, pile.locked.first()) {
        // The key that is wanted may well be the one that could not be opened.
        (
            Error::Identity(IdentityError::NoKey { .. } | IdentityError::KeyMismatch { .. }),
            Some(key),
        ) => locked(format!("for the private key in {key}")),
        (error, _) => error,
    })?;
    let mut missing_root = false;
    if args.include_root {
        missing_root = !include_root(&mut assembly);
    }
    let identity = &assembly.identity;
    let alias = match (&args.alias, args.service) {
        (Some(alias), _) => alias.clone(),
        (None, Some(Service::Salesforce)) => salesforce::api_name(&form::alias_of(identity.leaf())),
        (None, None) => form::alias_of(identity.leaf()),
    };
    if args.service == Some(Service::Salesforce) {
        salesforce::check(args, identity, &alias)?;
    }
    let form = form(args, context)?;
    let mut outputs = Vec::new();
    let mut written = Vec::new();
    for output in &args.output {
        let bytes = form.identity(output.format, &alias, identity)?;
        written.push(describe(output, identity, &alias));
        outputs.push(if output.format.has_key() {
            Output::secret(&output.path, bytes)
        } else {
            Output::public(&output.path, bytes)
        });
    }
    sink::write(&outputs, args.force, context.io.stdout)?;
    let mut warnings = warnings(&assembly, context);
    warnings.extend(failure.map(Warning::NotFetched));
    if missing_root {
        warnings.push(Warning::RootUnknown);
    }
    let alias = alias.as_str();
    let formats = args.output.iter().map(|output| output.format);
    let cautions = form.cautions(formats, &[Entry::Identity { alias, identity }]);
    warnings.extend(cautions.into_iter().map(Warning::Keystore));
    let bundled = Bundled {
        assembly: &assembly,
        warnings: &warnings,
        passed_over: &pile.passed_over,
        written: &written,
        paths: &paths,
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
    let locks_keys = |format: OutputFormat| {
        matches!(format, OutputFormat::Jks | OutputFormat::Jceks)
            || args.encrypt_key && format.is_key_file()
    };
    if args.key_password.origins().named()
        && !args.output.iter().any(|output| locks_keys(output.format))
    {
        return Err(UsageError::new(
            "nothing that is written takes a password for the key alone",
            "JKS and JCEKS do, and PEM with --encrypt-key",
        )
        .into());
    }
    if args.encrypt_key && !args.output.iter().any(|output| output.format.is_key_file()) {
        return Err(UsageError::new(
            "--encrypt-key is for keys in PEM files, and none is written",
            "a keystore's keys are always encrypted",
        )
        .into());
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

/// Puts the root behind the issuers, where it is known.
fn include_root(assembly: &mut Assembly) -> bool {
    let Some(root) = assembly.root().cloned() else {
        return matches!(assembly.path.end, End::SelfSigned);
    };
    let mut issuers = assembly.identity.issuers().to_vec();
    if !assembly
        .identity
        .chain()
        .any(|certificate| *certificate == root)
    {
        issuers.push(root.clone());
    }
    assembly.identity = assembly.identity.with_issuers(issuers);
    assembly.left_out.retain(|entry| entry.certificate != root);
    true
}

/// Asks for the passwords that the outputs need, and for no other.
fn form(args: &Bundle, context: &mut Context<'_, '_>) -> Result<Form, Error> {
    let any =
        |wanted: fn(OutputFormat) -> bool| args.output.iter().any(|output| wanted(output.format));
    let store = if any(OutputFormat::is_keystore) {
        Some(
            args.password
                .origins()
                .read_or_choose(form::PASSWORD, context.io)?,
        )
    } else {
        None
    };
    let encrypts = args.encrypt_key && any(OutputFormat::is_key_file);
    let origins = args.key_password.origins();
    let key = if origins.named() || encrypts && store.is_none() {
        let named = args.password.origins().named() && !origins.named();
        let place = if named {
            args.password.origins()
        } else {
            origins
        };
        Some(place.read_or_choose(form::KEY_PASSWORD, context.io)?)
    } else {
        None
    };
    Ok(Form {
        pkcs12: args.pkcs12,
        pem: encrypts.then(|| key.clone().or(store.clone())).flatten(),
        store,
        key,
        now: context.clock.now(),
    })
}

fn describe(output: &OutputFile, identity: &Identity, alias: &str) -> Written {
    let format = output.format;
    Written {
        path: output.path.display().to_string(),
        format: format.name(),
        alias: match format {
            OutputFormat::Pkcs12 => Some(alias.to_owned()),
            OutputFormat::Jks | OutputFormat::Jceks => Some(alias.to_lowercase()),
            _ => None,
        },
        key: format.has_key(),
        leaf: format.has_leaf(),
        issuers: if format.has_issuers() {
            identity.issuers().len()
        } else {
            0
        },
    }
}

fn warnings(assembly: &Assembly, context: &Context<'_, '_>) -> Vec<Warning> {
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
        End::Gap(gap) => warnings.push(Warning::Gap(gap.clone())),
        End::Root(_) | End::Anchor(_) | End::Named(_) => {}
    }
    warnings.extend(
        assembly
            .path
            .flaws
            .iter()
            .map(|(issuer, flaw)| Warning::Issuer(issuer.clone(), *flaw)),
    );
    warnings
}
