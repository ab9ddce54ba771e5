//! `fullcert serve`

pub mod identity;
mod mirror;
mod watch;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Instant;

use openssl::ssl::SslVersion;

use crate::cli::Format;
use crate::cli::probe::TlsVersion;
use crate::cli::serve::{Mode, Serve};
use crate::encode;
use crate::error::{Error, SinkError, UsageError};
use crate::evidence::CertificateFacts;
use crate::ffi;
use crate::identity::Identity;
use crate::report::serve as words;
use crate::report::serve::Setup;
use crate::secret::Origins;
use crate::serve::salesforce::{Org, Port};
use crate::serve::{ClientAuth, Config, PERSONAS, Persona, Server, Site};
use crate::sink::{self, Output};

use super::passwords::Asked;
use super::{Context, Outcome};
use mirror::{Mirror, Running};
use watch::{Watch, signals};

/// How many visits may wait to be told before clients wait too.
const QUEUE: usize = 1024;

pub fn run(args: &Serve, context: &mut Context<'_, '_>) -> Result<Outcome, Error> {
    let persona = args.persona.as_deref().map(persona).transpose()?;
    let mode = args.mode.unwrap_or(match persona {
        Some(_) => Mode::Require,
        None => Mode::Optional,
    });
    let (tls_min, tls_max) = versions(args)?;
    if mode == Mode::Require && args.cacert.is_none() {
        return Err(UsageError::new(
            "a certificate is required, and no --cacert says whose",
            "give --cacert client-ca.pem, or --mode optional to see what a client sends",
        )
        .into());
    }
    if let Some(path) = &args.ca_out {
        sink::check(path, args.force)?;
    }
    let origins = args.in_password.origins();
    let now = context.clock.now();
    let mut passwords = Asked::new(origins.clone(), origins, context.io);
    let authorities = match &args.cacert {
        Some(path) => identity::authorities(path, &mut passwords)?,
        None => Vec::new(),
    };
    let (identity, ca) = match &args.cert {
        Some(path) => (
            identity::given(path, args.key.as_deref(), now, &mut passwords)?,
            None,
        ),
        None => make(args, context)?,
    };
    let org = match persona {
        Some(persona) if persona.has_login_port() => Some(org(
            args,
            &mut Asked::new(Origins::default(), Origins::default(), context.io),
        )?),
        _ => {
            refuse_without_logins(args)?;
            None
        }
    };
    // Each connection is one descriptor, and the usual limit is lower than the clients that are served.
    ffi::limits::raise_open_files();
    let trusted: Vec<CertificateFacts> = authorities.iter().map(CertificateFacts::of).collect();
    let (events, visits) = mpsc::sync_channel(QUEUE);
    let site = |stand_in| {
        Arc::new(Mirror {
            trusted: trusted.clone(),
            clock: Running {
                began: now,
                since: Instant::now(),
            },
            events: events.clone(),
            stand_in,
        })
    };
    let names: Vec<String> = identity
        .leaf()
        .sans()
        .iter()
        .map(ToString::to_string)
        .collect();
    let configure = |listen, client_auth, stand_in| Config {
        listen,
        client_auth,
        persona,
        tls_min,
        tls_max,
        ..Config::loopback(identity.clone(), authorities.clone(), site(stand_in))
    };
    let stop = signals()?;
    let auth = match mode {
        Mode::Require => ClientAuth::Require,
        Mode::Optional => ClientAuth::Optional,
        Mode::None => ClientAuth::None,
    };
    let mutual = org
        .as_ref()
        .map(|org| Box::new(Port::mutual(org)) as Box<dyn Site>);
    let mut servers = vec![Server::start(configure(args.listen, auth, mutual))?];
    if let Some(org) = &org {
        let listen = args
            .login_listen
            .unwrap_or(SocketAddr::new(args.listen.ip(), 0));
        let plain = Some(Box::new(Port::plain(org)) as Box<dyn Site>);
        servers.push(Server::start(configure(listen, ClientAuth::None, plain))?);
    }
    drop(events);
    let subjects: Vec<String> = trusted.iter().map(|one| one.subject.clone()).collect();
    let addresses: Vec<SocketAddr> = servers.iter().map(Server::address).collect();
    let setup = Setup {
        address: addresses.first().copied().unwrap_or(args.listen),
        login: addresses.get(1).copied(),
        mode: match mode {
            Mode::Require => "require",
            Mode::Optional => "optional",
            Mode::None => "none",
        },
        persona,
        trusted: &subjects,
        ca_file: ca.as_ref().map(CaFile::path),
        server_names: &names,
    };
    let watch = Watch {
        json: context.global.format == Format::Json,
        stop: &stop,
        limit: args.stop_after.unwrap_or(u64::MAX),
        trusted: &trusted,
    };
    if watch.json {
        words::started(&setup, context.io.stdout)?;
    } else {
        words::begin(&setup, context.io.stdout)?;
    }
    watch.until_stopped(servers, visits, context)?;
    Ok(Outcome::Fine)
}

/// The org behind the salesforce persona, with its users' password and the certificates they have uploaded.
fn org(args: &Serve, passwords: &mut Asked<'_, '_>) -> Result<Arc<Org>, Error> {
    let uploaded = match &args.uploaded {
        Some(path) => Some(
            identity::authorities(path, passwords)?
                .iter()
                .map(|one| one.sha256().to_owned())
                .collect(),
        ),
        None => None,
    };
    let password = Origins {
        file: args.login_password_file.clone(),
        flag: "login-password",
        ..Origins::default()
    };
    Ok(Org::new(uploaded, password.read(passwords.io())?))
}

fn refuse_without_logins(args: &Serve) -> Result<(), Error> {
    let flag = if args.login_listen.is_some() {
        "--login-listen"
    } else if args.uploaded.is_some() {
        "--uploaded"
    } else if args.login_password_file.is_some() {
        "--login-password-file"
    } else {
        return Ok(());
    };
    Err(UsageError::new(
        format!("{flag} is for a persona with logins"),
        "add --persona salesforce, or leave it out",
    )
    .into())
}

/// Where the CA of a self-made identity is written.
enum CaFile {
    Named(PathBuf),
    /// Gone when the server is.
    Temporary(tempfile::NamedTempFile),
}

impl CaFile {
    fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Temporary(file) => file.path(),
        }
    }
}

fn make(args: &Serve, context: &mut Context<'_, '_>) -> Result<(Identity, Option<CaFile>), Error> {
    let (identity, root) = identity::made(args.listen, &args.names, context.clock.now())?;
    let pem = encode::pem::certificates([&root])?;
    let file = if let Some(path) = &args.ca_out {
        let outputs = [Output::public(path, pem)];
        sink::write(&outputs, args.force, context.io.stdout)?;
        CaFile::Named(path.clone())
    } else {
        let mut builder = tempfile::Builder::new();
        builder.prefix("fullcert-serve-ca-").suffix(".pem");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The client that is to trust it may run as somebody else.
            builder.permissions(std::fs::Permissions::from_mode(0o644));
        }
        let written = builder.tempfile().and_then(|mut file| {
            file.write_all(&pem)?;
            Ok(file)
        });
        CaFile::Temporary(written.map_err(|cause| SinkError::Unwritable {
            path: std::env::temp_dir(),
            cause,
        })?)
    };
    Ok((identity, Some(file)))
}

fn persona(name: &str) -> Result<&'static Persona, Error> {
    Persona::named(name).ok_or_else(|| {
        let known: Vec<&str> = PERSONAS.iter().map(|persona| persona.name).collect();
        UsageError::new(
            format!(
                "--persona {}: there is none of that name",
                name.escape_debug()
            ),
            format!("one of {}", known.join(", ")),
        )
        .into()
    })
}

fn versions(args: &Serve) -> Result<(Option<SslVersion>, Option<SslVersion>), Error> {
    let version = |typed| match typed {
        TlsVersion::Tls10 => SslVersion::TLS1,
        TlsVersion::Tls11 => SslVersion::TLS1_1,
        TlsVersion::Tls12 => SslVersion::TLS1_2,
        TlsVersion::Tls13 => SslVersion::TLS1_3,
    };
    if let (Some(min), Some(max)) = (args.tls_min, args.tls_max)
        && min > max
    {
        return Err(UsageError::new(
            "--tls-min is higher than --tls-max",
            "give them the other way round",
        )
        .into());
    }
    // A highest version below the usual lowest one moves that down with it.
    let min = args
        .tls_min
        .or(args.tls_max.filter(|max| *max < TlsVersion::Tls12));
    Ok((min.map(version), args.tls_max.map(version)))
}
