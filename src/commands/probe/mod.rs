//! `fullcert probe`

pub mod given;
pub mod proxy;
mod request;
pub mod target;

use std::time::{Duration, Instant};

use crate::cli::Format;
use crate::cli::probe::{ClientName, EngineName, Probe, TlsVersion};
use crate::clients::Client;
use crate::diagnose::{Expectation, diagnose, experiments};
use crate::endpoint::Scheme;
use crate::error::{Error, UsageError};
use crate::evidence::{Call, Evidence, Variation};
use crate::identity::Identity;
use crate::io::Io;
use crate::observe::{self, Plan, Version, Versions};
use crate::report;
use crate::sink::{self, Output};
use crate::source::Source;

use super::passwords::Asked;
use super::{Context, Outcome};

use given::{Files, Given};

pub fn run(args: &Probe, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let evidence = match &args.replay {
        Some(path) => replay(path, context.io)?,
        None => call(args, context)?,
    };
    let diagnosis = diagnose(&evidence, &Expectation::of(&evidence));
    if let Some(path) = &args.evidence {
        let mut bytes = serde_json::to_vec_pretty(&evidence).map_err(std::io::Error::from)?;
        bytes.push(b'\n');
        // No key is in it, but an answer's body may be nobody else's business.
        let outputs = [Output::secret(path, bytes)];
        sink::write(&outputs, args.force, context.io.stdout)?;
    }
    let out = &mut *context.io.stdout;
    if args.quiet {
        writeln!(out, "{}", diagnosis.verdict.code)?;
    } else if context.global.format == Format::Json {
        report::probe::json(&evidence, &diagnosis, out)?;
    } else {
        report::probe::text(&evidence, &diagnosis, args.verbose, out)?;
    }
    Ok(if diagnosis.verdict.code.is_fine() {
        Outcome::Fine
    } else {
        Outcome::Finding
    })
}

/// Evidence as it was recorded.
///
/// # Errors
/// What cannot be read, or is none.
pub fn replay(path: &std::path::Path, io: &mut Io<'_>) -> Result<Evidence, Error> {
    let source = Source::read(path, io.stdin)?;
    serde_json::from_slice(&source.bytes).map_err(|cause| {
        UsageError::new(
            format!("{}: this is not recorded evidence: {cause}", source.origin),
            "fullcert probe … --evidence FILE records it",
        )
        .into()
    })
}

fn call(args: &Probe, context: &mut Context<'_, '_>) -> Result<Evidence, Error> {
    let typed = args.url.as_deref().unwrap_or_default();
    let endpoint = target::meant(typed, &args.way)?;
    let versions = versions(args)?;
    let addresses = target::addresses(&args.resolve, &endpoint.host, endpoint.port)?;
    if let Some(path) = &args.evidence {
        sink::check(path, args.force)?;
    }
    let request = request::meant(args, context.io)?;
    let origins = args.in_password.origins();
    let keys = args.in_key_password.origins();
    let mut passwords = Asked::new(origins, keys, context.io);
    let trust = given::trust(args.cacert.as_deref(), &mut passwords)?;
    let files = Files::open(args.cert.as_deref(), args.key.as_deref(), &mut passwords)?;
    let given = files
        .map(|files| Given::of(&files, &trust, context.clock.now()))
        .transpose()?;
    let proxy = proxy::meant(&args.way.through, &args.resolve, &endpoint, &mut passwords)?;
    let user = target::user(&endpoint, given.as_ref());
    let plan = Plan {
        endpoint: &endpoint,
        trust: &trust,
        request: (endpoint.scheme == Scheme::Https).then_some(&request),
        versions,
        addresses,
        only: target::family(&args.way),
        via: proxy.as_ref().and_then(|proxy| proxy.to(&endpoint.host)),
        user,
        connect_timeout: Duration::from_secs_f64(args.connect_timeout),
        until: Instant::now() + Duration::from_secs_f64(args.timeout),
        insecure: args.insecure,
        acts_as: args.acts_as.map(client),
        now: context.clock.now(),
    };
    let (identity, offered) =
        given.map_or((None, None), |given| (given.identity, Some(given.offered)));
    if offered.is_some() && identity.is_none() {
        // A key that is not the certificate's can prove nothing: there is nothing to call with.
        return Ok(observe::before_calling(&plan, offered));
    }
    let mut evidence = observe::observe(&plan, identity.as_ref(), offered);
    if !args.no_experiments {
        investigate(&plan, identity.as_ref(), &mut evidence);
    }
    if args.engine == Some(EngineName::Rustls) {
        second_engine(&plan, identity.as_ref(), &mut evidence);
    }
    Ok(evidence)
}

/// Makes further calls for as long as one would tell more, and there is time for it.
pub fn investigate(plan: &Plan<'_>, identity: Option<&Identity>, evidence: &mut Evidence) {
    while let Some((variation, question)) = experiments::next(evidence, plan.now) {
        if plan.until <= Instant::now() {
            break;
        }
        let Some(experiment) = observe::vary(plan, identity, variation, question, evidence) else {
            break;
        };
        evidence.experiments.push(experiment);
    }
}

/// Asks rustls as well, where it was not asked yet and there is somebody to ask.
fn second_engine(plan: &Plan<'_>, identity: Option<&Identity>, evidence: &mut Evidence) {
    let asked = evidence
        .experiments
        .iter()
        .any(|experiment| experiment.variation == Variation::Rustls);
    let connected = evidence.call.as_ref().is_some_and(Call::connected);
    if asked || !connected || plan.until <= Instant::now() {
        return;
    }
    let question = experiments::question(Variation::Rustls);
    let experiment = observe::vary(plan, identity, Variation::Rustls, question, evidence);
    evidence.experiments.extend(experiment);
}

fn versions(args: &Probe) -> Result<Versions, Error> {
    let default = Versions::default();
    let max = args.tls_max.map_or(default.max, version);
    let min = args.tls_min.map_or(default.min.min(max), version);
    if min > max {
        return Err(UsageError::new(
            "--tls-min is higher than --tls-max",
            "give them the other way round",
        )
        .into());
    }
    Ok(Versions { min, max })
}

const fn client(typed: ClientName) -> Client {
    match typed {
        ClientName::Curl => Client::Curl,
        ClientName::Java => Client::Java,
        ClientName::Go => Client::Go,
        ClientName::Dotnet => Client::DotNet,
        ClientName::Browser => Client::Browser,
    }
}

const fn version(typed: TlsVersion) -> Version {
    match typed {
        TlsVersion::Tls10 => Version::Tls10,
        TlsVersion::Tls11 => Version::Tls11,
        TlsVersion::Tls12 => Version::Tls12,
        TlsVersion::Tls13 => Version::Tls13,
    }
}
