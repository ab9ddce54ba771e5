//! `fullcert serve`

pub mod identity;
mod mirror;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use openssl::ssl::SslVersion;

use crate::cli::Format;
use crate::cli::probe::TlsVersion;
use crate::cli::serve::{Mode, Serve};
use crate::encode;
use crate::error::{Error, ServeError, SinkError, UsageError};
use crate::evidence::CertificateFacts;
use crate::ffi;
use crate::identity::Identity;
use crate::report::serve as words;
use crate::report::serve::{Setup, Visitor};
use crate::serve::{self, ClientAuth, Config, PERSONAS, Persona, Server};
use crate::sink::{self, Output};

use super::passwords::Asked;
use super::{Context, Outcome};
use mirror::{Mirror, Running, Visit};

/// How many visits may wait to be told before clients wait too.
const QUEUE: usize = 1024;
/// How often a signal is looked for.
const PULSE: Duration = Duration::from_millis(50);

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
    // Each connection is one descriptor, and the usual limit is lower than the clients that are served.
    ffi::limits::raise_open_files();
    let clock = Running {
        began: now,
        since: Instant::now(),
    };
    let trusted: Vec<CertificateFacts> = authorities.iter().map(CertificateFacts::of).collect();
    let (events, visits) = mpsc::sync_channel(QUEUE);
    let mut config = Config::loopback(
        identity,
        authorities,
        Arc::new(Mirror {
            trusted: trusted.clone(),
            clock,
            events,
        }),
    );
    config.listen = args.listen;
    config.client_auth = match mode {
        Mode::Require => ClientAuth::Require,
        Mode::Optional => ClientAuth::Optional,
        Mode::None => ClientAuth::None,
    };
    config.persona = persona;
    config.tls_min = tls_min;
    config.tls_max = tls_max;
    let names = config
        .identity
        .leaf()
        .sans()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>();
    let stop = signals()?;
    let server = Server::start(config)?;
    let subjects: Vec<String> = trusted.iter().map(|one| one.subject.clone()).collect();
    let setup = Setup {
        address: server.address(),
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
    watch.until_stopped(server, visits, context)?;
    Ok(Outcome::Fine)
}

struct Watch<'a> {
    json: bool,
    stop: &'a AtomicBool,
    limit: u64,
    trusted: &'a [CertificateFacts],
}

impl Watch<'_> {
    /// Tells of each visit as it ends.
    fn until_stopped(
        &self,
        server: Server,
        visits: Receiver<Visit>,
        context: &mut Context<'_, '_>,
    ) -> Result<(), Error> {
        let mut count = 0;
        while !self.stop.load(Ordering::Relaxed) && count < self.limit {
            match visits.recv_timeout(PULSE) {
                Ok(visit) => self.tell(&visit, &mut count, context)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // Stopping ends the connections that are open, and each of those is still told of.
        let stopping = thread::Builder::new()
            .spawn(move || drop(server))
            .map_err(|cause| ServeError::Thread { cause })?;
        for visit in visits {
            if count < self.limit {
                self.tell(&visit, &mut count, context)?;
            }
        }
        let _ = stopping.join();
        if self.json {
            words::stopped(count, context.io.stdout)?;
        } else {
            words::end(count, context.io.stdout)?;
        }
        Ok(())
    }

    fn tell(
        &self,
        visit: &Visit,
        count: &mut u64,
        context: &mut Context<'_, '_>,
    ) -> Result<(), Error> {
        *count += 1;
        let diagnosis = serve::judge(&visit.seen, self.trusted, visit.at);
        let visitor = Visitor {
            number: Some(*count),
            at: visit.at,
            seen: &visit.seen,
            request: None,
            diagnosis: &diagnosis,
        };
        if self.json {
            words::visit(&visitor, context.io.stdout)?;
        } else {
            words::line(&visitor, context.io.stdout)?;
        }
        Ok(())
    }
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

/// Raised by Ctrl-C and by a request to end; a second one ends the program on the spot.
fn signals() -> Result<Arc<AtomicBool>, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|cause| ServeError::Signal { cause })?;
    }
    Ok(stop)
}
