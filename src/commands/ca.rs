//! `fullcert ca`

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::ca::{Ca, CaCommand, Init, Purpose, Sign};
use crate::encode::pem;
use crate::error::{Error, GenerateError, UsageError};
use crate::generate::{self, Authority, Validity};
use crate::identity::Identity;
use crate::material::Certificate;
use crate::report::generated::{self, Issuance, Made, Warning, What};
use crate::sink::{self, Output};

use super::{Context, Outcome, key, only};

const ROOT: &str = "root.pem";
const ROOT_KEY: &str = "root.key";
const ISSUING: &str = "issuing.pem";
const ISSUING_KEY: &str = "issuing.key";

pub fn run(args: &Ca, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    match &args.command {
        CaCommand::Init(args) => init(args, context),
        CaCommand::Sign(args) => sign(args, context),
    }
}

/// Makes an authority in a folder of its own: all four files, or none and no folder.
fn init(args: &Init, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    if args.name.trim().is_empty() {
        return Err(UsageError::new("an authority needs a name", "--name 'Acme test'").into());
    }
    let there = is_empty_folder(&args.dir)?;
    if !there {
        sink::check(&args.dir, false)?;
    }
    let passphrase = key::new_passphrase(args.encrypt, &args.passphrase.origins(), context)?;
    let authority = Authority::new(&args.name, key::kind(args.kind), context.clock.now())?;
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut files = Vec::new();
    let mut what = Vec::new();
    for (name, certificate) in [(ROOT, authority.root()), (ISSUING, authority.issuing())] {
        paths.push(args.dir.join(name));
        files.push(Output::public(
            args.dir.join(name),
            pem::certificates([certificate])?,
        ));
        what.push(What::Certificate(certificate));
    }
    let keys = authority.root_key().map(|key| (ROOT_KEY, key));
    for (name, key) in keys
        .into_iter()
        .chain([(ISSUING_KEY, authority.issuing_key())])
    {
        paths.push(args.dir.join(name));
        files.push(Output::secret(
            args.dir.join(name),
            pem::key(key, passphrase.as_ref())?,
        ));
        what.push(What::Key {
            key,
            encrypted: passphrase.is_some(),
        });
    }
    if !there {
        sink::make_private_folder(&args.dir)?;
    }
    if let Err(error) = sink::write(&files, false, context.io.stdout) {
        if !there {
            // Ours, and empty again; where that fails, the first error is the one to tell.
            let _ = fs::remove_dir(&args.dir);
        }
        return Err(error.into());
    }
    let made: Vec<Made<'_>> = paths
        .iter()
        .zip(what)
        .map(|(path, what)| Made { path, what })
        .collect();
    generated::authority(&args.dir, &made, context.global.format, context.io)?;
    Ok(Outcome::Fine)
}

/// Signs a request with the issuing key of the authority in a folder.
fn sign(args: &Sign, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let output = args.output.clone().unwrap_or_else(|| {
        if args.request.as_os_str() == "-" {
            PathBuf::from("-")
        } else {
            args.request.with_extension("crt")
        }
    });
    let outputs: Vec<&PathBuf> = [&output].into_iter().chain(&args.chain_out).collect();
    super::refuse_json_beside(&outputs, context)?;
    super::refuse_replacing(Some(&args.request), &outputs)?;
    for name in [ROOT, ROOT_KEY, ISSUING, ISSUING_KEY] {
        super::refuse_replacing(Some(&args.dir.join(name)), &outputs)?;
    }
    sink::check_all(&outputs, args.force)?;
    let request = only::request(&args.request, context.io)?;
    let authority = open(args, context)?;
    let now = context.clock.now();
    let wished = Validity::days(now, args.days);
    let purposes: Vec<generate::Purpose> = args.eku.iter().map(|typed| purpose(*typed)).collect();
    let issued = authority.issue(&request, &purposes, wished)?;
    let certificate = &issued.certificate;
    let chain = [authority.issuing().clone(), authority.root().clone()];

    let mut files = vec![Output::public(&output, pem::certificates([certificate])?)];
    let mut made = vec![Made {
        path: &output,
        what: What::Certificate(certificate),
    }];
    if let Some(path) = &args.chain_out {
        files.push(Output::public(path, pem::certificates(&chain)?));
        made.push(Made {
            path,
            what: What::Chain(&chain),
        });
    }
    sink::write(&files, args.force, context.io.stdout)?;

    let mut warnings = Vec::new();
    if !issued.dropped.is_empty() {
        warnings.push(Warning::NotCopied(issued.dropped.clone()));
    }
    if certificate.not_after() < wished.not_after {
        warnings.push(Warning::CutShort {
            until: certificate.not_after(),
            days: args.days,
        });
    }
    if request.subject().is_empty() && request.sans().is_empty() {
        warnings.push(Warning::Nameless);
    }
    warnings.extend(Warning::weak(request.key()));
    let key = args.request.with_extension("key");
    let issuing = args.dir.join(ISSUING);
    let issuance = Issuance {
        made: &made,
        key: key.is_file().then_some(&*key),
        issuer: args.chain_out.as_deref().unwrap_or(&issuing),
        warnings: &warnings,
    };
    generated::issued(&issuance, context.global.format, context.io)?;
    Ok(Outcome::Fine)
}

/// Reads the authority in its folder; the root's key may have been put elsewhere.
fn open(args: &Sign, context: &mut Context<'_, '_>) -> Result<Authority, Error> {
    let folder = &args.dir;
    let issuing = folder.join(ISSUING);
    if issuing.symlink_metadata().is_err() {
        return Err(GenerateError::NoAuthority {
            folder: folder.clone(),
        }
        .into());
    }
    let root: Certificate = only::certificate(&folder.join(ROOT), context.io)?;
    let issuing = only::certificate(&issuing, context.io)?;
    let key = only::key(
        &folder.join(ISSUING_KEY),
        args.passphrase.origins(),
        context.io,
    )?;
    let issuing = Identity::new(key, issuing, Vec::new())?;
    Ok(Authority::of(root, issuing)?)
}

/// Whether `path` is a folder with nothing in it; one with something in it is not touched.
fn is_empty_folder(path: &Path) -> Result<bool, GenerateError> {
    // Whatever else it may be, the sink says when it comes to making it.
    let Ok(mut entries) = fs::read_dir(path) else {
        return Ok(false);
    };
    if entries.next().is_some() {
        return Err(GenerateError::FolderTaken {
            folder: path.to_owned(),
        });
    }
    Ok(true)
}

fn purpose(typed: Purpose) -> generate::Purpose {
    match typed {
        Purpose::Client => generate::Purpose::Client,
        Purpose::Server => generate::Purpose::Server,
    }
}
