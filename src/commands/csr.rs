//! `fullcert csr`

use std::path::{Path, PathBuf};

use crate::cli::csr::Csr;
use crate::encode::pem;
use crate::error::{Error, GenerateError};
use crate::generate;
use crate::material::{PrivateKey, San};
use crate::report::generated::{self, Made, Warning, What};
use crate::secret::Secret;
use crate::sink::{self, Output};

use super::{Context, Outcome, key, only};

/// Makes a request, and where asked the key for it; both are written or neither.
pub fn run(args: &Csr, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let outputs: Vec<&PathBuf> = args.key_out.iter().chain([&args.output]).collect();
    super::refuse_json_beside(&outputs, context)?;
    super::refuse_replacing(args.key.as_deref(), &outputs)?;
    sink::check_all(&outputs, args.force)?;
    let subject = generate::subject(&args.subject)?;
    let sans = alternative_names(args)?;
    let Signer { key, made } = signer(args, context)?;
    let request = generate::request(&key, &subject, &sans)?;

    let mut files = Vec::new();
    let mut told = Vec::new();
    if let Some((path, passphrase)) = &made {
        files.push(Output::secret(*path, pem::key(&key, passphrase.as_ref())?));
        told.push(Made {
            path,
            what: What::Key {
                key: &key,
                encrypted: passphrase.is_some(),
            },
        });
    }
    files.push(Output::public(
        &args.output,
        pem::armour("CERTIFICATE REQUEST", request.der()),
    ));
    told.push(Made {
        path: &args.output,
        what: What::Request(&request),
    });
    sink::write(&files, args.force, context.io.stdout)?;

    let mut warnings = Vec::new();
    if !args.subject.starts_with('/') && generate::is_upside_down(&subject) {
        warnings.push(Warning::UpsideDown(subject));
    }
    warnings.extend(Warning::weak(key.info()));
    generated::request(&told, &warnings, context.global.format, context.io)?;
    Ok(Outcome::Fine)
}

/// The key to sign with and, where it is new, where it goes.
struct Signer<'a> {
    key: PrivateKey,
    made: Option<(&'a Path, Option<Secret>)>,
}

fn signer<'a>(args: &'a Csr, context: &mut Context<'_, '_>) -> Result<Signer<'a>, Error> {
    let origins = args.passphrase.origins();
    match (&args.key, args.new_key, &args.key_out) {
        (None, Some(kind), Some(path)) => {
            let passphrase = key::new_passphrase(args.encrypt, &origins, context)?;
            Ok(Signer {
                key: generate::key(key::kind(kind))?,
                made: Some((path, passphrase)),
            })
        }
        (path, _, _) => Ok(Signer {
            // The command line demands one of the two.
            key: only::key(
                path.as_deref().unwrap_or(Path::new("-")),
                origins,
                context.io,
            )?,
            made: None,
        }),
    }
}

/// In the order DNS, IP, e-mail, URI; a name given twice is asked for once.
fn alternative_names(args: &Csr) -> Result<Vec<San>, GenerateError> {
    let typed = args
        .dns
        .iter()
        .map(|name| generate::dns(name))
        .chain(args.ip.iter().map(|address| Ok(San::Ip(*address))))
        .chain(args.email.iter().map(|address| generate::email(address)))
        .chain(args.uri.iter().map(|uri| generate::uri(uri)));
    let mut names = Vec::new();
    for name in typed {
        let name = name?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}
