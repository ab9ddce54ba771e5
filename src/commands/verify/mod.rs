//! `fullcert verify`

mod examine;
mod trust;

use clap::{Args as _, FromArgMatches as _};

use crate::chain::{self, Peer};
use crate::cli::Format;
use crate::cli::verify::{Purpose, Verify};
use crate::diagnose::examine as judge;
use crate::diagnose::examined::Examined;
use crate::error::{Error, UsageError};
use crate::material::Time;
use crate::report;
use crate::report::verify::{File, Outcome as Told};
use crate::secret::Origins;

use super::issuers;
use super::passwords::Asked;
use super::probe::given::Files;
use super::{Context, Outcome};

use examine::Examiner;
use trust::Trust;

pub fn run(args: &Verify, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let now = context.clock.now();
    let at = args.at.unwrap_or(now);
    let purpose = args.purpose.unwrap_or(match args.host {
        Some(_) => Purpose::Server,
        None => Purpose::Client,
    });
    let fetcher = if args.fetch {
        Some(issuers::fetcher(
            args.timeout,
            args.proxy.as_deref(),
            context.io,
        )?)
    } else {
        None
    };
    let mut asked = Asked::new(args.in_password.origins(), Origins::default(), context.io);
    let trust = Trust::read(args, purpose, &mut asked)?;
    let examiner = Examiner {
        args,
        trust: &trust,
        purpose,
        at,
        keys: match &args.key {
            Some(path) => examine::keys(&asked.open(path)?),
            None => Vec::new(),
        },
        fetcher,
    };
    let mut files = Vec::new();
    for path in &args.files {
        let looked = asked.open(path).and_then(|decoded| examiner.look(&decoded));
        let told = match looked {
            Ok(looked) => Told::Judged {
                diagnosis: judge(&looked.examined),
                examined: Box::new(looked.examined),
                paths: looked.paths,
            },
            // One file alone is an error like any other; among many it must not hide the rest.
            Err(error) if args.files.len() == 1 => return Err(error),
            Err(error) => Told::Unreadable(error),
        };
        files.push(File {
            path: path.display().to_string(),
            told,
        });
    }
    let out = &mut *context.io.stdout;
    match context.global.format {
        Format::Json => report::verify::json(&files, out)?,
        Format::Prometheus => report::verify::prometheus(&files, now, out)?,
        Format::Text if args.quiet => report::verify::codes(&files, out)?,
        Format::Text => match files.as_slice() {
            [only] => report::verify::text(only, out)?,
            many => report::verify::monitor(many, at, out)?,
        },
    }
    Ok(outcome(&files))
}

fn outcome(files: &[File]) -> Outcome {
    if files
        .iter()
        .any(|file| matches!(file.told, Told::Unreadable(_)))
    {
        return Outcome::Unreadable;
    }
    let fine = files.iter().all(|file| match &file.told {
        Told::Judged { diagnosis, .. } => diagnosis.verdict.code.is_fine(),
        Told::Unreadable(_) => false,
    });
    if fine {
        Outcome::Fine
    } else {
        Outcome::Finding
    }
}

/// The name as OpenSSL looks it up: an address, a mailbox, or a host.
fn peer(host: &str) -> Peer<'_> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match bare.unwrap_or(host).parse() {
        Ok(address) => Peer::Address(address),
        Err(_) if host.contains('@') => Peer::Email(host),
        Err(_) => Peer::Host(host),
    }
}

const fn engine(purpose: Purpose) -> Option<chain::Purpose> {
    match purpose {
        Purpose::Client => Some(chain::Purpose::Client),
        Purpose::Server => Some(chain::Purpose::Server),
        Purpose::Any => None,
    }
}

/// A client's certificate by one consumer's rules, as `fullcert verify --for CONSUMER` looks at it.
///
/// # Errors
/// What cannot be read.
pub fn for_consumer(
    files: &Files,
    consumer: &str,
    at: Time,
    asked: &mut Asked<'_, '_>,
) -> Result<Examined, Error> {
    let typed = Verify::augment_args(clap::Command::new("verify")).try_get_matches_from([
        "verify".as_ref(),
        "--for".as_ref(),
        consumer.as_ref(),
        "--".as_ref(),
        files.identity.origin.path().as_os_str(),
    ]);
    let args = typed
        .and_then(|matches| Verify::from_arg_matches(&matches))
        .map_err(|error| UsageError::new(error.to_string(), "fullcert verify --help"))?;
    let examiner = Examiner {
        args: &args,
        trust: &Trust::read(&args, Purpose::Client, asked)?,
        purpose: Purpose::Client,
        at,
        keys: files.key.as_ref().map(examine::keys).unwrap_or_default(),
        // A check tells; it does not call the CA.
        fetcher: None,
    };
    Ok(examiner.look(&files.identity)?.examined)
}
